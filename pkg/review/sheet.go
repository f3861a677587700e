package review

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// SheetID identifies a score sheet.
type SheetID int64

// Sheet is one reviewer's score sheet without what was scored, so that the trail
// tells nobody a score.
type Sheet struct {
	ID            SheetID        `db:"id" json:"id"`
	AssignmentID  AssignmentID   `db:"assignment_id" json:"assignment_id"`
	RoundID       RoundID        `db:"round_id" json:"round_id"`
	RoundState    State          `db:"round_state" json:"-"`
	CallID        program.CallID `db:"call_id" json:"-"`
	Stage         string         `db:"stage" json:"-"`
	ProgramID     program.ID     `db:"program_id" json:"-"`
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	PersonID      authz.PersonID `db:"person_id" json:"-"`
	ReviewerName  string         `db:"reviewer_name" json:"reviewer_name"`
	State         SheetState     `db:"state" json:"state"`
	ReopenReason  string         `db:"reopen_reason" json:"reopen_reason"`
	SubmittedAt   *time.Time     `db:"submitted_at" json:"submitted_at"`
	Excluded      string         `db:"excluded" json:"excluded"` // why it does not count, empty: it does
	Hears         bool           `db:"hears" json:"-"`           // the asking person discusses this application
	Version       int            `db:"version" json:"version"`
}

// Object is what the rules of permission look at. A sheet is its reviewer's; from
// the discussion on it is also given to those who discuss the application; it
// belongs to the programme, and so to its officers, only once the round is locked.
func (s Sheet) Object(asking authz.PersonID) authz.Object {
	on := authz.Object{Kind: "sheet", ID: int64(s.ID), Assigned: []authz.PersonID{s.PersonID}}
	if s.Hears {
		on.Assigned = append(on.Assigned, asking)
	}
	if s.RoundState == Locked {
		on.Program = int64(s.ProgramID)
	}
	return on
}

// own is the object for writing: nobody but the reviewer.
func (s Sheet) own() authz.Object {
	return authz.Object{Kind: "sheet", ID: int64(s.ID), Assigned: []authz.PersonID{s.PersonID}}
}

// Ref names the sheet at its version.
func (s Sheet) Ref() work.Ref { return work.Ref{Kind: "sheet", ID: int64(s.ID), Version: s.Version} }

// Open tells whether it may be written.
func (s Sheet) Open() bool {
	return s.RoundState != Locked && s.Excluded == "" && (s.State == SheetDraft || s.State == SheetReopened)
}

const (
	sqlSheetColumns = `
		select s.id, s.assignment_id, a.round_id, o.state as round_state, o.stage, o.call_id, o.program_id, a.application_id, r.person_id,
		       p.name as reviewer_name, s.state, s.reopen_reason, s.submitted_at, s.version, coalesce(e.reason, '') as excluded,
		       o.state <> 'scoring' and discusses(a.application_id, o.program_id, app_actor()) as hears
		  from sheets s
		  join assignments a on a.id = s.assignment_id
		  join rounds o on o.id = a.round_id
		  join reviewers r on r.id = a.reviewer_id
		  join people p on p.id = r.person_id
		  left join exclusions e on e.assignment_id = a.id
		 where `
	sqlSheet       = sqlSheetColumns + `s.id = $1`
	sqlLockSheet   = sqlSheetColumns + `s.id = $1 for update of s`
	sqlSubmitSheet = `
		update sheets set state = $2, submitted_at = $3, reopen_reason = '' where id = $1`
	sqlReopenSheet = `
		update sheets set state = $2, reopen_reason = $3 where id = $1`
)

// Submit hands a sheet in. draft is that of the content the reviewer looked at.
// Every criterion needs points and words, or they are named. The first submission
// of a round freezes its rubric.
func (s *Service) Submit(ctx context.Context, who authz.Actor, id SheetID, draft int) (Sheet, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Sheet, err error) {
		before, err := lockSheet(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow(SheetFlow.Action("submit"), before.own()); err != nil {
			return out, err
		}
		next, err := SheetFlow.Next(before.State, "submit")
		if err != nil {
			return out, err
		}
		content, err := readContent(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if content.Draft != draft {
			return out, fault.New(fault.Conflict, "다른 창에서 평가표를 고쳤습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		if err := content.complete(); err != nil {
			return out, err
		}
		if err := program.FreezeRubrics(ctx, tx, before.CallID); err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlSubmitSheet, id, next, tx.Now); err != nil {
			return out, err
		}
		if out, err = readSheet(ctx, tx, id); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, SheetFlow.Action("submit"), out.Ref(), before, out)
	})
}

// Reopening shows the chair which sheet they are about to reopen, and nothing of
// what was scored.
func (s *Service) Reopening(ctx context.Context, who authz.Actor, id SheetID) (Sheet, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Sheet, err error) {
		if out, err = readSheet(ctx, tx, id); err != nil {
			return out, err
		}
		return out, tx.Allow(SheetFlow.Action("reopen"), authz.Object{Kind: "round", ID: int64(out.RoundID), Program: int64(out.ProgramID)})
	})
}

// Reopen lets a reviewer write a submitted sheet again, by the chair's word and
// reason, until the round is locked. What the chair had asked for is asked anew.
func (s *Service) Reopen(ctx context.Context, who authz.Actor, id SheetID, reason string) (Sheet, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Sheet, err error) {
		sheet, err := readSheet(ctx, tx, id)
		if err != nil {
			return out, err
		}
		round, err := lockRound(ctx, tx, sheet.RoundID)
		if err != nil {
			return out, err
		}
		if err := tx.Allow(SheetFlow.Action("reopen"), round.Object()); err != nil {
			return out, err
		}
		before, err := lockSheet(ctx, tx, id)
		if err != nil {
			return out, err
		}
		next, err := SheetFlow.Next(before.State, "reopen")
		if err != nil {
			return out, err
		}
		if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > 1000 {
			return out, fault.Fields{"reason": "다시 여는 사유를 1,000자 안으로 적어 주십시오."}.Err()
		}
		if err := tx.Exec(ctx, sqlReopenSheet, id, next, reason); err != nil {
			return out, err
		}
		if out, err = readSheet(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, SheetFlow.Action("reopen"), out.Ref(), before, out); err != nil {
			return out, err
		}
		if err := clearRequest(ctx, tx, round, SheetFlow.Action("reopen")); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "sheet.reopened", out.Ref(), out.ID)
	})
}

// clearRequest takes back what the chair asked for: it was asked of other sheets.
func clearRequest(ctx context.Context, tx *work.Tx, before Round, action string) error {
	if before.Pending() == "" {
		return nil
	}
	if err := tx.Exec(ctx, sqlClearRequest, before.ID); err != nil {
		return err
	}
	var after Round
	if err := tx.Get(ctx, &after, sqlRound, before.ID); err != nil {
		return err
	}
	return tx.Record(ctx, action, after.Ref(), before, after)
}

func readSheet(ctx context.Context, tx *work.Tx, id SheetID) (sheet Sheet, err error) {
	err = tx.Get(ctx, &sheet, sqlSheet, id)
	return sheet, err
}

// lockSheet locks a sheet after sharing its round, in the order everybody takes.
func lockSheet(ctx context.Context, tx *work.Tx, id SheetID) (sheet Sheet, err error) {
	if sheet, err = readSheet(ctx, tx, id); err != nil {
		return sheet, err
	}
	if _, err = shareRound(ctx, tx, sheet.RoundID); err != nil {
		return sheet, err
	}
	err = tx.Get(ctx, &sheet, sqlLockSheet, id)
	return sheet, err
}
