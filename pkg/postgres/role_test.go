package postgres_test

import (
	"strings"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/postgres"
)

func TestCheckRole(t *testing.T) {
	d := dbtest.New(t)
	narrowed, err := postgres.Connect(t.Context(), d.URL("postgres"), postgres.As(postgres.AppRole))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = narrowed.Close() }()
	super, err := postgres.Connect(t.Context(), d.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = super.Close() }()
	both := []postgres.Leniency{postgres.UnsafeDisk, postgres.SetRole}
	for _, c := range []struct {
		name    string
		err     error
		refused string // part of the sentence; empty when let in
	}{
		{"app", postgres.CheckRole(t.Context(), d.DB, postgres.UnsafeDisk), ""},
		{"app on a cluster that forgets", postgres.CheckRole(t.Context(), d.DB), "fsync"},
		{"owner", postgres.CheckRole(t.Context(), d.Owner, both...), "관리자 권한"},
		{"superuser", postgres.CheckRole(t.Context(), super, both...), "관리자 권한"},
		{"narrowed superuser", postgres.CheckRole(t.Context(), narrowed, postgres.UnsafeDisk), "관리자 권한"},
		{"narrowed superuser in a demo", postgres.CheckRole(t.Context(), narrowed, both...), ""},
	} {
		if c.refused == "" && c.err != nil {
			t.Errorf("%s: %v", c.name, c.err)
		}
		if c.refused != "" && (fault.KindOf(c.err) != fault.Conflict || !strings.Contains(c.err.Error(), c.refused)) {
			t.Errorf("%s: %v, want %q", c.name, c.err, c.refused)
		}
	}
}

// TestTableOwnerIsRefused: a role without any special attribute that owns one
// table could switch its triggers off.
func TestTableOwnerIsRefused(t *testing.T) {
	d := dbtest.New(t)
	super, err := postgres.Connect(t.Context(), d.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = super.Close() }()
	tx := super.MustBegin()
	tx.MustExec(`create table theirs (n int)`)
	tx.MustExec(`alter table theirs owner to eoul_app`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := postgres.CheckRole(t.Context(), d.DB, postgres.UnsafeDisk); err == nil || !strings.Contains(err.Error(), "소유자") {
		t.Errorf("an owner may serve: %v", err)
	}
}

func TestConnectionsHaveLimits(t *testing.T) {
	d := dbtest.New(t)
	for setting, want := range map[string]string{
		"statement_timeout": "15s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "30s", "TimeZone": "UTC",
	} {
		var got string
		if err := d.DB.Get(&got, `select current_setting($1)`, setting); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", setting, got, err, want)
		}
	}
}

func TestConnectRefusesWhatDoesNotAnswer(t *testing.T) {
	_, err := postgres.Connect(t.Context(), "postgres://eoul_app@127.0.0.1:1/eoul?sslmode=disable")
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("kind %d: %v", fault.KindOf(err), err)
	}
	_, err = postgres.Connect(t.Context(), "postgres://%zz")
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("kind %d: %v", fault.KindOf(err), err)
	}
}
