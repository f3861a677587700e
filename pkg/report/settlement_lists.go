package report

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// ids is a list of ids as an argument of a query.
func ids(list []int64) any { return pq.Array(list) }

// lineRow is one budget line of the current version with what was spent on it.
type lineRow struct {
	Award       int64          `db:"award_id"`
	Government  string         `db:"government"`
	Title       string         `db:"title"`
	Category    string         `db:"category"`
	Code        string         `db:"code"`
	Name        string         `db:"name"`
	Description string         `db:"description"`
	Basis       string         `db:"basis"`
	Original    money.Amount   `db:"original"`
	Planned     money.Amount   `db:"planned"`
	Spent       money.BySource `db:"spent"`
}

const sqlLines = `
	select l.award_id, coalesce(up.name || ' ', '') || g.name as government, w.title,
	       x.category, l.code, x.name, l.description, l.basis, l.total as planned, coalesce(o.total, 0) as original,
	       a.spent_national as "spent.national", a.spent_sido as "spent.sido", a.spent_sigungu as "spent.sigungu", a.spent_own as "spent.own"
	  from award_lines l
	  join awards w on w.id = l.award_id
	  join organizations g on g.id = w.government_id
	  left join organizations up on up.id = w.province_id
	  join expense_codes x on x.code_set = l.code_set and x.code = l.code
	  join accounts a on a.id = l.account_id
	  left join award_lines o on o.account_id = l.account_id and o.version_id = (select id from budget_versions v where v.award_id = l.award_id and v.no = 0)
	 where l.version_id in (select distinct on (award_id) id from budget_versions where award_id = any($1) order by award_id, no desc)
	 order by array_position($1, l.award_id), l.position`

// Columns of 비목별 집행, counted from 0 behind the leading ones.
const (
	lineOriginal = 4
	linePlanned  = 5
	lineSpent    = 10
	lineRate     = 12
)

func lineColumns() []xlsx.Column {
	cols := []xlsx.Column{{Title: "보조비목", Width: 14}, {Title: "보조세목(코드)", Width: 22}, {Title: "내역", Width: 26}, {Title: "산출기초", Width: 26},
		{Title: "당초예산", Width: 14, Kind: xlsx.Won, Sum: true}, {Title: "변경예산", Width: 14, Kind: xlsx.Won, Sum: true}}
	for _, src := range money.Sources() {
		cols = append(cols, xlsx.Column{Group: "집행액", Title: src.Label(), Width: 13, Kind: xlsx.Won, Sum: true})
	}
	return append(cols, xlsx.Column{Group: "집행액", Title: "계", Width: 14, Kind: xlsx.Won, Sum: true},
		xlsx.Column{Title: "잔액", Width: 13, Kind: xlsx.Won, Sum: true}, xlsx.Column{Title: "집행률", Width: 8, Kind: xlsx.Rate}, xlsx.Column{Title: "잔액사유", Width: 20})
}

// lineTotalCell is where the spending total of 비목별 집행 stands.
func (s *subject) lineTotalCell() string {
	return fmt.Sprintf("'%s'!%s", nameLines, xlsx.Name(s.lead()+lineSpent+1, 6+s.lines))
}

// budget writes 비목별 집행.
func (s *subject) budget(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	w, err := book.Add(s.sheet(nameLines, fmt.Sprintf("%d년 %s 비목별 집행", s.fiscalYear, s.program), false, lineColumns()))
	if err != nil {
		return err
	}
	err = work.Each(ctx, tx, sqlLines, []any{ids(s.ids)}, func(l lineRow) error {
		spent := l.Spent.Total()
		return w.Row(s.row(l.Government, l.Title, l.Category, fmt.Sprintf("%s(%s)", l.Name, l.Code), l.Description, l.Basis,
			l.Original, l.Planned, l.Spent.National, l.Spent.Sido, l.Spent.Sigungu, l.Spent.Own, spent, l.Planned.Sub(spent),
			s.rate(w.LastRow()+1, spent, l.Planned, s.lead()+lineSpent, s.lead()+linePlanned), "")...)
	})
	if err != nil {
		return fmt.Errorf("budget lines: %w", err)
	}
	lead := s.lead()
	rate := map[int]xlsx.Formula{lead + lineRate: s.rate(w.LastRow()+1, w.Sum(lead+lineSpent), w.Sum(lead+linePlanned), lead+lineSpent, lead+linePlanned)}
	if err := w.Total("합계", rate); err != nil {
		return err
	}
	return w.Close()
}
