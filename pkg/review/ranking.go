package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"eoul/pkg/application"
	"eoul/pkg/fault"
)

// Inputs are everything a ranking follows from, as stored beside it. Marshalled
// with encoding/json they give the bytes that are hashed.
type Inputs struct {
	DropExtremes bool               `json:"drop_extremes"`
	DropFrom     int                `json:"drop_from"`
	TotalFloor   int                `json:"total_floor"`
	Criteria     []InputCriterion   `json:"criteria"`
	Applications []InputApplication `json:"applications"`
}

// InputCriterion is one line of the rubric.
type InputCriterion struct {
	ID       int64  `json:"id"`
	Position int    `json:"position"`
	Title    string `json:"title"`
	TieOrder int    `json:"tie_order"`
	Max      int    `json:"max"`
	Floor    int    `json:"floor"`
}

// InputApplication is what was said of one application.
type InputApplication struct {
	ID     application.ID `json:"id"`
	Bonus  []InputBonus   `json:"bonus"`
	Sheets []InputSheet   `json:"sheets"`
}

// InputBonus is one confirmed bonus item; points are negative for a penalty.
type InputBonus struct {
	Item     int64  `json:"item"`
	Points   int    `json:"points"`
	Evidence string `json:"evidence"`
}

// InputSheet is one reviewer's sheet: points by criterion id.
type InputSheet struct {
	ID       int64            `json:"id"`
	Reviewer int64            `json:"reviewer"`
	Points   map[int64]Points `json:"points"`
}

// RankingRow is the result of one application.
type RankingRow struct {
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	Mean          Points         `db:"mean" json:"mean"`   // of the reviewers' totals, two decimals
	Bonus         Points         `db:"bonus" json:"bonus"` // sum of the confirmed items
	Total         Points         `db:"total" json:"total"`
	Rank          *int           `db:"rank" json:"rank"`     // nil below a floor
	Shared        bool           `db:"shared" json:"shared"` // tied to the end of the chain; a committee decides
	BelowFloor    bool           `db:"below_floor" json:"below_floor"`
	FloorBroken   string         `db:"floor_broken" json:"floor_broken"`   // which floor, empty for none
	TieBrokenBy   string         `db:"tie_broken_by" json:"tie_broken_by"` // the criterion that told equal totals apart
	Averages      Averages       `db:"averages" json:"averages"`           // per criterion over all sheets, in rubric order
}

// TotalFloorName stands in FloorBroken when the mean is below the call's total floor.
const TotalFloorName = "총점"

// Canonical sorts everything that has no order of its own, so that equal facts
// give equal bytes: criteria by position, the rest by id.
func (in *Inputs) Canonical() {
	slices.SortFunc(in.Criteria, func(a, b InputCriterion) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(in.Applications, func(a, b InputApplication) int { return cmp.Compare(a.ID, b.ID) })
	for i := range in.Applications {
		slices.SortFunc(in.Applications[i].Sheets, func(a, b InputSheet) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortFunc(in.Applications[i].Bonus, func(a, b InputBonus) int { return cmp.Compare(a.Item, b.Item) })
	}
}

// Hash is the stored form of canonical inputs and its SHA-256.
func (in Inputs) Hash() (text []byte, sum [32]byte, err error) {
	if text, err = json.Marshal(in); err != nil {
		return nil, sum, fmt.Errorf("encode ranking inputs: %w", err)
	}
	return text, sha256.Sum256(text), nil
}

// Rank applies the documented rule to the inputs (decisions 25, domain.md D):
//
//   - a reviewer's total is the sum of their points; the mean of an application is
//     Mean of the totals, with extremes dropped when the call says so;
//   - a criterion's average is over all sheets: the drop rule is about totals;
//   - below a floor is whose mean, before any bonus, is under the total floor, or
//     one of whose criterion averages is under that criterion's floor;
//   - the others are ranked by mean + bonus, then by the criterion averages in the
//     rubric's tie order (heaviest first unless the call says otherwise); what is
//     still equal shares its rank, and the next rank is skipped.
//
// The order of the inputs changes nothing. Rows come ranked, those below a floor
// last by total; equal ones by application id, which decides nothing. An
// application without a sheet, or a sheet without a criterion, is an Invalid fault.
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
	in.number(rows, chain)
	return rows, nil
}

// evaluate computes what stands in one row before ranking.
func (in Inputs) evaluate(app InputApplication) (RankingRow, error) {
	row := RankingRow{ApplicationID: app.ID, Averages: make(Averages, len(in.Criteria))}
	totals := make([]Points, len(app.Sheets))
	for i, c := range in.Criteria {
		column := make([]Points, len(app.Sheets))
		for j, sheet := range app.Sheets {
			p, ok := sheet.Points[c.ID]
			if !ok {
				return row, fault.New(fault.Invalid, "점수가 비어 있는 평가표가 있어 순위를 낼 수 없습니다.")
			}
			column[j] = p
			totals[j] += p
		}
		average, _, err := Mean(column, false, 0)
		if err != nil {
			return row, err
		}
		row.Averages[i] = average
		if average < Points(c.Floor)*1000 && row.FloorBroken == "" {
			row.FloorBroken = c.Title
		}
	}
	var err error
	if row.Mean, _, err = Mean(totals, in.DropExtremes, in.DropFrom); err != nil {
		return row, err
	}
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

// tieChain is the indexes of the criteria in tie order.
func (in Inputs) tieChain() []int {
	chain := make([]int, len(in.Criteria))
	for i := range chain {
		chain[i] = i
	}
	slices.SortStableFunc(chain, func(a, b int) int { return cmp.Compare(in.Criteria[a].TieOrder, in.Criteria[b].TieOrder) })
	return chain
}

// compare puts the better row first and tells how far it had to look: 0 the total
// decided, k the k-th criterion of the chain, len(chain)+1 nothing did.
func compare(a, b RankingRow, chain []int) (order, depth int) {
	if c := cmp.Compare(b.Total, a.Total); c != 0 {
		return c, 0
	}
	for k, i := range chain {
		if c := cmp.Compare(b.Averages[i], a.Averages[i]); c != 0 {
			return c, k + 1
		}
	}
	return 0, len(chain) + 1
}

// number gives ranks to sorted rows and says what broke ties: the last criterion
// that was needed against a neighbour of equal total.
func (in Inputs) number(rows []RankingRow, chain []int) {
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
			row.TieBrokenBy = in.Criteria[chain[deepest-1]].Title
		}
		if order, _ := compareAbove(rows, i, chain); order != 0 {
			rank = i + 1
		}
		n := rank
		row.Rank = &n
	}
}

// compareAbove compares a row with the one above it; the first differs from nothing.
func compareAbove(rows []RankingRow, i int, chain []int) (order, depth int) {
	if i == 0 {
		return 1, 0
	}
	return compare(rows[i-1], rows[i], chain)
}
