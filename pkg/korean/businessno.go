package korean

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"eoul/pkg/fault"
)

// ErrCheckDigit is found by errors.Is when a business number has the right form
// but its last digit does not follow from the others.
var ErrCheckDigit = errors.New("korean: wrong check digit")

// BusinessNo is a 사업자등록번호 or 고유번호 whose check digit is right. The zero value
// is "no number": NULL in PostgreSQL, null in JSON, "" in text.
type BusinessNo struct{ digits string }

// ParseBusinessNo reads ten digits with or without dashes, "124-81-00998", also
// full-width. Another form, and a wrong check digit (ErrCheckDigit), are Invalid
// faults. The middle digits, which tell the kind of business, are never judged.
func ParseBusinessNo(text string) (BusinessNo, error) {
	digits := narrowNumber(strings.TrimSpace(text))
	if len(digits) == 12 && digits[3] == '-' && digits[6] == '-' {
		digits = digits[:3] + digits[4:6] + digits[7:]
	}
	if len(digits) != 10 || strings.Trim(digits, "0123456789") != "" || digits == "0000000000" {
		return BusinessNo{}, fault.New(fault.Invalid, "사업자등록번호는 000-00-00000 형식의 숫자 10자리여야 합니다.")
	}
	if checkDigit(digits) != digits[9] {
		return BusinessNo{}, fault.Wrap(fault.Invalid, "사업자등록번호의 검증번호(마지막 숫자)가 맞지 않습니다.", ErrCheckDigit)
	}
	return BusinessNo{digits}, nil
}

// narrowNumber turns full-width digits and the dashes of word processors into ASCII.
func narrowNumber(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case strings.ContainsRune("‐‑–－", r):
			return '-'
		}
		return r
	}, text)
}

// checkDigit computes the tenth digit from the first nine with the weights of the
// National Tax Service; the ninth counts with its tens and ones of five times too.
func checkDigit(digits string) byte {
	sum := int(digits[8]-'0') * 5 / 10
	for i, w := range [...]int{1, 3, 7, 1, 3, 7, 1, 3, 5} {
		sum += int(digits[i]-'0') * w
	}
	return '0' + byte((10-sum%10)%10)
}

// IsZero reports whether there is no number.
func (n BusinessNo) IsZero() bool { return n.digits == "" }

// String returns "124-81-00998", or "" for no number.
func (n BusinessNo) String() string {
	if n.IsZero() {
		return ""
	}
	return n.digits[:3] + "-" + n.digits[3:5] + "-" + n.digits[5:]
}

// Value gives PostgreSQL the ten digits, or NULL for no number.
func (n BusinessNo) Value() (driver.Value, error) {
	if n.IsZero() {
		return nil, nil
	}
	return n.digits, nil
}

// Scan reads a number with or without dashes; NULL is no number.
func (n *BusinessNo) Scan(src any) error {
	var text string
	switch v := src.(type) {
	case nil:
		*n = BusinessNo{}
		return nil
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("korean: cannot scan %T", src)
	}
	v, err := ParseBusinessNo(text)
	if err != nil {
		return fmt.Errorf("korean: scan business number: %w", err)
	}
	*n = v
	return nil
}

// MarshalJSON writes "124-81-00998", or null for no number.
func (n BusinessNo) MarshalJSON() ([]byte, error) {
	if n.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(n.String())
}

// UnmarshalJSON reads a number or null; anything else is an Invalid fault.
func (n *BusinessNo) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*n = BusinessNo{}
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fault.New(fault.Invalid, "사업자등록번호는 문자열이어야 합니다.")
	}
	v, err := ParseBusinessNo(text)
	if err != nil {
		return err
	}
	*n = v
	return nil
}
