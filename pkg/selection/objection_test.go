package selection_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

// objected is a published call whose third applicant, in reserve, objected.
func objected(t testing.TB) (world, selection.Selection, selection.Objection) {
	t.Helper()
	w, s := published(t)
	l := w.letterOf(t, w.OfficerOther)
	o, err := w.sel.File(t.Context(), w.OfficerOther, l.Letter.ID, "인구감소지역 가점이 빠졌습니다.", nil)
	if err != nil {
		t.Fatal(err)
	}
	return w, s, o
}

func TestFile(t *testing.T) {
	w, _ := published(t)
	ctx := t.Context()
	l := w.letterOf(t, w.OfficerOther).Letter
	apps := fixture.Applications(t, w.DB)
	doc, err := apps.Documents.Upload(ctx, w.OfficerOther, document.Upload{Name: "고시.pdf", Government: w.apps[2].GovernmentID, Body: bytes.NewReader(fixture.PDF())})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := apps.Documents.Upload(ctx, w.Officer, document.Upload{Name: "남의 것.pdf", Government: w.apps[1].GovernmentID, Body: bytes.NewReader(fixture.PDF())})
	if err != nil {
		t.Fatal(err)
	}
	file := func(who authz.Actor, reason string, files ...document.ID) (selection.Objection, error) {
		return w.sel.File(ctx, who, l.ID, reason, files)
	}
	refused(t, "file", func(who authz.Actor) error { _, err := file(who, "다시 보아 주십시오."); return err },
		attempt{w.Officer, fault.NotFound}, attempt{w.Manager, fault.Forbidden}, attempt{w.ProvinceOther, fault.Forbidden}, attempt{w.Reviewers[0], fault.NotFound})
	_, err = file(w.OfficerOther, " ")
	want(t, "without a reason", err, fault.Invalid)
	_, err = file(w.OfficerOther, "다시 보아 주십시오.", foreign.ID)
	want(t, "another government's file", err, fault.NotFound)
	var o selection.Objection
	if won := race(t, 6, func(int) error {
		got, err := file(w.OfficerOther, "다시 보아 주십시오.", doc.ID)
		if err == nil {
			o = got
		}
		return err
	}); won != 1 {
		t.Fatalf("%d objections", won)
	}
	d, err := w.sel.Objection(ctx, w.Manager, o.ID)
	if err != nil || len(d.Files) != 1 || !d.Can["dismiss"] || !d.Can["uphold"] || d.Can["withdraw"] || d.Correctable == nil || len(d.Correctable.Items) != 2 {
		t.Fatalf("the manager sees %+v, %v", d, err)
	}
	if _, err := w.sel.ObjectionFile(ctx, w.Manager, o.ID, foreign.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a file of something else: %v", err)
	}
	_, err = w.sel.Objection(ctx, w.Officer, o.ID)
	want(t, "another government looks", err, fault.NotFound)
	_, err = w.sel.WithdrawObjection(ctx, w.Manager, o.ID, o.Version)
	want(t, "the manager takes it back", err, fault.Forbidden)
	_, err = w.sel.WithdrawObjection(ctx, w.OfficerOther, o.ID, o.Version)
	want(t, "take back", err, fault.Internal)
	if list, err := w.sel.Objections(ctx, w.OfficerOther, page.Request{Filters: map[string]string{"state": "withdrawn"}}); err != nil || list.Total != 1 {
		t.Errorf("the list: %+v, %v", list, err)
	}
	w.DB.Clock(t, l.ObjectionUntil.Add(time.Second))
	_, err = file(w.OfficerOther, "늦은 이의신청")
	want(t, "too late", err, fault.Conflict)
}

func TestDismiss(t *testing.T) {
	w, _, o := objected(t)
	ctx := t.Context()
	dismiss := func(who authz.Actor) error {
		_, err := w.sel.Dismiss(ctx, who, o.ID, o.Version, "공모 공고의 가점 기준일에 해당하지 않습니다.")
		return err
	}
	refused(t, "dismiss", dismiss, attempt{w.Decider, fault.Forbidden}, attempt{w.OfficerOther, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	_, err := w.sel.Dismiss(ctx, w.Manager, o.ID, o.Version, "")
	want(t, "without an answer", err, fault.Invalid)
	if won := race(t, 6, func(int) error { return dismiss(w.Manager) }); won != 1 {
		t.Fatalf("%d answers", won)
	}
	if d, err := w.sel.Objection(ctx, w.OfficerOther, o.ID); err != nil || d.Objection.State != selection.Dismissed || d.Objection.Answer == "" {
		t.Errorf("the applicant reads %+v, %v", d, err)
	}
}

// TestUphold: two people; the bonus makes a new version of the ranking that names its
// cause and that verification finds sound; the selection is supplemented from it.
func TestUphold(t *testing.T) {
	w, s, o := objected(t)
	ctx := t.Context()
	d, err := w.sel.Objection(ctx, w.Manager, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	uphold := func(who authz.Actor, item int64) (selection.Objection, error) {
		return w.sel.Uphold(ctx, who, o.ID, o.Version, "고시로 확인했습니다.", review.CorrectionInput{Kind: review.CorrectBonus, BonusItemID: item, Evidence: "행정안전부 고시"})
	}
	_, err = uphold(w.Decider, d.Correctable.Items[0].ID)
	want(t, "the decision maker answers", err, fault.Forbidden)
	_, err = uphold(w.Manager, 999)
	want(t, "another rubric's item", err, fault.Invalid)
	o, err = uphold(w.Manager, d.Correctable.Items[0].ID)
	want(t, "uphold", err, fault.Internal)
	if mine, err := w.sel.Objection(ctx, w.OfficerOther, o.ID); err != nil || mine.Objection.State != selection.Filed || mine.Objection.Answer != "" {
		t.Errorf("before the second person the applicant reads %+v, %v", mine.Objection, err)
	}
	both := w.Manager
	both.Grants = append(both.Grants[:len(both.Grants):len(both.Grants)], authz.Grant{Role: "decider", Program: w.Program})
	_, err = w.sel.ConfirmObjection(ctx, both, o.ID, o.Version)
	want(t, "confirm one's own answer", err, fault.Forbidden)
	_, err = w.sel.RefuseObjection(ctx, w.Decider, o.ID, o.Version, "")
	want(t, "send back without a reason", err, fault.Invalid)
	o, err = w.sel.RefuseObjection(ctx, w.Decider, o.ID, o.Version, "근거를 보태 주십시오.")
	want(t, "send back", err, fault.Internal)
	o, err = uphold(w.Manager, d.Correctable.Items[0].ID)
	want(t, "uphold again", err, fault.Internal)
	refused(t, "confirm", func(who authz.Actor) error {
		_, err := w.sel.ConfirmObjection(ctx, who, o.ID, o.Version)
		return err
	}, attempt{w.Manager, fault.Forbidden}, attempt{w.OfficerOther, fault.Forbidden}, attempt{w.Officer, fault.NotFound})
	if won := race(t, 6, func(int) error { _, err := w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version); return err }); won != 1 {
		t.Fatalf("%d confirmations", won)
	}

	d, err = w.sel.Objection(ctx, w.OfficerOther, o.ID)
	if err != nil || d.Objection.State != selection.Upheld || d.RankingNo != 2 || d.Objection.Correction.BonusItemID == nil || !d.Effect.Done || d.Effect.After.Total-d.Effect.Before.Total != 3000 || d.Effect.After.Rank != nil {
		t.Fatalf("upheld: %+v, %v", d, err)
	}
	corrected(t, w)
	next, err := w.sel.Promote(ctx, w.Manager, s.ID, "이의신청 인용")
	want(t, "supplement by the new ranking", err, fault.Internal)
	if *next.RankingID == *s.RankingID {
		t.Error("the supplement follows the old ranking")
	}
}

// corrected demands a second, sound version of the ranking with its cause.
func corrected(t *testing.T, w world) {
	t.Helper()
	_, err := work.View(t.Context(), w.DB.Work, w.Manager, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("ranking:read", authz.Object{Kind: "ranking", Program: w.Program}); err != nil {
			return none, err
		}
		ranking, rows, err := review.LatestRanking(ctx, tx, program.CallID(w.call.ID))
		if err != nil {
			return none, err
		}
		if ranking.No != 2 || ranking.Cause == "심사 확정" || len(rows) != 3 || rows[2].Bonus+rows[0].Bonus+rows[1].Bonus == 0 {
			t.Errorf("the ranking is %+v %+v", ranking, rows)
		}
		differences, err := review.Recompute(ctx, tx, ranking.RoundID)
		if len(differences) > 0 {
			t.Errorf("the new version is unsound: %+v", differences)
		}
		return none, err
	})
	if err != nil {
		t.Fatal(err)
	}
}
