package money

import (
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"

	"eoul/pkg/fault"
)

// Value gives PostgreSQL a bigint; beyond ±Max it is ErrRange.
func (a Amount) Value() (driver.Value, error) {
	if !a.inRange() {
		return nil, rangeFault()
	}
	return a.n, nil
}

// Scan reads a bigint, or the whole numeric that sum(bigint) gives. NULL and a
// fraction are errors: a nullable column is read into a *Amount.
func (a *Amount) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		a.n = v
		return a.symmetric()
	case []byte:
		return a.scanText(string(v))
	case string:
		return a.scanText(v)
	}
	return fmt.Errorf("money: cannot scan %T", src)
}

func (a *Amount) scanText(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("money: scan amount: %w", err)
	}
	a.n = n
	return a.symmetric()
}

// symmetric refuses the one int64 that has no negative, so that Neg is total.
func (a *Amount) symmetric() error {
	if a.n == math.MinInt64 {
		a.n = 0
		return ErrRange
	}
	return nil
}

// MarshalJSON writes a plain integer; beyond ±Max it is ErrRange.
func (a Amount) MarshalJSON() ([]byte, error) {
	if !a.inRange() {
		return nil, rangeFault()
	}
	return strconv.AppendInt(nil, a.n, 10), nil
}

// UnmarshalJSON reads an integer within ±Max. A fraction, an exponent, a text and
// null are refused with an Invalid fault, never rounded.
func (a *Amount) UnmarshalJSON(data []byte) error {
	text := string(data)
	digits := text
	if digits != "" && digits[0] == '-' {
		digits = digits[1:]
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return fault.New(fault.Invalid, "금액은 원 단위의 정수여야 합니다.")
		}
	}
	if digits == "" {
		return fault.New(fault.Invalid, "금액은 원 단위의 정수여야 합니다.")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return rangeFault()
	}
	v, err := Of(n)
	if err != nil {
		return err
	}
	*a = v
	return nil
}
