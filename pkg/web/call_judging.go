package web

import (
	"cmp"
	"fmt"
	"slices"

	"eoul/pkg/program"
)

// judgingRules is how the applications of a call are judged, as everybody may read
// it once the call is announced. It tells the rule alone: nothing of what reviewers
// have done, not even whether a rubric was frozen (decisions 26).
type judgingRules struct {
	Stages  []judgingStage
	Several bool // more stages than one, so that their shares matter
	Bonus   []program.BonusItem
	Drop    string // what is left out of the mean, empty for nothing
	Cut     string // how the mean is rounded
	Floor   int    // of the total before any bonus, points; 0 for none
	Floors  bool   // some criterion has one
	Ties    []string
	Open    bool // the anchors stand open: for those who look after the rubric
}

// judgingStage is the rubric of one stage with its words.
type judgingStage struct {
	program.Rubric
	Label, Share string
}

// judgingOf reads the rules out of a call. Equal totals are compared by the chain of
// the heaviest stage first, as the ranking does.
func judgingOf(d program.CallDetail) judgingRules {
	r := judgingRules{Several: len(d.Rubrics) > 1, Floor: d.TotalFloor}
	if d.DropExtremes {
		r.Drop = fmt.Sprintf("%d명 이상이 평가하면 최고점과 최저점을 하나씩 뺍니다.", d.DropFrom)
	}
	for _, rubric := range d.Rubrics {
		r.Stages = append(r.Stages, judgingStage{rubric, program.StageLabel(rubric.Stage), program.Percent(rubric.WeightBps)})
		r.Bonus = append(r.Bonus, rubric.Bonus...)
		r.Cut = rubric.RoundingLabel()
		r.Floors = r.Floors || slices.ContainsFunc(rubric.Criteria, func(c program.Criterion) bool { return c.Floor > 0 })
	}
	heaviest := slices.Clone(r.Stages)
	slices.SortStableFunc(heaviest, func(a, b judgingStage) int { return cmp.Compare(b.WeightBps, a.WeightBps) })
	for _, stage := range heaviest {
		for i, t := range stage.Ties() {
			title := t.Title
			if r.Several && i == 0 {
				title = stage.Label + ": " + title
			}
			r.Ties = append(r.Ties, title)
		}
	}
	r.Ties = append(r.Ties, "위원회 결정")
	return r
}
