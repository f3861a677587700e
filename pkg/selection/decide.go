package selection

import (
	"context"
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Approve decides the call: a second person's word, within the appropriation whose
// account is locked. The applications are selected, put in reserve or declined,
// and the call is decided. version is that of the draft the person looked at.
func (s *Service) Approve(ctx context.Context, who authz.Actor, id ID, version int) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow(Flow.Action("approve"), before.Object()); err != nil {
			return out, err
		}
		next, err := Flow.Next(before.State, "approve")
		switch {
		case err != nil:
			return out, err
		case before.Version != version:
			return out, changed()
		case before.DraftedBy == who.ID:
			return out, fault.New(fault.Forbidden, "선정안을 작성한 사람과 다른 사람이 승인해야 합니다.")
		}
		if err := newestRanking(ctx, tx, before); err != nil {
			return out, err
		}
		rows, call, err := s.affordable(ctx, tx, before)
		if err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlApprove, id, next, who.ID, tx.Now); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlGet, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, Flow.Action("approve"), out.Ref(), before, trail{out, rows}); err != nil {
			return out, err
		}
		if err := moveApplications(ctx, tx, rows); err != nil {
			return out, err
		}
		if out.No == 1 {
			if _, err := program.MoveCall(ctx, tx, call, "decide"); err != nil {
				return out, err
			}
		}
		return out, tx.Emit(ctx, "selection.approve", out.Ref(), out)
	})
}

// affordable locks the call and the appropriation's account, in the order of every
// decision, and refuses a sum above what is left.
func (s *Service) affordable(ctx context.Context, tx *work.Tx, sel Selection) ([]Row, program.Call, error) {
	call, err := program.LockCall(ctx, tx, sel.CallID)
	if err != nil {
		return nil, call, err
	}
	rows, err := rowsOf(ctx, tx, sel.ID)
	if err != nil {
		return nil, call, err
	}
	budget, err := lockBudget(ctx, tx, call)
	if err != nil {
		return nil, call, err
	}
	return rows, call, budget.within(total(rows))
}

// reached is where an application stands by its outcome.
var reached = map[Outcome]application.State{
	Selected: application.StateSelected, Reserve: application.StateReserve, Declined: application.StateDeclined, Withdrawn: application.StateWithdrawn,
}

func moveApplications(ctx context.Context, tx *work.Tx, rows []Row) error {
	ids := make([]application.ID, len(rows))
	outcome := make(map[application.ID]Outcome, len(rows))
	for i, r := range rows {
		ids[i], outcome[r.ApplicationID] = r.ApplicationID, r.Outcome
	}
	apps, err := application.ByIDs(ctx, tx, ids)
	if err != nil {
		return fmt.Errorf("read applications: %w", err)
	}
	by := map[Outcome][]application.Application{}
	for _, a := range apps {
		if o := outcome[a.ID]; a.State != reached[o] { // a later selection moves only whom it concerns
			by[o] = append(by[o], a)
		}
	}
	for _, o := range Outcomes() { // three statements at most, however many applications
		if _, err := application.MoveAll(ctx, tx, by[o], o.verb()); err != nil {
			return err
		}
	}
	return nil
}

// Publish makes the result known to everybody; the call is published with the first,
// and whoever it concerns gets a letter.
func (s *Service) Publish(ctx context.Context, who authz.Actor, id ID, version int) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow(Flow.Action("publish"), before.Object()); err != nil {
			return out, err
		}
		next, err := Flow.Next(before.State, "publish")
		if err != nil {
			return out, err
		}
		if before.Version != version {
			return out, changed()
		}
		call, err := program.LockCall(ctx, tx, before.CallID)
		if err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlPublish, id, next, tx.Now); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlGet, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, Flow.Action("publish"), out.Ref(), before, out); err != nil {
			return out, err
		}
		if out.No == 1 {
			if _, err := program.MoveCall(ctx, tx, call, "publish"); err != nil {
				return out, err
			}
		}
		if err := issue(ctx, tx, out, call); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "selection.publish", out.Ref(), out)
	})
}

// trail is a selection with its rows, as the audit keeps it.
type trail struct {
	Selection
	Rows []Row `json:"rows"`
}
