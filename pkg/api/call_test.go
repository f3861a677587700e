package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"

	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// callAPI is the API with programmes, calls and the ledger; a token is a role.
type callAPI struct {
	fixture.Company
	db   *dbtest.DB
	h    http.Handler
	spec *apitest.Spec
}

func newCallAPI(t *testing.T) callAPI {
	t.Helper()
	d := dbtest.New(t)
	a := callAPI{Company: fixture.Cast(t, d), db: d, spec: apitest.Load(t)}
	people := map[string]authz.Actor{"officer": a.Officer, "manager": a.Manager, "finance": a.Finance}
	services := api.Services{Work: d.Work, Programs: &program.Service{Work: d.Work}, Ledger: &ledger.Service{Work: d.Work}}
	s, err := api.New(api.Config{Services: services, Actor: func(_ context.Context, token string) (authz.Actor, error) {
		if who, ok := people[token]; ok {
			return who, nil
		}
		return authz.Actor{}, fault.New(fault.Unauthenticated, "알 수 없는 토큰입니다.")
	}})
	if err != nil {
		t.Fatal(err)
	}
	a.h = webtest.New(t, services, func(c *web.Config) { c.API = s }).Handler
	return a
}

type jsonMap = map[string]any

// do sends a request, holds the reply against openapi.yaml and decodes it.
func (a callAPI) do(t *testing.T, who, method, path string, body any, status int) jsonMap {
	t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	r := httptest.NewRequest(method, "/api/v1"+path, bytes.NewReader(text))
	r.Header.Set("Authorization", "Bearer "+who)
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", uuid.NewString())
		r.Header.Set("Content-Type", "application/json")
	}
	w := a.spec.Do(t, a.h, r)
	if w.Code != status {
		t.Fatalf("%s %s as %s is %d, want %d: %s", method, path, who, w.Code, status, w.Body)
	}
	out := jsonMap{}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (a callAPI) body(t *testing.T) jsonMap {
	t.Helper()
	in := fixture.CallInput(a.Company, fixture.Now(t, a.db))
	criteria, bonus, sections := []jsonMap{}, []jsonMap{}, []jsonMap{}
	for _, c := range in.Rubric.Criteria {
		criteria = append(criteria, jsonMap{"title": c.Title, "max": c.Max})
	}
	for _, b := range in.Rubric.Bonus {
		bonus = append(bonus, jsonMap{"title": b.Title, "points": b.Points})
	}
	for _, s := range in.Sections {
		sections = append(sections, jsonMap{"kind": s.Kind, "title": s.Title, "required": s.Required, "max_length": s.MaxLength})
	}
	return jsonMap{
		"program_id": in.ProgramID, "fiscal_year": in.FiscalYear, "title": in.Title, "summary": in.Summary, "agenda": in.Agenda,
		"opens_at": in.OpensAt, "closes_at": in.ClosesAt, "endorse_until": in.EndorseUntil, "correct_until": in.CorrectUntil,
		"project_from": in.ProjectFrom, "project_to": in.ProjectTo, "cap": 100_000_000, "applicants": in.Applicants, "code_set": "national",
		"matching": in.Matching, "sections": sections, "rubric": jsonMap{"criteria": criteria, "bonus": bonus},
	}
}

func TestCallsByAPI(t *testing.T) {
	a := newCallAPI(t)
	body := a.body(t)
	year := body["fiscal_year"]
	p := a.do(t, "manager", "POST", "/calls", body, 422)
	if fields := p["fields"].(jsonMap); fields["fiscal_year"] == nil {
		t.Errorf("fields %v", fields)
	}
	at := fmt.Sprintf("/programs/%d", a.Program)
	a.do(t, "manager", "POST", at+"/appropriations", jsonMap{"fiscal_year": year, "limits": jsonMap{"national": 1000}, "reason": "본예산"}, 404)
	budget := a.do(t, "finance", "POST", at+"/appropriations", jsonMap{"fiscal_year": year, "limits": jsonMap{"national": 1000, "sido": nil}, "reason": "본예산"}, 201)
	if l := budget["limits"].(jsonMap); l["national"] != 1000.0 || l["sido"] != nil {
		t.Errorf("limits %v", l)
	}
	a.do(t, "finance", "POST", at+"/appropriations", jsonMap{"fiscal_year": year, "limits": jsonMap{"national": 1000}, "reason": "본예산"}, 409)
	call := a.do(t, "manager", "POST", "/calls", body, 201)
	if call["state"] != "draft" || call["cap"] != 1e8 {
		t.Errorf("made %v", call)
	}
	one := fmt.Sprintf("/calls/%v", call["id"])
	a.do(t, "officer", "GET", one, nil, 404)
	body["version"], body["title"], body["cap"] = 1, "고친 공모", 90_000_000
	call = a.do(t, "manager", "POST", one+"/update", body, 200)
	a.do(t, "manager", "POST", one+"/update", body, 409)
	a.do(t, "manager", "POST", one+"/announce", jsonMap{"version": 1}, 409)
	a.do(t, "manager", "POST", one+"/announce", jsonMap{"version": call["version"]}, 200)
	if got := a.do(t, "manager", "POST", one+"/open", nil, 200); got["state"] != "open" {
		t.Errorf("opened %v", got["state"])
	}
	a.do(t, "manager", "POST", one+"/close", nil, 409)
	a.do(t, "manager", "POST", one+"/extend", jsonMap{"kind": "submit", "at": "2000-01-01T00:00:00Z", "reason": "x"}, 422)
	later := fixture.Now(t, a.db).Add(60 * 24 * time.Hour).UTC().Truncate(time.Second)
	if got := a.do(t, "manager", "POST", one+"/extend", jsonMap{"kind": "submit", "at": later, "endorse_at": later, "correct_at": later, "reason": "정전"}, 200); got["submit_until"] != later.Format(time.RFC3339) {
		t.Errorf("extended until %v, want %v", got["submit_until"], later)
	}
	a.do(t, "officer", "POST", one+"/rubric", jsonMap{"rubric": jsonMap{"criteria": []jsonMap{}, "bonus": []jsonMap{}}, "reason": "x"}, 404)
	a.do(t, "manager", "POST", one+"/rubric", jsonMap{"rubric": jsonMap{"criteria": []jsonMap{{"title": "하나", "max": 100}}, "bonus": []jsonMap{}}, "reason": "오기"}, 200)
	d := a.do(t, "officer", "GET", one, nil, 200)
	if n := len(d["deadlines"].([]any)); n != 6 || len(d["rubric"].(jsonMap)["criteria"].([]any)) != 1 || d["call"].(jsonMap)["title"] != "고친 공모" {
		t.Errorf("seen %v", d)
	}
	if got := a.do(t, "officer", "GET", "/calls?state=open&fiscal_year="+fmt.Sprint(year), nil, 200); got["total"] != 1.0 {
		t.Errorf("list %v", got)
	}
	a.do(t, "officer", "GET", "/calls?colour=red", nil, 400)
	a.do(t, "officer", "GET", "/expense-codes?code_set=lunar", nil, 404)
	if got := a.do(t, "officer", "GET", "/expense-codes?code_set=national", nil, 200); got["total"].(float64) < 20 {
		t.Errorf("codes %v", got["total"])
	}
}

func TestProgrammesAndLedgerByAPI(t *testing.T) {
	a := newCallAPI(t)
	in := jsonMap{"ministry_id": a.Ministry, "name": "새 사업", "purpose": "목적", "agenda": []string{"판로"}}
	made := a.do(t, "manager", "POST", "/programs", in, 201)
	in["version"] = 1
	a.do(t, "manager", "POST", fmt.Sprintf("/programs/%v/update", made["id"]), in, 403)
	mine := fmt.Sprintf("/programs/%d", a.Program)
	if got := a.do(t, "manager", "POST", mine+"/update", in, 200); got["name"] != "새 사업" || got["version"] != 2.0 {
		t.Errorf("changed to %v", got)
	}
	a.do(t, "officer", "GET", mine, nil, 200)
	if got := a.do(t, "officer", "GET", "/programs?q=새", nil, 200); got["total"] != 2.0 {
		t.Errorf("found %v", got["total"])
	}
	budget := fixture.Appropriation(t, a.db, a.Company)
	award, line := fixture.Funded(t, a.db, a.Company, budget.AccountID, money.BySource{National: money.Must(600), Sido: money.Must(400)})
	one := fmt.Sprintf("/appropriations/%d", budget.ID)
	if got := a.do(t, "manager", "GET", one, nil, 200)["granted"].(jsonMap); got["national"] != 600.0 || got["total"] != 1000.0 {
		t.Errorf("granted %v", got)
	}
	a.do(t, "finance", "POST", one+"/update", jsonMap{"version": 1, "limits": jsonMap{"national": 599}, "reason": "감액"}, 409)
	a.do(t, "finance", "POST", one+"/update", jsonMap{"version": 1, "limits": jsonMap{"national": 700}, "reason": "감액"}, 200)
	if got := a.do(t, "finance", "GET", mine+"/appropriations", nil, 200); got["total"] != 1.0 {
		t.Errorf("appropriations %v", got)
	}
	a.do(t, "officer", "GET", one, nil, 404)
	for level, id := range map[string]ledger.AccountID{"appropriation": budget.AccountID, "award": award, "line": line} {
		got := a.do(t, "manager", "GET", fmt.Sprintf("/accounts/%d", id), nil, 200)
		if got["level"] != level || (got["limits"] != nil) != (level == "appropriation") || (got["available"] != nil) != (level == "award") {
			t.Errorf("%s: %v", level, got)
		}
	}
	a.do(t, "officer", "GET", fmt.Sprintf("/accounts/%d", budget.AccountID), nil, 404)
	got := a.do(t, "officer", "GET", fmt.Sprintf("/postings?account=%d&kind=grant", award), nil, 200)
	if got["total"] != 1.0 || got["items"].([]any)[0].(jsonMap)["amounts"].(jsonMap)["sido"] != 400.0 {
		t.Errorf("postings %v", got)
	}
	a.do(t, "officer", "GET", "/postings?account=x", nil, 422)
}
