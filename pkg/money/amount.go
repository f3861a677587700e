package money

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"

	"eoul/pkg/fault"
)

// Max is the largest amount that may be stored or sent, in won. Fifteen digits
// are what a spreadsheet cell and a JSON number keep exactly.
const Max = 999_999_999_999_999

// ErrRange is found by errors.Is in every refusal of an amount beyond ±Max.
var ErrRange = errors.New("money: amount out of range")

// Amount is a whole number of won; the zero value is 0 won. Amounts are
// comparable with ==.
type Amount struct{ n int64 }

// Of builds an amount from input and refuses what is beyond ±Max with an
// Invalid fault that wraps ErrRange.
func Of(n int64) (Amount, error) {
	if n > Max || n < -Max {
		return Amount{}, rangeFault()
	}
	return Amount{n}, nil
}

// Must builds an amount from a constant; it panics beyond ±Max and is not for input.
func Must(n int64) Amount {
	a, err := Of(n)
	if err != nil {
		panic(fmt.Sprintf("money: %d won is beyond the range", n))
	}
	return a
}

// Add returns a + b.
func (a Amount) Add(b Amount) Amount {
	sum := a.n + b.n
	if (sum > a.n) != (b.n > 0) {
		panic("money: int64 overflow")
	}
	return Amount{sum}
}

// Sub returns a − b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Neg returns −a.
func (a Amount) Neg() Amount {
	if a.n == math.MinInt64 {
		panic("money: int64 overflow")
	}
	return Amount{-a.n}
}

// Cmp returns −1, 0 or +1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int { return cmp.Compare(a.n, b.n) }

// Sign returns −1, 0 or +1.
func (a Amount) Sign() int { return cmp.Compare(a.n, 0) }

// IsZero reports whether a is 0 won.
func (a Amount) IsZero() bool { return a.n == 0 }

// Min returns the smaller of a and b.
func (a Amount) Min(b Amount) Amount { return Amount{min(a.n, b.n)} }

// Int64 returns the won as a plain number, for formats and for weights.
func (a Amount) Int64() int64 { return a.n }

// String returns plain digits, as machines read them: "-1234567".
func (a Amount) String() string { return strconv.FormatInt(a.n, 10) }

// Sum adds the amounts up; no amounts make 0 won.
func Sum(amounts ...Amount) Amount {
	var sum Amount
	for _, a := range amounts {
		sum = sum.Add(a)
	}
	return sum
}

// Cut divides a into whole units (1 won, 10 won) and what is left over, both
// with the sign of a: kept + cut = a. The unit is a rule's value, at least 1.
func (a Amount) Cut(unit int64) (kept, cut Amount) {
	if unit < 1 {
		panic("money: a unit is at least 1 won")
	}
	rest := a.n % unit
	return Amount{a.n - rest}, Amount{rest}
}

func (a Amount) inRange() bool { return a.n <= Max && a.n >= -Max }

func rangeFault() error {
	return fault.Wrap(fault.Invalid, "금액은 999,999,999,999,999원을 넘을 수 없습니다.", ErrRange)
}
