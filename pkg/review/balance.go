package review

import (
	"cmp"
	"slices"

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
// already; Missing is how many more it needs.
type Target struct {
	Application application.ID
	Of          Jurisdiction
	Asked       []ReviewerID
	Missing     int
}

// Capacity is a reviewer who can be given applications, and how many they have.
type Capacity struct {
	Reviewer ReviewerID
	Of       Jurisdiction
	Load     int
}

// Balance gives each target its missing reviewers, the least loaded first and
// those with the fewest choices served first, never in their own jurisdiction and
// never twice. short are the targets for which the pool is too small. The same
// input in any order gives the same pairs.
func Balance(targets []Target, pool []Capacity) (pairs []Pair, short []application.ID) {
	targets, pool = slices.Clone(targets), slices.Clone(pool)
	slices.SortFunc(targets, func(a, b Target) int {
		return cmp.Or(cmp.Compare(choices(a, pool), choices(b, pool)), cmp.Compare(a.Application, b.Application))
	})
	for _, t := range targets {
		missing := t.Missing
		slices.SortFunc(pool, func(a, b Capacity) int {
			return cmp.Or(cmp.Compare(a.Load, b.Load), cmp.Compare(a.Reviewer, b.Reviewer))
		})
		for i := range pool {
			if missing <= 0 {
				break
			}
			if !t.takes(pool[i]) {
				continue
			}
			pairs = append(pairs, Pair{t.Application, pool[i].Reviewer})
			pool[i].Load++
			missing--
		}
		if missing > 0 {
			short = append(short, t.Application)
		}
	}
	return pairs, short
}

func (t Target) takes(c Capacity) bool {
	return !c.Of.Overlaps(t.Of) && !slices.Contains(t.Asked, c.Reviewer)
}

func choices(t Target, pool []Capacity) (n int) {
	for _, c := range pool {
		if t.takes(c) {
			n++
		}
	}
	return n
}
