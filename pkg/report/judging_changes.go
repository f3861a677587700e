package report

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

const sqlJudgedChanges = judgedShown + `
	select h.stage, s.number, s.government_name, w.reviewer_id, k.title as criterion, g.points_before, g.points_after,
	       g.justification_before, g.justification_after, g.reason, g.changed_at, exists (select from exclusions e where e.assignment_id = w.id) as excluded,
	       g.objection_id is not null as objected
	  from held h
	  join assignments w on w.round_id = h.id
	  join shown s on s.application_id = w.application_id
	  join sheets x on x.assignment_id = w.id
	  join score_changes g on g.sheet_id = x.id
	  join criteria k on k.id = g.criterion_id
	 order by h.at, s.place, w.reviewer_id, g.id`

// changed is one score that was changed in the discussion, or later because an
// objection was upheld, with both values.
type changed struct {
	Stage          string        `db:"stage"`
	Number         string        `db:"number"`
	GovernmentName string        `db:"government_name"`
	ReviewerID     int64         `db:"reviewer_id"`
	Criterion      string        `db:"criterion"`
	Before         review.Points `db:"points_before"`
	After          review.Points `db:"points_after"`
	WordsBefore    string        `db:"justification_before"`
	WordsAfter     string        `db:"justification_after"`
	Reason         string        `db:"reason"`
	ChangedAt      time.Time     `db:"changed_at"`
	Excluded       bool          `db:"excluded"`
	Objected       bool          `db:"objected"`
}

// note says why a score was changed after the lock, and which change moved nothing.
func (c changed) note() string {
	var out []string
	if c.Objected {
		out = append(out, "이의신청 인용")
	}
	if c.Before == c.After {
		out = append(out, "근거만 고침")
	}
	if c.Excluded {
		out = append(out, "제외된 평가표")
	}
	return strings.Join(out, ", ")
}

// changes writes 점수 변경: every score that a reviewer changed in the discussion, and
// those that an upheld objection corrected.
func (j *judging) changes(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	w, err := j.record(book, nameChanges, []xlsx.Column{{Title: "단계", Width: 10}, {Title: "신청번호", Width: 16}, {Title: "지자체명", Width: 18}, {Title: "심사위원", Width: 16}, {Title: "평가항목", Width: 20},
		{Group: "점수", Title: "변경 전", Width: 10, Kind: xlsx.Score}, {Group: "점수", Title: "변경 후", Width: 10, Kind: xlsx.Score}, {Group: "점수", Title: "차이", Width: 10, Kind: xlsx.Score},
		{Title: "변경 사유", Width: 36}, {Group: "점수의 근거", Title: "변경 전", Width: 36}, {Group: "점수의 근거", Title: "변경 후", Width: 36}, {Title: "변경 일시", Width: 22}, {Title: "비고", Width: 14}})
	if err != nil {
		return err
	}
	n := 0
	err = work.Each(ctx, tx, sqlJudgedChanges, j.shown(), func(c changed) error {
		n++
		return w.Row(program.StageLabel(c.Stage), c.Number, c.GovernmentName, j.judge(c.ReviewerID), c.Criterion, points(c.Before), points(c.After), points(c.After-c.Before),
			c.Reason, c.WordsBefore, c.WordsAfter, calendar.FormatInstant(c.ChangedAt), c.note())
	})
	if err != nil {
		return fmt.Errorf("changed scores: %w", err)
	}
	return errors.Join(nothing(w, n, "변경한 점수가 없습니다."), w.Close())
}
