package review_test

import (
	"strconv"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
)

// rows counts, as the app role and with nothing but SQL, the scores a person sees.
func rows(t testing.TB, w world, who authz.PersonID) (n int) {
	t.Helper()
	tx, err := w.DB.DB.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if who != 0 {
		if _, err := tx.Exec(`select set_config('app.actor', $1, true)`, strconv.FormatInt(int64(who), 10)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Get(&n, `select count(*) + (select count(*) from opinions) from scores`); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestBlindness walks a round through its states and looks at it as everybody.
// Three applications have three sheets each; a sheet has six scores and an opinion.
func TestBlindness(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Judged(t, w.DB, w.Company, w.call, w.apps)
	const perSheet = 7
	own := map[authz.PersonID]int{}
	var sheetOf review.SheetID // of the first reviewer
	for _, who := range w.Reviewers {
		tasks := fixture.Tasks(t, w.DB, who)
		own[who.ID] = len(tasks)
		if sheetOf == 0 {
			sheetOf = tasks[0].SheetID
		}
	}
	officers := []authz.Actor{w.Manager, w.Decider, w.Auditor, w.Finance, w.Admin, w.Officer, w.Nobody}
	seen := func(state string, who authz.Actor, want int) {
		t.Helper()
		if got := rows(t, w, who.ID); got != want {
			t.Errorf("%s: %s sees %d rows of scores, want %d", state, who.Name, got, want)
		}
	}
	read := func(state string, who authz.Actor, kind fault.Kind) {
		t.Helper()
		_, err := w.reviews.Read(ctx, who, sheetOf)
		want(t, state+": sheet read by "+who.Name, err, kind)
	}
	ranking := func(state string, who authz.Actor, kind fault.Kind) {
		t.Helper()
		_, err := w.reviews.Ranking(ctx, who, round.ID)
		want(t, state+": ranking read by "+who.Name, err, kind)
	}

	// Scoring: everything is submitted and still nobody sees anything of another.
	if n := rows(t, w, 0); n != 0 {
		t.Errorf("without an actor %d rows are visible", n)
	}
	for i, who := range w.Reviewers {
		seen("scoring", who, own[who.ID]*perSheet)
		_, err := w.reviews.Discuss(ctx, who, round.ID)
		want(t, "scoring: discussion", err, fault.NotFound)
		ranking("scoring", who, fault.NotFound)
		if i > 0 {
			read("scoring", who, fault.NotFound)
		}
		view, err := w.reviews.Show(ctx, who, round.ID)
		if err != nil || len(view.Rows)+len(view.Reviewers)+view.Counts.Submitted > 0 {
			t.Errorf("a reviewer's round page tells of others: %+v, %v", view.Counts, err)
		}
	}
	read("scoring", w.Reviewers[0], fault.Internal)
	for _, who := range append(officers, w.Chair) {
		seen("scoring", who, 0)
		read("scoring", who, fault.NotFound)
		ranking("scoring", who, fault.NotFound)
	}
	// That somebody has handed in is known to the chair only (decisions 26).
	for who, submitted := range map[*authz.Actor]int{&w.Manager: 0, &w.Chair: 9} {
		view, err := w.reviews.Show(ctx, *who, round.ID)
		if n := view.Counts; err != nil || n.Submitted != submitted || n.Submitted+n.Draft != 9 || n.Applications != 3 {
			t.Errorf("progress for %s: %+v, %v", who.Name, n, err)
		}
	}

	// Discussing: the application's reviewers and the chair hear its scores.
	asked, err := w.reviews.RequestDiscussion(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	seen("asked for", w.Chair, 0)
	if _, err := w.reviews.ConfirmDiscussion(ctx, w.Manager, round.ID, asked.Version); err != nil {
		t.Fatal(err)
	}
	for _, who := range w.Reviewers {
		seen("discussing", who, own[who.ID]*3*perSheet)
		if got := len(discussed(t, w, who, round.ID)); got != own[who.ID]*3 {
			t.Errorf("discussing: %s hears %d sheets, want %d", who.Name, got, own[who.ID]*3)
		}
	}
	seen("discussing", w.Chair, 9*perSheet)
	read("discussing", w.Chair, fault.Internal)
	ranking("discussing", w.Chair, fault.NotFound)
	for _, who := range officers {
		seen("discussing", who, 0)
		read("discussing", who, fault.NotFound)
		ranking("discussing", who, fault.NotFound)
		_, err := w.reviews.Discuss(ctx, who, round.ID)
		want(t, "discussing: discussion for "+who.Name, err, fault.NotFound)
	}

	// Locked: the programme's officers see everything, others nothing.
	fixture.Minuted(t, w.DB, w.Company, round.ID)
	if asked, err = w.reviews.RequestLock(ctx, w.Chair, round.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.reviews.ConfirmLock(ctx, w.Decider, round.ID, asked.Version); err != nil {
		t.Fatal(err)
	}
	for _, who := range []authz.Actor{w.Manager, w.Decider, w.Auditor} {
		seen("locked", who, 9*perSheet)
		read("locked", who, fault.Internal)
		ranking("locked", who, fault.Internal)
	}
	for _, who := range []authz.Actor{w.Finance, w.Admin, w.Officer, w.Nobody} {
		read("locked", who, fault.NotFound)
		ranking("locked", who, fault.NotFound)
	}
}

// TestChairHearsNothingOfOwnJurisdiction: the chair of a round may be an official
// of a province that applied.
func TestChairHearsNothingOfOwnJurisdiction(t *testing.T) {
	w := setup(t)
	round := fixture.Judged(t, w.DB, w.Company, w.call, w.apps)
	_, err := w.reviews.AddReviewer(t.Context(), w.Manager, round.ProgramID, review.ReviewerInput{Person: w.Chair.ID, Government: w.Dasom})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := w.reviews.RequestDiscussion(t.Context(), w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reviews.ConfirmDiscussion(t.Context(), w.Manager, round.ID, asked.Version); err != nil {
		t.Fatal(err)
	}
	d, err := w.reviews.Discuss(t.Context(), w.Chair, round.ID)
	if err != nil || len(d.Rows) != 1 || d.Rows[0].ApplicationID != w.apps[2].ID {
		t.Errorf("an official of 가람도 다솜시 hears %+v, %v; want 바람군's only", d.Rows, err)
	}
	if n := rows(t, w, w.Chair.ID); n != 3*7 {
		t.Errorf("by SQL they see %d rows, want %d", n, 3*7)
	}
}

// TestRecusedHearsNothing: who declared a conflict does not discuss the application.
func TestRecusedHearsNothing(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	fixture.Panel(t, w.DB, w.Company)
	round := fixture.Round(t, w.DB, w.Company, w.call)
	if _, err := w.reviews.AutoAssign(ctx, w.Manager, round.ID, 5); err != nil {
		t.Fatal(err)
	}
	for i, who := range w.Reviewers {
		for _, task := range fixture.Tasks(t, w.DB, who) {
			if i == 0 && task.ApplicationID == w.apps[0].ID {
				if _, err := w.reviews.Declare(ctx, who, task.ID, review.Declaration{Kind: review.Excluded, Reason: "자문위원"}); err != nil {
					t.Fatal(err)
				}
				continue
			}
			sheet := fixture.Declared(t, w.DB, who, task.ID)
			if _, err := w.reviews.Submit(ctx, who, sheet, fixture.Scored(t, w.DB, who, sheet, 1).Draft); err != nil {
				t.Fatal(err)
			}
		}
	}
	asked, err := w.reviews.RequestDiscussion(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reviews.ConfirmDiscussion(ctx, w.Manager, round.ID, asked.Version); err != nil {
		t.Fatal(err)
	}
	if got := len(discussed(t, w, w.Reviewers[0], round.ID)); got != 2*5 {
		t.Errorf("who recused themselves hears %d sheets, want 10 of the other two applications", got)
	}
	if n := rows(t, w, w.Reviewers[0].ID); n != 2*5*7 {
		t.Errorf("by SQL they see %d rows, want 70", n)
	}
}
