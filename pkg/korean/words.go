package korean

import (
	"strings"

	"eoul/pkg/money"
)

// Words writes an amount in Hangul as official documents do (행정업무의 운영 및 혁신에
// 관한 규정 시행규칙 §2②): 113,560 won is "금일십일만삼천오백육십원". 일 is written in
// every place and nothing is spaced, so that no digit can be slipped in. 0 won is
// "금영원"; a negative amount is written with 마이너스.
func Words(a money.Amount) string {
	digits, negative := strings.CutPrefix(a.String(), "-")
	var b strings.Builder
	b.WriteString("금")
	if negative {
		b.WriteString("마이너스")
	}
	if a.IsZero() {
		b.WriteString("영")
	}
	myriads := [...]string{"", "만", "억", "조", "경"}
	written := false // a digit of the current group of four
	for i := range len(digits) {
		place := len(digits) - 1 - i
		if d := digits[i] - '0'; d > 0 {
			b.WriteString([...]string{"", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"}[d])
			b.WriteString([...]string{"", "십", "백", "천"}[place%4])
			written = true
		}
		if place%4 == 0 && written {
			b.WriteString(myriads[place/4])
			written = false
		}
	}
	b.WriteString("원")
	return b.String()
}

// AmountWithWords writes an amount for an official document in digits and words:
// "금113,560원(금일십일만삼천오백육십원)".
func AmountWithWords(a money.Amount) string {
	return "금" + a.Comma() + "원(" + Words(a) + ")"
}
