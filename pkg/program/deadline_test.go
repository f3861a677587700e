package program_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// TestExtend moves deadlines later, never earlier, for one government or for all,
// and opens a closed call again.
func TestExtend(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	day := 24 * time.Hour
	until := func(gov bool, kind string) time.Time {
		id := c.Baram
		if gov {
			id = c.Naru
		}
		return must[time.Time](t)(as(t, d, c.Manager, func(ctx context.Context, tx *work.Tx) (time.Time, error) {
			at, ok, err := program.DeadlineOf(ctx, tx, call.ID, id, kind)
			if !ok {
				t.Error("no deadline")
			}
			return at, err
		}))
	}
	ext := program.Extension{Kind: program.Submit, At: call.ClosesAt.Add(day), Reason: "정전"}
	if _, err := s.Extend(t.Context(), c.Officer, call.ID, ext); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an officer extends: %v", err)
	}
	_, err := s.Extend(t.Context(), c.Manager, call.ID, program.Extension{Kind: "lunch", GovernmentID: c.Ministry, At: call.ClosesAt})
	_, fields := fault.Public(err)
	if fields["kind"] == "" || fields["reason"] == "" || fields["government_id"] == "" {
		t.Errorf("mistakes: %v", err)
	}
	ext.At = call.ClosesAt
	_, err = s.Extend(t.Context(), c.Manager, call.ID, ext)
	want(t, "not later", err, fault.Invalid, "늘릴 수만")
	ext.At, ext.GovernmentID = call.ClosesAt.Add(day), c.Naru
	must[program.Call](t)(s.Extend(t.Context(), c.Manager, call.ID, ext))
	if !until(true, program.Submit).Equal(ext.At) || !until(false, program.Submit).Equal(call.ClosesAt) {
		t.Errorf("나루군 until %v, others until %v", until(true, program.Submit), until(false, program.Submit))
	}
	if err := rawDeadline(d, call.ID, call.ClosesAt.Add(-day)); err == nil || !strings.Contains(err.Error(), "only moves later") {
		t.Errorf("an earlier deadline past the service: %v", err)
	}
	d.Clock(t, call.ClosesAt.Add(time.Hour))
	if n := must[int](t)(s.Tick(t.Context())); n != 0 {
		t.Error("closed while 나루군 may still hand in")
	}
	d.Clock(t, ext.At.Add(time.Hour))
	if n := must[int](t)(s.Tick(t.Context())); n != 1 {
		t.Error("not closed after the last deadline")
	}
	ext.GovernmentID, ext.At = 0, call.ClosesAt.Add(3*day)
	again := must[program.Call](t)(s.Extend(t.Context(), c.Manager, call.ID, ext))
	if again.State != program.StateOpen || !again.SubmitUntil.Equal(ext.At) {
		t.Errorf("after the extension %s until %v", again.State, again.SubmitUntil)
	}
	all := must[program.CallDetail](t)(s.Call(t.Context(), authz.Anonymous(), call.ID)).Deadlines
	if len(all) != 5 || all[3].GovernmentName != "가람도 나루군" || all[4].Reason != "정전" {
		t.Errorf("deadlines %+v", all)
	}
	if n := audited(t, d, "call:extend", "call", int64(call.ID)); n != 2 {
		t.Errorf("audited %d extensions", n)
	}
}

func rawDeadline(d *dbtest.DB, id program.CallID, at time.Time) error {
	tx := d.DB.MustBegin()
	defer func() { _ = tx.Rollback() }()
	tx.MustExec(`select set_config('app.actor', '1', true)`)
	_, err := tx.Exec(`insert into deadlines (call_id, kind, at, reason) values ($1, 'submit', $2, '몰래')`, id, at)
	return err
}

// TestManyClocks lets eight servers tick and two managers announce at once: each
// call moves once.
func TestManyClocks(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	call := fixture.Draft(t, d, c)
	var announced, moved atomic.Int64
	var people sync.WaitGroup
	for _, who := range []authz.Actor{c.Manager, c.Manager2} {
		people.Go(func() {
			switch _, err := s.Announce(context.WithoutCancel(t.Context()), who, call.ID, call.Version); {
			case err == nil:
				announced.Add(1)
			case fault.KindOf(err) != fault.Conflict:
				t.Error(err)
			}
		})
	}
	people.Wait()
	for range 8 {
		people.Go(func() {
			n, err := s.Tick(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Error(err)
			}
			moved.Add(int64(n))
		})
	}
	people.Wait()
	if announced.Load() != 1 || moved.Load() != 1 {
		t.Errorf("announced %d times, opened %d times", announced.Load(), moved.Load())
	}
}
