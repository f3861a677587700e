package program

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/rule"
)

// at is an hour of 3 March 2026, a Tuesday; hours beyond 24 are later days.
func at(hour int) time.Time {
	return calendar.Instant(calendar.Must(2026, time.March, 3), 0, 0).Add(time.Duration(hour) * time.Hour)
}

// TestPostpone: the service was down from 17 to 19 o'clock; everything due until 21
// goes to 18 o'clock of the next day.
func TestPostpone(t *testing.T) {
	w := Window{From: at(17), Covers: at(21), PutOff: at(42)}
	h := func(call CallID, gov int64, kind string, was time.Time, state State) head {
		return head{CallID: call, GovernmentID: organization.ID(gov), Kind: kind, Was: was, State: state}
	}
	for name, q := range map[string]struct {
		heads []head
		want  string
	}{
		"nothing due":            {[]head{h(1, 0, Submit, at(16), StateOpen)}, ""},
		"before the outage":      {[]head{h(1, 0, Submit, at(17).Add(-1), StateOpen)}, ""},
		"as it began":            {[]head{h(1, 0, Submit, at(17), StateOpen)}, "1/0 submit"},
		"two hours after":        {[]head{h(1, 0, Submit, at(21), StateOpen)}, "1/0 submit"},
		"later":                  {[]head{h(1, 0, Submit, at(21).Add(1), StateOpen)}, ""},
		"closed meanwhile":       {[]head{h(1, 0, Submit, at(18), StateClosed)}, "1/0 submit"},
		"under review":           {[]head{h(1, 0, Submit, at(18), StateReviewing), h(1, 0, Correct, at(18), StateReviewing)}, "1/0 correct"},
		"not announced any more": {[]head{h(1, 0, Submit, at(18), StateDecided)}, ""},
		"two calls, two kinds": {[]head{h(2, 0, Endorse, at(18), StateClosed), h(1, 0, Submit, at(18), StateOpen), h(1, 0, Endorse, at(90), StateOpen)},
			"1/0 submit, 2/0 endorse"},
		"one government under all":        {[]head{h(1, 0, Submit, at(18), StateOpen), h(1, 7, Submit, at(20), StateOpen)}, "1/0 submit"},
		"one government alone":            {[]head{h(1, 0, Submit, at(10), StateClosed), h(1, 7, Submit, at(20), StateClosed)}, "1/7 submit"},
		"one government beyond":           {[]head{h(1, 0, Submit, at(18), StateOpen), h(1, 7, Submit, at(80), StateOpen)}, "1/0 submit"},
		"an old act under a later one":    {[]head{h(1, 0, Submit, at(50), StateOpen), h(1, 7, Submit, at(18), StateOpen)}, ""},
		"the 시·도's comes before it":       {[]head{h(1, 0, Submit, at(18), StateOpen), h(1, 0, Endorse, at(30), StateOpen), h(1, 0, Correct, at(90), StateOpen)}, "1/0 submit, 1/0 endorse follows"},
		"the 시·도's of one government":     {[]head{h(1, 0, Submit, at(1), StateClosed), h(1, 7, Submit, at(18), StateClosed), h(1, 0, Endorse, at(30), StateClosed), h(1, 0, Correct, at(90), StateClosed)}, "1/7 submit, 1/7 endorse follows"},
		"the 시·도's of one, later already": {[]head{h(1, 7, Submit, at(18), StateClosed), h(1, 0, Endorse, at(30), StateClosed), h(1, 7, Endorse, at(60), StateClosed)}, "1/7 submit"},
	} {
		var got []string
		for _, m := range postpone(q.heads, w) {
			text := fmt.Sprintf("%d/%d %s", m.CallID, m.GovernmentID, m.Kind)
			if m.Follows {
				text += " follows"
			}
			got = append(got, text)
		}
		if s := strings.Join(got, ", "); s != q.want {
			t.Errorf("%s: %q, want %q", name, s, q.want)
		}
	}
}

func TestSealIsOfTheList(t *testing.T) {
	w := Window{From: at(17), Covers: at(21), PutOff: at(42)}
	one := []Postponed{{head: head{CallID: 1, Kind: Submit, Was: at(18), State: StateOpen}}}
	closed := []Postponed{{head: head{CallID: 1, Kind: Submit, Was: at(18), State: StateClosed}}}
	later := w
	later.PutOff = at(43)
	if first, again := seal(one, w), seal(one, w); first != again || seal(one, w) == seal(nil, w) || seal(one, w) == seal(closed, w) || seal(one, w) == seal(one, later) {
		t.Error("two lists have one seal, or one list two")
	}
}

// TestProposed follows the terms of 나라장터: short outages by hours, long ones by a
// day, never past office hours or on a day of rest.
func TestProposed(t *testing.T) {
	rules, err := rule.FromSeed()
	if err != nil {
		t.Fatal(err)
	}
	o, err := outageRulesOn(rules, calendar.Must(2026, time.March, 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct {
		from, until, now time.Time
		want             string
	}{
		{at(9), at(11), at(11), "2026. 3. 3.(화) 15:00"},
		{at(9), at(11).Add(time.Minute), at(12), "2026. 3. 4.(수) 12:00"}, // long: a day, to the full hour
		{at(16), at(17), at(17), "2026. 3. 4.(수) 18:00"},                 // past the office hours
		{at(80), at(83), at(83), "2026. 3. 9.(월) 18:00"},                 // Friday to Saturday, so Monday
		{at(9), at(10), at(30), "2026. 3. 4.(수) 18:00"},                  // declared a day late, at 06:00
		{at(9), at(10), at(34), "2026. 3. 4.(수) 12:00"},
		{at(-48), at(-46), at(-46), "2026. 3. 3.(화) 18:00"}, // 1 March is a holiday, 2 March its substitute
		{at(24 * 365 * 30), at(24*365*30 + 1), at(24*365*30 + 1), ""},
	} {
		if got := calendar.FormatInstant(o.propose(q.from, q.until, q.now)); got != q.want {
			t.Errorf("%s to %s: proposed %q, want %q", calendar.FormatInstant(q.from), calendar.FormatInstant(q.until), got, q.want)
		}
	}
}
