package program

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"eoul/pkg/fault"
)

// RubricID identifies a rubric.
type RubricID int64

// Paper is the stage of reviewing on paper (서면), the one every call has.
const Paper = "paper"

// Rubric is what the reviewers of one stage score (배점표).
type Rubric struct {
	ID       RubricID    `db:"id" json:"id"`
	CallID   CallID      `db:"call_id" json:"call_id"`
	Stage    string      `db:"stage" json:"stage"`
	Frozen   []byte      `db:"frozen_hash" json:"frozen_hash"` // SHA-256 of the content, nil until the first sheet is submitted
	Criteria []Criterion `db:"-" json:"criteria"`
	Bonus    []BonusItem `db:"-" json:"bonus"`
}

// Criterion is one line of a rubric. Floor is the least mean it must reach (과락),
// 0 for none. Equal totals are compared by the criteria in the order of TieOrder.
type Criterion struct {
	ID       int64    `db:"id" json:"id"`
	RubricID RubricID `db:"rubric_id" json:"-"`
	Position int      `db:"position" json:"position"`
	Title    string   `db:"title" json:"title"`
	Guidance string   `db:"guidance" json:"guidance"`
	Max      int      `db:"max" json:"max"`
	Floor    int      `db:"floor" json:"floor"`
	TieOrder int      `db:"tie_order" json:"tie_order"`
}

// BonusItem is added to the mean after it is confirmed; negative points are a penalty.
type BonusItem struct {
	ID       int64    `db:"id" json:"id"`
	RubricID RubricID `db:"rubric_id" json:"-"`
	Position int      `db:"position" json:"position"`
	Title    string   `db:"title" json:"title"`
	Points   int      `db:"points" json:"points"`
}

// Max is the most a sheet can give.
func (r Rubric) Max() int {
	sum := 0
	for _, c := range r.Criteria {
		sum += c.Max
	}
	return sum
}

// TieChain are the criteria in the order in which equal totals are compared.
func (r Rubric) TieChain() []Criterion {
	out := slices.Clone(r.Criteria)
	slices.SortFunc(out, func(a, b Criterion) int { return cmp.Compare(a.TieOrder, b.TieOrder) })
	return out
}

// Hash is the SHA-256 of the rubric's content as it is frozen: criteria and bonus
// items in their order as JSON.
func (r Rubric) Hash() ([]byte, error) {
	text, err := json.Marshal(struct {
		CallID   CallID      `json:"call_id"`
		Stage    string      `json:"stage"`
		Criteria []Criterion `json:"criteria"`
		Bonus    []BonusItem `json:"bonus"`
	}{r.CallID, r.Stage, r.Criteria, r.Bonus})
	if err != nil {
		return nil, fmt.Errorf("encode rubric: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// RubricInput is a rubric as it is written; positions follow the order of rows. A
// TieOrder of 0 in every row means heaviest first, then as written.
type RubricInput struct {
	Criteria []Criterion `json:"criteria"`
	Bonus    []BonusItem `json:"bonus"`
}

const (
	maxCriteria = 50
	maxPoints   = 1_000
)

// check names every mistake under "rubric." and numbers the rows.
func (in *RubricInput) check(f fault.Fields) {
	if len(in.Criteria) == 0 || len(in.Criteria) > maxCriteria || len(in.Bonus) > maxCriteria {
		f.Add("rubric.criteria", fmt.Sprintf("평가항목은 1개부터 %d개까지, 가점·감점 항목은 %d개까지 적을 수 있습니다.", maxCriteria, maxCriteria))
	}
	for i := range in.Criteria {
		c, at := &in.Criteria[i], fmt.Sprintf("rubric.criteria.%d.", i)
		c.Position = i + 1
		words(f, at+"title", &c.Title, maxTitle, "평가항목의 이름을 적어 주세요.")
		words(f, at+"guidance", &c.Guidance, maxText, "")
		if c.Max < 1 || c.Max > maxPoints {
			f.Add(at+"max", "배점은 1점부터 1,000점까지입니다.")
		}
		if c.Floor < 0 || c.Floor > c.Max {
			f.Add(at+"floor", "과락 점수는 0점부터 배점까지입니다.")
		}
	}
	for i := range in.Bonus {
		b, at := &in.Bonus[i], fmt.Sprintf("rubric.bonus.%d.", i)
		b.Position = i + 1
		words(f, at+"title", &b.Title, maxTitle, "가점·감점 사유를 적어 주세요.")
		if b.Points == 0 || b.Points < -maxPoints || b.Points > maxPoints {
			f.Add(at+"points", "가점은 0보다 큰 점수, 감점은 0보다 작은 점수를 적어 주세요.")
		}
	}
	in.chain(f)
}

// chain fills the tie chain in, heaviest criterion first, when none was given, and
// else demands each place once.
func (in *RubricInput) chain(f fault.Fields) {
	if !slices.ContainsFunc(in.Criteria, func(c Criterion) bool { return c.TieOrder != 0 }) {
		order := make([]*Criterion, len(in.Criteria))
		for i := range in.Criteria {
			order[i] = &in.Criteria[i]
		}
		slices.SortStableFunc(order, func(a, b *Criterion) int { return cmp.Compare(b.Max, a.Max) })
		for i, c := range order {
			c.TieOrder = i + 1
		}
		return
	}
	seen := map[int]bool{}
	for i, c := range in.Criteria {
		if c.TieOrder < 1 || c.TieOrder > len(in.Criteria) || seen[c.TieOrder] {
			f.Add(fmt.Sprintf("rubric.criteria.%d.tie_order", i), fmt.Sprintf("동점 비교 순서는 1부터 %d까지 한 번씩 적거나, 모두 비워 주세요.", len(in.Criteria)))
		}
		seen[c.TieOrder] = true
	}
}
