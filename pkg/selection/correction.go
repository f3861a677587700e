package selection

import (
	"context"
	"fmt"

	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// Line is an application's own line of a ranking. Rank is nil below a floor, and for
// the applicant, whom the letter tells a place and no rank.
type Line struct {
	Mean  review.Points `db:"mean" json:"mean"`
	Bonus review.Points `db:"bonus" json:"bonus"`
	Total review.Points `db:"total" json:"total"`
	Rank  *int          `db:"rank" json:"rank"`
}

// Effect is what a correction does to the result of its application. Done tells whether
// it is so; otherwise it is what confirming would do.
type Effect struct {
	Before Line `json:"before"`
	After  Line `json:"after"`
	Done   bool `json:"done"`
}

// corrected names the objection to those who correct.
func (o Objection) corrected(cause string) review.Corrected {
	return review.Corrected{Call: o.CallID, Application: o.ApplicationID, Objection: int64(o.ID), Cause: cause}
}

const (
	sqlEffect = `
		select k.no, w.mean, w.bonus, w.total, w.rank
		  from rankings n
		  join rankings k on k.round_id = n.round_id and k.no between n.no - 1 and n.no
		  join ranking_rows w on w.ranking_id = k.id and w.application_id = $2
		 where n.id = $1
		 order by k.no`
	sqlTouched = `
		select coalesce(i.title, '') as item, coalesce(i.points, 0) as item_points, coalesce(n.name, '') as reviewer,
		       coalesce(k.title, '') as criterion, coalesce(u.stage, '') as stage
		  from objections o
		  left join bonus_items i on i.id = o.bonus_item_id
		  left join sheets s on s.id = o.sheet_id
		  left join assignments a on a.id = s.assignment_id
		  left join reviewers r on r.id = coalesce(o.reviewer_id, a.reviewer_id)
		  left join people n on n.id = r.person_id
		  left join criteria k on k.id = o.criterion_id
		  left join rubrics u on u.id = k.rubric_id
		 where o.id = $1`
)

// touched is what a correction touches, by name.
type touched struct {
	Item       string `db:"item"`
	ItemPoints int    `db:"item_points"`
	Reviewer   string `db:"reviewer"`
	Criterion  string `db:"criterion"`
	Stage      string `db:"stage"`
}

// sentence tells a correction, done or proposed; only inside names reviewers and the
// points of a sheet.
func (t touched) sentence(c review.Correction, inside, done bool) string {
	end := func(proposed, did string) string {
		if done {
			return did
		}
		return proposed
	}
	switch c.Kind {
	case review.CorrectBonus:
		return fmt.Sprintf("빠졌던 가점 ‘%s’(%+d점)을 %s.", t.Item, t.ItemPoints, end("반영합니다", "반영했습니다"))
	case review.CorrectPenalty:
		return fmt.Sprintf("잘못 적용한 감점 ‘%s’(%+d점)을 %s.", t.Item, t.ItemPoints, end("취소합니다", "취소했습니다"))
	case review.CorrectReviewer:
		who := "심사위원 한 사람"
		if inside {
			who = t.Reviewer + " 위원"
		}
		return fmt.Sprintf("%s에게 %s 사유가 있어 그 평가표를 평균에서 %s.", who, review.ConflictLabel(c.Conflict), end("뺍니다", "뺐습니다"))
	case review.CorrectScore:
		if inside {
			return fmt.Sprintf("%s 위원의 %s ‘%s’ 점수를 %s점에서 %s점으로 %s.", t.Reviewer, program.StageLabel(t.Stage), t.Criterion, c.Before.Short(), c.After.Short(), end("바로잡습니다", "바로잡았습니다"))
		}
		return fmt.Sprintf("평가표에 잘못 적힌 %s ‘%s’ 점수를 %s.", program.StageLabel(t.Stage), t.Criterion, end("바로잡습니다", "바로잡았습니다"))
	}
	return ""
}

// tell is the correction of o in one sentence, empty without one and, for the applicant,
// before it counts.
func (o Objection) tell(ctx context.Context, tx *work.Tx, inside bool) (string, error) {
	if o.Correction.Kind == "" || !inside && o.pending() {
		return "", nil
	}
	var t touched
	if err := tx.Get(ctx, &t, sqlTouched, o.ID); err != nil {
		return "", err
	}
	return t.sentence(o.Correction, inside, o.RankingID != nil), nil
}

// explain adds what the correction of o is and does, as far as this person may know it.
func (d *ObjectionDetail) explain(ctx context.Context, tx *work.Tx, o Objection, inside bool) error {
	var err error
	if d.Told, err = o.tell(ctx, tx, inside); err != nil || d.Told == "" {
		return err
	}
	if o.RankingID == nil {
		before, after, err := review.Foresee(ctx, tx, o.corrected(""), o.Correction)
		if fault.KindOf(err) == fault.Invalid { // nothing could be ranked any more: confirming says so
			return nil
		}
		d.Effect = &Effect{Before: lineOf(before), After: lineOf(after)}
		return err
	}
	var rows []struct {
		No int `db:"no"`
		Line
	}
	if err := tx.Select(ctx, &rows, sqlEffect, *o.RankingID, o.ApplicationID); err != nil || len(rows) < 2 {
		return err
	}
	d.RankingNo, d.Effect = rows[1].No, &Effect{Before: rows[0].Line, After: rows[1].Line, Done: true}
	if !inside {
		d.Effect.Before.Rank, d.Effect.After.Rank = nil, nil
	}
	return nil
}

func lineOf(r review.RankingRow) Line {
	return Line{Mean: r.Mean, Bonus: r.Bonus, Total: r.Total, Rank: r.Rank}
}
