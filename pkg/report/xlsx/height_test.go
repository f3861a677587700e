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
