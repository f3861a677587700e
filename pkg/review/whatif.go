package review

import (
	"maps"
	"slices"

	"eoul/pkg/application"
)

// Variation is another rule than the call's, to see what it would have made of the
// same scores. The zero Variation is the call's rule.
type Variation struct {
	NoBonus bool          // bonus and penalty items do not count
	Drop    *bool         // the highest and the lowest are left out, or not; nil as the call says
	Percent map[int64]int // of the points of a criterion, 100 when it is missing
}

// weighs tells whether a criterion counts more or less than in the call.
func (v Variation) weighs() bool {
	for _, percent := range v.Percent {
		if percent != 100 {
			return true
		}
	}
	return false
}

// Vary ranks the same facts by another rule, with the code of the call's own. Whoever
// is below a floor by the points as they were given stays so: weights change an order,
// never what was enough. The inputs stay as they are.
func (in Inputs) Vary(v Variation) ([]RankingRow, error) {
	if v.Drop != nil {
		in.DropExtremes, in.DropFrom = *v.Drop, max(in.DropFrom, minExtremes)
	}
	if v.NoBonus {
		in.Applications = slices.Clone(in.Applications)
		for i := range in.Applications {
			in.Applications[i].Bonus = nil
		}
	}
	rows, err := Rank(in)
	if err != nil || !v.weighs() {
		return rows, err
	}
	broken := make(map[application.ID]string)
	for _, r := range rows {
		if r.BelowFloor {
			broken[r.ApplicationID] = r.FloorBroken
		}
	}
	above := slices.DeleteFunc(slices.Clone(in.Applications), func(a InputApplication) bool { return broken[a.ID] != "" })
	below := slices.DeleteFunc(slices.Clone(in.Applications), func(a InputApplication) bool { return broken[a.ID] == "" })
	ranked, err := Rank(in.weighed(above, v.Percent))
	if err != nil {
		return nil, err
	}
	last, err := Rank(in.weighed(below, v.Percent))
	if err != nil {
		return nil, err
	}
	for i := range last {
		r := &last[i]
		r.Rank, r.Shared, r.TieBrokenBy = nil, false, ""
		r.BelowFloor, r.FloorBroken = true, broken[r.ApplicationID]
	}
	return append(ranked, last...), nil
}

// weighed is in with some of its applications and their points at these percentages,
// rounded half up to a hundredth, and without floors.
func (in Inputs) weighed(apps []InputApplication, percent map[int64]int) Inputs {
	in.TotalFloor = 0
	in.Criteria = slices.Clone(in.Criteria)
	for i := range in.Criteria {
		in.Criteria[i].Floor = 0
	}
	in.Applications = apps
	for i := range in.Applications {
		sheets := slices.Clone(in.Applications[i].Sheets)
		for j := range sheets {
			sheets[j].Points = maps.Clone(sheets[j].Points)
			for id, p := range sheets[j].Points {
				if w, ok := percent[id]; ok {
					sheets[j].Points[id] = Points(floor(2*int64(p)*int64(w)+1000, 2000) * 10)
				}
			}
		}
		in.Applications[i].Sheets = sheets
	}
	return in
}
