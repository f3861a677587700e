// Package install makes a database ready for its first person: the schema at the
// version of this program and the facts every installation starts from (legal
// limits, holidays, governments, expense codes).
package install

import (
	"context"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/postgres"
)

// Fresh builds an empty database with its seeds, all in one transaction, and
// upgrades an older one; what is up to date stays as it is. owner must own the
// database. Faults are those of postgres.Upgrade.
func Fresh(ctx context.Context, owner *sqlx.DB) error {
	return postgres.Upgrade(ctx, owner)
}
