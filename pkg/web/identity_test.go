package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"eoul/pkg/audit"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/notice"
	"eoul/pkg/organization"
	"eoul/pkg/outbox"
	"eoul/pkg/program"
	"eoul/pkg/report"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// house is a site with people, organizations, the trail and notices.
func house(t *testing.T, d *dbtest.DB, change ...func(*web.Config)) *webtest.Site {
	t.Helper()
	return webtest.New(t, web.Services{
		Work: d.Work, Organizations: &organization.Service{Work: d.Work}, People: identity.New(d.Work, d.DB),
		Audit: &audit.Service{Work: d.Work}, Notices: &notice.Service{Work: d.Work}, Reports: &report.Service{Work: d.Work},
		Programs: &program.Service{Work: d.Work},
	}, change...)
}

// withSessions makes the site know people by their cookie.
func withSessions(t *testing.T, d *dbtest.DB) func(*web.Config) {
	t.Helper()
	s, err := identity.NewSessions(t.Context(), d.DB, func(w http.ResponseWriter, _ *http.Request, err error) {
		t.Errorf("session: %v", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *web.Config) {
		c.Sessions = web.Sessions{Authenticate: s.Authenticate, Actor: s.Actor, Start: s.Start, End: s.End}
	}
}

// send is a browser's request with a session token.
func send(site *webtest.Site, method, path, token string, form url.Values) webtest.Answer {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: token})
	}
	return site.Anyone().Do(r)
}

func tokenOf(t *testing.T, a webtest.Answer) string {
	t.Helper()
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == identity.CookieName {
			return c.Value
		}
	}
	t.Fatalf("no session cookie: %d %v", a.Status, a.Header)
	return ""
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	site := house(t, d, withSessions(t, d))
	const password = "맑은하늘아래우리동네"
	if _, err := identity.New(d.Work, d.DB).AddPerson(t.Context(), c.Admin, identity.PersonInput{Login: "hong", Name: "홍길동", Password: password}); err != nil {
		t.Fatal(err)
	}
	send(site, "GET", "/notices?state=unread", "", nil).Leads(t, "/sign-in?next=%2Fnotices%3Fstate%3Dunread")
	send(site, "GET", "/", "", nil).Leads(t, "/public")
	send(site, "GET", "/sign-in?next=/notices", "", nil).Want(t, 200, `name="next" value="/notices"`)

	wrong := send(site, "POST", "/sign-in", "", url.Values{"login": {"hong"}, "password": {"틀린비밀번호입니다"}, "next": {"/notices"}})
	wrong.Want(t, 422, "아이디나 비밀번호가 맞지 않습니다.", `value="hong"`, `value="/notices"`).Lacks(t, "틀린비밀번호")
	unknown := send(site, "POST", "/sign-in", "", url.Values{"login": {"honh"}, "password": {"틀린비밀번호입니다"}, "next": {"/notices"}})
	volatile := regexp.MustCompile(`nonce-[^"' ;]+|nonce="[^"]*"|[A-Z0-9]{26}|기준 시각 [^<]*|honh|hong`)
	if a, b := volatile.ReplaceAllString(wrong.Body, ""), volatile.ReplaceAllString(unknown.Body, ""); a != b || unknown.Status != wrong.Status {
		t.Errorf("a wrong password and an unknown login look different:\n%s\n%s", a, b)
	}

	for next, to := range map[string]string{"/notices": "/notices", "": "/", "https://evil.example": "/", "//evil.example": "/"} {
		send(site, "POST", "/sign-in", "", url.Values{"login": {"hong"}, "password": {password}, "next": {next}}).Leads(t, to)
	}
	in := send(site, "POST", "/sign-in", "", url.Values{"login": {"hong"}, "password": {password}})
	token := tokenOf(t, in)
	if set := in.Header.Get("Set-Cookie"); !strings.Contains(set, "Secure") || !strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Lax") {
		t.Errorf("cookie %s", set)
	}
	send(site, "GET", "/", token, nil).Want(t, 200, "내 업무", "홍길동", "지금 처리할 일이 없습니다")
	send(site, "GET", "/sign-in?next=/me", token, nil).Leads(t, "/me")

	changed := send(site, "POST", "/me/password", token, url.Values{"present": {password}, "password": {"강물처럼흐르는이야기"}, "password_again": {"강물처럼흐르는이야기"}})
	changed.Leads(t, "/me")
	send(site, "GET", "/me", token, nil).Leads(t, "/sign-in?next=%2Fme")
	token = tokenOf(t, changed)
	send(site, "GET", "/me", token, nil).Want(t, 200, "비밀번호 바꾸기")
	send(site, "POST", "/me/password", token, url.Values{"present": {"강물처럼흐르는이야기"}, "password": {"새로운비밀번호하나둘"}, "password_again": {"다른것"}}).Want(t, 422, "두 번 똑같이")

	send(site, "POST", "/sign-out", token, url.Values{}).Leads(t, "/sign-in")
	send(site, "GET", "/me", token, nil).Leads(t, "/sign-in?next=%2Fme")
	for range 5 {
		send(site, "POST", "/sign-in", "", url.Values{"login": {"hong"}, "password": {"틀린비밀번호입니다"}})
	}
	shut := send(site, "POST", "/sign-in", "", url.Values{"login": {"hong"}, "password": {password}}).Want(t, 429, "여러 번 실패했습니다", `value="hong"`)
	if shut.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestPeoplePages(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	site := house(t, d)
	admin, admin2 := site.As(c.Admin), site.As(c.Admin2)
	site.As(c.Officer).Get("/people").Want(t, 404)
	admin.Get("/people?q=naru").Want(t, 200, "나담당", "나과장").Lacks(t, "다담당")
	admin.Get("/people/new").Want(t, 200, `name="login"`)
	admin.Post("/people", url.Values{"login": {"ㄱ"}, "name": {""}}).Want(t, 422, "아이디는 영문 소문자", "이름을 50자")
	made := admin.Post("/people", url.Values{"login": {"lee"}, "name": {"이담당"}}).Want(t, 200, "이담당의 처음 비밀번호", "다시 볼 수 없습니다")
	path := regexp.MustCompile(`/people/\d+`).FindString(made.Body)
	admin.Get(path).Want(t, 200, "이담당", "역할이 없습니다", "사용 중지")
	site.As(c.Auditor).Get(path).Want(t, 200, "이담당").Lacks(t, "사용 중지", "토큰 만들기", "역할 주기")

	admin.Get(path+"/grants/new").Want(t, 200, "가람도 나루군", "사업: 어울림 사업")
	admin.Post(path+"/grants", url.Values{"role": {"officer"}, "scope": {"any"}, "valid_from": {"2026-01-01"}, "reason": {"배치"}}).Want(t, 422, "이 범위를 줄 수 없습니다")
	admin.Post(path+"/grants", url.Values{"role": {"auditor"}, "scope": {"any"}, "valid_from": {"2026-01-01"}, "reason": {"감사"}}).Leads(t, path)
	admin.Get("/people/grants").Want(t, 200, "이담당").Lacks(t, ">승인</button>")
	waiting := admin2.Get("/people/grants").Want(t, 200, "이담당", ">승인</button>")
	approve := regexp.MustCompile(`/grants/\d+/approve`).FindString(waiting.Body)
	admin2.Get("/").Want(t, 200, "승인할 역할")
	admin.Post(approve, url.Values{"version": {"1"}}).Want(t, 409, "다른 관리자가 승인해야")
	admin2.Post(approve, url.Values{"version": {"1"}}).Leads(t, path)
	admin.Get(path).Want(t, 200, "감사", "유효")

	token := admin.Post(path+"/tokens", url.Values{"name": {"연계"}, "days": {"30"}}).Want(t, 200, "eoul_")
	if strings.Count(token.Body, "eoul_") != 1 {
		t.Error("the token is shown more than once")
	}
	revoke := regexp.MustCompile(`/tokens/\d+/revoke`).FindString(admin.Get(path).Want(t, 200, "연계").Body)
	admin.Post(revoke, url.Values{"version": {"1"}}).Leads(t, path)
	admin.Post(path+"/tokens", url.Values{"name": {""}, "days": {"900"}}).Want(t, 422, "무엇에 쓰는 토큰인지", "366일")
	admin.Post(path, url.Values{"version": {"1"}, "name": {"이새이름"}, "email": {""}}).Leads(t, path)
	admin.Post(path+"/reset", url.Values{}).Want(t, 200, "이새이름의 새 비밀번호")
	admin.Post(path+"/disable", url.Values{"version": {"3"}}).Leads(t, path)
	admin.Get(path).Want(t, 200, "사용 중지").Lacks(t, "토큰 만들기")
}

func TestOrganizationPages(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	site := house(t, d)
	site.Anyone().Get("/organizations").Leads(t, "/sign-in?next=%2Forganizations")
	site.As(c.Officer).Get("/organizations?q=대구광역시+동").Want(t, 200, "2714000000", "모두 <strong class=\"num\">1</strong>건").Lacks(t, "기관 더하기")
	site.As(c.Officer).Get("/organizations/new").Want(t, 404)
	csv := site.As(c.Officer).Get("/organizations.csv?kind=sido&on=2022-03-01").Want(t, 200, "\ufeff번호,종류", "시·도,강원도,강원도,4200000000")
	if n := strings.Count(csv.Body, "\r\n"); n != 1+17+2 { // the fictitious two have no region
		t.Errorf("%d lines", n)
	}
	admin := site.As(c.Admin)
	admin.Post("/organizations", url.Values{"kind": {"sido"}, "name": {""}, "valid_from": {"2020-01-01"}}).Want(t, 422, "100자 안으로", "가상의 지자체만")
	made := admin.Post("/organizations", url.Values{"kind": {"partner"}, "name": {"=두레"}, "valid_from": {"2020-01-01"}})
	path := made.Header.Get("Location")
	admin.Get(path).Want(t, 200, "=두레", "협업기관", path+"/edit")
	admin.Get("/organizations.csv?kind=partner").Want(t, 200, "'=두레")
	admin.Get(path+"/edit").Want(t, 200, `value="2020-01-01"`)
	admin.Post(path, url.Values{"version": {"1"}, "name": {"새두레"}, "valid_from": {"2020-01-01"}, "valid_to": {""}, "business_no": {""}}).Leads(t, path)
	admin.Post(path, url.Values{"version": {"1"}, "name": {"헌두레"}, "valid_from": {"2020-01-01"}, "valid_to": {""}, "business_no": {""}}).Want(t, 409, "헌두레")
	site.As(c.Officer).Get(path+"/edit").Want(t, 404)
}

func TestAuditPages(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	site := house(t, d)
	site.As(c.Admin).Post("/organizations", url.Values{"kind": {"partner"}, "name": {"<b>두레</b>"}, "valid_from": {"2020-01-01"}})
	auditor := site.As(c.Auditor)
	list := auditor.Get("/audit?actor="+url.QueryEscape(c.Admin.Name)+"&kind=organization").Want(t, 200, "기관 만들기", "admin organization:create any")
	one := regexp.MustCompile(`/audit\?kind=organization&amp;id=\d+`).FindString(list.Body)
	auditor.Get(strings.ReplaceAll(one, "&amp;", "&")).Want(t, 200, "의 이력", "기관 만들기", "&lt;b&gt;두레")
	auditor.Get("/audit?from=어제").Want(t, 200, "날짜는 2022-05-13과 같은 형식")
	auditor.Get("/audit?kind=organization&id=99999999").Want(t, 404)
	site.As(c.Admin).Get("/audit").Want(t, 404)
	site.As(c.Officer).Get("/audit").Want(t, 404)
}

func TestNoticePages(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	site := house(t, d)
	err := (&notice.Service{Work: d.Work}).Handle(t.Context(), outbox.Message{ID: 1, Topic: "call.close", Payload: []byte(`{"id": 3, "title": "가상 공모", "program_id": 1}`)})
	if err != nil {
		t.Fatal(err)
	}
	manager := site.As(c.Manager)
	manager.Get("/").Want(t, 200, "공모 접수가 마감되었습니다: 가상 공모", "/calls/3")
	page := manager.Get("/notices").Want(t, 200, "새 알림")
	upTo := regexp.MustCompile(`name="up_to" value="(\d+)"`).FindStringSubmatch(page.Body)[1]
	manager.Post("/notices/read", url.Values{"up_to": {upTo}}).Leads(t, "/notices")
	manager.Get("/notices?state=unread").Want(t, 200, "알림이 없습니다")
	site.As(c.Manager2).Get("/notices?state=unread").Want(t, 200, "새 알림")
}

// between is the text between two others.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	found, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("nothing between %q and %q", from, to)
	}
	return found
}
