package report

import (
	"context"
	"errors"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

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
func (s *Service) Allowances(ctx context.Context, who authz.Actor, call program.CallID) (xlsx.File, error) {
	return work.Snapshot(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (xlsx.File, error) {
		j, err := readJudging(ctx, tx, call, "allowance:export", "allowance")
		if err != nil {
			return xlsx.File{}, err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return xlsx.File{}, err
		}
		book, err := xlsx.New()
		if err != nil {
			return xlsx.File{}, err
		}
		if err := j.allowances(ctx, tx, book, rules); err != nil {
			return xlsx.File{}, errors.Join(fmt.Errorf("write allowances: %w", err), book.Close())
		}
		return xlsx.File{Name: "심사수당_" + j.Number + ".xlsx", Book: book}, nil
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
	w, err := book.Add(j.sheet("심사수당", j.titled("심사수당"), []xlsx.Column{{Title: "연번", Width: 6, Kind: xlsx.Count}, {Title: "심사위원", Width: 14}, {Title: "소속", Width: 22},
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
