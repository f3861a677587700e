package rule

import (
	"context"
	"fmt"

	"eoul/pkg/work"
)

const (
	sqlRules = `
		select key, value, unit, valid_from, valid_to, source, certainty, note
		from rules order by key, valid_from`
	sqlHolidays = `
		select day, name, kind, certainty
		from holidays order by day, name`
)

// Load reads the rules as they stand in this unit of work.
func Load(ctx context.Context, tx *work.Tx) (Set, error) {
	var rules []Rule
	if err := tx.Select(ctx, &rules, sqlRules); err != nil {
		return Set{}, fmt.Errorf("load rules: %w", err)
	}
	var days []Holiday
	if err := tx.Select(ctx, &days, sqlHolidays); err != nil {
		return Set{}, fmt.Errorf("load holidays: %w", err)
	}
	return newSet(rules, days), nil
}
