package settlement_test

import (
	"slices"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/settlement"
)

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

// TestFlowIsTheDatabases: the transitions table and the code name the same moves.
func TestFlowIsTheDatabases(t *testing.T) {
	d := dbtest.New(t)
	var rows []string
	if err := d.DB.Select(&rows, `select concat_ws('|', machine, from_state, verb, to_state) from transitions where machine = $1`, settlement.Flow.Name); err != nil {
		t.Fatal(err)
	}
	want := settlement.Flow.Rows()
	slices.Sort(rows)
	slices.Sort(want)
	if !slices.Equal(rows, want) {
		t.Errorf("database has\n%v\ncode has\n%v", rows, want)
	}
}
