package ledger

import (
	"slices"
	"strings"

	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// law is one limit of the ledger in words. The CHECKs of schema.sql hold it under
// every race; here it is said with the amounts, before the database has to refuse.
type law struct {
	levels []Level
	over   func(b Balances) money.BySource // what exceeds it per source; positive is a breach
	say    string
}

// laws lists the limits in the order in which they are told.
func laws() []law {
	return []law{
		{[]Level{Appropriation}, overAppropriation, "배정한 예산을 넘습니다"},
		{[]Level{Award}, func(b Balances) money.BySource { return b.Funds().Sub(b.Granted) }, "교부결정액을 넘습니다"},
		{[]Level{Award}, func(b Balances) money.BySource { return b.Available().Neg() }, "확보하고 교부받은 금액을 넘습니다"},
		{[]Level{Award, Line}, func(b Balances) money.BySource { return b.Disallowed.Sub(b.Spent) }, "집행한 금액보다 불인정 금액이 많습니다"},
		{[]Level{Award}, func(b Balances) money.BySource { return b.Repaid.Sub(b.Returnable()) }, "반납할 금액을 넘습니다"},
		{[]Level{Appropriation, Award, Line}, negative, "되돌리는 금액이 남은 금액보다 많습니다"},
	}
}

func overAppropriation(b Balances) money.BySource {
	var over money.BySource
	for _, s := range money.Sources() {
		if limit := b.Limits.At(s); limit != nil {
			over = over.With(s, b.Granted.At(s).Sub(*limit))
		}
	}
	return over
}

// negative is how far any counter but Adjusted is below 0.
func negative(b Balances) money.BySource {
	var over money.BySource
	for _, k := range Kinds() {
		if k == Adjust {
			continue
		}
		for _, s := range money.Sources() {
			if below := b.Of(k).At(s).Neg(); below.Cmp(over.At(s)) > 0 {
				over = over.With(s, below)
			}
		}
	}
	return over
}

// breach is nil when b keeps every law, else a Conflict that says which source is
// over by how much.
func breach(b Balances) error {
	for _, l := range laws() {
		if !slices.Contains(l.levels, b.Level) {
			continue
		}
		over := l.over(b)
		var parts []string
		for _, s := range money.Sources() {
			if over.At(s).Sign() > 0 {
				parts = append(parts, s.Label()+" "+over.At(s).Comma()+"원 초과")
			}
		}
		if len(parts) > 0 {
			return fault.New(fault.Conflict, l.say+"("+strings.Join(parts, ", ")+").")
		}
	}
	if left := b.LineLeft(); left != nil && left.Sign() < 0 {
		return fault.New(fault.Conflict, "이 비목의 예산을 넘습니다("+left.Neg().Comma()+"원 초과).")
	}
	return nil
}

// takes tells in which phases an award account takes a kind of posting.
func (p Phase) takes(k Kind) bool {
	switch k {
	case Repay:
		return p == Ended || p == Fixed
	case Disallow, Interest, Revenue, Carry, Adjust:
		return p == Open || p == Ended
	case Grant, Secure, Disburse, Spend:
	}
	return p == Open
}

// standsOn tells on which level of account a kind is posted.
func (k Kind) standsOn(l Level) bool {
	switch k {
	case Spend, Disallow:
		return l == Line
	case Adjust:
		return l == Line || l == Award
	case Grant, Secure, Disburse, Interest, Revenue, Carry, Repay:
	}
	return l == Award
}
