package web_test

import (
	"fmt"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
)

// TestDiscussionInTheBrowser: the chair asks about a sheet, the reviewer answers, the
// chair writes the minutes and reads them; every page is looked at in both widths.
func TestDiscussionInTheBrowser(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	round := fixture.Discussing(t, s.db, s.Company, s.call, s.apps)
	d, err := fixture.Reviews(s.db).Discuss(t.Context(), s.Chair, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	sheet := d.Rows[0].Sheets[0].SheetID
	at, asked := fmt.Sprintf("/rounds/%d", round.ID), fmt.Sprintf("/sheets/%d/explanations", sheet)
	chair := browsertest.New(t, s.For(s.Chair))
	chair.Open(at + "/discussion")
	looks(t, chair, "discussion-spread")
	chair.Follow(fmt.Sprintf(`a[href="%s"]`, asked))
	chair.Fill("#f-question", "왜 이렇게 보셨습니까?")
	chair.Follow(`.form .button-primary`)
	chair.See("답을 기다림")
	looks(t, chair, "explanations-chair")

	for _, who := range s.Reviewers {
		for _, task := range fixture.Tasks(t, s.db, who) {
			if task.SheetID == sheet {
				me := browsertest.New(t, s.For(who))
				me.Open(asked)
				looks(t, me, "explanations-reviewer")
				me.Fill("#f-answer", "계획의 근거가 약합니다.")
				me.Follow(`.form .button-primary`)
				me.See("답했습니다")
			}
		}
	}
	chair.Open(asked)
	chair.See("계획의 근거가 약합니다.")
	chair.Open(at + "/minutes/edit")
	looks(t, chair, "minutes-edit")
	chair.Fill("#f-place", "가상청사 회의실")
	chair.Fill("#f-items-0-decision", "이 신청은 그대로 둡니다.")
	chair.Follow(`.form .button-primary`)
	chair.See("회의록을 저장했습니다")
	chair.See("이 신청은 그대로 둡니다.")
	looks(t, chair, "minutes")
	if view, err := fixture.Reviews(s.db).Minutes(t.Context(), s.Chair, round.ID); err != nil || view.Round.State != review.Discussing || view.Minutes.Place != "가상청사 회의실" {
		t.Errorf("minutes: %+v, %v", view.Minutes, err)
	}
}
