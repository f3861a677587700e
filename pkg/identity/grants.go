package identity

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// RequestGrant asks for a role for somebody. A role that takes one person is
// active at once; decider, finance, auditor and admin wait for a second
// administrator, except when the system itself asks, at the machine.
func (s *Service) RequestGrant(ctx context.Context, who authz.Actor, in GrantInput) (Grant, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (g Grant, err error) {
		if err := tx.Allow("grant:create", authz.Object{Kind: "grant"}); err != nil {
			return g, err
		}
		role, err := in.Check()
		if err != nil {
			return g, err
		}
		var p Person
		if err := tx.Get(ctx, &p, sqlPerson, in.Person); err != nil {
			return g, err
		}
		if p.DisabledAt != nil {
			return g, fault.New(fault.Conflict, "사용이 중지된 사람에게는 역할을 줄 수 없습니다.")
		}
		var id GrantID
		if err := tx.Get(ctx, &id, sqlInsertGrant, in.Person, in.Role, in.Government, in.Program, in.Any, in.From, in.To, in.Reason, who.ID); err != nil {
			return g, fmt.Errorf("insert grant: %w", err)
		}
		if err := tx.Get(ctx, &g, sqlGrantLock, id); err != nil {
			return g, err
		}
		if err := tx.Record(ctx, "grant:create", g.Ref(), nil, g); err != nil {
			return g, err
		}
		if role.TwoPeople && who.ID > 0 {
			return g, nil
		}
		return approve(ctx, tx, g, g.Version)
	})
}

// ApproveGrant makes a requested role count. It is a Conflict for the person who
// asked, and when the request was dealt with already.
func (s *Service) ApproveGrant(ctx context.Context, who authz.Actor, id GrantID, version int) (Grant, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (g Grant, err error) {
		if err := tx.Get(ctx, &g, sqlGrantLock, id); err != nil {
			return g, err
		}
		return approve(ctx, tx, g, version)
	})
}

func approve(ctx context.Context, tx *work.Tx, before Grant, version int) (g Grant, err error) {
	if err := tx.Allow(Flow.Action("approve"), before.Object()); err != nil {
		return g, err
	}
	next, err := Flow.Next(before.State, "approve")
	if err != nil {
		return g, err
	}
	if err := tx.Exec(ctx, sqlApproveGrant, before.ID, version, next, tx.Actor.ID); err != nil {
		return g, err
	}
	if err := tx.Get(ctx, &g, sqlGrantLock, before.ID); err != nil {
		return g, err
	}
	return g, tx.Record(ctx, Flow.Action("approve"), g.Ref(), before, g)
}

// EndGrant takes a role away, or a request back, from this moment on.
func (s *Service) EndGrant(ctx context.Context, who authz.Actor, id GrantID, version int) (Grant, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (g Grant, err error) {
		var before Grant
		if err := tx.Get(ctx, &before, sqlGrantLock, id); err != nil {
			return g, err
		}
		if err := tx.Allow(Flow.Action("end"), before.Object()); err != nil {
			return g, err
		}
		next, err := Flow.Next(before.State, "end")
		if err != nil {
			return g, err
		}
		if err := tx.Exec(ctx, sqlEndGrant, id, version, next); err != nil {
			return g, err
		}
		if err := tx.Get(ctx, &g, sqlGrantLock, id); err != nil {
			return g, err
		}
		return g, tx.Record(ctx, Flow.Action("end"), g.Ref(), before, g)
	})
}

// Waiting are the requested roles that wait for a second administrator.
func (s *Service) Waiting(ctx context.Context, who authz.Actor) ([]Grant, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Grant, err error) {
		if _, err := tx.Scope("grant:read"); err != nil {
			return nil, err
		}
		return out, tx.Select(ctx, &out, sqlGrantsWaiting)
	})
}
