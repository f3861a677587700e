package xlsx

import "testing"

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64
		want  int
	}{
		{"", 10, 1},
		{"short", 10, 1},
		{"대구 동구", 10, 1},                       // 9 of 9 columns
		{"대구 남구청", 10, 2},                      // 11 of 9
		{"2022. 3. 1. ~ 2022. 12. 31.", 28, 1}, // the period of a year
		{"한 줄\n두 줄", 20, 2},                    // as typed
		{"가나다라마바사아자차카타파하가나다라마바사아자차카타파하", 5, 10}, // no row without end
	} {
		if got := lines(c.text, c.width, maxLines); got != c.want {
			t.Errorf("lines(%q, %v) = %d, want %d", c.text, c.width, got, c.want)
		}
	}
}

// TestHeadHeight: a long title is shown whole, one of a merged pair of rows is not
// counted.
func TestHeadHeight(t *testing.T) {
	long := "민관 협업체계(위원회 운영, 참여주체)(25)"
	for _, c := range []struct {
		columns []Column
		want    float64
	}{
		{[]Column{{Title: "순위", Width: 6}}, 32},
		{[]Column{{Title: long, Width: 12}}, 4*lineHeight + 2},
		{[]Column{{Title: long, Width: 12}, {Group: "평균", Title: "계획", Width: 12}}, 32},
		{[]Column{{Group: "평균", Title: long, Width: 12}}, 4*lineHeight + 2},
	} {
		if got := (Sheet{Columns: c.columns}).headHeight(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.columns, got, c.want)
		}
	}
}
