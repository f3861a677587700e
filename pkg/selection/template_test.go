package selection

import (
	"strings"
	"testing"

	"eoul/pkg/fault"
)

func TestCheckBody(t *testing.T) {
	for _, c := range []struct {
		name, body string
		outcome    Outcome
		want       []string // parts of the message, none: it is sound
	}{
		{"plain words", "알려 드립니다.", Declined, nil},
		{"fields with blanks", "{{ 지자체명 }}의 {{사업명}}", Reserve, nil},
		{"an amount in a letter that has none", "금{{선정금액}}원", Declined, []string{"1번째 줄 2번째 글자", "{{선정금액}}", "탈락"}},
		{"an unknown field, counted in characters", "첫 줄\n둘째 줄 {{사업맹}}", Selected, []string{"2번째 줄 6번째 글자", "{{사업맹}}"}},
		{"two at once", "{{가}} {{나}}", Selected, []string{"{{가}}", "{{나}}", "1번째 줄 7번째 글자"}},
		{"not closed", "{{지자체명", Selected, []string{"1번째 줄 1번째 글자", "짝"}},
		{"not opened", "지자체명}}", Selected, []string{"1번째 줄 5번째 글자", "짝"}},
		{"empty", "  ", Selected, []string{"5,000자"}},
		{"too long", strings.Repeat("가", maxBody+1), Selected, []string{"5,000자"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := checkBody(c.outcome, c.body)
			_, fields := fault.Public(err)
			if (err == nil) != (c.want == nil) {
				t.Fatalf("got %v", err)
			}
			for _, part := range c.want {
				if !strings.Contains(fields["body"], part) {
					t.Errorf("%q lacks %q", fields["body"], part)
				}
			}
		})
	}
}

// TestWrite: every field has its fact, nothing else changes, and what a fact says is
// never read as a field.
func TestWrite(t *testing.T) {
	c := Content{GovernmentName: "나루군", Title: "{{지자체명}} 시장", Amounts: half(100_000_000), Place: 2, Outcome: Selected}
	for body, want := range map[string]string{
		"{{지자체명}}({{ 사업명 }})":              "나루군({{지자체명}} 시장)",
		"금{{선정금액}}원({{선정금액_한글}})":          "금100,000,000원(금일억원)",
		"국비 {{국비}}원\n시도비 {{시도비}}원 { 그대로 }": "국비 50,000,000원\n시도비 50,000,000원 { 그대로 }",
	} {
		if got := write(body, c); got != want {
			t.Errorf("%q gives %q, want %q", body, got, want)
		}
	}
	for _, o := range Outcomes() {
		if err := checkBody(o, usualBody(o)); err != nil {
			t.Errorf("the usual text of %s: %v", o.Label(), err)
		}
		if text := write(usualBody(o), c); strings.Contains(strings.ReplaceAll(text, c.Title, ""), "{{") {
			t.Errorf("a field is left over: %s", text)
		}
	}
}
