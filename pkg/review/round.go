package review

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// RoundID identifies a round of review.
type RoundID int64

// Round is the review of one call in one stage.
type Round struct {
	ID                 RoundID         `db:"id" json:"id"`
	CallID             program.CallID  `db:"call_id" json:"call_id"`
	ProgramID          program.ID      `db:"program_id" json:"program_id"`
	CallNumber         string          `db:"call_number" json:"call_number"`
	CallTitle          string          `db:"call_title" json:"call_title"`
	FiscalYear         int             `db:"fiscal_year" json:"fiscal_year"`
	Stage              string          `db:"stage" json:"stage"`
	State              State           `db:"state" json:"state"`
	DiscussRequestedBy *authz.PersonID `db:"discuss_requested_by" json:"discuss_requested_by"`
	DiscussConfirmedBy *authz.PersonID `db:"discuss_confirmed_by" json:"discuss_confirmed_by"`
	LockRequestedBy    *authz.PersonID `db:"lock_requested_by" json:"lock_requested_by"`
	LockConfirmedBy    *authz.PersonID `db:"lock_confirmed_by" json:"lock_confirmed_by"`
	LockedAt           *time.Time      `db:"locked_at" json:"locked_at"`
	Version            int             `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (r Round) Object() authz.Object {
	return authz.Object{Kind: "round", ID: int64(r.ID), Program: int64(r.ProgramID)}
}

// Ref names the round at its version.
func (r Round) Ref() work.Ref { return work.Ref{Kind: "round", ID: int64(r.ID), Version: r.Version} }

// StateLabel is the Korean word for its state.
func (r Round) StateLabel() string { return Flow.Label(r.State) }

// Pending is the verb the chair asked for and nobody confirmed yet, or empty.
func (r Round) Pending() string {
	switch {
	case r.State == Scoring && r.DiscussRequestedBy != nil:
		return "discuss"
	case r.State == Discussing && r.LockRequestedBy != nil:
		return "lock"
	}
	return ""
}

// RequestedBy is who asked for what is pending, 0 for nobody.
func (r Round) RequestedBy() authz.PersonID {
	switch r.Pending() {
	case "discuss":
		return *r.DiscussRequestedBy
	case "lock":
		return *r.LockRequestedBy
	}
	return 0
}

// Service holds the use cases of reviewing; each method is one unit of work.
type Service struct{ Work *work.Runner }

// lastStage is the stage of the call $1 after which there is no other: its round holds
// the result of all.
const lastStage = `(
	select stage from rubrics where call_id = $1 order by array_position(array['paper', 'site', 'presentation'], stage) desc limit 1)`

const (
	sqlRoundColumns = `
		select o.id, o.call_id, o.program_id, c.number as call_number, c.title as call_title, c.fiscal_year, o.stage, o.state,
		       o.discuss_requested_by, o.discuss_confirmed_by, o.lock_requested_by, o.lock_confirmed_by, o.locked_at, o.version
		  from rounds o join calls c on c.id = o.call_id
		 where `
	sqlRound          = sqlRoundColumns + `o.id = $1`
	sqlLockRound      = sqlRoundColumns + `o.id = $1 for update of o`
	sqlShareRound     = sqlRoundColumns + `o.id = $1 for share of o`
	sqlRoundOfCall    = sqlRoundColumns + `o.call_id = $1 and o.stage = ` + lastStage
	sqlRoundsOfCall   = sqlRoundColumns + `o.call_id = $1 order by o.id`
	sqlInsertRound    = `insert into rounds (call_id, program_id, stage, state) values ($1, $2, $3, 'scoring') returning id`
	sqlRequestDiscuss = `update rounds set discuss_requested_by = $2 where id = $1 and state = 'scoring'`
	sqlRequestLock    = `update rounds set lock_requested_by = $2 where id = $1 and state = 'discussing'`
	sqlDiscuss        = `update rounds set state = $2, discuss_confirmed_by = $3 where id = $1 and state = 'scoring'`
	sqlClearRequest   = `
		update rounds set discuss_requested_by = case when state = 'scoring' then null else discuss_requested_by end, lock_requested_by = null
		 where id = $1`
)

// StageLabel is the Korean name of its stage.
func (r Round) StageLabel() string { return program.StageLabel(r.Stage) }

// RequestDiscussion is the chair's word that all sheets are in; a second person confirms.
func (s *Service) RequestDiscussion(ctx context.Context, who authz.Actor, id RoundID) (Round, error) {
	return s.request(ctx, who, id, "discuss", sqlRequestDiscuss)
}

// RequestLock is the chair's word that the discussion is over; a second person confirms.
func (s *Service) RequestLock(ctx context.Context, who authz.Actor, id RoundID) (Round, error) {
	return s.request(ctx, who, id, "lock", sqlRequestLock)
}

func (s *Service) request(ctx context.Context, who authz.Actor, id RoundID, verb, q string) (Round, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Round, err error) {
		before, err := lockRound(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow(Flow.Action(verb), before.Object()); err != nil {
			return out, err
		}
		if _, err := Flow.Next(before.State, verb); err != nil {
			return out, err
		}
		if before.Pending() == verb {
			return out, fault.New(fault.Conflict, "이미 요청했습니다. 다른 사람의 확인을 기다리고 있습니다.")
		}
		if err := nothingOutstanding(ctx, tx, id); err != nil {
			return out, err
		}
		if verb == "lock" {
			if err := minutesWritten(ctx, tx, id); err != nil {
				return out, err
			}
		}
		if err := tx.Exec(ctx, q, id, who.ID); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlRound, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, Flow.Action(verb), out.Ref(), before, out); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "round."+verb+"_requested", out.Ref(), out.ID)
	})
}

// ConfirmDiscussion opens the discussion that the chair asked for. version is that
// of the round the second person looked at.
func (s *Service) ConfirmDiscussion(ctx context.Context, who authz.Actor, id RoundID, version int) (Round, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Round, err error) {
		before, next, err := confirm(ctx, tx, id, version, "discuss")
		if err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlDiscuss, id, next, who.ID); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlRound, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "round:confirm", out.Ref(), before, out); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "round.discussing", out.Ref(), out.ID)
	})
}

// confirm does what both confirmations share: lock, allow, and every rule.
func confirm(ctx context.Context, tx *work.Tx, id RoundID, version int, verb string) (before Round, next State, err error) {
	if before, err = lockRound(ctx, tx, id); err != nil {
		return before, "", err
	}
	if err := tx.Allow("round:confirm", before.Object()); err != nil {
		return before, "", err
	}
	if next, err = Flow.Next(before.State, verb); err != nil {
		return before, "", err
	}
	switch {
	case before.Pending() != verb:
		return before, "", fault.New(fault.Conflict, "위원장이 먼저 요청해야 확인할 수 있습니다.")
	case before.RequestedBy() == tx.Actor.ID:
		return before, "", fault.New(fault.Forbidden, "요청한 사람과 다른 사람이 확인해야 합니다.")
	case before.Version != version:
		return before, "", fault.New(fault.Conflict, "그사이 심사 내용이 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
	}
	return before, next, nothingOutstanding(ctx, tx, id)
}

const sqlOutstanding = `
	select count(*) filter (where c.id is null) as undeclared,
	       count(*) filter (where c.kind = 'none' and s.state in ('draft', 'reopened')) as unsubmitted,
	       (select count(*) from applications p join rounds o on o.call_id = p.call_id
	         where o.id = $1 and p.state = 'reviewing'
	           and not exists (select from assignments x left join conflicts y on y.assignment_id = x.id
	                            where x.application_id = p.id and x.round_id = $1 and coalesce(y.kind, 'none') = 'none'
	                              and not exists (select from exclusions e where e.assignment_id = x.id))) as unassigned
	  from assignments a
	  left join conflicts c on c.assignment_id = a.id
	  left join sheets s on s.assignment_id = a.id
	 where a.round_id = $1 and not exists (select from exclusions e where e.assignment_id = a.id)`

// nothingOutstanding is a Conflict that counts what is still missing before a
// round may move on.
func nothingOutstanding(ctx context.Context, tx *work.Tx, id RoundID) error {
	var n struct{ Undeclared, Unsubmitted, Unassigned int }
	if err := tx.Get(ctx, &n, sqlOutstanding, id); err != nil {
		return err
	}
	switch {
	case n.Unassigned > 0:
		return fault.New(fault.Conflict, fmt.Sprintf("심사위원이 없는 신청이 %d건 있습니다.", n.Unassigned))
	case n.Undeclared+n.Unsubmitted > 0:
		return fault.New(fault.Conflict, fmt.Sprintf("이해관계를 밝히지 않은 배정 %d건, 제출하지 않은 평가표 %d건이 남아 있습니다.", n.Undeclared, n.Unsubmitted))
	}
	return nil
}

func lockRound(ctx context.Context, tx *work.Tx, id RoundID) (r Round, err error) {
	err = tx.Get(ctx, &r, sqlLockRound, id)
	return r, err
}

// shareRound keeps a round from moving on until this unit of work is over.
func shareRound(ctx context.Context, tx *work.Tx, id RoundID) (r Round, err error) {
	err = tx.Get(ctx, &r, sqlShareRound, id)
	return r, err
}
