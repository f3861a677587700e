package money

import (
	"math/big"
	"slices"
	"strconv"

	"eoul/pkg/fault"
)

// Split divides a by weights with the largest remainder: the parts add up to a,
// each is within 1 won of its exact share, and of equal remainders the earlier
// part gets the won. A negative amount or weight, and weights that add up to
// nothing, are refused with an Invalid fault.
func (a Amount) Split(weights ...int64) ([]Amount, error) {
	if a.n < 0 {
		return nil, fault.New(fault.Invalid, "0원보다 적은 금액은 나눌 수 없습니다.")
	}
	whole := new(big.Int)
	for _, w := range weights {
		if w < 0 {
			return nil, fault.New(fault.Invalid, "나누는 비율은 0 이상이어야 합니다.")
		}
		whole.Add(whole, big.NewInt(w))
	}
	if whole.Sign() == 0 {
		return nil, fault.New(fault.Invalid, "나누는 비율의 합이 0이면 나눌 수 없습니다.")
	}
	parts := make([]Amount, len(weights))
	remainders := make([]*big.Int, len(weights))
	order := make([]int, len(weights))
	left := a.n
	for i, w := range weights {
		exact := new(big.Int).Mul(big.NewInt(a.n), big.NewInt(w))
		quotient, remainder := exact.QuoRem(exact, whole, new(big.Int))
		parts[i], remainders[i], order[i] = Amount{quotient.Int64()}, remainder, i
		left -= parts[i].n
	}
	slices.SortStableFunc(order, func(i, j int) int { return remainders[j].Cmp(remainders[i]) })
	for _, i := range order[:left] {
		parts[i].n++
	}
	return parts, nil
}

// Rounding says what happens to a fraction of a won.
type Rounding int

// Floor drops the fraction downwards (13.9 → 13, −13.1 → −14); HalfUp takes the
// nearest won and the upper one in the middle (13.5 → 14).
const (
	Floor Rounding = iota
	HalfUp
)

// Share returns bps ten-thousandths of a: 5000 is the half, as basis points of a
// matching rule say it.
func (a Amount) Share(bps int64, r Rounding) Amount {
	exact := new(big.Int).Mul(big.NewInt(a.n), big.NewInt(bps))
	return Amount{divide(exact, big.NewInt(10_000), r)}
}

// divide returns n/d as whole number, d > 0; beyond int64 it panics.
func divide(n, d *big.Int, r Rounding) int64 {
	if r == HalfUp {
		n = new(big.Int).Add(new(big.Int).Lsh(n, 1), d)
		d = new(big.Int).Lsh(d, 1)
	}
	q := new(big.Int).Div(n, d) // Euclidean, which is the floor for d > 0
	if !q.IsInt64() {
		panic("money: int64 overflow")
	}
	return q.Int64()
}

// Rate is a proportion of two amounts in tenths of a per cent, rounded half up:
// 집행률 as forms show it.
type Rate struct{ perMille int64 }

// RateOf returns part/whole. A whole of 0 won or less has no rate: Invalid.
func RateOf(part, whole Amount) (Rate, error) {
	if whole.n <= 0 {
		return Rate{}, fault.New(fault.Invalid, "기준 금액이 0원보다 커야 비율을 계산할 수 있습니다.")
	}
	exact := new(big.Int).Mul(big.NewInt(part.n), big.NewInt(1_000))
	base := big.NewInt(whole.n)
	if new(big.Int).Div(exact, base).BitLen() > 62 {
		return Rate{}, rangeFault()
	}
	return Rate{divide(exact, base, HalfUp)}, nil
}

// PerMille returns the rate in tenths of a per cent: 164 for 16.4 %.
func (r Rate) PerMille() int64 { return r.perMille }

// String returns the rate in per cent with one decimal and no sign: "16.4".
func (r Rate) String() string {
	n, sign := r.perMille, ""
	if n < 0 {
		n, sign = -n, "-"
	}
	return sign + strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}
