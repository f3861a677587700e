package program_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

func amounts(national, sido, sigungu, own int64) money.BySource {
	return money.BySource{National: money.Must(national), Sido: money.Must(sido), Sigungu: money.Must(sigungu), Own: money.Must(own)}
}

// TestMatching holds plans against the rule of the real programme and others.
func TestMatching(t *testing.T) {
	daegu := program.Matching{NationalBps: 5_000, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000}
	ladder := program.Matching{NationalBps: 5_000, NationalExact: true, SidoMin: 2_000, SidoMax: 2_000, SigunguMin: 2_000, SigunguMax: 2_000, OwnMin: 1_000, OwnMax: 1_000}
	most := program.Matching{NationalBps: 7_000, SidoMin: 1_000, SidoMax: 10_000, OwnMax: 10_000}
	for _, c := range []struct {
		name  string
		rule  program.Matching
		total money.BySource
		wrong map[string]string // field -> words of its message
	}{
		{"대구시", daegu, amounts(50_000_000, 50_000_000, 0, 0), nil},
		{"district pays a part", daegu, amounts(50_000_000, 20_000_000, 30_000_000, 0), nil},
		{"one won short", daegu, amounts(49_999_999, 50_000_001, 0, 0), map[string]string{"national": "50,000,000원이어야 합니다", "sido": "50,000,000원까지"}},
		{"odd total", daegu, amounts(50, 51, 0, 0), nil},
		{"odd total, won on the wrong side", daegu, amounts(51, 50, 0, 0), map[string]string{"national": "50원이어야"}},
		{"own money where none may be", daegu, amounts(50, 40, 0, 10), map[string]string{"own": "0원이어야"}},
		{"ladder", ladder, amounts(50_000, 20_000, 20_000, 10_000), nil},
		{"ladder with everything wrong", ladder, amounts(40_000, 30_000, 25_000, 5_000),
			map[string]string{"national": "50,000원이어야", "sido": "20,000원이어야", "sigungu": "20,000원이어야", "own": "10,000원이어야"}},
		{"at most, less", most, amounts(30, 40, 0, 30), nil},
		{"at most, more", most, amounts(71, 29, 0, 0), map[string]string{"national": "70원까지"}},
		{"nothing", daegu, amounts(0, 0, 0, 0), map[string]string{"total": "1원 이상"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.rule.Check(c.total)
			_, fields := fault.Public(err)
			if err == nil {
				fields = nil
			}
			if len(fields) != len(c.wrong) {
				t.Fatalf("got %v, want messages for %v", fields, c.wrong)
			}
			for f, words := range c.wrong {
				if !strings.Contains(fields[f], words) {
					t.Errorf("%s: %q does not say %q", f, fields[f], words)
				}
			}
		})
	}
}

// TestPropose is the property of decisions 5: for every rule a manager can save and
// every total, the proposal is the whole total and passes the rule to the won.
func TestPropose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bps := rapid.IntRange(0, 10_000)
		m := program.Matching{NationalBps: bps.Draw(t, "national"), NationalExact: rapid.Bool().Draw(t, "exact")}
		bounds := func(name string) (int, int) {
			a, b := bps.Draw(t, name+" a"), bps.Draw(t, name+" b")
			return min(a, b), max(a, b)
		}
		m.SidoMin, m.SidoMax = bounds("sido")
		m.SigunguMin, m.SigunguMax = bounds("sigungu")
		m.OwnMin, m.OwnMax = bounds("own")
		in := program.CallInput{Matching: m}
		if in.MatchingError() != nil {
			return
		}
		total := money.Must(rapid.OneOf(rapid.Int64Range(1, 1_000), rapid.Int64Range(1, money.Max)).Draw(t, "total"))
		p := m.Propose(total)
		if p.Total() != total || p.AnyNegative() {
			t.Fatalf("%v of %s won adds up to %s", p, total, p.Total())
		}
		if err := m.Check(p); err != nil {
			t.Fatalf("%+v proposes %v: %v", m, p, err)
		}
	})
}

func TestPercent(t *testing.T) {
	for text, want := range map[string]int{"50": 5_000, "50%": 5_000, " 33.33 ": 3_333, "0": 0, "100": 10_000, "7.5": 750, "0.01": 1} {
		if got, err := program.ParsePercent(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "100.01", "101", "33.333", "1e2", "오십", ".5", "1,0"} {
		if got, err := program.ParsePercent(text); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q is %d, %v", text, got, err)
		}
	}
	for bps, want := range map[int]string{5_000: "50%", 3_333: "33.33%", 750: "7.5%", 1: "0.01%", 0: "0%"} {
		if got := program.Percent(bps); got != want {
			t.Errorf("%d is %q, want %q", bps, got, want)
		}
	}
}
