package dbtest_test

import (
	"testing"
	"time"

	"eoul/pkg/dbtest"
)

// TestQueriesOfPackage plans the queries of a package that has some.
func TestQueriesOfPackage(t *testing.T) {
	d := dbtest.New(t)
	dbtest.Queries(t, d.DB, "../work")
}

func TestQueryProblems(t *testing.T) {
	d := dbtest.New(t)
	for name, c := range map[string]struct {
		query string
		good  bool
	}{
		"good":           {`select key from settings where key = $1`, true},
		"open end":       {`select key from settings where key = $1 and`, true},
		"wrong column":   {`select nope from settings`, false},
		"wrong type":     {`select key from settings where key = $1::int`, false},
		"no grant":       {`update settings set value = $1 where key = $2`, false},
		"grant by table": {`update audit_events set rule = $1`, false},
	} {
		if err := dbtest.Plan(d.DB, c.query); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestClock(t *testing.T) {
	d := dbtest.New(t)
	want := time.Date(2022, 3, 31, 9, 0, 0, 0, time.UTC)
	d.Clock(t, want)
	var got time.Time
	if err := d.DB.Get(&got, `select app_now()`); err != nil || got.Before(want) || got.After(want.Add(time.Minute)) {
		t.Errorf("app_now() is %s, %v; want %s", got, err, want)
	}
}
