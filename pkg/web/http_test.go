package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/web"
)

// TestHeaders holds S-15 for pages, assets, redirects and every kind of error.
func TestHeaders(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	nonces := map[string]bool{}
	for path, status := range map[string]int{
		"/gallery": 200, "/nowhere": 404, "/gallery/secret": 404, "/gallery/fail/panic": 500, "/gallery/fail/internal": 500,
		"/gallery/fail/busy": 503, "/gallery/fail/forbidden": 403, "/gallery/fail/replayed": 303, "/gallery/submit": 405,
		"/assets/none.css": 404, "/livez": 200, "/readyz": 200,
	} {
		a := site.As(officer()).Get(path).Want(t, status)
		csp := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'none'", "script-src 'nonce-", "style-src 'self'", "frame-ancestors 'none'",
			"require-trusted-types-for 'script'", "trusted-types htmx", "base-uri 'none'", "form-action 'self'",
		} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: policy lacks %s: %s", path, part, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy allows something unsafe: %s", path, csp)
		}
		if nonces[csp] {
			t.Errorf("%s: the nonce of another response", path)
		}
		nonces[csp] = true
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if a.Header.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, a.Header.Get(name), want)
			}
		}
	}
}

func TestErrorsShowNothingInternal(t *testing.T) {
	t.Parallel()
	site, log := gallery(t)
	for _, path := range []string{"/gallery/fail/panic", "/gallery/fail/internal"} {
		log.Reset()
		a := site.As(officer()).Get(path).Want(t, 500, "처리하지 못했습니다", "요청 번호").Lacks(t, "secret", "goroutine", "pq:")
		id := a.Header.Get("X-Request-Id")
		if !strings.Contains(a.Body, id) {
			t.Errorf("%s does not show its request id", path)
		}
		if n := strings.Count(log.String(), "secret"); n != 1 || !strings.Contains(log.String(), id) {
			t.Errorf("%s: the cause stands %d times in the log, want once with the request id:\n%s", path, n, log)
		}
	}
	busy := site.As(officer()).Get("/gallery/fail/busy").Want(t, 503)
	if busy.Header.Get("Retry-After") != "7" {
		t.Errorf("Retry-After is %q", busy.Header.Get("Retry-After"))
	}
}

func TestAccessLogHasNoRawPath(t *testing.T) {
	t.Parallel()
	site, log := gallery(t)
	site.As(officer()).Get("/gallery/fail/canary-1?q=canary-2")
	site.As(officer()).Get("/canary-3")
	if strings.Contains(log.String(), "canary") || !strings.Contains(log.String(), `"route":"/gallery/fail/:how"`) {
		t.Errorf("log = %s", log)
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	site.Anyone().Get("/gallery/edit?a=1&b=2").Leads(t, "/sign-in?next=%2Fgallery%2Fedit%3Fa%3D1%26b%3D2")
	site.As(officer()).Get("/gallery/secret").Want(t, 404)
	nobody := authz.Actor{ID: 9, Name: "빈손"}
	a := site.As(nobody).Get("/gallery").Want(t, 404)
	if strings.Contains(a.Body, "공모 관리") {
		t.Error("the menu shows what the person may not open")
	}
	site.As(officer()).Get("/gallery").Want(t, 200, "공모 관리").Lacks(t, "감춘 차림")
}

// TestEndedSessionKeepsTheForm: what was typed comes back, escaped, with its key.
func TestEndedSessionKeepsTheForm(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	key := "0b6e0c52-8f7e-4b0e-9a45-0c4a1a5b7c11"
	a := site.Anyone().Post("/gallery/edit", url.Values{"title": {`거점 "조성" <b>`}, "request_key": {key}}).
		Want(t, 401, "거점 &#34;조성&#34; &lt;b&gt;", key, `action="/gallery/edit"`, "/sign-in")
	a.Lacks(t, "<b>\"")
	site.Anyone().Post("/gallery/edit", url.Values{"password": {"geheim"}}).Want(t, 401).Lacks(t, "geheim")
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	send := func(header, value string) int {
		r := httptest.NewRequest(http.MethodPost, "/gallery/submit", strings.NewReader("request_key=0b6e0c52-8f7e-4b0e-9a45-0c4a1a5b7c11"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header != "" {
			r.Header.Set(header, value)
		}
		return site.As(officer()).Do(r).Status
	}
	for _, c := range []struct {
		header, value string
		want          int
	}{
		{"Sec-Fetch-Site", "same-origin", 303}, {"Origin", "http://example.com", 303}, // httptest's own host
		{"Sec-Fetch-Site", "cross-site", 403}, {"Sec-Fetch-Site", "same-site", 403}, {"Origin", "https://evil.test", 403},
		{"Origin", "null", 403}, {"", "", 403}, {"X-HTTP-Method-Override", "GET", 403},
	} {
		if got := send(c.header, c.value); got != c.want {
			t.Errorf("%s: %s gives %d, want %d", c.header, c.value, got, c.want)
		}
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	v := site.As(officer())
	v.Post("/gallery/edit", url.Values{"title": {"a"}, "amount.national": {"5"}}).Leads(t, "/gallery")
	a := v.Post("/gallery/edit", url.Values{"amount.national": {"팔"}, "note": {"길게 쓴 글"}, "lines.3.title": {"임차"}})
	a.Want(t, 422, "<title>오류: ", `href="#f-amount-national"`, `value="팔" aria-invalid="true" aria-describedby="f-amount-national-error"`, "길게 쓴 글", `name="lines.0.title" value="임차"`)
	v.Post("/gallery/edit", url.Values{}).Want(t, 422, "사업명을 입력해 주세요.", `href="#f-title"`)
	v.Post("/gallery/edit", url.Values{"title": {"내가 쓴 것"}, "amount.national": {"1"}, "version": {"2"}}).
		Want(t, 409, "다른 사람이 먼저 고쳤습니다.", "내가 쓴 것")
	v.Post("/gallery/submit", url.Values{"request_key": {"no uuid"}}).Want(t, 422, "요청 번호가 없는 화면입니다")
}

func TestReplayLeadsWhereTheFirstOneLed(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	site.As(officer()).Post("/gallery/fail/replayed", nil).Leads(t, "/gallery?receipt=1")
}

func TestFlashIsShownOnce(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	v := site.As(officer())
	a := v.Post("/gallery/submit", nil).Leads(t, "/gallery?receipt=7")
	cookie := a.Header.Get("Set-Cookie")
	for _, part := range []string{"__Host-flash=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie lacks %s: %s", part, cookie)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/gallery", nil)
	r.Header.Set("Cookie", strings.Split(cookie, ";")[0])
	if b := v.Do(r).Want(t, 200, "제출했습니다."); !strings.Contains(b.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the sentence is not taken away: %q", b.Header.Get("Set-Cookie"))
	}
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	a := site.Anyone().Post("/preferences", url.Values{"contrast": {"high"}, "text": {"huge"}, "back": {"/gallery?x=1"}, "request_key": {"x"}}).Leads(t, "/gallery?x=1")
	if got := a.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-look=high.;") {
		t.Errorf("cookie = %q", got)
	}
	for _, back := range []string{"https://evil.test", "//evil.test", "/\\evil.test", ""} {
		site.Anyone().Post("/preferences", url.Values{"contrast": {""}, "text": {""}, "back": {back}}).Leads(t, "/")
	}
	r := httptest.NewRequest(http.MethodGet, "/gallery", nil)
	r.Header.Set("Cookie", "__Host-look=high.large")
	site.As(officer()).Do(r).Want(t, 200, `<html lang="ko" data-contrast="high" data-text="large">`)
}

func TestPartialForHtmx(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	r := httptest.NewRequest(http.MethodGet, "/gallery", nil)
	r.Header.Set("HX-Request", "true")
	a := site.As(officer()).Do(r).Want(t, 200, "<title>", "내 업무").Lacks(t, "<html", "site-header")
	if !strings.Contains(a.Header.Get("Vary"), "HX-Request") {
		t.Error("a cache could mix a part and a page")
	}
	r = httptest.NewRequest(http.MethodGet, "/gallery/edit", nil)
	r.Header.Set("HX-Request", "true")
	if to := site.Anyone().Do(r).Header.Get("HX-Redirect"); to != "/sign-in?next=%2Fgallery%2Fedit" {
		t.Errorf("HX-Redirect = %q", to)
	}
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	big := strings.Repeat("x", 1<<20)
	site.As(officer()).Post("/gallery/submit", url.Values{"a": {big}}).Want(t, 413, "너무 큽니다")
	site.As(officer()).Post("/gallery/edit", url.Values{"title": {big}, "amount.national": {"1"}}).Leads(t, "/gallery")
	r := httptest.NewRequest(http.MethodPost, "/gallery/submit", io.MultiReader(strings.NewReader("a="), strings.NewReader(big)))
	r.ContentLength = -1 // chunked: the length is not known beforehand
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	site.As(officer()).Do(r).Want(t, 413)
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	v := site.As(officer())
	for range 300 {
		if a := v.Get("/livez"); a.Status == 429 {
			if a.Header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
			site.As(authz.Actor{ID: 8}).Get("/livez").Want(t, 200) // others are not affected
			return
		}
	}
	t.Error("300 requests at once were let through")
}

func TestAssets(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	page := site.As(officer()).Get("/gallery").Body
	m := regexp.MustCompile(`/assets/app-[0-9a-f]{12}\.css`).FindString(page)
	if m == "" {
		t.Fatalf("no hashed style sheet in %s", page)
	}
	a := site.Anyone().Get(m).Want(t, 200, "@font-face", "/assets/PretendardGOV-Regular")
	if a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("headers = %v", a.Header)
	}
	r := httptest.NewRequest(http.MethodGet, m, nil)
	r.Header.Set("Accept-Encoding", "br, gzip")
	zipped := site.Anyone().Do(r)
	z, err := gzip.NewReader(strings.NewReader(zipped.Body))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != a.Body {
		t.Errorf("the packed style sheet differs: %v", err)
	}
	r = httptest.NewRequest(http.MethodGet, m, nil)
	r.Header.Set("If-None-Match", a.Header.Get("ETag"))
	site.Anyone().Do(r).Want(t, 304)
	for _, path := range []string{"/assets/", "/assets/..%2fgo.mod", "/assets/app.css", "/assets/js/app.js"} {
		site.Anyone().Get(path).Want(t, 404)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	server := httptest.NewServer(site.For(officer()))
	defer server.Close()
	for path, want := range map[string]int{"/gallery": 200, "/nowhere": 404, "/gallery/secret": 404} {
		res, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("HEAD %s is %d, want %d", path, res.StatusCode, want)
		}
	}
}

// TestForwardedHeaders: nobody but the configured proxy is believed.
func TestForwardedHeaders(t *testing.T) {
	t.Parallel()
	for proxy, want := range map[string]string{"": "192.0.2.1", "192.0.2.0/24": "203.0.113.9", "198.51.100.0/24": "192.0.2.1"} {
		site, log := gallery(t, func(c *web.Config) { c.TrustedProxy = proxy })
		r := httptest.NewRequest(http.MethodGet, "/livez", nil) // from 192.0.2.1
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		r.Header.Set("X-Real-Ip", "198.51.100.7")
		site.Anyone().Do(r)
		if !strings.Contains(log.String(), `"ip":"`+want+`"`) {
			t.Errorf("proxy %q: log = %s", proxy, log)
		}
	}
}

func TestListAddresses(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	v := site.As(officer())
	a := v.Get("/gallery/list?state=draft&sort=title&q=가&size=7&stranger=1").Want(t, 200,
		`href="/gallery/list?after=next-&amp;q=%EA%B0%80&amp;size=7&amp;sort=title&amp;state=draft"`, "상태: 작성", "검색어: 가",
		`href="/gallery/list?q=%EA%B0%80&amp;size=7&amp;sort=title"`)
	if regexp.MustCompile(`href="[^"]*stranger`).MatchString(a.Body) {
		t.Error("a parameter the list does not know is carried on")
	}
	v.Get("/gallery/list?after=b&trail=a").Want(t, 200, `href="/gallery/list?after=a" rel="prev"`, `href="/gallery/list?after=next-b&amp;trail=a~b" rel="next"`)
	v.Get("/gallery/list?after=a").Want(t, 200, `href="/gallery/list" rel="prev"`)
	v.Get("/gallery/list?q=없음").Want(t, 200, "신청이 없습니다")
}
