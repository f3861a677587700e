package web_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fixture"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

type autoAnswer struct {
	State     string
	Message   string
	Version   int
	SavedAt   string `json:"saved_at"`
	PartState string `json:"part_state"`
	Todo      []string
	Problems  map[string]string
	Outputs   map[string]string
}

// auto sends what autosave.js sends.
func auto(t *testing.T, v webtest.Visitor, path string, status int, form url.Values, pairs ...string) (out autoAnswer) {
	t.Helper()
	sent := url.Values{}
	for name, values := range form {
		sent[name] = values
	}
	answer := v.Post(path, with(sent, append([]string{"act", "auto"}, pairs...)...)).Want(t, status)
	if err := json.Unmarshal([]byte(answer.Body), &out); err != nil {
		t.Fatalf("%s: %v", answer.Body, err)
	}
	return out
}

// TestAutosaveAnswers walks through every state an autosave is answered with.
func TestAutosaveAnswers(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	form := versions(t, me.Get(at+"/plan/partners").Want(t, 200, `data-autosave="partners"`, "입력하면 자동으로 저장합니다."))
	page := []string{"page", "one", "seq", "1"}

	kept := auto(t, me, at+"/partners", 200, form, append(page, "partners.0.name", "가", "partners.4.business_no", "124-81-00999", "partners.4.role", "판로", "partners.4.agreed_on", "어제")...)
	if kept.State != "kept" || kept.Version != 2 || kept.PartState != "오류 4건" || kept.SavedAt != "12:00" {
		t.Errorf("kept: %+v", kept)
	}
	for _, name := range []string{"partners.0.role", "partners.4.name", "partners.4.business_no", "partners.4.agreed_on"} {
		if kept.Problems[name] == "" {
			t.Errorf("nothing is said of %s, as the page calls it: %v", name, kept.Problems)
		}
	}
	shown := me.Get(at+"/plan/partners").Want(t, 200, `value="124-81-00999"`, `id="f-partners-1-business_no-error"`, "오류 4건", "어제")
	me.Get(at+"/plan").Want(t, 200, "오류 4건", "나담당 님이 12:00에 저장")
	me.Get(at+"/check").Want(t, 200, "오류가 4건 있습니다", "제출하기 전에 마칠 일")

	form = versions(t, shown)
	saved := auto(t, me, at+"/partners", 200, form, "page", "one", "seq", "2", "partners.0.name", "가", "partners.0.role", "판로")
	if saved.State != "saved" || saved.Version != 3 || saved.PartState != "작성 완료" || len(saved.Problems) != 0 {
		t.Errorf("saved: %+v", saved)
	}
	me.Get(at+"/plan/partners").Want(t, 200, `value="가"`).Lacks(t, "124-81-00999", "어제")
	if again := auto(t, me, at+"/partners", 200, form, "page", "one", "seq", "2", "partners.0.name", "가", "partners.0.role", "판로"); again.State != "saved" || again.Version != 3 {
		t.Errorf("the same request again: %+v", again)
	}
	if lost := auto(t, me, at+"/partners", 409, form, "page", "two", "seq", "1", "partners.0.name", "나", "partners.0.role", "판로"); lost.State != "conflict" || lost.Message == "" {
		t.Errorf("another page: %+v", lost)
	}
	s.Anyone().Post(at+"/partners", with(form, "act", "auto")).Want(t, 401)
	if empty := auto(t, me, at+"/sections/overview", 200, url.Values{"version": {"1"}}, "text", " "); empty.State != "saved" || empty.PartState != "작성 중" || len(empty.Todo) != 1 || empty.Outputs["next"] != empty.Todo[0] || empty.Outputs["saved_by"] != "나담당 님이 12:00에 저장" {
		t.Errorf("an emptied text: %+v", empty)
	}
	auto(t, me, at+"/sections/overview", 200, url.Values{"version": {"2"}}, "text", "다시 적은 글")

	w := workspaceOf(t, s, a.ID)
	if _, err := s.apps.Submit(t.Context(), s.Officer, a.ID, w.Version, w.DraftVersion); err != nil {
		t.Fatal(err)
	}
	if closed := auto(t, me, at+"/partners", 409, form, "partners.0.name", "나", "partners.0.role", "판로"); closed.State != "closed" || !strings.Contains(closed.Message, "고칠 수 없습니다") {
		t.Errorf("after handing in: %+v", closed)
	}
}

func workspaceOf(t *testing.T, s applicationSite, id application.ID) application.Workspace {
	t.Helper()
	w, err := s.apps.Workspace(t.Context(), s.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestAutosaveDrawsTheMonths: the chart follows the form without a new page.
func TestAutosaveDrawsTheMonths(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	page := me.Get(at+"/plan/activities").Want(t, 200, "월별 추진일정", `data-output="month.0.0"`, `data-output="month.1.title"`)
	got := auto(t, me, at+"/activities", 200, versions(t, page), "activities.0.title", "장터", "activities.0.starts_on", "2026-05-01", "activities.0.ends_on", "2026-06-01", "activities.1.title", "반만")
	if got.State != "kept" || got.Outputs["month.0.title"] != "장터" || got.Outputs["month.1.title"] != "" {
		t.Errorf("%+v", got)
	}
	var marks []string
	for i := range 12 {
		marks = append(marks, got.Outputs[fmt.Sprintf("month.0.%d", i)])
	}
	if strings.Join(marks, ",") != ",,,,●,●,,,,,," {
		t.Errorf("the months are %q", marks)
	}
}

// TestKeptInputWithoutScripts: a refused save keeps what was typed for the next day.
func TestKeptInputWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	form := versions(t, me.Get(at+"/plan/deliberation"))
	refused := me.Post(at+"/deliberation", with(form, "committee", "위원회", "held_on", "2026-13-99", "act", "save")).Want(t, 422, `value="위원회"`, "안건", `id="f-held_on-error"`)
	me.Get(at+"/plan/deliberation").Want(t, 200, `value="위원회"`, `id="f-held_on-error"`, `id="f-agenda-error"`)
	me.Post(at+"/deliberation", with(versions(t, refused), "committee", "위원회", "held_on", "2026-02-20", "agenda", "안건", "decision", "approved", "act", "save")).Leads(t, at+"/plan/deliberation")
	me.Get(at+"/plan/deliberation").Want(t, 200, "작성 완료").Lacks(t, "f-held_on-error")
}

// TestConflictOfRows: rows are compared cell by cell, and either side can be kept.
func TestConflictOfRows(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	at := fmt.Sprintf("/applications/%d", a.ID)
	mate := s.Nobody
	mate.Grants = s.Officer.Grants
	me, other := s.As(s.Officer), s.As(mate)
	rows := func(v webtest.Visitor, old url.Values, pairs ...string) webtest.Answer {
		form := url.Values{"version": old["version"]}
		return v.Post(at+"/indicators", with(form, pairs...))
	}
	old := versions(t, me.Get(at+"/plan/indicators"))
	other.Get(at+"/plan/indicators").Want(t, 200, "지금 이 부분을 열어 둔 사람: 나담당")
	rows(other, old, "indicators.0.name", "참여 기업 수", "indicators.0.target", "40", "indicators.1.name", "만족도", "indicators.1.target", "90").Leads(t, at+"/plan/indicators")
	page := rows(me, old, "indicators.0.name", "새 지표", "indicators.0.target", "1", "indicators.1.name", "참여 기업 수", "indicators.1.target", "30", "indicators.2.name", "만족도", "indicators.2.target", "90")
	page.Want(t, 409, "무권한 님이 12:00에 저장", "내 것으로 저장", "저장된 것으로 두기", "서로 같은 1줄", `data-hold="yes"`, `value="새 지표"`, "다름")
	me.Get(at+"/plan/indicators").Want(t, 200, `value="40"`, "지금 이 부분을 열어 둔 사람: 무권한").Lacks(t, "새 지표")
	rows(me, versions(t, page), "indicators.0.name", "새 지표", "indicators.0.target", "1").Leads(t, at+"/plan/indicators")
	me.Get(at+"/plan/indicators").Want(t, 200, `value="새 지표"`).Lacks(t, `value="40"`)
}

// TestUnsentTextComesBack: what a browser kept is shown without saving it, and beside
// what somebody saved since.
func TestUnsentTextComesBack(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	me, at := s.As(s.Officer), fmt.Sprintf("/applications/%d", a.ID)
	old := versions(t, me.Get(at+"/plan/title"))
	me.Post(at+"/title", with(url.Values{"version": old["version"]}, "act", "restore", "text", "되살린 이름")).Want(t, 200, "되살린 이름", `data-unsaved="yes"`)
	me.Get(at+"/plan/title").Want(t, 200).Lacks(t, "되살린 이름")
	me.Post(at+"/title", with(url.Values{"version": old["version"]}, "text", "먼저 저장한 이름"))
	me.Post(at+"/title", with(url.Values{"version": old["version"]}, "act", "restore", "text", "되살린 이름")).Want(t, 200, "되살린 이름", "먼저 저장한 이름", `data-hold="yes"`)
}

// TestAutosaveCosts: one autosave over HTTP costs a fixed number of statements, with
// mistakes or without.
func TestAutosaveCosts(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	seq := 0
	count := func(who authz.Actor, text string) int {
		t.Helper()
		seq++
		body := url.Values{"act": {"auto"}, "version": {"1"}, "page": {"one"}, "seq": {fmt.Sprint(seq)}, "text": {text}}
		r := httptest.NewRequest("POST", fmt.Sprintf("/applications/%d/sections/overview", a.ID), strings.NewReader(body.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		ctx, n := work.Counting(r.Context())
		s.As(who).Do(r.WithContext(ctx)).Want(t, 200)
		return n.N()
	}
	for range 2 {
		if n := count(s.Officer, "짧은 글"); n != 7 {
			t.Errorf("an autosave costs %d statements, want 7", n)
		}
		if n := count(s.Officer, strings.Repeat("긴 글", 1000)); n != 7 {
			t.Errorf("an autosave of a long text costs %d statements, want 7", n)
		}
		if n := count(s.Officer, strings.Repeat("너무 긴 글", 1000)); n != 10 {
			t.Errorf("an autosave with a mistake costs %d statements, want 10", n)
		}
	}
}
