// Package dbtest gives every test its own PostgreSQL database in milliseconds.
//
// The first call of a process starts a throwaway server, or takes the one that
// TEST_DATABASE_URL names (the roles eoul_owner and eoul_app must be able to sign
// in there without a password); schema and seeds are built once into a template,
// each test gets a copy. The copy is dropped when the test passes and kept when it
// fails, where the server outlives the test.
package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/authz"
	"eoul/pkg/postgres"
	"eoul/pkg/work"
)

// DB is the database of one test.
type DB struct {
	DB    *sqlx.DB // as the app role, the way a server connects
	Owner *sqlx.DB // as the role that owns the tables
	Work  *work.Runner

	// Broken tells that the test breaks invariants on purpose, so that they are
	// not checked when it ends.
	Broken bool

	name   string
	server *server
}

// New returns a fresh, fully built database. When t ends it fails if a connection
// is still in use or an invariant does not hold.
func New(t testing.TB) *DB {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("테스트 데이터베이스를 시작할 수 없습니다: %v", err)
	}
	ctx := context.Background()
	d := &DB{name: fmt.Sprintf("t_%d_%d", os.Getpid(), s.count.Add(1)), server: s}
	if _, err := s.admin.ExecContext(ctx, `create database `+d.name+` template `+s.template+` strategy file_copy owner eoul_owner`); err != nil {
		t.Fatalf("clone template: %v", err)
	}
	t.Cleanup(func() { d.close(t) })
	d.Owner = d.connect(t, postgres.OwnerRole)
	d.DB = d.connect(t, postgres.AppRole)
	d.Work = work.New(d.DB, s.authz)
	return d
}

// Blank makes a database without any table, for those who test how it gets
// them, and gives its address for the owner role.
func Blank(t testing.TB) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("테스트 데이터베이스를 시작할 수 없습니다: %v", err)
	}
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), s.count.Add(1))
	if _, err := s.admin.ExecContext(t.Context(), `create database `+name+` owner eoul_owner`); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := s.admin.ExecContext(context.Background(), `drop database `+name+` with (force)`); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	return s.url(postgres.OwnerRole, name)
}

func (d *DB) connect(t testing.TB, role string) *sqlx.DB {
	t.Helper()
	db, err := postgres.Connect(t.Context(), d.URL(role), postgres.Pool(10), postgres.Named(t.Name()))
	if err != nil {
		t.Fatalf("connect as %s: %v", role, err)
	}
	return db
}

// URL is the address of the database for a role.
func (d *DB) URL(role string) string { return d.server.url(role, d.name) }

// Clock moves app_now() of this database to an instant; time goes on from there.
func (d *DB) Clock(t testing.TB, at time.Time) {
	t.Helper()
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatalf("begin: %v", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), `update app_clock set shift = $1::timestamptz - clock_timestamp()`, at); err != nil {
		t.Fatalf("move clock: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

func (d *DB) close(t testing.TB) {
	t.Helper()
	if d.DB != nil {
		d.idle(t)
		if !d.Broken {
			d.Invariants(t)
		}
		_ = d.DB.Close()
	}
	if d.Owner != nil {
		_ = d.Owner.Close()
	}
	if t.Failed() && d.server.outlives {
		t.Logf("kept: psql '%s'", d.URL(postgres.OwnerRole))
		return
	}
	if _, err := d.server.admin.ExecContext(context.Background(), `drop database `+d.name+` with (force)`); err != nil {
		t.Errorf("drop database: %v", err)
	}
}

// idle fails the test when rows or a transaction were left open. A cancelled
// context rolls back a moment later, so it waits for that moment.
func (d *DB) idle(t testing.TB) {
	t.Helper()
	for range 100 {
		if d.DB.Stats().InUse == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d connections are still in use: rows or a transaction were not closed", d.DB.Stats().InUse)
}

// Invariants fails the test for each row of violated_invariants(). It runs by
// itself when a test ends; a test may ask in between.
func (d *DB) Invariants(t testing.TB) {
	t.Helper()
	var known bool
	if err := d.Owner.GetContext(context.Background(), &known, `select to_regprocedure('violated_invariants()') is not null`); err != nil || !known {
		if err != nil {
			t.Errorf("look for invariants: %v", err)
		}
		return
	}
	var rows []string
	if err := d.Owner.SelectContext(context.Background(), &rows, `select v::text from violated_invariants() v`); err != nil {
		t.Errorf("check invariants: %v", err)
	}
	for _, row := range rows {
		t.Errorf("invariant violated: %s", row)
	}
}

// server is the PostgreSQL server of this process.
type server struct {
	count    atomic.Int64
	base     *url.URL
	outlives bool // it goes on after this process
	template string
	admin    *sqlx.DB
	authz    *authz.Authorizer // the real policy; it never changes, so all tests share it
	cluster  *postgres.Cluster // its leash keeps the server alive as long as this process
}

func (s *server) url(role, database string) string {
	u := *s.base
	if role != "" {
		u.User = url.User(role)
	}
	u.Path = "/" + database
	return u.String()
}
