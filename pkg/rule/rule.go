package rule

import (
	"fmt"
	"strconv"

	"eoul/pkg/calendar"
)

// Rule is one value while it is in force, both days included. To is no date while
// the rule goes on.
type Rule struct {
	Key       string        `db:"key"`
	Value     string        `db:"value"`
	Unit      string        `db:"unit"`
	From      calendar.Date `db:"valid_from"`
	To        calendar.Date `db:"valid_to"`
	Source    string        `db:"source"`
	Certainty string        `db:"certainty"`
	Note      string        `db:"note"`
}

// InForce reports whether the rule holds on the day.
func (r Rule) InForce(on calendar.Date) bool {
	return !on.Before(r.From) && (r.To.IsZero() || !on.After(r.To))
}

// Holiday is one row of the holiday table; a day may have several.
type Holiday struct {
	Day       calendar.Date `db:"day"`
	Name      string        `db:"name"`
	Kind      string        `db:"kind"` // law, substitute, election or temporary
	Certainty string        `db:"certainty"`
}

// Set answers questions about the rules as they stood when it was loaded.
type Set struct {
	rules    map[string][]Rule
	holidays calendar.Holidays
}

func newSet(rules []Rule, days []Holiday) Set {
	s := Set{rules: map[string][]Rule{}}
	for _, r := range rules {
		s.rules[r.Key] = append(s.rules[r.Key], r)
	}
	named := make([]calendar.Holiday, len(days))
	for i, d := range days {
		named[i] = calendar.Holiday{Day: d.Day, Name: d.Name}
	}
	s.holidays = calendar.NewHolidays(named)
	return s
}

// Text returns the value of a key on a day, with the rule for display. A key or a
// day without a rule is a plain error: the program asked for what nobody decided.
func (s Set) Text(key string, on calendar.Date) (string, Rule, error) {
	for _, r := range s.rules[key] {
		if r.InForce(on) {
			return r.Value, r, nil
		}
	}
	return "", Rule{}, fmt.Errorf("rule: no %q on %s", key, on)
}

// Int is Text for whole numbers: won, days, months, per cent.
func (s Set) Int(key string, on calendar.Date) (int64, Rule, error) {
	text, r, err := s.Text(key, on)
	if err != nil {
		return 0, Rule{}, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, Rule{}, fmt.Errorf("rule: %q on %s is not a number: %w", key, on, err)
	}
	return n, r, nil
}

// Holidays returns the public holidays.
func (s Set) Holidays() calendar.Holidays { return s.holidays }

// Deadline returns the last day of the period that a key sets in months or days,
// run from an event on the day from, with the rule in force on that day. A year
// outside the holiday table is an Invalid fault; another unit is a plain error.
func (s Set) Deadline(from calendar.Date, key string) (calendar.Date, Rule, error) {
	n, r, err := s.Int(key, from)
	if err != nil {
		return calendar.Date{}, Rule{}, err
	}
	var months, days int
	switch r.Unit {
	case "month":
		months = int(n)
	case "day":
		days = int(n)
	default:
		return calendar.Date{}, Rule{}, fmt.Errorf("rule: %q counts %s, not months or days", key, r.Unit)
	}
	last, err := calendar.Deadline(from, months, days, s.holidays)
	return last, r, err
}
