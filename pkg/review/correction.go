package review

import (
	"context"
	"strings"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// The kinds of Correction; the empty kind leaves the ranking as it is.
const (
	CorrectBonus    = "bonus"
	CorrectPenalty  = "penalty"
	CorrectReviewer = "reviewer"
	CorrectScore    = "score"
)

// CorrectionLabel is the Korean word for a kind of correction.
func CorrectionLabel(kind string) string {
	return map[string]string{"": "순위를 바꾸지 않음", CorrectBonus: "빠진 가점 반영", CorrectPenalty: "잘못 적용한 감점 취소",
		CorrectReviewer: "제척·기피 사유가 있는 위원의 평가표 제외", CorrectScore: "점수 오기 정정"}[kind]
}

// Correction is what an upheld objection changes of a locked review: one kind, what it
// touches, and the evidence. Fields that are not of the kind are nil or empty.
type Correction struct {
	Kind        string      `db:"kind" json:"kind"`
	BonusItemID *int64      `db:"bonus_item_id" json:"bonus_item_id"` // given, or lifted
	ReviewerID  *ReviewerID `db:"reviewer_id" json:"reviewer_id"`     // whose sheets leave the mean, of all stages
	Conflict    string      `db:"conflict" json:"conflict"`           // Excluded or Challenged
	SheetID     *SheetID    `db:"sheet_id" json:"sheet_id"`
	CriterionID *int64      `db:"criterion_id" json:"criterion_id"`
	Before      *Points     `db:"points_before" json:"points_before"`
	After       *Points     `db:"points_after" json:"points_after"`
	Evidence    string      `db:"evidence" json:"evidence"`
}

// Told is the correction as the applicant may read it: no reviewer, and nothing of a
// single sheet.
func (c Correction) Told() Correction {
	c.ReviewerID, c.SheetID, c.Before, c.After = nil, nil, nil, nil
	if c.Kind == CorrectReviewer || c.Kind == CorrectScore {
		c.Evidence = ""
	}
	return c
}

// CorrectionInput is a correction as chosen; what is not of the kind stays zero.
type CorrectionInput struct {
	Kind        string
	BonusItemID int64
	ReviewerID  ReviewerID
	Conflict    string
	SheetID     SheetID
	CriterionID int64
	Points      string
	Evidence    string
}

// Correctable is what of an application's locked review can be corrected.
type Correctable struct {
	Items     []program.BonusItem   `json:"items"` // bonuses it lacks, and penalties it has
	Reviewers []CorrectableReviewer `json:"reviewers"`
	Scores    []CorrectableScore    `json:"scores"`
}

// CorrectableReviewer has sheets of the application that count.
type CorrectableReviewer struct {
	ID     ReviewerID `json:"id"`
	Name   string     `json:"name"`
	Sheets int        `json:"sheets"`
	Needed bool       `json:"needed"` // nobody else scored it in a stage, so the sheet cannot leave
}

// CorrectableScore is what one counting sheet says of one criterion.
type CorrectableScore struct {
	SheetID     SheetID    `db:"sheet_id" json:"sheet_id"`
	ReviewerID  ReviewerID `db:"reviewer_id" json:"reviewer_id"`
	Reviewer    string     `db:"reviewer" json:"reviewer"`
	Stage       string     `db:"stage" json:"stage"`
	CriterionID int64      `db:"criterion_id" json:"criterion_id"`
	Criterion   string     `db:"criterion" json:"criterion"`
	Max         int        `db:"max" json:"max"`
	Points      Points     `db:"points" json:"points"`
}

const (
	sqlCorrectableItems = `
		select i.id, i.title, i.points, i.evidence
		  from rubrics u
		  join bonus_items i on i.rubric_id = u.id
		  left join bonus_claims b on b.bonus_item_id = i.id and b.application_id = $2
		  left join bonus_lifts l on l.bonus_item_id = i.id and l.application_id = $2
		 where u.call_id = $1 and u.stage = 'paper'
		   and (i.points > 0 and b.application_id is null or i.points < 0 and b.application_id is not null and l.application_id is null)
		 order by i.position`
	sqlCorrectableScores = `
		select s.id as sheet_id, a.reviewer_id, n.name as reviewer, o.stage, k.id as criterion_id, k.title as criterion, k.max, c.points
		  from rounds o
		  join assignments a on a.round_id = o.id and a.application_id = $2
		  join reviewers r on r.id = a.reviewer_id
		  join people n on n.id = r.person_id
		  join sheets s on s.assignment_id = a.id and s.state = 'locked'
		  join counted_scores c on c.sheet_id = s.id
		  join criteria k on k.id = c.criterion_id
		 where o.call_id = $1 and o.state = 'locked' and not exists (select from exclusions e where e.assignment_id = a.id)
		 order by o.id, a.reviewer_id, k.position, k.id`
)

// CorrectableOf reads what can be corrected, with the names of the reviewers: it is
// for those of the programme. Before the lock there is nothing.
func CorrectableOf(ctx context.Context, tx *work.Tx, call program.CallID, app application.ID) (out Correctable, err error) {
	if err := tx.Select(ctx, &out.Items, sqlCorrectableItems, call, app); err != nil {
		return out, err
	}
	if err := tx.Select(ctx, &out.Scores, sqlCorrectableScores, call, app); err != nil {
		return out, err
	}
	perStage := map[string]int{}
	seen := map[SheetID]bool{}
	at := map[ReviewerID]int{}
	for _, s := range out.Scores {
		if seen[s.SheetID] {
			continue
		}
		seen[s.SheetID] = true
		perStage[s.Stage]++
		i, known := at[s.ReviewerID]
		if !known {
			i = len(out.Reviewers)
			at[s.ReviewerID] = i
			out.Reviewers = append(out.Reviewers, CorrectableReviewer{ID: s.ReviewerID, Name: s.Reviewer})
		}
		out.Reviewers[i].Sheets++
	}
	for _, s := range out.Scores {
		if perStage[s.Stage] == 1 {
			out.Reviewers[at[s.ReviewerID]].Needed = true
		}
	}
	return out, nil
}

// Check names every mistake of the input at once in f, also what was filled in that is
// not of its kind, and gives the correction.
func (in CorrectionInput) Check(of Correctable, f fault.Fields) (c Correction) {
	in.Kind, in.Points, in.Evidence = strings.TrimSpace(in.Kind), strings.TrimSpace(in.Points), strings.TrimSpace(in.Evidence)
	if CorrectionLabel(in.Kind) == "" {
		f.Add("correction", "바로잡을 것을 골라 주십시오.")
		return c
	}
	in.foreign(f)
	c.Kind = in.Kind
	if in.Kind == "" {
		return c
	}
	if n := utf8.RuneCountInString(in.Evidence); n == 0 || n > 1000 {
		f.Add("evidence", "바로잡는 근거를 1,000자 안으로 적어 주십시오.")
	}
	c.Evidence = in.Evidence
	switch in.Kind {
	case CorrectReviewer:
		in.reviewer(of, f, &c)
	case CorrectScore:
		in.score(of, f, &c)
	default:
		in.item(of, f, &c)
	}
	return c
}

// foreign names what is filled in and not of the kind.
func (in CorrectionInput) foreign(f fault.Fields) {
	item, reviewer, score := in.Kind == CorrectBonus || in.Kind == CorrectPenalty, in.Kind == CorrectReviewer, in.Kind == CorrectScore
	for _, x := range []struct {
		field        string
		filled, fits bool
	}{
		{"bonus_item_id", in.BonusItemID != 0, item},
		{"reviewer_id", in.ReviewerID != 0, reviewer},
		{"conflict", in.Conflict != "", reviewer},
		{"criterion_id", in.SheetID != 0 || in.CriterionID != 0, score},
		{"points", in.Points != "", score},
		{"evidence", in.Evidence != "", in.Kind != ""},
	} {
		if x.filled && !x.fits {
			f.Add(x.field, "고른 바로잡기('"+CorrectionLabel(in.Kind)+"')에는 쓰지 않는 칸입니다. 비우거나 바로잡을 것을 다시 골라 주십시오.")
		}
	}
}

func (in CorrectionInput) item(of Correctable, f fault.Fields, c *Correction) {
	for _, b := range of.Items {
		if b.ID == in.BonusItemID && (b.Points > 0) == (in.Kind == CorrectBonus) {
			c.BonusItemID = &b.ID
			return
		}
	}
	f.Add("bonus_item_id", map[string]string{CorrectBonus: "이 신청에 줄 수 있는 가점 항목이 아닙니다.", CorrectPenalty: "이 신청에 적용한 감점 항목이 아닙니다."}[in.Kind])
}

func (in CorrectionInput) reviewer(of Correctable, f fault.Fields, c *Correction) {
	if in.Conflict != Excluded && in.Conflict != Challenged {
		f.Add("conflict", "제척과 기피 가운데 하나를 골라 주십시오.")
	}
	c.Conflict = in.Conflict
	for _, r := range of.Reviewers {
		if r.ID != in.ReviewerID {
			continue
		}
		if r.Needed {
			f.Add("reviewer_id", "이 위원의 평가표를 빼면 그 단계에 남는 평가표가 없습니다.")
		}
		c.ReviewerID = &r.ID
		return
	}
	f.Add("reviewer_id", "이 신청을 평가한 위원을 골라 주십시오.")
}

func (in CorrectionInput) score(of Correctable, f fault.Fields, c *Correction) {
	p, err := ParsePoints(in.Points)
	for _, s := range of.Scores {
		if s.SheetID != in.SheetID || s.CriterionID != in.CriterionID {
			continue
		}
		c.SheetID, c.CriterionID, c.Before, c.After = &s.SheetID, &s.CriterionID, &s.Points, &p
		switch {
		case err != nil || p%10 != 0 || p < 0 || p > Points(s.Max)*1000:
			f.Add("points", "0점에서 "+Points(s.Max*1000).Short()+"점까지, 소수점 아래 두 자리까지 적어 주십시오.")
		case p == s.Points:
			f.Add("points", "지금 점수와 같습니다.")
		}
		return
	}
	f.Add("criterion_id", "바로잡을 점수를 골라 주십시오.")
	if err != nil {
		f.Add("points", "바른 점수를 적어 주십시오.")
	}
}
