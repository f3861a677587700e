package application

import (
	"fmt"
	"math/big"
	"strings"

	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// Propose fills the sources of every line from its total, so that the sum follows
// the matching rule to the won and no line drifts: each line is the split of the
// sum so far by largest remainder minus what the lines above took (decisions 7).
func Propose(lines []BudgetLine, m program.Matching) ([]BudgetLine, error) {
	out := make([]BudgetLine, len(lines))
	each := make([]money.Amount, len(lines))
	for i, l := range lines {
		total, err := l.whole(i)
		if err != nil {
			return nil, err
		}
		out[i], each[i] = l, total
	}
	whole := money.Sum(each...)
	if whole.Sign() <= 0 {
		return out, nil
	}
	plan := m.Propose(whole)
	var soFar money.BySource
	for i, total := range each {
		part, err := money.ProposeSplit(soFar, total, plan)
		if err != nil {
			return nil, fmt.Errorf("split line %d: %w", i, err)
		}
		out[i].Amounts, soFar = part, soFar.Add(part)
	}
	return out, nil
}

// ProposeLine fills one line and leaves the others alone. The line takes what the
// other lines leave of the matching rule, so that the plan follows it to the won
// where one line can achieve that at all.
func ProposeLine(lines []BudgetLine, m program.Matching, at int) ([]BudgetLine, error) {
	if at < 0 || at >= len(lines) {
		return nil, fault.New(fault.Invalid, "채울 줄을 찾을 수 없습니다. 화면을 새로 열어 주십시오.")
	}
	total, err := lines[at].whole(at)
	if err != nil {
		return nil, err
	}
	out := append([]BudgetLine(nil), lines...)
	out[at].Amounts = money.BySource{}
	others := totals(out)
	if total.Sign() <= 0 || others.AnyNegative() {
		return append([]BudgetLine(nil), lines...), nil // nothing to share out; the check names what is wrong
	}
	out[at].Amounts, err = money.ProposeSplit(others, total, m.Propose(others.Total().Add(total)))
	return out, err
}

// whole is the total that is shared out, Invalid at line i when the 산출기초 gives
// none or when it is less than nothing.
func (l BudgetLine) whole(i int) (money.Amount, error) {
	switch total, ok := l.Total(); {
	case !ok:
		return total, fault.Fields{fmt.Sprintf("lines.%d.unit_price", i): "산출기초를 먼저 바르게 적어 주십시오."}.Err()
	case total.Sign() < 0:
		return total, fault.Fields{fmt.Sprintf("lines.%d.national", i): "0원보다 적은 금액은 재원으로 나눌 수 없습니다."}.Err()
	default:
		return total, nil
	}
}

// Remainder is who got the won of a line that its shares leave over: the line's
// amount of a source minus its exact share cut to whole won.
type Remainder struct {
	Line   int // index of the line
	Source money.Source
	Won    int // 1, or more or less where earlier lines rounded the other way
}

// Remainders explains where the won went that cannot be divided. It is empty unless
// the budget follows the matching rule in sum, and leaves out lines that are no
// rounded share of the rule at all: they were split by hand (decisions 5).
type Remainders struct {
	Follows bool // the sum is what the rule proposes
	Plan    string
	Lines   []Remainder
}

// Explain tells who owns the remainders of a budget.
func Explain(lines []BudgetLine, m program.Matching) Remainders {
	sum := totals(lines)
	whole := sum.Total()
	if whole.Sign() <= 0 || sum.AnyNegative() || sum != m.Propose(whole) {
		return Remainders{}
	}
	out := Remainders{Follows: true, Plan: planRemainder(sum, m)}
	for i, l := range lines {
		out.Lines = append(out.Lines, l.remainders(i, sum)...)
	}
	return out
}

// remainders compares a line with its exact shares of a plan.
func (l BudgetLine) remainders(at int, plan money.BySource) (out []Remainder) {
	whole, total := big.NewInt(plan.Total().Int64()), big.NewInt(l.Amounts.Total().Int64())
	for _, s := range money.Sources() {
		floor := new(big.Int).Mul(total, big.NewInt(plan.At(s).Int64()))
		floor.Quo(floor, whole)
		switch extra := l.Amounts.At(s).Int64() - floor.Int64(); {
		case extra < -1 || extra > 2: // cumulative rounding moves a share by less than two won
			return nil
		case extra != 0:
			out = append(out, Remainder{at, s, int(extra)})
		}
	}
	return out
}

// planRemainder says who takes what the shares of the plan's total leave over when
// they are cut to whole won, empty when every share is whole.
func planRemainder(plan money.BySource, m program.Matching) string {
	const whole = 10_000
	var out []string
	exact := new(big.Int).Mul(big.NewInt(plan.Total().Int64()), big.NewInt(int64(m.NationalBps)))
	floor, rest := new(big.Int).QuoRem(exact, big.NewInt(whole), new(big.Int))
	cut := rest.Sign() != 0 && floor.Int64() == plan.National.Int64()
	if cut {
		decimals := strings.TrimRight(fmt.Sprintf("%04d", rest.Int64()), "0")
		out = append(out, fmt.Sprintf("국비는 총사업비 %s원의 %s인 %s.%s원에서 1원 미만을 버린 %s원입니다.",
			plan.Total().Comma(), program.Percent(m.NationalBps), plan.National.Comma(), decimals, plan.National.Comma()))
	}
	extra, owner := m.Leftover(plan)
	var owners []string
	for _, s := range money.Sources() {
		if n := extra.At(s); !n.IsZero() {
			owners = append(owners, Remainder{Source: s, Won: int(n.Int64())}.Text())
		}
	}
	switch {
	case len(owners) > 0:
		out = append(out, fmt.Sprintf("각 재원에서 1원 미만을 버리고 남은 %s원의 몫은 %s입니다.", extra.Total().Comma(), strings.Join(owners, ", ")))
	case cut && owner != money.National:
		out = append(out, "버린 끝수는 "+owner.Label()+"에서 부담합니다.")
	}
	return strings.Join(out, " ")
}

// whyRemainders is the rule by which the won of lines are given out, in words.
const whyRemainders = "나누어떨어지지 않는 1원은, 그 줄까지의 누계를 비율대로 나누었을 때 소수점 아래가 가장 큰 재원에 두었습니다. 같으면 국비·시도비·시군구비·자부담의 차례입니다. 그래서 줄을 모두 더하면 매칭 기준과 1원까지 같습니다."

// Why says by which rule the won of the lines were given out, empty when there are none.
func (r Remainders) Why() string {
	if len(r.Lines) == 0 {
		return ""
	}
	return whyRemainders
}

// Text is the remainder in words: "국비 +1원".
func (r Remainder) Text() string { return fmt.Sprintf("%s %+d원", r.Source.Label(), r.Won) }
