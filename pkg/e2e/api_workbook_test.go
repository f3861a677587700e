package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/api"
	"eoul/pkg/money"
)

// download opens the settlement workbook that a person gets.
func (r *requests) download(login, query string) *excelize.File {
	r.t.Helper()
	w := r.send(login, "", http.MethodGet, "/reports/settlement?"+query, nil)
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Disposition"), ".xlsx") {
		r.t.Fatalf("%s downloads %s: %d %v %s", login, query, w.Code, w.Header(), w.Body)
	}
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	r.s.must(err)
	r.t.Cleanup(func() { _ = f.Close() })
	return f
}

// workbooks adds the totals of the call's workbook and of one award's again.
func (r *requests) workbooks() {
	r.s.at(2023, time.March, 20, 10)
	call := url.QueryEscape(r.get("", fmt.Sprintf("/calls/%d", r.call)).str(r.t, "call.number"))
	f := r.download("manager", "call="+call)
	for _, v := range r.projects {
		r.added(f, v, "지자체명", v.place)
	}
	r.agreed(f, len(r.projects))
	dong := r.projects[1]
	f = r.download(dong.login, fmt.Sprintf("award=%d", dong.award))
	r.added(f, dong)
	r.agreed(f, 1)
	r.agreed(r.download(dong.login, "call="+call), 1) // of the same call, what they may see
}

// added holds one project's rows of two sheets against what was sent.
func (r *requests) added(f *excelize.File, v *venture, of ...string) {
	r.t.Helper()
	summary, list := readGrid(r.t, f, "총괄표", 2), readGrid(r.t, f, "집행내역", 2)
	row := summary.where("사업명", v.title)
	if len(row) != 1 {
		r.t.Fatalf("총괄표 has %d rows of %s", len(row), v.place)
	}
	bills := slices.DeleteFunc(list.where(of...), func(row []string) bool { return list.text(row, "집행일자") == "" })
	if len(bills) != v.book.bills {
		r.t.Errorf("집행내역 has %d bills of %s, want %d", len(bills), v.place, v.book.bills)
	}
	for _, s := range []money.Source{money.National, money.Sido} {
		for group, want := range map[string]money.BySource{"총사업비": v.book.planned, "교부액": v.book.funds, "집행액": v.book.spent, "집행잔액": v.book.balance(),
			"이자": v.book.interest, "반납액": v.book.due()} {
			summary.holds(row, group+" "+s.Label(), want.At(s))
		}
		list.holds(bills, "재원별 "+s.Label(), v.book.spent.At(s))
	}
	summary.holds(row, "불인정액", v.book.disallowed.Total())
	list.holds(bills, "불인정액", v.book.disallowed.Total())
}

// agreed: the totals are the sums of so many projects, and the workbook's own checks agree.
func (r *requests) agreed(f *excelize.File, projects int) {
	r.t.Helper()
	g := readGrid(r.t, f, "총괄표", 2)
	if len(g.rows) <= projects || cell(g.rows[projects], 0) != "합계" {
		r.t.Fatalf("below %d projects stands %v", projects, g.rows)
	}
	for _, head := range []string{"총사업비 계", "교부액 계", "집행액 계", "집행잔액 계", "이자 계", "반납액 계", "불인정액"} {
		g.holds(g.rows[projects:projects+1], head, g.sum(g.rows[:projects], head))
	}
	checks := 0
	for _, row := range g.rows {
		if cell(row, 0) == "검산" {
			if checks++; cell(row, 1) != "일치" {
				r.t.Errorf("a check says %v", row)
			}
		}
	}
	if checks < 5 {
		r.t.Errorf("the workbook prints %d checks", checks)
	}
}

// secrets: what another government has cannot be told from what does not exist, by
// looking and by acting.
func (r *requests) secrets() {
	dong := r.projects[1]
	one := func(path string) int64 {
		return r.get("manager", fmt.Sprintf("/%s?award=%d", path, dong.award)).list(r.t, "items")[0].num(r.t, "id")
	}
	tranche, spent := one("tranches"), one("expenditures")
	repayment := r.get("manager", fmt.Sprintf("/repayments?settlement=%d", dong.settlement)).list(r.t, "items")[0].num(r.t, "id")
	for noun, id := range map[string]int64{"applications": dong.application, "awards": dong.award, "tranches": tranche, "expenditures": spent,
		"settlements": dong.settlement, "repayments": repayment} {
		for _, login := range []string{"namgu", "reviewer1"} {
			if login == "reviewer1" && noun == "applications" {
				continue // who judged it may read it
			}
			r.alike(login, fmt.Sprintf("/%s/%d", noun, id), fmt.Sprintf("/%s/999999", noun), nil)
		}
	}
	for path, id := range map[string]int64{"applications/%d/plan": dong.application, "applications/%d/submission": dong.application, "awards/%d/split": dong.award, "reports/settlement?award=%d": dong.award} {
		r.alike("namgu", "/"+fmt.Sprintf(path, id), "/"+fmt.Sprintf(path, 999_999), nil)
	}
	for path, id := range map[string]int64{"applications/%d/submit": dong.application, "applications/%d/title": dong.application, "awards/%d/start": dong.award, "awards/%d/end": dong.award,
		"tranches/%d/receive": tranche, "tranches/%d/withdraw": tranche, "expenditures/%d/reverse": spent, "expenditures/%d/attach": spent,
		"settlements/%d/submit": dong.settlement, "settlements/%d/entries": dong.settlement} {
		r.alike("namgu", "/"+fmt.Sprintf(path, id), "/"+fmt.Sprintf(path, 999_999), object{})
	}
}

// lists: every list pages, counts and holds only what its reader may see.
func (r *requests) lists() {
	auditor := func(path string, total int64) {
		r.t.Helper()
		var all []object
		for next := ""; ; {
			got := r.get("auditor", path+next)
			if got.num(r.t, "total") < total {
				r.t.Fatalf("%s has %d, want at least %d", path, got.num(r.t, "total"), total)
			}
			all = append(all, got.list(r.t, "items")...)
			if got["next"] == nil {
				if int64(len(all)) != got.num(r.t, "total") {
					r.t.Errorf("%s counts %d and pages through %d", path, got.num(r.t, "total"), len(all))
				}
				return
			}
			next = "&after=" + url.QueryEscape(got.str(r.t, "next"))
		}
	}
	for path, least := range map[string]int64{"/organizations?size=200": 243, "/programs?size=1": 1, "/calls?size=1": 1, "/applications?size=1": 3, "/rounds?size=1": 1,
		"/selections?size=1": 1, "/results?size=1": 1, "/awards?size=1": 3, "/tranches?size=2": 6, "/expenditures?size=2": 8, "/settlements?size=1": 3, "/repayments?size=2": 6,
		"/postings?size=5": 20, "/audit-events?size=200": 200, fmt.Sprintf("/reviewers?size=1&program=%d", r.program): 3, "/expense-codes?code_set=national": 10} {
		auditor(path, least)
	}
	nam := r.projects[2]
	for path, want := range map[string]int64{"/applications": 1, "/awards": 2, "/settlements": 1, "/tranches": 2, "/expenditures": 1} {
		if got := r.get("namgu", path).num(r.t, "total"); got != want {
			r.t.Errorf("%s sees %d of %s, want %d", nam.place, got, path, want)
		}
	}
	account := r.get("namgu", fmt.Sprintf("/awards/%d", nam.award)).num(r.t, "account_id")
	if got := r.get("namgu", fmt.Sprintf("/accounts/%d", account)); got.money(r.t, "counters.spend") != nam.book.spent {
		r.t.Errorf("the account of %s is %v", nam.place, got)
	}
	r.alike("donggu", fmt.Sprintf("/accounts/%d", account), "/accounts/999999", nil)
	reviewer := r.get("manager", fmt.Sprintf("/reviewers?program=%d", r.program)).list(r.t, "items")[0]
	r.get("manager", fmt.Sprintf("/reviewers/%d", reviewer.num(r.t, "id")))
	r.get("namgu", fmt.Sprintf("/organizations/%d", r.s.places[namgu]))
	if got := r.get("namgu", "/me").str(r.t, "name"); got != r.s.cast["namgu"].Name {
		r.t.Errorf("namgu is %s", got)
	}
}

// aside is what the case of 2022 has no place for; package api tests it.
func aside() []string {
	return []string{
		"GET /api/v1/openapi.yaml", "POST /api/v1/selections/takeover", "POST /api/v1/applications/:id/disqualify",
		"POST /api/v1/calls/:id/rubric", "POST /api/v1/applications/:id/correct",
		// The call of 2022 asked for no signature, and its two districts were endorsed one by one.
		"POST /api/v1/applications/:id/sign", "POST /api/v1/applications/:id/approve", "POST /api/v1/applications/:id/reject",
		"POST /api/v1/applications/:id/recall", "POST /api/v1/calls/:id/endorsements", "POST /api/v1/comments/:id/retract", "POST /api/v1/comments/:id/reopen",
		// Nobody was found ineligible, challenged or excluded in it, and it had one stage.
		"GET /api/v1/calls/:id/screenings", "POST /api/v1/calls/:id/screenings/items", "GET /api/v1/applications/:id/screening",
		"POST /api/v1/applications/:id/screening/mark", "POST /api/v1/applications/:id/screening/pass", "POST /api/v1/applications/:id/screening/notify",
		"POST /api/v1/screenings/:id/answer", "POST /api/v1/screenings/:id/overturn", "POST /api/v1/applications/:id/bonus",
		"POST /api/v1/applications/:id/bonus/revoke", "GET /api/v1/invitations", "POST /api/v1/reviewers/:id/refuse",
		"GET /api/v1/rounds/:id/proposal", "POST /api/v1/assignments/:id/exclude", "POST /api/v1/assignments/:id/recuse",
		"GET /api/v1/calls/:id/pool", "POST /api/v1/calls/:id/pool/publish", "POST /api/v1/applications/:id/challenges",
		"POST /api/v1/challenges/:id/decide", "POST /api/v1/calls/:id/stages",
		// Nothing failed at its deadlines, and nobody wrote hints, copied a plan or sent a workbook.
		"POST /api/v1/calls/:id/hints", "GET /api/v1/outages", "GET /api/v1/outages/preview", "POST /api/v1/outages",
		"GET /api/v1/applications/:id/files", "GET /api/v1/applications/:id/copy", "POST /api/v1/applications/:id/copy",
		"GET /api/v1/applications/:id/duplicates", "GET /api/v1/applications/:id/workbook", "POST /api/v1/applications/:id/import",
		"POST /api/v1/applications/:id/import/apply",
		// All of the thirty-five stayed, and none of the others objected.
		"POST /api/v1/applications/:id/forfeit", "POST /api/v1/selections/:id/promote", "POST /api/v1/selections/:id/renew",
		"GET /api/v1/calls/:id/scenarios", "POST /api/v1/calls/:id/scenarios", "GET /api/v1/scenarios/:id", "GET /api/v1/letters",
		"GET /api/v1/letters/:id", "GET /api/v1/calls/:id/letter-texts", "POST /api/v1/calls/:id/letter-texts", "POST /api/v1/letters/:id/objection",
		"GET /api/v1/objections", "GET /api/v1/objections/:id", "POST /api/v1/objections/:id/withdraw", "POST /api/v1/objections/:id/dismiss",
		"POST /api/v1/objections/:id/uphold", "POST /api/v1/objections/:id/confirm", "POST /api/v1/objections/:id/refuse",
		"POST /api/v1/objections/:id/attest", "POST /api/v1/objections/:id/deny",
	}
}

// whole: the case went through everything the API has.
func (r *requests) whole() {
	for _, route := range api.Routes() {
		if name := route.Method + " " + route.Path; !r.routes[name] && !slices.Contains(aside(), name) {
			r.t.Errorf("the case does not use %s", name)
		}
	}
}
