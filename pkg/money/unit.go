package money

import (
	"strings"

	"eoul/pkg/fault"
)

// Unit is what one written figure counts: 원 or 천원. Budget estimates are written
// in 천원, everything that is stored or settled in 원.
type Unit int64

// The two units a budget is written in.
const (
	Won      Unit = 1
	Thousand Unit = 1_000
)

// UnitOf is the unit of a number in an address or a form; whatever is not 1000 is
// read as 원, the unit in which no figure can be misunderstood.
func UnitOf(text string) Unit {
	if text == "1000" {
		return Thousand
	}
	return Won
}

// Label is the unit as captions show it.
func (u Unit) Label() string {
	if u == Thousand {
		return "천원"
	}
	return "원"
}

// ParseIn reads an amount written in a unit, exactly: in 천원 "1,234.5" is
// 1,234,500 won and "1,234.5678" is refused, because it is no whole won. A text
// with its own 원 or ₩ is in won whatever the unit. Else it is as strict as Parse.
func ParseIn(text string, u Unit) (Amount, error) {
	text, marked := unmark(strings.TrimSpace(text))
	if marked || u == Won {
		return Parse(text)
	}
	units, decimals, fraction := strings.Cut(narrow(text), ".")
	if fraction && (decimals == "" || strings.Trim(decimals, "0123456789") != "") {
		return Amount{}, fault.New(fault.Invalid, "금액은 숫자와 세 자리마다 넣는 쉼표만 쓸 수 있습니다.")
	}
	decimals = strings.TrimRight(decimals, "0")
	if len(decimals) > 3 {
		return Amount{}, fault.New(fault.Invalid, "천원 단위로는 소수 셋째 자리, 곧 1원까지만 적을 수 있습니다.")
	}
	whole, err := Parse(units)
	if err != nil {
		return Amount{}, err
	}
	var rest int64
	for _, d := range (decimals + "000")[:3] {
		rest = rest*10 + int64(d-'0')
	}
	if strings.HasPrefix(narrow(units), "-") {
		rest = -rest
	}
	if n := whole.n; n > Max/1_000 || n < -Max/1_000 {
		return Amount{}, rangeFault()
	}
	return Of(whole.n*1_000 + rest)
}

// In writes an amount for a form in a unit so that ParseIn reads the same amount:
// what is no whole 천원 is written in won with its unit instead of being rounded.
func (a Amount) In(u Unit) string {
	switch {
	case u != Thousand:
		return a.Comma()
	case a.n%1_000 != 0:
		return a.Comma() + "원"
	}
	return Amount{a.n / 1_000}.Comma()
}

// unmark takes the sign of the currency off and reports whether there was one.
func unmark(text string) (rest string, marked bool) {
	rest = text
	for _, sign := range []string{"₩", "￦", "\\"} {
		rest = strings.TrimPrefix(rest, sign)
	}
	if minus, found := strings.CutPrefix(rest, "-"); found { // "-₩1,000" as spreadsheets write it
		for _, sign := range []string{"₩", "￦", "\\"} {
			minus = strings.TrimPrefix(minus, sign)
		}
		rest = "-" + minus
	}
	rest = strings.TrimSuffix(rest, "원")
	return strings.TrimSpace(rest), len(rest) != len(text)
}
