package report

import (
	"context"
	"errors"
	"fmt"

	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

const sqlJudgedScores = `
		select o.stage, a.number, a.government_name, a.title, s.id as sheet_id, w.reviewer_id, k.id as criterion_id, c.points,
		       e.assignment_id is not null as excluded,
		       exists (select from score_changes g where g.sheet_id = s.id and g.objection_id is not null) as corrected
		  from ranking_rows r
		  join applications a on a.id = r.application_id
		  join assignments w on w.application_id = a.id
		  join rounds o on o.id = w.round_id and o.call_id = a.call_id and o.state = 'locked'
		  join sheets s on s.assignment_id = w.id
		  join counted_scores c on c.sheet_id = s.id
		  join criteria k on k.id = c.criterion_id
		  left join exclusions e on e.assignment_id = w.id
		  left join lateral (select y.outcome from selection_rows y join selections z on z.id = y.selection_id
		                      where y.application_id = a.id and z.state = any(case when $4 then array['approved', 'published'] else array['published'] end)
		                      order by z.no desc limit 1) x on true
		 where r.ranking_id = $1 and (a.government_name like $2 or a.title like $2) and ($3 = '' or x.outcome = $3)
		 order by array_position(array['paper', 'site', 'presentation'], o.stage), r.rank nulls last, r.total desc, r.application_id, w.reviewer_id, s.id, k.position, k.id`

// judgedScore is what one sheet says on one criterion.
type judgedScore struct {
	Stage          string        `db:"stage"`
	Number         string        `db:"number"`
	GovernmentName string        `db:"government_name"`
	Title          string        `db:"title"`
	SheetID        int64         `db:"sheet_id"`
	ReviewerID     int64         `db:"reviewer_id"`
	CriterionID    int64         `db:"criterion_id"`
	Points         review.Points `db:"points"`
	Excluded       bool          `db:"excluded"`
	Corrected      bool          `db:"corrected"` // after the lock; the points are what counts
}

// scoreSheet is 점수표 of one stage under way: sheets come score by score.
type scoreSheet struct {
	*judging
	book  *xlsx.Book
	stage string
	w     *xlsx.Writer
	at    map[int64]int // criterion -> column
	row   []any
	sum   review.Points
	last  judgedScore
}

// scores writes a 점수표 for every stage: a row for every sheet, a column for every
// criterion.
func (j *judging) scores(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	out := &scoreSheet{judging: j, book: book}
	err := work.Each(ctx, tx, sqlJudgedScores, j.shown(), out.take)
	if err != nil {
		return fmt.Errorf("score sheets: %w", err)
	}
	return out.end()
}

const scoreLead = 4

func (s *scoreSheet) take(x judgedScore) error {
	if x.SheetID != s.last.SheetID {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if x.Stage != s.stage {
		if err := errors.Join(s.end(), s.begin(x.Stage)); err != nil {
			return err
		}
	}
	if s.row == nil {
		s.row = make([]any, scoreLead+len(s.at)+2)
		copy(s.row, []any{x.Number, x.GovernmentName, x.Title, s.judge(x.ReviewerID)})
		s.sum = 0
	}
	s.row[scoreLead+s.at[x.CriterionID]] = points(x.Points)
	s.sum += x.Points
	s.last = x
	return nil
}

func (s *scoreSheet) begin(stage string) error {
	s.stage, s.at = stage, map[int64]int{}
	cols := []xlsx.Column{{Title: "신청번호", Width: 16}, {Title: "지자체명", Width: 18}, {Title: "사업명", Width: 28}, {Title: "심사위원", Width: 14}}
	for _, c := range s.criteria {
		if c.Stage == stage {
			s.at[c.ID] = len(s.at)
			cols = append(cols, xlsx.Column{Group: "점수", Title: fmt.Sprintf("%s(%d)", c.Title, c.Max), Width: 12, Kind: xlsx.Score})
		}
	}
	cols = append(cols, xlsx.Column{Title: "합계", Width: 9, Kind: xlsx.Score}, xlsx.Column{Title: "비고", Width: 10})
	name := nameScores
	if stage != program.Paper {
		name += "(" + program.StageLabel(stage) + ")"
	}
	w, err := s.book.Add(s.sheet(name, s.titled(program.StageLabel(stage)+" 점수표"), cols))
	s.w = w
	return err
}

// flush writes the sheet that is complete.
func (s *scoreSheet) flush() error {
	if s.row == nil {
		return nil
	}
	n := len(s.row)
	s.row[n-2] = points(s.sum)
	switch {
	case s.last.Excluded:
		s.row[n-1] = "제외"
	case s.last.Corrected:
		s.row[n-1] = "정정"
	}
	row := s.row
	s.row = nil
	return s.w.Row(row...)
}

func (s *scoreSheet) end() error {
	if err := s.flush(); err != nil || s.w == nil {
		return err
	}
	w := s.w
	s.w = nil
	return w.Close()
}
