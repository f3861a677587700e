package web_test

import (
	"strings"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

// TestCorrectionPages: a score that was written wrongly goes from the manager over the
// chair to the decision maker; the applicant reads what was corrected and no reviewer.
func TestCorrectionPages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Selected(t, s.db, s.Company, s.call, s.apps)
	if _, err := fixture.Selections(s.db).File(t.Context(), s.Officer, 2, "점수가 잘못 적힌 듯합니다.", nil); err != nil {
		t.Fatal(err)
	}
	manager, decider, chair, officer := s.As(s.Manager), s.As(s.Decider), s.As(s.Chair), s.As(s.Officer)
	page := manager.Get("/objections/1")
	page.Want(t, 200, "인용할 때 바로잡을 것", "순위를 바꾸지 않음", "빠진 가점 반영", "점수 오기 정정", "평균에서 뺄 위원", "배점 20").Lacks(t, "잘못 적용한 감점 취소")
	_, scores, _ := strings.Cut(page.Body, `name="criterion_id"`)
	_, scores, _ = strings.Cut(scores, `</option>`) // the empty one
	score := valueOf(t, scores, "심사일")
	answer := func(pairs ...string) []string {
		return append([]string{"answer", "위원에게 확인했습니다.", "correction", "score"}, pairs...)
	}
	manager.Post("/objections/1/uphold", with(versions(t, page), answer("criterion_id", "nonsense", "points", "")...)).Want(t, 422, "바로잡을 점수를 골라", "바른 점수를", "바로잡는 근거를")
	manager.Post("/objections/1/uphold", with(versions(t, page), answer("criterion_id", score, "points", "2", "evidence", "위원의 확인서", "conflict", "excluded")...)).
		Want(t, 422, "쓰지 않는 칸입니다", "위원의 확인서")
	manager.Post("/objections/1/uphold", with(versions(t, page), answer("criterion_id", score, "points", "2", "evidence", "위원의 확인서")...)).Leads(t, "/objections/1")
	manager.Get("/objections?state=attesting").Want(t, 200, "위원장 확인 대기")
	officer.Get("/objections/1").Want(t, 200, "답변을 기다립니다").Lacks(t, "위원장", "확인서")
	decider.Get("/objections/1").Want(t, 200, "위원장이 점수 오기를 확인하기를 기다립니다").Lacks(t, "인용 확정")

	page = chair.Get("/objections/1")
	page.Want(t, 200, "점수 오기 확인", "점수 오기가 아닙니다", "심사일 위원의", "2점으로 바로잡습니다", "확정하면")
	chair.Post("/objections/1/deny", versions(t, page)).Want(t, 422, "돌려보내는 까닭을")
	decider.Post("/objections/1/attest", versions(t, page)).Want(t, 404)
	chair.Post("/objections/1/attest", versions(t, page)).Leads(t, "/objections/1")
	page = decider.Get("/objections/1")
	decider.Post("/objections/1/confirm", versions(t, page.Want(t, 200, "위원장이", "인용 확정"))).Leads(t, "/objections/1")
	officer.Get("/objections/1").Want(t, 200, "평가표에 잘못 적힌", "점수를 바로잡았습니다", "바로잡은 뒤", "순위 제2판").Lacks(t, "심사일", "확인서", "2점으로")
	manager.Get("/rounds/1/ranking").Want(t, 200, "(점수 변경)")
}

// TestCorrectionInTheBrowser: the manager takes a reviewer's sheet out of the mean, the
// decision maker confirms without a script; the pages are looked at in both widths.
func TestCorrectionInTheBrowser(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Selected(t, s.db, s.Company, s.call, s.apps)
	sel := fixture.Selections(s.db)
	if _, err := sel.File(t.Context(), s.Officer, 2, "협업기관의 이사가 심사했습니다.", nil); err != nil {
		t.Fatal(err)
	}
	manager := browsertest.New(t, s.For(s.Manager))
	manager.Open("/objections/1")
	manager.Fill("#f-answer", "이사임을 확인했습니다.")
	manager.Click("details.disclosure summary")
	manager.Click(`input[name="correction"][value="reviewer"]`)
	manager.Fill("#f-evidence", "법인 등기")
	manager.Fill("#f-points", "3")
	manager.Follow(`button[formaction$="/uphold"]`)
	manager.See("쓰지 않는 칸입니다")
	manager.See("이 신청을 평가한 위원을 골라")
	looks(t, manager, "objection-correction")

	d, err := sel.Objection(t.Context(), s.Manager, 1)
	if err != nil {
		t.Fatal(err)
	}
	o, err := sel.Uphold(t.Context(), s.Manager, 1, d.Objection.Version, "이사임을 확인했습니다.", review.CorrectionInput{
		Kind: review.CorrectReviewer, ReviewerID: d.Correctable.Reviewers[0].ID, Conflict: review.Excluded, Evidence: "법인 등기"})
	if err != nil || o.State != selection.Upholding {
		t.Fatalf("%+v, %v", o, err)
	}
	manager.Open("/objections/1")
	manager.See("확정하면")
	looks(t, manager, "objection-foreseen")
	decider := browsertest.New(t, s.For(s.Decider))
	decider.NoJS()
	decider.Open("/objections/1")
	decider.Focus(`form[action$="/confirm"] button`)
	decider.Follow(`form[action$="/confirm"] button`)
	decider.See("평균에서 뺐습니다")
	manager.Open("/objections/1")
	manager.See("바로잡은 뒤")
	looks(t, manager, "objection-corrected")
}
