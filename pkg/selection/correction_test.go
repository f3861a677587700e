package selection_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

// penalised is a published call whose third applicant has a penalty of 5 points, is in
// reserve and objected; item is the penalty.
func penalised(t testing.TB) (w world, s selection.Selection, o selection.Objection, item int64) {
	t.Helper()
	d := dbtest.New(t)
	w = world{DB: d, Company: fixture.Cast(t, d), sel: fixture.Selections(d)}
	w.call = fixture.Call(t, d, w.Company, func(in *program.CallInput) {
		in.Rubric.Bonus = append(in.Rubric.Bonus, program.BonusItem{Title: "정산 지연", Points: -5})
	})
	for _, who := range []authz.Actor{w.Province, w.Officer, w.OfficerOther} {
		w.apps = append(w.apps, fixture.Submitted(t, d, w.Company, w.call, who))
	}
	ctx := t.Context()
	round := fixture.Judged(t, d, w.Company, w.call, w.apps)
	reviews := fixture.Reviews(d)
	facts, err := reviews.Facts(ctx, w.Manager, w.apps[2].ID)
	if err != nil {
		t.Fatal(err)
	}
	item = facts[2].ItemID
	if _, err := reviews.ConfirmFact(ctx, w.Manager, w.apps[2].ID, item, "작년 정산 보고서"); err != nil {
		t.Fatal(err)
	}
	locked(t, w, round.ID)
	w.national(t, 120_000_000)
	s, err = w.sel.Create(ctx, w.Manager, w.call.ID, 1)
	if err == nil {
		s, err = w.sel.Approve(ctx, w.Decider, s.ID, s.Version)
	}
	if err == nil {
		s, err = w.sel.Publish(ctx, w.Manager, s.ID, s.Version)
	}
	if err == nil {
		o, err = w.sel.File(ctx, w.OfficerOther, w.letterOf(t, w.OfficerOther).Letter.ID, "다시 보아 주십시오.", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w, s, o, item
}

// locked takes a judged round through discussion and minutes to its lock.
func locked(t testing.TB, w world, id review.RoundID) {
	t.Helper()
	ctx, reviews := t.Context(), fixture.Reviews(w.DB)
	asked, err := reviews.RequestDiscussion(ctx, w.Chair, id)
	if err == nil {
		_, err = reviews.ConfirmDiscussion(ctx, w.Manager, id, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	fixture.Minuted(t, w.DB, w.Company, id)
	if asked, err = reviews.RequestLock(ctx, w.Chair, id); err == nil {
		_, err = reviews.ConfirmLock(ctx, w.Decider, id, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// uphold answers with a correction.
func (w world) uphold(t testing.TB, o selection.Objection, in review.CorrectionInput) (selection.Objection, error) {
	t.Helper()
	return w.sel.Uphold(t.Context(), w.Manager, o.ID, o.Version, "살펴보니 맞습니다.", in)
}

// detail is the objection as somebody reads it.
func (w world) detail(t testing.TB, who authz.Actor, id selection.ObjectionID) selection.ObjectionDetail {
	t.Helper()
	d, err := w.sel.Objection(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ranking is the newest result; it must be sound.
func (w world) ranking(t testing.TB) (out review.Ranking, rows map[int64]review.RankingRow) {
	t.Helper()
	rows = map[int64]review.RankingRow{}
	_, err := work.View(t.Context(), w.DB.Work, w.Manager, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("ranking:read", authz.Object{Kind: "ranking", Program: w.Program}); err != nil {
			return none, err
		}
		var list []review.RankingRow
		if out, list, err = review.LatestRanking(ctx, tx, w.call.ID); err != nil {
			return none, err
		}
		for _, r := range list {
			rows[int64(r.ApplicationID)] = r
		}
		differences, err := review.Recompute(ctx, tx, out.RoundID)
		if len(differences) > 0 {
			t.Errorf("version %d is unsound: %+v", out.No, differences)
		}
		return none, err
	})
	if err != nil {
		t.Fatal(err)
	}
	var violated []string
	if err := w.DB.DB.Select(&violated, `select invariant || ' ' || object || ' ' || detail from violated_invariants()`); err != nil || len(violated) > 0 {
		t.Errorf("invariants: %v, %v", violated, err)
	}
	return out, rows
}

// refusesSQL demands that the app role cannot do this either.
func (w world) refusesSQL(t testing.TB, constraint, q string, args ...any) {
	t.Helper()
	tx := w.DB.DB.MustBegin()
	defer func() { _ = tx.Rollback() }()
	_, err := tx.Exec(`select set_config('app.actor', $1, true)`, strconv.FormatInt(int64(w.Decider.ID), 10))
	if err == nil {
		_, err = tx.Exec(q, args...)
	}
	if err == nil {
		_, err = tx.Exec(`set constraints traced immediate`)
	}
	var refused *pq.Error
	if !errors.As(err, &refused) || refused.Constraint != constraint && !strings.Contains(refused.Message, constraint) {
		t.Errorf("%s: %v, want %s", q, err, constraint)
	}
}

// TestCorrectionMistakes: every mistake at once, and what is not of the kind.
func TestCorrectionMistakes(t *testing.T) {
	w, _, o, item := penalised(t)
	of := w.detail(t, w.Manager, o.ID).Correctable
	if len(of.Items) != 3 || len(of.Reviewers) != 3 || len(of.Scores) != 18 {
		t.Fatalf("%d items, %d reviewers, %d scores", len(of.Items), len(of.Reviewers), len(of.Scores))
	}
	score := of.Scores[0]
	for name, x := range map[string]struct {
		in     review.CorrectionInput
		fields string
	}{
		"unknown kind":   {review.CorrectionInput{Kind: "luck"}, "correction"},
		"nothing chosen": {review.CorrectionInput{Kind: review.CorrectReviewer}, "conflict evidence reviewer_id"},
		"all filled": {review.CorrectionInput{Kind: review.CorrectBonus, BonusItemID: item, ReviewerID: 1, Conflict: "excluded", SheetID: 1, CriterionID: 1, Points: "3"},
			"bonus_item_id conflict criterion_id evidence points reviewer_id"},
		"a bonus as penalty":      {review.CorrectionInput{Kind: review.CorrectPenalty, BonusItemID: of.Items[0].ID, Evidence: "고시"}, "bonus_item_id"},
		"for nothing":             {review.CorrectionInput{Evidence: "고시", Points: "3"}, "evidence points"},
		"recused":                 {review.CorrectionInput{Kind: review.CorrectReviewer, ReviewerID: of.Reviewers[0].ID, Conflict: review.Recused, Evidence: "친족"}, "conflict"},
		"above the maximum":       {review.CorrectionInput{Kind: review.CorrectScore, SheetID: score.SheetID, CriterionID: score.CriterionID, Points: "20.5", Evidence: "녹취"}, "points"},
		"the same points":         {review.CorrectionInput{Kind: review.CorrectScore, SheetID: score.SheetID, CriterionID: score.CriterionID, Points: score.Points.Short(), Evidence: "녹취"}, "points"},
		"another's sheet, no 점수":  {review.CorrectionInput{Kind: review.CorrectScore, SheetID: 9999, CriterionID: score.CriterionID, Points: "abc"}, "criterion_id evidence points"},
		"three decimals, no word": {review.CorrectionInput{Kind: review.CorrectScore, SheetID: score.SheetID, CriterionID: score.CriterionID, Points: "1.125"}, "evidence points"},
	} {
		_, err := w.uphold(t, o, x.in)
		_, fields := fault.Public(err)
		var names []string
		for _, f := range []string{"answer", "bonus_item_id", "conflict", "correction", "criterion_id", "evidence", "points", "reviewer_id"} {
			if fields[f] != "" {
				names = append(names, f)
			}
		}
		if got := strings.Join(names, " "); fault.KindOf(err) != fault.Invalid || got != x.fields {
			t.Errorf("%s: %q, want %q (%v)", name, got, x.fields, err)
		}
	}
	_, err := w.sel.Uphold(t.Context(), w.Manager, o.ID, o.Version, " ", review.CorrectionInput{Kind: review.CorrectPenalty})
	if _, fields := fault.Public(err); len(fields) != 3 {
		t.Errorf("answer and correction together: %v", fields)
	}
}

// TestLiftPenalty: the penalty leaves the ranking, its row stays.
func TestLiftPenalty(t *testing.T) {
	w, s, o, item := penalised(t)
	ctx := t.Context()
	in := review.CorrectionInput{Kind: review.CorrectPenalty, BonusItemID: item, Evidence: "기한 안에 낸 보고서"}
	lift := `insert into bonus_lifts (application_id, bonus_item_id, objection_id, lifted_at) values ($1, $2, $3, app_now())`
	w.refusesSQL(t, "correction_by_objection", lift, w.apps[2].ID, item, o.ID)
	w.refusesSQL(t, "bonus_of_round", `update bonus_claims set evidence = 'x' where application_id = $1`, w.apps[2].ID)
	o, err := w.uphold(t, o, in)
	want(t, "uphold", err, fault.Internal)
	w.refusesSQL(t, "correction_by_objection", lift, w.apps[2].ID, item, o.ID)
	d := w.detail(t, w.Decider, o.ID)
	if d.Effect == nil || d.Effect.Done || d.Effect.After.Total-d.Effect.Before.Total != 5000 || d.Effect.After.Rank == nil || !strings.Contains(d.Told, "정산 지연") {
		t.Fatalf("the decision maker sees %+v %q", d.Effect, d.Told)
	}
	if d := w.detail(t, w.OfficerOther, o.ID); d.Told != "" || d.Effect != nil || d.Correctable != nil || d.Objection.Correction.Kind != "" {
		t.Errorf("the applicant sees before it counts: %+v", d)
	}
	if won := race(t, 5, func(int) error { _, err := w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version); return err }); won != 1 {
		t.Fatalf("%d confirmations", won)
	}
	ranking, rows := w.ranking(t)
	if ranking.No != 2 || !strings.Contains(ranking.Cause, "감점 취소") || rows[int64(w.apps[2].ID)].Bonus != 0 {
		t.Errorf("%+v %+v", ranking, rows)
	}
	mine := w.detail(t, w.OfficerOther, o.ID)
	if mine.Effect == nil || !mine.Effect.Done || mine.Effect.Before.Bonus != -5000 || mine.Effect.After.Bonus != 0 || mine.RankingNo != 2 {
		t.Errorf("the applicant reads %+v", mine.Effect)
	}
	facts, err := fixture.Reviews(w.DB).Facts(ctx, w.Manager, w.apps[2].ID)
	if err != nil || facts[2].Evidence != "작년 정산 보고서" || facts[2].LiftedAt == nil {
		t.Errorf("the penalty as it was: %+v, %v", facts[2], err)
	}
	w.refusesSQL(t, "objections_final", `update objections set evidence = 'x' where id = $1`, o.ID)
	w.refusesSQL(t, "permission denied", `delete from bonus_lifts`)
	if next, err := w.sel.Promote(ctx, w.Manager, s.ID, "이의신청 인용"); err != nil || *next.RankingID != ranking.ID {
		t.Errorf("supplement: %+v, %v", next, err)
	}
}

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

// TestCorrectScore: the chair says first that the points were written wrongly; the sheet
// keeps what was handed in, both values stand beside it, and what counts is the new one.
func TestCorrectScore(t *testing.T) {
	w, _, o, _ := penalised(t)
	ctx := t.Context()
	x := w.detail(t, w.Manager, o.ID).Correctable.Scores[0]
	in := review.CorrectionInput{Kind: review.CorrectScore, SheetID: x.SheetID, CriterionID: x.CriterionID, Points: "3", Evidence: "위원의 확인서"}
	o, err := w.uphold(t, o, in)
	if want(t, "uphold", err, fault.Internal); o.State != selection.Attesting {
		t.Fatalf("state %s", o.State)
	}
	if mine := w.detail(t, w.OfficerOther, o.ID).Objection; mine.State != selection.Filed {
		t.Errorf("the applicant reads %s", mine.State)
	}
	_, err = w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version)
	want(t, "confirm before the chair", err, fault.Conflict)
	attest := func(who authz.Actor) error { _, err := w.sel.Attest(ctx, who, o.ID, o.Version); return err }
	refused(t, "attest", attest, attempt{w.Manager, fault.Forbidden}, attempt{w.Decider, fault.Forbidden}, attempt{w.Reviewers[1], fault.NotFound}, attempt{w.OfficerOther, fault.Forbidden})
	w.refusesSQL(t, "objection_attested_by_chair", `update objections set attested_by = $2, attested_at = app_now(), state = 'upholding' where id = $1`, o.ID, w.Reviewers[1].ID)
	_, err = w.sel.Deny(ctx, w.Chair, o.ID, o.Version, "")
	want(t, "deny without a reason", err, fault.Invalid)
	o, err = w.sel.Deny(ctx, w.Chair, o.ID, o.Version, "위원이 뜻한 점수입니다.")
	if want(t, "deny", err, fault.Internal); o.State != selection.Filed || o.Correction.Kind != "" || o.Refusal == "" {
		t.Errorf("denied: %+v", o)
	}
	o, err = w.uphold(t, o, in)
	want(t, "uphold again", err, fault.Internal)
	if won := race(t, 5, func(int) error { return attest(w.Chair) }); won != 1 {
		t.Fatalf("%d attested", won)
	}
	d := w.detail(t, w.Decider, o.ID)
	o, err = w.sel.ConfirmObjection(ctx, w.Decider, o.ID, d.Objection.Version)
	want(t, "confirm", err, fault.Internal)
	ranking, rows := w.ranking(t)
	if got := rows[int64(w.apps[2].ID)]; ranking.No != 2 || got.Mean != d.Effect.After.Mean || got.Mean == d.Effect.Before.Mean {
		t.Errorf("foreseen %+v, became %+v", d.Effect, got)
	}
	sheet, err := fixture.Reviews(w.DB).Read(ctx, w.Manager, x.SheetID)
	if err != nil || *sheet.Content.Scores[0].Points != x.Points || len(sheet.Changes) != 1 || sheet.Changes[0].Before != x.Points || sheet.Changes[0].After != 3000 || sheet.Changes[0].ObjectionID == nil {
		t.Errorf("the sheet reads %+v %+v, %v", sheet.Content, sheet.Changes, err)
	}
	if minutes, err := fixture.Reviews(w.DB).Minutes(ctx, w.Manager, ranking.RoundID); err != nil || len(minutes.Changes) != 0 {
		t.Errorf("the minutes grew: %+v, %v", minutes.Changes, err)
	}
	mine := w.detail(t, w.OfficerOther, o.ID)
	if c := mine.Objection.Correction; c.SheetID != nil || c.Before != nil || c.After != nil || strings.Contains(mine.Told, x.Reviewer) || !strings.Contains(mine.Told, x.Criterion) {
		t.Errorf("the applicant reads %q %+v", mine.Told, c)
	}
	w.refusesSQL(t, "permission denied", `insert into score_changes (sheet_id, criterion_id, points_before, points_after, justification_before, justification_after, reason, changed_at, objection_id)
		select $1, $2, 3, 20, '', '', 'x', app_now(), $3`, x.SheetID, x.CriterionID, o.ID)
}

// TestUpheldWithoutCorrection: PostgreSQL ends no work in which the word and the deed
// are not both there.
func TestUpheldWithoutCorrection(t *testing.T) {
	w, _, o, item := penalised(t)
	o, err := w.uphold(t, o, review.CorrectionInput{Kind: review.CorrectPenalty, BonusItemID: item, Evidence: "보고서"})
	want(t, "uphold", err, fault.Internal)
	w.refusesSQL(t, "objection_traced", `update objections set state = 'upheld', decided_by = $2, decided_at = app_now() where id = $1`, o.ID, w.Decider.ID)
	w.refusesSQL(t, "objection_two_people", `update objections set state = 'upheld', decided_by = answered_by, decided_at = app_now() where id = $1`, o.ID)
}
