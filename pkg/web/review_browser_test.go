package web_test

import (
	"fmt"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
)

// TestReviewLook opens every page of review and selection at both widths as the
// person it is for.
func TestReviewLook(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	round := fixture.Assigned(t, s.db, s.Company, s.call, 3)
	me := s.Reviewers[0]
	tasks := fixture.Tasks(t, s.db, me)
	sheet := fixture.Declared(t, s.db, me, tasks[0].ID)
	fixture.Scored(t, s.db, me, sheet, 1)
	at := fmt.Sprintf("/rounds/%d", round.ID)
	desk := fmt.Sprintf("/assignments/%d", tasks[0].ID)
	look(t, browsertest.New(t, s.For(me)), "reviewer", []string{"/assignments", fmt.Sprintf("/assignments/%d", tasks[1].ID), desk, desk + "/check", at})
	look(t, browsertest.New(t, s.For(s.Manager)), "manager", []string{"/rounds", at, fmt.Sprintf("/programs/%d/reviewers", s.Program), "/reviewers/1"})
}

// TestDecisionLook does the same from the lock to the public result.
func TestDecisionLook(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	x := fixture.SelectionDrafted(t, s.db, s.Company, s.call, s.apps)
	at := fmt.Sprintf("/selections/%d", x.ID)
	editor := browsertest.New(t, s.For(s.Manager))
	look(t, editor, "manager", []string{at + "/edit"})
	var err error
	if x, err = fixture.Selections(s.db).Approve(t.Context(), s.Decider, x.ID, x.Version); err == nil {
		_, err = fixture.Selections(s.db).Publish(t.Context(), s.Manager, x.ID, x.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	look(t, browsertest.New(t, s.For(s.Chair)), "chair", []string{"/rounds/1/discussion"})
	look(t, browsertest.New(t, s.For(s.Decider)), "decider", []string{"/rounds/1/ranking", "/sheets/1", "/selections", at})
	look(t, browsertest.New(t, s.For(s.Nobody)), "anyone", []string{"/results", fmt.Sprintf("/results/%d", s.call.ID)})
}

// TestScoringWithTheKeyboard scores a sheet from the declaration to the submission
// as a reviewer does, the last step in the dialog that asks once more.
func TestScoringWithTheKeyboard(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Assigned(t, s.db, s.Company, s.call, 3)
	me := s.Reviewers[0]
	task := fixture.Tasks(t, s.db, me)[0]
	b := browsertest.New(t, s.For(me))
	b.Open(fmt.Sprintf("/assignments/%d", task.ID))
	b.Click(`input[name="kind"][value="none"]`)
	b.Click(".form .button-primary")
	b.Follow("dialog .button-primary")
	b.See("채점하지 않은 항목 6개")
	for i := range 6 {
		b.Fill(fmt.Sprintf("#f-scores-%d-points", i), "8.5")
		b.Fill(fmt.Sprintf("#f-scores-%d-justification", i), "계획이 뚜렷합니다.")
	}
	b.Follow(`.form .button-primary`)
	b.See("51.00")
	b.Click(".form .button-primary")
	b.Follow("dialog .button-primary")
	b.See("평가표를 제출했습니다")
}
