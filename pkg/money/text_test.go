package money

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1": 1, "-1": -1, "100000000": 100_000_000, "1,234,567": 1_234_567, "12,345": 12_345,
		" 1,000 ": 1_000, "１０００": 1_000, "１，０００": 1_000, "\u3000５０\u3000": 50, "-1,234": -1_234,
		"－1": -1, "007": 7, "000": 0, "-0": 0, "999,999,999,999,999": Max, "-999999999999999": -Max,
		"00000000000000000000001": 1, "\t5\n": 5,
	} {
		if got, err := Parse(text); err != nil || got.n != want {
			t.Errorf("Parse(%q) = %v, %v; want %d", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", "  ", "-", ",", "1.5", "1.0", ".5", "１．５", "1e8", "1.0E+8", "0x10", "일억", "1원", "1 000", "+1", "--1",
		"1,00", "1,0000", "1234,567", ",100", "100,", "1,,000", "0,123", "NaN", "Inf", "1_000", "１２a", "٣", "1-",
	} {
		_, err := Parse(text)
		if err == nil {
			t.Errorf("Parse(%q) was accepted", text)
		}
		wantInvalid(t, err)
	}
	for _, text := range []string{"1000000000000000", "-1,000,000,000,000,000", strings.Repeat("9", 400)} {
		if _, err := Parse(text); !errors.Is(err, ErrRange) {
			t.Errorf("Parse(%q): %v, want ErrRange", text, err)
		}
	}
}

func TestParseReadsWhatIsPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyAmount(t, "a")
		for _, text := range []string{a.String(), a.Comma(), " " + a.Comma() + "\u3000"} {
			if got, err := Parse(text); err != nil || got != a {
				t.Fatalf("Parse(%q) = %v, %v", text, got, err)
			}
		}
	})
}

func TestComma(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 12: "12", 999: "999", 1_000: "1,000", -1_000: "-1,000", -100: "-100", 1_234_567: "1,234,567", Max: "999,999,999,999,999",
	} {
		if got := won(n).Comma(); got != want {
			t.Errorf("Comma(%d) = %q, want %q", n, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1,234", "１０００", "1.5", "-", "0,1", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if err != nil {
			return
		}
		if !a.inRange() {
			t.Fatalf("Parse(%q) = %v is beyond the range", text, a)
		}
		again, err := Parse(a.Comma())
		if err != nil || again != a {
			t.Fatalf("Parse(%q) = %v does not survive printing: %v, %v", text, a, again, err)
		}
	})
}
