package calendar

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"eoul/pkg/fault"
)

// Scan reads a PostgreSQL date; NULL becomes the zero Date. A timestamp, which
// would hide a zone, is refused.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case time.Time:
		if h, m, s := v.Clock(); h != 0 || m != 0 || s != 0 || v.Nanosecond() != 0 {
			return fmt.Errorf("calendar: %s is not a date", v)
		}
		*d = dateOf(v)
		return nil
	case []byte:
		return d.scanText(string(v))
	case string:
		return d.scanText(v)
	}
	return fmt.Errorf("calendar: cannot scan %T", src)
}

func (d *Date) scanText(text string) error {
	v, err := Parse(text)
	if err != nil {
		return fmt.Errorf("calendar: scan date: %w", err)
	}
	*d = v
	return nil
}

// Value gives PostgreSQL an ISO date, or NULL for no date.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// MarshalJSON writes "2022-05-13", or null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads an ISO date or null; anything else is an Invalid fault.
func (d *Date) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*d = Date{}
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fault.New(fault.Invalid, "날짜는 2022-05-13과 같은 형식이어야 합니다.")
	}
	v, err := Parse(text)
	if err != nil {
		return err
	}
	*d = v
	return nil
}
