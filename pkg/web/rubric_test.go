package web_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/web/webtest"
)

// inputs are what the first form to an address would send, as a browser without scripts does.
func inputs(page webtest.Answer) url.Values {
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]*name="((?:rubric\.|reason)[^"]*)" value="([^"]*)"[^>]*>`).FindAllStringSubmatch(page.Body, -1) {
		if regexp.MustCompile(`type="radio"`).MatchString(m[0]) && !regexp.MustCompile(` checked`).MatchString(m[0]) {
			continue
		}
		out.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]*name="(rubric\.[^"]*)"[^>]*>\n(.*?)</textarea>`).FindAllStringSubmatch(page.Body, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`<input type="radio" name="(rubric[^"]*)" value="([^"]*)" checked>`).FindAllStringSubmatch(page.Body, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

// TestRubricBuilder adds, copies, moves and deletes rows by buttons alone, saves, and
// tries the rubric on points whose result is known.
func TestRubricBuilder(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Draft(t, d, c)
	manager, at := site.As(c.Manager), fmt.Sprintf("/calls/%d/rubric", call.ID)
	press := func(page webtest.Answer, act string) webtest.Answer {
		t.Helper()
		form := inputs(page)
		form.Set("act", act)
		return manager.Post(at, form)
	}
	page := manager.Get(at).Want(t, 200, "사업 필요성·지역현안 적합성", "인구감소지역", "만점 <strong class=\"num\">100</strong>")
	page = press(page, "five rubric.criteria 0").Want(t, 200, `value="수"`, `value="16"`, `value="가"`, "autofocus")
	page = press(page, "copy rubric.criteria 0").Want(t, 200, "7번째 평가항목", `name="rubric.criteria.1.levels.4.label" value="가"`)
	page = press(page, "down rubric.criteria 1").Want(t, 200, `name="rubric.criteria.2.title" value="사업 필요성·지역현안 적합성"`)
	page = press(page, "delete rubric.criteria 2").Want(t, 200).Lacks(t, "7번째 평가항목")
	page = press(page, "add rubric.criteria 0").Want(t, 200, "7번째 평가항목")
	page = press(page, "bonus ties 0").Want(t, 200, "가점·감점을 비교에서 빼기")
	page = press(page, "up ties 1").Want(t, 200)
	form := inputs(page)
	form.Set("rubric.criteria.0.weight", "0")
	form.Set("rubric.criteria.0.levels.1.points", "30")
	form.Set("act", "save")
	manager.Post(at, form).Want(t, 422, `value="30"`, "등급의 점수는 0점부터 배점까지", `href="#f-rubric-criteria-0-levels-1-points"`)
	form.Set("rubric.criteria.0.levels.1.points", "16")
	form.Set("rubric.criteria.0.weight", "2")
	manager.Post(at, form).Leads(t, at+"?stage=paper")
	manager.Get(at).Want(t, 200, `name="rubric.criteria.0.weight" value="2"`, `value="우"`, "만점 <strong class=\"num\">120</strong>").Lacks(t, "7번째 평가항목")

	stages := fmt.Sprintf("/calls/%d/stages", call.ID)
	manager.Post(stages, url.Values{"stages.paper": {"40"}, "stages.site": {""}, "stages.presentation": {"50"}}).Want(t, 422, "더하면 100%")
	manager.Post(stages, url.Values{"stages.paper": {"40"}, "stages.site": {""}, "stages.presentation": {"60"}}).Leads(t, at)
	manager.Get(at+"?stage=presentation").Want(t, 200, "발표심사", `value="우"`).Lacks(t, "가점·감점 더하기")
	manager.Get(at+"?stage=site").Want(t, 404)
	site.As(c.Officer).Get(at).Want(t, 404)

	preview := at + "/preview"
	ready := manager.Get(preview).Want(t, 200, "답을 아는 보기")
	results := map[string]string{"86.00": "", "80.00": "", "84.25": "", "84.36": ""}
	for _, m := range regexp.MustCompile(`href="([^"]*preview\?[^"]*)">[^<]*→ ([0-9.]+)<`).FindAllStringSubmatch(ready.Body, -1) {
		manager.Get(html.UnescapeString(m[1])).Want(t, 200, `<td class="num">`+m[2]+`</td>`)
		delete(results, m[2])
	}
	if len(results) > 0 {
		t.Errorf("no ready sample for %v", results)
	}
	manager.Get(preview+"?mode=criteria&from=3&floor=60&text="+url.QueryEscape("가군: 20 25 25 10 10 10 +3\n나군: 1 2 3 4 5 6")).Want(t, 200, "123.00", "과락: 총점")
	manager.Get(preview+"?mode=criteria&from=2&floor=0&text="+url.QueryEscape("가군: 1 2")).Want(t, 200, "3명 이상", "평가항목의 수(6개)")
}

// TestScreeningPages: notice, answer and decision by three people, and a bonus fact.
func TestScreeningPages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	manager, officer, decider := s.As(s.Manager), s.As(s.Officer), s.As(s.Decider)
	fixture.Closed(t, s.db, s.call)
	list := fmt.Sprintf("/calls/%d/screenings", s.call.ID)
	manager.Get(list).Want(t, 200, "가람도 나루군", "심사 전")
	manager.Post(list+"/items", url.Values{"items": {"지방비 확보 확인\n\n중복 지원 확인"}}).Leads(t, list)
	at := fmt.Sprintf("/applications/%d/screening", s.apps[1].ID)
	page := manager.Get(at).Want(t, 200, "신청 자격", "위원회 사전 심의", "지방비 확보 확인", "부적격 통지", "인구감소지역")
	officer.Get(at).Want(t, 404)
	form := hidden(t, page, at)
	manager.Post(at, with(form, "act", "pass")).Want(t, 422, "모든 확인 항목에 답해")
	form = hidden(t, manager.Get(at), at)
	manager.Post(at, with(form, "act", "notify", "marks.0.passed", "yes", "marks.1.passed", "no", "marks.1.note", "겹칩니다.", "reason", "같은 사업을 지원받고 있습니다.")).Leads(t, at)
	page = officer.Get(at).Want(t, 200, "같은 사업을 지원받고 있습니다.", "소명 기한", "소명 제출").Lacks(t, "인구감소지역")
	officer.Post(at+"/answer", with(hidden(t, page, at+"/answer"), "text", " ")).Want(t, 422, "소명할 내용을")
	officer.Post(at+"/answer", with(hidden(t, page, at+"/answer"), "text", "지원이 끝났습니다.", "request_key", "")).Want(t, 422)
	page = officer.Get(at)
	officer.Post(at+"/answer", with(hidden(t, page, at+"/answer"), "text", "지원이 끝났습니다.")).Leads(t, at)
	manager.Get(at).Want(t, 200, "다른 사람이").Lacks(t, "적격으로 결정")
	page = decider.Get(at).Want(t, 200, "지원이 끝났습니다.", "적격으로 결정", "부적격으로 결정")
	decider.Post(at+"/overturn", with(hidden(t, page, at+"/overturn"), "text", "확인했습니다.")).Leads(t, at)
	officer.Get(at).Want(t, 200, "적격", "확인했습니다.")
	item := regexp.MustCompile(`name="bonus_item_id" value="(\d+)"`).FindStringSubmatch(manager.Get(at).Body)[1]
	manager.Post(at+"/bonus", url.Values{"bonus_item_id": {item}, "evidence": {"행정안전부 고시"}}).Leads(t, at)
	manager.Get(at).Want(t, 200, "행정안전부 고시", "확인 취소")
	manager.Get(list).Want(t, 200, "적격")
}

// TestPanelLook opens what surrounds the reviewers at both widths, and lets a manager
// build a rubric and a reviewer accept in the browser.
func TestPanelLook(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Closed(t, s.db, s.call)
	rubric := fmt.Sprintf("/calls/%d/rubric", s.call.ID)
	b := browsertest.New(t, s.For(s.Manager))
	b.Open(rubric)
	b.Follow(`button[value="five rubric.criteria 0"]`)
	b.Fill("#f-rubric-criteria-0-levels-0-description", "지역 현안이 뚜렷합니다.")
	b.Fill("#f-reason", "등급을 더합니다.")
	b.Follow(".form-actions .button-primary")
	b.See("배점표를 저장했습니다")
	b.Open(rubric + "/preview")
	b.Follow("main ul.plain li:first-child a")
	b.See("86.00")
	fixture.Panel(t, s.db, s.Company)
	invite(t, s)
	round := fixture.Round(t, s.db, s.Company, s.call)
	chair := browsertest.New(t, s.For(s.Chair))
	chair.Open("/assignments")
	chair.Axe()
	chair.Follow(".todo .button-primary")
	chair.See("위촉을 수락했습니다")
	proposal := fmt.Sprintf("/rounds/%d/proposal", round.ID)
	look(t, b, "manager", []string{rubric, rubric + "/preview", proposal, "/reviewers/1", fmt.Sprintf("/calls/%d/screenings", s.call.ID),
		fmt.Sprintf("/applications/%d/screening", s.apps[0].ID), fmt.Sprintf("/calls/%d/pool", s.call.ID), "/assignments/1/exclude"})
	b.Open(proposal)
	b.Click("main form[method=post] .button-primary")
	b.Follow("dialog .button-primary")
	b.See("배정했습니다")
	if n := len(fixture.Tasks(t, s.db, s.Chair)); n == 0 {
		t.Error("who accepted in the browser was given nothing")
	}
}

// invite asks the chair into the pool.
func invite(t *testing.T, s reviewSite) {
	t.Helper()
	manager := s.As(s.Manager)
	pool := fmt.Sprintf("/programs/%d/reviewers", s.Program)
	manager.Post(pool, url.Values{"person_id": {fmt.Sprint(s.Chair.ID)}, "employer": {"가상연구원"}}).Leads(t, pool)
}
