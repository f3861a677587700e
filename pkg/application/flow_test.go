package application_test

import (
	"slices"
	"testing"

	"github.com/lib/pq"

	"errors"

	"eoul"
	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/organization"
)

func orgOf(who authz.Actor) organization.ID { return organization.ID(who.Grants[0].Government) }

func TestQueries(t *testing.T) {
	d := dbtest.New(t)
	dbtest.Queries(t, d.DB, ".")
}

// TestFlowIsTheDatabase fails when schema.sql and Flow say different things.
func TestFlowIsTheDatabase(t *testing.T) {
	d := dbtest.New(t)
	var rows []string
	if err := d.DB.Select(&rows, `select concat_ws('|', machine, from_state, verb, to_state) from transitions where machine = 'application'`); err != nil {
		t.Fatal(err)
	}
	want := application.Flow.Rows()
	slices.Sort(rows)
	slices.Sort(want)
	if !slices.Equal(rows, want) {
		t.Errorf("schema.sql and Flow differ:\n%v\n%v", rows, want)
	}
}

// TestEveryVerbHasARule fails for a verb nobody may do and for a state or verb
// without a Korean word.
func TestEveryVerbHasARule(t *testing.T) {
	az, err := authz.New(eoul.Policies)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range az.Rules() {
		known[r.Action] = true
	}
	for _, e := range application.Flow.Edges {
		if !known[application.Flow.Action(e.Verb)] {
			t.Errorf("no rule for %s", e.Verb)
		}
		if application.Flow.VerbLabel(e.Verb) == e.Verb || application.Flow.Label(e.To) == string(e.To) {
			t.Errorf("%s → %s has no Korean word", e.Verb, e.To)
		}
	}
}

// TestDatabaseGuards tries, as the app role and without the service, what must be
// impossible: an undeclared move, a change without its audit row, a plan written
// after handing in, a handed-in version rewritten.
func TestDatabaseGuards(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := handedIn(t, w, w.Officer)
	for _, tt := range []struct{ name, q, constraint string }{
		{"undeclared move", `update applications set state = 'selected' where id = $1`, "application_flow"},
		{"no audit row", `update applications set title = title where id = $1`, "application_recorded"},
		{"title", `update plans set title = 'x' where application_id = $1`, "plan_open"},
		{"section", `update plan_sections set body = 'x' where application_id = $1`, "plan_open"},
		{"budget", `delete from budget_lines where application_id = $1`, "plan_open"},
		{"committee", `delete from deliberations where application_id = $1`, "plan_open"},
		{"partners", `delete from participations where application_id = $1`, "plan_open"},
		{"activities", `delete from activities where application_id = $1`, "plan_open"},
		{"indicators", `delete from indicators where application_id = $1`, "plan_open"},
		{"files", `delete from attachments where application_id = $1`, "plan_open"},
		{"parts", `update plan_parts set version = 9 where application_id = $1`, "plan_open"},
	} {
		_, err := w.DB.DB.Exec(tt.q, a.ID)
		if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != tt.constraint {
			t.Errorf("%s: %v, want constraint %s", tt.name, err, tt.constraint)
		}
	}
	for _, q := range []string{`update submissions set no = 2 where application_id = $1`, `delete from submissions where application_id = $1`} {
		if _, err := w.DB.DB.Exec(q, a.ID); err == nil {
			t.Errorf("the app role could: %s", q)
		}
		_, err := w.Owner.Exec(q, a.ID)
		if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != "submissions_append_only" {
			t.Errorf("the owner: %v", err)
		}
	}
}
