package postgres

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

const (
	sqlOwnerRole = `
		do $$ begin
			if not exists (select from pg_roles where rolname = 'eoul_owner') then
				create role eoul_owner login createdb createrole;
			end if;
		exception when duplicate_object or unique_violation then null;
		end $$`
	sqlHasDatabase  = `select exists (select from pg_database where datname = 'eoul')`
	sqlMakeDatabase = `create database eoul owner eoul_owner`
)

// Roles makes the owner and the app role of a cluster when they are missing.
func Roles(ctx context.Context, admin *sqlx.DB) error {
	for _, q := range []string{sqlOwnerRole, sqlAppRole} {
		if _, err := admin.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("make roles: %w", err)
		}
	}
	return nil
}

// furnish gives a cluster its two roles and, when product is true, its database.
// Each is made only when missing, because a first start may have ended in between.
func (c *Cluster) furnish(ctx context.Context, product bool) error {
	admin, err := Connect(ctx, c.Address("postgres", "postgres"), Pool(1))
	if err != nil {
		return err
	}
	defer func() { _ = admin.Close() }()
	if err := Roles(ctx, admin); err != nil || !product {
		return err
	}
	var there bool
	if err := admin.GetContext(ctx, &there, sqlHasDatabase); err != nil || there {
		return err
	}
	if _, err := admin.ExecContext(ctx, sqlMakeDatabase); err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	return nil
}
