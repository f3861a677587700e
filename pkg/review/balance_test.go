package review

import (
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
)

func TestOverlaps(t *testing.T) {
	for _, c := range []struct {
		name     string
		reviewer Jurisdiction
		of       Jurisdiction
		want     bool
	}{
		{"no government", Jurisdiction{}, Jurisdiction{1, 11}, false},
		{"own district", Jurisdiction{1, 11}, Jurisdiction{1, 11}, true},
		{"neighbouring district of the same 시·도", Jurisdiction{1, 12}, Jurisdiction{1, 11}, true},
		{"own 시·도's application", Jurisdiction{1, 11}, Jurisdiction{1, 0}, true},
		{"a 시·도's official and its district", Jurisdiction{1, 0}, Jurisdiction{1, 11}, true},
		{"elsewhere", Jurisdiction{2, 21}, Jurisdiction{1, 11}, false},
	} {
		if got := c.reviewer.Overlaps(c.of); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := func(name string) Jurisdiction {
			s := rapid.Int64Range(0, 3).Draw(t, name)
			if s == 0 {
				return Jurisdiction{}
			}
			return Jurisdiction{s, rapid.Int64Range(0, 2).Draw(t, name+" district") * 10 * s}
		}
		var pool []Capacity
		for i := range rapid.IntRange(1, 6).Draw(t, "reviewers") {
			pool = append(pool, Capacity{Reviewer: ReviewerID(i + 1), Of: place("reviewer")})
		}
		var targets []Target
		for i := range rapid.IntRange(1, 8).Draw(t, "applications") {
			of := place("application")
			if of.Sido == 0 {
				of.Sido = 9
			}
			targets = append(targets, Target{Application: application.ID(i + 1), Of: of, Missing: rapid.IntRange(0, 3).Draw(t, "missing")})
		}
		pairs, short := Balance(targets, pool)
		again, _ := Balance(rapid.Permutation(targets).Draw(t, "order"), rapid.Permutation(pool).Draw(t, "pool order"))
		seen, given, load := map[Pair]bool{}, map[application.ID]int{}, map[ReviewerID]int{}
		for i, p := range pairs {
			if again[i] != p {
				t.Fatalf("another order gave other pairs: %v, %v", pairs, again)
			}
			if seen[p] {
				t.Fatalf("%v twice", p)
			}
			seen[p] = true
			given[p.Application]++
			load[p.Reviewer]++
			if pool[p.Reviewer-1].Of.Overlaps(targets[p.Application-1].Of) {
				t.Fatalf("%v is in the reviewer's own jurisdiction", p)
			}
		}
		lacking := map[application.ID]bool{}
		for _, id := range short {
			lacking[id] = true
		}
		for _, a := range targets {
			possible := choices(a, pool)
			if want := min(a.Missing, possible); given[a.Application] != want || lacking[a.Application] != (possible < a.Missing) {
				t.Fatalf("application %d got %d of %d, short %v", a.Application, given[a.Application], want, short)
			}
		}
		balanced(t, pool, load)
	})
}

// balanced demands that reviewers of no government, who can take anything, differ
// by one at most when nobody is barred.
func balanced(t *rapid.T, pool []Capacity, load map[ReviewerID]int) {
	low, high := 1<<30, 0
	for _, c := range pool {
		if c.Of != (Jurisdiction{}) {
			return
		}
		low, high = min(low, load[c.Reviewer]), max(high, load[c.Reviewer])
	}
	if high-low > 1 {
		t.Fatalf("loads differ by %d: %v", high-low, load)
	}
}
