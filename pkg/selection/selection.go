package selection

import (
	"fmt"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// ID identifies a selection.
type ID int64

// Selection is the decision on one call.
type Selection struct {
	ID          ID                `db:"id" json:"id"`
	CallID      program.CallID    `db:"call_id" json:"call_id"`
	ProgramID   program.ID        `db:"program_id" json:"program_id"`
	CallNumber  string            `db:"call_number" json:"call_number"`
	CallTitle   string            `db:"call_title" json:"call_title"`
	FiscalYear  int               `db:"fiscal_year" json:"fiscal_year"`
	No          int               `db:"no" json:"no"`                 // 1, and higher for those that supplement it
	Cause       string            `db:"cause" json:"cause"`           // why it supplements the one before, empty for the first
	RankingID   *review.RankingID `db:"ranking_id" json:"ranking_id"` // nil: taken over from published history
	State       State             `db:"state" json:"state"`
	DraftedBy   authz.PersonID    `db:"drafted_by" json:"drafted_by"` // who wrote it last
	ApprovedBy  *authz.PersonID   `db:"approved_by" json:"approved_by"`
	ApprovedAt  *time.Time        `db:"approved_at" json:"approved_at"`
	PublishedAt *time.Time        `db:"published_at" json:"published_at"`
	Note        string            `db:"note" json:"note"`
	Version     int               `db:"version" json:"version"`
}

// Object is what the rules of permission look at.
func (s Selection) Object() authz.Object {
	return authz.Object{Kind: "selection", ID: int64(s.ID), Program: int64(s.ProgramID)}
}

// Ref names the selection at its version.
func (s Selection) Ref() work.Ref {
	return work.Ref{Kind: "selection", ID: int64(s.ID), Version: s.Version}
}

// StateLabel is the Korean word for its state.
func (s Selection) StateLabel() string { return Flow.Label(s.State) }

// Name tells the first selection of a call from those that supplement it.
func (s Selection) Name() string {
	if s.No > 1 {
		return fmt.Sprintf("추가 선정(%d차)", s.No-1)
	}
	return "선정"
}

// Row is the decision on one application. Amounts are what it is selected with,
// in won, and 0 otherwise. Reason says why they are not what was applied for, or
// why the row is worse off than one ranked below it.
type Row struct {
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	Outcome       Outcome        `db:"outcome" json:"outcome"`
	Position      int            `db:"position" json:"position"` // in the result list, from 1
	Amounts       money.BySource `db:"amounts" json:"amounts"`
	Reason        string         `db:"reason" json:"reason"`
}

// Entry is a row with what it is decided from.
type Entry struct {
	Row
	Number         string         `db:"number" json:"number"`
	GovernmentName string         `db:"government_name" json:"government_name"`
	Title          string         `db:"title" json:"title"`
	Requested      money.BySource `db:"-" json:"requested"` // of the last submission
	Ranked         bool           `db:"ranked" json:"ranked"`
	Rank           *int           `db:"rank" json:"rank"` // nil below a floor, and without a ranking
	Shared         bool           `db:"shared" json:"shared"`
	BelowFloor     bool           `db:"below_floor" json:"below_floor"`
	FloorBroken    string         `db:"floor_broken" json:"floor_broken"`
	Mean           review.Points  `db:"mean" json:"mean"`
	Bonus          review.Points  `db:"bonus" json:"bonus"`
	Total          review.Points  `db:"total" json:"total"`
	Running        money.BySource `db:"-" json:"running"`     // selected down to this row
	Over           bool           `db:"-" json:"over"`        // Running exceeds what is available
	Adjusted       bool           `db:"-" json:"adjusted"`    // selected with other amounts than applied for
	Before         Outcome        `db:"before" json:"before"` // in the selection this one supplements, empty in the first
	Cut            bool           `db:"-" json:"cut"`         // the first row that is not selected
}

// Budget is what a selection has to stay within, per source.
type Budget struct {
	Limits    ledger.Limits  `json:"limits"`
	Committed money.BySource `json:"committed"` // granted to, or selected by, other calls
}

// Left is what may still be selected of a source; nil where there is no limit.
func (b Budget) Left(s money.Source) *money.Amount {
	limit := b.Limits.At(s)
	if limit == nil {
		return nil
	}
	left := limit.Sub(b.Committed.At(s))
	return &left
}

// Excess is by how much an amount exceeds what is left, per source; 0 where it fits.
func (b Budget) Excess(sum money.BySource) (over money.BySource) {
	for _, s := range money.Sources() {
		if left := b.Left(s); left != nil && sum.At(s).Cmp(*left) > 0 {
			over = over.With(s, sum.At(s).Sub(*left))
		}
	}
	return over
}

// Fits tells whether an amount can be selected in all sources.
func (b Budget) Fits(sum money.BySource) bool { return b.Excess(sum).IsZero() }

// Detail is a selection for its page.
type Detail struct {
	Selection Selection       `json:"selection"`
	Entries   []Entry         `json:"entries"`
	Budget    Budget          `json:"budget"`
	Sum       money.BySource  `json:"sum"` // of the selected
	Counts    map[Outcome]int `json:"counts"`
	Can       map[string]bool `json:"can"`
}

// fill computes what the entries show beside their rows.
func (d *Detail) fill() {
	d.Counts = map[Outcome]int{}
	cut := false
	for i := range d.Entries {
		e := &d.Entries[i]
		d.Counts[e.Outcome]++
		if e.Outcome == Selected {
			d.Sum = d.Sum.Add(e.Amounts)
			e.Adjusted = e.Amounts != e.Requested
		} else if !cut {
			e.Cut, cut = true, true
		}
		e.Running = d.Sum
		e.Over = !d.Budget.Fits(d.Sum)
	}
}
