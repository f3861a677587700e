package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

const sqlJudgedExplanations = judgedShown + `
	select h.stage, s.number, s.government_name, w.reviewer_id, coalesce(k.title, '') as criterion, e.asked_by, p.name as asked_by_name,
	       e.asked_at, e.question, e.answered_at, e.answer
	  from held h
	  join assignments w on w.round_id = h.id
	  join shown s on s.application_id = w.application_id
	  join sheets x on x.assignment_id = w.id
	  join explanations e on e.sheet_id = x.id
	  join people p on p.id = e.asked_by
	  left join criteria k on k.id = e.criterion_id
	 order by h.at, s.place, w.reviewer_id, e.id`

// explained is one request for an explanation with its answer.
type explained struct {
	Stage          string     `db:"stage"`
	Number         string     `db:"number"`
	GovernmentName string     `db:"government_name"`
	ReviewerID     int64      `db:"reviewer_id"`
	Criterion      string     `db:"criterion"` // empty: the whole sheet
	AskedBy        int64      `db:"asked_by"`
	AskedByName    string     `db:"asked_by_name"`
	AskedAt        time.Time  `db:"asked_at"`
	Question       string     `db:"question"`
	AnsweredAt     *time.Time `db:"answered_at"`
	Answer         string     `db:"answer"`
}

// explanations writes 설명 요청: what was asked of whom, and what they answered.
func (j *judging) explanations(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	w, err := j.record(book, nameExplanations, []xlsx.Column{{Title: "단계", Width: 10}, {Title: "신청번호", Width: 16}, {Title: "지자체명", Width: 18}, {Title: "심사위원", Width: 16},
		{Title: "평가항목", Width: 20}, {Title: "요청한 사람", Width: 16}, {Title: "요청 일시", Width: 22}, {Title: "요청 내용", Width: 44}, {Title: "답변 일시", Width: 22}, {Title: "답변 내용", Width: 44}})
	if err != nil {
		return err
	}
	n := 0
	err = work.Each(ctx, tx, sqlJudgedExplanations, j.shown(), func(e explained) error {
		n++
		var at time.Time // zero prints as nothing
		if e.AnsweredAt != nil {
			at = *e.AnsweredAt
		}
		return w.Row(program.StageLabel(e.Stage), e.Number, e.GovernmentName, j.judge(e.ReviewerID), cmp.Or(e.Criterion, "평가표 전체"),
			j.asker(e.AskedBy, e.AskedByName), calendar.FormatInstant(e.AskedAt), e.Question, calendar.FormatInstant(at), cmp.Or(e.Answer, "답변하지 않았습니다."))
	})
	if err != nil {
		return fmt.Errorf("explanations: %w", err)
	}
	return errors.Join(nothing(w, n, "설명 요청이 없습니다."), w.Close())
}

// nothing says so under a table without rows.
func nothing(w *xlsx.Writer, rows int, text string) error {
	if rows > 0 {
		return nil
	}
	return w.Note(text)
}
