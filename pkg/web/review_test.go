package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/screening"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

type reviewSite struct {
	*webtest.Site
	fixture.Company
	db   *dbtest.DB
	call program.Call
	apps []application.Application
}

func newReviewSite(t *testing.T) reviewSite {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	s := reviewSite{db: d, Company: fixture.Cast(t, d)}
	s.call = fixture.Call(t, d, s.Company)
	for _, who := range []authz.Actor{s.Province, s.Officer, s.OfficerOther} {
		s.apps = append(s.apps, fixture.Submitted(t, d, s.Company, s.call, who))
	}
	apps := fixture.Applications(t, d)
	s.Site = webtest.New(t, web.Services{Work: d.Work, Reviews: fixture.Reviews(d), Screenings: &screening.Service{Work: d.Work}, Selections: fixture.Selections(d), Applications: apps, Documents: apps.Documents,
		Programs: &program.Service{Work: d.Work}})
	return s
}

// hidden are the hidden fields of the first form that goes to a path.
func hidden(t *testing.T, page webtest.Answer, action string) url.Values {
	t.Helper()
	_, form, found := strings.Cut(page.Body, `action="`+action+`"`)
	if !found {
		t.Fatalf("the page has no form to %s\n%s", action, page.Body)
	}
	form, _, _ = strings.Cut(form, "</form>")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

// TestReviewPages walks from the closed call to the ranking as the four people who
// take part, with forms alone.
func TestReviewPages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	manager, chair, decider, me := s.As(s.Manager), s.As(s.Chair), s.As(s.Decider), s.As(s.Reviewers[0])
	fixture.Closed(t, s.db, s.call)
	pool := fmt.Sprintf("/programs/%d/reviewers", s.Program)
	manager.Get(pool).Want(t, 200, "심사위원이 없습니다", "심사일")
	manager.Post(pool, url.Values{"person_id": {fmt.Sprint(s.Reviewers[0].ID)}, "employer": {"가상대학교"}, "expertise": {"유통, 관광"}, "government_id": {fmt.Sprint(s.Naru)}}).Leads(t, pool)
	manager.Get(pool).Want(t, 200, "가상대학교", "유통, 관광", "가람도 나루군")
	manager.Post(pool, url.Values{"person_id": {fmt.Sprint(s.Officer.ID)}}).Want(t, 422, "역할을 먼저")
	one := versions(t, manager.Get("/reviewers/1").Want(t, 200, "가상대학교", "전에 일한 곳"))
	manager.Post("/reviewers/1", with(one, "employer", "가상연구원", "active", "on", "posts.0.body", "가상조합", "posts.0.from", "")).Want(t, 422, "일하기 시작한 날")
	manager.Post("/reviewers/1", with(one, "employer", "가상연구원", "active", "on", "posts.0.body", "", "posts.0.government_id", fmt.Sprint(s.Baram), "posts.0.from", "2015-01-01", "posts.0.to", "2016-01-01")).Leads(t, pool)
	manager.Get("/reviewers/1").Want(t, 200, `value="2016-01-01"`)
	me.Get("/assignments").Want(t, 200, "심사위원 위촉 요청", "위촉 수락")
	me.Post("/reviewers/1/accept", nil).Leads(t, "/assignments")
	me.Get("/assignments").Want(t, 200).Lacks(t, "위촉 수락")
	for i, who := range s.Reviewers[1:] {
		manager.Post(pool, url.Values{"person_id": {fmt.Sprint(who.ID)}}).Leads(t, pool)
		s.As(who).Post(fmt.Sprintf("/reviewers/%d/accept", i+2), nil).Leads(t, "/assignments")
	}

	manager.Get("/rounds").Want(t, 200, "심사를 시작할 공모", "접수 3건")
	chair.Get("/rounds").Want(t, 200).Lacks(t, "심사 시작")
	manager.Post("/rounds", url.Values{"call_id": {fmt.Sprint(s.call.ID)}}).Leads(t, "/rounds/1")
	manager.Get("/rounds/1").Want(t, 200, "신청마다 심사위원을 배정", "가람도 나루군", "고르게 배정")
	manager.Post("/rounds/1/assign", url.Values{"pairs": {fmt.Sprintf("%d:1", s.apps[1].ID)}}).Leads(t, "/rounds/1")
	manager.Post("/rounds/1/assign", url.Values{"pairs": {fmt.Sprintf("%d:1", s.apps[1].ID)}}).Want(t, 422, "이미 배정했습니다")
	manager.Post("/assignments/1/remove", nil).Leads(t, "/rounds/1")
	manager.Get("/rounds/1/proposal?per_application=3").Want(t, 200, "부하", "표시한 9칸", " checked")
	chair.Get("/rounds/1/proposal").Want(t, 404)
	manager.Post("/rounds/1/balance", url.Values{"per_application": {"3"}}).Leads(t, "/rounds/1")

	list := me.Get("/assignments").Want(t, 200, "이해관계를 밝힐 신청", "확인 전")
	task := regexp.MustCompile(`/assignments/(\d+)"`).FindStringSubmatch(list.Body)[1]
	desk := "/assignments/" + task
	me.Get(desk).Want(t, 200, "이해관계를 밝혀 주십시오").Lacks(t, "총사업비", "사업 개요", "100,000,000")
	me.Post(desk+"/declare", url.Values{"kind": {"recused"}}).Want(t, 422, "사유를")
	me.Post(desk+"/declare", url.Values{"kind": {"none"}}).Leads(t, desk)
	page := me.Get(desk).Want(t, 200, "사업 개요", "평가표", "채점하지 않은 항목 6개")
	form := hidden(t, page, desk+"/sheet/1")
	me.Post(desk+"/sheet/1", with(form, "scores.0.points", "21", "scores.1.points", "열")).Want(t, 422, `value="21"`, "0점에서 20점까지", "0점에서 25점까지")
	for i := range 6 {
		n := strconv.Itoa(i)
		form = with(form, "scores."+n+".points", "9.5", "scores."+n+".justification", "계획이 뚜렷합니다.")
	}
	me.Post(desk+"/sheet/1", with(form, "act", "check", "request_key", "")).Want(t, 422)
	form.Del("request_key")
	me.Post(desk+"/sheet/1", with(form, "act", "check")).Leads(t, desk+"/check")
	check := me.Get(desk+"/check").Want(t, 200, "57.00", "평가표 제출")
	me.Post(desk+"/sheet/1/submit", hidden(t, check, desk+"/sheet/1/submit")).Leads(t, desk)
	me.Get(desk).Want(t, 200, "57.00").Lacks(t, `name="scores.0.points"`)
	for _, other := range []authz.Actor{s.Reviewers[1], s.Manager, s.Chair} {
		s.As(other).Get("/sheets/1").Want(t, 404)
		s.As(other).Get("/sheets/1/documents/1").Want(t, 404)
	}
	manager.Get("/rounds/1").Want(t, 200, "이해관계를 확인하지 않은 배정이 8건").Lacks(t, "57.00", "평가표 8건이 아직")
	chair.Get("/rounds/1").Want(t, 200, "제출", "평가표 8건이 아직").Lacks(t, "57.00")
	judge(t, s)

	chair.Post("/rounds/1/discuss", nil).Leads(t, "/rounds/1")
	manager.Get("/rounds/1/ranking").Want(t, 404)
	confirm := manager.Get("/rounds/1").Want(t, 200, "토의 열기 확인")
	manager.Post("/rounds/1/confirm", hidden(t, confirm, "/rounds/1/confirm")).Leads(t, "/rounds/1")
	me.Get("/sheets/1").Want(t, 200, "57.00")
	manager.Get("/sheets/1").Want(t, 404)
	manager.Get("/rounds/1/discussion").Want(t, 404)
	chair.Get("/rounds/1/discussion").Want(t, 200, "심사일", "57.00", "최고와 최저의 차")
	chair.Get("/sheets/1/reopen").Want(t, 200, "심사일 위원")
	chair.Post("/sheets/1/reopen", url.Values{"reason": {" "}}).Want(t, 422, "사유를")
	chair.Post("/sheets/1/reopen", url.Values{"reason": {"근거 보완"}}).Leads(t, "/rounds/1")
	me.Get(desk).Want(t, 200, "다시 열었습니다: 근거 보완")
	me.Post(desk+"/sheet/1/submit", hidden(t, me.Get(desk+"/check"), desk+"/sheet/1/submit")).Leads(t, desk)
	item := regexp.MustCompile(`value="(\d+)">인구감소지역`).FindStringSubmatch(manager.Get("/rounds/1").Body)[1]
	bonus := url.Values{"application_id": {fmt.Sprint(s.apps[2].ID)}, "bonus_item_id": {item}, "evidence": {"행정안전부 고시"}}
	manager.Post("/rounds/1/bonus", bonus).Leads(t, "/rounds/1")
	manager.Post("/rounds/1/revoke", hidden(t, manager.Get("/rounds/1").Want(t, 200, "행정안전부 고시"), "/rounds/1/revoke")).Leads(t, "/rounds/1")

	discuss(t, s, me, desk)
	chair.Post("/rounds/1/lock", nil).Leads(t, "/rounds/1")
	confirm = decider.Get("/rounds/1").Want(t, 200, "심사 확정 확인", "회의록")
	decider.Get("/rounds/1/minutes").Want(t, 200, "가상청사 회의실", "함께 살폈습니다.").Lacks(t, "그대로 둡니다", "높았습니다")
	decider.Post("/rounds/1/confirm", hidden(t, confirm, "/rounds/1/confirm")).Leads(t, "/rounds/1")
	decider.Get("/rounds/1/ranking").Want(t, 200, "바람군", "SHA-256", "심사이")
	decider.Get("/sheets/1").Want(t, 200, "55.00", "설명하다 보니 높았습니다.")
	decider.Get("/rounds/1/ranking").Want(t, 200, "(점수 변경)")
	decider.Get("/rounds/1/minutes").Want(t, 200, "가상청사 회의실", "이 신청은 그대로 둡니다.", "설명하다 보니 높았습니다.")
	decider.Get("/sheets/1/explanations").Want(t, 200, "계획의 근거가 약합니다.").Lacks(t, "설명 요청하기")
	s.As(s.Officer).Get("/rounds/1/minutes").Want(t, 404)
	s.As(s.Officer).Get("/rounds/1/ranking").Want(t, 404)
	s.Anyone().Get("/rounds/1").Want(t, 303)
}

// judge lets every reviewer finish what they have.
func judge(t *testing.T, s reviewSite) {
	t.Helper()
	for _, who := range s.Reviewers {
		for _, task := range fixture.Tasks(t, s.db, who) {
			sheet := task.SheetID
			if task.SheetState == review.SheetSubmitted {
				continue
			}
			if sheet == 0 {
				sheet = fixture.Declared(t, s.db, who, task.ID)
			}
			content := fixture.Scored(t, s.db, who, sheet, 1)
			if _, err := fixture.Reviews(s.db).Submit(t.Context(), who, sheet, content.Draft); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestSelectionPages walks from the ranking to the published result.
func TestSelectionPages(t *testing.T) {
	t.Parallel()
	s := newReviewSite(t)
	fixture.Locked(t, s.db, s.Company, s.call, s.apps)
	manager, decider := s.As(s.Manager), s.As(s.Decider)
	manager.Get("/selections").Want(t, 200, "선정안을 만들 공모")
	decider.Get("/selections").Want(t, 200).Lacks(t, "선정안 만들기")
	manager.Post("/selections", url.Values{"call_id": {fmt.Sprint(s.call.ID)}, "reserves": {"-1"}}).Want(t, 422)
	manager.Post("/selections", url.Values{"call_id": {fmt.Sprint(s.call.ID)}, "reserves": {"1"}}).Leads(t, "/selections/1")
	manager.Get("/selections/1").Want(t, 200, "3,500,000,000", "150,000,000", "한도 없음", "예산 안").Lacks(t, "/selections/1/approve")
	edit := manager.Get("/selections/1/edit").Want(t, 200, "신청 100,000,000")
	form := hidden(t, edit, "/selections/1")
	for i := range 3 {
		n := strconv.Itoa(i)
		form = with(form, "rows."+n+".outcome", "selected", "rows."+n+".amounts.national", "50,000,000", "rows."+n+".amounts.sido", "50,000,000")
	}
	form = with(form, "rows.2.outcome", "selected", "rows.2.amounts.national", "40,000,000", "rows.2.amounts.sido", "40,000,000")
	manager.Post("/selections/1", form).Want(t, 422, "사유를 적어 주십시오", `id="f-rows-2-reason-error"`, `value="40,000,000"`)
	manager.Post("/selections/1", with(form, "rows.2.reason", "예산 범위", "note", "심사 결과에 따름")).Leads(t, "/selections/1")
	page := decider.Get("/selections/1").Want(t, 200, "140,000,000", "신청 100,000,000", "예산 범위", "선정안 승인")
	s.Anyone().Get("/results").Want(t, 200, "공개된 선정 결과가 없습니다")
	s.Anyone().Get(fmt.Sprintf("/results/%d", s.call.ID)).Want(t, 404)
	decider.Post("/selections/1/approve", url.Values{"version": {"1"}}).Want(t, 409, "그사이")
	decider.Post("/selections/1/approve", hidden(t, page, "/selections/1/approve")).Leads(t, "/selections/1")
	manager.Post("/selections/1/publish", hidden(t, manager.Get("/selections/1"), "/selections/1/publish")).Leads(t, "/selections/1")
	s.Anyone().Get("/results").Want(t, 200, "어울림 사업 공모", "3 / 3건")
	s.Anyone().Get(fmt.Sprintf("/results/%d", s.call.ID)).Want(t, 200, "가람도 나루군", "40,000,000", "심사 결과에 따름").Lacks(t, "심사일", "총점", "위원장")
	s.As(s.Officer).Get("/selections/1").Want(t, 404)
}
