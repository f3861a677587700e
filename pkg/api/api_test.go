package api_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jmoiron/sqlx"

	"eoul"
	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

func officer() authz.Actor {
	return authz.Actor{ID: 7, Name: "김민준", Grants: []authz.Grant{{Role: "officer", Government: 1}}}
}

// server is web and API together, with the sample's routes.
func server(t *testing.T, db *sqlx.DB) (h http.Handler, done *int) {
	t.Helper()
	conf, err := fs.ReadFile(eoul.Policies, "policies/model.conf")
	if err != nil {
		t.Fatal(err)
	}
	real, err := fs.ReadFile(eoul.Policies, "policies/policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	az, err := authz.New(fstest.MapFS{
		"policies/model.conf": {Data: conf},
		"policies/policy.csv": {Data: append(real, "\np, officer, sample:read, own\np, officer, sample:edit, own\n"...)},
	})
	if err != nil {
		t.Fatal(err)
	}
	runner := work.New(db, az)
	s, err := api.New(api.Config{Services: api.Services{Work: runner}, Actor: func(_ context.Context, token string) (authz.Actor, error) {
		switch token {
		case "officer":
			return officer(), nil
		case "nobody":
			return authz.Actor{ID: 8, Name: "빈손"}, nil
		}
		return authz.Actor{}, fault.New(fault.Unauthenticated, "알 수 없는 토큰입니다.")
	}})
	if err != nil {
		t.Fatal(err)
	}
	done = new(int)
	api.SampleRoutes(s, done)
	return webtest.New(t, web.Services{Work: runner}, func(c *web.Config) { c.API = s }).Handler, done
}

type call struct {
	method, path, token, key, body, kind string
}

func (c call) send(h http.Handler) *httptest.ResponseRecorder {
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.key != "" {
		r.Header.Set("Idempotency-Key", c.key)
	}
	if c.kind == "" {
		c.kind = "application/json"
	}
	r.Header.Set("Content-Type", c.kind)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func problem(t *testing.T, w *httptest.ResponseRecorder, status int) api.Problem {
	t.Helper()
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("got %d %s, want a problem with %d: %s", w.Code, w.Header().Get("Content-Type"), status, w.Body)
	}
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != status || p.Title != http.StatusText(status) || p.Type != "about:blank" || p.Detail == "" || p.RequestID != w.Header().Get("X-Request-Id") {
		t.Errorf("problem = %+v", p)
	}
	return p
}

func TestDescription(t *testing.T) {
	h, _ := server(t, nil)
	spec := apitest.Load(t)
	w := spec.Do(t, h, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.yaml", nil))
	if w.Code != http.StatusOK || w.Body.String() != string(api.OpenAPI()) {
		t.Errorf("the served description is %d and differs from the file", w.Code)
	}
	for _, r := range api.Routes() {
		path := strings.NewReplacer(":id", "{id}").Replace(r.Path)
		item := spec.Doc.Paths.Value(path)
		if item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s is not described in openapi.yaml", r.Method, path)
		}
	}
}

// TestDescriptionCatchesMistakes makes sure that a reply of another shape fails.
func TestDescriptionCatchesMistakes(t *testing.T) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.WriteString(`{"title": "x", "stranger": 1}`)
	var failed recorder
	apitest.Load(t).Validate(&failed, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.yaml", nil), w)
	if failed.n == 0 {
		t.Error("a reply that is not as described was accepted")
	}
}

type recorder struct {
	testing.TB
	n int
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.n++ }

func TestWhoCalls(t *testing.T) {
	h, _ := server(t, nil)
	if w := (call{method: "GET", path: "/api/v1/samples", token: "officer"}).send(h); w.Code != 200 {
		t.Errorf("a token gives %d: %s", w.Code, w.Body)
	}
	w := call{method: "GET", path: "/api/v1/samples"}.send(h)
	if problem(t, w, 401); w.Header().Get("WWW-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate")
	}
	problem(t, call{method: "GET", path: "/api/v1/samples", token: "stolen"}.send(h), 401)
	problem(t, call{method: "GET", path: "/api/v1/samples", token: "nobody"}.send(h), 404)
	problem(t, call{method: "GET", path: "/api/v1/nowhere", token: "officer"}.send(h), 404)
	problem(t, call{method: "DELETE", path: "/api/v1/samples", token: "officer"}.send(h), 405)
	r := httptest.NewRequest(http.MethodGet, "/api/v1/samples", nil) // a session is no token
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r.WithContext(webtest.As(r.Context(), officer())))
	problem(t, rec, 401)
	r = httptest.NewRequest(http.MethodGet, "/api/v1/samples", nil)
	r.SetBasicAuth("officer", "officer")
	rec = httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	problem(t, rec, 401)
}

// TestGuessingTokensIsLimited: a wrong token costs its sender like any request.
func TestGuessingTokensIsLimited(t *testing.T) {
	h, _ := server(t, nil)
	for range 300 {
		if w := (call{method: "GET", path: "/api/v1/samples", token: "guess"}).send(h); w.Code == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("300 wrong tokens at once were tried")
}

func TestLists(t *testing.T) {
	h, _ := server(t, nil)
	get := func(query string) *httptest.ResponseRecorder {
		return call{method: "GET", path: "/api/v1/samples" + query, token: "officer"}.send(h)
	}
	if got, want := get("?size=1&sort=title").Body.String(), `{"items":[{"id":1,"title":"가","amount":{"national":0,"sido":0,"sigungu":0,"own":0,"total":0},"lines":[]}],"next":"n","total":2}`; strings.TrimSpace(got) != want {
		t.Errorf("list = %s\nwant   %s", got, want)
	}
	if got := strings.TrimSpace(get("?state=none").Body.String()); got != `{"items":[],"total":0}` {
		t.Errorf("empty list = %s", got)
	}
	for _, query := range []string{"?size=0", "?size=x", "?size=201", "?sort=evil", "?stranger=1"} {
		problem(t, get(query), 400)
	}
	problem(t, call{method: "GET", path: "/api/v1/samples/abc", token: "officer"}.send(h), 404)
}

func TestStrictBodies(t *testing.T) {
	h, done := server(t, nil)
	send := func(body, kind string) *httptest.ResponseRecorder {
		return call{"POST", "/api/v1/samples/1", "officer", "key-00000001", body, kind}.send(h)
	}
	for _, body := range []string{`{`, `{"title":"a"} {}`, "{\"title\":\"\xff\"}", `nul`} {
		problem(t, send(body, ""), 400)
	}
	problem(t, send(`{}`, "text/plain"), 400)
	problem(t, send(`{}`, "application/x-www-form-urlencoded"), 400)
	problem(t, send(`{"title":"`+strings.Repeat("x", 1<<20)+`"}`, ""), 413)
	p := problem(t, send(`{"title":1,"people":2.5,"open":"ja","on":"2026-02-30","amount":{"national":1.5},
		"lines":[{"cost":1e3},{"cost":"5","stranger":1},7],"Title":"x","id":9,"note":null,"note":"b"}`, ""), 422)
	for _, name := range []string{"title", "people", "open", "on", "amount", "lines.0.cost", "lines.1.cost", "lines.1.stranger", "lines.2", "Title", "id", "note"} {
		found := false
		for field := range p.Fields {
			found = found || field == name || strings.HasPrefix(field, name+".")
		}
		if !found {
			t.Errorf("no sentence for %s in %v", name, p.Fields)
		}
	}
	p = problem(t, send(`[1]`, ""), 422)
	if p.Fields["body"] == "" {
		t.Errorf("fields = %v", p.Fields)
	}
	if *done != 0 {
		t.Errorf("a refused body was carried out %d times", *done)
	}
}

// TestOncePerKey: the same request twice is done once and answered alike.
func TestOncePerKey(t *testing.T) {
	d := dbtest.New(t)
	h, done := server(t, d.DB)
	send := func(path, key, body string) *httptest.ResponseRecorder {
		return call{method: "POST", path: path, token: "officer", key: key, body: body}.send(h)
	}
	const path, key, body = "/api/v1/samples/42", "5d4f4f0e-8f0b-4a53-8f5c-2a4c8d9b1e10", `{"title":"거점","amount":{"national":5},"lines":[{"title":"a","cost":7}]}`
	for _, bad := range []string{"", "short", strings.Repeat("k", 101)} {
		problem(t, send(path, bad, body), 400)
	}
	first := send(path, key, body)
	if first.Code != http.StatusCreated || first.Header().Get("Idempotency-Replayed") != "" {
		t.Fatalf("first = %d %v %s", first.Code, first.Header(), first.Body)
	}
	again := send(path, key, body)
	if again.Code != first.Code || again.Body.String() != first.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("again = %d %v %s", again.Code, again.Header(), again.Body)
	}
	problem(t, send(path, key, `{"title":"다른 내용"}`), 422)
	if *done != 1 {
		t.Errorf("the command was carried out %d times", *done)
	}
	if w := send("/api/v1/samples/43", key, body); w.Code != http.StatusCreated || *done != 2 {
		t.Errorf("the same key at another address gives %d after %d commands", w.Code, *done)
	}
}
