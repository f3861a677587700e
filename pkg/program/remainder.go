package program

import "eoul/pkg/money"

// Leftover tells who takes the won of a proposed plan that its shares leave over when
// each is cut to whole won: extra is what sources with a fixed share have beyond
// theirs, taker the first source with a free share that takes the rest (National
// when every share is fixed).
func (m Matching) Leftover(plan money.BySource) (extra money.BySource, taker money.Source) {
	total := plan.Total()
	taker = money.National
	for _, s := range others() {
		least, most := m.bounds(s)
		low, _ := m.between(s, total)
		over := plan.At(s).Sub(low)
		switch {
		case over.Sign() <= 0:
		case least == most:
			extra = extra.With(s, over)
		case taker == money.National:
			taker = s
		}
	}
	return extra, taker
}
