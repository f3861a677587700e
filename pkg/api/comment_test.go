package api_test

import (
	"fmt"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/comment"
	"eoul/pkg/fixture"
)

// TestReturnByProgram sends back with items, answers and compares through the API alone.
func TestReturnByProgram(t *testing.T) {
	t.Parallel()
	a := newApplicationAPI(t)
	app := fixture.HandedIn(t, a.db, a.call, a.Officer)
	at := fmt.Sprintf("/api/v1/applications/%d", app.ID)
	var problem struct{ Fields map[string]string }
	a.do(t, "province", "POST", at+"/return", m{"version": app.Version, "reason": "까닭", "items": []m{{"part": "lines", "field": "lines.99", "body": ""}}}, &problem, 422)
	if problem.Fields["items.0.field"] == "" || problem.Fields["items.0.body"] == "" {
		t.Errorf("mistakes %v", problem.Fields)
	}
	a.do(t, "province", "POST", at+"/return", m{"version": app.Version, "reason": "까닭", "items": []m{{"part": "lines", "field": "lines.0.national", "body": "줄여 주십시오."}}}, nil, 200)
	var board struct {
		Side    string
		Threads []struct {
			ID      comment.ID
			Kind    string
			Quote   string
			Version int
			May     comment.May
		}
	}
	a.do(t, "officer", "GET", at+"/comments", nil, &board, 200)
	if board.Side != "government" || len(board.Threads) != 1 || !board.Threads[0].May.Resolve || board.Threads[0].Quote == "" {
		t.Fatalf("%+v", board)
	}
	item := fmt.Sprintf("/api/v1/comments/%d", board.Threads[0].ID)
	a.do(t, "officer", "POST", at+"/comments", m{"reply_to": board.Threads[0].ID, "body": "줄였습니다."}, nil, 201)
	a.do(t, "officer", "POST", at+"/comments", m{"visibility": "internal", "body": "우리끼리"}, nil, 201)
	a.do(t, "province", "POST", item+"/resolve", m{"version": 1}, nil, 409)
	a.do(t, "officer2", "POST", item+"/resolve", m{"version": 1}, nil, 404)
	a.do(t, "officer", "POST", item+"/resolve", m{"version": 1}, nil, 200)
	a.do(t, "officer", "POST", item+"/reopen", m{"version": 2}, nil, 200)
	a.do(t, "officer", "POST", item+"/resolve", m{"version": 3}, nil, 200)
	a.do(t, "officer", "POST", item+"/retract", m{"version": 4}, nil, 409)
	a.do(t, "province", "GET", at+"/comments", nil, &board, 200)
	if len(board.Threads) != 1 {
		t.Errorf("the 시·도 hears %+v", board.Threads)
	}
	a.do(t, "officer", "POST", at+"/title", m{"version": 1, "title": "새 이름"}, nil, 409)
	var compared struct {
		Changed bool
		To      application.Version
		Lines   application.LinesChange
	}
	a.do(t, "officer", "GET", at+"/compare?from=1&to=draft", nil, &compared, 200)
	if compared.Changed || compared.To.No != 0 {
		t.Errorf("%+v", compared)
	}
	a.do(t, "province", "GET", at+"/compare?to=draft", nil, nil, 403)
	a.do(t, "province", "GET", at+"/compare?from=x", nil, nil, 404)
}

// TestSignoffByProgram asks for a signature, refuses it, takes one back and gives one.
func TestSignoffByProgram(t *testing.T) {
	t.Parallel()
	a := newApplicationAPI(t, fixture.Signed)
	app := fixture.Drafted(t, a.db, a.call, a.Officer)
	at := fmt.Sprintf("/api/v1/applications/%d", app.ID)
	version := app.Version
	do := func(who, verb string, body m, status int) {
		t.Helper()
		body["version"] = version
		var out struct {
			Version int
			State   string
		}
		a.do(t, who, "POST", at+"/"+verb, body, &out, status)
		if status == 200 {
			version = out.Version
		}
	}
	draft := func() m { return m{"draft_version": app.DraftVersion} }
	do("officer", "submit", draft(), 409)
	do("approver", "sign", draft(), 404)
	do("officer", "sign", draft(), 200)
	do("officer", "approve", draft(), 404)
	do("approver", "reject", m{"reason": ""}, 422)
	do("approver", "reject", m{"reason": "고쳐 주십시오."}, 200)
	do("officer", "sign", draft(), 200)
	do("officer", "recall", m{}, 200)
	do("approver", "approve", draft(), 409)
	do("officer", "sign", draft(), 200)
	do("approver", "approve", draft(), 200)
	a.do(t, "province", "GET", at, nil, nil, 200)
}

// TestEndorsementsByProgram endorses two districts at once and adds them up.
func TestEndorsementsByProgram(t *testing.T) {
	t.Parallel()
	a := newApplicationAPI(t)
	one, two := fixture.HandedIn(t, a.db, a.call, a.Officer), fixture.HandedIn(t, a.db, a.call, a.Officer2)
	at := fmt.Sprintf("/api/v1/calls/%d/endorsements", a.call.ID)
	row := func(id application.ID, version, rank int) m {
		return m{"application_id": id, "version": version, "opinion": "추천합니다.", "rank": rank}
	}
	a.do(t, "officer", "GET", at, nil, nil, 404)
	a.do(t, "province", "POST", at, m{"rows": []m{row(one.ID, one.Version, 1), row(two.ID, two.Version, 1)}}, nil, 422)
	a.do(t, "province", "POST", at, m{"rows": []m{row(one.ID, one.Version, 2), row(two.ID, two.Version, 1)}}, nil, 200)
	a.do(t, "province", "POST", at, m{"rows": []m{row(one.ID, one.Version, 2)}}, nil, 409)
	var got struct {
		Rows   []struct{ Rank int }
		Totals struct{ National int64 }
		States map[string]int
	}
	a.do(t, "province", "GET", at, nil, &got, 200)
	if len(got.Rows) != 2 || got.Rows[0].Rank != 1 || got.States["received"] != 2 || got.Totals.National != 100_000_000 {
		t.Errorf("%+v", got)
	}
}
