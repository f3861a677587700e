package demo_test

import (
	"testing"
	"time"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/demo"
	"eoul/pkg/document"
)

// TestLoad fills the demonstration; that every invariant holds over all of it is
// checked when the test ends.
func TestLoad(t *testing.T) {
	d := dbtest.New(t)
	az, err := authz.New(eoul.Policies)
	if err != nil {
		t.Fatal(err)
	}
	store, err := document.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	seats, err := demo.Load(t.Context(), demo.Databases{App: d.DB, Owner: d.Owner}, az, store, now, func(s string) { t.Log(s) })
	if err != nil {
		t.Fatal(err)
	}
	if done, err := demo.Loaded(t.Context(), d.Owner); err != nil || !done {
		t.Errorf("Loaded = %t, %v", done, err)
	}
	roles := map[string]bool{}
	for _, s := range seats {
		if s.Password == "" || roles[s.Login] {
			t.Errorf("seat %+v has no password or stands twice", s)
		}
		roles[s.Login] = true
	}
	for name, c := range map[string]struct {
		sql  string
		want int
	}{
		"selected governments of 2022":     {`select count(*) from selection_rows r join selections s on s.id = r.selection_id join calls c on c.id = s.call_id where c.fiscal_year = 2022 and r.outcome = 'selected'`, 35},
		"awards of 100,000,000 won, 2022":  {`select count(*) from awards w join calls c on c.id = w.call_id where c.fiscal_year = 2022 and w.national = 50000000 and w.total = 100000000`, 35},
		"Daegu settlements, closed":        {`select count(*) from settlements s join awards w on w.id = s.award_id where w.fiscal_year = 2022 and s.state = 'closed' and s.submitted_at::date <= s.due_on`, 3},
		"known projects of 2021":           {`select count(*) from applications a join calls c on c.id = a.call_id where c.fiscal_year = 2021 and a.state = 'selected'`, 2},
		"clock is true again":              {`select count(*) from app_clock where shift = '0'`, 1},
		"amounts that end in an odd won":   {`select least(count(*), 20) from expenditures where total % 10 <> 0`, 20},
		"something to settle":              {`select least(count(*), 1) from awards where state = 'ended'`, 1},
		"something to endorse":             {`select count(*) from applications where state = 'endorsing'`, 1},
		"a plan to write":                  {`select count(*) from applications where state = 'draft'`, 1},
		"a call that is open":              {`select count(*) from calls where state = 'open'`, 1},
		"a round under way":                {`select count(*) from rounds where state = 'scoring'`, 1},
		"a round in discussion":            {`select count(*) from rounds where state = 'discussing'`, 1},
		"an explanation to give":           {`select count(*) from audit_events where action = 'sheet:ask'`, 1},
		"locked rounds with minutes":       {`select count(distinct r.id) from rounds r join audit_events e on e.action = 'minutes:update' and (e.after->>'round_id')::bigint = r.id where r.state = 'locked'`, 3},
		"a screening to answer":            {`select count(*) from screenings where state = 'noticed'`, 1},
		"an objection to answer":           {`select count(*) from objections where state = 'filed'`, 1},
		"a later selection to approve":     {`select count(*) from selections where no > 1 and state = 'drafted'`, 1},
		"a call judged in two stages":      {`select count(*) from rubrics where stage <> 'paper'`, 1},
		"a tranche to draft":               {`select count(*) from tranches where state = 'requested'`, 1},
		"a tranche to confirm":             {`select count(*) from tranches where state = 'drafted'`, 1},
		"a grant to decide and to examine": {`select count(distinct state) from awards where state in ('applied', 'examined')`, 2},
		"settlements at three desks":       {`select count(distinct state) from settlements where state in ('submitted', 'examined', 'fixed')`, 3},
	} {
		var n int
		if err := d.Owner.Get(&n, c.sql); err != nil || n != c.want {
			t.Errorf("%s: %d, %v; want %d", name, n, err, c.want)
		}
	}
}
