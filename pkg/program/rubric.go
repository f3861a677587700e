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

// The stages of reviewing, in the order they take place.
const (
	Paper        = "paper"        // 서면, the one every call has
	Site         = "site"         // 현장실사
	Presentation = "presentation" // 발표
)

// StageCodes are the stages in the order they take place.
func StageCodes() []string { return []string{Paper, Site, Presentation} }

// StageLabel is the Korean name of a stage.
func StageLabel(stage string) string {
	switch stage {
	case Paper:
		return "서면심사"
	case Site:
		return "현장실사"
	case Presentation:
		return "발표심사"
	}
	return stage
}

// How the mean of the reviewers' totals is cut to its decimals.
const (
	HalfUp = "half_up" // 반올림
	Down   = "down"    // 버림
)

// wholeWeight is all of a call's points in basis points; the stages share it.
const wholeWeight = 10_000

// Rubric is what the reviewers of one stage score (배점표), and how their points
// become the result of the stage.
type Rubric struct {
	ID        RubricID    `db:"id" json:"id"`
	CallID    CallID      `db:"call_id" json:"call_id"`
	Stage     string      `db:"stage" json:"stage"`
	WeightBps int         `db:"weight_bps" json:"weight_bps"` // of this stage in the result; all stages give 10000
	Reviewers int         `db:"reviewers" json:"reviewers"`   // of one application
	Digits    int         `db:"digits" json:"digits"`         // decimals of the mean
	Rounding  string      `db:"rounding" json:"rounding"`     // half_up or down
	TieMean   int         `db:"tie_mean" json:"tie_mean"`     // place of the mean without bonus in the tie chain, 0 for none
	TieBonus  int         `db:"tie_bonus" json:"tie_bonus"`   // place of the bonus in the tie chain, 0 for none
	Frozen    []byte      `db:"frozen_hash" json:"frozen_hash"`
	Criteria  []Criterion `db:"-" json:"criteria"`
	Bonus     []BonusItem `db:"-" json:"bonus"` // of the call; only the paper stage has any
}

// Criterion is one line of a rubric. A reviewer gives 0 to Max points, which count
// Weight times. Floor is the least mean it must reach (과락) before the weight, 0 for
// none. Equal totals are compared by the tie chain, in it by TieOrder.
type Criterion struct {
	ID       int64    `db:"id" json:"id"`
	RubricID RubricID `db:"rubric_id" json:"-"`
	Position int      `db:"position" json:"position"`
	Title    string   `db:"title" json:"title"`
	Guidance string   `db:"guidance" json:"guidance"`
	Max      int      `db:"max" json:"max"`
	Weight   int      `db:"weight" json:"weight"` // how often the points count; 0 when written means 1
	Floor    int      `db:"floor" json:"floor"`
	TieOrder int      `db:"tie_order" json:"tie_order"`
	Levels   Levels   `db:"levels" json:"levels"` // anchors, the best first
}

// Full is the most the criterion adds to a total.
func (c Criterion) Full() int { return c.Max * max(c.Weight, 1) }

// BonusItem is added to the mean after it is confirmed; negative points are a penalty.
type BonusItem struct {
	ID       int64    `db:"id" json:"id"`
	RubricID RubricID `db:"rubric_id" json:"-"`
	Position int      `db:"position" json:"position"`
	Title    string   `db:"title" json:"title"`
	Points   int      `db:"points" json:"points"`
	Evidence string   `db:"evidence" json:"evidence"` // what proves it, as applicants and screeners read it
}

// Max is the most a sheet can give.
func (r Rubric) Max() int {
	sum := 0
	for _, c := range r.Criteria {
		sum += c.Full()
	}
	return sum
}

// RoundingLabel is how the mean is cut, in Korean.
func (r Rubric) RoundingLabel() string { return RoundingLabel(r.Digits, r.Rounding) }

// RoundingLabel is how a mean is cut, in Korean.
func RoundingLabel(digits int, mode string) string {
	word := "반올림"
	if mode == Down {
		word = "버림"
	}
	if digits <= 0 {
		return "소수점 아래 " + word
	}
	place := [...]string{"첫째", "둘째", "셋째"}[min(digits, maxDigits)-1]
	return fmt.Sprintf("소수 %s 자리까지(%s)", place, word)
}

// Hash is the SHA-256 of the rubric as it is frozen: its scheme, criteria with their
// anchors and bonus items in their order, as JSON.
func (r Rubric) Hash() ([]byte, error) {
	r.ID, r.Frozen = 0, nil
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode rubric: %w", err)
	}
	sum := sha256.Sum256(text)
	return sum[:], nil
}

// RubricInput is a rubric as it is written; positions follow the order of rows. A
// TieOrder of 0 in every criterion means heaviest first, then as written. What is
// zero of Reviewers, Digits and Rounding becomes the rule of the day.
type RubricInput struct {
	Stage     string      `json:"stage"` // empty: paper
	Reviewers int         `json:"reviewers"`
	Digits    *int        `json:"digits"`
	Rounding  string      `json:"rounding"`
	TieMean   int         `json:"tie_mean"`
	TieBonus  int         `json:"tie_bonus"`
	Criteria  []Criterion `json:"criteria"`
	Bonus     []BonusItem `json:"bonus"`
}

// Input is the rubric as its form shows it.
func (r Rubric) Input() RubricInput {
	return RubricInput{Stage: r.Stage, Reviewers: r.Reviewers, Digits: &r.Digits, Rounding: r.Rounding,
		TieMean: r.TieMean, TieBonus: r.TieBonus, Criteria: slices.Clone(r.Criteria), Bonus: slices.Clone(r.Bonus)}
}

// Rubric is the input as a rubric that is not stored, with its mistakes; criteria
// without an id get their position for one.
func (in RubricInput) Rubric() (Rubric, error) {
	f := fault.Fields{}
	in.Criteria, in.Bonus = slices.Clone(in.Criteria), slices.Clone(in.Bonus)
	in.check(f)
	r := Rubric{Stage: in.Stage, WeightBps: wholeWeight, Reviewers: in.Reviewers, Rounding: in.Rounding,
		TieMean: in.TieMean, TieBonus: in.TieBonus, Criteria: in.Criteria, Bonus: in.Bonus}
	if in.Digits != nil {
		r.Digits = *in.Digits
	}
	for i := range r.Criteria {
		r.Criteria[i].ID = cmp.Or(r.Criteria[i].ID, int64(i+1))
	}
	return r, f.Err()
}

const (
	maxCriteria  = 50
	maxPoints    = 1_000
	maxWeight    = 100
	maxReviewers = 30
	maxDigits    = 3
)

// check names every mistake under "rubric." and numbers the rows.
func (in *RubricInput) check(f fault.Fields) {
	if in.Stage == "" {
		in.Stage = Paper
	}
	if !slices.Contains(StageCodes(), in.Stage) {
		f.Add("rubric.stage", "심사 단계를 골라 주세요.")
	}
	in.checkScheme(f)
	if len(in.Criteria) == 0 || len(in.Criteria) > maxCriteria || len(in.Bonus) > maxCriteria {
		f.Add("rubric.criteria", fmt.Sprintf("평가항목은 1개부터 %d개까지, 가점·감점 항목은 %d개까지 적을 수 있습니다.", maxCriteria, maxCriteria))
	}
	for i := range in.Criteria {
		in.Criteria[i].check(f, fmt.Sprintf("rubric.criteria.%d.", i))
		in.Criteria[i].Position = i + 1
	}
	if in.Stage != Paper && len(in.Bonus) > 0 {
		f.Add("rubric.bonus", "가점·감점은 서면심사의 배점표에 적어 주세요. 모든 단계를 합한 점수에 한 번 더합니다.")
	}
	for i := range in.Bonus {
		b, at := &in.Bonus[i], fmt.Sprintf("rubric.bonus.%d.", i)
		b.Position = i + 1
		words(f, at+"title", &b.Title, maxTitle, "가점·감점 사유를 적어 주세요.")
		words(f, at+"evidence", &b.Evidence, maxTitle, "")
		if b.Points == 0 || b.Points < -maxPoints || b.Points > maxPoints {
			f.Add(at+"points", "가점은 0보다 큰 점수, 감점은 0보다 작은 점수를 적어 주세요.")
		}
	}
	in.chain(f)
}

// checkScheme looks at how points become a result; zero values are filled in later.
func (in *RubricInput) checkScheme(f fault.Fields) {
	if in.Reviewers < 0 || in.Reviewers > maxReviewers {
		f.Add("rubric.reviewers", fmt.Sprintf("신청 한 건의 심사위원은 1명부터 %d명까지입니다.", maxReviewers))
	}
	if in.Digits != nil && (*in.Digits < 0 || *in.Digits > maxDigits) {
		f.Add("rubric.digits", fmt.Sprintf("평균의 소수 자릿수는 0부터 %d까지입니다.", maxDigits))
	}
	if in.Rounding != "" && in.Rounding != HalfUp && in.Rounding != Down {
		f.Add("rubric.rounding", "반올림과 버림 가운데 하나를 골라 주세요.")
	}
}

func (c *Criterion) check(f fault.Fields, at string) {
	words(f, at+"title", &c.Title, maxTitle, "평가항목의 이름을 적어 주세요.")
	words(f, at+"guidance", &c.Guidance, maxText, "")
	if c.Max < 1 || c.Max > maxPoints {
		f.Add(at+"max", "배점은 1점부터 1,000점까지입니다.")
	}
	if c.Weight == 0 {
		c.Weight = 1
	}
	if c.Weight < 1 || c.Weight > maxWeight {
		f.Add(at+"weight", fmt.Sprintf("가중치는 1배부터 %d배까지입니다.", maxWeight))
	}
	if c.Floor < 0 || c.Floor > c.Max {
		f.Add(at+"floor", "과락 점수는 0점부터 배점까지입니다.")
	}
	c.Levels.check(f, at, c.Max)
}
