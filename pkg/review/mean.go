package review

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/fault"
	"eoul/pkg/program"
)

// Points are thousandths of a point, so that scores are added and compared
// exactly: 85.25 points are Points(85250). PostgreSQL holds them as numeric.
type Points int64

// maxPoints bounds what is read; far above any rubric, far below an overflow.
const maxPoints Points = 1_000_000_000

// ParsePoints reads points with at most three decimals, "85.25"; a minus is
// allowed for a penalty. Anything else, and an exponent, is an Invalid fault.
func ParsePoints(text string) (Points, error) {
	digits, negative := strings.CutPrefix(strings.TrimSpace(text), "-")
	whole, decimals, dot := strings.Cut(digits, ".")
	for len(decimals) > 3 && strings.HasSuffix(decimals, "0") {
		decimals = decimals[:len(decimals)-1]
	}
	if whole == "" || len(whole) > 9 || dot && decimals == "" || len(decimals) > 3 ||
		strings.Trim(whole, "0123456789") != "" || strings.Trim(decimals, "0123456789") != "" {
		return 0, fault.New(fault.Invalid, "점수는 85.25처럼 소수점 아래 세 자리까지의 숫자여야 합니다.")
	}
	n, err := strconv.ParseInt(whole+(decimals + "000")[:3], 10, 64)
	if err != nil || Points(n) > maxPoints {
		return 0, fault.New(fault.Invalid, "점수가 너무 큽니다.")
	}
	if negative {
		n = -n
	}
	return Points(n), nil
}

// Short returns the points without needless zeros, "85.5", for inputs.
func (p Points) Short() string {
	return strings.TrimSuffix(strings.TrimRight(p.exact(), "0"), ".")
}

// String returns the points with two decimals, "86.00", as results show them; a
// third decimal appears only when there is one.
func (p Points) String() string { return strings.TrimSuffix(p.exact(), "0") }

// exact always has three decimals.
func (p Points) exact() string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	return fmt.Sprintf("%s%d.%03d", sign, p/1_000, p%1_000)
}

// Value gives PostgreSQL the exact text of a numeric.
func (p Points) Value() (driver.Value, error) { return p.exact(), nil }

// Scan reads a numeric with at most three decimals; NULL is an error.
func (p *Points) Scan(src any) error {
	var text string
	switch v := src.(type) {
	case []byte:
		text = string(v)
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	default:
		return fmt.Errorf("review: cannot scan %T as points", src)
	}
	v, err := ParsePoints(text)
	if err != nil {
		return fmt.Errorf("review: scan points %q: %w", text, err)
	}
	*p = v
	return nil
}

// MarshalJSON writes a number of points, 85.25.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.Short()), nil }

// UnmarshalJSON reads a number by its digits, never through a float.
func (p *Points) UnmarshalJSON(data []byte) error {
	v, err := ParsePoints(string(data))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// minExtremes is how many totals there must be so that one remains when the
// highest and the lowest are left out.
const minExtremes = 3

// Rounding is how a mean is cut to its decimals. The zero Rounding is two decimals
// half up, what calls begin with.
type Rounding struct {
	Digits int    `json:"digits"`
	Mode   string `json:"mode"` // program.HalfUp or program.Down; empty: the zero Rounding
}

// divide is sum/n in points cut to the decimals, n > 0.
func (r Rounding) divide(sum, n int64) Points {
	if r.Mode == "" {
		r = Rounding{2, program.HalfUp}
	}
	unit := [4]int64{1000, 100, 10, 1}[min(max(r.Digits, 0), 3)]
	if r.Mode == program.Down {
		return Points(floor(sum, n*unit) * unit)
	}
	return Points(floor(2*sum+n*unit, 2*n*unit) * unit)
}

// Mean returns the arithmetic mean of the reviewers' totals, rounded half up to
// two decimals, and the positions of the totals it used. With dropExtremes and at
// least from totals, one highest and one lowest total are left out, also when
// several reviewers gave the same (decisions 25). This rounded value is what is
// shown, compared and ranked. No totals, and a from below 3, are Invalid faults.
func Mean(totals []Points, dropExtremes bool, from int) (Points, []int, error) {
	return MeanRounded(totals, dropExtremes, from, Rounding{})
}

// MeanRounded is Mean cut in another way.
func MeanRounded(totals []Points, dropExtremes bool, from int, cut Rounding) (Points, []int, error) {
	if len(totals) == 0 {
		return 0, nil, fault.New(fault.Invalid, "평균을 낼 점수가 없습니다.")
	}
	if dropExtremes && from < minExtremes {
		return 0, nil, fault.New(fault.Invalid, "최고점과 최저점은 점수가 3개 이상일 때만 제외할 수 있습니다.")
	}
	highest, lowest := -1, -1
	if dropExtremes && len(totals) >= from {
		highest, lowest = extremes(totals)
	}
	var sum int64
	var used []int
	for i, p := range totals {
		if i == highest || i == lowest {
			continue
		}
		sum += int64(p)
		used = append(used, i)
	}
	return cut.divide(sum, int64(len(used))), used, nil
}

// extremes returns the positions of the first highest and the last lowest total,
// which differ in any list of two or more.
func extremes(totals []Points) (highest, lowest int) {
	for i, p := range totals {
		if p > totals[highest] {
			highest = i
		}
		if p <= totals[lowest] {
			lowest = i
		}
	}
	return highest, lowest
}

// floor divides towards minus infinity, d > 0.
func floor(n, d int64) int64 {
	q := n / d
	if n%d < 0 {
		q--
	}
	return q
}
