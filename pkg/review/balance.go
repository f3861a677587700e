package review

import (
	"cmp"
	"slices"
	"strings"

	"eoul/pkg/application"
)

// Jurisdiction is a 시·도 and, for a 시·군·구, the district; 0 stands for none.
type Jurisdiction struct{ Sido, Sigungu int64 }

// Overlaps tells whether an official of r must not see an application of j: it is
// of their own 시·도, in whole or in part.
func (r Jurisdiction) Overlaps(j Jurisdiction) bool {
	return r.Sido == j.Sido && j.Sido != 0 || r.Sigungu == j.Sigungu && j.Sigungu != 0
}

// Pair gives an application to a reviewer.
type Pair struct {
	Application application.ID `json:"application_id"`
	Reviewer    ReviewerID     `json:"reviewer_id"`
}

// Target is an application that needs reviewers. Asked are those it was given to
// already; Missing is how many more it needs; Areas are what it is about; Barred are
// reviewers whom the facts keep from it.
type Target struct {
	Application application.ID
	Of          Jurisdiction
	Asked       []ReviewerID
	Missing     int
	Areas       []string
	Barred      []ReviewerID
}

// Capacity is a reviewer who can be given applications, and how many they have.
type Capacity struct {
	Reviewer  ReviewerID
	Of        Jurisdiction
	Load      int
	Expertise []string
}

// Pick is one pair of a proposal: how much the reviewer would have in the end, and the
// field of theirs that the application is about, empty for none.
type Pick struct {
	Pair
	Load  int    `json:"load"`
	Field string `json:"field"`
}

// Gap is how many reviewers an application lacks because the pool is too small.
type Gap struct {
	Application application.ID `json:"application_id"`
	Missing     int            `json:"missing"`
}

// Balance gives each target its missing reviewers, never in their own jurisdiction,
// against the facts or twice. Loads are as even as these rules allow: no chain of
// handing applications on would bring two loads closer that differ by more than one.
// Among that, who knows the field is preferred. The same input in any order gives the
// same picks, by application and reviewer.
func Balance(targets []Target, pool []Capacity) ([]Pick, []Gap) {
	b := newBalancer(targets, pool)
	gaps := b.fill()
	for b.level() || b.prefer() { // each step lowers the unevenness, or keeps it and gains a field
	}
	var picks []Pick
	for t, given := range b.given {
		for _, r := range given {
			picks = append(picks, Pick{Pair{b.targets[t].Application, b.pool[r].Reviewer}, b.load[r], b.field(t, r)})
		}
	}
	slices.SortFunc(picks, func(a, b Pick) int {
		return cmp.Or(cmp.Compare(a.Application, b.Application), cmp.Compare(a.Reviewer, b.Reviewer))
	})
	return picks, gaps
}

// balancer works on indexes, which do not depend on the order of the input.
type balancer struct {
	targets []Target
	pool    []Capacity
	load    []int    // of each reviewer
	given   [][]int  // to each target: reviewers
	open    [][]bool // target x reviewer: nothing forbids it and it is not given
	knows   [][]string
}

func newBalancer(targets []Target, pool []Capacity) *balancer {
	b := &balancer{targets: slices.Clone(targets), pool: slices.Clone(pool)}
	slices.SortFunc(b.targets, func(x, y Target) int { return cmp.Compare(x.Application, y.Application) })
	slices.SortFunc(b.pool, func(x, y Capacity) int { return cmp.Compare(x.Reviewer, y.Reviewer) })
	b.load, b.given = make([]int, len(pool)), make([][]int, len(targets))
	for r, c := range b.pool {
		b.load[r] = c.Load
	}
	for _, t := range b.targets {
		open, knows := make([]bool, len(pool)), make([]string, len(pool))
		for r, c := range b.pool {
			open[r], knows[r] = t.takes(c), shared(c.Expertise, t.Areas)
		}
		b.open, b.knows = append(b.open, open), append(b.knows, knows)
	}
	return b
}

func (t Target) takes(c Capacity) bool {
	return !c.Of.Overlaps(t.Of) && !slices.Contains(t.Asked, c.Reviewer) && !slices.Contains(t.Barred, c.Reviewer)
}

// shared is the first field of a reviewer that names, or is named by, an area.
func shared(expertise, areas []string) string {
	for _, e := range expertise {
		for _, a := range areas {
			if e != "" && a != "" && (strings.Contains(a, e) || strings.Contains(e, a)) {
				return e
			}
		}
	}
	return ""
}

func (b *balancer) field(t, r int) string { return b.knows[t][r] }

// expert counts a field.
func (b *balancer) expert(t, r int) int {
	if b.knows[t][r] == "" {
		return 0
	}
	return 1
}

// fill serves those with the fewest choices first, each by the least loaded.
func (b *balancer) fill() (gaps []Gap) {
	order := make([]int, len(b.targets))
	choices := make([]int, len(b.targets))
	for t := range order {
		order[t] = t
		for _, yes := range b.open[t] {
			if yes {
				choices[t]++
			}
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(choices[x], choices[y]) })
	for _, t := range order {
		missing := b.targets[t].Missing
		for ; missing > 0; missing-- {
			best := -1
			for r := range b.pool {
				if b.open[t][r] && (best < 0 || cmp.Or(cmp.Compare(b.load[r], b.load[best]), cmp.Compare(b.expert(t, best), b.expert(t, r))) < 0) {
					best = r
				}
			}
			if best < 0 {
				gaps = append(gaps, Gap{b.targets[t].Application, missing})
				break
			}
			b.give(t, best)
		}
	}
	slices.SortFunc(gaps, func(x, y Gap) int { return cmp.Compare(x.Application, y.Application) })
	return gaps
}

func (b *balancer) give(t, r int) {
	b.given[t] = append(b.given[t], r)
	b.open[t][r] = false
	b.load[r]++
}

func (b *balancer) take(t, r int) {
	b.given[t] = slices.DeleteFunc(b.given[t], func(x int) bool { return x == r })
	b.open[t][r] = true
	b.load[r]--
}
