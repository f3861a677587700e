package application_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// TestRollupReconciles: the sum that is shown is the sum of the rows, is the sum of
// the database, and nobody else's rows are in it.
func TestRollupReconciles(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a, b := handedIn(t, w, w.Officer), handedIn(t, w, w.Officer2)
	handedIn(t, w, w.OfficerOther) // another 시·도's district
	one := 1
	if _, err := w.apps.Endorse(ctx, w.Province, b.ID, b.Version, "좋은 계획입니다.", &one); err != nil {
		t.Fatal(err)
	}
	r, err := w.apps.Rollup(ctx, w.Province, w.call.ID)
	if err != nil || len(r.Rows) != 2 || r.Rows[0].ID != b.ID || *r.Rows[0].Rank != 1 || r.Rows[0].Opinion == "" || r.Rows[1].Rank != nil || r.Waiting() != 1 || r.Deadline == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	var sum money.BySource
	for _, row := range r.Rows {
		sum = sum.Add(row.Totals)
	}
	list, err := w.apps.Rollups(ctx, w.Province2)
	if err != nil || len(list) != 1 || list[0].Totals != sum || r.Totals != sum || list[0].N != 2 || list[0].Waiting != 1 || sum.Total() != money.Must(200_000_000) {
		t.Errorf("rows %+v, shown %+v, by call %+v, %v", sum, r.Totals, list, err)
	}
	if _, err := w.apps.Withdraw(ctx, w.Officer, a.ID, a.Version, "철회"); err != nil {
		t.Fatal(err)
	}
	if r, err := w.apps.Rollup(ctx, w.Province, w.call.ID); err != nil || len(r.Rows) != 1 || r.Totals.Total() != money.Must(100_000_000) {
		t.Errorf("after a withdrawal: %+v, %v", r, err)
	}
	for _, who := range []authz.Actor{w.Officer, w.Manager, w.Auditor} {
		_, err := w.apps.Rollup(ctx, who, w.call.ID)
		wantKind(t, err, fault.Forbidden, "")
		_, err = w.apps.Rollups(ctx, who)
		wantKind(t, err, fault.Forbidden, "")
	}
	_, err = w.apps.Rollup(ctx, w.Province, w.call.ID+1)
	wantKind(t, err, fault.NotFound, "")
}

func TestEndorseAll(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a, b, other := handedIn(t, w, w.Officer), handedIn(t, w, w.Officer2), handedIn(t, w, w.OfficerOther)
	one, two, none := 1, 2, 0
	row := func(a application.Application, rank *int) application.Recommendation {
		return application.Recommendation{ID: a.ID, Version: a.Version, Opinion: "추천합니다.", Rank: rank}
	}
	for _, tt := range []struct {
		who  authz.Actor
		rows []application.Recommendation
		want fault.Kind
	}{
		{w.Province, nil, fault.Invalid},
		{w.Officer, []application.Recommendation{row(a, nil)}, fault.Forbidden},
		{w.Province, []application.Recommendation{row(a, nil), row(other, nil)}, fault.NotFound},
		{w.ProvinceOther, []application.Recommendation{row(a, nil)}, fault.NotFound},
		{w.Province, []application.Recommendation{row(a, nil), row(a, nil)}, fault.Invalid},
		{w.Province, []application.Recommendation{row(a, &one), row(b, &one)}, fault.Invalid},
		{w.Province, []application.Recommendation{{ID: a.ID, Version: a.Version - 1, Opinion: "옛 화면"}}, fault.Conflict},
	} {
		_, err := w.apps.EndorseAll(ctx, tt.who, w.call.ID, tt.rows)
		wantKind(t, err, tt.want, "")
	}
	_, err := w.apps.EndorseAll(ctx, w.Province, w.call.ID, []application.Recommendation{{ID: a.ID, Version: a.Version, Rank: &none}, {ID: b.ID, Version: b.Version, Opinion: " "}})
	if _, fields := fault.Public(err); fields["rows.0.rank"] == "" || fields["rows.0.opinion"] == "" || fields["rows.1.opinion"] == "" {
		t.Errorf("mistakes %v", fields)
	}
	if d, err := w.apps.Show(ctx, w.Province, a.ID); err != nil || d.State != application.StateEndorsing || len(d.Endorsements) != 0 {
		t.Fatalf("half a list was endorsed: %+v, %v", d, err)
	}
	out, err := w.apps.EndorseAll(ctx, w.Province, w.call.ID, []application.Recommendation{row(b, &one), row(a, &two)})
	if err != nil || len(out) != 2 || out[0].ID != b.ID || out[0].State != application.StateReceived {
		t.Fatalf("%+v, %v", out, err)
	}
	d, err := w.apps.Show(ctx, w.Manager, a.ID)
	if err != nil || d.Endorsements[0].Decision != "endorsed" || *d.Endorsements[0].Rank != 2 {
		t.Errorf("%+v, %v", d.Endorsements, err)
	}
	// A rank that was given before is refused here as well.
	if out[1], err = w.comments.Correct(ctx, w.Manager, a.ID, out[1].Version, "예산을 줄여 주십시오.", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.SaveLines(ctx, w.Officer, a.ID, 1, []application.BudgetLine{{Code: "210-01", Amounts: money.BySource{National: money.Must(100), Sido: money.Must(100)}}}, false); err != nil {
		t.Fatal(err)
	}
	again := w.resubmit(t, out[1], application.StateEndorsing, "correct")
	_, err = w.apps.EndorseAll(ctx, w.Province, w.call.ID, []application.Recommendation{row(again, &one)})
	if _, fields := fault.Public(err); fields["rows.0.rank"] == "" {
		t.Errorf("a taken rank: %v", err)
	}
}

// TestEndorsingManyCostsTheSame: one list of two rows and one of eight ask alike.
func TestEndorsingManyCostsTheSame(t *testing.T) {
	t.Parallel()
	w := setup(t)
	var rows []application.Recommendation
	for i, who := range w.districts(t, 10) {
		a := handedIn(t, w, who)
		rank := i + 1
		rows = append(rows, application.Recommendation{ID: a.ID, Version: a.Version, Opinion: "추천", Rank: &rank})
	}
	count := func(rows []application.Recommendation) int {
		ctx, n := work.Counting(t.Context())
		if _, err := w.apps.EndorseAll(ctx, w.Province, w.call.ID, rows); err != nil {
			t.Fatal(err)
		}
		return n.N()
	}
	if few, many := count(rows[:2]), count(rows[2:]); few != many {
		t.Errorf("%d queries for two, %d for eight", few, many)
	}
}

// TestEndorsedOnce races two people of the 시·도 with the same list.
func TestEndorsedOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a, b := handedIn(t, w, w.Officer), handedIn(t, w, w.Officer2)
	rows := func() []application.Recommendation {
		return []application.Recommendation{{ID: b.ID, Version: b.Version, Opinion: "추천"}, {ID: a.ID, Version: a.Version, Opinion: "추천"}}
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for _, who := range []authz.Actor{w.Province, w.Province2, w.Province, w.Province2} {
		wg.Go(func() {
			if _, err := w.apps.EndorseAll(context.Background(), who, w.call.ID, rows()); err == nil {
				won.Add(1)
			} else if fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("endorsed %d times", won.Load())
	}
}

// TestCompareVersions: which versions may be compared, by whom, and in which order.
func TestCompareVersions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := handedIn(t, w, w.Officer)
	_, err := w.apps.CompareVersions(ctx, w.Province, a.ID, application.LatestNo, application.LatestNo)
	wantKind(t, err, fault.NotFound, "비교할 제출본")
	if a, err = w.comments.Return(ctx, w.Province, a.ID, a.Version, "까닭", nil); err != nil {
		t.Fatal(err)
	}
	line := application.BudgetLine{Code: "210-01", Description: "표본 예산", Amounts: money.BySource{National: money.Must(100), Sido: money.Must(100)}}
	if _, err := w.apps.SaveLines(ctx, w.Officer, a.ID, 1, []application.BudgetLine{line}, false); err != nil {
		t.Fatal(err)
	}
	v, err := w.apps.CompareVersions(ctx, w.Officer, a.ID, application.LatestNo, application.LatestNo)
	if err != nil || v.From.No != 1 || v.To.No != application.DraftNo || !v.Comparison.Lines.Changed() || !v.Comparable() {
		t.Errorf("the writer compares %+v → %+v, %v", v.From, v.To, err)
	}
	_, err = w.apps.CompareVersions(ctx, w.Province, a.ID, 1, application.DraftNo)
	wantKind(t, err, fault.Forbidden, "")
	_, err = w.apps.CompareVersions(ctx, w.Province, a.ID, application.DraftNo, 1)
	wantKind(t, err, fault.Forbidden, "")
	a = w.resubmit(t, a, application.StateEndorsing, "endorse")
	v, err = w.apps.CompareVersions(ctx, w.Manager, a.ID, application.LatestNo, application.LatestNo)
	if err != nil || v.From.No != 1 || v.To.No != 2 || v.Comparison.Lines.Is.Total() != money.Must(200) {
		t.Errorf("the manager compares %+v → %+v, %v", v.From, v.To, err)
	}
	back, err := w.apps.CompareVersions(ctx, w.Manager, a.ID, 2, 1)
	if err != nil || back.Comparison.Lines.Diff != v.Comparison.Lines.Diff.Neg() {
		t.Errorf("backwards %+v, %v", back.Comparison.Lines, err)
	}
	for _, tt := range []struct {
		who      authz.Actor
		from, to int
	}{{w.Manager, 1, 3}, {w.Manager, 2, 2}, {w.Officer2, 1, 2}, {w.ProvinceOther, 1, 2}, {w.Reviewers[0], 1, 2}} {
		_, err := w.apps.CompareVersions(ctx, tt.who, a.ID, tt.from, tt.to)
		wantKind(t, err, fault.NotFound, "")
	}
}
