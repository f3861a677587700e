package dbtest_test

import (
	"testing"
	"time"

	"eoul/pkg/dbtest"
)

// TestTwin: what was there is in both, what comes later in one alone, at an instant
// that stands still.
func TestTwin(t *testing.T) {
	a := dbtest.New(t)
	tx := a.Owner.MustBegin()
	tx.MustExec(`create table twofold (n int generated always as identity)`)
	tx.MustExec(`insert into twofold default values`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	b := a.Twin(t)
	at := time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)
	b.Freeze(t, at)
	tx = b.Owner.MustBegin()
	var id int
	if err := tx.Get(&id, `insert into twofold default values returning n`); err != nil || id != 2 {
		t.Fatalf("the next id is %d, %v", id, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var one int
	if err := a.Owner.Get(&one, `select count(*) from twofold`); err != nil || one != 1 {
		t.Errorf("%d rows in the first, %v", one, err)
	}
	for range 2 {
		var now time.Time
		if err := b.DB.Get(&now, `select app_now()`); err != nil || !now.Equal(at) {
			t.Errorf("the clock shows %s, %v", now, err)
		}
	}
}
