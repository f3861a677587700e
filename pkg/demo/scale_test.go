package demo_test

import (
	"os"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/demo"
	"eoul/pkg/korean"
)

// TestLargeIsSound: what is written in sets counts as what the product itself would
// have written; the invariants are checked when the test ends.
func TestLargeIsSound(t *testing.T) {
	d := dbtest.New(t)
	size := demo.Size{Applications: 12, Lines: 5, Expenditures: 333}
	if os.Getenv("EOUL_SOAK") != "" {
		size = demo.Size{Applications: 300, Lines: 40, Expenditures: 100_000}
	}
	large(t, d, size)
	large(t, d, size) // again: nothing more
	var n struct{ Applications, Lines, Expenditures, Rejected, Settlements, Enabled int }
	if err := d.Owner.Get(&n, `
		select (select count(*) from applications) as applications, (select count(*) from award_lines) as lines,
		       (select count(*) from expenditures) as expenditures, (select count(*) from expenditures where state = 'rejected') as rejected,
		       (select count(*) from settlement_rows) as settlements,
		       (select count(*) from pg_trigger where not tgisinternal and tgenabled = 'D') as enabled`); err != nil {
		t.Fatal(err)
	}
	if n.Applications != size.Applications || n.Lines != size.Applications*size.Lines || n.Expenditures != size.Expenditures ||
		n.Rejected != (size.Expenditures+49)/50 || n.Settlements != 4*size.Applications || n.Enabled != 0 {
		t.Errorf("made %+v", n)
	}
	var numbers []string
	if err := d.Owner.Select(&numbers, `select distinct business_no from expenditures`); err != nil {
		t.Fatal(err)
	}
	for _, no := range numbers {
		if _, err := korean.ParseBusinessNo(no); err != nil {
			t.Errorf("%s: %v", no, err)
		}
	}
}

func large(t *testing.T, d *dbtest.DB, size demo.Size) {
	t.Helper()
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := demo.Large(size)(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
