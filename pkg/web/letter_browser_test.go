package web_test

import (
	"fmt"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

// TestSupplementLook opens what stands beside a decision, and what follows from it, at
// both widths as the person it is for.
func TestSupplementLook(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Selected(t, s.db, s.Company, s.call, s.apps)
	sel := fixture.Selections(s.db)
	ctx := t.Context()
	for _, p := range []selection.Parameters{{Cut: selection.CutRank, CutRank: 1, Reserves: 1}, {PerSido: 1, NoBonus: true}} {
		if _, err := sel.SaveScenario(ctx, s.Manager, s.call.ID, fmt.Sprintf("상한 %d", p.PerSido), "예산이 줄 때", p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sel.File(ctx, s.Officer, 2, "가점이 빠졌습니다.", nil); err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/calls/%d", s.call.ID)
	look(t, browsertest.New(t, s.For(s.Manager)), "manager", []string{at + "/simulator?cut=rank&cut_rank=1&per_sido=1", at + "/scenarios?a=1&b=2", at + "/letter-texts", at + "/letter-texts/selected",
		"/objections/1", "/objections", "/selections/1"})
	look(t, browsertest.New(t, s.For(s.Officer)), "officer", []string{"/letters/2", "/letters", "/objections/1"})
	look(t, browsertest.New(t, s.For(s.Province)), "province", []string{"/letters/1/objection"})
}

// TestDecisionJourney: the manager weighs other conditions and keeps them, without a
// script; the decision maker reads them and confirms an objection with the keyboard.
func TestDecisionJourney(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Selected(t, s.db, s.Company, s.call, s.apps)
	manager := browsertest.New(t, s.For(s.Manager))
	manager.NoJS()
	manager.Open(fmt.Sprintf("/calls/%d/simulator", s.call.ID))
	manager.Click(`input[name="cut"][value="rank"]`)
	manager.Fill("#f-cut_rank", "1")
	manager.Follow(`form[action$="/simulator"] button.button-primary`)
	manager.See("공모의 기준으로는 3건")
	manager.Fill("#f-name", "하나만")
	manager.Follow(`form[action$="/scenarios"][method="post"] button`)
	manager.See("하나만")

	sel := fixture.Selections(s.db)
	o, err := sel.File(t.Context(), s.Officer, 2, "가점이 빠졌습니다.", nil)
	if err == nil {
		_, err = sel.Uphold(t.Context(), s.Manager, o.ID, o.Version, "맞습니다.", review.CorrectionInput{Kind: review.CorrectBonus, BonusItemID: 1, Evidence: "고시"})
	}
	if err != nil {
		t.Fatal(err)
	}
	decider := browsertest.New(t, s.For(s.Decider))
	decider.NoJS()
	decider.Open("/scenarios/1")
	decider.See("비교용")
	decider.Open("/objections/1")
	decider.Focus(`form[action$="/confirm"] button`)
	decider.Follow(`form[action$="/confirm"] button`)
	decider.See("순위 제2판")
}
