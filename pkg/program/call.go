package program

import (
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// CallID identifies a call.
type CallID int64

// Call is one dated invitation to apply, in one fiscal year (공모). The windows are
// as announced; what binds is DeadlineOf.
type Call struct {
	ID                   CallID           `db:"id" json:"id"`
	Number               string           `db:"number" json:"number"` // 2022-001
	ProgramID            ID               `db:"program_id" json:"program_id"`
	ProgramName          string           `db:"program_name" json:"program_name"`
	MinistryID           organization.ID  `db:"ministry_id" json:"ministry_id"`
	MinistryName         string           `db:"ministry_name" json:"ministry_name"`
	Fictitious           bool             `db:"fictitious" json:"fictitious"` // of a fictitious programme
	AppropriationID      int64            `db:"appropriation_id" json:"appropriation_id"`
	AppropriationAccount ledger.AccountID `db:"account_id" json:"-"`
	FiscalYear           int              `db:"fiscal_year" json:"fiscal_year"`
	Title                string           `db:"title" json:"title"`
	Summary              string           `db:"summary" json:"summary"` // purpose and what is asked for
	Agenda               Words            `db:"agenda" json:"agenda"`
	State                State            `db:"state" json:"state"`
	AnnouncedAt          *time.Time       `db:"announced_at" json:"announced_at"`
	OpensAt              time.Time        `db:"opens_at" json:"opens_at"`
	ClosesAt             time.Time        `db:"closes_at" json:"closes_at"`
	EndorseUntil         time.Time        `db:"endorse_until" json:"endorse_until"`
	CorrectUntil         time.Time        `db:"correct_until" json:"correct_until"`
	SubmitUntil          time.Time        `db:"submit_until" json:"submit_until"` // the deadline for all as it stands, extensions included
	ProjectFrom          calendar.Date    `db:"project_from" json:"project_from"`
	ProjectTo            calendar.Date    `db:"project_to" json:"project_to"`
	Cap                  money.Amount     `db:"cap" json:"cap"`               // of one project's total, won
	Applicants           Words            `db:"applicants" json:"applicants"` // sido, sigungu
	CodeSet              string           `db:"code_set" json:"code_set"`     // national or local
	NeedsDeliberation    bool             `db:"needs_deliberation" json:"needs_deliberation"`
	NeedsSignoff         bool             `db:"needs_signoff" json:"needs_signoff"` // an approver signs what is handed in
	Matching             Matching         `db:"matching" json:"matching"`
	DropExtremes         bool             `db:"drop_extremes" json:"drop_extremes"` // one highest and one lowest total do not count
	DropFrom             int              `db:"drop_from" json:"drop_from"`         // from this many sheets on
	TotalFloor           int              `db:"total_floor" json:"total_floor"`     // 과락 of the total, points
	Version              int              `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (c Call) Object() authz.Object {
	return authz.Object{Kind: "call", ID: int64(c.ID), Program: int64(c.ProgramID)}
}

// Ref names the call at its version.
func (c Call) Ref() work.Ref { return work.Ref{Kind: "call", ID: int64(c.ID), Version: c.Version} }

// Invites tells whether governments of a kind (sido, sigungu) may apply.
func (c Call) Invites(kind string) bool {
	for _, k := range c.Applicants {
		if k == kind {
			return true
		}
	}
	return false
}

// Section is one text of the project plan that a call asks for.
type Section struct {
	Kind      string `db:"kind" json:"kind"` // overview, background, organisation, tasks …
	Position  int    `db:"position" json:"position"`
	Title     string `db:"title" json:"title"`
	Hint      string `db:"hint" json:"hint"` // Markdown
	Required  bool   `db:"required" json:"required"`
	MaxLength int    `db:"max_length" json:"max_length"` // characters
}

// RequiredDocument is a file that a call asks for.
type RequiredDocument struct {
	Code     string `db:"code" json:"code"`
	Position int    `db:"position" json:"position"`
	Title    string `db:"title" json:"title"`
	Required bool   `db:"required" json:"required"`
}

// Deadline kinds.
const (
	Submit  = "submit"  // 제출
	Endorse = "endorse" // 시·도 검토·추천
	Correct = "correct" // 보완
)

// DeadlineKinds are the kinds in the order of the process, with their Korean names.
func DeadlineKinds() [3][2]string {
	return [3][2]string{{Submit, "신청서 제출"}, {Endorse, "시·도 검토·추천"}, {Correct, "보완 제출"}}
}

// DeadlineLabel is the Korean name of a deadline kind.
func DeadlineLabel(kind string) string {
	for _, k := range DeadlineKinds() {
		if k[0] == kind {
			return k[1]
		}
	}
	return kind
}

// Deadline is one act that set a deadline: the announcement or an extension.
type Deadline struct {
	ID             int64           `db:"id" json:"id"`
	CallID         CallID          `db:"call_id" json:"call_id"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"` // 0 for all
	GovernmentName string          `db:"government_name" json:"government_name"`
	Kind           string          `db:"kind" json:"kind"`
	At             time.Time       `db:"at" json:"at"`
	Reason         string          `db:"reason" json:"reason"`
	SetBy          int64           `db:"set_by" json:"set_by"`
	SetAt          time.Time       `db:"set_at" json:"set_at"`
}

// Record is a call with what hangs on it, as forms write it and the trail keeps it.
type Record struct {
	Call
	Sections  []Section          `json:"sections"`
	Documents []RequiredDocument `json:"documents"`
	Hints     []Hint             `json:"hints"`   // of the parts that are no texts
	Rubric    Rubric             `json:"rubric"`  // of the paper stage
	Rubrics   []Rubric           `json:"rubrics"` // of every stage, in the order they take place
}
