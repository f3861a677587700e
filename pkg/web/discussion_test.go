package web_test

import (
	"net/url"
	"testing"

	"eoul/pkg/web/webtest"
)

// discuss takes an open discussion to the point where the lock can be asked for: an
// explanation is asked for and given, a score changed with a reason, minutes written.
// me is the reviewer of sheet 1, whose desk is open at the address.
func discuss(t *testing.T, s reviewSite, me webtest.Visitor, desk string) {
	t.Helper()
	chair, manager := s.As(s.Chair), s.As(s.Manager)
	asked := "/sheets/1/explanations"
	manager.Get(asked).Want(t, 404)
	chair.Get("/rounds/1/discussion").Want(t, 200, "모든 위원 평균과의 차", "평가항목별 최고와 최저", "요청하기")
	chair.Post(asked, url.Values{"question": {" "}}).Want(t, 422, "물을 내용을")
	chair.Post(asked, url.Values{"question": {"왜 이렇게 보셨습니까?"}, "criterion_id": {""}}).Leads(t, asked)
	manager.Post(asked, url.Values{"question": {"부처도 묻습니다."}}).Want(t, 404)
	page := me.Get(asked).Want(t, 200, "왜 이렇게 보셨습니까?", "답을 기다림", "답하기").Lacks(t, "설명 요청하기")
	form := hidden(t, page, "/explanations/1/answer")
	me.Post("/explanations/1/answer", form).Want(t, 422, "답을 2,000자")
	me.Post("/explanations/1/answer", with(form, "answer", "계획의 근거가 약합니다.", "request_key", "")).Want(t, 422)
	form.Del("request_key")
	me.Post("/explanations/1/answer", with(form, "answer", "계획의 근거가 약합니다.")).Leads(t, asked)
	chair.Get(asked).Want(t, 200, "계획의 근거가 약합니다.").Lacks(t, "답을 기다림")
	chair.Get("/rounds/1/discussion").Want(t, 200, "요청 1건")

	chair.Post("/sheets/1/reopen", url.Values{"reason": {"다시 살펴 주십시오"}}).Leads(t, "/rounds/1")
	edit := hidden(t, me.Get(desk).Want(t, 200, "점수를 바꾼 사유"), desk+"/sheet/1")
	for _, n := range []string{"0", "1", "2", "3", "4", "5"} {
		edit = with(edit, "scores."+n+".points", "9.5", "scores."+n+".justification", "계획이 뚜렷합니다.")
	}
	me.Post(desk+"/sheet/1", with(edit, "scores.0.points", "7.5")).Leads(t, desk)
	me.Post(desk+"/sheet/1/submit", hidden(t, me.Get(desk+"/check").Want(t, 200, "토의 전"), desk+"/sheet/1/submit")).Want(t, 422, "토의 중에 점수를 바꾼 사유")
	edit = with(edit, "version", hidden(t, me.Get(desk), desk+"/sheet/1").Get("version"))
	edit.Del("request_key")
	me.Post(desk+"/sheet/1", with(edit, "scores.0.points", "7.5", "scores.0.reason", "설명하다 보니 높았습니다.")).Leads(t, desk)
	me.Post(desk+"/sheet/1/submit", hidden(t, me.Get(desk+"/check"), desk+"/sheet/1/submit")).Leads(t, desk)
	chair.Get("/rounds/1/discussion").Want(t, 200, "토의 중 변경", "설명하다 보니 높았습니다.", "7.50")

	chair.Post("/rounds/1/lock", nil).Want(t, 409, "회의록을 먼저")
	manager.Get("/rounds/1/minutes").Want(t, 404)
	me.Get("/rounds/1/minutes/edit").Want(t, 404)
	chair.Get("/rounds/1/minutes").Want(t, 200, "아직 회의록이 없습니다")
	chair.Post("/rounds/1/minutes", url.Values{"place": {" "}, "held_at": {"2022-03-01T14:00"}, "version": {"0"}}).Want(t, 422, "회의를 연 곳을", "참석한 사람을")
	draft := hidden(t, chair.Get("/rounds/1/minutes/edit").Want(t, 200, "신청", "참석한 위원"), "/rounds/1/minutes")
	chair.Post("/rounds/1/minutes", with(draft, "held_at", "2022-01-03T14:00", "place", "가상청사 회의실", "attendees", "1", "body", "함께 살폈습니다.", "items.0.decision", "이 신청은 그대로 둡니다.")).Leads(t, "/rounds/1/minutes")
	chair.Get("/rounds/1/minutes").Want(t, 200, "가상청사 회의실", "함께 살폈습니다.", "이 신청은 그대로 둡니다.", "설명하다 보니 높았습니다.")
	manager.Get("/rounds/1/minutes").Want(t, 404)
}
