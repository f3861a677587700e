package web_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

var gridField = regexp.MustCompile(`<input class="cell[^>]* name="(lines\.\d+\.\w+)" value="([^"]*)"`)

// typedIn is the form of the budget as a browser would send it back.
func typedIn(t *testing.T, page webtest.Answer) url.Values {
	t.Helper()
	out := url.Values{}
	body, _, _ := strings.Cut(page.Body, "<template")
	for _, m := range gridField.FindAllStringSubmatch(body, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, name := range []string{"version", "unit"} {
		m := regexp.MustCompile(`name="` + name + `" value="(\d+)"`).FindStringSubmatch(page.Body)
		if m == nil {
			t.Fatal("the page has no field " + name + "\n" + page.Body)
		}
		out.Set(name, m[1])
	}
	return out
}

func (s applicationSite) lines(t *testing.T, id application.ID) []application.BudgetLine {
	w, err := s.apps.Workspace(t.Context(), s.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	return w.Plan.Lines
}

// TestBudgetButtons: every button of a row works as a button of the form: nothing is
// saved, nothing typed is lost, and the form stays one of the version it was read at.
func TestBudgetButtons(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	first := typedIn(t, me.Get(at+"/plan/lines").Want(t, 200))
	press := func(form url.Values, act string) url.Values {
		t.Helper()
		page := me.Post(at+"/lines", with(form, "act", act)).Want(t, 200).Lacks(t, "저장했습니다.")
		next := typedIn(t, page)
		if next.Get("version") != first.Get("version") {
			t.Errorf("%s makes version %s of %s", act, next.Get("version"), first.Get("version"))
		}
		return next
	}
	form := press(with(first, "lines.2.description", "쓰던 내역", "lines.2.national", "백만"), "up.2")
	if form.Get("lines.1.description") != "쓰던 내역" || form.Get("lines.1.national") != "백만" || form.Get("lines.2.code") != "210-01" {
		t.Errorf("up: %v", form)
	}
	form = press(form, "down.0")
	if form.Get("lines.0.description") != "쓰던 내역" || form.Get("lines.1.code") != "110-03" {
		t.Errorf("down: %v", form)
	}
	form = press(form, "copy.0")
	if form.Get("lines.1.description") != "쓰던 내역" || form.Get("lines.1.national") != "백만" || form.Get("lines.2.code") != "110-03" || !form.Has("lines.11.code") {
		t.Errorf("copy: %v", form)
	}
	form = press(press(form, "delete.0"), "delete.0")
	if form.Get("lines.0.code") != "110-03" || form.Has("lines.10.code") {
		t.Errorf("delete: %v", form)
	}
	form = press(with(form, "more", "5"), "add")
	if !form.Has("lines.14.code") || form.Has("lines.15.code") {
		t.Errorf("add: %v", form)
	}
	for i := range 40 { // a form that has no rows left, and one that is full
		form = press(with(form, "more", "50"), map[bool]string{true: "delete.0", false: "add"}[i < 20])
	}
	if !form.Has("lines.299.code") || form.Has("lines.300.code") {
		t.Error("a form holds 300 lines")
	}
	if stored := s.lines(t, a.ID); len(stored) != 8 || stored[0].Description != "표본 예산" {
		t.Errorf("the buttons of rows saved %+v", stored)
	}
}

// TestBudgetInThousands: 천원 is a way of writing. What is stored is exact, what is no
// whole 천원 is written in won, and a fraction of a won is refused.
func TestBudgetInThousands(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	me.Get(at+"/plan/lines").Want(t, 200, "단위: 원", "66,453,000", "100,000,000")
	page := me.Get(at+"/plan/lines?unit=1000").Want(t, 200, "단위: 천원", `value="66,453"`, `value="33,226,500원"`, `value="2,500"`, ">100,000<")
	form := typedIn(t, page)
	me.Post(at+"/lines", with(form, "act", "save")).Leads(t, at+"/plan/lines?unit=1000")
	before := s.lines(t, a.ID)
	if before[1].Amounts.National != money.Must(33_226_500) || before[1].UnitPrice.Int64() != 66_453_000 {
		t.Errorf("saving in 천원 made %+v of %+v", before[1].Amounts, before[1].UnitPrice)
	}
	// From 천원 to 원 by the button: kept as it is typed, in the other unit.
	form = typedIn(t, me.Get(at+"/plan/lines?unit=1000"))
	me.Post(at+"/lines", with(form, "lines.0.national", "2,499.5", "lines.0.sido", "₩2,500,500", "act", "unit.1")).Leads(t, at+"/plan/lines")
	form = typedIn(t, me.Get(at+"/plan/lines").Want(t, 200, "단위: 원"))
	if form.Get("lines.0.national") != "2,499,500" || form.Get("lines.0.sido") != "2,500,500" {
		t.Errorf("2,499.5천원 and ₩2,500,500 are %s and %s", form.Get("lines.0.national"), form.Get("lines.0.sido"))
	}
	form = typedIn(t, me.Get(at+"/plan/lines?unit=1000"))
	me.Post(at+"/lines", with(form, "lines.0.national", "2,499.5001", "lines.1.own", "백만", "lines.2.code", "201-01", "act", "save")).
		Want(t, 422, "1원까지만", "세 자리마다", "201-01 사무관리비 항목은 지방 편성목-통계목 과목입니다", `value="2,499.5001"`, "단위: 천원", "읽을 수 없는 칸이 2개")
	// What was typed with mistakes is kept, in the unit it was typed in.
	me.Get(at+"/plan/lines").Want(t, 200, "단위: 천원", `value="2,499.5001"`)
}

// TestBudgetFills fills by the ratio, all lines and one, and says who owns the won.
func TestBudgetFills(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	form := typedIn(t, me.Get(at+"/plan/lines"))
	for i := range 8 {
		form = with(form, fmt.Sprintf("lines.%d.unit_price", i), "33,333")
	}
	me.Post(at+"/lines", with(form, "lines.7.unit_price", "33,335", "act", "propose")).Leads(t, at+"/plan/lines#remainders")
	page := me.Get(at+"/plan/lines").Want(t, 200, "1번째 줄 국비 &#43;1원 · 2번째 줄 시도비 &#43;1원", "누계를 비율대로", "일치", "50.0%")
	// One line more, filled alone: it takes what the others leave.
	form = typedIn(t, page)
	form = with(form, "lines.8.code", "220-01", "lines.8.unit_price", "1,001", "lines.8.quantity", "1", "lines.8.times", "1", "act", "fill.8")
	me.Post(at+"/lines", form).Leads(t, at+"/plan/lines#f-lines-8-national")
	me.Get(at+"/plan/lines").Want(t, 200, "133,833.5", "1원 미만을 버린 133,833원", "시도비에서 부담합니다", "국비 &#43;1원")
	lines := s.lines(t, a.ID)
	if got := (application.Plan{Lines: lines}).Totals(); got != s.call.Matching.Propose(got.Total()) || lines[8].Amounts.Total() != money.Must(1_001) {
		t.Errorf("the plan is %+v, the line %+v", got, lines[8].Amounts)
	}
	// A blank row cannot be filled and does no harm; half a basis is named.
	form = typedIn(t, me.Get(at+"/plan/lines"))
	me.Post(at+"/lines", with(form, "act", "fill.10")).Leads(t, at+"/plan/lines")
	form = typedIn(t, me.Get(at+"/plan/lines"))
	me.Post(at+"/lines", with(form, "lines.3.times", "", "act", "fill.3")).Want(t, 422, `id="f-lines-3-unit_price-error"`, "산출기초를 먼저")
}

// autosaved posts the budget as autosave.js does and counts the queries.
func (s applicationSite) autosaved(t *testing.T, id application.ID, form url.Values) (out struct {
	State, Part_state string
	Outputs, Problems map[string]string
}, queries int) {
	t.Helper()
	r := httptest.NewRequest("POST", fmt.Sprintf("/applications/%d/lines", id), strings.NewReader(with(form, "act", "auto").Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	ctx, n := work.Counting(r.Context())
	answer := s.As(s.Officer).Do(r.WithContext(ctx)).Want(t, 200)
	if err := json.Unmarshal([]byte(answer.Body), &out); err != nil {
		t.Fatalf("%s: %v", answer.Body, err)
	}
	return out, n.N()
}

// TestBudgetAnswersTyping: the answer to one edit has every figure, with mistakes in
// the form, too, and costs the same number of queries for 1 line and for 300.
func TestBudgetAnswersTyping(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	form := typedIn(t, s.As(s.Officer).Get(fmt.Sprintf("/applications/%d/plan/lines", a.ID)))
	got, _ := s.autosaved(t, a.ID, with(form, "lines.1.national", "32,426,500"))
	for name, want := range map[string]string{
		"lines.1.total": "66,453,000", "lines.1.off": "차액 800,000원", "lines.0.total": "5,000,000", "lines.0.off": "", "lines.9.total": "",
		"sum.national": "49,200,000", "sum.sido": "50,000,000", "sum.total": "99,200,000", "share.national": "49.6%", "want.national": "49,600,000",
		"off.national": "차액 -400,000원", "ok.national": "", "ok.own": "일치", "off.total": "차액 800,000원", "ok.cap": "한도까지 800,000원 남음", "unread": "",
	} {
		if got.Outputs[name] != want {
			t.Errorf("%s is %q, want %q", name, got.Outputs[name], want)
		}
	}
	if got.State != "kept" || got.Problems["lines.1.total"] == "" {
		t.Errorf("a line that does not sum is %s: %v", got.State, got.Problems)
	}
	version := func(form url.Values) url.Values { return with(form, "version", fmt.Sprint(s.version(t, a.ID))) }
	got, fewKept := s.autosaved(t, a.ID, version(with(form, "lines.1.national", "천만", "lines.1.code", "")))
	if got.Outputs["lines.1.total"] != "–" || got.Outputs["sum.national"] != "16,773,500" || got.Outputs["unread"] == "" || len(got.Problems) != 2 {
		t.Errorf("with a figure that cannot be read: %v, %v", got.Outputs, got.Problems)
	}
	form = typedIn(t, s.As(s.Officer).Get(fmt.Sprintf("/applications/%d/plan/lines", a.ID)))
	form = version(with(form, "lines.1.national", "33,226,500", "lines.1.code", "210-01"))
	got, few := s.autosaved(t, a.ID, form)
	if got.State != "saved" {
		t.Fatalf("8 lines: %s, %v", got.State, got.Problems)
	}
	for i := range application.MaxLines {
		for name, v := range map[string]string{"code": "210-01", "unit_price": "1,001", "quantity": "2", "times": "1", "national": "1,001", "sido": "1,001"} {
			form.Set(fmt.Sprintf("lines.%d.%s", i, name), v)
		}
	}
	got, many := s.autosaved(t, a.ID, version(form))
	if got.State != "saved" || got.Outputs["sum.total"] != "600,600" || got.Outputs["lines.299.total"] != "2,002" {
		t.Errorf("300 lines: %s, %s in all, %v", got.State, got.Outputs["sum.total"], got.Problems)
	}
	_, manyKept := s.autosaved(t, a.ID, version(with(form, "lines.150.code", "")))
	if few != queriesOfAnEdit || many != queriesOfAnEdit || fewKept != queriesOfAMistake || manyKept != queriesOfAMistake {
		t.Errorf("an answer costs %d queries for 8 lines and %d for 300, with a mistake %d and %d; want %d, with a mistake %d",
			few, many, fewKept, manyKept, queriesOfAnEdit, queriesOfAMistake)
	}
}

// What one edit of the budget costs, however many lines there are: the unit of work,
// the application, its call and codes, the versions of part and plan, and the lines
// in one statement each way.
const (
	queriesOfAnEdit   = 8
	queriesOfAMistake = 10
)

func (s applicationSite) version(t *testing.T, id application.ID) int {
	w, err := s.apps.Workspace(t.Context(), s.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	part, _ := w.Report.Part(application.PartLines)
	return part.Version
}
