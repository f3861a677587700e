package review

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/fault"
)

func points(t *testing.T, texts ...string) []Points {
	t.Helper()
	var all []Points
	for _, text := range texts {
		p, err := ParsePoints(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestMeanVectors(t *testing.T) {
	for _, c := range []struct {
		totals []string
		drop   bool
		from   int
		want   string
		used   []int
	}{
		{[]string{"92", "88", "85", "85", "70"}, true, 3, "86.00", []int{1, 2, 3}},
		{[]string{"90", "90", "80", "70", "70"}, true, 3, "80.00", []int{1, 2, 3}},
		{[]string{"85.5", "84.25", "83.333"}, true, 3, "84.25", []int{1}},
		{[]string{"85.5", "84.25", "83.333"}, true, 5, "84.36", []int{0, 1, 2}},
		{[]string{"85.5", "84.25", "83.333"}, false, 0, "84.36", []int{0, 1, 2}},
		{[]string{"80", "80", "80"}, true, 3, "80.00", []int{1}},
		{[]string{"80", "81"}, true, 3, "80.50", []int{0, 1}},
		{[]string{"80.005"}, false, 3, "80.01", []int{0}}, // half up at the third decimal
		{[]string{"80.004"}, false, 3, "80.00", []int{0}},
		{[]string{"0.01", "0.02"}, false, 3, "0.02", []int{0, 1}},
		{[]string{"-0.005"}, false, 3, "0.00", []int{0}},
		{[]string{"-0.006"}, false, 3, "-0.01", []int{0}},
	} {
		got, used, err := Mean(points(t, c.totals...), c.drop, c.from)
		if err != nil || got.String() != c.want || !slices.Equal(used, c.used) {
			t.Errorf("%v drop %v from %d = %s of %v, %v; want %s of %v", c.totals, c.drop, c.from, got, used, err, c.want, c.used)
		}
	}
}

func TestMeanRefuses(t *testing.T) {
	for _, from := range []int{-1, 0, 2} {
		if _, _, err := Mean(points(t, "1", "2", "3"), true, from); fault.KindOf(err) != fault.Invalid {
			t.Errorf("from %d: %v", from, err)
		}
	}
	if _, _, err := Mean(nil, false, 3); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no totals: %v", err)
	}
}

// The second path sorts, cuts both ends and rounds a fraction; order never matters.
func TestMeanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Int64Range(0, 105_000), 1, 12).Draw(t, "totals")
		from := rapid.IntRange(3, 6).Draw(t, "from")
		totals := make([]Points, len(raw))
		for i, n := range raw {
			totals[i] = Points(n)
		}
		got, used, err := Mean(totals, true, from)
		if err != nil {
			t.Fatal(err)
		}
		sorted := slices.Sorted(slices.Values(raw))
		if len(sorted) >= from {
			sorted = sorted[1 : len(sorted)-1]
		}
		if len(used) != len(sorted) {
			t.Fatalf("used %v of %v", used, raw)
		}
		exact := new(big.Rat)
		for _, n := range sorted {
			exact.Add(exact, big.NewRat(n, int64(len(sorted))*1_000))
		}
		if want := exact.FloatString(2); got.String() != want { // rounds halves away from zero
			t.Fatalf("mean of %v is %s, want %s", raw, got, want)
		}
		slices.Reverse(totals)
		if again, _, err := Mean(totals, true, from); err != nil || again != got {
			t.Fatalf("another order gives %s, not %s", again, got)
		}
	})
}

func TestPointsText(t *testing.T) {
	for text, want := range map[string][2]string{
		"85.25": {"85.25", "85.25"}, "85": {"85.00", "85"}, " 85.5 ": {"85.50", "85.5"}, "83.333": {"83.333", "83.333"}, "0": {"0.00", "0"},
		"-1.5": {"-1.50", "-1.5"}, "007": {"7.00", "7"}, "85.2500000": {"85.25", "85.25"}, "100": {"100.00", "100"}, "0.001": {"0.001", "0.001"},
	} {
		p := points(t, text)[0]
		if p.String() != want[0] || p.Short() != want[1] {
			t.Errorf("%q is %s, short %s; want %v", text, p, p.Short(), want)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "5.", "1.2345", "1e2", "1,5", "a", "１", "1.-5", "--1", "+1", "1 2", "1000000.001", "99999999999999999999", "NaN"} {
		if p, err := ParsePoints(text); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q = %s, %v", text, p, err)
		}
	}
}

func TestPointsEncoding(t *testing.T) {
	p := points(t, "85.25")[0]
	v, err := p.Value()
	if err != nil || v != "85.250" {
		t.Errorf("%v, %v", v, err)
	}
	for _, src := range []any{v, []byte("85.25"), "85.2500"} {
		var back Points
		if err := back.Scan(src); err != nil || back != p {
			t.Errorf("Scan(%v) = %s, %v", src, back, err)
		}
	}
	var back Points
	if err := back.Scan(int64(3)); err != nil || back != 3_000 {
		t.Errorf("Scan(3) = %s, %v", back, err)
	}
	for _, src := range []any{nil, 85.25, "NaN", []byte("85.2501")} {
		if back.Scan(src) == nil {
			t.Errorf("Scan(%v) was accepted as %s", src, back)
		}
	}
	if text, err := json.Marshal(p); err != nil || string(text) != "85.25" {
		t.Errorf("%s, %v", text, err)
	}
	if err := json.Unmarshal([]byte("85.25"), &back); err != nil || back != p {
		t.Errorf("%s, %v", back, err)
	}
	for _, bad := range []string{`"85"`, "1e2", "null", "1.2345"} {
		if err := json.Unmarshal([]byte(bad), &back); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzParsePoints(f *testing.F) {
	f.Add("85.25")
	f.Add("-0.10")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePoints(text)
		if err != nil {
			return
		}
		for _, printed := range []string{p.String(), p.Short()} {
			if again, err := ParsePoints(printed); err != nil || again != p {
				t.Fatalf("%q is %d, printed %s, read %d, %v", text, p, printed, again, err)
			}
		}
	})
}
