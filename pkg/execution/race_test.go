package execution_test

import (
	"context"
	"os"
	"sync"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/execution"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// rounds is how often a race is run: 10,000 times in make soak.
func rounds() int {
	if os.Getenv("EOUL_SOAK") != "" {
		return 10_000
	}
	return 500
}

// crowd is as many running awards as rounds.
type crowd struct {
	d      *dbtest.DB
	c      fixture.Company
	awards map[award.ID]award.Award
	lines  map[award.ID]award.Line
	today  calendar.Date
}

func gather(t *testing.T, n int) (crowd, []award.ID) {
	t.Helper()
	d := dbtest.New(t)
	w := crowd{d: d, c: fixture.Cast(t, d), lines: map[award.ID]award.Line{}, today: calendar.Today(fixture.Now(t, d))}
	ids := fixture.Many(t, d, w.c, fixture.Call(t, d, w.c), n)
	_, err := work.View(t.Context(), d.Work, w.c.Auditor, func(ctx context.Context, tx *work.Tx) (_ bool, err error) {
		if _, err := tx.Scope("award:read"); err != nil {
			return false, err
		}
		if w.awards, err = award.ByIDs(ctx, tx, ids); err != nil {
			return false, err
		}
		var rows []struct {
			Award award.ID         `db:"award_id"`
			Line  ledger.AccountID `db:"account_id"`
		}
		if err := tx.Select(ctx, &rows, `select award_id, account_id from award_lines`); err != nil {
			return false, err
		}
		for _, r := range rows {
			w.lines[r.Award] = award.Line{AccountID: r.Line, Description: "경합"}
		}
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w, ids
}

// as is the officer of the award's district.
func (w crowd) as(id award.ID) authz.Actor {
	return authz.Actor{ID: 777, Name: "군담당", Grants: []authz.Grant{{Role: "officer", Government: int64(w.awards[id].GovernmentID)}}}
}

func (w crowd) balances(t *testing.T) map[ledger.AccountID]ledger.Balances {
	t.Helper()
	out, err := work.View(t.Context(), w.d.Work, w.c.Auditor, func(ctx context.Context, tx *work.Tx) (map[ledger.AccountID]ledger.Balances, error) {
		if _, err := tx.Scope("award:read"); err != nil {
			return nil, err
		}
		diff, err := ledger.Recount(ctx, tx)
		if err == nil && len(diff) > 0 {
			t.Errorf("counters differ from postings: %v", diff)
		}
		var ids []ledger.AccountID
		for _, a := range w.awards {
			ids = append(ids, a.AccountID)
		}
		balances, lost := ledger.BalancesOf(ctx, tx, ids...)
		if err == nil {
			err = lost
		}
		return balances, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestOverLineSpending: two bills that fit the line one by one but not together are
// recorded at the same instant.
func TestOverLineSpending(t *testing.T) {
	w, ids := gather(t, rounds())
	s := fixture.Executions(w.d)
	for _, id := range ids {
		errs := make([]error, 2)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = s.Record(t.Context(), w.as(id), id, fixture.Bill(w.lines[id], w.today, 600_001, 0), "")
			})
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("award %d: %v and %v", id, errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && fault.KindOf(err) != fault.Invalid {
				t.Fatalf("award %d: %v", id, err)
			}
		}
	}
	for id, b := range w.balances(t) {
		if b.Spent.Total() != won(600_001) {
			t.Errorf("account %d spent %v of 1,000,000", id, b.Spent)
		}
	}
}

// TestSpendOrEnd: a bill is recorded while the award is ended. Either it was in time,
// or it was refused; nothing is spent on an ended account.
func TestSpendOrEnd(t *testing.T) {
	w, ids := gather(t, rounds())
	s, awards := fixture.Executions(w.d), fixture.Awards(w.d)
	spent := map[ledger.AccountID]money.Amount{}
	early := 0
	for _, id := range ids {
		var recorded, ended error
		var wg sync.WaitGroup
		wg.Go(func() {
			_, recorded = s.Record(t.Context(), w.as(id), id, fixture.Bill(w.lines[id], w.today, 1_001, 0), "")
		})
		wg.Go(func() { _, ended = awards.End(t.Context(), w.as(id), id) })
		wg.Wait()
		if ended != nil || recorded != nil && fault.KindOf(recorded) != fault.Conflict {
			t.Fatalf("award %d: recorded %v, ended %v", id, recorded, ended)
		}
		if recorded == nil {
			spent[w.awards[id].AccountID] = won(1_001)
			early++
		}
	}
	for id, b := range w.balances(t) {
		if b.Phase != ledger.Ended || b.Spent.Total() != spent[id] {
			t.Errorf("account %d is %s, spent %v, acknowledged %v", id, b.Phase, b.Spent, spent[id])
		}
	}
	var late int
	if err := w.d.Owner.Get(&late, `
		select count(*) from expenditures e join awards a on a.id = e.award_id
		  join audit_events v on v.kind = 'award' and v.object_id = a.id and v.action = 'award:end'
		  join audit_events x on x.kind = 'expenditure' and x.object_id = e.id and x.version = 1
		 where x.id > v.id`); err != nil || late != 0 {
		t.Errorf("%d bills were recorded after the end (%v)", late, err)
	}
	t.Logf("%d of %d bills were in time", early, len(ids))
}

// TestReverseOrAccept: an expenditure is taken back while it is accepted; one of the
// two happens.
func TestReverseOrAccept(t *testing.T) {
	w := running(t)
	for i := range 100 {
		e := w.record(t, w.bill(10, 0))
		var reversed, accepted error
		var wg sync.WaitGroup
		wg.Go(func() { _, reversed = w.s.Reverse(t.Context(), w.c.Officer, e.ID, "착오") })
		wg.Go(func() { _, accepted = w.s.Accept(t.Context(), w.c.Manager, e.ID) })
		wg.Wait()
		if (reversed == nil) == (accepted == nil) {
			t.Fatalf("round %d: reversed %v, accepted %v", i, reversed, accepted)
		}
		v, err := w.s.Show(t.Context(), w.c.Officer, e.ID)
		if want := execution.Reversed; err != nil || reversed == nil && v.Expenditure.State != want {
			t.Fatalf("round %d: %s, %v", i, v.Expenditure.State, err)
		}
	}
}
