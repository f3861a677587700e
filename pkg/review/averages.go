package review

import (
	"database/sql/driver"
	"encoding/json"

	"eoul/pkg/postgres"
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
	return postgres.ScanJSON(src, (*[]Points)(a))
}
