package selection_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).DB, ".") }

func TestTransitions(t *testing.T) {
	var stored []string
	if err := dbtest.New(t).DB.Select(&stored, `select concat_ws('|', machine, from_state, verb, to_state) from transitions where machine in ('selection', 'objection')`); err != nil {
		t.Fatal(err)
	}
	rows := append(selection.Flow.Rows(), selection.ObjectionFlow.Rows()...)
	slices.Sort(stored)
	slices.Sort(rows)
	if !slices.Equal(stored, rows) {
		t.Errorf("schema has %v, code has %v", stored, rows)
	}
}

// attempt is one actor's refused try.
type attempt struct {
	who  authz.Actor
	kind fault.Kind
}

func refused(t *testing.T, verb string, fn func(authz.Actor) error, attempts ...attempt) {
	t.Helper()
	for _, a := range attempts {
		want(t, verb+" by "+a.who.Name, fn(a.who), a.kind)
	}
}

func TestFromRankingToPublication(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	create := func(who authz.Actor) error { _, err := w.sel.Create(ctx, who, w.call.ID, 1); return err }
	want(t, "before the lock", create(w.Manager), fault.Conflict)
	fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	w.national(t, 120_000_000) // two of three
	refused(t, "create", create, attempt{w.Decider, fault.Forbidden}, attempt{w.Finance, fault.Forbidden}, attempt{w.Chair, fault.Forbidden}, attempt{w.Officer, fault.Forbidden})
	if won := race(t, 8, func(int) error { return create(w.Manager) }); won != 1 {
		t.Fatalf("%d drafts", won)
	}
	list, err := w.sel.List(ctx, w.Finance, page.Request{})
	if err != nil || list.Total != 1 {
		t.Fatalf("list: %+v, %v", list, err)
	}
	s := list.Items[0]
	d, err := w.sel.Show(ctx, w.Manager, s.ID)
	if err != nil || d.Counts[selection.Selected] != 2 || d.Counts[selection.Reserve] != 1 || d.Sum.National.Int64() != 100_000_000 {
		t.Fatalf("draft: %+v, %v", d, err)
	}
	if e := d.Entries[2]; !e.Cut || e.Rank == nil || *e.Rank != 3 || e.Requested.Total().Int64() != 100_000_000 {
		t.Errorf("the cut is %+v", e)
	}

	approve := func(version int) func(authz.Actor) error {
		return func(who authz.Actor) error { _, err := w.sel.Approve(ctx, who, s.ID, version); return err }
	}
	refused(t, "approve", approve(s.Version), attempt{w.Manager, fault.Forbidden}, attempt{w.Finance, fault.Forbidden}, attempt{w.Officer, fault.NotFound}, attempt{w.Chair, fault.NotFound})
	both := w.Manager
	both.Grants = append(both.Grants[:len(both.Grants):len(both.Grants)], authz.Grant{Role: "decider", Program: w.Program})
	want(t, "approve one's own draft", approve(s.Version)(both), fault.Forbidden)
	want(t, "approve another version", approve(s.Version+1)(w.Decider), fault.Conflict)
	_, err = w.sel.Publish(ctx, w.Manager, s.ID, s.Version)
	want(t, "publish a draft", err, fault.Conflict)
	rowOf := func(i int) (selection.Row, error) { return rowOf(ctx, w, i) }
	_, err = rowOf(0)
	want(t, "a row of a draft", err, fault.NotFound)
	if won := race(t, 8, func(int) error { return approve(s.Version)(w.Decider) }); won != 1 {
		t.Fatalf("%d approvals", won)
	}
	if row, err := rowOf(1); err != nil || row.Outcome != selection.Selected || row.Amounts.National.Int64() != 50_000_000 {
		t.Errorf("row of the second: %+v, %v", row, err)
	}
	states(t, w, "decided", "selected", "selected", "reserve")

	_, err = w.sel.Update(ctx, w.Manager, s.ID, s.Version+1, selection.Input{Rows: rowsOf(t, w, s.ID)})
	want(t, "change what was approved", err, fault.Conflict)
	_, err = w.sel.Result(ctx, authz.Anonymous(), w.call.ID)
	want(t, "a result before publication", err, fault.NotFound)
	publish := func(who authz.Actor) error { _, err := w.sel.Publish(ctx, who, s.ID, s.Version+1); return err }
	refused(t, "publish", publish, attempt{w.Decider, fault.Forbidden}, attempt{w.Finance, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	if won := race(t, 8, func(int) error { return publish(w.Manager) }); won != 1 {
		t.Fatalf("%d publications", won)
	}
	states(t, w, "published", "selected", "selected", "reserve")
}

func rowOf(ctx context.Context, w world, i int) (selection.Row, error) {
	return work.View(ctx, w.DB.Work, w.Manager, func(ctx context.Context, tx *work.Tx) (selection.Row, error) {
		if err := tx.Allow("selection:read", authz.Object{Kind: "selection", Program: w.Program}); err != nil {
			return selection.Row{}, err
		}
		row, _, err := selection.RowOf(ctx, tx, w.apps[i].ID)
		return row, err
	})
}

// states demands the state of the call and of the applications in their order.
func states(t *testing.T, w world, want ...string) {
	t.Helper()
	var got []string
	if err := w.DB.DB.Select(&got, `select state from (select 0 as id, state from calls where id = $1 union all select id, state from applications where call_id = $1) x order by id`, w.call.ID); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("states are %v, want %v", got, want)
	}
}

func TestUpdate(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	s := fixture.SelectionDrafted(t, w.DB, w.Company, w.call, w.apps)
	rows := rowsOf(t, w, s.ID)
	update := func(who authz.Actor, version int) error {
		_, err := w.sel.Update(ctx, who, s.ID, version, selection.Input{Note: "검토 결과", Rows: slices.Clone(rows)})
		return err
	}
	refused(t, "update", func(who authz.Actor) error { return update(who, s.Version) }, attempt{w.Decider, fault.Forbidden}, attempt{w.Finance, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	half := rows[2].Amounts
	half.National, half.Sido = money.Must(25_000_000), half.Sido.Sub(money.Must(25_000_000))
	rows[2].Amounts = half
	want(t, "less without a reason", update(w.Manager, s.Version), fault.Invalid)
	rows[2].Reason = "예산 범위 조정"
	if won := race(t, 8, func(int) error { return update(w.Manager2, s.Version) }); won != 1 {
		t.Fatalf("%d updates", won)
	}
	d, err := w.sel.Show(ctx, w.Decider, s.ID)
	if err != nil || !d.Entries[2].Adjusted || d.Entries[2].Amounts != half || d.Selection.DraftedBy != w.Manager2.ID || d.Selection.Note != "검토 결과" {
		t.Fatalf("after the update: %+v, %v", d, err)
	}
	if !d.Can["approve"] || d.Can["update"] {
		t.Errorf("the decision maker's buttons: %v", d.Can)
	}
	bare := append([]selection.Row{}, rows[:2]...)
	_, err = w.sel.Update(ctx, w.Manager, s.ID, s.Version+1, selection.Input{Rows: bare})
	want(t, "one left out", err, fault.Invalid)
}

// TestBudget: what was drafted within the appropriation is approved within it too.
func TestBudget(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	s := fixture.SelectionDrafted(t, w.DB, w.Company, w.call, w.apps)
	w.national(t, 149_999_999)
	_, err := w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	want(t, "one won too much", err, fault.Conflict)
	if msg, _ := fault.Public(err); !strings.Contains(msg, "국비 1원 초과") {
		t.Errorf("the refusal says %q", msg)
	}
	tx, err := w.DB.DB.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`select set_config('app.actor', '99', true)`)
	want(t, "set actor", err, fault.Internal)
	if _, err := tx.Exec(`update selections set state = 'approved', approved_by = 99, approved_at = app_now() where id = $1`, s.ID); err == nil || !strings.Contains(err.Error(), "appropriated") {
		t.Errorf("by SQL: %v", err)
	}
	_ = tx.Rollback()
	w.national(t, 150_000_000)
	_, err = w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	want(t, "exactly the appropriation", err, fault.Internal)
}

// TestTwoCallsOneAppropriation decides two calls at once which together exceed what
// the programme has: one is refused, whoever comes second.
func TestTwoCallsOneAppropriation(t *testing.T) {
	for range 5 {
		w := setup(t)
		second := secondCall(t, w)
		first := fixture.SelectionDrafted(t, w.DB, w.Company, w.call, w.apps)
		other := takenOver(t, w, second)
		w.national(t, 199_999_999) // 150,000,000 and 50,000,000
		ids := []selection.Selection{first, other}
		if won := race(t, 2, func(i int) error {
			_, err := w.sel.Approve(t.Context(), w.Decider, ids[i].ID, ids[i].Version)
			return err
		}); won != 1 {
			t.Fatalf("%d of two selections were approved", won)
		}
		var over bool
		if err := w.DB.DB.Get(&over, `select sum(r.national) > 199999999 from selection_rows r join selections s on s.id = r.selection_id where s.state = 'approved'`); err != nil || over {
			t.Fatalf("more was selected than appropriated (%v)", err)
		}
	}
}

// secondCall is another call of the same appropriation with one received application.
func secondCall(t testing.TB, w world) program.Call {
	t.Helper()
	s := &program.Service{Work: w.DB.Work}
	c, err := s.CreateCall(t.Context(), w.Manager, fixture.CallInput(w.Company, fixture.Now(t, w.DB)))
	if err == nil {
		c, err = s.Announce(t.Context(), w.Manager, c.ID, c.Version)
	}
	if err == nil {
		c, err = s.Open(t.Context(), w.Manager, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	fixture.Submitted(t, w.DB, w.Company, c, w.Officer)
	return c
}

// takenOver drafts the selection of a call without a review.
func takenOver(t testing.TB, w world, call program.Call) selection.Selection {
	t.Helper()
	s, err := w.sel.TakeOver(t.Context(), w.Manager, call.ID, "보도자료(2022. 2. 28.)", historyRows(t, w, call.ID))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func historyRows(t testing.TB, w world, call program.CallID) (rows []selection.Row) {
	t.Helper()
	var found []struct {
		ID      application.ID `db:"id"`
		Amounts money.BySource `db:"amounts"`
	}
	if err := w.DB.DB.Select(&found, `
		select a.id, s.national as "amounts.national", s.sido as "amounts.sido", s.sigungu as "amounts.sigungu", s.own as "amounts.own"
		  from applications a join submissions s on s.application_id = a.id where a.call_id = $1 order by a.id`, call); err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		rows = append(rows, selection.Row{ApplicationID: f.ID, Outcome: selection.Selected, Amounts: f.Amounts})
	}
	return rows
}

func TestTakeOver(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	fixture.Closed(t, w.DB, w.call)
	rows := historyRows(t, w, w.call.ID)
	rows[2] = selection.Row{ApplicationID: rows[2].ApplicationID, Outcome: selection.Declined}
	take := func(who authz.Actor, note string) error {
		_, err := w.sel.TakeOver(ctx, who, w.call.ID, note, slices.Clone(rows))
		return err
	}
	refused(t, "take over", func(who authz.Actor) error { return take(who, "보도자료") }, attempt{w.Decider, fault.Forbidden}, attempt{w.Officer, fault.Forbidden})
	want(t, "without a source", take(w.Manager, " "), fault.Invalid)
	rows[0], rows[1] = rows[1], rows[0]
	if won := race(t, 8, func(int) error { return take(w.Manager, "보도자료(2022. 2. 28.)") }); won != 1 {
		t.Fatalf("%d took it over", won)
	}
	list, err := w.sel.List(ctx, w.Manager, page.Request{})
	if err != nil || list.Items[0].RankingID != nil {
		t.Fatalf("list: %+v, %v", list, err)
	}
	s := list.Items[0]
	if got := rowsOf(t, w, s.ID); got[0].ApplicationID != rows[0].ApplicationID || got[0].Position != 1 {
		t.Errorf("the order was lost: %+v", got)
	}
	s, err = w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	want(t, "approve", err, fault.Internal)
	_, err = w.sel.Publish(ctx, w.Manager, s.ID, s.Version)
	want(t, "publish", err, fault.Internal)
	states(t, w, "published", "selected", "selected", "declined")
}

// TestResult: what everybody sees names the selected and the reserve, no score, no
// reviewer and nobody who was declined.
func TestResult(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	w.national(t, 60_000_000)
	s, err := w.sel.Create(ctx, w.Manager, w.call.ID, 1)
	if err == nil {
		s, err = w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	}
	if err == nil {
		_, err = w.sel.Publish(ctx, w.Manager, s.ID, s.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []authz.Actor{authz.Anonymous(), w.Officer, w.Nobody} {
		list, err := w.sel.Results(ctx, who, page.Request{Query: "어울림"})
		if err != nil || list.Total != 1 || list.Items[0].Selected != 1 || list.Items[0].Applied != 3 {
			t.Fatalf("results: %+v, %v", list, err)
		}
		r, err := w.sel.Result(ctx, who, w.call.ID)
		if err != nil || len(r.Rows) != 2 || r.Rows[0].Outcome != selection.Selected || r.Rows[0].GovernmentName != "가람도" || r.Rows[1].Outcome != selection.Reserve {
			t.Fatalf("result: %+v, %v", r, err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"심사일", "심사이", "위원장", "바람군", "mean", "score"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the public result says %q: %s", secret, text)
			}
		}
	}
	if list, err := w.sel.Results(ctx, authz.Anonymous(), page.Request{Filters: map[string]string{"year": "1999"}}); err != nil || list.Total != 0 {
		t.Errorf("results of another year: %+v, %v", list, err)
	}
}
