package program

import (
	"cmp"
	"fmt"
	"slices"

	"eoul/pkg/fault"
)

// What a step of the tie chain compares.
const (
	TieByCriterion = "criterion"
	TieByMean      = "mean"  // the result before bonus
	TieByBonus     = "bonus" // what bonus and penalty add up to
)

// Tie is one step of the chain in which equal totals are compared; who has more
// stands higher.
type Tie struct {
	Kind      string
	Criterion int64 // id, of a criterion
	Title     string
}

// TieLabel is the Korean name of a step that is no criterion.
func TieLabel(kind string) string {
	switch kind {
	case TieByMean:
		return "가점을 뺀 점수"
	case TieByBonus:
		return "가점·감점"
	}
	return kind
}

// Ties is the chain in its order.
func (r Rubric) Ties() []Tie {
	type step struct {
		place int
		Tie
	}
	var steps []step
	for _, c := range r.Criteria {
		steps = append(steps, step{c.TieOrder, Tie{TieByCriterion, c.ID, c.Title}})
	}
	if r.TieMean > 0 {
		steps = append(steps, step{r.TieMean, Tie{Kind: TieByMean, Title: TieLabel(TieByMean)}})
	}
	if r.TieBonus > 0 {
		steps = append(steps, step{r.TieBonus, Tie{Kind: TieByBonus, Title: TieLabel(TieByBonus)}})
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.place, b.place) })
	out := make([]Tie, len(steps))
	for i, s := range steps {
		out[i] = s.Tie
	}
	return out
}

// TieChain are the criteria in the order in which equal totals are compared.
func (r Rubric) TieChain() []Criterion {
	out := slices.Clone(r.Criteria)
	slices.SortFunc(out, func(a, b Criterion) int { return cmp.Compare(a.TieOrder, b.TieOrder) })
	return out
}

// chain fills the tie chain in, heaviest criterion first, when none was given, and
// else demands each place once.
func (in *RubricInput) chain(f fault.Fields) {
	if !slices.ContainsFunc(in.Criteria, func(c Criterion) bool { return c.TieOrder != 0 }) {
		in.heaviestFirst()
		return
	}
	n := len(in.Criteria)
	for _, place := range []int{in.TieMean, in.TieBonus} {
		if place != 0 {
			n++
		}
	}
	seen := map[int]bool{}
	place := func(field string, at int) {
		if at < 1 || at > n || seen[at] {
			f.Add(field, fmt.Sprintf("동점 비교 순서는 1부터 %d까지 한 번씩 적거나, 모두 비워 주세요.", n))
		}
		seen[at] = true
	}
	for i, c := range in.Criteria {
		place(fmt.Sprintf("rubric.criteria.%d.tie_order", i), c.TieOrder)
	}
	if in.TieMean != 0 {
		place("rubric.tie_mean", in.TieMean)
	}
	if in.TieBonus != 0 {
		place("rubric.tie_bonus", in.TieBonus)
	}
}

// heaviestFirst is the chain of who gave none; the mean and the bonus come after the criteria.
func (in *RubricInput) heaviestFirst() {
	order := make([]*Criterion, len(in.Criteria))
	for i := range in.Criteria {
		order[i] = &in.Criteria[i]
	}
	slices.SortStableFunc(order, func(a, b *Criterion) int { return cmp.Compare(b.Full(), a.Full()) })
	for i, c := range order {
		c.TieOrder = i + 1
	}
	extra := []*int{&in.TieMean, &in.TieBonus}
	slices.SortStableFunc(extra, func(a, b *int) int { return cmp.Compare(*a, *b) })
	next := len(order)
	for _, place := range extra {
		if *place != 0 {
			next++
			*place = next
		}
	}
}
