package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"

	"github.com/jmoiron/sqlx"

	"eoul"
	"eoul/pkg/fault"
)

//go:embed upgrades
var upgradeFiles embed.FS

// Release is a schema and the scripts that lead older databases to it.
type Release struct {
	Schema string // builds a fresh database
	Seeds  []Seed // fill it
	Steps  []Step // in order, numbered without a gap from 2
}

// Step is one script of the upgrades folder.
type Step struct {
	Version int
	Name    string
	SQL     string
}

// Current is the release this program carries. It is an error when the names of
// the scripts have a gap.
func Current() (Release, error) {
	sub, err := fs.Sub(upgradeFiles, "upgrades")
	if err != nil {
		return Release{}, fmt.Errorf("upgrades: %w", err)
	}
	steps, err := Steps(sub)
	return Release{Schema: eoul.Schema, Steps: steps}, err
}

// Steps reads the scripts NNNN_name.sql of a folder.
func Steps(files fs.FS) ([]Step, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("upgrades: %w", err)
	}
	pattern := regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)
	var steps []Step
	for i, file := range names {
		m := pattern.FindStringSubmatch(file)
		if m == nil {
			return nil, fmt.Errorf("upgrades: the name %q is not NNNN_name.sql", file)
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || n != i+2 {
			return nil, fmt.Errorf("upgrades: %q stands where number %04d is due", file, i+2)
		}
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, fmt.Errorf("upgrades: %w", err)
		}
		steps = append(steps, Step{Version: n, Name: m[2], SQL: string(text)})
	}
	return steps, nil
}

// Newest is the version a database has after Apply.
func (r Release) Newest() int { return len(r.Steps) + 1 }

const (
	sqlHasVersions = `select to_regclass('public.schema_versions') is not null`
	sqlHasTables   = `
		select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
		                where n.nspname = 'public' and c.relkind in ('r', 'p', 'v'))`
	sqlVersion = `select coalesce(max(version), 0) from schema_versions`
	// After schema.sql, so that its grants on all tables do not reach this one.
	sqlMakeVersions = `
		create table schema_versions (version int primary key, name text not null, applied_at timestamptz not null);
		grant select on schema_versions to eoul_app`
	sqlAddVersion = `insert into schema_versions (version, name, applied_at) values ($1, $2, clock_timestamp())`
	// Roles belong to the cluster, not to the database: two databases may be built
	// at once, and the advisory lock of each does not see the other.
	sqlAppRole = `
		do $$ begin
			if not exists (select from pg_roles where rolname = 'eoul_app') then
				create role eoul_app login;
			end if;
		exception when duplicate_object or unique_violation then null;
		end $$`
	sqlUpgradeLock  = `select pg_advisory_xact_lock(hashtextextended('eoul upgrade', 0))`
	sqlPatient      = `set local statement_timeout = 0; set local lock_timeout = 0`
	sqlShortWaiting = `set local lock_timeout = '3s'`
)

// A Seed fills a fresh database, in the transaction that builds it.
type Seed func(ctx context.Context, tx *sqlx.Tx) error

// Upgrade brings a database to the version of this program: an empty one gets
// schema.sql and the seeds, an older one the scripts it lacks, each in a
// transaction of its own. It is a Conflict when the database is newer than the
// program or holds tables of something else. It may be called again and by
// several programs at once.
func Upgrade(ctx context.Context, owner *sqlx.DB, seeds ...Seed) error {
	r, err := Current()
	if err != nil {
		return err
	}
	r.Seeds = seeds
	return r.Apply(ctx, owner)
}

// Apply is Upgrade for any release.
func (r Release) Apply(ctx context.Context, owner *sqlx.DB) error {
	for {
		done, err := r.step(ctx, owner)
		if err != nil || done {
			return err
		}
	}
}

// step does the next one thing and tells whether nothing is left.
func (r Release) step(ctx context.Context, owner *sqlx.DB) (done bool, err error) {
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("begin upgrade: %w", Translate(err))
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range []string{sqlPatient, sqlUpgradeLock, sqlShortWaiting} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return false, fmt.Errorf("lock for upgrade: %w", Translate(err))
		}
	}
	version, err := standing(ctx, tx)
	if err != nil {
		return false, err
	}
	switch {
	case version == r.Newest():
		return true, nil
	case version > r.Newest():
		return false, fault.New(fault.Conflict, fmt.Sprintf(
			"데이터베이스(%d판)가 이 프로그램(%d판)보다 새것입니다. 더 새로운 eoul을 쓰십시오.", version, r.Newest()))
	case version == 0:
		err = r.build(ctx, tx)
	default:
		s := r.Steps[version-1]
		err = apply(ctx, tx, s)
	}
	if err != nil {
		return false, err
	}
	if err := tx.Commit(); err != nil {
		return false, fmt.Errorf("commit upgrade: %w", Translate(err))
	}
	return false, nil
}

// standing is the version of a database, 0 when it is empty.
func standing(ctx context.Context, tx *sqlx.Tx) (int, error) {
	var known, foreign bool
	if err := tx.GetContext(ctx, &known, sqlHasVersions); err != nil {
		return 0, fmt.Errorf("look for versions: %w", err)
	}
	if known {
		var version int
		if err := tx.GetContext(ctx, &version, sqlVersion); err != nil {
			return 0, fmt.Errorf("read version: %w", err)
		}
		return version, nil
	}
	if err := tx.GetContext(ctx, &foreign, sqlHasTables); err != nil {
		return 0, fmt.Errorf("look for tables: %w", err)
	}
	if foreign {
		return 0, fault.New(fault.Conflict, "이 데이터베이스에는 다른 표가 이미 있습니다. 빈 데이터베이스를 지정해 주세요.")
	}
	return 0, nil
}

func (r Release) build(ctx context.Context, tx *sqlx.Tx) error {
	for _, q := range []string{sqlAppRole, r.Schema, sqlMakeVersions} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("schema.sql: %w", err)
		}
	}
	for _, seed := range r.Seeds {
		if err := seed(ctx, tx); err != nil {
			return fmt.Errorf("seed: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, sqlAddVersion, r.Newest(), "schema"); err != nil {
		return fmt.Errorf("note version: %w", err)
	}
	return nil
}

func apply(ctx context.Context, tx *sqlx.Tx, s Step) error {
	if _, err := tx.ExecContext(ctx, s.SQL); err != nil {
		return fmt.Errorf("upgrade %04d_%s: %w", s.Version, s.Name, err)
	}
	if _, err := tx.ExecContext(ctx, sqlAddVersion, s.Version, s.Name); err != nil {
		return fmt.Errorf("note version %d: %w", s.Version, err)
	}
	return nil
}

// CheckVersion is a Conflict unless the database stands exactly at the version
// of this program: a server neither upgrades nor guesses.
func CheckVersion(ctx context.Context, db *sqlx.DB) error {
	r, err := Current()
	if err != nil {
		return err
	}
	var known bool
	version := 0
	if err := db.GetContext(ctx, &known, sqlHasVersions); err != nil {
		return fmt.Errorf("look for versions: %w", Translate(err))
	}
	if known {
		if err := db.GetContext(ctx, &version, sqlVersion); err != nil {
			return fmt.Errorf("read version: %w", Translate(err))
		}
	}
	if version != r.Newest() {
		return fault.New(fault.Conflict, fmt.Sprintf(
			"데이터베이스는 %d판, 이 프로그램은 %d판입니다. 먼저 eoul migrate를 실행해 주세요.", version, r.Newest()))
	}
	return nil
}
