package money

import (
	"testing"

	"pgregory.net/rapid"
)

func anySources(t *rapid.T, label string, low, high int64) BySource {
	n := rapid.SliceOfN(rapid.Int64Range(low, high), 4, 4).Draw(t, label)
	return BySource{won(n[0]), won(n[1]), won(n[2]), won(n[3])}
}

func TestSources(t *testing.T) {
	labels := [4]string{"국비", "시도비", "시군구비", "자부담"}
	codes := [4]string{"national", "sido", "sigungu", "own"}
	for i, s := range Sources() {
		if int(s) != i || s.Label() != labels[i] || s.Code() != codes[i] {
			t.Errorf("source %d: %s %s", i, s.Label(), s.Code())
		}
		if got, err := ParseSource(codes[i]); err != nil || got != s {
			t.Errorf("ParseSource(%s) = %v, %v", codes[i], got, err)
		}
	}
	_, err := ParseSource("city")
	wantInvalid(t, err)
}

func TestBySourceArithmetic(t *testing.T) {
	b, c := BySource{won(5), won(4), won(3), won(2)}, BySource{won(1), won(2), won(3), won(4)}
	if got := b.Add(c); got != (BySource{won(6), won(6), won(6), won(6)}) {
		t.Errorf("Add %v", got)
	}
	if got := b.Sub(c); got != (BySource{won(4), won(2), won(0), won(-2)}) || !got.AnyNegative() {
		t.Errorf("Sub %v", got)
	}
	if b.Total() != won(14) || b.AnyNegative() || b.IsZero() || !(BySource{}).IsZero() {
		t.Error("Total, AnyNegative or IsZero")
	}
	if !b.LessEq(b) || b.LessEq(c) || c.LessEq(b) || !c.Sub(BySource{Own: won(2)}).LessEq(BySource{won(1), won(2), won(3), won(2)}) {
		t.Error("LessEq")
	}
	for i, s := range Sources() {
		changed := b.With(s, won(-9))
		if b.At(s) != won(5-int64(i)) || changed.At(s) != won(-9) || !changed.AnyNegative() || changed.LessEq(BySource{}) {
			t.Errorf("At or With of %s", s.Code())
		}
		if (BySource{}).With(s, won(1)).LessEq(BySource{}) {
			t.Errorf("LessEq ignores %s", s.Code())
		}
	}
	kept, cut := BySource{won(6_173), won(6_172), won(0), won(-15)}.Cut(10)
	if kept != (BySource{won(6_170), won(6_170), won(0), won(-10)}) || cut != (BySource{won(3), won(2), won(0), won(-5)}) {
		t.Errorf("Cut %v %v", kept, cut)
	}
	rapid.Check(t, func(t *rapid.T) {
		b, c := anySources(t, "b", -Max, Max), anySources(t, "c", -Max, Max)
		if b.Add(c).Sub(c) != b || b.Sub(c) != c.Sub(b).Neg() || b.Add(c).Total() != b.Total().Add(c.Total()) {
			t.Fatal("addition per source is not exact")
		}
	})
}

func TestBySourceSplit(t *testing.T) {
	b := BySource{National: won(50), Sido: won(25), Own: won(25)}
	if got, err := b.Split(won(100_001)); err != nil || got != (BySource{won(50_001), won(25_000), won(0), won(25_000)}) {
		t.Errorf("%v, %v", got, err)
	}
	_, err := BySource{}.Split(won(1))
	wantInvalid(t, err)
}

func TestProposeSplit(t *testing.T) {
	half := BySource{National: won(50_000_000), Sido: won(50_000_000)}
	for _, c := range []struct {
		name    string
		soFar   BySource
		bill    int64
		weights BySource
		want    BySource
	}{
		{"first odd won to 국비", BySource{}, 1, half, BySource{National: won(1)}},
		{"second odd won evens out", BySource{National: won(1)}, 1, half, BySource{Sido: won(1)}},
		{"an edited split is caught up", BySource{National: won(100)}, 40, half, BySource{Sido: won(40)}},
		{"caught up and shared", BySource{National: won(100)}, 140, half, BySource{National: won(20), Sido: won(120)}},
		{"others share by how far they are behind", BySource{National: won(100)}, 6, BySource{won(2), won(1), won(1), won(0)},
			BySource{Sido: won(3), Sigungu: won(3)}},
		{"nothing to pay", BySource{National: won(3)}, 0, half, BySource{}},
	} {
		got, err := ProposeSplit(c.soFar, won(c.bill), c.weights)
		if err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
	for _, c := range []struct {
		soFar   BySource
		bill    int64
		weights BySource
	}{{BySource{}, -1, half}, {BySource{Own: won(-1)}, 1, half}, {BySource{}, 1, BySource{}}, {BySource{}, 1, BySource{National: won(2), Own: won(-1)}}} {
		_, err := ProposeSplit(c.soFar, won(c.bill), c.weights)
		wantInvalid(t, err)
	}
}

// Bills of any size up to the plan: each proposal adds up to its bill and is
// never negative, no source passes its plan, and the last bill meets the plan to
// the won, also when a person edited some splits within the plan.
func TestProposeSplitUsesThePlanUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := anySources(t, "plan", 0, 100_000_000)
		if plan.IsZero() {
			return
		}
		var paid BySource
		for left := plan.Total(); !left.IsZero(); left = plan.Total().Sub(paid.Total()) {
			bill := won(rapid.Int64Range(1, left.n).Draw(t, "bill"))
			if rapid.Bool().Draw(t, "last") {
				bill = left
			}
			part, err := ProposeSplit(paid, bill, plan)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "edited") { // everything to the sources in order, as far as the plan allows
				part = BySource{}
				for _, s := range Sources() {
					part = part.With(s, plan.At(s).Sub(paid.At(s)).Min(bill.Sub(part.Total())))
				}
			}
			if part.AnyNegative() || part.Total() != bill {
				t.Fatalf("paid %v, bill %v of %v: %v", paid, bill, plan, part)
			}
			paid = paid.Add(part)
			if !paid.LessEq(plan) {
				t.Fatalf("paid %v passes the plan %v", paid, plan)
			}
		}
		if paid != plan {
			t.Fatalf("paid %v, plan %v", paid, plan)
		}
	})
}

// Without edits no source drifts 2 won or more from its exact share, however many
// bills there are.
func TestProposeSplitDoesNotDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := anySources(t, "weights", 1, 1_000)
		var paid BySource
		for _, bill := range rapid.SliceOfN(rapid.Int64Range(0, 7), 1, 60).Draw(t, "bills") {
			part, err := ProposeSplit(paid, won(bill), weights)
			if err != nil {
				t.Fatal(err)
			}
			paid = paid.Add(part)
			for _, s := range Sources() {
				off := paid.At(s).n*weights.Total().n - paid.Total().n*weights.At(s).n
				if off >= 2*weights.Total().n || off <= -2*weights.Total().n {
					t.Fatalf("%s drifted: paid %v by %v", s.Code(), paid, weights)
				}
			}
		}
	})
}
