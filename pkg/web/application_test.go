package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/comment"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

type applicationSite struct {
	*webtest.Site
	fixture.Company
	db   *dbtest.DB
	call program.Call
	apps *application.Service
}

func newApplicationSite(t *testing.T) applicationSite {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	s := applicationSite{db: d, Company: fixture.Cast(t, d), apps: fixture.Applications(t, d)}
	s.call = fixture.Call(t, d, s.Company)
	s.Site = webtest.New(t, web.Services{Work: d.Work, Applications: s.apps, Comments: &comment.Service{Work: d.Work}})
	return s
}

var versionField = regexp.MustCompile(`name="(version|draft_version)" value="(\d+)"`)

// versions are the hidden versions of a page's forms.
func versions(t *testing.T, page webtest.Answer) url.Values {
	t.Helper()
	out := url.Values{}
	for _, m := range versionField.FindAllStringSubmatch(page.Body, -1) {
		out.Set(m[1], m[2])
	}
	if !out.Has("version") {
		t.Fatal("the page has no version field\n" + page.Body)
	}
	return out
}

func with(v url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// TestApplicationJourney writes a plan from the first click to the receipt with
// forms alone, as a browser without a script would.
func TestApplicationJourney(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	me := s.As(s.Officer)
	me.Get(fmt.Sprintf("/applications/new?call=%d", s.call.ID)).Want(t, 200, "어울림 사업 공모", "가람도 나루군")
	me.Post("/applications", url.Values{"call_id": {fmt.Sprint(s.call.ID)}, "government_id": {fmt.Sprint(s.Naru)}}).Leads(t, "/applications/1/plan")
	me.Get("/applications/1/plan").Want(t, 200, "시작 전", "지금 할 일", "사업명을 적어 주십시오", "D-20")
	me.Get("/applications/1/check").Want(t, 200, "제출하기 전에 마칠 일").Lacks(t, `action="/applications/1/submit"`)

	save := func(part, action string, fields ...string) webtest.Answer {
		t.Helper()
		return me.Post("/applications/1/"+action, with(versions(t, me.Get("/applications/1/plan/"+part).Want(t, 200)), fields...))
	}
	save("title", "title", "text", "어울림 시장", "act", "done").Leads(t, "/applications/1/plan")
	for _, kind := range []string{"overview", "background", "organisation", "tasks", "effects", "sustainability"} {
		save("section."+kind, "sections/"+kind, "text", kind+" 내용", "act", "save").Leads(t, "/applications/1/plan/section."+kind)
	}
	save("indicators", "indicators", "indicators.0.name", "참여 기업", "indicators.0.target", "30").Leads(t, "/applications/1/plan/indicators")
	save("activities", "activities", "activities.1.title", "장터", "activities.1.starts_on", "2026-05-01", "activities.1.ends_on", "2026-06-01").Leads(t, "/applications/1/plan/activities")
	save("partners", "partners", "partners.0.name", "협동조합", "partners.0.role", "판로", "partners.0.business_no", "124-81-00998").Leads(t, "/applications/1/plan/partners")
	upload(t, me, "1", "deliberation", "심의.pdf").Leads(t, "/applications/1/plan/attachments")
	save("deliberation", "deliberation", "committee", "위원회", "held_on", "2026-02-20", "agenda", "안건", "decision", "approved", "document_id", "1").Leads(t, "/applications/1/plan/deliberation")
	save("lines", "lines", "lines.0.code", "210-01", "lines.0.unit_price", "1,000,001", "lines.0.quantity", "3", "lines.0.times", "1", "act", "propose").Leads(t, "/applications/1/plan/lines#remainders")
	me.Get("/applications/1/plan/lines").Want(t, 200, "1,500,001", "1,500,002", "3,000,003", "일반수용비", "일치")

	check := me.Get("/applications/1/check").Want(t, 200, "어울림 시장", "overview 내용", "124-81-00998", "1,000,001원 × 3 × 1").Lacks(t, "제출하기 전에 마칠 일")
	me.Post("/applications/1/submit", versions(t, check)).Want(t, 422, "확인했다는 칸")
	key := uuid.NewString()
	sent := with(versions(t, check), "agreed", "on", "request_key", key)
	me.Post("/applications/1/submit", sent).Leads(t, "/applications/1/receipt")
	me.Post("/applications/1/submit", sent).Leads(t, "/applications/1/receipt") // twice is once
	me.Get("/applications/1/receipt").Want(t, 200, "제출했습니다", "3,000,003원", "시·도가 계획서를 검토합니다")
	me.Get("/applications/1/submissions/1").Want(t, 200, "제출한 그대로", "overview 내용")
	me.Get("/applications/1/plan/title").Want(t, 200, "지금은 고칠 수 없습니다").Lacks(t, `id="f-text"`)
	me.Get("/applications/1").Want(t, 200, "시·도가 계획서를 검토하고 있습니다", "제출본 1")
	me.Get("/applications").Want(t, 200, "어울림 시장", "시·도 검토", "3,000,003")
}

func upload(t *testing.T, v webtest.Visitor, id, code, name string) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range map[string]string{"request_key": uuid.NewString(), "code": code} {
		if err := form.WriteField(field, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(fixture.PDF()); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/applications/"+id+"/attachments", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

// TestBudgetFormKeepsWhatWasTyped: rows that were left empty or deleted do not shift
// the messages, adding rows loses nothing, the totals stand under the table.
func TestBudgetFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	form := versions(t, me.Get(at+"/plan/lines").Want(t, 200, "50,000,000", "100,000,000", "한도까지 0원 남음"))
	wrong := with(form, "lines.0.remove", "on", "lines.0.code", "210-01", "lines.2.code", "999-99", "lines.2.national", "1000", "lines.5.code", "210-01", "lines.5.unit_price", "10", "lines.5.quantity", "2", "lines.5.times", "1", "lines.5.national", "5")
	// Gaps are closed first: rows 0, 2 and 5 are shown as 1, 2 and 3.
	me.Post(at+"/lines", wrong).Want(t, 422, `id="f-lines-1-code-error"`, `id="f-lines-2-total-error"`, "산출기초로는 20원인데", `value="999-99"`)
	more := me.Post(at+"/lines", with(versions(t, me.Get(at+"/plan/lines")), "act", "add", "more", "5", "lines.0.description", "쓰던 내역"))
	more.Want(t, 200, `value="쓰던 내역"`, `name="lines.5.code"`)
	me.Post(at+"/lines", with(versions(t, me.Get(at+"/plan/lines")), "lines.0.national", "백만")).Want(t, 422, `value="백만"`, "금액")
}

// TestConflictShowsBothTexts: the second person keeps their text and sees the first's.
func TestConflictShowsBothTexts(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	old := versions(t, me.Get(at+"/plan/section.overview"))
	me.Post(at+"/sections/overview", with(old, "text", "첫 사람의 글")).Leads(t, at+"/plan/section.overview")
	page := me.Post(at+"/sections/overview", with(old, "text", "둘째 사람의 글")).Want(t, 409, "첫 사람의 글", "둘째 사람의 글", "먼저 저장했습니다")
	me.Post(at+"/sections/overview", with(versions(t, page), "text", "둘을 합친 글")).Leads(t, at+"/plan/section.overview")
	me.Get(at+"/plan/section.overview").Want(t, 200, "둘을 합친 글")
}

// TestEndorsementPages is the 시·도's side and the ministry's.
func TestEndorsementPages(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.HandedIn(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	city, ministry := s.As(s.Province), s.As(s.Manager)
	city.Get(at).Want(t, 200, "검토하기")
	page := city.Get(at+"/endorse").Want(t, 200, "추천 순위", "보완 요청", "일반수용비", "D-27")
	city.Post(at+"/return", with(versions(t, page), "reason", "")).Want(t, 422, "적어 주십시오")
	city.Post(at+"/endorse", with(versions(t, page), "opinion", "좋은 계획입니다.", "rank", "1")).Leads(t, at)
	city.Get(at).Want(t, 200, "좋은 계획입니다.", "1순위", "접수")
	ministry.Get(at).Want(t, 200, "부적격 처리", "보완 요청")
	form := versions(t, ministry.Get(at))
	ministry.Post(at+"/correct", with(form, "reason", "협약서를 올려 주십시오.")).Leads(t, at)
	s.As(s.Officer).Get(at).Want(t, 200, "부처의 보완 요청: 협약서를 올려 주십시오.", "보완하기")
	s.As(s.Officer).Post(at+"/withdraw", with(url.Values{"version": {"4"}}, "reason", "사정이 바뀌었습니다.")).Leads(t, at)
	s.As(s.Officer).Get(at).Want(t, 200, "철회한 신청서입니다", "사정이 바뀌었습니다.")
}

// TestApplicationsAreHidden asks every address as people who may not know of a draft.
func TestApplicationsAreHidden(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	for _, path := range []string{"", "/plan", "/plan/lines", "/check", "/receipt", "/submissions/1", "/documents/1", "/endorse"} {
		for _, who := range []string{"other district", "its 시·도", "ministry"} {
			v := map[string]webtest.Visitor{"other district": s.As(s.Officer2), "its 시·도": s.As(s.Province), "ministry": s.As(s.Manager)}[who]
			if got := v.Get(at + path); got.Status != 404 && got.Status != 403 {
				t.Errorf("%s for %s is %d", path, who, got.Status)
			} else if strings.Contains(got.Body, "어울림 시장 만들기") {
				t.Errorf("%s for %s shows the title", path, who)
			}
		}
		s.Anyone().Get(at+path).Lacks(t, "어울림 시장 만들기")
	}
	s.As(s.Province).Get(at).Want(t, 404)
	s.As(s.Officer).Get(at+"/documents/1").Want(t, 200, "%PDF")
	if h := s.As(s.Officer).Get(at + "/documents/1").Header; !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a download is sent as %v", h)
	}
	s.As(s.Officer).Get(at+"/plan/nothing").Want(t, 404)
	s.As(s.Approver).Get(at+"/plan").Want(t, 200, "지금은 계획서를 고칠 수 없습니다")
	s.As(s.Approver).Post(at+"/title", url.Values{"version": {"0"}, "text": {"x"}}).Want(t, 404)
}

// TestPageQueries: a page costs the same however long the list or the plan is.
func TestPageQueries(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	count := func(path string) int {
		t.Helper()
		r := httptest.NewRequest("GET", path, nil)
		ctx, n := work.Counting(r.Context())
		s.As(s.Officer).Do(r.WithContext(ctx)).Want(t, 200)
		return n.N()
	}
	path := "/applications/" + strconv.Itoa(int(a.ID)) + "/plan/lines"
	few := count(path)
	lines := fixture.SampleLines(t, s.call)
	for len(lines) < 40 {
		lines = append(lines, lines[0])
	}
	if _, err := s.apps.SaveLines(t.Context(), s.Officer, a.ID, 1, lines, true); err != nil {
		t.Fatal(err)
	}
	if many := count(path); many != few {
		t.Errorf("the budget costs %d queries for 8 lines, %d for 40", few, many)
	}
	t.Logf("%d queries at %s", few, calendar.FormatInstant(time.Time(webtest.Now())))
}
