package install_test

import (
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/install"
	"eoul/pkg/postgres"
)

// TestFresh installs twice: facts are there once, and a demonstration stays what
// it was made as.
func TestFresh(t *testing.T) {
	owner, err := postgres.Connect(t.Context(), dbtest.Blank(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close() }()
	if err := install.Fresh(t.Context(), owner, install.MarkDemo); err != nil {
		t.Fatal(err)
	}
	if err := install.Fresh(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	if demo, err := install.IsDemo(t.Context(), owner); err != nil || !demo {
		t.Errorf("demo is %t, %v", demo, err)
	}
	if err := postgres.CheckVersion(t.Context(), owner); err != nil {
		t.Error(err)
	}
	for table, least := range map[string]int{"rules": 5, "holidays": 50, "regions": 243, "organizations": 243, "expense_codes": 20} {
		var n int
		if err := owner.Get(&n, `select count(*) from `+table); err != nil || n < least {
			t.Errorf("%s has %d rows, %v; at least %d are due", table, n, err, least)
		}
	}
}

func TestOrdinaryInstallationIsNoDemo(t *testing.T) {
	d := dbtest.New(t)
	if demo, err := install.IsDemo(t.Context(), d.DB); err != nil || demo {
		t.Errorf("demo is %t, %v", demo, err)
	}
}

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).Owner, ".") }
