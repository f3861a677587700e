package program_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// TestExtendBoth: a submission extended beyond the 시·도's own instant is refused with
// a word about it, and moves both, and the corrections, in one act.
func TestExtendBoth(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	day := 24 * time.Hour
	ext := program.Extension{Kind: program.Submit, At: call.CorrectUntil.Add(day), Reason: "수해"}
	_, err := s.Extend(t.Context(), c.Manager, call.ID, ext)
	_, fields := fault.Public(err)
	if !strings.Contains(fields["endorse_at"], "시·도 검토·추천 기한") || !strings.Contains(fields["correct_at"], "함께 늘려") || len(fields) != 2 {
		t.Errorf("beyond the others: %v", fields)
	}
	ext.EndorseAt, ext.CorrectAt = ext.At.Add(-time.Hour), call.CorrectUntil
	_, err = s.Extend(t.Context(), c.Manager, call.ID, ext)
	want(t, "endorsed before handed in", err, fault.Invalid, "같거나 그보다 뒤")
	ext.EndorseAt, ext.CorrectAt = ext.At, ext.At.Add(day)
	must[program.Call](t)(s.Extend(t.Context(), c.Manager, call.ID, ext))
	for kind, at := range map[string]time.Time{program.Submit: ext.At, program.Endorse: ext.EndorseAt, program.Correct: ext.CorrectAt} {
		if got := deadline(t, d, c, call.ID, c.Naru, kind); !got.Equal(at) {
			t.Errorf("%s until %v, want %v", kind, got, at)
		}
	}
	// A 시·도's own application needs nobody's endorsement.
	own := program.Extension{Kind: program.Submit, GovernmentID: c.Garam, At: ext.EndorseAt.Add(time.Hour), Reason: "정전"}
	must[program.Call](t)(s.Extend(t.Context(), c.Manager, call.ID, own))
	_, err = s.Extend(t.Context(), c.Manager, call.ID, program.Extension{Kind: program.Correct, At: ext.CorrectAt.Add(day), EndorseAt: ext.CorrectAt, Reason: "정전"})
	want(t, "another kind", err, fault.Invalid, "제출 기한을 늘릴 때만")
	if n := audited(t, d, "call:extend", "call", int64(call.ID)); n != 2 {
		t.Errorf("audited %d extensions", n)
	}
}

func deadline(t *testing.T, d *dbtest.DB, c fixture.Company, id program.CallID, gov organization.ID, kind string) time.Time {
	t.Helper()
	return must[time.Time](t)(as(t, d, c.Manager, func(ctx context.Context, tx *work.Tx) (time.Time, error) {
		at, _, err := program.DeadlineOf(ctx, tx, id, gov, kind)
		return at, err
	}))
}

// down is an outage of three hours around the closing of a call.
func down(call program.Call) program.OutageInput {
	return program.OutageInput{From: call.ClosesAt.Add(-time.Hour), Until: call.ClosesAt.Add(2 * time.Hour), PutOff: call.ClosesAt.Add(26 * time.Hour), Reason: "전산실 정전"}
}

// TestOutage puts off what was due, in one act with one row in the trail per call,
// opens the closed call again, and finds nothing the second time.
func TestOutage(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	second := again(t, d, c, call.ClosesAt.Add(3*time.Hour), "둘째 공모") // within the two hours after
	third := again(t, d, c, call.ClosesAt.Add(5*time.Hour), "셋째 공모")
	in := down(call)
	_, err := s.PreviewOutage(t.Context(), c.Manager, in)
	want(t, "before the recovery", err, fault.Invalid, "복구된 뒤에")
	d.Clock(t, in.Until.Add(time.Minute))
	if n := must[int](t)(s.Tick(t.Context())); n != 1 {
		t.Fatal("the first call is not closed")
	}
	_, err = s.PreviewOutage(t.Context(), c.Officer, in)
	want(t, "an officer", err, fault.Forbidden, "")
	_, err = s.PreviewOutage(t.Context(), c.Manager, program.OutageInput{From: in.Until, Until: in.From})
	want(t, "backwards", err, fault.Invalid, "뒤여야")
	_, err = s.PreviewOutage(t.Context(), c.Manager, program.OutageInput{From: in.From, Until: in.Until, PutOff: in.Until.Add(2 * time.Hour)})
	want(t, "too soon", err, fault.Invalid, "그때까지의 기한을 모두")

	p := must[program.OutagePlan](t)(s.PreviewOutage(t.Context(), c.Manager, in))
	if len(p.Moves) != 2 || p.Moves[0].CallID != call.ID || p.Moves[1].CallID != second.ID || p.Rule.Source == "" || p.Proposed.IsZero() {
		t.Fatalf("would put off %+v", p)
	}
	in.Seal = "another list"
	_, err = s.DeclareOutage(t.Context(), c.Manager, in)
	want(t, "another list", err, fault.Conflict, "바뀌었습니다")
	in.Seal = p.Seal
	blank := in
	blank.Reason = " "
	_, err = s.DeclareOutage(t.Context(), c.Manager, blank)
	want(t, "without a reason", err, fault.Invalid, "어떤 장애")
	o := must[program.Outage](t)(s.DeclareOutage(t.Context(), c.Manager, in))
	for _, q := range []struct {
		call program.Call
		at   time.Time
	}{{call, in.PutOff}, {second, in.PutOff}, {third, third.ClosesAt}} {
		now := must[program.CallDetail](t)(s.Call(t.Context(), authz.Anonymous(), q.call.ID))
		if !now.SubmitUntil.Equal(q.at) || now.State != program.StateOpen {
			t.Errorf("%s %s until %v, want %v", q.call.Title, now.State, now.SubmitUntil, q.at)
		}
	}
	if o.Moved != 2 || audited(t, d, "outage:create", "outage", o.ID) != 1 || audited(t, d, "call:extend", "call", int64(call.ID)) != 1 ||
		audited(t, d, "call:extend", "call", int64(second.ID)) != 1 || audited(t, d, "call:extend", "call", int64(third.ID)) != 0 {
		t.Errorf("the trail of %+v", o)
	}
	if n := sent(t, d, "call.put_off"); n != 2 {
		t.Errorf("%d announcements", n)
	}
	p = must[program.OutagePlan](t)(s.PreviewOutage(t.Context(), c.Manager, in))
	in.Seal = p.Seal
	_, err = s.DeclareOutage(t.Context(), c.Manager, in)
	want(t, "twice", err, fault.Invalid, "닥친 기한이 없습니다")
	if list := must[[]program.Outage](t)(s.Outages(t.Context(), c.Admin)); len(list) != 1 || list[0].Reason != "전산실 정전" || list[0].Moved != 2 {
		t.Errorf("outages %+v", list)
	}
}

// again is another open call of the programme that closes at an instant.
func again(t *testing.T, d *dbtest.DB, c fixture.Company, closes time.Time, title string) program.Call {
	t.Helper()
	s := &program.Service{Work: d.Work}
	in := fixture.CallInput(c, fixture.Now(t, d))
	in.Title, in.ClosesAt = title, closes
	call := must[program.Call](t)(s.CreateCall(t.Context(), c.Manager, in))
	must[program.Call](t)(s.Announce(t.Context(), c.Manager, call.ID, call.Version))
	return must[program.Call](t)(s.Open(t.Context(), c.Manager, call.ID))
}

func sent(t *testing.T, d *dbtest.DB, topic string) (n int) {
	t.Helper()
	if err := d.Owner.Get(&n, `select count(*) from outbox where topic = $1`, topic); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestOutageScope: a manager puts off the calls of their programme, the administrator
// all, with as many queries for many calls as for one.
func TestOutageScope(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	in := down(call)
	d.Clock(t, in.Until.Add(time.Minute))
	stranger := authz.Actor{ID: c.Manager2.ID, Name: c.Manager2.Name, Grants: []authz.Grant{{Role: "manager", Program: c.Program + 1}}}
	if p := must[program.OutagePlan](t)(s.PreviewOutage(t.Context(), stranger, in)); len(p.Moves) != 0 {
		t.Errorf("a manager of another programme would move %+v", p.Moves)
	}
	count := func() int {
		ctx, n := work.Counting(t.Context())
		p := must[program.OutagePlan](t)(s.PreviewOutage(ctx, c.Admin, in))
		in.Seal = p.Seal
		must[program.Outage](t)(s.DeclareOutage(ctx, c.Admin, in))
		return n.N()
	}
	one := count()
	for _, title := range []string{"가", "나", "다"} {
		again(t, d, c, in.Until.Add(time.Hour), title)
	}
	in.PutOff = in.PutOff.Add(time.Hour)
	if many := count(); many > one { // the first also opened its call again
		t.Errorf("%d queries for three calls, %d for one", many, one)
	}
}

// TestOutageOnce lets four people declare the same outage at once: one act stands.
func TestOutageOnce(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	in := down(call)
	d.Clock(t, in.Until.Add(time.Minute))
	in.Seal = must[program.OutagePlan](t)(s.PreviewOutage(t.Context(), c.Manager, in)).Seal
	var people sync.WaitGroup
	for _, who := range []authz.Actor{c.Manager, c.Manager2, c.Admin, c.Admin2} {
		people.Go(func() {
			_, err := s.DeclareOutage(context.WithoutCancel(t.Context()), who, in)
			if k := fault.KindOf(err); err != nil && k != fault.Conflict && k != fault.Invalid {
				t.Error(err)
			}
		})
	}
	people.Wait()
	if n := sent(t, d, "call.put_off"); n != 1 {
		t.Errorf("%d acts stand", n)
	}
	if got := deadline(t, d, c, call.ID, c.Naru, program.Submit); !got.Equal(in.PutOff) {
		t.Errorf("until %v, want %v", got, in.PutOff)
	}
}
