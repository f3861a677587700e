package review_test

import (
	"context"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// recomputed is verify's second path for a round.
func recomputed(t testing.TB, w world, id review.RoundID) []review.Difference {
	t.Helper()
	out, err := work.View(t.Context(), w.DB.Work, authz.System("검산"), func(ctx context.Context, tx *work.Tx) ([]review.Difference, error) {
		if err := tx.Allow("report:verify", authz.Object{Kind: "report"}); err != nil {
			return nil, err
		}
		return review.Recompute(ctx, tx, id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestInvitation: only who was asked answers, once; who did not accept gets nothing.
func TestInvitation(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Round(t, w.DB, w.Company, w.call)
	r, err := w.reviews.AddReviewer(ctx, w.Manager, program.ID(w.Program), review.ReviewerInput{Person: w.Reviewers[0].ID})
	if err != nil || r.State != review.ReviewerInvited {
		t.Fatalf("%+v, %v", r, err)
	}
	pair := []review.Pair{{Application: w.apps[0].ID, Reviewer: r.ID}}
	_, err = w.reviews.Assign(ctx, w.Manager, round.ID, pair)
	want(t, "assign before the answer", err, fault.Invalid)
	accept := func(who authz.Actor) error { _, err := w.reviews.AcceptInvitation(ctx, who, r.ID); return err }
	refused(t, "accept", accept, attempt{w.Manager, fault.Forbidden}, attempt{w.Reviewers[1], fault.NotFound}, attempt{w.Officer, fault.NotFound})
	if won := race(t, 8, func() error { return accept(w.Reviewers[0]) }); won != 1 {
		t.Fatalf("%d accepted", won)
	}
	if _, err = w.reviews.Assign(ctx, w.Manager, round.ID, pair); err != nil {
		t.Error(err)
	}
	other, err := w.reviews.AddReviewer(ctx, w.Manager, program.ID(w.Program), review.ReviewerInput{Person: w.Reviewers[1].ID})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := w.reviews.RefuseInvitation(ctx, w.Reviewers[1], other.ID, "일정이 맞지 않습니다.")
	if err != nil || gone.Active || gone.State != review.ReviewerRefused {
		t.Errorf("%+v, %v", gone, err)
	}
	_, err = w.reviews.AddReviewer(ctx, w.Manager, program.ID(w.Program), review.ReviewerInput{Person: w.Reviewers[1].ID})
	want(t, "ask again", err, fault.Internal)
}

// TestFactsForbid: former jurisdictions of the last years, employers that are partner
// bodies, and what ended long ago.
func TestFactsForbid(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	panel := fixture.Panel(t, w.DB, w.Company)
	round := fixture.Round(t, w.DB, w.Company, w.call)
	today := calendar.Today(fixture.Now(t, w.DB))
	var partner string
	if err := w.DB.DB.Get(&partner, `select content -> 'partners' -> 0 ->> 'name' from submissions where application_id = $1`, w.apps[1].ID); err != nil || partner == "" {
		t.Fatalf("the fixture's plan has no partner: %v", err)
	}
	edit := func(i int, in review.ReviewerInput) {
		t.Helper()
		in.Active = true
		if _, err := w.reviews.UpdateReviewer(ctx, w.Manager, panel[i].ID, panel[i].Version, in); err != nil {
			t.Fatal(err)
		}
	}
	edit(0, review.ReviewerInput{Posts: []review.Post{{GovernmentID: w.Garam, From: today.AddDays(-2000), To: today.AddDays(-300)}}})
	edit(1, review.ReviewerInput{Posts: []review.Post{{GovernmentID: w.Garam, From: today.AddDays(-3000), To: today.AddDays(-1200)}}})
	edit(2, review.ReviewerInput{Employer: "(주) " + partner})
	assign := func(app int, i int) error {
		_, err := w.reviews.Assign(ctx, w.Manager, round.ID, []review.Pair{{Application: w.apps[app].ID, Reviewer: panel[i].ID}})
		return err
	}
	for name, err := range map[string]error{"the 시·도 of last year": assign(0, 0), "its district": assign(1, 0), "a partner": assign(1, 2)} {
		want(t, name, err, fault.Invalid)
	}
	want(t, "long ago", assign(0, 1), fault.Internal)
	p, err := w.reviews.Proposal(ctx, w.Manager, round.ID, 3)
	if err != nil || p.Picks != 8 || p.Reviewers[2].After != 0 {
		t.Fatalf("proposal: %+v, %v", p, err)
	}
	if c := p.Rows[0].Cells[0]; c.State != review.CellBarred || !strings.Contains(c.Why, "가람도") {
		t.Errorf("why not: %+v", c)
	}
	tx := w.DB.DB.MustBegin()
	defer func() { _ = tx.Rollback() }()
	_, err = tx.Exec(`insert into assignments (round_id, application_id, reviewer_id, a_sido_id, a_sigungu_id, r_sido_id, r_sigungu_id)
		select $1, a.id, r.id, a.sido_id, a.sigungu_id, r.sido_id, r.sigungu_id from applications a, reviewers r where a.id = $2 and r.id = $3`, round.ID, w.apps[0].ID, panel[0].ID)
	if err == nil || !strings.Contains(err.Error(), "has a conflict") {
		t.Errorf("by SQL: %v", err)
	}
}

// TestLateConflict takes a sheet out before the lock and another one after it.
func TestLateConflict(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Judged(t, w.DB, w.Company, w.call, w.apps)
	me := w.Reviewers[0]
	task := fixture.Tasks(t, w.DB, me)[0]
	late := review.Exclusion{Kind: review.Recused, Reason: "친족이 일하는 것을 알았습니다."}
	_, err := w.reviews.Recuse(ctx, w.Reviewers[1], task.ID, late)
	want(t, "somebody else's", err, fault.NotFound)
	out, err := w.reviews.Recuse(ctx, me, task.ID, late)
	if err != nil || !out.Closed() {
		t.Fatalf("%+v, %v", out, err)
	}
	desk, err := w.reviews.Open(ctx, me, task.ID)
	if err != nil || desk.Submission != nil || desk.Content != nil {
		t.Errorf("after recusing the application is open: %+v, %v", desk, err)
	}
	asked, err := w.reviews.RequestDiscussion(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reviews.ConfirmDiscussion(ctx, w.Manager, round.ID, asked.Version); err != nil {
		t.Fatal(err)
	}
	fixture.Minuted(t, w.DB, w.Company, round.ID)
	asked, err = w.reviews.RequestLock(ctx, w.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reviews.ConfirmLock(ctx, w.Decider, round.ID, asked.Version); err != nil {
		t.Fatal(err)
	}
	if d := recomputed(t, w, round.ID); len(d) > 0 {
		t.Errorf("after the lock: %+v", d)
	}
	first, err := w.reviews.Ranking(ctx, w.Decider, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	excluded := 0
	for _, row := range first.Rows {
		for _, s := range row.Sheets {
			if s.Excluded != "" {
				excluded++
			}
		}
	}
	if first.Ranking.No != 1 || excluded != 1 {
		t.Errorf("version %d with %d excluded sheets", first.Ranking.No, excluded)
	}
	second := otherTask(t, w, task.ApplicationID)
	found := review.Exclusion{Kind: review.Excluded, Reason: "협업기관의 이사입니다."}
	_, err = w.reviews.Exclude(ctx, w.Manager, second, found)
	want(t, "the manager after the lock", err, fault.Forbidden)
	if _, err := w.reviews.Exclude(ctx, w.Decider, second, found); err != nil {
		t.Fatal(err)
	}
	again, err := w.reviews.Ranking(ctx, w.Decider, round.ID)
	if err != nil || again.Ranking.No != 2 || !strings.Contains(again.Ranking.Cause, "제척") {
		t.Errorf("%+v, %v", again.Ranking, err)
	}
	if d := recomputed(t, w, round.ID); len(d) > 0 {
		t.Errorf("after the new version: %+v", d)
	}
}

// otherTask is an assignment of another application than this.
func otherTask(t testing.TB, w world, not application.ID) review.AssignmentID {
	t.Helper()
	for _, who := range w.Reviewers[1:] {
		for _, task := range fixture.Tasks(t, w.DB, who) {
			if task.ApplicationID != not && !task.Closed() {
				return task.ID
			}
		}
	}
	t.Fatal("no other assignment")
	return 0
}

// TestTwoStages judges on paper and by presentation; the last ranking weighs both and
// equals the second path.
func TestTwoStages(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	programs := &program.Service{Work: w.DB.Work}
	fixture.Panel(t, w.DB, w.Company)
	fixture.Closed(t, w.DB, w.call)
	list, err := programs.SetStages(ctx, w.Manager, w.call.ID, []program.StageInput{{Stage: "paper", WeightBps: 4_000}, {Stage: "presentation", WeightBps: 6_000}}, "발표를 더합니다.")
	if err != nil || len(list) != 2 || len(list[1].Criteria) != 6 {
		t.Fatalf("%+v, %v", list, err)
	}
	in := list[1].Input()
	one, two := 1, 2
	in.Digits, in.Rounding, in.TieMean, in.TieBonus = &one, program.Down, 7, 8
	in.Criteria[0].Weight = two
	if _, err := programs.CorrectRubric(ctx, w.Manager, w.call.ID, in, "발표에 맞춥니다."); err != nil {
		t.Fatal(err)
	}
	paper := judgedStage(t, w, 0)
	_, err = w.reviews.CreateRound(ctx, w.Manager, w.call.ID)
	want(t, "the next stage before the lock", err, fault.Conflict)
	lockStage(t, w, paper)
	_, err = programs.SetStages(ctx, w.Manager, w.call.ID, []program.StageInput{{Stage: "paper", WeightBps: 10_000}}, "되돌립니다.")
	want(t, "stages after the first sheet", err, fault.Conflict)
	last := judgedStage(t, w, 1)
	if last.Stage != program.Presentation {
		t.Fatalf("stage %s", last.Stage)
	}
	lockStage(t, w, last)
	result, err := w.reviews.Ranking(ctx, w.Decider, last.ID)
	if err != nil || len(result.Rows) != 3 || len(result.Rows[0].StageMeans) != 2 || len(result.Rows[0].Averages) != 12 {
		t.Fatalf("%+v, %v", result, err)
	}
	if len(result.Stages) != 2 || len(result.Stages[0].Criteria)+len(result.Stages[1].Criteria) != 12 {
		t.Errorf("the averages stand under the criteria of %d stages", len(result.Stages))
	}
	first, err := w.reviews.Ranking(ctx, w.Decider, paper.ID)
	if err != nil || len(first.Stages) != 1 || len(first.Rows[0].Averages) != len(first.Stages[0].Criteria) {
		t.Errorf("the first stage is ranked by %+v, %v", first.Stages, err)
	}
	for _, id := range []review.RoundID{paper.ID, last.ID} {
		if d := recomputed(t, w, id); len(d) > 0 {
			t.Errorf("round %d: %+v", id, d)
		}
	}
	_, err = w.reviews.CreateRound(ctx, w.Manager, w.call.ID)
	want(t, "a third stage", err, fault.Conflict)
}

// judgedStage opens the next stage and lets everybody score it.
func judgedStage(t *testing.T, w world, below int) review.Round {
	t.Helper()
	ctx := t.Context()
	round, err := w.reviews.CreateRound(ctx, w.Manager, w.call.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.reviews.AutoAssign(ctx, w.Manager, round.ID, 0); err != nil {
		t.Fatal(err)
	}
	for i, who := range w.Reviewers {
		for _, task := range fixture.Tasks(t, w.DB, who) {
			if task.RoundID != round.ID {
				continue
			}
			sheet := fixture.Declared(t, w.DB, who, task.ID)
			content := fixture.Scored(t, w.DB, who, sheet, below+(i+int(task.ApplicationID))%3)
			if _, err := w.reviews.Submit(ctx, who, sheet, content.Draft); err != nil {
				t.Fatal(err)
			}
		}
	}
	return round
}

func lockStage(t *testing.T, w world, round review.Round) {
	t.Helper()
	ctx := t.Context()
	asked, err := w.reviews.RequestDiscussion(ctx, w.Chair, round.ID)
	if err == nil {
		_, err = w.reviews.ConfirmDiscussion(ctx, w.Manager, round.ID, asked.Version)
	}
	if err == nil {
		fixture.Minuted(t, w.DB, w.Company, round.ID)
		asked, err = w.reviews.RequestLock(ctx, w.Chair, round.ID)
	}
	if err == nil {
		_, err = w.reviews.ConfirmLock(ctx, w.Decider, round.ID, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}
