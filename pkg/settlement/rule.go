package settlement

import (
	"fmt"

	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/rule"
)

// settlementLocalSubsidy is the period of 지방보조금법 시행령 §9, for awards without 국비.
const settlementLocalSubsidy = "settlement.local_subsidy"

// RatioBalance splits a balance by the granted amounts (largest remainder, ties to
// the earlier source): the way of a programme that knows no balance per source. The
// ledger way, each source its own balance, comes first; this is for comparison.
func RatioBalance(granted money.BySource, balance money.Amount) (money.BySource, error) {
	return granted.Split(balance)
}

// Shortfall is what happens when the own share was spent below plan: the whole
// execution is divided again by the planned ratio of subsidy to own share, and the
// subsidy above its part is given back (지방보조금 관리기준 §15⑥).
type Shortfall struct {
	Recognised money.Amount `json:"recognised"` // of the subsidy
	Return     money.Amount `json:"return"`
}

// ShortfallOf computes the rule from the planned and the executed amounts; own is
// 자부담, all other sources are subsidy. ok is false when it does not apply: no own
// share was planned, or it was spent as planned.
func ShortfallOf(planned, executed money.BySource) (s Shortfall, ok bool, err error) {
	subsidy, plan := executed.Total().Sub(executed.Own), planned.Total().Sub(planned.Own)
	if planned.Own.Sign() <= 0 || executed.Own.Cmp(planned.Own) >= 0 || plan.Sign() <= 0 {
		return s, false, nil
	}
	parts, err := executed.Total().Split(plan.Int64(), planned.Own.Int64())
	if err != nil {
		return s, false, fmt.Errorf("divide by the planned ratio: %w", err)
	}
	s.Recognised = parts[0].Min(subsidy)
	s.Return = subsidy.Sub(s.Recognised)
	return s, s.Return.Sign() > 0, nil
}

// Share is an amount of a bank book divided between sources. Parts + Cut = the amount.
type Share struct {
	Parts money.BySource // cut to whole units
	Cut   money.Amount
}

// Divide splits an amount by the money of the sources and cuts each part to whole
// units of won (decisions 8).
func Divide(amount money.Amount, funds money.BySource, unit int64) (Share, error) {
	whole, err := funds.Split(amount)
	if err != nil {
		return Share{}, err
	}
	kept, cut := whole.Cut(unit)
	return Share{Parts: kept, Cut: cut.Total()}, nil
}

// Exclude is Divide for the part of an interest that may be kept; no source keeps
// more than its part of the interest.
func Exclude(amount money.Amount, funds money.BySource, unit int64, interest money.BySource) (money.BySource, error) {
	share, err := Divide(amount, funds, unit)
	if err != nil {
		return money.BySource{}, err
	}
	var out money.BySource
	for _, s := range money.Sources() {
		out = out.With(s, share.Parts.At(s).Min(interest.At(s)))
	}
	return out, nil
}

// unitOf is the unit to which interest is cut, by the rule in force on the day.
func unitOf(rules rule.Set, on calendar.Date) (int64, error) {
	n, _, err := rules.Int(rule.InterestUnit, on)
	return n, err
}

// DueDate is the last day to hand the settlement in, with its rule in words. The
// period runs from the end of the project, or from the day it was ended before that.
func DueDate(a award.Award, rules rule.Set) (calendar.Date, string, error) {
	from := a.ProjectTo
	if !a.EndedOn.IsZero() && a.EndedOn.Before(from) {
		from = a.EndedOn
	}
	key := rule.SettlementLocalGovernment
	if a.Regime == award.Local {
		key = settlementLocalSubsidy
	}
	last, r, err := rules.Deadline(from, key)
	if err != nil {
		return calendar.Date{}, "", fmt.Errorf("due date of settlement: %w", err)
	}
	return last, fmt.Sprintf("%s: 사업이 끝난 날(%s)의 다음 날부터 %s개월. 마지막 날이 휴일이면 그다음 날까지입니다(민법 §157, §160, §161).",
		r.Source, from.Korean(), r.Value), nil
}

// Grounds lists the legal grounds on which interest may be kept, 보조금법 시행령 §13①.
func Grounds() []Ground {
	return []Ground{
		{"month", "받은 날부터 1개월 이내에 집행한 금액에서 생긴 이자"},
		{"disaster", "재해 등으로 집행이 늦어져 생긴 이자"},
		{"law", "법령 개정 등으로 집행이 늦어져 생긴 이자"},
		{"periodic", "정기적으로 교부하는 보조금에서 생긴 이자"},
		{"other", "그 밖에 불가피하다고 인정된 이자"},
	}
}

// Ground is one legal ground with its words.
type Ground struct{ Code, Label string }

// GroundLabel is a ground in words.
func GroundLabel(code string) string {
	for _, g := range Grounds() {
		if g.Code == code {
			return g.Label
		}
	}
	return code
}
