package rule

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/calendar"
)

//go:embed rules.csv
var rulesCSV string

//go:embed holidays.csv
var holidaysCSV string

// FromSeed returns the embedded rules, for calculators without a database.
func FromSeed() (Set, error) {
	rules, err := seedRules()
	if err != nil {
		return Set{}, err
	}
	days, err := seedHolidays()
	if err != nil {
		return Set{}, err
	}
	return newSet(rules, days), nil
}

// records reads a CSV whose first line must be the header.
func records(text, header string) ([][]string, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("rule: read seed: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], strings.Split(header, ",")) {
		return nil, fmt.Errorf("rule: the seed does not begin with %q", header)
	}
	return rows[1:], nil
}

func seedRules() ([]Rule, error) {
	rows, err := records(rulesCSV, "key,value,unit,valid_from,valid_to,source,certainty,note")
	if err != nil {
		return nil, err
	}
	rules := make([]Rule, len(rows))
	for i, c := range rows {
		rules[i] = Rule{Key: c[0], Value: c[1], Unit: c[2], Source: c[5], Certainty: c[6], Note: c[7]}
		if rules[i].From, err = calendar.Parse(c[3]); err != nil {
			return nil, fmt.Errorf("rule: %s: valid_from: %w", c[0], err)
		}
		if c[4] == "" {
			continue
		}
		if rules[i].To, err = calendar.Parse(c[4]); err != nil {
			return nil, fmt.Errorf("rule: %s: valid_to: %w", c[0], err)
		}
	}
	return rules, nil
}

func seedHolidays() ([]Holiday, error) {
	rows, err := records(holidaysCSV, "date,name,kind,certainty")
	if err != nil {
		return nil, err
	}
	days := make([]Holiday, len(rows))
	for i, c := range rows {
		days[i] = Holiday{Name: c[1], Kind: c[2], Certainty: c[3]}
		if days[i].Day, err = calendar.Parse(c[0]); err != nil {
			return nil, fmt.Errorf("rule: holiday %s: %w", c[1], err)
		}
	}
	return days, nil
}

const (
	sqlSeedRules = `
		insert into rules (key, value, unit, valid_from, valid_to, source, certainty, note)
		select s.key, s.value, s.unit, s.valid_from, s.valid_to, s.source, s.certainty, s.note
		from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::text[], $8::text[])
			as s (key, value, unit, valid_from, valid_to, source, certainty, note)
		on conflict do nothing`
	sqlSeedHolidays = `
		insert into holidays (day, name, kind, certainty)
		select s.day, s.name, s.kind, s.certainty
		from unnest($1::date[], $2::text[], $3::text[], $4::text[]) as s (day, name, kind, certainty)
		on conflict do nothing`
)

// Seed fills the tables in the transaction of an installation. A rule whose days
// are taken stays as it is, because an administrator may have changed it; so
// seeding twice changes nothing.
func Seed(ctx context.Context, tx *sqlx.Tx) error {
	rules, err := seedRules()
	if err != nil {
		return err
	}
	days, err := seedHolidays()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlSeedRules,
		column(rules, func(r Rule) string { return r.Key }), column(rules, func(r Rule) string { return r.Value }),
		column(rules, func(r Rule) string { return r.Unit }), column(rules, func(r Rule) calendar.Date { return r.From }),
		column(rules, func(r Rule) calendar.Date { return r.To }), column(rules, func(r Rule) string { return r.Source }),
		column(rules, func(r Rule) string { return r.Certainty }), column(rules, func(r Rule) string { return r.Note }),
	); err != nil {
		return fmt.Errorf("seed rules: %w", err)
	}
	if _, err := tx.ExecContext(ctx, sqlSeedHolidays,
		column(days, func(d Holiday) calendar.Date { return d.Day }), column(days, func(d Holiday) string { return d.Name }),
		column(days, func(d Holiday) string { return d.Kind }), column(days, func(d Holiday) string { return d.Certainty }),
	); err != nil {
		return fmt.Errorf("seed holidays: %w", err)
	}
	return nil
}

// column turns one field of all rows into an array parameter.
func column[R, F any](rows []R, field func(R) F) any {
	all := make([]F, len(rows))
	for i, r := range rows {
		all[i] = field(r)
	}
	return pq.Array(all)
}
