package api_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"eoul/pkg/fixture"
)

// TestOutagesByAPI looks, puts off and reads it back; hints and both deadlines move
// through the API as through the pages.
func TestOutagesByAPI(t *testing.T) {
	a := newCallAPI(t)
	call := fixture.Call(t, a.db, a.Company)
	one := fmt.Sprintf("/calls/%d", call.ID)
	hints := []jsonMap{{"field": "lines", "body": "**30%**까지"}, {"field": "section.overview", "body": "한 쪽"}}
	a.do(t, "officer", "POST", one+"/hints", jsonMap{"version": call.Version, "hints": hints}, 404)
	a.do(t, "manager", "POST", one+"/hints", jsonMap{"version": call.Version, "hints": []jsonMap{{"field": "lunch", "body": "가"}}}, 422)
	a.do(t, "manager", "POST", one+"/hints", jsonMap{"version": call.Version, "hints": hints}, 200)
	a.do(t, "manager", "POST", one+"/hints", jsonMap{"version": call.Version, "hints": hints}, 409)
	if d := a.do(t, "officer", "GET", one, nil, 200); len(d["hints"].([]any)) != 1 || d["sections"].([]any)[0].(jsonMap)["hint"] != "한 쪽" {
		t.Errorf("hints %v", d["hints"])
	}
	later := call.CorrectUntil.Add(24 * time.Hour).UTC()
	body := jsonMap{"kind": "submit", "at": later, "reason": "수해"}
	if p := a.do(t, "manager", "POST", one+"/extend", body, 422); p["fields"].(jsonMap)["endorse_at"] == nil {
		t.Errorf("fields %v", p["fields"])
	}
	body["endorse_at"], body["correct_at"] = later, later
	a.do(t, "manager", "POST", one+"/extend", body, 200)

	a.db.Clock(t, later.Add(2*time.Hour))
	at := func(x time.Time) string { return x.UTC().Format(time.RFC3339) }
	from, until := at(later.Add(-time.Hour)), at(later.Add(time.Hour))
	q := url.Values{"from": {from}, "until": {until}, "put_off": {at(later.Add(30 * time.Hour))}}
	a.do(t, "officer", "GET", "/outages/preview?"+q.Encode(), nil, 404)
	p := a.do(t, "manager", "GET", "/outages/preview?"+q.Encode(), nil, 200)
	if len(p["moves"].([]any)) != 3 || p["source"] == "" {
		t.Fatalf("plan %v", p)
	}
	declare := jsonMap{"from": from, "until": until, "put_off": q.Get("put_off"), "reason": "정전", "seal": "no"}
	a.do(t, "manager", "POST", "/outages", declare, 409)
	declare["seal"] = p["seal"]
	if o := a.do(t, "manager", "POST", "/outages", declare, 201); o["moved"] != 3.0 {
		t.Errorf("outage %v", o)
	}
	if list := a.do(t, "manager", "GET", "/outages", nil, 200); list["total"] != 1.0 {
		t.Errorf("outages %v", list)
	}
	if d := a.do(t, "officer", "GET", one, nil, 200); d["call"].(jsonMap)["submit_until"] != q.Get("put_off") {
		t.Errorf("until %v", d["call"].(jsonMap)["submit_until"])
	}
}
