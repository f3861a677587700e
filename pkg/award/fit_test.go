package award_test

import (
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/award"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

func TestFit(t *testing.T) {
	plan := []award.Line{
		{Code: "210-01", Amounts: fixture.Sources(60, 40, 0, 0)},
		{Code: "210-14", Amounts: fixture.Sources(30, 20, 0, 0)},
		{Code: "240-01", Amounts: fixture.Sources(10, 0, 0, 0)},
	}
	for name, c := range map[string]struct {
		amounts money.BySource
		want    []money.BySource
	}{
		"as planned":               {fixture.Sources(100, 60, 0, 0), []money.BySource{fixture.Sources(60, 40, 0, 0), fixture.Sources(30, 20, 0, 0), fixture.Sources(10, 0, 0, 0)}},
		"less, with odd won":       {fixture.Sources(51, 31, 0, 0), []money.BySource{fixture.Sources(31, 21, 0, 0), fixture.Sources(15, 10, 0, 0), fixture.Sources(5, 0, 0, 0)}},
		"a source nobody planned":  {fixture.Sources(100, 60, 0, 16), []money.BySource{fixture.Sources(60, 40, 0, 10), fixture.Sources(30, 20, 0, 5), fixture.Sources(10, 0, 0, 1)}},
		"a line that gets nothing": {fixture.Sources(0, 60, 0, 0), []money.BySource{fixture.Sources(0, 40, 0, 0), fixture.Sources(0, 20, 0, 0)}},
	} {
		got, err := award.Fit(plan, c.amounts)
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
			continue
		}
		for i, l := range got {
			if l.Amounts != c.want[i] {
				t.Errorf("%s: line %d is %v, want %v", name, i, l.Amounts, c.want[i])
			}
		}
	}
	if _, err := award.Fit(nil, fixture.Sources(1, 0, 0, 0)); err == nil {
		t.Error("no lines were fitted")
	}
}

// TestFitAddsUp: whatever was planned and selected, the lines add up source by source
// and none is negative.
func TestFitAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1_000_000)
		draw := func(label string) money.BySource {
			return fixture.Sources(n.Draw(t, label), n.Draw(t, label), n.Draw(t, label), n.Draw(t, label))
		}
		lines := []award.Line{{Amounts: draw("line").Add(fixture.Sources(1, 0, 0, 0))}}
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			lines = append(lines, award.Line{Amounts: draw("line")})
		}
		amounts := draw("amounts")
		got, err := award.Fit(lines, amounts)
		if err != nil {
			t.Fatal(err)
		}
		if award.LineTotals(got) != amounts {
			t.Fatalf("%v, want %v", award.LineTotals(got), amounts)
		}
		same := award.LineTotals(lines) == amounts // then the lines stay as they were written
		for _, l := range got {
			if l.Amounts.AnyNegative() || l.Amounts.IsZero() && !same {
				t.Fatalf("a line of %v", l.Amounts)
			}
		}
	})
}
