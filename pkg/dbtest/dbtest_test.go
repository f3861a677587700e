package dbtest_test

import (
	"fmt"
	"testing"

	"eoul/pkg/dbtest"
)

// TestEachTestHasItsOwn fails when two tests see each other's tables.
func TestEachTestHasItsOwn(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			d := dbtest.New(t)
			tx := d.Owner.MustBegin()
			tx.MustExec(`create table mine (n int)`)
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			var user string
			if err := d.DB.Get(&user, `select current_user`); err != nil || user != "eoul_app" {
				t.Fatalf("the app connects as %q, %v", user, err)
			}
			if _, err := d.DB.Exec(`create table theirs (n int)`); err == nil {
				t.Fatal("the app role may create tables")
			}
		})
	}
}
