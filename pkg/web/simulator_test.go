package web_test

import (
	"fmt"
	"net/url"
	"testing"

	"eoul/pkg/fixture"
)

// TestSimulatorPages: before the lock there is no simulator for anybody; after it the
// address holds every condition, what cannot be computed with is named, and what was
// kept can be laid side by side.
func TestSimulatorPages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	manager, decider := s.As(s.Manager), s.As(s.Decider)
	path := fmt.Sprintf("/calls/%d/simulator", s.call.ID)
	manager.Get(path).Want(t, 404)
	fixture.Locked(t, s.db, s.Company, s.call, s.apps)
	s.As(s.Officer).Get(path).Want(t, 404)
	s.As(s.Chair).Get(path).Want(t, 404)
	manager.Get(path).Want(t, 200, "비교용", "공모의 기준과 같습니다", "남는 예산", "가람도").Lacks(t, "바꾼 조건:")
	decider.Get(path+"?cut=rank&cut_rank=1&reserves=1&no_bonus=on").Want(t, 200, "바꾼 조건:", "가점·감점 제외", "선정하는 선", "공모의 기준으로는 3건")
	manager.Get(path+"?cut=rank&per_sido=x").Want(t, 422, "정수를 숫자로")
	manager.Get(path+"?cut=rank").Want(t, 422, "몇 순위까지")
	page := manager.Get(path + "?cut=rank&cut_rank=2&percent.0.criterion=1&percent.0.value=200")
	page.Want(t, 200, "평가항목 가중치", `name="percent.0.value" value="200"`)
	save := fmt.Sprintf("/calls/%d/scenarios", s.call.ID)
	manager.Post(save, with(hidden(t, page, save), "name", "")).Want(t, 422, "이름을", `value="200"`)
	manager.Post(save, with(hidden(t, page, save), "name", "두 건만", "note", "예산이 줄 때")).Leads(t, "/scenarios/1")
	manager.Get("/scenarios/1").Want(t, 200, "두 건만", "예산이 줄 때", "비교용").Lacks(t, "이 조건 저장")
	decider.Post(save, url.Values{"name": {"한 시·도에 한 건"}, "per_sido": {"1"}}).Leads(t, "/scenarios/2")
	manager.Post(save, url.Values{"name": {"두 건만"}}).Want(t, 409, "같은 이름으로")
	manager.Get(save+"?a=1&b=2").Want(t, 200, "두 건만", "한 시·도에 한 건", "비교용")
	manager.Get(save+"?a=1&b=1").Want(t, 422, "서로 다른")
	s.As(s.Auditor).Get("/scenarios/2").Want(t, 200)
	s.As(s.Officer).Get("/scenarios/2").Want(t, 404)
}
