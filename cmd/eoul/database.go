package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/install"
	"eoul/pkg/postgres"
)

// databaseFlags say where the database is. Without an address the program runs a
// private PostgreSQL in the data folder.
type databaseFlags struct {
	URL   string `name:"database-url" env:"DATABASE_URL" placeholder:"postgres://…" help:"PostgreSQL의 주소(역할 eoul_app). 없으면 데이터 폴더에 전용 PostgreSQL을 띄웁니다."`
	Owner string `name:"owner-url" env:"EOUL_OWNER_URL" placeholder:"postgres://…" help:"표를 소유한 역할의 주소. migrate와 demo가 씁니다."`
	Data  string `name:"data" env:"EOUL_DATA" placeholder:"폴더" help:"데이터 폴더. 기본은 root이면 /var/lib/eoul, 아니면 사용자의 데이터 폴더입니다."`
}

// folder is the data folder.
func (f databaseFlags) folder() (string, error) {
	if f.Data != "" {
		return filepath.Abs(f.Data)
	}
	return postgres.DataFolder()
}

// database is where owner and app find the tables.
type database struct {
	cluster    *postgres.Cluster // nil when the addresses were given
	owner, app string
	narrow     bool // app is the owner's address too; connections take the app role
}

// open finds or starts the database. start is postgres.Start for a server, which
// wants the folder for itself, and postgres.Open for a command beside it.
func (f databaseFlags) open(ctx context.Context, start func(context.Context, string) (*postgres.Cluster, error)) (*database, error) {
	if f.URL != "" {
		if f.Owner != "" {
			return &database{owner: f.Owner, app: f.URL}, nil
		}
		return &database{owner: f.URL, app: f.URL, narrow: true}, nil
	}
	if f.Owner != "" {
		return &database{owner: f.Owner, app: f.Owner, narrow: true}, nil
	}
	folder, err := f.folder()
	if err != nil {
		return nil, err
	}
	cluster, err := start(ctx, folder)
	if err != nil {
		return nil, err
	}
	return &database{cluster: cluster, owner: cluster.Owner(), app: cluster.App()}, nil
}

// gone is closed when a private cluster ends; without one it never is.
func (d *database) gone() <-chan struct{} {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Done()
}

func (d *database) Close() error {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Close()
}

// connectOwner is for building and upgrading.
func (d *database) connectOwner(ctx context.Context) (*sqlx.DB, error) {
	return postgres.Connect(ctx, d.owner, postgres.Pool(4), postgres.Named("eoul owner"))
}

// connectApp is for serving.
func (d *database) connectApp(ctx context.Context) (*sqlx.DB, error) {
	if d.narrow {
		return postgres.Connect(ctx, d.app, postgres.As(postgres.AppRole))
	}
	return postgres.Connect(ctx, d.app)
}

// install builds or upgrades the database.
func (d *database) install(ctx context.Context, more ...postgres.Seed) (err error) {
	owner, err := d.connectOwner(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, owner.Close()) }()
	return install.Fresh(ctx, owner, more...)
}

const (
	sqlActsAsApp = `select pg_has_role(current_user, 'eoul_app', 'usage')`
	sqlBecomeApp = `grant eoul_app to current_user`
)

// narrowable lets the role of a shared address take the app role. A role that
// made eoul_app may grant it to itself; a superuser need not.
func (d *database) narrowable(ctx context.Context) (err error) {
	if !d.narrow {
		return nil
	}
	owner, err := d.connectOwner(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, owner.Close()) }()
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return postgres.Translate(err)
	}
	defer func() { _ = tx.Rollback() }()
	var may bool
	if err := tx.GetContext(ctx, &may, sqlActsAsApp); err != nil || may {
		return postgres.Translate(err)
	}
	if _, err := tx.ExecContext(ctx, sqlBecomeApp); err != nil {
		return postgres.Translate(err)
	}
	return postgres.Translate(tx.Commit())
}
