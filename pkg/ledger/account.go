package ledger

import (
	"eoul/pkg/authz"
	"eoul/pkg/money"
)

// AccountID identifies an account.
type AccountID int64

// Level says what an account stands for.
type Level string

// The three levels of the tree, from the top.
const (
	Appropriation Level = "appropriation"
	Award         Level = "award"
	Line          Level = "line"
)

// Phase says what an award account still takes.
type Phase string

// The phases in their order; an account never goes back.
const (
	Open   Phase = "open"   // everything
	Ended  Phase = "ended"  // no grant, disbursement or spending any more
	Fixed  Phase = "fixed"  // repayments only
	Closed Phase = "closed" // nothing
)

// Label is the Korean word of the screen.
func (p Phase) Label() string {
	switch p {
	case Open:
		return "집행 가능"
	case Ended:
		return "집행 마감"
	case Fixed:
		return "정산 확정"
	case Closed:
		return "종결"
	}
	return string(p)
}

// Limits are what an appropriation may grant per source; nil is no limit. The
// national limit of a real appropriation is always set (decisions 6).
type Limits struct {
	National *money.Amount `db:"national" json:"national"`
	Sido     *money.Amount `db:"sido" json:"sido"`
	Sigungu  *money.Amount `db:"sigungu" json:"sigungu"`
	Own      *money.Amount `db:"own" json:"own"`
}

// At is the limit of one source, nil for none.
func (l Limits) At(s money.Source) *money.Amount {
	return [...]*money.Amount{l.National, l.Sido, l.Sigungu, l.Own}[s]
}

// Owner is the record an account belongs to, as authorisation sees it. Kind and ID
// lead back to that record.
type Owner struct {
	Kind       string `db:"owner_kind" json:"kind"`
	ID         int64  `db:"owner_id" json:"id"`
	Government int64  `db:"government_id" json:"government,omitempty"`
	Province   int64  `db:"province_id" json:"province,omitempty"`
	Program    int64  `db:"program_id" json:"program"`
}

// OwnerOf takes the owner from the object of a record.
func OwnerOf(on authz.Object) Owner {
	return Owner{Kind: on.Kind, ID: on.ID, Government: on.Government, Province: on.Province, Program: on.Program}
}

// Object is what a person must be allowed to read to see the postings of the account.
func (o Owner) Object(id AccountID) authz.Object {
	return authz.Object{Kind: "ledger", ID: int64(id), Government: o.Government, Province: o.Province, Program: o.Program}
}

// Balances is an account with its counters, all in won per source.
type Balances struct {
	Account    AccountID      `db:"id" json:"account"`
	Level      Level          `db:"kind" json:"level"`
	Parent     AccountID      `db:"parent_id" json:"parent,omitempty"` // 0 for an appropriation
	Phase      Phase          `db:"phase" json:"phase"`
	Limits     Limits         `db:"limits" json:"limits"`           // of an appropriation
	Limit      *money.Amount  `db:"limit_total" json:"limit_total"` // of a budget line, all sources together
	Granted    money.BySource `db:"granted" json:"granted"`
	Secured    money.BySource `db:"secured" json:"secured"`
	Disbursed  money.BySource `db:"disbursed" json:"disbursed"`
	Spent      money.BySource `db:"spent" json:"spent"`
	Disallowed money.BySource `db:"disallowed" json:"disallowed"`
	Interest   money.BySource `db:"interest" json:"interest"`
	Revenue    money.BySource `db:"revenue" json:"revenue"`
	Carried    money.BySource `db:"carried" json:"carried"`
	Repaid     money.BySource `db:"repaid" json:"repaid"`
	Adjusted   money.BySource `db:"adjusted" json:"adjusted"`
}

// Funds is what an award holds or held: secured and disbursed.
func (b Balances) Funds() money.BySource { return b.Secured.Add(b.Disbursed) }

// Available is what an award may still spend per source.
func (b Balances) Available() money.BySource { return b.Funds().Sub(b.Spent).Sub(b.Carried) }

// Undisbursed is what was granted and is neither secured nor disbursed yet.
func (b Balances) Undisbursed() money.BySource { return b.Granted.Sub(b.Funds()) }

// Accepted is what was spent and not disallowed.
func (b Balances) Accepted() money.BySource { return b.Spent.Sub(b.Disallowed) }

// Returnable is the most that can be given back: what is left, disallowed or earned.
func (b Balances) Returnable() money.BySource {
	return b.Available().Add(b.Disallowed).Add(b.Interest).Add(b.Revenue)
}

// LineLeft is what a budget line may still spend, all sources together; without a
// limit (not a line) it is nil.
func (b Balances) LineLeft() *money.Amount {
	if b.Limit == nil {
		return nil
	}
	left := b.Limit.Sub(b.Spent.Total())
	return &left
}

// counter is the counter a kind of posting moves.
func (b *Balances) counter(k Kind) *money.BySource {
	switch k {
	case Grant:
		return &b.Granted
	case Secure:
		return &b.Secured
	case Disburse:
		return &b.Disbursed
	case Spend:
		return &b.Spent
	case Disallow:
		return &b.Disallowed
	case Interest:
		return &b.Interest
	case Revenue:
		return &b.Revenue
	case Carry:
		return &b.Carried
	case Repay:
		return &b.Repaid
	case Adjust:
	}
	return &b.Adjusted
}

// Of is what was posted of one kind, reversals taken off.
func (b Balances) Of(k Kind) money.BySource { return *b.counter(k) }
