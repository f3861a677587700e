package money

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/fault"
)

func won(n int64) Amount { return Amount{n} }

func anyAmount(t *rapid.T, label string) Amount {
	return Amount{rapid.Int64Range(-Max, Max).Draw(t, label)}
}

func wantInvalid(t *testing.T, err error) {
	t.Helper()
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("error %v, want an Invalid fault", err)
	}
}

func TestOfChecksTheRange(t *testing.T) {
	for _, n := range []int64{0, 1, -1, Max, -Max} {
		if a, err := Of(n); err != nil || a.Int64() != n {
			t.Errorf("Of(%d) = %v, %v", n, a, err)
		}
	}
	for _, n := range []int64{Max + 1, -Max - 1, math.MaxInt64, math.MinInt64} {
		_, err := Of(n)
		wantInvalid(t, err)
		if !errors.Is(err, ErrRange) {
			t.Errorf("Of(%d) error %v, want ErrRange", n, err)
		}
	}
}

func TestArithmeticPanicsOnOverflowOnly(t *testing.T) {
	big := won(math.MaxInt64)
	if got := big.Sub(won(1)).Add(won(1)); got != big {
		t.Errorf("got %v", got)
	}
	if got := won(-math.MaxInt64).Neg(); got != big {
		t.Errorf("got %v", got)
	}
	for name, fn := range map[string]func(){
		"add":        func() { big.Add(won(1)) },
		"add below":  func() { big.Neg().Add(won(-2)) },
		"sub":        func() { big.Neg().Sub(won(2)) },
		"neg":        func() { won(math.MinInt64).Neg() },
		"sum":        func() { Sum(big, big) },
		"share":      func() { big.Share(20_000, Floor) },
		"must":       func() { Must(Max + 1) },
		"unit":       func() { won(1).Cut(0) },
		"source add": func() { BySource{Own: big}.Add(BySource{Own: won(1)}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s did not panic", name)
				}
			}()
			fn()
		}()
	}
}

func TestSumOfNineThousandLargestIsExact(t *testing.T) {
	amounts := make([]Amount, 9_000)
	for i := range amounts {
		amounts[i] = Must(Max)
	}
	if got := Sum(amounts...).Int64(); got != 8_999_999_999_999_991_000 {
		t.Errorf("got %d", got)
	}
	if !Sum().IsZero() {
		t.Error("the sum of nothing is not 0 won")
	}
}

func TestCompare(t *testing.T) {
	if won(1).Cmp(won(2)) != -1 || won(2).Cmp(won(2)) != 0 || won(3).Cmp(won(2)) != 1 {
		t.Error("Cmp")
	}
	if won(-5).Sign() != -1 || won(0).Sign() != 0 || won(5).Sign() != 1 {
		t.Error("Sign")
	}
	if won(3).Min(won(-2)) != won(-2) || won(-2).Min(won(3)) != won(-2) {
		t.Error("Min")
	}
	if !won(0).IsZero() || won(1).IsZero() {
		t.Error("IsZero")
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ n, unit, kept, cut int64 }{
		{6_173, 10, 6_170, 3}, {6_172, 10, 6_170, 2}, {-13, 10, -10, -3}, {7, 1, 7, 0}, {9, 10, 0, 9}, {0, 10, 0, 0},
	} {
		kept, cut := won(c.n).Cut(c.unit)
		if kept != won(c.kept) || cut != won(c.cut) {
			t.Errorf("%d by %d: %v, %v", c.n, c.unit, kept, cut)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, unit := anyAmount(t, "a"), rapid.Int64Range(1, 100_000).Draw(t, "unit")
		kept, cut := a.Cut(unit)
		if kept.Add(cut) != a || kept.n%unit != 0 || cut.n <= -unit || cut.n >= unit || cut.n*int64(a.Sign()) < 0 {
			t.Fatalf("%v by %d: %v, %v", a, unit, kept, cut)
		}
	})
}
