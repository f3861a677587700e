package review_test

import (
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// world is a company with a call and three applications: 가람도's own, one of its
// district 나루군 and one of 바람군 below 마루도.
type world struct {
	*dbtest.DB
	fixture.Company
	call    program.Call
	apps    []application.Application
	reviews *review.Service
}

func setup(t testing.TB) world { return setupWith(t, 3) }

// setupWith is setup with the first n of the applications.
func setupWith(t testing.TB, n int) world {
	t.Helper()
	d := dbtest.New(t)
	w := world{DB: d, Company: fixture.Cast(t, d), reviews: fixture.Reviews(d)}
	w.call = fixture.Call(t, d, w.Company)
	for _, who := range []authz.Actor{w.Province, w.Officer, w.OfficerOther}[:n] {
		w.apps = append(w.apps, fixture.Submitted(t, d, w.Company, w.call, who))
	}
	return w
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
func race(t testing.TB, n int, fn func() error) (won int) {
	t.Helper()
	results := make(chan error, n)
	start := make(chan struct{})
	for range n {
		go func() { <-start; results <- fn() }()
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

func fixtureRequest() page.Request { return page.Request{Size: page.MaxSize} }

// discussed are the sheets somebody hears in a round.
func discussed(t testing.TB, w world, who authz.Actor, id review.RoundID) (out []review.SheetID) {
	t.Helper()
	d, err := w.reviews.Discuss(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range d.Rows {
		for _, s := range row.Sheets {
			out = append(out, s.SheetID)
		}
	}
	return out
}

// resubmit hands a reopened sheet in again as its reviewer.
func resubmit(t testing.TB, w world, id review.SheetID) {
	t.Helper()
	for _, who := range w.Reviewers {
		if r, err := w.reviews.Read(t.Context(), who, id); err == nil && r.Sheet.PersonID == who.ID {
			if _, err := w.reviews.Submit(t.Context(), who, id, r.Content.Draft); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatal("a sheet of nobody")
}

func bonusItem(t testing.TB, w world) (id int64) {
	t.Helper()
	if err := w.DB.DB.Get(&id, `select b.id from bonus_items b join rubrics u on u.id = b.rubric_id where u.call_id = $1 order by b.position limit 1`, w.call.ID); err != nil {
		t.Fatal(err)
	}
	return id
}
