package review

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Averages are the averages per criterion, in rubric order; a jsonb array in the database.
type Averages []Points

// Value gives PostgreSQL the JSON text.
func (a Averages) Value() (driver.Value, error) {
	b, err := json.Marshal([]Points(a))
	return string(b), err
}

// Scan reads the JSON text.
func (a *Averages) Scan(src any) error {
	var text []byte
	switch v := src.(type) {
	case []byte:
		text = v
	case string:
		text = []byte(v)
	default:
		return fmt.Errorf("review: cannot scan %T as averages", src)
	}
	if err := json.Unmarshal(text, (*[]Points)(a)); err != nil {
		return fmt.Errorf("review: scan averages: %w", err)
	}
	return nil
}
