package selection_test

import (
	"slices"
	"strings"
	"testing"

	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

// TestTakeReviewerOut: the sheet of one who should have been kept away leaves the mean;
// the applicant learns that, not who; a second way to the same sheet loses.
func TestTakeReviewerOut(t *testing.T) {
	w, _, o, _ := penalised(t)
	ctx := t.Context()
	of := w.detail(t, w.Manager, o.ID).Correctable
	gone := of.Reviewers[0]
	in := review.CorrectionInput{Kind: review.CorrectReviewer, ReviewerID: gone.ID, Conflict: review.Excluded, Evidence: gone.Name + " 위원은 협업기관의 이사입니다."}
	take := `insert into exclusions (assignment_id, kind, reason, origin, excluded_at, objection_id)
		select a.id, 'excluded', 'x', $3, app_now(), nullif($4, 0) from assignments a where a.application_id = $1 and a.reviewer_id = $2`
	w.refusesSQL(t, "scores_open", take, w.apps[2].ID, gone.ID, "declared", 0)
	w.refusesSQL(t, "correction_by_objection", take, w.apps[2].ID, gone.ID, "objection", o.ID)
	o, err := w.uphold(t, o, in)
	want(t, "uphold", err, fault.Internal)
	foreseen := w.detail(t, w.Decider, o.ID)
	if !strings.Contains(foreseen.Told, gone.Name) {
		t.Errorf("the decision maker reads %q", foreseen.Told)
	}
	o, err = w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version)
	want(t, "confirm", err, fault.Internal)
	_, rows := w.ranking(t)
	if got := rows[int64(w.apps[2].ID)]; got.Mean != foreseen.Effect.After.Mean || got.Mean == foreseen.Effect.Before.Mean {
		t.Errorf("foreseen %+v, became %+v", foreseen.Effect, got)
	}
	w.refusesSQL(t, "correction_by_objection", `insert into exclusions (assignment_id, kind, reason, origin, excluded_at, objection_id)
		select min(id), 'excluded', 'x', 'objection', app_now(), $2 from assignments where application_id = $1`, w.apps[1].ID, o.ID) // another application
	mine := w.detail(t, w.OfficerOther, o.ID)
	if mine.Objection.Correction.ReviewerID != nil || mine.Objection.Correction.Evidence != "" || strings.Contains(mine.Told, gone.Name) || !strings.Contains(mine.Told, "제척") {
		t.Errorf("the applicant reads %q %+v", mine.Told, mine.Objection.Correction)
	}
	var sheets int
	if err := w.DB.DB.Get(&sheets, `select count(*) from sheets s join assignments a on a.id = s.assignment_id where a.application_id = $1`, w.apps[2].ID); err != nil || sheets != 3 {
		t.Errorf("%d sheets, %v", sheets, err)
	}
}

// TestLateConflictFirst: the ministry takes the same sheet out before the objection is
// confirmed; the confirmation is a Conflict and nothing of it stays.
func TestLateConflictFirst(t *testing.T) {
	w, _, o, _ := penalised(t)
	ctx := t.Context()
	gone := w.detail(t, w.Manager, o.ID).Correctable.Reviewers[0]
	o, err := w.uphold(t, o, review.CorrectionInput{Kind: review.CorrectReviewer, ReviewerID: gone.ID, Conflict: review.Challenged, Evidence: "다툼이 있습니다."})
	want(t, "uphold", err, fault.Internal)
	var assignment review.AssignmentID
	if err := w.DB.DB.Get(&assignment, `select id from assignments where application_id = $1 and reviewer_id = $2`, w.apps[2].ID, gone.ID); err != nil {
		t.Fatal(err)
	}
	_, err = fixture.Reviews(w.DB).Exclude(ctx, w.Decider, assignment, review.Exclusion{Kind: review.Excluded, Reason: "협업기관의 이사입니다."})
	want(t, "late conflict", err, fault.Internal)
	_, err = w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version)
	want(t, "confirm after it", err, fault.Conflict)
	if d := w.detail(t, w.Decider, o.ID); d.Objection.State != selection.Upholding || d.Objection.RankingID != nil {
		t.Errorf("half done: %+v", d.Objection)
	}
	if ranking, _ := w.ranking(t); ranking.No != 2 {
		t.Errorf("version %d", ranking.No)
	}
	_, err = w.sel.RefuseObjection(ctx, w.Decider, o.ID, o.Version, "이미 제외되었습니다.")
	want(t, "send back", err, fault.Internal)
}

// stage opens the next stage of a call, lets everybody score it and locks it.
func (w world) stage(t testing.TB, below int) review.RoundID {
	t.Helper()
	ctx, reviews := t.Context(), fixture.Reviews(w.DB)
	round, err := reviews.CreateRound(ctx, w.Manager, w.call.ID)
	if err == nil {
		_, err = reviews.AutoAssign(ctx, w.Manager, round.ID, 4)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, who := range w.Reviewers {
		for _, task := range fixture.Tasks(t, w.DB, who) {
			if task.RoundID != round.ID {
				continue
			}
			sheet := fixture.Declared(t, w.DB, who, task.ID)
			content := fixture.Scored(t, w.DB, who, sheet, below+i)
			if _, err := reviews.Submit(ctx, who, sheet, content.Draft); err != nil {
				t.Fatal(err)
			}
		}
	}
	locked(t, w, round.ID)
	return round.ID
}

// TestTakeReviewerOutOfAllStages: whoever should have been kept away leaves every stage
// they sat in, each with a new version, and the result follows.
func TestTakeReviewerOutOfAllStages(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	fixture.Panel(t, w.DB, w.Company)
	fixture.Closed(t, w.DB, w.call)
	programs := &program.Service{Work: w.DB.Work}
	if _, err := programs.SetStages(ctx, w.Manager, w.call.ID, []program.StageInput{{Stage: "paper", WeightBps: 4_000}, {Stage: "presentation", WeightBps: 6_000}}, "발표를 더합니다."); err != nil {
		t.Fatal(err)
	}
	paper, last := w.stage(t, 0), w.stage(t, 1)
	_, o := w.publishedAgainst(t)
	of := w.detail(t, w.Manager, o.ID).Correctable
	at := slices.IndexFunc(of.Reviewers, func(r review.CorrectableReviewer) bool { return r.Sheets == 2 })
	if at < 0 {
		t.Fatalf("nobody sat in both stages: %+v", of.Reviewers)
	}
	o, err := w.uphold(t, o, review.CorrectionInput{Kind: review.CorrectReviewer, ReviewerID: of.Reviewers[at].ID, Conflict: review.Excluded, Evidence: "협업기관의 이사"})
	want(t, "uphold", err, fault.Internal)
	foreseen := w.detail(t, w.Decider, o.ID).Effect
	_, err = w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version)
	want(t, "confirm", err, fault.Internal)
	ranking, rows := w.ranking(t)
	if ranking.RoundID != last || ranking.No != 2 || rows[int64(w.apps[2].ID)].Mean != foreseen.After.Mean {
		t.Errorf("foreseen %+v, became %+v %+v", foreseen, ranking, rows)
	}
	first, err := fixture.Reviews(w.DB).Ranking(ctx, w.Decider, paper)
	if err != nil || first.Ranking.No != 2 || !strings.Contains(first.Ranking.Cause, "이의신청") {
		t.Errorf("the first stage: %+v, %v", first.Ranking, err)
	}
}
