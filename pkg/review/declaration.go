package review

import (
	"context"
	"strings"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// What a reviewer may say of an assignment.
const (
	NoConflict = "none"
	Excluded   = "excluded"   // 제척: by law or rule
	Challenged = "challenged" // 기피: an applicant asked for it
	Recused    = "recused"    // 회피: the reviewer withdraws
)

// ConflictLabel is the Korean word for a kind of conflict.
func ConflictLabel(kind string) string {
	switch kind {
	case NoConflict:
		return "이해관계 없음"
	case Excluded:
		return "제척"
	case Challenged:
		return "기피"
	case Recused:
		return "회피"
	}
	return kind
}

// Task is one assignment as its reviewer's worklist shows it: of the application
// nothing but its number, government and title, which a reviewer needs to know
// whether there is a conflict.
type Task struct {
	ID                AssignmentID   `db:"id" json:"id"`
	RoundID           RoundID        `db:"round_id" json:"round_id"`
	RoundState        State          `db:"round_state" json:"round_state"`
	Stage             string         `db:"stage" json:"stage"`
	ProgramID         program.ID     `db:"program_id" json:"program_id"`
	CallID            program.CallID `db:"call_id" json:"call_id"`
	CallTitle         string         `db:"call_title" json:"call_title"`
	ApplicationID     application.ID `db:"application_id" json:"application_id"`
	ApplicationNumber string         `db:"application_number" json:"application_number"`
	GovernmentName    string         `db:"government_name" json:"government_name"`
	Title             string         `db:"title" json:"title"`
	PersonID          authz.PersonID `db:"person_id" json:"-"`
	Conflict          string         `db:"conflict" json:"conflict"` // empty: not declared yet
	ConflictReason    string         `db:"conflict_reason" json:"conflict_reason"`
	SheetID           SheetID        `db:"sheet_id" json:"sheet_id"` // 0 without one
	SheetState        SheetState     `db:"sheet_state" json:"sheet_state"`
	Scored            int            `db:"scored" json:"scored"` // criteria with points and words
	Criteria          int            `db:"criteria" json:"criteria"`
}

// Object is what the rules of permission look at: an assignment is its reviewer's.
func (t Task) Object() authz.Object {
	return authz.Object{Kind: "assignment", ID: int64(t.ID), Assigned: []authz.PersonID{t.PersonID}}
}

// Closed tells that a conflict keeps the application shut.
func (t Task) Closed() bool { return t.Conflict != "" && t.Conflict != NoConflict }

// Done tells that nothing is left to do for the reviewer.
func (t Task) Done() bool {
	return t.Closed() || t.SheetState == SheetSubmitted || t.SheetState == SheetLocked
}

// StatusLabel is the one Korean word for where the task stands.
func (t Task) StatusLabel() string {
	switch {
	case t.Conflict == "":
		return "이해관계 확인 전"
	case t.Closed():
		return ConflictLabel(t.Conflict)
	}
	return SheetFlow.Label(t.SheetState)
}

const (
	sqlTaskFrom = `
		  from assignments a
		  join rounds o on o.id = a.round_id
		  join calls k on k.id = o.call_id
		  join applications p on p.id = a.application_id
		  join reviewers r on r.id = a.reviewer_id
		  left join conflicts c on c.assignment_id = a.id
		  left join exclusions e on e.assignment_id = a.id
		  left join sheets s on s.assignment_id = a.id
		 where `
	sqlTaskColumns = `
		select a.id, a.round_id, o.state as round_state, o.stage, o.program_id, o.call_id, k.title as call_title,
		       p.id as application_id, p.number as application_number, p.government_name, p.title,
		       r.person_id, coalesce(e.kind, c.kind, '') as conflict, coalesce(e.reason, c.reason, '') as conflict_reason,
		       coalesce(s.id, 0) as sheet_id, coalesce(s.state, '') as sheet_state,
		       (select count(*) from scores x where x.sheet_id = s.id and x.points is not null and btrim(x.justification) <> '') as scored,
		       (select count(*) from criteria x join rubrics u on u.id = x.rubric_id where u.call_id = o.call_id and u.stage = o.stage) as criteria` + sqlTaskFrom
	sqlTask = sqlTaskColumns + `a.id = $1`

	sqlInsertConflict = `
		insert into conflicts (assignment_id, kind, reason, declared_at) values ($1, $2, $3, $4) returning id`
	sqlInsertSheet = `insert into sheets (assignment_id, state) values ($1, 'draft') returning id`
	sqlInsertDraft = `insert into opinions (sheet_id, updated_at) values ($1, $2)`
)

// Declaration is what is kept in the trail of a declared conflict.
type Declaration struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

// Declare says, once and before anything of the application opens, whether the
// reviewer has a conflict. Without one the score sheet opens; with one, which
// needs a reason, the application stays closed to them.
func (s *Service) Declare(ctx context.Context, who authz.Actor, id AssignmentID, in Declaration) (Task, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Task, err error) {
		if err := tx.Get(ctx, &out, sqlTask, id); err != nil {
			return out, err
		}
		if err := tx.Allow("assignment:declare", out.Object()); err != nil {
			return out, err
		}
		round, err := shareRound(ctx, tx, out.RoundID)
		if err != nil {
			return out, err
		}
		if round.State != Scoring {
			return out, fault.New(fault.Conflict, "채점 기간이 끝나 이해관계를 밝힐 수 없습니다.")
		}
		if out.Conflict != "" {
			return out, fault.New(fault.Conflict, "이해관계는 이미 신고되었습니다.")
		}
		if err := in.clean(); err != nil {
			return out, err
		}
		var conflict int64
		if err := tx.Get(ctx, &conflict, sqlInsertConflict, id, in.Kind, in.Reason, tx.Now); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "assignment:declare", work.Ref{Kind: "assignment", ID: int64(id)}, nil, in); err != nil {
			return out, err
		}
		if in.Kind == NoConflict {
			err = openSheet(ctx, tx, id)
		} else {
			err = tx.Emit(ctx, "assignment.conflict", work.Ref{Kind: "assignment", ID: int64(id)}, round)
		}
		if err != nil {
			return out, err
		}
		return out, tx.Get(ctx, &out, sqlTask, id)
	})
}

func (in *Declaration) clean() error {
	f := fault.Fields{}
	in.Reason = strings.TrimSpace(in.Reason)
	switch in.Kind {
	case NoConflict:
		in.Reason = ""
	case Excluded, Recused:
		if n := utf8.RuneCountInString(in.Reason); n == 0 || n > 1000 {
			f.Add("reason", "사유를 1,000자 안으로 적어 주십시오.")
		}
	default:
		f.Add("kind", "이해관계가 있는지 골라 주십시오.")
	}
	return f.Err()
}

func openSheet(ctx context.Context, tx *work.Tx, id AssignmentID) error {
	var sheet SheetID
	if err := tx.Get(ctx, &sheet, sqlInsertSheet, id); err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlInsertDraft, sheet, tx.Now); err != nil {
		return err
	}
	out, err := readSheet(ctx, tx, sheet)
	if err != nil {
		return err
	}
	return tx.Record(ctx, "sheet:create", out.Ref(), nil, out)
}
