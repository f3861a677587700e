package selection_test

import (
	"context"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

// world is a company with a call and three received applications of 100,000,000
// won each, half of it 국비.
type world struct {
	*dbtest.DB
	fixture.Company
	call program.Call
	apps []application.Application
	sel  *selection.Service
}

func setup(t testing.TB) world {
	t.Helper()
	d := dbtest.New(t)
	w := world{DB: d, Company: fixture.Cast(t, d), sel: fixture.Selections(d)}
	w.call = fixture.Call(t, d, w.Company)
	for _, who := range []authz.Actor{w.Province, w.Officer, w.OfficerOther} {
		w.apps = append(w.apps, fixture.Submitted(t, d, w.Company, w.call, who))
	}
	return w
}

// national sets what the programme may grant of 국비 this year, as its owner.
func (w world) national(t testing.TB, won int64) {
	t.Helper()
	limit := money.Must(won)
	_, err := work.Do(t.Context(), w.DB.Work, w.Finance, func(ctx context.Context, tx *work.Tx) (bool, error) {
		if err := tx.Allow("appropriation:update", authz.Object{Kind: "appropriation", Program: w.Program}); err != nil {
			return false, err
		}
		c, err := program.CallByID(ctx, tx, w.call.ID)
		if err != nil {
			return false, err
		}
		if err := ledger.SetLimits(ctx, tx, c.AppropriationAccount, ledger.Limits{National: &limit}); err != nil {
			return false, err
		}
		return true, tx.Record(ctx, "appropriation:update", work.Ref{Kind: "test", ID: 1}, nil, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// want fails unless err is of the kind; fault.Internal stands for no error.
func want(t testing.TB, what string, err error, kind fault.Kind) {
	t.Helper()
	if kind == fault.Internal && err != nil || kind != fault.Internal && (err == nil || fault.KindOf(err) != kind) {
		t.Errorf("%s: got %v, want kind %d", what, err, kind)
	}
}

// race runs fn n times at once and tells how many succeeded; every other must be a
// Conflict.
func race(t testing.TB, n int, fn func(i int) error) (won int) {
	t.Helper()
	results := make(chan error, n)
	start := make(chan struct{})
	for i := range n {
		go func() { <-start; results <- fn(i) }()
	}
	close(start)
	for range n {
		switch err := <-results; {
		case err == nil:
			won++
		case fault.KindOf(err) != fault.Conflict:
			t.Errorf("a loser got %v", err)
		}
	}
	return won
}

// rowsOf are the rows of a selection as they stand.
func rowsOf(t testing.TB, w world, id selection.ID) []selection.Row {
	t.Helper()
	d, err := w.sel.Show(t.Context(), w.Manager, id)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]selection.Row, len(d.Entries))
	for i, e := range d.Entries {
		out[i] = e.Row
	}
	return out
}
