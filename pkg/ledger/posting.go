package ledger

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
)

// Kind says what a posting did with the money.
type Kind string

// The kinds of posting. Spend and Disallow stand on a line, Adjust on a line or an
// award, the others on an award.
const (
	Grant    Kind = "grant"    // 교부결정
	Secure   Kind = "secure"   // 확보: what the holder itself puts in
	Disburse Kind = "disburse" // 교부
	Spend    Kind = "spend"    // 집행
	Disallow Kind = "disallow" // 불인정
	Interest Kind = "interest" // 이자
	Revenue  Kind = "revenue"  // 수익금
	Carry    Kind = "carry"    // 이월
	Repay    Kind = "repay"    // 반납
	Adjust   Kind = "adjust"   // 조정, the only kind with negative amounts
)

// Kinds lists all kinds in the order money takes.
func Kinds() []Kind {
	return []Kind{Grant, Secure, Disburse, Spend, Disallow, Interest, Revenue, Carry, Repay, Adjust}
}

// Label is the Korean word of the screen.
func (k Kind) Label() string {
	switch k {
	case Grant:
		return "교부결정"
	case Secure:
		return "확보"
	case Disburse:
		return "교부"
	case Spend:
		return "집행"
	case Disallow:
		return "불인정"
	case Interest:
		return "이자"
	case Revenue:
		return "수익금"
	case Carry:
		return "이월"
	case Repay:
		return "반납"
	case Adjust:
		return "조정"
	}
	return string(k)
}

// Ref names a posting: its fiscal year is part of its key.
type Ref struct {
	FiscalYear int   `json:"fiscal_year"`
	ID         int64 `json:"id"`
}

// Posting is one movement of money. Amounts are at least 0 and not all 0, except of
// an Adjust; a reversal has the amounts of what it takes back.
type Posting struct {
	ID             int64         `db:"id"`
	FiscalYear     int           `db:"fiscal_year"` // of the award, not of the day
	Account        AccountID     `db:"account_id"`
	Kind           Kind          `db:"kind"`
	money.BySource               // whole won
	OccurredOn     calendar.Date `db:"occurred_on"`
	Reason         string        `db:"reason"`
	SourceKind     string        `db:"source_kind"` // the record that caused it: tranche, expenditure …
	SourceID       int64         `db:"source_id"`
	RequestKey     string        `db:"request_key"`   // UUID: one effect for one act, for ever (I-27)
	ReversesYear   int           `db:"reverses_year"` // 0 when it takes nothing back
	Reverses       int64         `db:"reverses"`
	ReversedBy     int64         `db:"reversed_by"` // the posting that took this one back, 0 for none
	ActorID        int64         `db:"actor_id"`
	ActorName      string        `db:"actor_name"` // as the person was called then
	PostedAt       time.Time     `db:"posted_at"`
}

// Ref names this posting.
func (p Posting) Ref() Ref { return Ref{p.FiscalYear, p.ID} }

// Effect is what the posting adds to its counter: negative for a reversal.
func (p Posting) Effect() money.BySource {
	if p.Reverses != 0 {
		return p.Neg()
	}
	return p.BySource
}

// MarshalJSON writes the amounts as one member, with their total, and what it
// reverses as a reference or null.
func (p Posting) MarshalJSON() ([]byte, error) {
	out := struct {
		ID         int64          `json:"id"`
		FiscalYear int            `json:"fiscal_year"`
		Account    AccountID      `json:"account"`
		Kind       Kind           `json:"kind"`
		Amounts    money.BySource `json:"amounts"`
		OccurredOn calendar.Date  `json:"occurred_on"`
		Reason     string         `json:"reason"`
		SourceKind string         `json:"source_kind"`
		SourceID   int64          `json:"source_id"`
		RequestKey string         `json:"request_key"`
		Reverses   *Ref           `json:"reverses"`
		ReversedBy *Ref           `json:"reversed_by"`
		ActorID    int64          `json:"actor_id"`
		ActorName  string         `json:"actor_name"`
		PostedAt   time.Time      `json:"posted_at"`
	}{ID: p.ID, FiscalYear: p.FiscalYear, Account: p.Account, Kind: p.Kind, Amounts: p.BySource, OccurredOn: p.OccurredOn, Reason: p.Reason,
		SourceKind: p.SourceKind, SourceID: p.SourceID, RequestKey: p.RequestKey, ActorID: p.ActorID, ActorName: p.ActorName, PostedAt: p.PostedAt}
	if p.Reverses != 0 {
		out.Reverses = &Ref{p.ReversesYear, p.Reverses}
	}
	if p.ReversedBy != 0 {
		out.ReversedBy = &Ref{p.FiscalYear, p.ReversedBy}
	}
	return json.Marshal(out)
}

// acts is the name space of keys made by KeyFor.
const acts = "6f1d3d0a-5a0b-4c57-9c0e-0f2f4f0f8a11"

// KeyFor is the request key of a business act that can happen once, such as
// KeyFor("grant", awardID): whoever does it again, by whatever request, meets the
// posting that is there already.
func KeyFor(act string, ids ...int64) string {
	var b strings.Builder
	b.WriteString(act)
	for _, id := range ids {
		b.WriteString(":" + strconv.FormatInt(id, 10))
	}
	return uuid.NewSHA1(uuid.MustParse(acts), []byte(b.String())).String()
}

// NewKey is a fresh request key for an act that may happen many times.
func NewKey() string { return uuid.NewString() }
