package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"eoul/pkg/application"
)

// Inputs are everything a ranking follows from, as stored beside it. Marshalled
// with encoding/json they give the bytes that are hashed.
type Inputs struct {
	DropExtremes bool               `json:"drop_extremes"`
	DropFrom     int                `json:"drop_from"`
	TotalFloor   int                `json:"total_floor"`
	Rounding     Rounding           `json:"rounding"`
	Stages       []InputStage       `json:"stages"` // in the order they took place; empty: one, of everything
	Chain        []InputTie         `json:"chain"`  // how equal totals are compared; empty: by TieOrder
	Criteria     []InputCriterion   `json:"criteria"`
	Applications []InputApplication `json:"applications"`
}

// InputStage is the share of one stage in the result, in basis points.
type InputStage struct {
	Stage  string `json:"stage"`
	Weight int    `json:"weight"`
}

// InputTie is one step of the tie chain: program.TieByCriterion, TieByMean or TieByBonus.
type InputTie struct {
	Kind      string `json:"kind"`
	Criterion int64  `json:"criterion"` // 0 unless by criterion
}

// InputCriterion is one line of a rubric. A Weight of 0 counts once.
type InputCriterion struct {
	ID       int64  `json:"id"`
	Stage    string `json:"stage"`
	Weight   int    `json:"weight"`
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
	Stage    string           `json:"stage"`
	Reviewer int64            `json:"reviewer"`
	Points   map[int64]Points `json:"points"`
}

// RankingRow is the result of one application.
type RankingRow struct {
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	Mean          Points         `db:"mean" json:"mean"`   // of the reviewers' totals, of all stages by their weight
	Bonus         Points         `db:"bonus" json:"bonus"` // sum of the confirmed items
	Total         Points         `db:"total" json:"total"`
	Rank          *int           `db:"rank" json:"rank"`     // nil below a floor
	Shared        bool           `db:"shared" json:"shared"` // tied to the end of the chain; a committee decides
	BelowFloor    bool           `db:"below_floor" json:"below_floor"`
	FloorBroken   string         `db:"floor_broken" json:"floor_broken"`   // which floor, empty for none
	TieBrokenBy   string         `db:"tie_broken_by" json:"tie_broken_by"` // the criterion that told equal totals apart
	Averages      Averages       `db:"averages" json:"averages"`           // per criterion over all sheets of its stage, in rubric order
	StageMeans    Averages       `db:"stage_means" json:"stage_means"`     // in the order of the stages
}

// TotalFloorName stands in FloorBroken when the mean is below the call's total floor.
const TotalFloorName = "총점"

// Canonical sorts everything that has no order of its own, so that equal facts
// give equal bytes: criteria by stage and position, the rest by id.
func (in *Inputs) Canonical() {
	order := in.stageOrder()
	slices.SortFunc(in.Criteria, func(a, b InputCriterion) int {
		return cmp.Or(cmp.Compare(order[a.Stage], order[b.Stage]), cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
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

// stageOrder is the place of each stage.
func (in Inputs) stageOrder() map[string]int {
	order := map[string]int{}
	for i, s := range in.Stages {
		order[s.Stage] = i
	}
	return order
}
