package comment_test

import (
	"errors"
	"testing"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
)

// TestReturnWithItems: the 시·도 sends back two items; they stand in the task list,
// nothing is handed in before both are dealt with, and both sides read them after.
func TestReturnWithItems(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	items := []comment.Item{
		{Part: "lines", Field: "lines.1.national", Body: "국비를 줄여 주십시오."},
		{Part: "section.overview", Body: "목표를 숫자로 적어 주십시오."},
	}
	for _, tt := range []struct {
		who  authz.Actor
		want fault.Kind
	}{{w.Officer, fault.Forbidden}, {w.Manager, fault.Forbidden}, {w.ProvinceOther, fault.NotFound}, {w.Reviewers[0], fault.NotFound}} {
		_, err := w.s.Return(ctx, tt.who, a.ID, a.Version, "까닭", items)
		wantKind(t, err, tt.want, "")
	}
	_, err := w.s.Return(ctx, w.Province, a.ID, a.Version, "", []comment.Item{{Body: "어디?"}, {Part: "lines", Field: "lines.77", Body: ""}})
	_, fields := fault.Public(err)
	for _, name := range []string{"reason", "items.0.part", "items.1.field", "items.1.body"} {
		if fields[name] == "" {
			t.Errorf("no word about %s: %v", name, fields)
		}
	}
	_, err = w.s.Return(ctx, w.Province, a.ID, a.Version, "까닭", make([]comment.Item, comment.MaxItems+1))
	wantKind(t, err, fault.Invalid, "")
	_, err = w.s.Return(ctx, w.Province, a.ID, a.Version-1, "까닭", items)
	wantKind(t, err, fault.Conflict, "")
	if b, err := w.s.Board(ctx, w.Officer, a.ID); err != nil || len(b.Threads) != 0 {
		t.Fatalf("a refused return left %+v, %v", b.Threads, err)
	}
	a, err = w.s.Return(ctx, w.Province, a.ID, a.Version, "두 가지를 고쳐 주십시오.", items)
	if err != nil || a.State != application.StateReturned || a.ReturnedBy != application.ByProvince {
		t.Fatalf("%+v, %v", a, err)
	}
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]application.PartState{"lines": application.Returned, "section.overview": application.Returned, "title": application.Done} {
		if p, _ := ws.Report.Part(part); p.State != want {
			t.Errorf("%s is %s with %v, want %s", part, p.StateLabel(), p.Problems, want)
		}
	}
	_, err = w.apps.Submit(ctx, w.Officer, a.ID, a.Version, ws.DraftVersion)
	wantKind(t, err, fault.Invalid, "")
	w.answer(t, a.ID)
	if out := w.submit(t, a.ID); out.State != application.StateEndorsing {
		t.Fatalf("%+v", out)
	}
	b, err := w.s.Board(ctx, w.Province, a.ID)
	if err != nil || len(b.Returned(1)) != 2 || len(b.Returned(2)) != 0 || b.Returned(1)[0].Replies[0].Body != "고쳤습니다." || b.Returned(1)[0].ResolvedBy != "나담당" {
		t.Errorf("the 시·도 reads %+v, %v", b.Threads, err)
	}
	if b.Returned(1)[0].Quote == "" || b.Threads[0].May.Reopen {
		t.Errorf("%+v", b.Threads[0])
	}
	// What was dealt with stays so once it was handed in.
	_, err = w.s.Reopen(ctx, w.Officer, b.Threads[0].ID, b.Threads[0].Version)
	wantKind(t, err, fault.Conflict, "")
}

// answer replies to every open item, and marks it 조치함, which only the writer may.
func (w world) answer(t testing.TB, id application.ID) {
	t.Helper()
	b, err := w.s.Board(t.Context(), w.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range b.Returned(0) {
		if !th.Open() {
			continue
		}
		w.say(t, w.Officer, id, comment.Input{ReplyTo: th.ID, Body: "고쳤습니다."})
		for _, who := range []authz.Actor{w.Province, w.Approver, w.Manager} {
			_, err := w.s.Resolve(t.Context(), who, th.ID, th.Version)
			wantKind(t, err, fault.Conflict, "")
		}
		_, err := w.s.Retract(t.Context(), w.Province, th.ID, th.Version)
		wantKind(t, err, fault.Conflict, "")
		if _, err := w.s.Resolve(t.Context(), w.Officer, th.ID, th.Version); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCorrectWithItems is the ministry's return, within the correction period alone.
func TestCorrectWithItems(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.Submitted(t, w.DB, w.Company, w.call, w.Officer)
	items := []comment.Item{{Part: "indicators", Field: "indicators.0.target", Body: "목표값의 근거를 적어 주십시오."}}
	_, err := w.s.Correct(ctx, w.Province, a.ID, a.Version, "까닭", items)
	wantKind(t, err, fault.Forbidden, "")
	out, err := w.s.Correct(ctx, w.Manager, a.ID, a.Version, "성과지표를 보완해 주십시오.", items)
	if err != nil || out.ReturnedBy != application.ByMinistry {
		t.Fatalf("%+v, %v", out, err)
	}
	b, err := w.s.Board(ctx, w.Province, a.ID)
	if err != nil || b.Threads[0].Side != comment.Ministry || b.Threads[0].Quote != "참여 기업 수 · 30개 · 목표값 30" {
		t.Errorf("%+v, %v", b.Threads, err)
	}
	w.answer(t, a.ID)
	w.submit(t, a.ID)
	w.Clock(t, w.call.CorrectUntil.AddDate(0, 0, 1))
	_, err = w.s.Correct(ctx, w.Manager, a.ID, out.Version+1, "늦은 보완", items)
	wantKind(t, err, fault.Conflict, "보완 기한")
	if b, err := w.s.Board(ctx, w.Manager, a.ID); err != nil || len(b.Threads) != 1 {
		t.Errorf("a refused return left its items: %+v, %v", b.Threads, err)
	}
}

// TestDatabaseHoldsItems tries, without the service, what must be impossible.
func TestDatabaseHoldsItems(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	if _, err := w.s.Return(t.Context(), w.Province, a.ID, a.Version, "까닭", []comment.Item{{Part: "title", Body: "이름을 바꾸어 주십시오."}}); err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]string{
		"submission_answers": `insert into submissions (application_id, no, deadline_kind, content, sha256, submitted_at, national, sido, sigungu, own)
			select application_id, 2, 'endorse', content, sha256, submitted_at, national, sido, sigungu, own from submissions where application_id = $1`,
		"comments_final":   `update comments set body = 'x' where application_id = $1`,
		"comment_recorded": `update comments set resolved_at = app_now(), resolved_by = 1 where application_id = $1`,
	} {
		_, err := w.Owner.Exec(q, a.ID)
		if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.DB.DB.Exec(`delete from comments where application_id = $1`, a.ID); err == nil {
		t.Error("the app role deletes comments")
	}
	if _, err := w.Owner.Exec(`update comments set retracted_at = app_now() where application_id = $1`, a.ID); err == nil {
		t.Error("an item of a return is taken back")
	}
}
