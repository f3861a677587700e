// Package install makes a database ready for its first person: the schema at the
// version of this program and the facts every installation starts from (legal
// limits, holidays, governments, expense codes).
package install

import (
	"context"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/organization"
	"eoul/pkg/postgres"
	"eoul/pkg/program"
	"eoul/pkg/rule"
)

// Fresh builds an empty database with its seeds and those of the caller, all in
// one transaction, and upgrades an older one, which is seeded by its upgrades
// alone. owner must own the database. Faults are those of postgres.Upgrade.
func Fresh(ctx context.Context, owner *sqlx.DB, more ...postgres.Seed) error {
	seeds := []postgres.Seed{rule.Seed, organization.Seed, program.SeedExpenseCodes}
	return postgres.Upgrade(ctx, owner, append(seeds, more...)...)
}

const sqlMarkDemo = `insert into settings (key, value) values ('demo', 'true')`

// MarkDemo is the seed that makes a database a demonstration: a server for real
// work refuses it from then on.
func MarkDemo(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, sqlMarkDemo)
	return err
}

const sqlIsDemo = `select exists (select from settings where key = 'demo' and value = 'true')`

// IsDemo tells whether a built database is a demonstration.
func IsDemo(ctx context.Context, db *sqlx.DB) (demo bool, err error) {
	err = db.GetContext(ctx, &demo, sqlIsDemo)
	return demo, postgres.Translate(err)
}
