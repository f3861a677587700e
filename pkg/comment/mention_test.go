package comment

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestCalledByName(t *testing.T) {
	people := []Person{{1, "김하"}, {2, "김하나"}, {3, "박둘"}, {4, "박둘"}}
	for text, want := range map[string]string{
		"@김하나 님": "김하나", "@김하 님": "김하", "@김하나 @김하": "김하 김하나", "김하나 님": "", "@박둘": "박둘", "@박": "", "a@김하나.kr": "김하나", "@ 김하": "",
	} {
		got := strings.Join(slices.Sorted(maps.Keys(calledByName(people, text))), " ")
		if got != want {
			t.Errorf("%q calls %q, want %q", text, got, want)
		}
	}
}
