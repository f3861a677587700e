package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/google/uuid"

	"eoul/pkg/fixture"
)

// upload sends a file twice with one key and gives its id.
func (r *requests) upload(login, name string, government int64, content []byte, status int) int64 {
	r.t.Helper()
	send := func(key string, body []byte) *httptest.ResponseRecorder {
		r.wait(login, 1)
		q := httptest.NewRequestWithContext(r.t.Context(), http.MethodPost, fmt.Sprintf("/api/v1/documents?name=%s&government=%d", url.QueryEscape(name), government), bytes.NewReader(body))
		q.Header.Set("Authorization", "Bearer "+r.s.token(login))
		q.Header.Set("Content-Type", "application/octet-stream")
		q.Header.Set("Idempotency-Key", key)
		return r.spec.Do(r.t, r.s, q)
	}
	r.routes["POST /api/v1/documents"] = true
	key := uuid.NewString()
	first := send(key, content)
	if first.Code != status {
		r.t.Fatalf("%s uploads %s: %d %s, want %d", login, name, first.Code, first.Body, status)
	}
	if status != http.StatusCreated {
		return 0
	}
	again, other := send(key, content), send(key, append([]byte("%PDF-1.7\n"), content...))
	if again.Code != first.Code || again.Body.String() != first.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" || other.Code != http.StatusUnprocessableEntity {
		r.t.Errorf("the file again: %d %v %s; another file with its key: %d", again.Code, again.Header(), again.Body, other.Code)
	}
	var made struct{ ID int64 }
	r.s.must(json.Unmarshal(first.Body.Bytes(), &made))
	return made.ID
}

// apply writes every part of the three plans and hands them in.
func (r *requests) apply() {
	r.s.at(2022, time.February, 8, 10)
	for _, v := range r.projects {
		government := int64(r.s.places[v.place])
		r.refused(http.StatusNotFound, "manager", "/applications", object{"call_id": r.call, "government_id": government, "title": v.title})
		if v.login == "donggu" {
			r.withdrawn(v, government)
		}
		made := r.post(v.login, "/applications", object{"call_id": r.call, "government_id": government, "title": "아직 이름이 없습니다"})
		v.application = made.num(r.t, "id")
		r.write(v, government)
		at := fmt.Sprintf("/applications/%d", v.application)
		plan := r.get(v.login, at+"/plan")
		if plan.at(r.t, "complete") != true {
			r.t.Fatalf("the plan of %s is not complete: %v", v.place, plan.at(r.t, "report"))
		}
		if want := (plan.money(r.t, "report.balance.totals")); want != fixture.Sources(50_000_000, 50_000_000, 0, 0) {
			r.t.Errorf("%s asks for %v", v.place, want)
		}
		r.post(v.login, at+"/submit", object{"version": made.num(r.t, "version"), "draft_version": plan.num(r.t, "application.draft_version")})
	}
	r.refused(http.StatusConflict, "donggu", "/applications", object{"call_id": r.call, "government_id": r.s.places[donggu], "title": "둘째"})
}

// withdrawn is an application that its government thought better of.
func (r *requests) withdrawn(v *venture, government int64) {
	r.t.Helper()
	made := r.post(v.login, "/applications", object{"call_id": r.call, "government_id": government, "title": "다른 사업"})
	at := fmt.Sprintf("/applications/%d/", made.num(r.t, "id"))
	paper := r.upload(v.login, "잘못 고른 파일.pdf", government, fixture.PDF(), http.StatusCreated)
	r.post(v.login, at+"attach", object{"document_id": paper, "code": ""})
	r.post(v.login, at+"detach", object{"document_id": paper})
	r.post(v.login, at+"withdraw", object{"version": made.num(r.t, "version"), "reason": "다른 사업으로 신청합니다."})
}

func (r *requests) write(v *venture, government int64) {
	r.t.Helper()
	at := fmt.Sprintf("/applications/%d/", v.application)
	save := func(part string, body object) {
		r.t.Helper()
		body["version"] = 0
		r.post(v.login, at+part, body)
	}
	save("title", object{"title": v.title})
	r.refused(http.StatusConflict, v.login, at+"title", object{"version": 0, "title": "먼저 온 사람의 것을 덮습니다"})
	for _, s := range r.get("", fmt.Sprintf("/calls/%d", r.call)).list(r.t, "sections") {
		save("section", object{"kind": s["kind"], "body": v.title + "의 내용입니다."})
	}
	r.upload(v.login, "심의.pdf", government, []byte("#!/bin/sh"), http.StatusUnprocessableEntity)
	minutes := r.upload(v.login, "심의 결과.pdf", government, fixture.PDF(), http.StatusCreated)
	r.post(v.login, at+"attach", object{"document_id": minutes, "code": "deliberation"})
	save("deliberation", object{"committee": "사회적경제위원회", "held_on": "2022-01-20", "agenda": v.title, "decision": "approved", "document_id": minutes})
	save("partners", object{"partners": []object{{"name": "어울림협동조합", "role": "판로 개척", "business_no": "124-81-00998", "agreed_on": "2022-01-25"}}})
	save("activities", object{"activities": []object{{"area": "판로 확대", "title": "장터", "content": "매달 엽니다.", "starts_on": "2022-03-01", "ends_on": "2022-12-31"}}})
	save("indicators", object{"indicators": []object{{"name": "참여 기업 수", "unit": "개", "target": "30"}}})
	wrong := r.refused(http.StatusUnprocessableEntity, v.login, at+"lines", object{"version": 0, "lines": []object{{"code": "000-00", "national": 1}}})
	if wrong.Fields["lines.0.code"] == "" {
		r.t.Errorf("nothing is said of the code: %+v", wrong)
	}
	save("lines", object{"lines": v.lines})
}

// answer replies to the one item of a return and says that it is dealt with; nothing
// is handed in before.
func (r *requests) answer(login, at string) {
	r.t.Helper()
	plan := r.get(login, at+"/plan")
	r.refused(http.StatusUnprocessableEntity, login, at+"/submit", object{"version": plan.num(r.t, "application.version"), "draft_version": plan.num(r.t, "application.draft_version")})
	item := r.get(login, at+"/comments").list(r.t, "threads")[0]
	r.post(login, at+"/comments", object{"reply_to": item["id"], "body": "더 나눌 것이 없는 금액입니다."})
	r.post(login, fmt.Sprintf("/comments/%d/resolve", item.num(r.t, "id")), object{"version": item["version"]})
}

// endorse recommends the two districts: one after it was sent back and handed in again.
func (r *requests) endorse() {
	r.s.at(2022, time.February, 14, 10)
	for i, v := range r.projects[1:] {
		at := fmt.Sprintf("/applications/%d", v.application)
		look := func() object { return r.get("daegu", at) }
		if i == 1 {
			r.post("daegu", at+"/return", object{"version": look().num(r.t, "application.version"), "reason": "산출기초를 더 적어 주십시오.",
				"items": []object{{"part": "lines", "field": "lines.0.national", "body": "산출기초를 나누어 적어 주십시오."}}})
			r.post(v.login, at+"/title", object{"version": 1, "title": v.title})
			r.answer(v.login, at)
			plan := r.get(v.login, at+"/plan")
			r.post(v.login, at+"/submit", object{"version": plan.num(r.t, "application.version"), "draft_version": plan.num(r.t, "application.draft_version")})
		}
		version := look().num(r.t, "application.version")
		r.refused(http.StatusNotFound, v.login, at+"/endorse", object{"version": version, "opinion": "스스로 추천합니다."})
		r.post("daegu", at+"/endorse", object{"version": version, "opinion": "지역 현안에 맞습니다.", "rank": i + 1})
		if i == 1 {
			if got := r.get("daegu", at+"/compare?from=1&to=2"); got["changed"] != false {
				r.t.Errorf("nothing was changed, yet the versions differ: %v", got)
			}
		}
	}
	if got := r.get("daegu", fmt.Sprintf("/calls/%d/endorsements", r.call)).list(r.t, "rows"); len(got) != 2 {
		r.t.Errorf("the 시·도 endorsed %v", got)
	}
	list := r.get("manager", fmt.Sprintf("/applications?call=%d&state=received&size=2", r.call))
	if list.num(r.t, "total") != 3 || len(list.list(r.t, "items")) != 2 {
		r.t.Errorf("received %v", list)
	}
	rest := r.get("manager", fmt.Sprintf("/applications?call=%d&state=received&size=2&after=%s", r.call, url.QueryEscape(list.str(r.t, "next"))))
	if got := rest.list(r.t, "items"); len(got) != 1 || got[0]["receipt_no"] == "" {
		r.t.Errorf("the second page has %v", got)
	}
}
