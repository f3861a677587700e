package money

import (
	"strconv"
	"strings"

	"eoul/pkg/fault"
)

// Comma returns the digits with thousands commas, as people read them: "1,234,567".
func (a Amount) Comma() string {
	digits := strconv.FormatInt(a.n, 10)
	var b strings.Builder
	if digits[0] == '-' {
		b.WriteByte('-')
		digits = digits[1:]
	}
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// Parse reads an amount as a person or a spreadsheet writes it: digits, with or
// without commas at every third place, ASCII or full-width, a leading minus and
// surrounding blanks. It never rounds: a fraction, an exponent, a letter or a
// comma in another place is refused with an Invalid fault in Korean.
func Parse(text string) (Amount, error) {
	text = narrow(strings.TrimSpace(text))
	if text == "" {
		return Amount{}, fault.New(fault.Invalid, "금액을 입력해 주십시오.")
	}
	digits, negative := strings.CutPrefix(text, "-")
	if strings.Contains(digits, ".") {
		return Amount{}, fault.New(fault.Invalid, "금액은 원 단위의 정수여야 합니다. 소수점은 쓸 수 없습니다.")
	}
	digits, ok := ungroup(digits)
	if !ok {
		return Amount{}, fault.New(fault.Invalid, "금액은 숫자와 세 자리마다 넣는 쉼표만 쓸 수 있습니다.")
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > len("999999999999999") {
		return Amount{}, rangeFault()
	}
	var n int64
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	if negative {
		n = -n
	}
	return Amount{n}, nil
}

// narrow turns the full-width forms of digits, comma, minus and full stop, which
// Korean input methods produce, into ASCII.
func narrow(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '，':
			return ','
		case r == '－' || r == '−':
			return '-'
		case r == '．':
			return '.'
		}
		return r
	}, text)
}

// ungroup takes the commas out and reports whether digits and commas stood right.
func ungroup(text string) (string, bool) {
	groups := strings.Split(text, ",")
	for i, g := range groups {
		if g == "" || strings.Trim(g, "0123456789") != "" {
			return "", false
		}
		if i > 0 && len(g) != 3 {
			return "", false
		}
	}
	if len(groups) > 1 && (len(groups[0]) > 3 || groups[0][0] == '0') {
		return "", false
	}
	return strings.Join(groups, ""), true
}
