package review_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// seen counts, as the app role and with nothing but SQL, the rows of a table a person sees.
func seen(t testing.TB, w world, who authz.PersonID, table string) (n int) {
	t.Helper()
	tx, err := w.DB.DB.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`select set_config('app.actor', $1, true)`, strconv.FormatInt(int64(who), 10)); err != nil {
		t.Fatal(err)
	}
	if err := tx.Get(&n, `select count(*) from `+table); err != nil {
		t.Fatal(err)
	}
	return n
}

// around are the owner of a sheet, a fellow who scores the same application, and
// another reviewer who does not.
func around(t testing.TB, w world, sheet review.SheetID) (owner, fellow, other authz.Actor) {
	t.Helper()
	app := func() (id int64) {
		if err := w.DB.DB.Get(&id, `select a.application_id from sheets s join assignments a on a.id = s.assignment_id where s.id = $1`, sheet); err != nil {
			t.Fatal(err)
		}
		return id
	}()
	for _, who := range w.Reviewers {
		mine, on := false, false
		for _, task := range fixture.Tasks(t, w.DB, who) {
			mine = mine || task.SheetID == sheet
			on = on || int64(task.ApplicationID) == app
		}
		switch {
		case mine:
			owner = who
		case on:
			fellow = who
		default:
			other = who
		}
	}
	return owner, fellow, other
}

// changed saves the first criterion of a reopened sheet with other points.
func changed(t testing.TB, w world, owner authz.Actor, sheet review.SheetID, reason string) review.Content {
	t.Helper()
	r, err := w.reviews.Read(t.Context(), owner, sheet)
	if err != nil {
		t.Fatal(err)
	}
	first := r.Content.Scores[0]
	content, err := w.reviews.SaveDraft(t.Context(), owner, sheet, review.Input{Draft: r.Content.Draft, Opinion: r.Content.Opinion,
		Scores: []review.ScoreInput{{CriterionID: first.CriterionID, Points: "3", Justification: first.Justification, Reason: reason}}})
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestExplanations(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Discussing(t, w.DB, w.Company, w.call, w.apps)
	sheet := discussed(t, w, w.Chair, round.ID)[0]
	owner, fellow, other := around(t, w, sheet)
	ask := func(who authz.Actor) error {
		_, err := w.reviews.Ask(ctx, who, sheet, 0, "왜 낮게 보셨습니까?")
		return err
	}
	refused(t, "ask", ask, attempt{other, fault.NotFound}, attempt{w.Manager, fault.NotFound}, attempt{w.Decider, fault.NotFound}, attempt{w.Officer, fault.NotFound}, attempt{owner, fault.Conflict})
	_, err := w.reviews.Ask(ctx, fellow, sheet, 999, " ")
	want(t, "nothing asked about nothing", err, fault.Invalid)
	want(t, "a fellow asks", ask(fellow), fault.Internal)
	want(t, "the chair asks", ask(w.Chair), fault.Internal)
	x, err := w.reviews.Explanations(ctx, owner, sheet)
	if err != nil || len(x.Explanations) != 2 || !x.CanAnswer || x.CanAsk {
		t.Fatalf("asked: %+v, %v", x, err)
	}
	answer := func(who authz.Actor) error {
		_, err := w.reviews.Answer(ctx, who, x.Explanations[0].ID, "근거가 없었습니다.")
		return err
	}
	refused(t, "answer", answer, attempt{fellow, fault.NotFound}, attempt{w.Chair, fault.NotFound}, attempt{other, fault.NotFound}, attempt{w.Manager, fault.NotFound})
	if won := race(t, 8, func() error { return answer(owner) }); won != 1 {
		t.Fatalf("%d answers", won)
	}
	for who, n := range map[*authz.Actor]int{&owner: 2, &fellow: 2, &w.Chair: 2, &other: 0, &w.Manager: 0, &w.Decider: 0, &w.Auditor: 0, &w.Officer: 0, &w.Admin: 0} {
		if got := seen(t, w, who.ID, "explanations"); got != n {
			t.Errorf("discussing: %s sees %d explanations, want %d", who.Name, got, n)
		}
	}
	var told []struct {
		Topic   string `db:"topic"`
		Payload string `db:"payload"`
	}
	if err := w.DB.DB.Select(&told, `select topic, payload::text as payload from outbox where topic in ('sheet.asked', 'sheet.answered') order by id`); err != nil || len(told) != 3 {
		t.Errorf("announced: %+v, %v", told, err)
	}
	if _, err := w.DB.DB.Exec(`delete from explanations`); err == nil {
		t.Error("an explanation was deleted by SQL")
	}
	lockRound(t, w, round.ID)
	want(t, "ask after the lock", ask(w.Chair), fault.Conflict)
	if x, err = w.reviews.Explanations(ctx, w.Manager, sheet); err != nil || len(x.Explanations) != 2 || x.CanAsk {
		t.Errorf("locked: the manager reads %+v, %v", x, err)
	}
}

func TestChangedScoresKeepBothValues(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Discussing(t, w.DB, w.Company, w.call, w.apps)
	sheet := discussed(t, w, w.Chair, round.ID)[0]
	owner, fellow, other := around(t, w, sheet)
	if _, err := w.reviews.Reopen(ctx, w.Chair, sheet, "다시 살펴 주십시오."); err != nil {
		t.Fatal(err)
	}
	content := changed(t, w, owner, sheet, "")
	if content.Scores[0].Before == nil || *content.Scores[0].Before == *content.Scores[0].Points {
		t.Fatalf("the first value is forgotten: %+v", content.Scores[0])
	}
	before := *content.Scores[0].Before
	_, err := w.reviews.Submit(ctx, owner, sheet, content.Draft)
	want(t, "a change without a reason", err, fault.Invalid)
	bySQL(t, w, owner, `update sheets set state = 'submitted' where id = $1`, sheet, "score_change_reason")
	bySQL(t, w, owner, `delete from scores where sheet_id = $1`, sheet, "score_kept")
	bySQL(t, w, owner, `insert into score_changes (sheet_id, criterion_id, points_before, points_after, justification_before, justification_after, reason, changed_at)
		select $1, min(id), 1, 2, '', '', '거짓', now() from criteria`, sheet, "")
	content = changed(t, w, owner, sheet, "설명을 듣고 낮추었습니다.")
	if _, err := w.reviews.Submit(ctx, owner, sheet, content.Draft); err != nil {
		t.Fatal(err)
	}
	x, err := w.reviews.Explanations(ctx, fellow, sheet)
	if err != nil || len(x.Changes) != 1 || x.Changes[0].Before != before || x.Changes[0].After != 3000 || x.Changes[0].Reason != "설명을 듣고 낮추었습니다." {
		t.Errorf("changes: %+v, %v", x.Changes, err)
	}
	for who, n := range map[*authz.Actor]int{&owner: 1, &fellow: 1, &w.Chair: 1, &other: 0, &w.Manager: 0, &w.Decider: 0, &w.Auditor: 0, &w.Officer: 0, &w.Admin: 0} {
		if got := seen(t, w, who.ID, "score_changes"); got != n {
			t.Errorf("discussing: %s sees %d changes, want %d", who.Name, got, n)
		}
	}
	lockRound(t, w, round.ID)
	result, err := w.reviews.Ranking(ctx, w.Manager, round.ID)
	marked := 0
	for _, row := range result.Rows {
		for _, s := range row.Sheets {
			marked += len(s.Changes)
		}
	}
	if err != nil || marked != 1 {
		t.Errorf("the ranking marks %d changes, %v", marked, err)
	}
}

// bySQL tries a statement as the app role and demands the refusal; an empty constraint
// stands for a right the role does not have.
func bySQL(t testing.TB, w world, who authz.Actor, q string, arg any, constraint string) {
	t.Helper()
	tx, err := w.DB.DB.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`select set_config('app.actor', $1, true)`, strconv.FormatInt(int64(who.ID), 10)); err != nil {
		t.Fatal(err)
	}
	if arg == nil {
		_, err = tx.Exec(q)
	} else {
		_, err = tx.Exec(q, arg)
	}
	if got := constraintOf(err); err == nil || got != constraint {
		t.Errorf("%s: got %v (%q), want %q", q, err, got, constraint)
	}
}

// lockRound writes minutes, asks for the lock and confirms it.
func lockRound(t testing.TB, w world, id review.RoundID) {
	t.Helper()
	fixture.Minuted(t, w.DB, w.Company, id)
	asked, err := w.reviews.RequestLock(t.Context(), w.Chair, id)
	if err == nil {
		_, err = w.reviews.ConfirmLock(t.Context(), w.Decider, id, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestMinutes(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Judged(t, w.DB, w.Company, w.call, w.apps)
	in := review.MinutesInput{HeldAt: time.Date(2022, 1, 3, 5, 0, 0, 0, time.UTC), Place: "회의실"}
	write := func(in review.MinutesInput) func(authz.Actor) error {
		return func(who authz.Actor) error { _, err := w.reviews.WriteMinutes(ctx, who, round.ID, in); return err }
	}
	want(t, "minutes while scoring", write(in)(w.Chair), fault.Conflict)
	open(t, w, round.ID)
	_, err := w.reviews.Minutes(ctx, w.Manager, round.ID)
	want(t, "minutes nobody wrote", err, fault.NotFound)
	view, err := w.reviews.Minutes(ctx, w.Chair, round.ID)
	if err != nil || len(view.Attendees) == 0 || len(view.Items) != 3 || !view.CanWrite {
		t.Fatalf("before they are written: %+v, %v", view, err)
	}
	want(t, "nobody present", write(in)(w.Chair), fault.Invalid)
	in.Attendees = []review.ReviewerID{view.Attendees[0].ReviewerID}
	in.Items = []review.DecisionInput{{Application: w.apps[0].ID, Decision: "그대로 둡니다."}}
	refused(t, "write", write(in), attempt{w.Manager, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Reviewers[0], fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	if won := race(t, 8, func() error { return write(in)(w.Chair) }); won != 1 {
		t.Fatalf("%d wrote the first minutes", won)
	}
	for who, n := range map[*authz.Actor]int{&w.Chair: 1, &w.Manager: 0, &w.Decider: 0, &w.Auditor: 0, &w.Officer: 0} {
		if got := seen(t, w, who.ID, "round_minutes"); got != n {
			t.Errorf("discussing: %s sees %d minutes, want %d", who.Name, got, n)
		}
		if got := seen(t, w, who.ID, "minutes_items"); got != n {
			t.Errorf("discussing: %s sees %d decisions, want %d", who.Name, got, n)
		}
	}
	asked, err := w.reviews.RequestLock(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	view, err = w.reviews.Minutes(ctx, w.Decider, round.ID)
	if err != nil || view.Minutes.Place != "회의실" || len(view.Items) != 0 || seen(t, w, w.Decider.ID, "minutes_items") != 0 {
		t.Errorf("the second person reads %+v, %v; want no decisions before the lock", view, err)
	}
	in.Version = 1
	want(t, "a later version", write(in)(w.Chair), fault.Internal)
	_, err = w.reviews.ConfirmLock(ctx, w.Decider, round.ID, asked.Version)
	want(t, "lock with other minutes than those read", err, fault.Conflict)
	lockRound(t, w, round.ID)
	in.Version = 3
	want(t, "write after the lock", write(in)(w.Chair), fault.Conflict)
	bySQL(t, w, w.Chair, `update round_minutes set body = '' where round_id = $1`, round.ID, "minutes_open")
	counted, n := work.Counting(ctx)
	if view, err = w.reviews.Minutes(counted, w.Manager, round.ID); err != nil || len(view.Items) != 3 || view.CanWrite {
		t.Errorf("locked: the manager reads %+v, %v", view, err)
	}
	if n.N() > 8 {
		t.Errorf("%d queries for the minutes", n.N())
	}
}

// TestNoLockWithoutMinutes tries it with nothing but SQL.
func TestNoLockWithoutMinutes(t *testing.T) {
	w := setupWith(t, 1)
	round := fixture.Discussing(t, w.DB, w.Company, w.call, w.apps)
	bySQL(t, w, w.Decider, `do $$ begin
		update sheets set state = 'locked';
		update rounds set state = 'locked', lock_requested_by = 1, lock_confirmed_by = 2, locked_at = now() where id = `+strconv.Itoa(int(round.ID))+`;
	end $$`, nil, "round_minutes_written")
}

func open(t testing.TB, w world, id review.RoundID) {
	t.Helper()
	asked, err := w.reviews.RequestDiscussion(t.Context(), w.Chair, id)
	if err == nil {
		_, err = w.reviews.ConfirmDiscussion(t.Context(), w.Manager, id, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// constraintOf is the name of the constraint that refused, empty for another refusal.
func constraintOf(err error) string {
	var refusal *pq.Error
	if errors.As(err, &refusal) {
		return refusal.Constraint
	}
	return ""
}
