package dbtest

import (
	"fmt"
	"os"
	"testing"
	"time"

	"eoul/pkg/postgres"
	"eoul/pkg/work"
)

// Twin is a second database that is equal to this one as it stands, ids to come
// included, for tests that ask whether a difference between two worlds can be seen.
func (d *DB) Twin(t testing.TB) *DB {
	t.Helper()
	d.Owner.SetMaxIdleConns(0) // a template may have nobody connected to it
	d.DB.SetMaxIdleConns(0)
	defer func() { d.Owner.SetMaxIdleConns(10); d.DB.SetMaxIdleConns(10) }()
	twin := &DB{name: fmt.Sprintf("t_%d_%d", os.Getpid(), d.server.count.Add(1)), server: d.server}
	var err error
	for range 50 { // a connection that was closed is gone a moment later
		if _, err = d.server.admin.ExecContext(t.Context(), `create database `+twin.name+` template `+d.name+` strategy file_copy owner eoul_owner`); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("twin: %v", err)
	}
	t.Cleanup(func() { twin.close(t) })
	twin.Owner = twin.connect(t, postgres.OwnerRole)
	twin.DB = twin.connect(t, postgres.AppRole)
	twin.Work = work.New(twin.DB, d.server.authz)
	return twin
}

// Freeze stops app_now() of this database at an instant.
func (d *DB) Freeze(t testing.TB, at time.Time) {
	t.Helper()
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatalf("begin: %v", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), `create or replace function app_now() returns timestamptz language sql volatile as $$ select '`+
		at.UTC().Format(time.RFC3339)+`'::timestamptz $$`); err != nil {
		t.Fatalf("freeze clock: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatalf("commit: %v", err)
	}
}
