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
	"eoul/pkg/page"
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
	s, o = w.publishedAgainst(t)
	return w, s, o, item
}

// publishedAgainst publishes the selection of a locked call, to which the third
// applicant then objects.
func (w world) publishedAgainst(t testing.TB) (s selection.Selection, o selection.Objection) {
	t.Helper()
	ctx := t.Context()
	s, err := w.sel.Create(ctx, w.Manager, w.call.ID, 1)
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
	return s, o
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
	counted, queries := work.Counting(t.Context())
	if _, err := w.sel.Objection(counted, w.Manager, o.ID); err != nil || queries.N() > 7 {
		t.Errorf("%d statements for the manager's page: %v, %v", queries.N(), queries.Texts(), err)
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
	elsewhere := w.OfficerOther // also the manager of another programme, which tells nothing here
	elsewhere.Grants = append(elsewhere.Grants[:len(elsewhere.Grants):len(elsewhere.Grants)], authz.Grant{Role: "manager", Program: w.Program + 1000})
	for state, found := range map[string][2]int{"filed": {1, 0}, "upholding": {0, 1}} {
		for i, who := range []authz.Actor{elsewhere, w.Manager} {
			list, err := w.sel.Objections(ctx, who, page.Request{Filters: map[string]string{"state": state}})
			if err != nil || list.Total != found[i] {
				t.Errorf("%s finds %d %s: %v", who.Name, list.Total, state, err)
			}
		}
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

// TestUpheldWithoutCorrection: PostgreSQL ends no work in which the word and the deed
// are not both there.
func TestUpheldWithoutCorrection(t *testing.T) {
	w, _, o, item := penalised(t)
	o, err := w.uphold(t, o, review.CorrectionInput{Kind: review.CorrectPenalty, BonusItemID: item, Evidence: "보고서"})
	want(t, "uphold", err, fault.Internal)
	w.refusesSQL(t, "objection_traced", `update objections set state = 'upheld', decided_by = $2, decided_at = app_now() where id = $1`, o.ID, w.Decider.ID)
	w.refusesSQL(t, "objection_two_people", `update objections set state = 'upheld', decided_by = answered_by, decided_at = app_now() where id = $1`, o.ID)
}

// TestLetterTellsCorrection: from the letter the applicant reaches the answer, and how
// many statements it takes does not grow.
func TestLetterTellsCorrection(t *testing.T) {
	w, _, o, item := penalised(t)
	ctx := t.Context()
	l := w.letterOf(t, w.OfficerOther)
	if l.Objection == nil || l.Objection.State != selection.Filed || l.Can["object"] {
		t.Fatalf("a letter that was objected to: %+v", l)
	}
	o, err := w.uphold(t, o, review.CorrectionInput{Kind: review.CorrectPenalty, BonusItemID: item, Evidence: "보고서"})
	want(t, "uphold", err, fault.Internal)
	if l = w.letterOf(t, w.OfficerOther); l.Objection.State != selection.Filed || l.Objection.Told != "" {
		t.Errorf("before it counts: %+v", l.Objection)
	}
	_, err = w.sel.ConfirmObjection(ctx, w.Decider, o.ID, o.Version)
	want(t, "confirm", err, fault.Internal)
	counted, queries := work.Counting(ctx)
	l, err = w.sel.Letter(counted, w.OfficerOther, l.Letter.ID)
	if err != nil || l.Objection.State != selection.Upheld || !strings.Contains(l.Objection.Told, "감점 ‘정산 지연’(-5점)을 취소했습니다.") {
		t.Errorf("the letter tells %+v, %v", l.Objection, err)
	}
	if n := queries.N(); n > 9 {
		t.Errorf("%d statements for a letter: %v", n, queries.Texts())
	}
}
