package review

import (
	"slices"
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

// drawn is a pool and its targets, with jurisdictions, facts and fields that meet often.
func drawn(t *rapid.T, most int) (targets []Target, pool []Capacity) {
	place := func(name string) Jurisdiction {
		s := rapid.Int64Range(0, 3).Draw(t, name)
		if s == 0 {
			return Jurisdiction{}
		}
		return Jurisdiction{s, rapid.Int64Range(0, 2).Draw(t, name+" district") * 10 * s}
	}
	fields := rapid.SampledFrom([]string{"유통", "관광", "돌봄", "주거"})
	for i := range rapid.IntRange(1, most).Draw(t, "reviewers") {
		pool = append(pool, Capacity{Reviewer: ReviewerID(i + 1), Of: place("reviewer"), Expertise: []string{fields.Draw(t, "expertise")}})
	}
	for i := range rapid.IntRange(1, most).Draw(t, "applications") {
		of := place("application")
		if of.Sido == 0 {
			of.Sido = 9
		}
		one := Target{Application: application.ID(i + 1), Of: of, Missing: rapid.IntRange(0, 3).Draw(t, "missing"), Areas: []string{fields.Draw(t, "area")}}
		for _, c := range pool {
			if rapid.IntRange(0, 5).Draw(t, "barred") == 0 {
				one.Barred = append(one.Barred, c.Reviewer)
			}
		}
		targets = append(targets, one)
	}
	return targets, pool
}

func possible(t Target, pool []Capacity) (n int) {
	for _, c := range pool {
		if t.takes(c) {
			n++
		}
	}
	return n
}

// TestBalance: nobody twice, in their own jurisdiction or against the facts, everybody
// filled who can be, and the same whatever the order of the input.
func TestBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		targets, pool := drawn(t, 8)
		picks, gaps := Balance(targets, pool)
		again, _ := Balance(rapid.Permutation(targets).Draw(t, "order"), rapid.Permutation(pool).Draw(t, "pool order"))
		if !slices.Equal(again, picks) {
			t.Fatalf("another order gave other picks: %v, %v", picks, again)
		}
		seen, given, load := map[Pair]bool{}, map[application.ID]int{}, map[ReviewerID]int{}
		for _, p := range picks {
			if seen[p.Pair] {
				t.Fatalf("%v twice", p)
			}
			seen[p.Pair] = true
			given[p.Application]++
			load[p.Reviewer]++
			if a := targets[p.Application-1]; pool[p.Reviewer-1].Of.Overlaps(a.Of) || slices.Contains(a.Barred, p.Reviewer) {
				t.Fatalf("%v is barred", p)
			}
		}
		for _, p := range picks {
			if p.Load != load[p.Reviewer] {
				t.Fatalf("%v says %d, has %d", p.Pair, p.Load, load[p.Reviewer])
			}
		}
		lacking := map[application.ID]int{}
		for _, g := range gaps {
			lacking[g.Application] = g.Missing
		}
		for _, a := range targets {
			can := possible(a, pool)
			if want := min(a.Missing, can); given[a.Application] != want || lacking[a.Application] != max(0, a.Missing-can) {
				t.Fatalf("application %d got %d of %d, lacks %d", a.Application, given[a.Application], want, lacking[a.Application])
			}
		}
	})
}

// TestBalanceIsAsEvenAsCanBe compares with every assignment there is: none has a smaller
// sum of squared loads, which is the least for loads that differ by one at most.
func TestBalanceIsAsEvenAsCanBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		targets, pool := drawn(t, 4)
		for i := range pool {
			pool[i].Load = rapid.IntRange(0, 2).Draw(t, "load")
		}
		picks, _ := Balance(targets, pool)
		load := make([]int, len(pool))
		for i, c := range pool {
			load[i] = c.Load
		}
		best := leastSquares(targets, pool, slices.Clone(load))
		for _, p := range picks {
			load[p.Reviewer-1]++
		}
		if got := squares(load); got != best {
			t.Fatalf("loads %v give %d, there is an assignment with %d", load, got, best)
		}
	})
}

func squares(load []int) (sum int) {
	for _, n := range load {
		sum += n * n
	}
	return sum
}

// leastSquares tries every way to serve the targets.
func leastSquares(targets []Target, pool []Capacity, load []int) int {
	if len(targets) == 0 {
		return squares(load)
	}
	t, best := targets[0], 1<<30
	want := min(t.Missing, possible(t, pool))
	for set := range 1 << len(pool) {
		next, n := slices.Clone(load), 0
		for r, c := range pool {
			if set&(1<<r) != 0 {
				if !t.takes(c) {
					n = -100
				}
				n++
				next[r]++
			}
		}
		if n == want {
			best = min(best, leastSquares(targets[1:], pool, next))
		}
	}
	return best
}

// TestWhoKnowsTheFieldIsPreferred: with loads equal either way, the field decides.
func TestWhoKnowsTheFieldIsPreferred(t *testing.T) {
	pool := []Capacity{{Reviewer: 1, Expertise: []string{"관광"}}, {Reviewer: 2, Expertise: []string{"유통"}}}
	targets := []Target{{Application: 1, Missing: 1, Areas: []string{"농산물 유통"}}, {Application: 2, Missing: 1, Areas: []string{"관광"}}}
	picks, _ := Balance(targets, pool)
	want := []Pick{{Pair{1, 2}, 1, "유통"}, {Pair{2, 1}, 1, "관광"}}
	if !slices.Equal(picks, want) {
		t.Errorf("picked %v, want %v", picks, want)
	}
}
