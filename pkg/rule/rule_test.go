package rule

import (
	"slices"
	"strconv"
	"testing"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
)

func day(t *testing.T, iso string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(iso)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func seed(t *testing.T) Set {
	t.Helper()
	s, err := FromSeed()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRulesChangeWithTheDay(t *testing.T) {
	s := seed(t)
	for _, c := range []struct {
		key, on string
		want    int64
	}{
		{VerificationNational, "2022-12-31", 300_000_000},
		{VerificationNational, "2023-06-19", 300_000_000},
		{VerificationNational, "2023-06-20", 100_000_000},
		{VerificationLocal, "2023-06-20", 300_000_000},
		{ObjectionNational, "2024-03-25", 20},
		{ObjectionNational, "2024-03-26", 30},
		{SettlementLocalGovernment, "2022-12-31", 3},
		{SettlementOther, "2022-12-31", 2},
		{CallWindow, "2021-12-22", 15},
		{DisbursementInstalments, "2022-05-13", 2},
		{InterestUnit, "2023-02-01", 10},
		{BalanceSmallBelow, "2023-02-01", 500_000},
		{AuditThreshold, "2022-01-01", 1_000_000_000},
		{DisclosureNational, "2022-01-01", 10_000_000},
	} {
		got, r, err := s.Int(c.key, day(t, c.on))
		if err != nil || got != c.want || r.Key != c.key || r.Source == "" || !r.InForce(day(t, c.on)) {
			t.Errorf("%s on %s = %d by %+v, %v; want %d", c.key, c.on, got, r, err, c.want)
		}
	}
	if got, _, err := s.Text(RemainderOwner, day(t, "2022-01-01")); err != nil || got != "largest_remainder" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestUnknownRuleIsAPlainError(t *testing.T) {
	s := seed(t)
	for _, c := range [][2]string{{"no.such.rule", "2022-01-01"}, {SettlementOther, "2020-12-31"}} {
		if _, _, err := s.Text(c[0], day(t, c[1])); err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("%v: %v", c, err)
		}
		if _, _, err := s.Deadline(day(t, c[1]), c[0]); err == nil || fault.KindOf(err) != fault.Internal {
			t.Errorf("deadline %v: %v", c, err)
		}
	}
	if _, _, err := s.Int(RemainderOwner, day(t, "2022-01-01")); err == nil {
		t.Error("a word was read as a number")
	}
	if _, _, err := s.Deadline(day(t, "2022-01-01"), InterestUnit); err == nil {
		t.Error("won were counted as days")
	}
}

func TestDeadlineByRule(t *testing.T) {
	s := seed(t)
	for _, c := range []struct{ from, key, want string }{
		{"2022-12-31", SettlementLocalGovernment, "2023-03-31"},
		{"2022-12-31", SettlementOther, "2023-02-28"},
		{"2025-12-31", SettlementOther, "2026-03-03"},
		{"2022-05-13", ObjectionNational, "2022-06-02"},
		{"2024-05-13", ObjectionNational, "2024-06-12"},
	} {
		got, _, err := s.Deadline(day(t, c.from), c.key)
		if err != nil || got.String() != c.want {
			t.Errorf("%s from %s = %s, %v; want %s", c.key, c.from, got, err, c.want)
		}
	}
	if _, _, err := s.Deadline(day(t, "2027-12-31"), SettlementOther); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a year outside the table: %v", err)
	}
}

// The vectors of the deadlines hold with the embedded holidays too.
func TestDeadlineVectorsWithEmbeddedHolidays(t *testing.T) {
	h := seed(t).Holidays()
	for _, c := range []struct {
		from         string
		months, days int
		want         string
	}{
		{"2022-12-31", 2, 0, "2023-02-28"}, {"2022-12-31", 3, 0, "2023-03-31"}, {"2022-11-30", 2, 0, "2023-01-31"},
		{"2022-06-30", 2, 0, "2022-08-31"}, {"2022-12-15", 2, 0, "2023-02-15"}, {"2022-12-30", 2, 0, "2023-02-28"},
		{"2023-12-31", 2, 0, "2024-02-29"}, {"2025-12-31", 2, 0, "2026-03-03"}, {"2022-05-13", 0, 30, "2022-06-13"},
		{"2022-05-13", 0, 20, "2022-06-02"}, {"2025-04-30", 0, 3, "2025-05-07"},
	} {
		got, err := calendar.Deadline(day(t, c.from), c.months, c.days, h)
		if err != nil || got.String() != c.want {
			t.Errorf("%s + %d months %d days = %s, %v; want %s", c.from, c.months, c.days, got, err, c.want)
		}
	}
	for year := 2021; year <= 2027; year++ {
		if !h.Covers(year) {
			t.Errorf("%d is not covered", year)
		}
	}
	if h.Covers(2020) || h.Covers(2028) {
		t.Error("a year is covered that the table does not have")
	}
}

func TestSeedIsConsistent(t *testing.T) {
	rules, err := seedRules()
	if err != nil {
		t.Fatal(err)
	}
	units := []string{"won", "hour", "day", "month", "year", "percent", "count", "month-day", "method", "byte"}
	for i, r := range rules {
		if r.Key == "" || r.Value == "" || r.Source == "" || !slices.Contains([]string{"sure", "medium", "unverified"}, r.Certainty) || !slices.Contains(units, r.Unit) {
			t.Errorf("incomplete: %+v", r)
		}
		if n, err := strconv.ParseInt(r.Value, 10, 64); r.Unit != "month-day" && r.Unit != "method" && (err != nil || n < 1) {
			t.Errorf("%s is no number: %q", r.Key, r.Value)
		}
		if !r.To.IsZero() && r.To.Before(r.From) {
			t.Errorf("%s ends before it begins", r.Key)
		}
		for _, other := range rules[:i] {
			if other.Key == r.Key && (other.InForce(r.From) || r.InForce(other.From)) {
				t.Errorf("two values of %s on %s", r.Key, r.From)
			}
		}
	}
	days, err := seedHolidays()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range days {
		if d.Name == "" || !slices.Contains([]string{"law", "substitute", "election", "temporary"}, d.Kind) || !slices.Contains([]string{"sure", "unverified"}, d.Certainty) {
			t.Errorf("incomplete: %+v", d)
		}
	}
}
