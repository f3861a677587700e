package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// callSite is the product's site on a database whose clock stands where webtest's does.
func callSite(t *testing.T) (*dbtest.DB, fixture.Company, *webtest.Site) {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	c := fixture.Cast(t, d)
	return d, c, webtest.New(t, web.Services{Work: d.Work, Programs: &program.Service{Work: d.Work}, Ledger: &ledger.Service{Work: d.Work}})
}

// filledCall is the form of a call as a manager fills it in.
func filledCall(c fixture.Company) url.Values {
	return url.Values{
		"program_id": {fmt.Sprint(c.Program)}, "fiscal_year": {"2026"}, "title": {"2026년 어울림 사업"}, "summary": {"지역 현안을 민·관이 함께 풉니다."}, "agenda": {"판로 확대, 인재 양성"},
		"opens_at": {"2026-03-03T09:00"}, "closes_at": {"2026-03-31T18:00"}, "endorse_until": {"2026-04-07T18:00"}, "correct_until": {"2026-04-14T18:00"},
		"project_from": {"2026-05-01"}, "project_to": {"2026-12-31"}, "applicants": {"sido", "sigungu"}, "needs_deliberation": {"on"},
		"cap": {"100,000,000"}, "code_set": {"national"}, "drop_from": {"3"}, "total_floor": {"60"},
		"matching.national_bps": {"50"}, "matching.national_exact": {"on"}, "matching.sido_min_bps": {"0"}, "matching.sido_max_bps": {"50"},
		"matching.sigungu_min_bps": {"0"}, "matching.sigungu_max_bps": {"50"}, "matching.own_min_bps": {"0"}, "matching.own_max_bps": {"0"},
		"rubric.criteria.0.title": {"필요성"}, "rubric.criteria.0.guidance": {""}, "rubric.criteria.0.max": {"40"}, "rubric.criteria.0.floor": {"16"}, "rubric.criteria.0.tie_order": {""},
		"rubric.criteria.1.title": {""}, "rubric.criteria.1.guidance": {""}, "rubric.criteria.1.max": {""}, "rubric.criteria.1.floor": {""}, "rubric.criteria.1.tie_order": {""},
		"rubric.criteria.2.title": {"협업체계"}, "rubric.criteria.2.guidance": {""}, "rubric.criteria.2.max": {"60"}, "rubric.criteria.2.floor": {"0"}, "rubric.criteria.2.tie_order": {""},
		"rubric.bonus.0.title": {"인구감소지역"}, "rubric.bonus.0.points": {"3"},
		"sections.0.title": {"사업 개요"}, "sections.0.hint": {""}, "sections.0.max_length": {"2000"}, "sections.0.kind": {"overview"}, "sections.0.required": {"on"},
		"documents.0.title": {"심의 결과"}, "documents.0.code": {"deliberation"}, "documents.0.required": {"on"},
	}
}

// TestCallPages writes a call, announces it, lets it open, extends it, corrects its
// rubric and copies it, as its manager does in the browser.
func TestCallPages(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	manager := site.As(c.Manager)
	form := filledCall(c)
	manager.Post("/calls", form).Want(t, 422, "2026년 예산이 없습니다", "2026년 어울림 사업", "인구감소지역")
	fixture.Appropriation(t, d, c)
	form.Set("rubric.criteria.2.max", "0") // the blank row before it goes, the message follows
	form.Set("matching.own_max_bps", "33.333")
	manager.Post("/calls", form).Want(t, 422, "소수 둘째 자리까지", `value="33.333"`)
	form.Set("matching.own_max_bps", "0")
	manager.Post("/calls", form).Want(t, 422, `href="#f-rubric-criteria-1-max"`, `id="f-rubric-criteria-1-max"`, "배점은 1점부터")
	form.Set("rubric.criteria.2.max", "60")
	manager.Get("/calls/new?program="+fmt.Sprint(c.Program)).Want(t, 200, "공모 만들기", "사업 필요성·지역현안 적합성")
	manager.Post("/calls", form).Leads(t, "/calls/1")
	page := manager.Get("/calls/1").Want(t, 200, "2026년 어울림 사업", "작성", "지금 할 일", "총사업비의 50%", "협업체계 → 필요성 → 위원회 결정", "인구감소지역", "60점 미만이면", "2026. 3. 31.(화) 18:00까지")
	page.Lacks(t, "접수 시작</button>", "신청서 쓰기")
	site.Anyone().Get("/calls/1").Want(t, 404)
	site.As(c.Officer).Get("/calls").Want(t, 200).Lacks(t, "2026년 어울림 사업")
	site.As(c.Officer).Post("/calls/1/announce", url.Values{"version": {"1"}}).Want(t, 404)

	manager.Get("/calls/1/edit").Want(t, 200, `value="100,000,000"`, `value="2026-03-31T18:00"`, `name="version" value="1"`)
	form.Set("version", "1")
	form.Set("title", "2026년 어울림 사업 공모")
	manager.Post("/calls/1", form).Leads(t, "/calls/1")
	manager.Post("/calls/1", form).Want(t, 409, "먼저 고쳤습니다", "2026년 어울림 사업 공모")
	manager.Post("/calls/1/announce", url.Values{"version": {"2"}}).Leads(t, "/calls/1")
	manager.Get("/calls/1/edit").Want(t, 200)
	manager.Post("/calls/1/open", nil).Want(t, 409, "전에는 접수를 시작할 수 없습니다")
	site.Anyone().Get("/public/calls/1").Want(t, 200, "아직 접수를 시작하지 않았습니다", "배점표")
	d.Clock(t, time.Date(2026, 3, 30, 3, 0, 0, 0, time.UTC))
	manager.Post("/calls/1/open", nil).Leads(t, "/calls/1")

	site.Anyone().Get("/public").Want(t, 200, "2026년 어울림 사업 공모", "과제당 100,000,000원까지")
	site.Anyone().Get("/public/calls/1").Want(t, 200, "D-1", "1일 5시간 5", `data-until="2026-03-31T18:00:00`, "countdown-", "공고").Lacks(t, "기한 연장</a>")
	site.As(c.Officer).Get("/calls/1").Want(t, 200, "신청서 쓰기", "접수").Lacks(t, "기한 연장</a>", "배점표 정정</a>")

	manager.Get("/calls/1/extend").Want(t, 200, "가람도 나루군", "2026. 3. 31.(화) 18:00까지").Lacks(t, "수성구")
	manager.Post("/calls/1/extend", url.Values{"kind": {"submit"}, "government_id": {""}, "at": {"2026-03-30T18:00"}, "reason": {""}}).
		Want(t, 422, "늘릴 수만 있습니다", "사유를 적어", `value="2026-03-30T18:00"`)
	manager.Post("/calls/1/extend", url.Values{"kind": {"submit"}, "government_id": {fmt.Sprint(c.Naru)}, "at": {"2026-04-02T18:00"}, "reason": {"정전"}}).Leads(t, "/calls/1")
	site.Anyone().Get("/public/calls/1").Want(t, 200, "정전", "가람도 나루군")

	manager.Get("/calls/1/rubric").Want(t, 200, "배점표", `value="필요성"`, "정정 사유")
	manager.Post("/calls/1/rubric", url.Values{"rubric.criteria.0.title": {"필요성"}, "rubric.criteria.0.guidance": {""}, "rubric.criteria.0.max": {"100"}, "rubric.criteria.0.floor": {"0"}, "rubric.criteria.0.tie_order": {""}, "rubric.stage": {"paper"}, "rubric.reviewers": {"3"}, "rubric.digits": {"2"}, "rubric.rounding": {"half_up"}, "reason": {"오기"}}).Leads(t, "/calls/1/rubric?stage=paper")
	manager.Get("/calls/new?from=1").Want(t, 200, "공모 만들기", "2026년 어울림 사업 공모", "복사한 공모의 것", `name="copied" value="1"`)
	manager.Get("/calls?state=open&q=어울림").Want(t, 200, "2026년 어울림 사업 공모", "모두 <strong class=\"num\">1</strong>건")
}

// TestProgramPages makes a programme and its budget and follows a figure to its postings.
func TestProgramPages(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	manager, finance := site.As(c.Manager), site.As(c.Finance)
	manager.Post("/programs", url.Values{"name": {""}, "ministry_id": {""}, "purpose": {""}, "legal_basis": {""}, "agenda": {""}}).Want(t, 422, "사업 이름을 적어", "소관 부처를 골라")
	manager.Post("/programs", url.Values{"name": {"<b>새</b> 사업"}, "ministry_id": {fmt.Sprint(c.Ministry)}, "purpose": {"목적"}, "legal_basis": {""}, "agenda": {"판로, 물류"}}).Leads(t, "/programs/2")
	manager.Get("/programs/2").Want(t, 200, "&lt;b&gt;새&lt;/b&gt; 사업", "판로, 물류").Lacks(t, "<b>새")
	manager.Get("/programs").Want(t, 200, "어울림 사업", "사업 만들기")
	at := fmt.Sprintf("/programs/%d", c.Program)
	site.As(c.Officer).Get(at).Want(t, 200, "어울림 사업").Lacks(t, "회계연도별 예산", "고치기</a>")
	site.As(c.Officer).Get(at+"/edit").Want(t, 404)
	finance.Get(at+"/appropriations/new").Want(t, 200, `value="2026"`)
	finance.Post(at+"/appropriations", url.Values{"fiscal_year": {"2026"}, "limits.national": {""}, "limits.sido": {"-5"}, "reason": {""}}).Want(t, 422, "국비 예산액을 적어", "시도비 예산액은 0원보다", "사유를 적어")
	finance.Post(at+"/appropriations", url.Values{"fiscal_year": {"2026"}, "limits.national": {"1,000"}, "limits.sido": {""}, "reason": {"본예산"}}).Leads(t, "/appropriations/1")
	finance.Get("/appropriations/1").Want(t, 200, "2026년 예산", "1,000", "본예산")
	var account ledger.AccountID
	if err := d.DB.Get(&account, `select account_id from appropriations where id = 1`); err != nil {
		t.Fatal(err)
	}
	award, line := fixture.Funded(t, d, c, account, money.BySource{National: money.Must(600), Sido: money.Must(400)})
	finance.Get("/appropriations/1").Want(t, 200, "60.0%", fmt.Sprintf(`href="/ledger/%d"`, account), "600")
	finance.Post("/appropriations/1", url.Values{"version": {"1"}, "limits.national": {"599"}, "reason": {"감액"}}).Want(t, 409, "국비 600원", `value="599"`)
	finance.Post("/appropriations/1", url.Values{"version": {"1"}, "limits.national": {"800"}, "reason": {"감액추경"}}).Leads(t, "/appropriations/1")
	manager.Get(at).Want(t, 200, "감액추경", "국비 600원 / 800원")
	site.As(c.Officer).Get("/appropriations/1").Want(t, 404)

	finance.Get(fmt.Sprintf("/ledger/%d", account)).Want(t, 200, "예산 원장", "교부결정", "부담당").Lacks(t, "집행 마감")
	officer := site.As(c.Officer)
	officer.Get(fmt.Sprintf("/ledger/%d", award)).Want(t, 200, "교부결정 원장", "더 쓸 수 있는 금액", fmt.Sprintf("/ledger/%d?kind=disburse", award), fmt.Sprintf(`href="/ledger/%d"`, line))
	officer.Get(fmt.Sprintf("/ledger/%d?kind=disburse", award)).Want(t, 200, "모두 <strong class=\"num\">1</strong>건")
	officer.Get(fmt.Sprintf("/ledger/%d", line)).Want(t, 200, "예산 항목 원장", "1,000원</strong>이 남았습니다", "이 과제의 원장")
	officer.Get(fmt.Sprintf("/ledger/%d", account)).Want(t, 404)
	site.As(c.OfficerOther).Get(fmt.Sprintf("/ledger/%d", award)).Want(t, 404)
	officer.Get("/ledger").Want(t, 200, "모두 <strong class=\"num\">2</strong>건")
	site.As(c.OfficerOther).Get("/ledger").Want(t, 200, "기록이 없습니다")
	if got := site.Anyone().Get("/ledger"); got.Status == 200 {
		t.Errorf("the public sees the ledger: %s", strings.TrimSpace(got.Body[:80]))
	}
}
