package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/google/uuid"

	"eoul/pkg/money"
)

// answer is what one of many requests at once got.
type answer struct {
	status           int
	body             string
	replayed, waited bool // marked as a repetition; told to come back later
}

// storm sends the same request so many times at once over the network, with one key
// for all or one for each.
func (r *requests) storm(n int, one bool, login, path string, body object) []answer {
	r.t.Helper()
	r.wait(login, n)
	server := httptest.NewServer(r.s)
	defer server.Close()
	token, sent, key := r.s.token(login), r.encode(body), uuid.NewString()
	out := make([]answer, n)
	var all sync.WaitGroup
	for i := range n {
		mine := key
		if !one {
			mine = uuid.NewString()
		}
		all.Go(func() { out[i] = shout(r.t.Context(), server, token, mine, path, sent) })
	}
	all.Wait()
	return out
}

func shout(ctx context.Context, server *httptest.Server, token, key, path string, body []byte) answer {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return answer{body: err.Error()}
	}
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Idempotency-Key", key)
	w, err := server.Client().Do(q)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer func() { _ = w.Body.Close() }()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{w.StatusCode, string(text), w.Header.Get("Idempotency-Replayed") == "true", w.Header.Get("Retry-After") != ""}
}

// together sends one request fifty times at once with one key: one of them does it,
// the others get its answer or are told to come back.
func (r *requests) together(login, path string, body object, status int) object {
	r.t.Helper()
	var done, same *answer
	for _, a := range r.storm(50, true, login, path, body) {
		switch {
		case a.status == status && !a.replayed && done == nil:
			done = &a
		case a.status == status && a.replayed && (same == nil || same.body == a.body):
			same = &a
		case a.status == http.StatusConflict && a.waited:
		default:
			r.t.Errorf("one of fifty at %s got %d %+v", path, a.status, a)
		}
	}
	if done == nil || same == nil || done.body != same.body {
		r.t.Fatalf("fifty at %s: done %+v, repeated %+v", path, done, same)
	}
	return r.decode(&httptest.ResponseRecorder{Body: bytes.NewBufferString(done.body)})
}

// rivals send one request many times at once, each as its own: one of them does it,
// the others are refused.
func (r *requests) rivals(login, path string, body object) {
	r.t.Helper()
	done := 0
	for _, a := range r.storm(20, false, login, path, body) {
		switch a.status {
		case http.StatusOK:
			done++
		case http.StatusConflict, http.StatusUnprocessableEntity:
		default:
			r.t.Errorf("a rival at %s got %d %s", path, a.status, a.body)
		}
	}
	if done != 1 {
		r.t.Errorf("%d rivals did %s", done, path)
	}
}

// grant takes the projects from the request to the decision.
func (r *requests) grant() {
	r.s.at(2022, time.March, 14, 10)
	for _, v := range r.projects {
		made := r.post(v.login, "/awards", object{"application_id": v.application})
		if v.login == "namgu" {
			r.post(v.login, fmt.Sprintf("/awards/%d/cancel", made.num(r.t, "id")), object{"reason": "예산을 다시 짜야 합니다."})
			made = r.post(v.login, "/awards", object{"application_id": v.application})
		}
		v.award = made.num(r.t, "id")
		v.book.planned = made.money(r.t, "amounts")
		at := fmt.Sprintf("/awards/%d", v.award)
		r.refused(http.StatusConflict, v.login, "/awards", object{"application_id": v.application})
		r.refused(http.StatusNotFound, v.login, at+"/examine", object{"conditions": []string{"보조금은 목적에만 씁니다."}})
		r.post("manager", at+"/examine", object{"conditions": []string{"보조금은 목적에만 씁니다.", "증빙을 5년 동안 보관합니다."}})
		r.refused(http.StatusConflict, v.login, at+"/start", object{})
		r.post("decider", at+"/grant", object{})
	}
	budget := r.get("finance", fmt.Sprintf("/programs/%d/appropriations", r.program)).list(r.t, "items")[0]
	if got := budget.money(r.t, "granted"); got.Total() != money.Must(300_000_000) {
		r.t.Errorf("granted %v", got)
	}
}

// pay starts the projects and brings their money in.
func (r *requests) pay() {
	r.s.at(2022, time.March, 25, 10)
	for _, v := range r.projects {
		at := fmt.Sprintf("/awards/%d", v.award)
		r.post(v.login, at+"/start", object{})
		if v.checker == "" {
			r.secure(v)
			r.tranche(v, "ministry", 30_000_000, "")
			r.tranche(v, "ministry", 20_000_000, "중간 점검을 마친 뒤")
			r.refused(http.StatusUnprocessableEntity, v.login, "/tranches", object{"award_id": v.award, "payer_kind": "sido", "amount": 1})
			continue
		}
		r.tranche(v, "ministry", 50_000_000, "")
		r.tranche(v, "sido", 50_000_000, "")
	}
	for _, v := range r.projects {
		if got := r.get(v.login, fmt.Sprintf("/awards/%d", v.award)).money(r.t, "money.available"); got != v.book.funds {
			r.t.Errorf("%s has %v, sent was %v", v.place, got, v.book.funds)
		}
	}
}

// secure puts 시비 of the city's own project in: once wrongly, which is taken back.
func (r *requests) secure(v *venture) {
	r.t.Helper()
	at := fmt.Sprintf("/awards/%d", v.award)
	sido := func(n int64) object { return object{"national": 0, "sido": n, "sigungu": 0, "own": 0} }
	r.refused(http.StatusUnprocessableEntity, v.login, at+"/secure", object{"amounts": sido(50_000_001), "on": "2022-03-25", "note": "본예산"})
	wrong := r.post(v.login, at+"/secure", object{"amounts": sido(1), "on": "2022-03-25", "note": "잘못 적음"})
	r.post(v.login, at+"/unsecure", object{"fiscal_year": wrong.num(r.t, "fiscal_year"), "posting": wrong.num(r.t, "id"), "reason": "금액을 잘못 적었습니다."})
	right := r.post(v.login, at+"/secure", object{"amounts": sido(50_000_000), "on": "2022-03-25", "note": "본예산"})
	v.book.funds = v.book.funds.Add(right.money(r.t, "amounts"))
}

// tranche takes one transfer from its request to its receipt; who drafted it cannot
// confirm it, and it is paid once however often that is said.
func (r *requests) tranche(v *venture, payer string, amount int64, condition string) {
	r.t.Helper()
	maker, checker := "finance", "finance2"
	if payer == "sido" {
		maker, checker = "daegu", "daegu2"
	}
	asked := r.post(v.login, "/tranches", object{"award_id": v.award, "payer_kind": payer, "amount": amount, "condition": condition})
	at := fmt.Sprintf("/tranches/%d", asked.num(r.t, "id"))
	r.post(maker, at+"/draft", object{})
	r.post(maker, at+"/undo", object{})
	r.post(maker, at+"/draft", object{})
	if payer == "ministry" {
		r.refused(http.StatusConflict, maker, at+"/confirm", object{})
	} else {
		r.refused(http.StatusForbidden, "finance2", at+"/confirm", object{}) // 시도비 is not the ministry's to send
		r.refused(http.StatusNotFound, maker, at+"/confirm", object{})
	}
	switch {
	case condition != "":
		r.rivals(checker, at+"/confirm", object{})
	case amount == 30_000_000:
		r.together(checker, at+"/confirm", object{}, http.StatusOK)
	default:
		r.post(checker, at+"/confirm", object{})
	}
	got := r.post(v.login, at+"/receive", object{"received_on": "2022-03-25"})
	v.book.funds = v.book.funds.Add(got.money(r.t, "amounts"))
}
