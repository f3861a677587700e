package execution

import (
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/korean"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ID identifies an expenditure.
type ID int64

// Expenditure is one bill that was paid from an award, or the correction of one.
type Expenditure struct {
	ID               ID                `db:"id" json:"id"`
	AwardID          award.ID          `db:"award_id" json:"award_id"`
	AwardNumber      string            `db:"award_number" json:"award_number"`
	ProgramID        program.ID        `db:"program_id" json:"program_id"`
	GovernmentID     organization.ID   `db:"government_id" json:"government_id"`
	ProvinceID       organization.ID   `db:"province_id" json:"province_id,omitempty"`
	GovernmentName   string            `db:"government_name" json:"government_name"`
	No               int               `db:"no" json:"no"` // 순번 within the award
	LineAccount      ledger.AccountID  `db:"line_account_id" json:"line_account"`
	Code             string            `db:"code" json:"code"`
	Category         string            `db:"category" json:"category"`
	CodeName         string            `db:"code_name" json:"code_name"`
	OccurredOn       calendar.Date     `db:"occurred_on" json:"occurred_on"`
	Item             string            `db:"item" json:"item"` // 집행용도
	Payee            string            `db:"payee" json:"payee"`
	BusinessNo       korean.BusinessNo `db:"business_no" json:"business_no"`
	Method           Method            `db:"method" json:"method"`
	Supply           money.Amount      `db:"supply" json:"supply"`
	VAT              money.Amount      `db:"vat" json:"vat"`
	Amounts          money.BySource    `db:"amounts" json:"amounts"`
	EvidenceKind     EvidenceKind      `db:"evidence_kind" json:"evidence_kind"`
	EvidenceNo       string            `db:"evidence_no" json:"evidence_no"`
	State            State             `db:"state" json:"state"`
	DisallowedReason string            `db:"disallowed_reason" json:"disallowed_reason,omitempty"`
	FiscalYear       int               `db:"fiscal_year" json:"fiscal_year"`
	PostingID        int64             `db:"posting_id" json:"posting_id"`
	DisallowedYear   int               `db:"disallowed_year" json:"disallowed_year,omitempty"`
	DisallowedID     int64             `db:"disallowed_id" json:"disallowed_id,omitempty"`
	ReversalOf       ID                `db:"reversal_of" json:"reversal_of,omitempty"`
	ReversedBy       ID                `db:"reversed_by" json:"reversed_by,omitempty"`
	Reason           string            `db:"reason" json:"reason,omitempty"` // why a correction was needed
	CreatedBy        authz.PersonID    `db:"created_by" json:"created_by"`
	CreatedAt        time.Time         `db:"created_at" json:"created_at"`
	Version          int               `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (e Expenditure) Object() authz.Object {
	return authz.Object{Kind: "expenditure", ID: int64(e.ID), Government: int64(e.GovernmentID), Province: int64(e.ProvinceID), Program: int64(e.ProgramID)}
}

// Ref names the expenditure at its version.
func (e Expenditure) Ref() work.Ref {
	return work.Ref{Kind: "expenditure", ID: int64(e.ID), Version: e.Version}
}

// Counts tells whether the money of this row is spent: not when it was taken back,
// nor when it is what takes another back.
func (e Expenditure) Counts() bool { return e.State != Reversed && e.State != Correction }

// Effect is what the row adds to the sum of its list: a correction takes away.
func (e Expenditure) Effect() money.BySource {
	if e.State == Correction {
		return e.Amounts.Neg()
	}
	return e.Amounts
}

// posting is the Spend posting of this row.
func (e Expenditure) posting() ledger.Ref {
	return ledger.Ref{FiscalYear: e.FiscalYear, ID: e.PostingID}
}

// disallowance is the Disallow posting in force.
func (e Expenditure) disallowance() ledger.Ref {
	return ledger.Ref{FiscalYear: e.DisallowedYear, ID: e.DisallowedID}
}

// Input is an expenditure as it is recorded. Without amounts per source the proposed
// split is taken.
type Input struct {
	Line         ledger.AccountID `json:"line"`
	OccurredOn   calendar.Date    `json:"occurred_on"`
	Item         string           `json:"item"`
	Payee        string           `json:"payee"`
	BusinessNo   string           `json:"business_no"` // empty for a person without one
	Method       Method           `json:"method"`
	Supply       money.Amount     `json:"supply"`
	VAT          money.Amount     `json:"vat"`
	Amounts      *money.BySource  `json:"amounts"` // nil: as proposed
	EvidenceKind EvidenceKind     `json:"evidence_kind"`
	EvidenceNo   string           `json:"evidence_no"`
	Documents    []document.ID    `json:"documents"`
}

// Evidence is one file that proves an expenditure.
type Evidence struct {
	DocumentID document.ID `db:"document_id" json:"document_id"`
	Kind       string      `db:"kind" json:"kind"`
	AddedAt    time.Time   `db:"added_at" json:"added_at"`
}
