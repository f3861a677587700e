package money

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSplitVectors(t *testing.T) {
	for _, c := range []struct {
		n       int64
		weights []int64
		want    []int64
	}{
		{7_753_087, []int64{50_000_000, 50_000_000}, []int64{3_876_544, 3_876_543}},
		{12_345, []int64{50, 50}, []int64{6_173, 6_172}},
		{7_777_777, []int64{50_000_000, 50_000_000, 11_000_000}, []int64{3_503_503, 3_503_503, 770_771}},
		{100_001, []int64{50, 25, 25}, []int64{50_001, 25_000, 25_000}},
		{0, []int64{1, 2}, []int64{0, 0}},
		{1, []int64{0, 1, 1}, []int64{0, 1, 0}},
		{5, []int64{7}, []int64{5}},
		{Max, []int64{Max, Max, Max}, []int64{333_333_333_333_333, 333_333_333_333_333, 333_333_333_333_333}},
		{2, []int64{1, 1, 1}, []int64{1, 1, 0}},
	} {
		parts, err := won(c.n).Split(c.weights...)
		if err != nil || !slices.EqualFunc(parts, c.want, func(a Amount, n int64) bool { return a.n == n }) {
			t.Errorf("%d by %v = %v, %v; want %v", c.n, c.weights, parts, err, c.want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for _, c := range []struct {
		n       int64
		weights []int64
	}{{1, nil}, {1, []int64{0, 0}}, {1, []int64{2, -1}}, {-1, []int64{1}}, {0, []int64{0}}} {
		_, err := won(c.n).Split(c.weights...)
		wantInvalid(t, err)
	}
}

func anyWeights(t *rapid.T) []int64 {
	w := rapid.SliceOfN(rapid.Int64Range(0, Max), 1, 6).Draw(t, "weights")
	if !slices.ContainsFunc(w, func(n int64) bool { return n > 0 }) {
		w[0] = 1
	}
	return w
}

// The parts add up, each is within 1 won of its exact share, a weight of nothing
// gets nothing, and an earlier equal weight never gets less.
func checkSplit(t interface{ Fatalf(string, ...any) }, n int64, weights []int64, parts []Amount) {
	whole := new(big.Int)
	for _, w := range weights {
		whole.Add(whole, big.NewInt(w))
	}
	var sum int64
	for i, p := range parts {
		sum += p.n
		off := new(big.Int).Mul(big.NewInt(p.n), whole)
		off.Sub(off, new(big.Int).Mul(big.NewInt(n), big.NewInt(weights[i])))
		if p.n < 0 || off.CmpAbs(whole) >= 0 || (weights[i] == 0 && p.n != 0) {
			t.Fatalf("%d by %v: part %d is %v", n, weights, i, p)
		}
		for j := range i {
			if weights[j] == weights[i] && parts[j].n < p.n {
				t.Fatalf("%d by %v: tie went to the later part %d", n, weights, i)
			}
		}
	}
	if sum != n {
		t.Fatalf("%d by %v: parts add up to %d", n, weights, sum)
	}
}

func TestSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, weights := rapid.Int64Range(0, Max).Draw(t, "n"), anyWeights(t)
		parts, err := won(n).Split(weights...)
		if err != nil {
			t.Fatal(err)
		}
		checkSplit(t, n, weights, parts)
	})
}

func FuzzSplit(f *testing.F) {
	f.Add(int64(7_753_087), int64(50), int64(50), int64(0))
	f.Add(int64(-1), int64(1), int64(0), int64(-1))
	f.Fuzz(func(t *testing.T, n, a, b, c int64) {
		parts, err := won(n).Split(a, b, c)
		refused := n < 0 || a < 0 || b < 0 || c < 0 || (a == 0 && b == 0 && c == 0)
		if refused != (err != nil) {
			t.Fatalf("%d by %d, %d, %d: error %v", n, a, b, c, err)
		}
		if err == nil {
			checkSplit(t, n, []int64{a, b, c}, parts)
		}
	})
}

func TestShare(t *testing.T) {
	for _, c := range []struct {
		n, bps      int64
		floor, half int64
	}{
		{100_000_000, 5_000, 50_000_000, 50_000_000}, {1, 5_000, 0, 1}, {3, 3_333, 0, 1}, {95_000_000, 9_000, 85_500_000, 85_500_000},
		{-1, 5_000, -1, 0}, {-3, 5_000, -2, -1}, {12_345, 10_000, 12_345, 12_345}, {Max, 9_999, 999_899_999_999_999, 999_899_999_999_999},
	} {
		if got := won(c.n).Share(c.bps, Floor); got.n != c.floor {
			t.Errorf("floor of %d at %d = %v, want %d", c.n, c.bps, got, c.floor)
		}
		if got := won(c.n).Share(c.bps, HalfUp); got.n != c.half {
			t.Errorf("half up of %d at %d = %v, want %d", c.n, c.bps, got, c.half)
		}
	}
}

func TestRate(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{
		{14_354_212, 87_500_000, "16.4"}, {0, 1, "0.0"}, {1, 1, "100.0"}, {1, 3, "33.3"}, {2, 3, "66.7"}, {1_645, 10_000, "16.5"},
		{16_449, 100_000, "16.4"}, {3, 2, "150.0"}, {-1, 3, "-33.3"}, {1, 2_000, "0.1"}, {Max, 1, "99999999999999900.0"}, {-5, 10_000, "0.0"},
	} {
		r, err := RateOf(won(c.part), won(c.whole))
		if err != nil || r.String() != c.want {
			t.Errorf("%d/%d = %v, %v; want %s", c.part, c.whole, r, err, c.want)
		}
	}
	if r, _ := RateOf(won(164), won(1_000)); r.PerMille() != 164 {
		t.Errorf("per mille %d", r.PerMille())
	}
	for _, c := range [][2]int64{{1, 0}, {0, 0}, {1, -1}, {Max * 9_000, 1}} {
		_, err := RateOf(won(c[0]), won(c[1]))
		wantInvalid(t, err)
	}
}
