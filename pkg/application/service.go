package application

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// visible is NotFound for what was never handed in, unless the actor may see
// drafts: not even its existence is told to others.
func visible(tx *work.Tx, a Application) error {
	if !a.HandedIn() && !tx.Can("application:preview", a.Object()) {
		return fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return nil
}

// Hold reads an application that the actor may know of and keeps its state from
// changing until the unit of work ends. It asks for no permission beyond that.
func Hold(ctx context.Context, tx *work.Tx, id ID) (a Application, err error) {
	if err = tx.Get(ctx, &a, sqlShare, id); err != nil {
		return a, err
	}
	return a, visible(tx, a)
}

// Known is Hold for those who only look.
func Known(ctx context.Context, tx *work.Tx, id ID) (Application, error) {
	a, err := Get(ctx, tx, id)
	if err != nil {
		return a, err
	}
	return a, visible(tx, a)
}

// allow reads the rule for a verb, with drafts hidden from those who may not see them.
func allow(tx *work.Tx, a Application, verb string) error {
	if err := visible(tx, a); err != nil {
		return err
	}
	return tx.Allow(Flow.Action(verb), a.Object())
}

// locked reads an application for a verb: locked, allowed, and still at the version
// the person was looking at, else a Conflict.
func locked(ctx context.Context, tx *work.Tx, id ID, version int, verb string) (Application, error) {
	a, err := Lock(ctx, tx, id)
	if err != nil {
		return a, err
	}
	if err := allow(tx, a, verb); err != nil {
		return a, err
	}
	if !Flow.Can(a.State, verb) {
		_, err := Flow.Next(a.State, verb)
		return a, err
	}
	if a.Version != version {
		return a, fault.New(fault.Conflict, "그사이 신청서의 상태가 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
	}
	return a, nil
}

// Start is what somebody needs to know before an application is made: the call, its
// deadline, the governments they may apply for and what those have already.
type Start struct {
	Call        program.Call
	Governments []organization.Organization // whose application the actor may write
	Existing    map[organization.ID]ID      // applications they have in this call
	Deadline    *time.Time                  // the announced one, for all
}

const sqlExisting = `
	select id, government_id from applications where call_id = $1 and government_id = any($2) and state <> 'withdrawn'`

// Start reads what a new application in a call would begin with.
func (s *Service) Start(ctx context.Context, who authz.Actor, call program.CallID) (Start, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Start, err error) {
		scope, err := tx.Scope("application:create")
		if err != nil {
			return out, err
		}
		if out.Call, err = program.CallByID(ctx, tx, call); err != nil {
			return out, err
		}
		if out.Call.State == program.StateDraft {
			return out, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		ids := make([]organization.ID, len(scope.Own))
		for i, id := range scope.Own {
			ids[i] = organization.ID(id)
		}
		governments, err := organization.ByIDs(ctx, tx, ids)
		if err != nil {
			return out, err
		}
		for _, id := range slices.Sorted(maps.Keys(governments)) {
			out.Governments = append(out.Governments, governments[id])
		}
		at, ok, err := program.DeadlineOf(ctx, tx, call, 0, "submit")
		if ok {
			out.Deadline = &at
		}
		if err != nil {
			return out, err
		}
		var rows []struct {
			ID         ID              `db:"id"`
			Government organization.ID `db:"government_id"`
		}
		if err := tx.Select(ctx, &rows, sqlExisting, call, pq.Array(scope.Own)); err != nil {
			return out, fmt.Errorf("look for applications: %w", err)
		}
		out.Existing = make(map[organization.ID]ID, len(rows))
		for _, r := range rows {
			out.Existing[r.Government] = r.ID
		}
		return out, nil
	})
}

// Create starts the application of a government in an open call. It is a Conflict
// when the government has one already or the call is not open, and Invalid when the
// call does not invite this kind of government.
func (s *Service) Create(ctx context.Context, who authz.Actor, call program.CallID, government organization.ID, title string) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		gov, err := organization.Get(ctx, tx, government)
		if err != nil {
			return Application{}, err
		}
		c, err := program.CallByID(ctx, tx, call)
		if err != nil {
			return Application{}, err
		}
		a := Application{GovernmentID: gov.ID, ProvinceID: gov.Parent, ProgramID: c.ProgramID}
		if err := tx.Allow("application:create", a.Object()); err != nil {
			return Application{}, err
		}
		if err := mayApply(ctx, tx, c, gov, &title); err != nil {
			return Application{}, err
		}
		id, err := insert(ctx, tx, c, gov, title)
		if err != nil {
			return Application{}, err
		}
		if a, err = Get(ctx, tx, id); err != nil {
			return Application{}, err
		}
		return a, tx.Record(ctx, "application:create", a.Ref(), nil, a)
	})
}

// mayApply is the rule of who may start: the call is open and in time, the kind of
// government is invited.
func mayApply(ctx context.Context, tx *work.Tx, c program.Call, gov organization.Organization, title *string) error {
	until, ok, err := program.DeadlineOf(ctx, tx, c.ID, gov.ID, "submit")
	if err != nil {
		return err
	}
	if c.State != program.StateOpen || tx.Now.Before(c.OpensAt) || !ok || tx.Now.After(until) {
		return fault.New(fault.Conflict, "지금은 이 공모의 접수 기간이 아닙니다.")
	}
	f := fault.Fields{}
	if !c.Invites(gov.Kind) {
		f.Add("government_id", "이 공모는 "+gov.KindLabel()+"의 신청을 받지 않습니다.")
	}
	words(f, "title", title, maxShort, false)
	return f.Err()
}

// Withdraw takes an application back for good, with a reason. After it a new one
// may be started while the call is open.
func (s *Service) Withdraw(ctx context.Context, who authz.Actor, id ID, version int, reason string) (Application, error) {
	return s.end(ctx, who, id, version, "withdraw", StateWithdrawn, reason)
}

func (s *Service) end(ctx context.Context, who authz.Actor, id ID, version int, verb string, to State, reason string) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := locked(ctx, tx, id, version, verb)
		if err != nil {
			return a, err
		}
		f := fault.Fields{}
		words(f, "reason", &reason, maxLong, true)
		if err := f.Err(); err != nil {
			return a, err
		}
		out := a
		out.State, out.EndReason = to, reason
		return store(ctx, tx, verb, a, out)
	})
}
