package settlement

import (
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ID identifies a settlement.
type ID int64

// Settlement is the final account of one award.
type Settlement struct {
	ID             ID               `db:"id" json:"id"`
	AwardID        award.ID         `db:"award_id" json:"award_id"`
	AwardNumber    string           `db:"award_number" json:"award_number"`
	Title          string           `db:"title" json:"title"`
	ProgramID      program.ID       `db:"program_id" json:"program_id"`
	CallID         program.CallID   `db:"call_id" json:"call_id"`
	GovernmentID   organization.ID  `db:"government_id" json:"government_id"`
	ProvinceID     organization.ID  `db:"province_id" json:"province_id,omitempty"` // 0 for a 시·도's own
	GovernmentName string           `db:"government_name" json:"government_name"`
	FiscalYear     int              `db:"fiscal_year" json:"fiscal_year"`
	AccountID      ledger.AccountID `db:"account_id" json:"account_id"`
	State          State            `db:"state" json:"state"`
	DueOn          calendar.Date    `db:"due_on" json:"due_on"`
	DueRule        string           `db:"due_rule" json:"due_rule"`
	SubmittedBy    authz.PersonID   `db:"submitted_by" json:"submitted_by,omitempty"`
	SubmittedAt    *time.Time       `db:"submitted_at" json:"submitted_at"`
	ExaminedBy     authz.PersonID   `db:"examined_by" json:"examined_by,omitempty"`
	FixedBy        authz.PersonID   `db:"fixed_by" json:"fixed_by,omitempty"`
	FixedAt        *time.Time       `db:"fixed_at" json:"fixed_at"`
	Correction     string           `db:"correction" json:"correction"` // what has to be corrected
	Report         string           `db:"report" json:"report"`         // 실적보고 in words
	Version        int              `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (s Settlement) Object() authz.Object {
	return authz.Object{Kind: "settlement", ID: int64(s.ID), Government: int64(s.GovernmentID), Province: int64(s.ProvinceID), Program: int64(s.ProgramID)}
}

// Ref names the settlement at its version.
func (s Settlement) Ref() work.Ref {
	return work.Ref{Kind: "settlement", ID: int64(s.ID), Version: s.Version}
}

// Late is how many days it was handed in after its due date, or would be today; 0 in time.
func (s Settlement) Late(today calendar.Date) int {
	day := today
	if s.SubmittedAt != nil {
		day = calendar.Today(*s.SubmittedAt)
	}
	return max(0, s.DueOn.DaysUntil(day))
}

// Row is the account of one source, in won.
type Row struct {
	Source     string       `db:"source" json:"source"`
	Planned    money.Amount `db:"planned" json:"planned"` // as granted
	Changed    money.Amount `db:"changed" json:"changed"` // after budget changes
	Secured    money.Amount `db:"secured" json:"secured"`
	Disbursed  money.Amount `db:"disbursed" json:"disbursed"`
	Spent      money.Amount `db:"spent" json:"spent"`
	Disallowed money.Amount `db:"disallowed" json:"disallowed"`
	Accepted   money.Amount `db:"accepted" json:"accepted"`
	Carried    money.Amount `db:"carried" json:"carried"`
	Balance    money.Amount `db:"balance" json:"balance"`
	Interest   money.Amount `db:"interest" json:"interest"`
	Excluded   money.Amount `db:"excluded" json:"excluded"`
	Revenue    money.Amount `db:"revenue" json:"revenue"`
	Due        money.Amount `db:"due" json:"due"`
}

// Rows are the accounts of the four sources in their order.
type Rows [4]Row

// Reckon computes the rows from what the ledger holds: planned and changed are the
// budgets, excluded is the interest the recipient may keep.
func Reckon(planned, changed money.BySource, b ledger.Balances, excluded money.BySource) Rows {
	var out Rows
	for i, s := range money.Sources() {
		r := Row{
			Source: s.Code(), Planned: planned.At(s), Changed: changed.At(s), Secured: b.Secured.At(s), Disbursed: b.Disbursed.At(s),
			Spent: b.Spent.At(s), Disallowed: b.Disallowed.At(s), Carried: b.Carried.At(s), Interest: b.Interest.At(s),
			Excluded: excluded.At(s), Revenue: b.Revenue.At(s),
		}
		r.Accepted = r.Spent.Sub(r.Disallowed)
		r.Balance = r.Secured.Add(r.Disbursed).Sub(r.Spent).Sub(r.Carried)
		r.Due = r.Balance.Add(r.Disallowed).Add(r.Interest.Sub(r.Excluded)).Add(r.Revenue)
		out[i] = r
	}
	return out
}

// Total adds the four rows up.
func (r Rows) Total() Row {
	var t Row
	t.Source = "total"
	for _, x := range r {
		t.Planned, t.Changed = t.Planned.Add(x.Planned), t.Changed.Add(x.Changed)
		t.Secured, t.Disbursed = t.Secured.Add(x.Secured), t.Disbursed.Add(x.Disbursed)
		t.Spent, t.Disallowed, t.Accepted = t.Spent.Add(x.Spent), t.Disallowed.Add(x.Disallowed), t.Accepted.Add(x.Accepted)
		t.Carried, t.Balance = t.Carried.Add(x.Carried), t.Balance.Add(x.Balance)
		t.Interest, t.Excluded = t.Interest.Add(x.Interest), t.Excluded.Add(x.Excluded)
		t.Revenue, t.Due = t.Revenue.Add(x.Revenue), t.Due.Add(x.Due)
	}
	return t
}

// Of gathers one column of the rows by source.
func (r Rows) Of(column func(Row) money.Amount) money.BySource {
	var out money.BySource
	for i, s := range money.Sources() {
		out = out.With(s, column(r[i]))
	}
	return out
}

// Due is what each source gets back.
func (r Rows) Due() money.BySource { return r.Of(func(x Row) money.Amount { return x.Due }) }
