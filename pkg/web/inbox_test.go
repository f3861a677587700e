package web_test

import (
	"fmt"
	"net/url"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/notice"
	"eoul/pkg/program"
	"eoul/pkg/report"
	"eoul/pkg/screening"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// TestInboxLeadsToWhatWaits follows 내 업무 to the screenings and challenges that wait,
// and to nothing else of their call.
func TestInboxLeadsToWhatWaits(t *testing.T) {
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	screenings := &screening.Service{Work: d.Work}
	apps := fixture.Applications(t, d)
	s := webtest.New(t, web.Services{Work: d.Work, Reports: &report.Service{Work: d.Work}, Notices: &notice.Service{Work: d.Work}, Screenings: screenings,
		Reviews: fixture.Reviews(d), Applications: apps, Documents: apps.Documents, Programs: &program.Service{Work: d.Work}})
	var ids []int64
	for i, who := range []authz.Actor{c.Officer, c.Officer2, c.OfficerOther} {
		a := fixture.Submitted(t, d, c, call, who)
		ids = append(ids, int64(a.ID))
		if i == 2 {
			fixture.Closed(t, d, call)
		}
	}
	manager := s.As(c.Manager)
	list, pool := fmt.Sprintf("/calls/%d/screenings", call.ID), fmt.Sprintf("/calls/%d/pool", call.ID)
	for _, app := range ids[:2] {
		manager.Post(fmt.Sprintf("/applications/%d/screening", app), url.Values{"act": {"notify"}, "version": {"0"}, "reason": {"심의 결과를 확인할 수 없습니다."}}).Want(t, 303)
	}
	manager.Get("/").Want(t, 200, list+"?waits=answer", "2건", call.Title)
	manager.Get(list+"?waits=answer").Want(t, 200, "소명을 기다리는 부적격 통지만 보입니다", `href="`+list+`"`, "나루군", "다솜시").Lacks(t, "바람군")
	manager.Get(list+"?waits=other").Want(t, 200, "남은 통지가 없습니다").Lacks(t, "나루군")
	for _, all := range []string{list, list + "?waits=everything"} {
		manager.Get(all).Want(t, 200, "나루군", "바람군").Lacks(t, "만 보입니다")
	}
	s.As(c.Officer).Get("/").Want(t, 200, fmt.Sprintf(`href="/applications/%d/screening"`, ids[0]), "소명할 부적격 통지")

	fixture.Panel(t, d, c)
	manager.Post(pool+"/publish", nil).Leads(t, pool)
	for i, who := range []authz.Actor{c.Officer, c.OfficerOther} {
		s.As(who).Post(pool+"/challenges", url.Values{"application_id": {fmt.Sprint(ids[2*i])}, "reviewer_id": {"1"}, "reason": {"친족이 있습니다."}}).Leads(t, pool)
	}
	manager.Get("/").Want(t, 200, pool+"?state=filed#filed")
	manager.Post("/challenges/1/decide", url.Values{"version": {"1"}, "call_id": {fmt.Sprint(call.ID)}, "act": {"dismiss"}, "decision": {"사실이 아닙니다."}}).Leads(t, pool)
	manager.Get("/").Want(t, 200, pool+"#challenge-2", "바람군 · 심사일 위원")
	manager.Get(pool+"?state=filed").Want(t, 200, `id="challenge-2"`, "결정하지 않은 기피 신청만").Lacks(t, `id="challenge-1"`)
	manager.Get(pool).Want(t, 200, `id="challenge-1"`, `id="challenge-2"`)
	manager.Post("/challenges/2/decide", url.Values{"version": {"1"}, "call_id": {fmt.Sprint(call.ID)}, "act": {"uphold"}, "decision": {"맞습니다."}}).Leads(t, pool)
	manager.Get(pool+"?state=filed").Want(t, 200, "그사이 모두 결정되었습니다")
}
