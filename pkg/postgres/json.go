package postgres

import (
	"encoding/json"
	"fmt"
)

// ScanJSON reads a json or jsonb column for a Scan method; null is an error.
func ScanJSON(src, into any) error {
	var text []byte
	switch v := src.(type) {
	case []byte:
		text = v
	case string:
		text = []byte(v)
	default:
		return fmt.Errorf("scan %T as the JSON of %T", src, into)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("scan the JSON of %T: %w", into, err)
	}
	return nil
}
