package selection_test

import (
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

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
