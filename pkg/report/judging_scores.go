package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// judgedScore is what one sheet says on one criterion.
type judgedScore struct {
	Stage          string        `db:"stage"`
	Number         string        `db:"number"`
	GovernmentName string        `db:"government_name"`
	Title          string        `db:"title"`
	SheetID        int64         `db:"sheet_id"`
	ReviewerID     int64         `db:"reviewer_id"`
	Reviewer       string        `db:"reviewer"`
	CriterionID    int64         `db:"criterion_id"`
	Points         review.Points `db:"points"`
	Excluded       bool          `db:"excluded"`
}

// scoreSheet is 점수표 of one stage under way: sheets come score by score.
type scoreSheet struct {
	*judging
	book   *xlsx.Book
	judges map[int64]int
	stage  string
	w      *xlsx.Writer
	at     map[int64]int // criterion -> column
	row    []any
	sum    review.Points
	last   judgedScore
}

// scores writes a 점수표 for every stage: a row for every sheet, a column for every
// criterion.
func (j *judging) scores(ctx context.Context, tx *work.Tx, book *xlsx.Book, judges map[int64]int) error {
	out := &scoreSheet{judging: j, book: book, judges: judges}
	err := work.Each(ctx, tx, sqlJudgedScores, []any{j.Ranking, j.word, j.outcome, j.decisions}, out.take)
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
		copy(s.row, []any{x.Number, x.GovernmentName, x.Title, s.judge(s.judges[x.ReviewerID], x.Reviewer)})
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
	w, err := s.book.Add(s.sheet(name, fmt.Sprintf("%d년 %s %s 점수표", s.FiscalYear, s.Title, program.StageLabel(stage)), cols))
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
	if s.last.Excluded {
		s.row[n-1] = "제외"
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

// minutes writes what the trail knows of the discussion: who opened and locked it, and
// which sheets were reopened, with the reason.
func (j *judging) minutes(ctx context.Context, tx *work.Tx, book *xlsx.Book, judges map[int64]int) error {
	w, err := book.Add(j.sheet(nameMinutes, fmt.Sprintf("%d년 %s 토의 기록", j.FiscalYear, j.Title),
		[]xlsx.Column{{Title: "일시", Width: 26}, {Title: "한 일", Width: 24}, {Title: "사람", Width: 12}, {Title: "심사위원", Width: 14}, {Title: "지자체명", Width: 18}, {Title: "사유", Width: 50}}))
	if err != nil {
		return err
	}
	err = work.Each(ctx, tx, sqlJudgedMinutes, []any{j.Call}, func(m struct {
		At             time.Time `db:"at"`
		Action         string    `db:"action"`
		Actor          string    `db:"actor_name"`
		ReviewerID     int64     `db:"reviewer_id"`
		Reviewer       string    `db:"reviewer"`
		GovernmentName string    `db:"government_name"`
		Reason         string    `db:"reason"`
	}) error {
		judge := ""
		if m.ReviewerID != 0 {
			judge = j.judge(judges[m.ReviewerID], m.Reviewer)
		}
		what := map[string]string{"round:create": "심사 시작", "round:discuss": "토의 열기 요청", "round:lock": "심사 확정 요청", "round:confirm": "두 번째 사람의 확인", "sheet:reopen": "평가표 다시 열기"}[m.Action]
		return w.Row(calendar.FormatInstant(m.At), what, m.Actor, judge, m.GovernmentName, m.Reason)
	})
	if err != nil {
		return fmt.Errorf("minutes: %w", err)
	}
	return w.Close()
}

const sqlAllowances = `
	select n.name, v.employer, count(s.id) as sheets, count(distinct o.id) as sessions
	  from reviewers v
	  join people n on n.id = v.person_id
	  join assignments w on w.reviewer_id = v.id
	  join rounds o on o.id = w.round_id and o.state = 'locked'
	  join sheets s on s.assignment_id = w.id and s.state = 'locked'
	 where o.call_id = $1
	 group by v.id, n.name, v.employer
	 order by v.id`

// Allowances makes the list of 심사수당 of a locked review: sheets handed in and
// discussions held, each at the rule of the day of the lock. Taxes are not computed.
func (s *Service) Allowances(ctx context.Context, who authz.Actor, call program.CallID) (File, error) {
	return work.Snapshot(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (File, error) {
		j, err := readJudging(ctx, tx, call, "allowance:export", "allowance")
		if err != nil {
			return File{}, err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return File{}, err
		}
		book, err := xlsx.New()
		if err != nil {
			return File{}, err
		}
		if err := j.allowances(ctx, tx, book, rules); err != nil {
			return File{}, errors.Join(fmt.Errorf("write allowances: %w", err), book.Close())
		}
		return File{Name: "심사수당_" + j.Number + ".xlsx", Book: book}, nil
	})
}

func (j *judging) allowances(ctx context.Context, tx *work.Tx, book *xlsx.Book, rules rule.Set) error {
	on := calendar.Today(j.LockedOn)
	sheet, from, err := rules.Int(rule.ReviewFeeSheet, on)
	if err != nil {
		return err
	}
	session, of, err := rules.Int(rule.ReviewFeeSession, on)
	if err != nil {
		return err
	}
	perSheet, perSession := money.Must(sheet), money.Must(session)
	won := func(title string, sum bool) xlsx.Column {
		return xlsx.Column{Title: title, Width: 14, Kind: xlsx.Won, Sum: sum}
	}
	count := func(group, title string) xlsx.Column {
		return xlsx.Column{Group: group, Title: title, Width: 8, Kind: xlsx.Count}
	}
	grouped := func(group string, c xlsx.Column) xlsx.Column { c.Group = group; return c }
	w, err := book.Add(j.sheet("심사수당", fmt.Sprintf("%d년 %s 심사수당", j.FiscalYear, j.Title), []xlsx.Column{{Title: "연번", Width: 6, Kind: xlsx.Count}, {Title: "심사위원", Width: 14}, {Title: "소속", Width: 22},
		count("평가표", "건수"), grouped("평가표", won("단가", false)), grouped("평가표", won("금액", true)),
		count("토의", "횟수"), grouped("토의", won("단가", false)), grouped("토의", won("금액", true)), won("합계", true)}))
	if err != nil {
		return err
	}
	n := 0
	err = work.Each(ctx, tx, sqlAllowances, []any{j.Call}, func(a struct {
		Name     string `db:"name"`
		Employer string `db:"employer"`
		Sheets   int64  `db:"sheets"`
		Sessions int64  `db:"sessions"`
	}) error {
		n++
		sheets, sessions := money.Must(sheet*a.Sheets), money.Must(session*a.Sessions)
		return w.Row(n, a.Name, a.Employer, int(a.Sheets), perSheet, sheets, int(a.Sessions), perSession, sessions, sheets.Add(sessions))
	})
	if err != nil {
		return fmt.Errorf("read allowances: %w", err)
	}
	return errors.Join(w.Total("합계", nil),
		w.Note("단가: 평가표 "+perSheet.Comma()+"원("+from.Source+"), 토의 "+perSession.Comma()+"원("+of.Source+")"),
		w.Note("세금은 계산하지 않았습니다. 토의는 확정한 심사 단계마다 한 번으로 셉니다."), w.Close())
}
