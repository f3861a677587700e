package report

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/calendar"
	"eoul/pkg/korean"
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

// expenseRow is one expenditure as the list shows it; a correcting row counts negative.
type expenseRow struct {
	Award      int64             `db:"award_id"`
	No         int               `db:"no"`
	On         calendar.Date     `db:"occurred_on"`
	Category   string            `db:"category"`
	Code       string            `db:"code"`
	Name       string            `db:"name"`
	Item       string            `db:"item"`
	Payee      string            `db:"payee"`
	BusinessNo korean.BusinessNo `db:"business_no"`
	Supply     money.Amount      `db:"supply"`
	VAT        money.Amount      `db:"vat"`
	Amounts    money.BySource    `db:"amounts"`
	Method     string            `db:"method"`
	Evidence   string            `db:"evidence_kind"`
	EvidenceNo string            `db:"evidence_no"`
	State      string            `db:"state"`
	Disallowed money.Amount      `db:"disallowed"`
	Why        string            `db:"disallowed_reason"`
}

const sqlExpenses = `
	select e.award_id, e.no, e.occurred_on, x.category, l.code, x.name, e.item, e.payee, e.business_no,
	       k.sign * e.supply as supply, k.sign * e.vat as vat,
	       k.sign * e.national as "amounts.national", k.sign * e.sido as "amounts.sido", k.sign * e.sigungu as "amounts.sigungu", k.sign * e.own as "amounts.own",
	       e.method, e.evidence_kind, e.evidence_no, e.state,
	       case when e.state = 'rejected' then e.total else 0 end as disallowed, e.disallowed_reason
	  from expenditures e
	  cross join lateral (select case when e.reversal_of is null then 1 else -1 end as sign) k
	  join lateral (
		select l.code_set, l.code from award_lines l where l.account_id = e.line_account_id order by l.version_id desc limit 1) l on true
	  join expense_codes x on x.code_set = l.code_set and x.code = l.code
	 where e.award_id = any($1)
	 order by array_position($1, e.award_id), e.no`

// listTotal is the column of 집행내역 that holds the sum of a row, counted from 0.
const listTotal = 10

func listColumns() []xlsx.Column {
	cols := []xlsx.Column{{Title: "순번", Width: 6, Kind: xlsx.Count}, {Title: "집행일자", Width: 13, Kind: xlsx.Date}, {Title: "비목", Width: 12}, {Title: "세목코드", Width: 9},
		{Title: "세목명", Width: 16}, {Title: "집행용도", Width: 30}, {Title: "거래처명", Width: 20}, {Title: "사업자등록번호", Width: 15}}
	for _, title := range []string{"공급가액", "부가세", "합계"} {
		cols = append(cols, xlsx.Column{Title: title, Width: 13, Kind: xlsx.Won, Sum: true})
	}
	for _, src := range money.Sources() {
		cols = append(cols, xlsx.Column{Group: "재원별", Title: src.Label(), Width: 13, Kind: xlsx.Won, Sum: true})
	}
	return append(cols, xlsx.Column{Title: "지급방식", Width: 10}, xlsx.Column{Title: "증빙구분", Width: 13}, xlsx.Column{Title: "증빙번호", Width: 18},
		xlsx.Column{Title: "검토상태", Width: 10}, xlsx.Column{Title: "불인정액", Width: 13, Kind: xlsx.Won, Sum: true}, xlsx.Column{Title: "불인정사유", Width: 24})
}

// The words of the form for the codes of an expenditure.
var (
	methods   = map[string]string{"transfer": "계좌이체", "card": "전용카드"}
	evidences = map[string]string{"tax_invoice": "전자세금계산서", "invoice": "전자계산서", "card": "카드", "other": "기타"}
	reviews   = map[string]string{"unreviewed": "미검토", "reviewing": "검토중", "accepted": "검토완료", "rejected": "불인정", "reversed": "정정됨"}
)

// listTotalCell is where the total of 집행내역 stands.
func (s *subject) listTotalCell() string {
	return fmt.Sprintf("'%s'!%s", nameList, xlsx.Name(s.lead()+listTotal+1, 6+s.expenses))
}

// list writes 집행내역, row by row from the database into the file.
func (s *subject) list(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	w, err := book.Add(s.sheet(nameList, fmt.Sprintf("%d년 %s 집행내역", s.fiscalYear, s.program), false, listColumns()))
	if err != nil {
		return err
	}
	whose := map[int64]awardRow{}
	for _, a := range s.awards {
		whose[a.ID] = a
	}
	err = work.Each(ctx, tx, sqlExpenses, []any{ids(s.ids)}, func(e expenseRow) error {
		a := whose[e.Award]
		return w.Row(s.row(a.Government, a.Title, e.No, e.On, e.Category, e.Code, e.Name, e.Item, e.Payee, e.BusinessNo.String(),
			e.Supply, e.VAT, e.Amounts.Total(), e.Amounts.National, e.Amounts.Sido, e.Amounts.Sigungu, e.Amounts.Own,
			methods[e.Method], evidences[e.Evidence], e.EvidenceNo, reviews[e.State], e.Disallowed, e.Why)...)
	})
	if err != nil {
		return fmt.Errorf("expenditures: %w", err)
	}
	if err := w.Total("합계", nil); err != nil {
		return err
	}
	return w.Close()
}
