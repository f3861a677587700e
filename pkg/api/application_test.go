package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/screening"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// applicationAPI is the API with applications; a token is a person's name.
type applicationAPI struct {
	fixture.Company
	h    http.Handler
	spec *apitest.Spec
	call program.Call
	db   *dbtest.DB
}

func newApplicationAPI(t *testing.T, change ...func(*program.CallInput)) applicationAPI {
	t.Helper()
	d := dbtest.New(t)
	a := applicationAPI{Company: fixture.Cast(t, d), spec: apitest.Load(t), db: d}
	people := map[string]authz.Actor{"officer": a.Officer, "officer2": a.Officer2, "approver": a.Approver, "province": a.Province, "manager": a.Manager}
	apps := fixture.Applications(t, d)
	s, err := api.New(api.Config{Services: api.Services{Work: d.Work, Applications: apps, Screenings: &screening.Service{Work: d.Work}, Comments: &comment.Service{Work: d.Work}}, Actor: func(_ context.Context, token string) (authz.Actor, error) {
		if who, ok := people[token]; ok {
			return who, nil
		}
		return authz.Actor{}, fault.New(fault.Unauthenticated, "알 수 없는 토큰입니다.")
	}})
	if err != nil {
		t.Fatal(err)
	}
	a.call = fixture.Call(t, d, a.Company, change...)
	a.h = webtest.New(t, web.Services{Work: d.Work, Applications: apps}, func(c *web.Config) { c.API = s }).Handler
	return a
}

// do sends a request as somebody, holds the reply against the description and
// decodes it.
func (a applicationAPI) do(t *testing.T, who, method, path string, body, out any, status int) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(text))
	r.Header.Set("Authorization", "Bearer "+who)
	r.Header.Set("Content-Type", "application/json")
	if method == "POST" {
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	w := a.spec.Do(t, a.h, r)
	if w.Code != status {
		t.Fatalf("%s %s by %s is %d, want %d: %s", method, path, who, w.Code, status, w.Body)
	}
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			t.Fatal(err)
		}
	}
}

type m = map[string]any

// TestApplicationByProgram hands a plan in and endorses it through the API alone.
func TestApplicationByProgram(t *testing.T) {
	t.Parallel()
	a := newApplicationAPI(t)
	var made struct {
		ID      int64 `json:"id"`
		Version int   `json:"version"`
	}
	a.do(t, "officer", "POST", "/api/v1/applications", m{"call_id": a.call.ID, "government_id": a.Naru, "title": "어울림"}, &made, 201)
	at := fmt.Sprintf("/api/v1/applications/%d", made.ID)
	a.do(t, "province", "GET", at, nil, nil, 404)
	post := func(verb string, body m, status int) {
		t.Helper()
		a.do(t, "officer", "POST", at+"/"+verb, body, nil, status)
	}
	post("title", m{"version": 0, "title": "어울림 시장"}, 200)
	post("title", m{"version": 0, "title": "다른 이름"}, 409)
	for _, s := range program.DefaultSections() {
		post("section", m{"version": 0, "kind": s.Kind, "body": "내용"}, 200)
	}
	post("partners", m{"version": 0, "partners": []m{{"name": "협동조합", "role": "판로", "business_no": "1248100998"}}}, 200)
	post("activities", m{"version": 0, "activities": []m{{"title": "장터", "starts_on": a.call.ProjectFrom, "ends_on": a.call.ProjectTo}}}, 200)
	post("indicators", m{"version": 0, "indicators": []m{{"name": "기업", "target": "3"}}}, 200)
	file, err := fixture.Applications(t, a.db).Documents.Upload(t.Context(), a.Officer, document.Upload{Name: "심의.pdf", Government: a.Naru, Body: bytes.NewReader(fixture.PDF())})
	if err != nil {
		t.Fatal(err)
	}
	post("attach", m{"document_id": file.ID, "code": "deliberation"}, 200)
	post("deliberation", m{"version": 0, "committee": "위원회", "held_on": "2020-01-02", "agenda": "안건", "decision": "approved", "document_id": file.ID}, 200)
	post("detach", m{"document_id": file.ID}, 409)
	var problem api.Problem
	a.do(t, "officer", "POST", at+"/lines", m{"version": 0, "lines": []m{{"code": "210-01", "national": 5}, {"code": "x", "unit_price": 3}}}, &problem, 422)
	if problem.Fields["lines.1.code"] == "" || problem.Fields["lines.1.quantity"] == "" {
		t.Errorf("mistakes %v", problem.Fields)
	}
	post("lines", m{"version": 0, "propose": true, "lines": []m{{"code": "210-01", "unit_price": 1000, "quantity": 3, "times": 2}}}, 200)
	var plan struct {
		Complete    bool
		Application struct {
			Draft int `json:"draft_version"`
		}
	}
	a.do(t, "officer", "GET", at+"/plan", nil, &plan, 200)
	if !plan.Complete {
		t.Fatal("the plan is not complete")
	}
	post("submit", m{"version": made.Version, "draft_version": plan.Application.Draft - 1}, 409)
	post("submit", m{"version": made.Version, "draft_version": plan.Application.Draft}, 200)
	a.do(t, "province", "POST", at+"/return", m{"version": 2, "reason": ""}, nil, 422)
	a.do(t, "province", "POST", at+"/endorse", m{"version": 2, "opinion": "추천", "rank": 1}, nil, 200)
	a.do(t, "officer2", "GET", at, nil, nil, 404)
	a.do(t, "province", "GET", at+"/plan", nil, nil, 403) // known, but the draft is not for them
	a.do(t, "manager", "GET", at, nil, nil, 200)
	a.do(t, "manager", "GET", "/api/v1/applications?state=received&whose=own", nil, nil, 200)
	var sub struct{ Content struct{ Title string } }
	a.do(t, "manager", "GET", at+"/submission?no=1", nil, &sub, 200)
	if sub.Content.Title != "어울림 시장" {
		t.Errorf("handed in: %+v", sub)
	}
	a.do(t, "manager", "POST", at+"/correct", m{"version": 3, "reason": "고쳐 주십시오."}, nil, 200)
	post("withdraw", m{"version": 4, "reason": "철회합니다."}, 200)
	a.do(t, "manager", "POST", at+"/disqualify", m{"version": 5, "reason": "늦음"}, nil, 409)
	var list struct {
		Total int
		Items []struct{ State string }
	}
	a.do(t, "manager", "GET", "/api/v1/applications", nil, &list, 200)
	if list.Total != 1 || list.Items[0].State != "withdrawn" {
		t.Errorf("list %+v", list)
	}
	a.do(t, "manager", "GET", "/api/v1/applications?"+strings.Repeat("x", 3)+"=1", nil, nil, 400)
}
