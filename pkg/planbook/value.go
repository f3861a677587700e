package planbook

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/intake"
	"eoul/pkg/money"
)

// bad is why a cell cannot be read: the rule, and what to do.
type bad struct{ rule, remedy string }

// What cannot be read, and its remedy.
var (
	badFormula  = bad{"수식이 들어 있습니다. 값을 적어야 합니다.", "칸을 복사해 ‘값만 붙여넣기’로 다시 붙여 넣어 주십시오."}
	badBroken   = bad{"계산 오류가 난 칸입니다.", "오류를 지우고 값을 적어 주십시오."}
	badBool     = bad{"참·거짓 값이 들어 있습니다.", "값을 적어 주십시오."}
	badExponent = bad{"지수로 적은 글(1.0E+8)은 자릿수가 잘렸을 수 있어 읽지 않습니다.", "칸의 표시 형식을 ‘숫자’로 바꾸고 금액을 다시 적어 주십시오."}
	badFraction = bad{"원 단위의 정수여야 합니다. 소수점 아래가 있습니다.", "원 단위로 반올림한 값을 적어 주십시오."}
	badDayMoney = bad{"금액이 아니라 날짜로 된 칸입니다.", "칸의 표시 형식을 ‘숫자’로 바꾸고 금액을 다시 적어 주십시오."}
	badNumber   = bad{"숫자가 아닌 글이 들어 있습니다.", "숫자와 세 자리마다 넣는 쉼표만 적어 주십시오. 예: 1,234,000"}
	badRange    = bad{"금액은 999,999,999,999,999원을 넘을 수 없습니다.", "금액을 확인해 주십시오."}
	badWhole    = bad{"정수여야 합니다.", "소수점이나 글자 없이 숫자만 적어 주십시오."}
	badDay      = bad{"날짜로 읽을 수 없습니다.", "2026-05-01처럼 적어 주십시오."}
	badFile     = bad{"이 신청서에 올린 파일의 이름이 아닙니다.", "‘첨부서류’에 먼저 올린 뒤 파일 이름을 목록에서 고르거나, 칸을 비워 주십시오."}
	badCodeDay  = bad{"비목·세목이 날짜로 바뀌었습니다.", "칸의 표시 형식을 ‘텍스트’로 바꾸고 목록에서 다시 골라 주십시오."}
)

// unusable is what no column takes.
func unusable(c intake.Cell) *bad {
	switch {
	case c.Formula != "":
		return &badFormula
	case c.Type == intake.Broken:
		return &badBroken
	case c.Type == intake.Bool:
		return &badBool
	}
	return nil
}

// digits reads the digits of a number in a workbook exactly: 1234, -5, 1.2E+3. A
// fraction that is not zero is refused.
func digits(text string) (int64, *bad) {
	mantissa, exponent, _ := strings.Cut(strings.ToUpper(text), "E")
	shift := 0
	if exponent != "" {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < -40 || n > 40 {
			return 0, &badNumber
		}
		shift = n
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || len(whole+fraction) > 40 || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, &badNumber
	}
	all, point := whole+fraction, len(whole)+shift
	for point > len(all) {
		all += "0"
	}
	if point < 0 {
		all, point = strings.Repeat("0", -point)+all, 0
	}
	if strings.Trim(all[point:], "0") != "" {
		return 0, &badFraction
	}
	kept := strings.TrimLeft(all[:point], "0")
	if len(kept) > 15 {
		return 0, &badRange
	}
	if kept == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(kept, 10, 64)
	if err != nil {
		return 0, &badNumber
	}
	if negative {
		n = -n
	}
	return n, nil
}

// typed is a text number without what people put around it: blanks, won signs, 원. A
// lone dash is how an office writes zero.
func typed(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '₩' || r == '￦' || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, text)
	text = strings.TrimSuffix(text, "원")
	if text == "-" || text == "–" || text == "－" {
		return "0"
	}
	return text
}

// looksExponential tells 1.0E+8 from other texts.
func looksExponential(text string) bool {
	m, e, ok := strings.Cut(strings.ToUpper(norm.NFKC.String(text)), "E")
	e = strings.TrimLeft(e, "+-")
	return ok && m != "" && e != "" && strings.Trim(m, "+-.,0123456789") == "" && strings.Trim(e, "0123456789") == ""
}

// amountIn reads a cell of money.
func amountIn(c intake.Cell) (money.Amount, *bad) {
	if b := unusable(c); b != nil {
		return money.Amount{}, b
	}
	switch c.Type {
	case intake.Date:
		return money.Amount{}, &badDayMoney
	case intake.Number:
		n, b := digits(c.Value)
		if b != nil {
			return money.Amount{}, b
		}
		return money.Must(n), nil
	case intake.Text, intake.Bool, intake.Broken:
	}
	text := typed(c.Value)
	if looksExponential(text) {
		return money.Amount{}, &badExponent
	}
	a, err := money.Parse(text)
	if err != nil {
		if whole, rest, dot := strings.Cut(norm.NFKC.String(text), "."); dot && strings.Trim(rest, "0") == "" {
			return amountIn(intake.Cell{Type: intake.Text, Value: whole}) // 1,000.00
		} else if dot {
			return money.Amount{}, &badFraction
		}
		msg, _ := fault.Public(err)
		return money.Amount{}, &bad{msg, badNumber.remedy}
	}
	return a, nil
}

// wholeIn reads a cell of a count.
func wholeIn(c intake.Cell) (int, *bad) {
	a, b := amountIn(c)
	switch {
	case b == nil && (a.Int64() > math.MaxInt32 || a.Int64() < math.MinInt32):
		return 0, &bad{"수가 너무 큽니다.", "1,000,000까지의 정수를 적어 주십시오."}
	case b == nil:
		return int(a.Int64()), nil
	case b == &badFormula || b == &badBroken || b == &badBool || b == &badExponent:
		return 0, b
	}
	return 0, &badWhole
}

// dayIn reads a cell of a date: one of the workbook, its number, or text in any of
// the usual spellings.
func dayIn(c intake.Cell) (calendar.Date, *bad) {
	if b := unusable(c); b != nil {
		return calendar.Date{}, b
	}
	text := norm.NFKC.String(strings.TrimSpace(c.Value))
	if c.Type == intake.Number && len(text) == 5 {
		if day, ok := intake.Day(text, false); ok {
			text = day
		}
	}
	numbers := strings.FieldsFunc(strings.TrimRight(text, ". 일"), func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) == 1 && len(numbers[0]) == 8 {
		n := numbers[0]
		numbers = []string{n[:4], n[4:6], n[6:]}
	}
	odd := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || strings.ContainsRune(" -./년월일", r) {
			return -1
		}
		return r
	}, text)
	if len(numbers) != 3 || odd != "" || len(numbers[0]) != 4 || len(numbers[1]) > 2 || len(numbers[2]) > 2 {
		return calendar.Date{}, &badDay
	}
	iso := numbers[0] + "-" + ("0" + numbers[1])[len(numbers[1])-1:] + "-" + ("0" + numbers[2])[len(numbers[2])-1:]
	d, err := calendar.Parse(iso)
	if err != nil {
		return calendar.Date{}, &badDay
	}
	return d, nil
}

// textIn reads a cell of text; a number is its digits.
func textIn(c intake.Cell) (string, *bad) {
	if b := unusable(c); b != nil {
		return "", b
	}
	return strings.TrimSpace(norm.NFC.String(c.Value)), nil
}

// codeIn reads an expense code: what stands before the first blank, so that the
// choice "210-01 일반수용비" and the bare code are the same.
func codeIn(c intake.Cell) (string, *bad) {
	if b := unusable(c); b != nil {
		return "", b
	}
	if c.Type == intake.Date {
		return "", &badCodeDay
	}
	if words := strings.Fields(norm.NFKC.String(c.Value)); len(words) > 0 {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("‐‑–−", r) {
				return '-'
			}
			return r
		}, words[0]), nil
	}
	return "", nil
}
