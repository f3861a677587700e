package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
)

// TestTokensOpenTheAPI goes in with real tokens, through every gate.
func TestTokensOpenTheAPI(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	services := api.NewServices(d.Work, identity.New(d.Work, d.DB), nil)
	s, err := api.New(api.Config{Services: services, Actor: services.People.ActorByToken})
	if err != nil {
		t.Fatal(err)
	}
	site := webtest.New(t, services, func(cfg *web.Config) { cfg.API = s })
	spec := apitest.Load(t)
	tokens := map[string]string{}
	for name, who := range map[string]authz.Actor{"officer": c.Officer, "auditor": c.Auditor} {
		k, err := services.People.CreateToken(t.Context(), c.Admin, who.ID, "시험", 1)
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = k.Text
	}
	ask := func(who, path string, status int, out any) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if who != "" {
			r.Header.Set("Authorization", "Bearer "+tokens[who])
		}
		w := spec.Do(t, site.Handler, r)
		if w.Code != status {
			t.Fatalf("%s asks %s: %d, want %d\n%s", who, path, w.Code, status, w.Body)
		}
		if out != nil {
			if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
				t.Fatal(err)
			}
		}
	}
	var me struct {
		Name   string
		Grants []struct {
			Role       string
			Government int64 `json:"government_id"`
		}
	}
	ask("officer", "/api/v1/me", 200, &me)
	if me.Name != c.Officer.Name || len(me.Grants) != 1 || me.Grants[0].Role != "officer" || me.Grants[0].Government != int64(c.Naru) {
		t.Errorf("me is %+v", me)
	}
	ask("", "/api/v1/me", 401, nil)
	ask("nobody", "/api/v1/me", 401, nil)

	var list struct {
		Items []struct {
			FullName string `json:"full_name"`
		}
		Total int
	}
	ask("officer", "/api/v1/organizations?kind=sigungu&on=2022-03-01&q=%EB%8C%80%EA%B5%AC%EA%B4%91%EC%97%AD%EC%8B%9C", 200, &list)
	if list.Total != 8 || list.Items[0].FullName != "대구광역시 중구" {
		t.Errorf("대구 has %+v", list)
	}
	ask("officer", fmt.Sprintf("/api/v1/organizations/%d", c.Naru), 200, nil)
	ask("officer", "/api/v1/organizations/999999", 404, nil)
	ask("officer", "/api/v1/organizations?color=red", 400, nil)

	ask("auditor", fmt.Sprintf("/api/v1/audit-events?kind=token&person=%d", c.Admin.ID), 200, &list)
	if list.Total != 2 {
		t.Errorf("the trail has %d tokens", list.Total)
	}
	ask("auditor", fmt.Sprintf("/api/v1/audit-events?kind=organization&object=%d&size=1", c.Naru), 200, &list)
	if list.Total != 1 {
		t.Errorf("the trail of 나루군 has %d rows", list.Total)
	}
	ask("auditor", "/api/v1/audit-events?object=x", 422, nil)
	ask("officer", "/api/v1/audit-events", 404, nil)
}
