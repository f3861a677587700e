package application_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
)

// TestHandInWhileAnOutageIsPutOff: the deadline passed while the service was down.
// Five governments try again and again while the manager puts it off: each is refused
// before that act and gets in after it, and none by a deadline that was not there.
func TestHandInWhileAnOutageIsPutOff(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := fixture.Applications(t, d)
	programs := &program.Service{Work: d.Work}
	call := fixture.Call(t, d, c)
	people := []authz.Actor{c.Officer, c.Officer2, c.OfficerOther, c.Province, c.ProvinceOther}
	apps := make([]application.Application, len(people))
	for i, who := range people {
		apps[i] = fixture.Drafted(t, d, call, who)
	}
	in := program.OutageInput{From: call.ClosesAt.Add(-time.Hour), Until: call.ClosesAt.Add(time.Hour), PutOff: call.ClosesAt.Add(24 * time.Hour), Reason: "정전"}
	d.Clock(t, in.Until.Add(time.Minute))
	if _, err := programs.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := programs.PreviewOutage(t.Context(), c.Manager, in)
	if err != nil {
		t.Fatal(err)
	}
	in.Seal = p.Seal
	ctx := context.WithoutCancel(t.Context())
	var refused, taken atomic.Int32
	var all sync.WaitGroup
	for i, who := range people {
		all.Go(func() {
			for range 200 {
				_, err := s.Submit(ctx, who, apps[i].ID, apps[i].Version, apps[i].DraftVersion)
				if err == nil {
					taken.Add(1)
					return
				}
				if fault.KindOf(err) != fault.Conflict {
					t.Error(err)
					return
				}
				refused.Add(1)
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	all.Go(func() {
		for refused.Load() < 10 {
			time.Sleep(time.Millisecond)
		}
		if _, err := programs.DeclareOutage(ctx, c.Manager, in); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
	var early int
	if err := d.DB.Get(&early, `
		select count(*) from submissions s
		 where submitted_at <= $1 or submitted_at > $2
		    or submitted_at < (select min(set_at) from deadlines where outage_id is not null)`, call.ClosesAt, in.PutOff); err != nil {
		t.Fatal(err)
	}
	if taken.Load() != 5 || refused.Load() < 10 || early != 0 {
		t.Errorf("%d got in, %d were refused, %d by a deadline that was not there", taken.Load(), refused.Load(), early)
	}
}
