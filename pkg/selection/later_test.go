package selection_test

import (
	"context"
	"slices"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/selection"
)

// published is a call of which two are selected and the third is in reserve.
func published(t testing.TB) (world, selection.Selection) {
	t.Helper()
	w := setup(t)
	fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	w.national(t, 120_000_000)
	ctx := t.Context()
	s, err := w.sel.Create(ctx, w.Manager, w.call.ID, 1)
	if err == nil {
		s, err = w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	}
	if err == nil {
		s, err = w.sel.Publish(ctx, w.Manager, s.ID, s.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w, s
}

// forfeit gives the selection of an application up.
func (w world) forfeit(t testing.TB, i int, who authz.Actor) error {
	t.Helper()
	s := fixture.Applications(t, w.DB)
	d, err := s.Show(t.Context(), who, w.apps[i].ID)
	if err != nil {
		return err
	}
	_, err = s.Forfeit(t.Context(), who, d.Application.ID, d.Application.Version, "지방비를 확보하지 못했습니다.")
	return err
}

// TestReserveMovesUp: after somebody gave up the first in reserve is selected by a
// second selection with its own two people, within the appropriation.
func TestReserveMovesUp(t *testing.T) {
	w, first := published(t)
	ctx := t.Context()
	promote := func(who authz.Actor) (selection.Selection, error) {
		return w.sel.Promote(ctx, who, first.ID, "가람도의 선정 포기에 따른 예비 승계")
	}
	refused(t, "promote", func(who authz.Actor) error { _, err := promote(who); return err },
		attempt{w.Decider, fault.Forbidden}, attempt{w.Finance, fault.Forbidden}, attempt{w.Officer, fault.NotFound}, attempt{w.Chair, fault.NotFound})
	_, err := promote(w.Manager)
	want(t, "nobody gave up and no money is left", err, fault.Conflict)
	_, err = w.sel.Promote(ctx, w.Manager, first.ID, " ")
	want(t, "without a cause", err, fault.Invalid)

	want(t, "another government gives up", w.forfeit(t, 0, w.Officer), fault.NotFound)
	want(t, "the manager gives up", w.forfeit(t, 0, w.Manager), fault.Forbidden)
	want(t, "give up", w.forfeit(t, 0, w.Province), fault.Internal)
	want(t, "give up twice", w.forfeit(t, 0, w.Province), fault.Conflict)

	var second selection.Selection
	if won := race(t, 6, func(int) error {
		s, err := promote(w.Manager)
		if err == nil {
			second = s
		}
		return err
	}); won != 1 {
		t.Fatalf("%d drafts", won)
	}
	got := outcomes(t, w, second.ID)
	if !slices.Equal(got, []selection.Outcome{selection.Withdrawn, selection.Selected, selection.Selected}) || second.No != 2 {
		t.Fatalf("draft %+v: %v", second, got)
	}
	rows := rowsOf(t, w, second.ID)
	worse := slices.Clone(rows)
	worse[1] = selection.Row{ApplicationID: rows[1].ApplicationID, Outcome: selection.Declined, Reason: "변심"}
	_, err = w.sel.Update(ctx, w.Manager, second.ID, second.Version, selection.Input{Rows: worse})
	want(t, "take a published selection away", err, fault.Invalid)
	less := slices.Clone(rows)
	less[2].Amounts, less[2].Reason = half(80_000_000), "남은 예산에 맞춤"
	second, err = w.sel.Update(ctx, w.Manager, second.ID, second.Version, selection.Input{Rows: less[1:]}) // who gave up is not on the form
	want(t, "less with a reason", err, fault.Internal)

	_, err = w.sel.Approve(ctx, w.Manager, second.ID, second.Version)
	want(t, "approved by its writer", err, fault.Forbidden)
	if won := race(t, 6, func(int) error { _, err := w.sel.Approve(ctx, w.Decider, second.ID, second.Version); return err }); won != 1 {
		t.Fatalf("%d approvals", won)
	}
	states(t, w, "published", "withdrawn", "selected", "selected")
	if r, err := w.sel.Result(ctx, authz.Anonymous(), w.call.ID); err != nil || r.Selected != 2 || r.Rows[0].GovernmentName != "가람도" {
		t.Errorf("before the publication of the second the first is public: %+v, %v", r, err)
	}
	if row, err := rowOf(ctx, w, 2); err != nil || row.Outcome != selection.Selected || row.Amounts != half(80_000_000) {
		t.Errorf("what counts is %+v, %v", row, err)
	}
	_, err = w.sel.Publish(ctx, w.Manager, second.ID, second.Version+1)
	want(t, "publish", err, fault.Internal)
	if list, err := w.sel.Results(ctx, authz.Anonymous(), page.Request{}); err != nil || list.Total != 1 || len(list.Items) != 1 || list.Items[0].Selected != 2 {
		t.Errorf("results: %+v, %v", list, err)
	}
	if r, err := w.sel.Result(ctx, authz.Anonymous(), w.call.ID); err != nil || len(r.Rows) != 2 || r.Rows[0].GovernmentName == "가람도" || r.No != 2 || r.Cause == "" || r.Amounts.National.Int64() != 90_000_000 {
		t.Errorf("the second result: %+v, %v", r, err)
	}
	_, err = promote(w.Manager)
	want(t, "supplement the first again", err, fault.Conflict)
}

func half(total int64) money.BySource {
	return money.BySource{National: money.Must(total / 2), Sido: money.Must(total / 2)}
}

func outcomes(t testing.TB, w world, id selection.ID) (out []selection.Outcome) {
	t.Helper()
	place := map[application.ID]int{}
	for i, a := range w.apps {
		place[a.ID] = i
	}
	out = make([]selection.Outcome, len(w.apps))
	for _, r := range rowsOf(t, w, id) {
		out[place[r.ApplicationID]] = r.Outcome
	}
	return out
}

// TestNobodyBecomesWorse: PostgreSQL refuses a later selection that takes something
// away, and one whose applicant gave up after it was drafted is made anew.
func TestNobodyBecomesWorse(t *testing.T) {
	w, first := published(t)
	ctx := t.Context()
	want(t, "give up", w.forfeit(t, 0, w.Province), fault.Internal)
	second, err := w.sel.Promote(ctx, w.Manager, first.ID, "선정 포기")
	want(t, "promote", err, fault.Internal)
	_, err = w.sel.Promote(ctx, w.Manager, first.ID, "선정 포기")
	want(t, "two drafts at once", err, fault.Conflict)
	want(t, "give up while it is drafted", w.forfeit(t, 1, w.Officer), fault.Internal)
	_, err = w.sel.Approve(ctx, w.Decider, second.ID, second.Version)
	want(t, "approve what no longer holds", err, fault.Conflict)
	refused(t, "renew", func(who authz.Actor) error {
		_, err := w.sel.Renew(ctx, who, second.ID, second.Version, 0)
		return err
	}, attempt{w.Decider, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	second, err = w.sel.Renew(ctx, w.Manager, second.ID, second.Version, 0)
	want(t, "renew", err, fault.Internal)
	if got := outcomes(t, w, second.ID); !slices.Equal(got, []selection.Outcome{selection.Withdrawn, selection.Withdrawn, selection.Selected}) {
		t.Fatalf("made anew: %v", got)
	}
	tx, err := w.DB.DB.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range []string{`select set_config('app.actor', '99', true)`,
		`update selection_rows set outcome = 'declined' where selection_id = 2 and outcome = 'withdrawn'`} {
		if _, err := tx.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tx.Exec(`update selections set state = 'approved', approved_by = 99, approved_at = app_now() where id = $1`, second.ID); err == nil {
		t.Error("by SQL somebody who gave up is declined")
	}
	_ = tx.Rollback()
	_, err = w.sel.Approve(ctx, w.Decider, second.ID, second.Version)
	want(t, "approve", err, fault.Internal)
	states(t, w, "published", "withdrawn", "withdrawn", "selected")
}

// TestScenarios: kept by those who may, computed from the frozen scores, and no stored
// official row changes by it.
func TestScenarios(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	simulate := func(who authz.Actor) error {
		_, err := w.sel.Simulate(ctx, who, w.call.ID, selection.Parameters{})
		return err
	}
	want(t, "before the lock", simulate(w.Manager), fault.NotFound)
	fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	w.national(t, 120_000_000)
	refused(t, "simulate", simulate, attempt{w.Officer, fault.NotFound}, attempt{w.Chair, fault.NotFound}, attempt{w.Reviewers[0], fault.NotFound}, attempt{w.Finance, fault.NotFound}, attempt{authz.Anonymous(), fault.NotFound})
	before := official(ctx, t, w)
	sim, err := w.sel.Simulate(ctx, w.Decider, w.call.ID, selection.Parameters{Cut: selection.CutRank, CutRank: 1, NoBonus: true, Reserves: 1})
	if err != nil || sim.WhatIf.Counts[selection.Selected] != 1 || sim.Official.Counts[selection.Selected] != 2 || len(sim.Switches) != 2 || sim.Can["decide"] {
		t.Fatalf("simulation: %+v, %v", sim, err)
	}
	if after := sim.WhatIf.After(money.National); after == nil || after.Int64() != 70_000_000 {
		t.Errorf("국비 left: %v", after)
	}
	save := func(who authz.Actor, name string) error {
		_, err := w.sel.SaveScenario(ctx, who, w.call.ID, name, "", selection.Parameters{PerSido: 1})
		return err
	}
	refused(t, "save", func(who authz.Actor) error { return save(who, "상한") }, attempt{w.Auditor, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	want(t, "without a name", save(w.Manager, " "), fault.Invalid)
	if won := race(t, 6, func(int) error { return save(w.Manager, "시·도마다 하나") }); won != 1 {
		t.Fatalf("%d of the same name", won)
	}
	list, err := w.sel.Scenarios(ctx, w.Auditor, w.call.ID)
	if err != nil || len(list) != 1 || list[0].Parameters.PerSido != 1 || list[0].MadeBy != "부담당" {
		t.Fatalf("kept: %+v, %v", list, err)
	}
	kept, err := w.sel.Scenario(ctx, w.Manager, list[0].ID)
	if err != nil || kept.Simulation.WhatIf.Counts[selection.Selected] != 2 || kept.Simulation.Rows[1].WhatIf.Outcome == selection.Selected {
		t.Fatalf("one per 시·도: %+v, %v", kept, err)
	}
	if now := official(ctx, t, w); now != before {
		t.Error("simulating changed what is official")
	}
	want(t, "another name", save(w.Manager, "다른 이름"), fault.Internal)
}

// official is every stored row that a decision follows from, as text.
func official(ctx context.Context, t testing.TB, w world) (text string) {
	t.Helper()
	if err := w.DB.Owner.GetContext(ctx, &text, `
		select (select jsonb_agg(to_jsonb(r) order by application_id) from ranking_rows r)::text || (select jsonb_agg(to_jsonb(k)) from rankings k)::text
		    || (select jsonb_agg(to_jsonb(a)) from accounts a)::text || (select count(*) from selections)`); err != nil {
		t.Fatal(err)
	}
	return text
}
