package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/uuid"

	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// moneyAPI is the API from the grant to the repayment; a token is a role's name.
type moneyAPI struct {
	fixture.Company
	h    http.Handler
	spec *apitest.Spec
	d    *dbtest.DB
}

// reply is the part of an answer the test follows.
type reply struct {
	ID    int64          `json:"id"`
	State string         `json:"state"`
	Total int            `json:"total"`
	Items []reply        `json:"items"`
	Lines []reply        `json:"lines"`
	Money map[string]any `json:"money"`

	Account    int64          `json:"account"`
	Amounts    map[string]any `json:"amounts"`
	Version    int            `json:"version"`
	Left       int64          `json:"left"`
	Repayments []reply        `json:"repayments"`
	FiscalYear int            `json:"fiscal_year"`
	Figures    []struct {
		Name     string            `json:"name"`
		Formulas map[string]string `json:"formulas"`
	} `json:"figures"`
}

func newMoneyAPI(t *testing.T) moneyAPI {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	store, err := document.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := moneyAPI{Company: fixture.Cast(t, d), spec: apitest.Load(t), d: d}
	people := map[string]authz.Actor{"officer": m.Officer, "officer2": m.Officer2, "province": m.Province, "approver": m.ProvinceApprover,
		"manager": m.Manager, "decider": m.Decider, "finance": m.Finance, "finance2": m.Finance2}
	services := api.NewServices(d.Work, identity.New(d.Work, d.DB), store)
	s, err := api.New(api.Config{Services: services, Actor: func(_ context.Context, token string) (authz.Actor, error) {
		if who, ok := people[token]; ok {
			return who, nil
		}
		return authz.Actor{}, fault.New(fault.Unauthenticated, "알 수 없는 토큰입니다.")
	}})
	if err != nil {
		t.Fatal(err)
	}
	m.h = webtest.New(t, services, func(c *web.Config) { c.API = s }).Handler
	return m
}

// do sends a request as somebody and holds the reply against the description.
func (m moneyAPI) do(t *testing.T, who, method, path string, body any, status int) (out reply) {
	t.Helper()
	if body == nil {
		body = object{}
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(method, "/api/v1"+path, bytes.NewReader(text))
	r.Header.Set("Authorization", "Bearer "+who)
	r.Header.Set("Content-Type", "application/json")
	if method == "POST" {
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	w := m.spec.Do(t, m.h, r)
	if w.Code != status {
		t.Fatalf("%s %s by %s is %d, want %d: %s", method, path, who, w.Code, status, w.Body)
	}
	if status < 300 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

type object map[string]any

// TestMoneyByAPI goes from the request for the grant to the closed settlement.
func TestMoneyByAPI(t *testing.T) {
	m := newMoneyAPI(t)
	app := fixture.Published(t, m.d, fixture.Call(t, m.d, m.Company), m.NaruProject())[0]
	post := func(who, path string, body any) reply { t.Helper(); return m.do(t, who, "POST", path, body, 200) }

	m.do(t, "officer2", "POST", "/awards", object{"application_id": app}, 404)
	m.do(t, "officer", "POST", "/awards", object{"application_id": app, "lines": []object{{"code": "1", "amounts": object{"national": 1}}}}, 422)
	a := m.do(t, "officer", "POST", "/awards", object{"application_id": app}, 201)
	at := fmt.Sprintf("/awards/%d", a.ID)
	post("manager", at+"/examine", object{"conditions": []string{"목적에 맞게 씁니다."}})
	m.do(t, "manager", "POST", at+"/grant", nil, 404) // no manager has such an address
	post("decider", at+"/grant", nil)
	post("officer", at+"/start", nil)
	post("manager", at+"/suspend", object{"reason": "점검"})
	post("manager", at+"/resume", object{"reason": "끝"})
	wrong := post("officer", at+"/secure", object{"amounts": object{"own": 1}, "on": "2026-03-02"})
	post("officer", at+"/unsecure", object{"fiscal_year": wrong.FiscalYear, "posting": wrong.ID, "reason": "잘못 적음"})
	post("officer", at+"/secure", object{"amounts": object{"sigungu": 20_000_000, "own": 5_000_000}, "on": "2026-03-02", "note": "추경"})
	for _, tr := range []struct{ kind, first, second string }{{"ministry", "finance", "finance2"}, {"sido", "province", "approver"}} {
		amount := map[string]int{"ministry": 50_000_000, "sido": 25_000_000}[tr.kind]
		m.do(t, "officer", "POST", "/tranches", object{"award_id": a.ID, "payer_kind": tr.kind, "amount": amount + 1}, 422)
		x := m.do(t, "officer", "POST", "/tranches", object{"award_id": a.ID, "payer_kind": tr.kind, "amount": amount}, 201)
		path := fmt.Sprintf("/tranches/%d", x.ID)
		post("officer", path+"/withdraw", nil)
		x = m.do(t, "officer", "POST", "/tranches", object{"award_id": a.ID, "payer_kind": tr.kind, "amount": amount}, 201)
		path = fmt.Sprintf("/tranches/%d", x.ID)
		post(tr.first, path+"/draft", nil)
		post(tr.first, path+"/undo", nil)
		post(tr.first, path+"/draft", nil)
		m.do(t, "officer", "POST", path+"/confirm", nil, 404)
		post(tr.second, path+"/confirm", nil)
		post("officer", path+"/receive", object{"received_on": "2026-03-02"})
		m.do(t, "officer", "GET", path, nil, 200)
	}
	if got := m.do(t, "manager", "GET", "/awards?state=running", nil, 200); got.Total != 1 || got.Items[0].Money["available"].(map[string]any)["total"] != float64(100_000_000) {
		t.Errorf("awards %+v", got)
	}
	if got := m.do(t, "province", "GET", "/tranches?state=received", nil, 200); got.Total != 2 {
		t.Errorf("tranches %+v", got)
	}
	m.spend(t, a.ID)
	m.settle(t, a.ID)
	if got := m.do(t, "officer", "GET", at, nil, 200); got.State != "closed" {
		t.Errorf("award %s", got.State)
	}
}

func (m moneyAPI) spend(t *testing.T, id int64) {
	t.Helper()
	line := m.do(t, "officer", "GET", fmt.Sprintf("/awards/%d", id), nil, 200).Lines[0].Account
	if split := m.do(t, "officer", "GET", fmt.Sprintf("/awards/%d/split?amount=100001", id), nil, 200); split.Total != 100_001 {
		t.Errorf("split %+v", split)
	}
	bill := object{"award_id": id, "line": line, "occurred_on": "2026-03-02", "item": "현수막", "payee": "어울림협동조합", "business_no": "124-81-00998",
		"method": "card", "supply": 1_000_001, "vat": 100_000, "evidence_kind": "card", "evidence_no": "9"}
	first := m.do(t, "officer", "POST", "/expenditures", bill, 201)
	bill["amounts"] = object{"own": 5_000_001}
	m.do(t, "officer", "POST", "/expenditures", bill, 422)
	bill["amounts"] = nil
	second := m.do(t, "officer", "POST", "/expenditures", bill, 201)
	if first.Amounts["total"] != float64(1_100_001) {
		t.Errorf("first %+v", first)
	}
	back := m.do(t, "officer", "POST", fmt.Sprintf("/expenditures/%d/reverse", second.ID), object{"reason": "두 번"}, 200)
	if back.State != "correction" {
		t.Errorf("correction %+v", back)
	}
	m.do(t, "manager", "POST", fmt.Sprintf("/expenditures/%d/accept", first.ID), nil, 200)
	m.do(t, "manager", "POST", fmt.Sprintf("/expenditures/%d/reject", first.ID), object{"reason": "목적 외"}, 200)
	m.do(t, "officer", "POST", fmt.Sprintf("/expenditures/%d/attach", first.ID), object{"documents": []int{99}}, 422)
	m.do(t, "officer2", "GET", fmt.Sprintf("/expenditures/%d", first.ID), nil, 404)
	m.do(t, "officer", "GET", fmt.Sprintf("/expenditures/%d", first.ID), nil, 200)
	if got := m.do(t, "officer", "GET", fmt.Sprintf("/expenditures?award=%d&size=2", id), nil, 200); got.Total != 3 || len(got.Items) != 2 {
		t.Errorf("expenditures %+v", got)
	}
	m.do(t, "officer", "POST", fmt.Sprintf("/awards/%d/end", id), nil, 200)
}

func (m moneyAPI) settle(t *testing.T, id int64) {
	t.Helper()
	st := m.do(t, "officer", "POST", "/settlements", object{"award_id": id}, 201)
	at := fmt.Sprintf("/settlements/%d", st.ID)
	post := func(who, verb string, body any) reply { t.Helper(); return m.do(t, who, "POST", at+verb, body, 200) }
	book := object{"kind": "interest", "account_tail": "1234", "from": "2026-03-02", "to": "2026-03-02", "amount": 12_345, "unit": 0}
	e := m.do(t, "officer", "POST", at+"/entries", book, 201)
	post("officer", "/void", object{"entry": e.ID, "reason": "잘못 적음"})
	m.do(t, "officer", "POST", at+"/entries", book, 201)
	m.do(t, "officer", "POST", at+"/entries", object{"kind": "carry", "amounts": object{"own": 1_000}, "note": "의결"}, 201)
	post("officer", "/report", object{"version": 1, "report": "장터를 열었습니다."})
	post("officer", "/submit", nil)
	m.do(t, "manager", "POST", at+"/examine", nil, 409)
	post("province", "/correct", object{"reason": "다시"})
	post("officer", "/submit", nil)
	post("province", "/check", nil)
	post("manager", "/examine", nil)
	post("decider", "/fix", nil)
	post("finance", "/notify", nil)
	d := m.do(t, "officer", "GET", at, nil, 200)
	if len(d.Figures) != 13 || d.Figures[12].Name != "due" || d.Figures[12].Formulas["national"] == "" {
		t.Errorf("figures %+v", d.Figures)
	}
	for _, r := range d.Repayments {
		path := fmt.Sprintf("/repayments/%d", r.ID)
		m.do(t, "finance", "POST", path+"/pay", object{"amount": r.Left + 1, "on": "2026-03-02"}, 422)
		m.do(t, "finance", "POST", path+"/pay", object{"amount": r.Left, "on": "2026-03-02", "receipt_no": "1"}, 200)
		m.do(t, "officer", "GET", path, nil, 200)
	}
	if got := m.do(t, "finance", "GET", "/repayments?paid=yes", nil, 200); got.Total != 3 {
		t.Errorf("repayments %+v", got)
	}
	post("finance", "/close", nil)
	if got := m.do(t, "manager", "GET", "/settlements?state=closed", nil, 200); got.Total != 1 {
		t.Errorf("settlements %+v", got)
	}
}
