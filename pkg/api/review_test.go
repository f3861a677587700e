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
	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/screening"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// reviewAPI is the API with everything that review and selection need; a token is
// the position of a person in people.
type reviewAPI struct {
	fixture.Company
	h    http.Handler
	spec *apitest.Spec
	call program.Call
	apps []application.Application
	db   *dbtest.DB
	t    *testing.T
}

func newReviewAPI(t *testing.T) reviewAPI {
	t.Helper()
	d := dbtest.New(t)
	a := reviewAPI{Company: fixture.Cast(t, d), spec: apitest.Load(t), db: d, t: t}
	services := api.Services{Work: d.Work, Programs: &program.Service{Work: d.Work}, Screenings: &screening.Service{Work: d.Work}, Reviews: fixture.Reviews(d), Selections: fixture.Selections(d)}
	people := map[string]authz.Actor{"manager": a.Manager, "decider": a.Decider, "chair": a.Chair, "officer": a.Officer}
	for i, who := range a.Reviewers {
		people[fmt.Sprintf("reviewer%d", i)] = who
	}
	s, err := api.New(api.Config{Services: services, Actor: func(_ context.Context, token string) (authz.Actor, error) {
		if who, ok := people[token]; ok {
			return who, nil
		}
		return authz.Actor{}, fault.New(fault.Unauthenticated, "알 수 없는 토큰입니다.")
	}})
	if err != nil {
		t.Fatal(err)
	}
	a.call = fixture.Call(t, d, a.Company)
	for _, who := range []authz.Actor{a.Province, a.Officer, a.OfficerOther} {
		a.apps = append(a.apps, fixture.Submitted(t, d, a.Company, a.call, who))
	}
	a.h = webtest.New(t, web.Services(services), func(c *web.Config) { c.API = s }).Handler
	return a
}

type anyObject = map[string]any

// do sends a request as somebody, holds the reply against the description and
// returns it decoded.
func (a reviewAPI) do(who, method, path string, body any, status int) (out anyObject) {
	a.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	r := httptest.NewRequest(method, api.Prefix+path, bytes.NewReader(text))
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	r.Header.Set("Content-Type", "application/json")
	if method == "POST" {
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	w := a.spec.Do(a.t, a.h, r)
	if w.Code != status {
		a.t.Fatalf("%s %s by %s is %d, want %d: %s", method, path, who, w.Code, status, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		a.t.Fatal(err)
	}
	return out
}

// TestReviewAPI goes from the pool to the published result by the API alone.
func TestReviewAPI(t *testing.T) {
	t.Parallel()
	a := newReviewAPI(t)
	fixture.Closed(t, a.db, a.call)
	pool := fmt.Sprintf("/reviewers?program=%d", a.Program)
	for i, who := range a.Reviewers {
		made := a.do("manager", "POST", "/reviewers", anyObject{"program_id": a.Program, "person_id": who.ID, "expertise": []string{"유통"}}, 201)
		me := fmt.Sprintf("reviewer%d", i)
		if n := len(a.do(me, "GET", "/invitations", nil, 200)["items"].([]any)); n != 1 {
			t.Errorf("%d invitations", n)
		}
		a.do("manager", "POST", fmt.Sprintf("/reviewers/%v/accept", made["id"]), anyObject{}, 404)
		a.do(me, "POST", fmt.Sprintf("/reviewers/%v/accept", made["id"]), anyObject{}, 200)
		a.do(me, "POST", fmt.Sprintf("/reviewers/%v/refuse", made["id"]), anyObject{"reason": "늦음"}, 409)
	}
	first := a.do("manager", "GET", pool, nil, 200)["items"].([]any)[0].(anyObject)
	one := fmt.Sprintf("/reviewers/%v", first["id"])
	a.do("manager", "POST", one+"/update", anyObject{"version": 2, "active": true, "employer": "가상연구원", "expertise": []string{}, "government_id": a.Naru,
		"posts": []anyObject{{"government_id": a.Baram, "from": "2015-01-01", "to": "2016-01-01"}}}, 200)
	a.do("manager", "GET", one, nil, 200)
	a.do("officer", "GET", one, nil, 404)

	round := fmt.Sprintf("/rounds/%v", a.do("manager", "POST", "/rounds", anyObject{"call_id": a.call.ID}, 201)["id"])
	pair := anyObject{"application_id": a.apps[1].ID, "reviewer_id": first["id"]}
	a.do("manager", "POST", round+"/assign", anyObject{"pairs": []any{pair}}, 422) // 나루군 is their own
	pair["application_id"] = a.apps[2].ID
	made := a.do("manager", "POST", round+"/assign", anyObject{"pairs": []any{pair}}, 200)["items"].([]any)[0].(anyObject)
	a.do("manager", "POST", fmt.Sprintf("/assignments/%v/remove", made["id"]), anyObject{}, 200)
	if p := a.do("manager", "GET", round+"/proposal?per_application=2", nil, 200); p["picks"] != 6.0 || p["spread"] != 1.0 {
		t.Errorf("proposal %v", p)
	}
	a.do("chair", "GET", round+"/proposal", nil, 404)
	a.do("manager", "POST", round+"/balance", anyObject{"per_application": 2}, 200)
	a.do("chair", "POST", round+"/balance", anyObject{"per_application": 2}, 404)
	a.do("manager", "GET", "/rounds?state=scoring", nil, 200)

	var sheet string
	for i := range a.Reviewers {
		me := fmt.Sprintf("reviewer%d", i)
		for _, item := range a.do(me, "GET", "/assignments", nil, 200)["items"].([]any) {
			desk := fmt.Sprintf("/assignments/%v", item.(anyObject)["id"])
			if d := a.do(me, "GET", desk, nil, 200); d["submission"] != nil || d["sheet"] != nil {
				t.Errorf("before the declaration the assignment shows %v", d)
			}
			a.do(me, "POST", desk+"/declare", anyObject{"kind": "none"}, 200)
			open := a.do(me, "GET", desk, nil, 200)
			sheet = fmt.Sprintf("/sheets/%v", open["sheet"].(anyObject)["id"])
			var scores []any
			for _, line := range open["content"].(anyObject)["scores"].([]any) {
				scores = append(scores, anyObject{"criterion_id": line.(anyObject)["criterion_id"], "points": "7.25", "justification": "근거"})
			}
			a.do(me, "POST", sheet+"/score", anyObject{"draft": 1, "scores": []any{anyObject{"criterion_id": 1, "points": "99"}}}, 422)
			saved := a.do(me, "POST", sheet+"/score", anyObject{"draft": 1, "scores": scores, "opinion": "의견"}, 200)
			a.do(me, "POST", sheet+"/submit", anyObject{"draft": saved["draft"]}, 200)
		}
	}
	a.do("manager", "GET", sheet, nil, 404)
	a.do("chair", "GET", round+"/discussion", nil, 404)
	a.do("chair", "POST", round+"/discuss", anyObject{}, 200)
	a.do("manager", "POST", round+"/confirm", anyObject{"version": 2, "verb": "discuss"}, 200)
	a.do("chair", "GET", round+"/discussion", nil, 200)
	a.do("chair", "GET", sheet, nil, 200)
	a.do("chair", "POST", sheet+"/reopen", anyObject{"reason": "근거 보완"}, 200)
	for i := range a.Reviewers {
		me := fmt.Sprintf("reviewer%d", i)
		for _, item := range a.do(me, "GET", "/assignments?state=open", nil, 200)["items"].([]any) {
			a.do(me, "POST", fmt.Sprintf("/sheets/%v/submit", item.(anyObject)["sheet_id"]), anyObject{"draft": 2}, 200)
		}
	}
	var bonus int64
	if err := a.db.DB.Get(&bonus, `select min(id) from bonus_items`); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"bonus", "revoke", "bonus"} {
		body := anyObject{"application_id": a.apps[0].ID, "bonus_item_id": bonus}
		if verb == "bonus" {
			body["evidence"] = "고시"
		}
		a.do("manager", "POST", round+"/"+verb, body, 200)
	}
	a.do("manager", "GET", round, nil, 200)
	a.do("reviewer0", "GET", round, nil, 200)
	a.do("manager", "GET", round+"/ranking", nil, 404)
	a.discussed(round, sheet)
	asked := a.do("chair", "POST", round+"/lock", anyObject{}, 200)
	a.do("decider", "POST", round+"/confirm", anyObject{"version": asked["version"], "verb": "lock"}, 200)
	if rows := a.do("decider", "GET", round+"/ranking", nil, 200)["rows"].([]any); len(rows) != 3 || rows[0].(anyObject)["total"] != 46.5 {
		t.Errorf("ranking: %v", rows)
	}

	s := a.do("manager", "POST", "/selections", anyObject{"call_id": a.call.ID, "reserves": 1}, 201)
	at := fmt.Sprintf("/selections/%v", s["id"])
	var rows []any
	for _, e := range a.do("manager", "GET", at, nil, 200)["entries"].([]any) {
		entry := e.(anyObject)
		rows = append(rows, anyObject{"application_id": entry["application_id"], "outcome": entry["outcome"], "amounts": entry["amounts"]})
	}
	a.do("manager", "POST", at+"/update", anyObject{"version": 1, "note": "비고", "rows": rows}, 200)
	a.do("manager", "POST", at+"/approve", anyObject{"version": 2}, 404)
	a.do("decider", "POST", at+"/approve", anyObject{"version": 2}, 200)
	result := fmt.Sprintf("/results/%d", a.call.ID)
	a.do("", "GET", result, nil, 404)
	a.do("manager", "POST", at+"/publish", anyObject{"version": 3}, 200)
	a.do("manager", "GET", "/selections", nil, 200)
	if got := a.do("", "GET", result, nil, 200); got["selected"] != 3.0 || got["note"] != "비고" {
		t.Errorf("result: %v", got)
	}
	a.do("", "GET", "/results", nil, 200)
}

// TestTakeOverAPI decides a call whose result was published elsewhere.
func TestTakeOverAPI(t *testing.T) {
	t.Parallel()
	a := newReviewAPI(t)
	fixture.Closed(t, a.db, a.call)
	var rows []any
	for _, app := range a.apps {
		rows = append(rows, anyObject{"application_id": app.ID, "outcome": "declined"})
	}
	a.do("manager", "POST", "/selections/takeover", anyObject{"call_id": a.call.ID, "note": "", "rows": rows}, 422)
	s := a.do("manager", "POST", "/selections/takeover", anyObject{"call_id": a.call.ID, "note": "보도자료", "rows": rows}, 201)
	if s["ranking_id"] != nil || s["note"] != "보도자료" {
		t.Errorf("taken over: %v", s)
	}
}
