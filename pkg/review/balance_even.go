package review

import (
	"cmp"
	"slices"
)

// level makes loads more even by one step, if it can: from the most loaded reviewer it
// looks for one with at least two fewer, over applications that can be handed on.
func (b *balancer) level() bool {
	order := make([]int, len(b.pool))
	for r := range order {
		order[r] = r
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(b.load[y], b.load[x]) })
	for _, from := range order {
		if path := b.chain(from); path != nil {
			for i := len(path) - 1; i > 0; i-- {
				b.take(path[i].target, path[i-1].reviewer)
				b.give(path[i].target, path[i].reviewer)
			}
			return true
		}
	}
	return false
}

// hop says that the reviewer gets the target from the one before; the first hop is
// where a chain begins.
type hop struct{ reviewer, target int }

// chain is the shortest way from a reviewer to the least loaded one that has at least
// two fewer, nil without any. Each reviewer is on it once, holds what they hand on and
// not what they get, so that the hand-overs do not disturb each other.
func (b *balancer) chain(from int) []hop {
	before := make([]*hop, len(b.pool)) // who hands on to this reviewer, and what
	seen := make([]bool, len(b.pool))
	seen[from] = true
	queue, best := []int{from}, -1
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		if b.load[r] <= b.load[from]-2 && (best < 0 || b.load[r] < b.load[best]) {
			best = r
		}
		for t, given := range b.given {
			if !slices.Contains(given, r) {
				continue
			}
			for next := range b.pool {
				if !seen[next] && b.open[t][next] {
					seen[next], before[next] = true, &hop{r, t}
					queue = append(queue, next)
				}
			}
		}
	}
	if best < 0 {
		return nil
	}
	var path []hop
	for at := best; at != from; at = before[at].reviewer {
		path = append(path, hop{at, before[at].target})
	}
	path = append(path, hop{reviewer: from})
	slices.Reverse(path)
	return path
}

// prefer gives one application to somebody who knows its field, from somebody who does
// not, by handing it to a less loaded one or by exchanging two; loads stay as even.
func (b *balancer) prefer() bool {
	for t, given := range b.given {
		for _, r := range given {
			if b.expert(t, r) == 1 {
				continue
			}
			for next := range b.pool {
				if !b.open[t][next] || b.expert(t, next) == 0 {
					continue
				}
				if b.load[next] < b.load[r] {
					b.take(t, r)
					b.give(t, next)
					return true
				}
				if b.exchange(t, r, next) {
					return true
				}
			}
		}
	}
	return false
}

// exchange gives t of r to next for another application of theirs, when r knows it as
// well as they do.
func (b *balancer) exchange(t, r, next int) bool {
	for other, given := range b.given {
		if other == t || !slices.Contains(given, next) || !b.open[other][r] || b.expert(other, r) < b.expert(other, next) {
			continue
		}
		b.take(t, r)
		b.take(other, next)
		b.give(t, next)
		b.give(other, r)
		return true
	}
	return false
}
