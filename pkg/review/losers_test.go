package review_test

import (
	"testing"

	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
)

// gone makes NotFound a Conflict, as race wants losers to get: what the winner took
// away is not there any more.
func gone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return fault.Wrap(fault.Conflict, "", err)
	}
	return err
}

// TestOneWinner lets eight do at once what can be done once, for the verbs that the
// tests of their rules do not race.
func TestOneWinner(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	panel := fixture.Panel(t, w.DB, w.Company)
	round := fixture.Round(t, w.DB, w.Company, w.call)
	one := func(what string, fn func() error) {
		t.Helper()
		if won := race(t, 8, fn); won != 1 {
			t.Errorf("%s: %d won", what, won)
		}
	}
	one("update reviewer", func() error {
		_, err := w.reviews.UpdateReviewer(ctx, w.Manager, panel[0].ID, panel[0].Version, review.ReviewerInput{Employer: "가상연구원", Active: true})
		return err
	})
	one("balance", func() error {
		_, err := w.reviews.AutoAssign(ctx, w.Manager, round.ID, 3)
		return err
	})
	spare, err := w.reviews.Assign(ctx, w.Manager, round.ID, []review.Pair{{Application: w.apps[0].ID, Reviewer: panel[3].ID}})
	if err != nil {
		t.Fatal(err)
	}
	one("unassign", func() error {
		_, err := w.reviews.Unassign(ctx, w.Manager, spare[0].ID)
		return gone(err)
	})
	me := w.Reviewers[0]
	sheet := fixture.Declared(t, w.DB, me, fixture.Tasks(t, w.DB, me)[0].ID)
	one("save", func() error {
		_, err := w.reviews.SaveDraft(ctx, me, sheet, review.Input{Draft: 1, Opinion: "의견"})
		return err
	})
	item := bonusItem(t, w)
	if _, err := w.reviews.ConfirmBonus(ctx, w.Manager, round.ID, w.apps[0].ID, item, "고시"); err != nil {
		t.Fatal(err)
	}
	one("revoke bonus", func() error {
		_, err := w.reviews.RevokeBonus(ctx, w.Manager, round.ID, w.apps[0].ID, item)
		return gone(err)
	})
}

func TestRequestLockOnce(t *testing.T) {
	w := setupWith(t, 1)
	round := fixture.Discussing(t, w.DB, w.Company, w.call, w.apps)
	fixture.Minuted(t, w.DB, w.Company, round.ID)
	for _, who := range []attempt{{w.Manager, fault.Forbidden}, {w.Decider, fault.Forbidden}, {w.Reviewers[0], fault.Forbidden}, {w.Officer, fault.NotFound}} {
		_, err := w.reviews.RequestLock(t.Context(), who.who, round.ID)
		want(t, "request lock by "+who.who.Name, err, who.kind)
	}
	if won := race(t, 8, func() error { _, err := w.reviews.RequestLock(t.Context(), w.Chair, round.ID); return err }); won != 1 {
		t.Errorf("%d requests", won)
	}
}
