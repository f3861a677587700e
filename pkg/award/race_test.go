package award_test

import (
	"errors"
	"os"
	"sync"
	"testing"

	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// rounds is how often a race is run: 10,000 times in make soak.
func rounds() int {
	if os.Getenv("EOUL_SOAK") != "" {
		return 10_000
	}
	return 1_000
}

// TestDoubleDisbursement: a tranche is confirmed twice at the same instant, by two
// people of the payer or by one person with the same request key; the money moves
// once. The rounds are spread over awards, because every request reads its award's
// tranches.
func TestDoubleDisbursement(t *testing.T) {
	const awards = 10
	for range awards {
		t.Run("award", func(t *testing.T) {
			t.Parallel()
			confirmTwice(t, rounds()/awards)
		})
	}
}

func confirmTwice(t *testing.T, n int) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s := service(d)
	third := c.Finance
	third.ID, third.Name = 1_000_001, "재무삼"
	for i := range n {
		tr, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(1_000)})
		if err == nil {
			tr, err = s.Draft(t.Context(), c.Finance, tr.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		ctx, second := t.Context(), third
		if i%2 == 1 {
			ctx, second = work.WithRequest(ctx, work.Request{Key: ledger.NewKey(), Route: "confirm"}), c.Finance2
		}
		errs := make([]error, 2)
		var wg sync.WaitGroup
		wg.Go(func() { _, errs[0] = s.Confirm(ctx, c.Finance2, tr.ID) })
		wg.Go(func() { _, errs[1] = s.Confirm(ctx, second, tr.ID) })
		wg.Wait()
		_, replayed := errors.AsType[*work.Replayed](errors.Join(errs...))
		if (errs[0] == nil) == (errs[1] == nil) || replayed != (i%2 == 1) {
			t.Fatalf("round %d: %v and %v", i, errs[0], errs[1])
		}
	}
	if b := balances(t, d, a, c.Officer); b.Disbursed != fixture.Sources(int64(n)*1_000, 0, 0, 0) {
		t.Errorf("disbursed %v in %d rounds", b.Disbursed, n)
	}
}

// TestOverdraw: tranches that together exceed the grant are asked for at the same
// instant; never is more on its way than was granted.
func TestOverdraw(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s := service(d)
	var wg sync.WaitGroup
	var mu sync.Mutex
	asked := 0
	for range 12 {
		wg.Go(func() {
			_, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(15_000_000)})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				asked++
			}
		})
	}
	wg.Wait()
	if asked != 3 {
		t.Errorf("%d tranches of 15,000,000 won were taken for 50,000,000", asked)
	}
}

// TestConfirmOrEnd: a tranche is confirmed while its award is ended; either the money
// moved and the award goes on, or it did not.
func TestConfirmOrEnd(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s, today := service(d), calendar.Today(fixture.Now(t, d))
	if _, err := s.Start(t.Context(), c.Officer, a.ID); err != nil {
		t.Fatal(err)
	}
	tr, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(1_000)})
	if err == nil {
		tr, err = s.Draft(t.Context(), c.Finance, tr.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	var confirmed, ended error
	var wg sync.WaitGroup
	wg.Go(func() { _, confirmed = s.Confirm(t.Context(), c.Finance2, tr.ID) })
	wg.Go(func() { _, ended = s.End(t.Context(), c.Officer, a.ID) })
	wg.Wait()
	if confirmed != nil || ended == nil {
		t.Fatalf("a drafted tranche: confirmed %v, ended %v", confirmed, ended)
	}
	if _, err := s.Receive(t.Context(), c.Officer, tr.ID, today); err != nil {
		t.Fatal(err)
	}
	if _, err := s.End(t.Context(), c.Officer, a.ID); err != nil {
		t.Error(err)
	}
}
