package award

import (
	"fmt"

	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// Fit adjusts lines to granted amounts, source by source: each line keeps its share
// of the source by largest remainder (ties to the earlier line), so that the lines
// add up to the amounts to the won. A source that no line had is spread by the
// lines' totals. No lines, or lines of 0 won, are Invalid.
func Fit(lines []Line, amounts money.BySource) ([]Line, error) {
	if LineTotals(lines) == amounts && len(lines) > 0 {
		return lines, nil
	}
	out := make([]Line, len(lines))
	copy(out, lines)
	for i := range out {
		out[i].Amounts = money.BySource{}
	}
	for _, s := range money.Sources() {
		if amounts.At(s).IsZero() {
			continue
		}
		parts, err := amounts.At(s).Split(weightsOf(lines, s)...)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, "예산 항목의 금액이 없어 교부액에 맞출 수 없습니다.", err)
		}
		for i := range out {
			out[i].Amounts = out[i].Amounts.With(s, parts[i])
		}
	}
	return positive(out), nil
}

// weightsOf are the lines' amounts of a source, or their totals when none has it.
func weightsOf(lines []Line, s money.Source) []int64 {
	weights := make([]int64, len(lines))
	some := false
	for i, l := range lines {
		weights[i] = l.Amounts.At(s).Int64()
		some = some || weights[i] > 0
	}
	if some {
		return weights
	}
	for i, l := range lines {
		weights[i] = l.Amounts.Total().Int64()
	}
	return weights
}

// positive leaves out lines that got nothing and numbers the rest from 1.
func positive(lines []Line) []Line {
	var out []Line
	for _, l := range lines {
		if !l.Amounts.IsZero() {
			l.Position = len(out) + 1
			out = append(out, l)
		}
	}
	return out
}

// checkLines names every mistake of a budget: each line needs money and an expense
// code, and each source must add up to what was granted.
func checkLines(lines []Line, amounts money.BySource, known map[string]bool) error {
	f := fault.Fields{}
	if len(lines) == 0 {
		f.Add("lines", "예산 항목을 하나 이상 적어 주십시오.")
	}
	for i, l := range lines {
		at := fmt.Sprintf("lines.%d.", i)
		if !known[l.Code] {
			f.Add(at+"code", "이 공모에서 쓰는 세목을 골라 주십시오.")
		}
		for _, s := range money.Sources() {
			if l.Amounts.At(s).Sign() < 0 {
				f.Add(at+"amounts."+s.Code(), "금액은 0원 이상이어야 합니다.")
			}
		}
		if l.Amounts.Total().IsZero() {
			f.Add(at+"amounts", "금액이 0원인 항목은 지워 주십시오.")
		}
	}
	sum := LineTotals(lines)
	for _, s := range money.Sources() {
		if got, want := sum.At(s), amounts.At(s); len(lines) > 0 && got != want {
			f.Add("amounts."+s.Code(), fmt.Sprintf("%s의 합계가 선정된 금액과 다릅니다. 선정액 %s원, 항목 합계 %s원, 차액 %s원입니다.",
				s.Label(), want.Comma(), got.Comma(), got.Sub(want).Comma()))
		}
	}
	return f.Err()
}
