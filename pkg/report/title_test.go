package report

import "testing"

// TestTitled: titles of calls mostly begin with the year.
func TestTitled(t *testing.T) {
	for title, want := range map[string]string{
		"2027년 판로 확대 공모": "2027년 판로 확대 공모 심사 순위",
		"판로 확대 공모":       "2027년 판로 확대 공모 심사 순위",
	} {
		if got := (&judging{FiscalYear: 2027, Title: title}).titled("심사 순위"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
