package application

import (
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ID identifies an application.
type ID int64

// Who sent an application back.
const (
	ByProvince = "province"
	ByMinistry = "ministry"
)

// Application is one government's request in one call.
type Application struct {
	ID             ID              `db:"id" json:"id"`
	Number         string          `db:"number" json:"number"` // A-2022-00042
	CallID         program.CallID  `db:"call_id" json:"call_id"`
	ProgramID      program.ID      `db:"program_id" json:"program_id"`
	FiscalYear     int             `db:"fiscal_year" json:"fiscal_year"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"`
	GovernmentName string          `db:"government_name" json:"government_name"` // as it was called when it applied
	ProvinceID     organization.ID `db:"province_id" json:"province_id"`         // 0 for a 시·도's own
	Title          string          `db:"title" json:"title"`                     // the draft's before, as handed in after the first submission
	State          State           `db:"state" json:"state"`
	ReceiptNo      string          `db:"receipt_no" json:"receipt_no"` // empty until it is handed in
	ReturnedBy     string          `db:"returned_by" json:"returned_by"`
	ReturnReason   string          `db:"return_reason" json:"return_reason"`
	EndReason      string          `db:"end_reason" json:"end_reason"`       // why withdrawn or ineligible
	DraftVersion   int             `db:"draft_version" json:"draft_version"` // raised by every change of the plan
	Version        int             `db:"version" json:"version"`
	CreatedAt      time.Time       `db:"created_at" json:"created_at"`
}

// Object is what the rules of permission look at, without reviewers.
func (a Application) Object() authz.Object { return ObjectFor(a, nil) }

// ObjectFor is Object with the people the application is assigned to; package
// review knows them.
func ObjectFor(a Application, assigned []authz.PersonID) authz.Object {
	return authz.Object{
		Kind: Flow.Name, ID: int64(a.ID), Government: int64(a.GovernmentID), Province: int64(a.ProvinceID),
		Program: int64(a.ProgramID), Assigned: assigned,
	}
}

// Ref names the application at its version.
func (a Application) Ref() work.Ref {
	return work.Ref{Kind: Flow.Name, ID: int64(a.ID), Version: a.Version}
}

// HandedIn tells whether it was ever handed in; before that it is its writers' secret.
func (a Application) HandedIn() bool { return a.ReceiptNo != "" }

// Open tells whether its plan may be written.
func (a Application) Open() bool { return a.State == StateDraft || a.State == StateReturned }

// StateLabel is the Korean word for its state.
func (a Application) StateLabel() string { return Flow.Label(a.State) }

// SubmissionID identifies one version that was handed in.
type SubmissionID int64

// Submission is a plan as it was handed in. No counts from 1; SubmittedAt is the
// database clock's. SHA256 is of the canonical JSON of Content.
type Submission struct {
	ID           SubmissionID   `json:"id"`
	No           int            `json:"no"`
	SubmittedAt  time.Time      `json:"submitted_at"`
	DeadlineKind string         `json:"deadline_kind"` // submit, endorse or correct
	Content      Plan           `json:"content"`
	SHA256       []byte         `json:"sha256"`
	Totals       money.BySource `json:"totals"`
}

// Endorsement is what the 시·도 said of one submission.
type Endorsement struct {
	SubmissionID SubmissionID `db:"submission_id" json:"-"`
	No           int          `db:"no" json:"submission_no"`
	Decision     string       `db:"decision" json:"decision"` // endorsed or returned
	Rank         *int         `db:"rank" json:"rank,omitempty"`
	Opinion      string       `db:"opinion" json:"opinion"`
	DecidedAt    time.Time    `db:"decided_at" json:"decided_at"`
}

// DecisionLabel is the decision in Korean.
func (e Endorsement) DecisionLabel() string {
	if e.Decision == "endorsed" {
		return "추천"
	}
	return "보완 요청"
}

// Service holds the use cases of applications; each method is one unit of work.
type Service struct {
	Work      *work.Runner
	Documents *document.Service // takes the uploads that are attached
}
