package settlement_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/settlement"
	"eoul/pkg/work"
)

// rounds is how often a race is run: 10,000 times in make soak.
func rounds() int {
	if os.Getenv("EOUL_SOAK") != "" {
		return 10_000
	}
	return 1_000
}

// read is a look at the database with the auditor's right to read awards.
func read[T any](t interface{ Fatal(...any) }, ctx context.Context, d *dbtest.DB, c fixture.Company, fn func(context.Context, *work.Tx) (T, error)) T {
	out, err := work.View(ctx, d.Work, c.Auditor, func(ctx context.Context, tx *work.Tx) (T, error) {
		if _, err := tx.Scope("award:read"); err != nil {
			var none T
			return none, err
		}
		return fn(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lineOf is the one budget line of an award of the crowd.
func lineOf(t *testing.T, d *dbtest.DB, c fixture.Company, id award.ID) award.Line {
	t.Helper()
	return read(t, t.Context(), d, c, func(ctx context.Context, tx *work.Tx) (award.Line, error) {
		lines, err := award.Lines(ctx, tx, id)
		return lines[0], err
	})
}

// TestSpendOrSettle: a bill is recorded while the award is ended and its settlement
// begun and handed in. What the settlement says is what the ledger says.
func TestSpendOrSettle(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	ids := fixture.Many(t, d, c, fixture.Call(t, d, c), rounds())
	awards, spending, s := fixture.Awards(d), fixture.Executions(d), fixture.Settlements(d)
	today := calendar.Today(fixture.Now(t, d))
	all := read(t, t.Context(), d, c, func(ctx context.Context, tx *work.Tx) (map[award.ID]award.Award, error) {
		return award.ByIDs(ctx, tx, ids)
	})
	for _, id := range ids {
		officer := authz.Actor{ID: 777, Name: "군담당", Grants: []authz.Grant{{Role: "officer", Government: int64(all[id].GovernmentID)}}}
		bill := fixture.Bill(lineOf(t, d, c, id), today, 1_001, 0)
		var recorded, settled error
		var wg sync.WaitGroup
		wg.Go(func() { _, recorded = spending.Record(t.Context(), officer, id, bill, "") })
		wg.Go(func() {
			if _, settled = awards.End(t.Context(), officer, id); settled != nil {
				return
			}
			var st settlement.Settlement
			if st, settled = s.Create(t.Context(), officer, id); settled == nil {
				_, settled = s.Submit(t.Context(), officer, st.ID)
			}
		})
		wg.Wait()
		if settled != nil || recorded != nil && fault.KindOf(recorded) != fault.Conflict {
			t.Fatalf("award %d: recorded %v, settled %v", id, recorded, settled)
		}
	}
	var wrong int
	if err := d.Owner.Get(&wrong, `
		select count(*) from settlements s join settlement_rows r on r.settlement_id = s.id and r.source = 'own'
		  join awards w on w.id = s.award_id join accounts a on a.id = w.account_id
		 where (r.spent, r.balance) is distinct from (a.spent_own, a.secured_own - a.spent_own)`); err != nil || wrong != 0 {
		t.Errorf("%d settlements differ from the ledger (%v)", wrong, err)
	}
}

// TestRejectOrFix: an expenditure is rejected while the settlement is fixed. Either
// the fixing saw it and stopped, or the review came too late; a fixed settlement is
// the ledger (violated_invariants at the end of the test).
func TestRejectOrFix(t *testing.T) {
	w := preparing(t)
	l, err := fixture.Executions(w.d).List(t.Context(), w.c.Manager, page.Request{Filters: map[string]string{"state": "unreviewed"}})
	if err != nil {
		t.Fatal(err)
	}
	target := l.Items[0].ID
	for i := range 100 {
		fixture.Examined(t, w.d, w.c, w.c.Officer, w.st)
		var reviewed, fixed error
		var wg sync.WaitGroup
		wg.Go(func() {
			if i%2 == 0 {
				_, reviewed = fixture.Executions(w.d).Reject(t.Context(), w.c.Manager, target, "경합")
			} else {
				_, reviewed = fixture.Executions(w.d).Accept(t.Context(), w.c.Manager, target)
			}
		})
		wg.Go(func() { _, fixed = w.s.Fix(t.Context(), w.c.Decider, w.st.ID) })
		wg.Wait()
		if (reviewed == nil) == (fixed == nil) {
			t.Fatalf("round %d: reviewed %v, fixed %v", i, reviewed, fixed)
		}
		if fixed == nil {
			return
		}
		if _, err := w.s.Correct(t.Context(), w.c.Manager, w.st.ID, "다시"); err != nil {
			t.Fatal(err)
		}
	}
}
