package application

import (
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// What one plan may hold at most.
const (
	MaxLines    = 300  // budget lines
	maxItems    = 100  // partners, activities, indicators
	maxShort    = 200  // characters of a name or title
	maxLong     = 2000 // characters of a description
	maxMultiple = 1_000_000
)

// Total is what the line costs: its 산출기초 when it has one, else its sources.
// ok is false when the basis is half given or beyond the range of amounts.
func (l BudgetLine) Total() (total money.Amount, ok bool) {
	given, whole := l.basis()
	switch {
	case !given:
		return l.Amounts.Total(), true
	case !whole:
		return money.Amount{}, false
	}
	n := l.UnitPrice.Int64()
	for _, times := range []int{*l.Quantity, *l.Times} {
		if times != 0 && n > money.Max/int64(times) {
			return money.Amount{}, false
		}
		n *= int64(times)
	}
	total, err := money.Of(n)
	return total, err == nil
}

// Basis is the 산출기초 in words, "12,345원 × 3 × 2", empty without one.
func (l BudgetLine) Basis() string {
	if _, whole := l.basis(); !whole {
		return ""
	}
	return fmt.Sprintf("%s원 × %d × %d", l.UnitPrice.Comma(), *l.Quantity, *l.Times)
}

// basis tells whether a part of the 산출기초 is given, and whether all of it is usable.
func (l BudgetLine) basis() (given, whole bool) {
	given = l.UnitPrice != nil || l.Quantity != nil || l.Times != nil
	whole = l.UnitPrice != nil && l.Quantity != nil && l.Times != nil &&
		l.UnitPrice.Sign() >= 0 && *l.Quantity >= 0 && *l.Times >= 0
	return given, whole
}

// checkLines names every mistake of every line at once, as "lines.3.national", on top
// of what could not even be read, and fills in the names of the codes. codes are
// those of both sets: only those of set are allowed, the others are told apart.
func checkLines(lines []BudgetLine, set string, codes []program.ExpenseCode, unread fault.Fields) error {
	f := maps.Clone(unread)
	if f == nil {
		f = fault.Fields{}
	}
	if len(lines) > MaxLines {
		f.Add("lines", fmt.Sprintf("예산 항목은 %d줄까지 적을 수 있습니다. 지금 %d줄입니다.", MaxLines, len(lines)))
	}
	known, foreign := make(map[string]program.ExpenseCode, len(codes)), map[string]program.ExpenseCode{}
	for _, c := range codes {
		if c.CodeSet == set {
			known[c.Code] = c
		} else {
			foreign[c.Code] = c
		}
	}
	for i := range lines {
		lines[i].CodeSet = set
		lines[i].check(f, fmt.Sprintf("lines.%d.", i), known, foreign)
	}
	if sum := totals(lines); len(f) == 0 && sum.Total().Cmp(money.Must(money.Max)) > 0 {
		f.Add("lines", "예산 합계가 999,999,999,999,999원을 넘습니다.")
	}
	return f.Err()
}

// check looks at one line. A field that could not be read is in f already: its own
// message stays, and nothing is said about sums that it is part of.
func (l *BudgetLine) check(f fault.Fields, at string, known, foreign map[string]program.ExpenseCode) {
	code, ok := known[l.Code]
	if !ok {
		f.Add(at+"code", wrongCode(l.Code, foreign))
	}
	l.Category, l.CodeName = code.Category, code.Name
	words(f, at+"description", &l.Description, maxShort, false)
	usable := true
	for _, s := range money.Sources() {
		if f[at+s.Code()] != "" {
			usable = false
		} else if n := l.Amounts.At(s); n.Sign() < 0 || n.Int64() > money.Max {
			f.Add(at+s.Code(), s.Label()+"는 0원 이상 15자리까지의 금액이어야 합니다.")
			usable = false
		}
	}
	if f[at+"unit_price"] == "" && f[at+"quantity"] == "" && f[at+"times"] == "" {
		l.checkBasis(f, at, usable)
	}
}

// wrongCode says why a code is not taken; a code of the other set is named.
func wrongCode(code string, foreign map[string]program.ExpenseCode) string {
	if c, ok := foreign[code]; ok {
		return fmt.Sprintf("%s %s 항목은 %s 과목입니다. 이 공모는 다른 과목 체계를 쓰므로 목록에서 다시 골라 주십시오.", c.Code, c.Name, program.CodeSetLabel(c.CodeSet))
	}
	return "이 공모의 비목·세목 목록에서 골라 주십시오."
}

func (l *BudgetLine) checkBasis(f fault.Fields, at string, usable bool) {
	given, _ := l.basis()
	if !given {
		if usable && l.Amounts.IsZero() {
			f.Add(at+"national", "금액을 적어 주십시오. 총액만 알면 단가에 적고 수량과 횟수를 1로 적은 뒤 ‘비율대로 채우기’를 누르면 됩니다.")
		}
		return
	}
	switch {
	case l.UnitPrice == nil || l.UnitPrice.Sign() < 0:
		f.Add(at+"unit_price", "산출기초는 단가·수량·횟수를 모두 0 이상으로 적거나 모두 비워 주십시오.")
	case l.Quantity == nil || *l.Quantity < 0 || *l.Quantity > maxMultiple:
		f.Add(at+"quantity", "수량은 0부터 1,000,000까지의 정수여야 합니다.")
	case l.Times == nil || *l.Times < 0 || *l.Times > maxMultiple:
		f.Add(at+"times", "횟수는 0부터 1,000,000까지의 정수여야 합니다.")
	default:
		total, ok := l.Total()
		if !ok {
			f.Add(at+"unit_price", "단가 × 수량 × 횟수가 15자리를 넘습니다.")
		} else if usable && total != l.Amounts.Total() {
			f.Add(at+"total", fmt.Sprintf("산출기초로는 %s원인데 재원의 합은 %s원입니다. %s원 차이를 맞춰 주십시오.",
				total.Comma(), l.Amounts.Total().Comma(), total.Sub(l.Amounts.Total()).Comma()))
		}
	}
}

// words tidies one text in place and notes what is wrong with it: line ends become
// \n, blanks around it go, control characters and more than limit characters are refused.
func words(f fault.Fields, field string, s *string, limit int, required bool) {
	*s = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(*s))
	switch {
	case !utf8.ValidString(*s) || strings.ContainsFunc(*s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }):
		f.Add(field, "읽을 수 없는 글자가 들어 있습니다. 지우고 다시 적어 주십시오.")
	case utf8.RuneCountInString(*s) > limit:
		f.Add(field, fmt.Sprintf("%d자까지 적을 수 있습니다. 지금 %d자입니다.", limit, utf8.RuneCountInString(*s)))
	case required && *s == "":
		f.Add(field, "이 항목을 적어 주십시오.")
	}
}
