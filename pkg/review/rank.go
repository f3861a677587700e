package review

import (
	"cmp"
	"slices"

	"eoul/pkg/fault"
	"eoul/pkg/program"
)

// Rank applies the documented rule to the inputs (decisions 25, domain.md D):
//
//   - a reviewer's total is the sum of their points, each counted as often as its
//     criterion weighs; the mean of a stage is MeanRounded of its totals, with
//     extremes dropped when the call says so; the mean of an application is the sum
//     of its stages by their weight, cut in the same way;
//   - a criterion's average is over all sheets of its stage: the drop rule is about totals;
//   - below a floor is whose mean, before any bonus, is under the total floor, or
//     one of whose criterion averages is under that criterion's floor;
//   - the others are ranked by mean + bonus, then by the steps of the tie chain;
//     what is still equal shares its rank, and the next rank is skipped.
//
// The order of the inputs changes nothing, but that of Stages and Chain. Rows come
// ranked, those below a floor last by total; equal ones by application id, which
// decides nothing. An application without a sheet in a stage, or a sheet without a
// criterion, is an Invalid fault.
func Rank(in Inputs) ([]RankingRow, error) {
	in.Criteria, in.Applications = slices.Clone(in.Criteria), slices.Clone(in.Applications)
	in.Canonical()
	rows := make([]RankingRow, len(in.Applications))
	for i, app := range in.Applications {
		row, err := in.evaluate(app)
		if err != nil {
			return nil, err
		}
		rows[i] = row
	}
	chain := in.tieChain()
	slices.SortFunc(rows, func(a, b RankingRow) int {
		if a.BelowFloor != b.BelowFloor {
			return map[bool]int{false: -1, true: 1}[a.BelowFloor]
		}
		better, depth := compare(a, b, chain)
		if a.BelowFloor && depth > 0 {
			better = 0
		}
		return cmp.Or(better, cmp.Compare(a.ApplicationID, b.ApplicationID))
	})
	number(rows, chain)
	return rows, nil
}

// stages are those of the inputs; without any, everything is one stage.
func (in Inputs) stages() []InputStage {
	if len(in.Stages) == 0 {
		return []InputStage{{Weight: 10_000}}
	}
	return in.Stages
}

// evaluate computes what stands in one row before ranking.
func (in Inputs) evaluate(app InputApplication) (RankingRow, error) {
	row := RankingRow{ApplicationID: app.ID, Averages: make(Averages, len(in.Criteria))}
	var weighted int64
	for _, stage := range in.stages() {
		mean, err := in.evaluateStage(app, stage.Stage, &row)
		if err != nil {
			return row, err
		}
		row.StageMeans = append(row.StageMeans, mean)
		weighted += int64(mean) * int64(stage.Weight)
	}
	row.Mean = in.Rounding.divide(weighted, 10_000)
	if row.Mean < Points(in.TotalFloor)*1000 {
		row.FloorBroken = TotalFloorName
	}
	row.BelowFloor = row.FloorBroken != ""
	for _, b := range app.Bonus {
		row.Bonus += Points(b.Points) * 1000
	}
	row.Total = row.Mean + row.Bonus
	return row, nil
}

// evaluateStage is the mean of one stage; the averages of its criteria go into the row.
func (in Inputs) evaluateStage(app InputApplication, stage string, row *RankingRow) (Points, error) {
	var sheets []InputSheet
	for _, s := range app.Sheets {
		if s.Stage == stage {
			sheets = append(sheets, s)
		}
	}
	totals := make([]Points, len(sheets))
	for i, c := range in.Criteria {
		if c.Stage != stage {
			continue
		}
		column := make([]Points, len(sheets))
		for j, sheet := range sheets {
			p, ok := sheet.Points[c.ID]
			if !ok {
				return 0, fault.New(fault.Invalid, "점수가 비어 있는 평가표가 있어 순위를 낼 수 없습니다.")
			}
			column[j] = p
			totals[j] += p * Points(max(c.Weight, 1))
		}
		average, _, err := MeanRounded(column, false, 0, in.Rounding)
		if err != nil {
			return 0, err
		}
		row.Averages[i] = average
		if average < Points(c.Floor)*1000 && row.FloorBroken == "" {
			row.FloorBroken = c.Title
		}
	}
	mean, _, err := MeanRounded(totals, in.DropExtremes, in.DropFrom, in.Rounding)
	return mean, err
}

// tie is one step of the chain as comparing needs it.
type tie struct {
	kind  string
	at    int // index in Criteria, of a criterion
	title string
}

// value is what the step compares.
func (t tie) value(row RankingRow) Points {
	switch t.kind {
	case program.TieByMean:
		return row.Mean
	case program.TieByBonus:
		return row.Bonus
	}
	return row.Averages[t.at]
}

// tieChain is the chain as given; without one, the criteria in their tie order.
func (in Inputs) tieChain() []tie {
	var chain []tie
	if len(in.Chain) == 0 {
		order := make([]int, len(in.Criteria))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(in.Criteria[a].TieOrder, in.Criteria[b].TieOrder) })
		for _, i := range order {
			chain = append(chain, tie{program.TieByCriterion, i, in.Criteria[i].Title})
		}
		return chain
	}
	for _, step := range in.Chain {
		if step.Kind != program.TieByCriterion {
			chain = append(chain, tie{kind: step.Kind, title: program.TieLabel(step.Kind)})
			continue
		}
		i := slices.IndexFunc(in.Criteria, func(c InputCriterion) bool { return c.ID == step.Criterion })
		if i >= 0 {
			chain = append(chain, tie{step.Kind, i, in.Criteria[i].Title})
		}
	}
	return chain
}

// compare puts the better row first and tells how far it had to look: 0 the total
// decided, k the k-th step of the chain, len(chain)+1 nothing did.
func compare(a, b RankingRow, chain []tie) (order, depth int) {
	if c := cmp.Compare(b.Total, a.Total); c != 0 {
		return c, 0
	}
	for k, step := range chain {
		if c := cmp.Compare(step.value(b), step.value(a)); c != 0 {
			return c, k + 1
		}
	}
	return 0, len(chain) + 1
}

// number gives ranks to sorted rows and says what broke ties: the last step that was
// needed against a neighbour of equal total.
func number(rows []RankingRow, chain []tie) {
	rank := 0
	for i := range rows {
		row := &rows[i]
		if row.BelowFloor {
			continue
		}
		deepest := 0
		for _, j := range []int{i - 1, i + 1} {
			if j < 0 || j >= len(rows) || rows[j].BelowFloor {
				continue
			}
			switch _, depth := compare(*row, rows[j], chain); {
			case depth > len(chain):
				row.Shared = true
			case depth > deepest:
				deepest = depth
			}
		}
		if deepest > 0 {
			row.TieBrokenBy = chain[deepest-1].title
		}
		if order, _ := compareAbove(rows, i, chain); order != 0 {
			rank = i + 1
		}
		n := rank
		row.Rank = &n
	}
}

// compareAbove compares a row with the one above it; the first differs from nothing.
func compareAbove(rows []RankingRow, i int, chain []tie) (order, depth int) {
	if i == 0 {
		return 1, 0
	}
	return compare(rows[i-1], rows[i], chain)
}
