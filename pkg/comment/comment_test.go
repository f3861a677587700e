package comment_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/work"
)

// TestWhoHearsWhat is the whole matrix: what each side says, internal and shared,
// before and after handing in, and who hears it.
func TestWhoHearsWhat(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	w.say(t, w.Officer, a.ID, comment.Input{Body: "구내부", Visibility: comment.Internal})
	w.say(t, w.Officer, a.ID, comment.Input{Body: "구공유"})
	outsiders := []authz.Actor{w.Officer2, w.OfficerOther, w.ProvinceOther, w.ProvinceApprover, w.Reviewers[0], w.Chair, w.Finance, w.ProvinceFinance, w.Admin, w.Nobody, authz.Anonymous()}
	for _, who := range append(slices.Clone(outsiders), w.Province, w.Manager, w.Decider, w.Auditor) {
		_, err := w.hears(t, who, a.ID)
		wantKind(t, err, fault.NotFound, "")
	}
	for _, who := range []authz.Actor{w.Officer, w.Approver} {
		if got, err := w.hears(t, who, a.ID); got != "구내부 구공유" || err != nil {
			t.Errorf("%s hears %q of the draft, %v", who.Name, got, err)
		}
	}
	if _, err := w.apps.Submit(t.Context(), w.Officer, a.ID, a.Version, a.DraftVersion); err != nil {
		t.Fatal(err)
	}
	for _, who := range []struct {
		authz.Actor
		word string
	}{{w.Province, "시"}, {w.Manager, "부"}} {
		w.say(t, who.Actor, a.ID, comment.Input{Body: who.word + "내부", Visibility: comment.Internal, SubmissionNo: 1})
		w.say(t, who.Actor, a.ID, comment.Input{Body: who.word + "공유", SubmissionNo: 1})
	}
	for _, tt := range []struct {
		who  authz.Actor
		want string
	}{
		{w.Officer, "구내부 구공유 시공유 부공유"}, {w.Approver, "구내부 구공유 시공유 부공유"},
		{w.Province, "구공유 시내부 시공유 부공유"}, {w.Province2, "구공유 시내부 시공유 부공유"},
		{w.Manager, "구공유 시공유 부내부 부공유"}, {w.Manager2, "구공유 시공유 부내부 부공유"}, {w.Decider, "구공유 시공유 부내부 부공유"},
		{w.Auditor, "구공유 시공유 부공유"},
	} {
		if got, err := w.hears(t, tt.who, a.ID); got != tt.want || err != nil {
			t.Errorf("%s hears %q, %v; want %q", tt.who.Name, got, err, tt.want)
		}
	}
	for _, who := range outsiders {
		if got, err := w.hears(t, who, a.ID); err == nil {
			t.Errorf("%s hears %q", who.Name, got)
		}
	}
	// What is not heard does not count either.
	b, err := w.s.Board(t.Context(), w.Manager, a.ID)
	if n := b.Count(""); err != nil || n.Open != 4 || b.Side != comment.Ministry {
		t.Errorf("the manager counts %+v of side %q, %v", n, b.Side, err)
	}
}

// TestNobodyAnswersWhatTheyDoNotHear: an internal comment of another side is not
// found, whatever one tries to do with it.
func TestNobodyAnswersWhatTheyDoNotHear(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	secret := w.say(t, w.Officer, a.ID, comment.Input{Body: "우리끼리", Visibility: comment.Internal})
	for _, who := range []authz.Actor{w.Province, w.Manager, w.Officer2} {
		_, err := w.s.Add(ctx, who, a.ID, comment.Input{ReplyTo: secret.ID, Body: "나도"})
		wantKind(t, err, fault.NotFound, "")
		_, err = w.s.Resolve(ctx, who, secret.ID, 1)
		wantKind(t, err, fault.NotFound, "")
		_, err = w.s.Retract(ctx, who, secret.ID, 1)
		wantKind(t, err, fault.NotFound, "")
	}
	_, err := w.s.Add(ctx, w.Auditor, a.ID, comment.Input{Body: "감사", Visibility: comment.Next, SubmissionNo: 1})
	wantKind(t, err, fault.Forbidden, "")
	other := fixture.HandedIn(t, w.DB, w.call, w.Officer2)
	_, err = w.s.Add(ctx, w.Province, other.ID, comment.Input{ReplyTo: w.say(t, w.Province, a.ID, comment.Input{Body: "공유", SubmissionNo: 1}).ID, Body: "딴 신청"})
	wantKind(t, err, fault.NotFound, "")

	// An answer is heard by those who hear what it answers, whatever was asked for.
	w.say(t, w.Approver, a.ID, comment.Input{ReplyTo: secret.ID, Body: "예", Visibility: comment.Next})
	if got, _ := w.hears(t, w.Province, a.ID); got != "공유" {
		t.Errorf("the 시·도 hears %q", got)
	}
	// And PostgreSQL holds it without the service.
	_, err = w.Owner.Exec(`set app.actor = '1'; insert into comments (application_id, kind, visibility, side, reply_to, body, at)
		select application_id, 'comment', 'next', side, id, 'x', at from comments where id = ` + fmt.Sprint(secret.ID))
	if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != "comment_reply_same_audience" {
		t.Errorf("an answer for others: %v", err)
	}
}

func TestPins(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.Drafted(t, w.DB, w.call, w.Officer)
	_, err := w.s.Add(ctx, w.Officer, a.ID, comment.Input{Part: "lines", Field: "lines.99", Visibility: "all", Body: "  "})
	_, fields := fault.Public(err)
	if len(fields) != 3 || fields["field"] == "" || fields["visibility"] == "" || fields["body"] == "" {
		t.Errorf("mistakes %v", fields)
	}
	for _, in := range []comment.Input{{Part: "section.none"}, {Field: "lines.1"}, {Part: "partners", Field: "lines.1"}, {Part: "lines", Field: "lines.01"}, {Part: "lines", Field: "lines.1.x"}, {Part: "title", Field: "title.0"}, {SubmissionNo: 1}} {
		in.Visibility, in.Body = comment.Internal, "글"
		_, err := w.s.Add(ctx, w.Officer, a.ID, in)
		wantKind(t, err, fault.Invalid, "")
	}
	c := w.say(t, w.Officer, a.ID, comment.Input{Part: "lines", Field: "lines.1.national", Body: "얼마입니까?"})
	if c.Quote != "210-01 일반수용비 · 표본 예산 · 66,453,000원 · 국비 33,226,500원" || c.Where() != "2번째 줄 국비" {
		t.Errorf("%q at %q", c.Quote, c.Where())
	}
	// The words stay when the rows move.
	ws, err := w.apps.Workspace(ctx, w.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.apps.SaveLines(ctx, w.Officer, a.ID, 1, ws.Plan.Lines[2:], false); err != nil {
		t.Fatal(err)
	}
	b, err := w.s.Board(ctx, w.Approver, a.ID)
	if err != nil || b.Of("lines")[0].Quote != c.Quote || b.Count("lines").Open != 1 || len(b.Of("title")) != 0 {
		t.Errorf("%+v, %v", b, err)
	}
	_, err = w.s.Add(ctx, w.Province, a.ID, comment.Input{Body: "글", Visibility: comment.Next})
	wantKind(t, err, fault.NotFound, "")
	w.submit(t, a.ID)
	_, err = w.s.Add(ctx, w.Province, a.ID, comment.Input{Body: "글", Visibility: comment.Next}) // the draft is not theirs
	wantKind(t, err, fault.Invalid, "")
}

// submit hands in what stands there.
func (w world) submit(t testing.TB, id application.ID) application.Application {
	t.Helper()
	ws, err := w.apps.Workspace(t.Context(), w.Officer, id)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.apps.Submit(t.Context(), w.Officer, id, ws.Version, ws.DraftVersion)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestMentions: who is named hears of it, through the outbox; only people of the same
// side can be named.
func TestMentions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	_, err := w.s.Add(t.Context(), w.Officer, a.ID, comment.Input{Body: "글", Visibility: comment.Next, Mentions: []authz.PersonID{w.Province.ID}})
	_, fields := fault.Public(err)
	if fields["mentions"] == "" {
		t.Errorf("the 시·도 can be named by a district: %v", err)
	}
	c := w.say(t, w.Officer, a.ID, comment.Input{Body: "@나과장 님과 @가담당 님, 봐 주십시오."})
	if !slices.Equal(c.Mentions, []int64{int64(w.Approver.ID)}) {
		t.Errorf("named %v", c.Mentions)
	}
	w.say(t, w.Province, a.ID, comment.Input{ReplyTo: c.ID, Body: "보았습니다."})
	quiet := w.say(t, w.Officer, a.ID, comment.Input{Body: "혼잣말"})
	w.say(t, w.Officer, a.ID, comment.Input{ReplyTo: quiet.ID, Body: "혼잣말에 답함"})
	var heard []string
	if err := w.Owner.Select(&heard, `select concat_ws(' ', payload ->> 'comment_id', payload ->> 'people') from outbox where topic = 'comment.create' order by id`); err != nil {
		t.Fatal(err)
	}
	if want := []string{fmt.Sprintf("%d [%d]", c.ID, w.Approver.ID), fmt.Sprintf("%d [%d]", c.ID+1, w.Officer.ID)}; !slices.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
	b, err := w.s.Board(t.Context(), w.Officer, a.ID)
	if err != nil || len(b.People) != 1 || b.People[0].Name != "나과장" {
		t.Errorf("can be named: %+v, %v", b.People, err)
	}
}

func TestRetract(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := t.Context()
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	c := w.say(t, w.Officer, a.ID, comment.Input{Body: "잘못 적음", Part: "lines", Field: "lines.0"})
	_, err := w.s.Retract(ctx, w.Approver, c.ID, 1)
	wantKind(t, err, fault.Conflict, "자신이 쓴")
	_, err = w.s.Retract(ctx, w.Officer, c.ID, 2)
	wantKind(t, err, fault.Conflict, "먼저 처리했습니다")
	out, err := w.s.Retract(ctx, w.Officer, c.ID, 1)
	if err != nil || out.Body != "" || out.Quote != "" || out.RetractedAt == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	b, err := w.s.Board(ctx, w.Province, a.ID)
	if err != nil || len(b.Threads) != 1 || b.Threads[0].Body != "" || b.Threads[0].May.Reply || b.Count("lines").Open != 0 {
		t.Errorf("after taking it back: %+v, %v", b.Threads, err)
	}
	_, err = w.s.Add(ctx, w.Province, a.ID, comment.Input{ReplyTo: c.ID, Body: "무엇을요?"})
	wantKind(t, err, fault.Conflict, "거둔 의견")

	answered := w.say(t, w.Officer, a.ID, comment.Input{Body: "물음"})
	w.say(t, w.Province, a.ID, comment.Input{ReplyTo: answered.ID, Body: "답"})
	_, err = w.s.Retract(ctx, w.Officer, answered.ID, 1)
	wantKind(t, err, fault.Conflict, "아무도 답하지")
	late := w.say(t, w.Officer, a.ID, comment.Input{Body: "늦음"})
	w.Clock(t, fixture.Now(t, w.DB).Add(61*time.Minute))
	_, err = w.s.Retract(ctx, w.Officer, late.ID, 1)
	wantKind(t, err, fault.Conflict, "한 시간")
	// The words cannot be changed by anybody.
	_, err = w.Owner.Exec(`update comments set body = 'x' where id = $1`, late.ID)
	if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != "comments_final" {
		t.Errorf("the words were changed: %v", err)
	}
	// The trail says that something was said, not what.
	var n int
	if err := w.Owner.Get(&n, `select count(*) from audit_events where kind = 'comment' and (before::text || after::text) ~ '잘못 적음|물음|늦음'`); err != nil || n != 0 {
		t.Errorf("%d rows of the trail hold the words, %v", n, err)
	}
}

// TestOneOfManyResolves races eight people for one thread.
func TestOneOfManyResolves(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	c := w.say(t, w.Officer, a.ID, comment.Input{Body: "끝냅시다"})
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := w.s.Resolve(context.Background(), w.Province, c.ID, 1); err == nil {
				won.Add(1)
			} else if fault.KindOf(err) != fault.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d closed it", won.Load())
	}
	if _, err := w.s.Reopen(t.Context(), w.Officer, c.ID, 2); err != nil {
		t.Error(err)
	}
	b, err := w.s.Board(t.Context(), w.Manager, a.ID)
	if err != nil || !b.Threads[0].Open() || b.Threads[0].Version != 3 {
		t.Errorf("%+v, %v", b.Threads, err)
	}
}

// TestBoardCostsTheSame for one comment and for many.
func TestBoardCostsTheSame(t *testing.T) {
	t.Parallel()
	w := setup(t)
	a := fixture.HandedIn(t, w.DB, w.call, w.Officer)
	count := func() int {
		ctx, n := work.Counting(t.Context())
		if _, err := w.s.Board(ctx, w.Officer, a.ID); err != nil {
			t.Fatal(err)
		}
		return n.N()
	}
	w.say(t, w.Officer, a.ID, comment.Input{Body: "하나"})
	one := count()
	for range 30 {
		w.say(t, w.Officer, a.ID, comment.Input{Body: "여럿"})
	}
	if many := count(); many != one || one != 5 {
		t.Errorf("%d queries for one comment, %d for many", one, many)
	}
}
