package application_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/comment"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/work"
)

func (w world) part(t testing.TB, id application.ID, name string) application.Part {
	t.Helper()
	ws, err := w.apps.Workspace(t.Context(), w.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := ws.Report.Part(name)
	if !ok {
		t.Fatalf("the plan has no part %s", name)
	}
	return p
}

// TestInputWithMistakesIsKept: the raw text stays beside the stored rows, counts as
// mistakes of its part, stops handing in, and goes with the next valid save.
func TestInputWithMistakesIsKept(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	before := w.part(t, a.ID, application.PartPartners)
	typed := map[string][]string{"partners.0.business_no": {"124-81-0099\x00"}, "partners.0.name": {"어울림\xff"}}
	saved, err := w.apps.KeepInput(ctx, w.Officer, a.ID, application.PartPartners, before.Version, typed, 2)
	if err != nil || saved.Version != before.Version+1 {
		t.Fatalf("%+v, %v", saved, err)
	}
	if got := saved.Row.StateLabel(); got != "오류 2건" {
		t.Errorf("the answer says %q", got)
	}
	p := w.part(t, a.ID, application.PartPartners)
	if p.State != application.Faulty || p.StateLabel() != "오류 2건" || p.Kept != 2 || p.SavedBy != w.Officer.Name {
		t.Errorf("the task list says %+v", p)
	}
	kept, err := w.apps.Kept(ctx, w.Officer, a.ID, application.PartPartners)
	if err != nil || kept["partners.0.business_no"][0] != "124-81-0099\ufffd" || kept["partners.0.name"][0] != "어울림\ufffd" {
		t.Errorf("kept %q, %v", kept, err)
	}
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil || len(ws.Plan.Partners) != 1 || ws.Plan.Partners[0].Name != "어울림협동조합" {
		t.Fatalf("the stored rows became %+v, %v", ws.Plan.Partners, err)
	}
	_, err = w.apps.Submit(ctx, w.Officer, a.ID, ws.Version, ws.DraftVersion)
	wantKind(t, err, fault.Invalid, "")
	if _, fields := fault.Public(err); !strings.Contains(fields["partners"], "오류가 2건") {
		t.Errorf("handing in says %v", fields)
	}
	saved, err = w.apps.SavePartners(ctx, w.Officer, a.ID, p.Version, ws.Plan.Partners)
	if err != nil || saved.Row.State != application.Done {
		t.Fatalf("%+v, %v", saved.Row, err)
	}
	if kept, err := w.apps.Kept(ctx, w.Officer, a.ID, application.PartPartners); err != nil || kept != nil {
		t.Errorf("after a valid save %q is kept, %v", kept, err)
	}
	ws, err = w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.Submit(ctx, w.Officer, a.ID, ws.Version, ws.DraftVersion); err != nil {
		t.Errorf("after the correction: %v", err)
	}
}

func TestKeepingIsRefused(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := w.create(t, w.Officer)
	typed := map[string][]string{"text": {"x"}}
	keep := func(part string, version, problems int) error {
		_, err := w.apps.KeepInput(ctx, w.Officer, a.ID, part, version, typed, problems)
		return err
	}
	wantKind(t, keep("nothing", 0, 1), fault.NotFound, "")
	wantKind(t, keep("section.nothing", 0, 1), fault.NotFound, "")
	wantKind(t, keep(application.PartAttachments, 0, 1), fault.NotFound, "")
	wantKind(t, keep(application.PartTitle, 0, 0), fault.NotFound, "")
	wantKind(t, keep(application.PartTitle, 3, 1), fault.Conflict, "먼저 저장했습니다")
	if err := keep(application.PartTitle, 0, 1); err != nil {
		t.Fatal(err)
	}
	wantKind(t, keep(application.PartTitle, 0, 1), fault.Conflict, "먼저 저장했습니다")
	typed["text"] = []string{strings.Repeat("가", 1<<19)}
	wantKind(t, keep(application.PartTitle, 1, 1), fault.TooLarge, "")
	_, err := w.apps.Kept(ctx, w.Officer2, a.ID, application.PartTitle)
	wantKind(t, err, fault.NotFound, "")
	_, err = w.apps.KeepInput(ctx, w.Province, a.ID, application.PartTitle, 1, map[string][]string{}, 1)
	wantKind(t, err, fault.NotFound, "")
	_, err = w.apps.Open(ctx, w.Province, a.ID, application.PartTitle)
	wantKind(t, err, fault.NotFound, "")
	_, err = w.apps.KeepInput(ctx, w.Approver, a.ID, application.PartTitle, 1, map[string][]string{}, 1)
	wantKind(t, err, fault.Forbidden, "")
}

// TestTheDatabaseRefusesKeptInput: even a program that forgot to look cannot hand in
// a plan whose input has mistakes.
func TestTheDatabaseRefusesKeptInput(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	if _, err := w.apps.KeepInput(t.Context(), w.Officer, a.ID, application.PartTitle, 0, map[string][]string{"text": {"x"}}, 1); err != nil {
		t.Fatal(err)
	}
	_, err := w.DB.DB.Exec(`insert into submissions (application_id, no, submitted_by, submitted_at, deadline_kind, content, sha256, national, sido, sigungu, own)
		values ($1, 1, 1, now(), 'submit', '{}', sha256('x'), 0, 0, 0, 0)`, a.ID)
	if err == nil || !strings.Contains(err.Error(), "has input that is not stored") {
		t.Errorf("the database says %v", err)
	}
}

// TestAPageIsNotItsOwnRival: an answer that got lost, a request that came twice and
// one that came late make no conflict; another page, and another person, do.
func TestAPageIsNotItsOwnRival(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	save := func(page string, seq, version int, text string) (application.Saved, error) {
		return w.apps.SaveSection(application.OnPage(t.Context(), page, seq), w.Officer, a.ID, "overview", version, text)
	}
	must := func(s application.Saved, err error) application.Saved {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	body := func() string {
		ws, err := w.apps.Workspace(t.Context(), w.Officer, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		return ws.Plan.Section("overview")
	}
	must(save("one", 1, 0, "하나"))
	if again := must(save("one", 1, 0, "하나")); again.Version != 1 || again.Row.Name != "" {
		t.Errorf("the same save again: %+v", again)
	}
	if next := must(save("one", 2, 0, "둘")); next.Version != 2 {
		t.Errorf("the next save, made without the answer to the first: %+v", next)
	}
	if late := must(save("one", 1, 0, "하나")); late.Version != 2 || body() != "둘" {
		t.Errorf("a late request: %+v, the text is %q", late, body())
	}
	_, err := save("two", 1, 1, "다른 창")
	wantKind(t, err, fault.Conflict, "먼저 저장했습니다")
	must(save("two", 2, 2, "다른 창"))
	_, err = save("one", 3, 2, "셋")
	wantKind(t, err, fault.Conflict, "먼저 저장했습니다")
	_, err = save("", 0, 0, "창 없이")
	wantKind(t, err, fault.Conflict, "먼저 저장했습니다")
	if body() != "다른 창" {
		t.Errorf("the text is %q", body())
	}
}

// TestWhoIsThere: others see who has a part open for two minutes, oneself is no other.
func TestWhoIsThere(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := w.create(t, w.Officer)
	mate := w.Nobody
	mate.Grants = w.Officer.Grants
	if p, err := w.apps.Open(ctx, mate, a.ID, application.PartTitle); err != nil || len(p.Others) != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	_, err := w.apps.Open(ctx, mate, a.ID, "nothing")
	wantKind(t, err, fault.NotFound, "")
	if p, err := w.apps.Open(ctx, w.Officer, a.ID, application.PartTitle); err != nil || strings.Join(p.Others, " ") != mate.Name {
		t.Errorf("%+v, %v", p, err)
	}
	if p := w.part(t, a.ID, application.PartLines); len(p.Others) != 0 {
		t.Errorf("in another part: %v", p.Others)
	}
	w.DB.Clock(t, fixture.Now(t, w.DB).Add(3*time.Minute))
	if p := w.part(t, a.ID, application.PartTitle); len(p.Others) != 0 {
		t.Errorf("after three minutes: %v", p.Others)
	}
}

// TestSavesCost: an autosave costs the same however long its part is.
func TestSavesCost(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := w.create(t, w.Officer)
	version, page := 0, 0
	cost := func(edit application.Edit) int {
		t.Helper()
		page++
		ctx, n := work.Counting(application.OnPage(context.WithoutCancel(t.Context()), "one", page))
		s, err := w.apps.Save(ctx, w.Officer, a.ID, version, edit)
		if err != nil {
			t.Fatal(err)
		}
		version = s.Version
		return n.N()
	}
	if n := cost(application.SectionEdit("overview", "글")); n != 7 {
		t.Errorf("the first save of a text costs %d statements, want 7: open, application, form, part, presence, plan, text", n)
	}
	if n := cost(application.SectionEdit("overview", strings.Repeat("긴 글 ", 500))); n != 7 {
		t.Errorf("a long text costs %d statements", n)
	}
	version = 0
	lines := fixture.SampleLines(t, w.call)
	few := cost(application.LinesEdit(application.Budget{Lines: lines, Fill: application.FillAll}))
	for len(lines) < application.MaxLines {
		lines = append(lines, lines[0])
	}
	if many := cost(application.LinesEdit(application.Budget{Lines: lines, Fill: application.FillAll})); many != few || many != 9 {
		t.Errorf("8 lines cost %d statements, 300 lines %d, want 9", few, many)
	}
}

// TestReturnedPartsStayReturned: saving a part, or keeping its mistakes, does not hide
// that its items are open; it says what the task list says, for one statement more.
func TestReturnedPartsStayReturned(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	items := []comment.Item{
		{Part: application.PartIndicators, Body: "목표값의 근거를 적어 주십시오."}, {Part: application.PartIndicators, Body: "산식을 적어 주십시오."},
		{Part: application.PartTitle, Body: "이름을 줄여 주십시오."},
	}
	if _, err := w.comments.Return(t.Context(), w.Province, a.ID, a.Version, "보완해 주십시오.", items); err != nil {
		t.Fatal(err)
	}
	version, want := 0, ""
	matches := func(what string, saved application.Saved, err error, n *work.Counter, most int) {
		t.Helper()
		p := w.part(t, a.ID, application.PartIndicators)
		if err != nil || saved.Row.StateLabel() != want || p.StateLabel() != want || !reflect.DeepEqual(saved.Row.Problems, p.Problems) {
			t.Errorf("%s answers %q %v, the task list says %q %v, want %q, %v", what, saved.Row.StateLabel(), saved.Row.Problems, p.StateLabel(), p.Problems, want, err)
		}
		if n.N() != most {
			t.Errorf("%s costs %d statements, want %d", what, n.N(), most)
		}
		version = saved.Version
	}
	version = w.part(t, a.ID, application.PartIndicators).Version
	for i, label := range []string{"보완 요청 2건", "보완 요청 1건", "작성 완료"} {
		want = label
		ctx, n := work.Counting(application.OnPage(context.WithoutCancel(t.Context()), "one", 2*i+1))
		saved, err := w.apps.Save(ctx, w.Officer, a.ID, version, application.IndicatorsEdit([]application.Indicator{{Name: "참여 기업 수", Target: "30", Evidence: label}}))
		matches("a save with "+label, saved, err, n, 9)
		want = "오류 3건"
		ctx, n = work.Counting(application.OnPage(context.WithoutCancel(t.Context()), "one", 2*i+2))
		saved, err = w.apps.KeepInput(ctx, w.Officer, a.ID, application.PartIndicators, version, map[string][]string{"x": {"y"}}, 3)
		matches("keeping mistakes with "+label, saved, err, n, 7)
		w.settle(t, a.ID, application.PartIndicators)
	}
}

// settle marks the first open item of a part as dealt with.
func (w world) settle(t *testing.T, id application.ID, part string) {
	t.Helper()
	b, err := w.comments.Board(t.Context(), w.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range b.Returned(0) {
		if th.Part == part && th.Open() {
			if _, err := w.comments.Resolve(t.Context(), w.Officer, th.ID, th.Version); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
}
