package report

import (
	"context"
	"fmt"

	"eoul/pkg/calendar"
	"eoul/pkg/korean"
	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// code is what a budget line spends on.
type code struct {
	Account  int64  `db:"account_id"`
	Category string `db:"category"`
	Code     string `db:"code"`
	Name     string `db:"name"`
}

// A line that a budget change took out still has its expenditures: the newest
// version that had it says its code.
const sqlCodes = `
	select distinct on (l.account_id) l.account_id, x.category, l.code, x.name
	  from award_lines l
	  join expense_codes x on x.code_set = l.code_set and x.code = l.code
	 where l.award_id = any($1)
	 order by l.account_id, l.version_id desc`

// readCodes is the code of every budget line by its account.
func (s *subject) readCodes(ctx context.Context, tx *work.Tx) (map[int64]code, error) {
	var rows []code
	if err := tx.Select(ctx, &rows, sqlCodes, ids(s.ids)); err != nil {
		return nil, fmt.Errorf("expense codes: %w", err)
	}
	out := make(map[int64]code, len(rows))
	for _, c := range rows {
		out[c.Account] = c
	}
	return out, nil
}

// expenseRow is one expenditure as the list shows it; a correcting row counts negative.
type expenseRow struct {
	Award      int64             `db:"award_id"`
	Line       int64             `db:"line_account_id"`
	No         int               `db:"no"`
	On         calendar.Date     `db:"occurred_on"`
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
	select e.award_id, e.line_account_id, e.no, e.occurred_on, e.item, e.payee, e.business_no,
	       k.sign * e.supply as supply, k.sign * e.vat as vat,
	       k.sign * e.national as "amounts.national", k.sign * e.sido as "amounts.sido", k.sign * e.sigungu as "amounts.sigungu", k.sign * e.own as "amounts.own",
	       e.method, e.evidence_kind, e.evidence_no, e.state,
	       case when e.state = 'rejected' then e.total else 0 end as disallowed, e.disallowed_reason
	  from expenditures e
	 cross join lateral (select case when e.reversal_of is null then 1 else -1 end as sign) k
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
func method(code string) string {
	switch code {
	case "transfer":
		return "계좌이체"
	case "card":
		return "전용카드"
	}
	return code
}

func evidence(code string) string {
	switch code {
	case "tax_invoice":
		return "전자세금계산서"
	case "invoice":
		return "전자계산서"
	case "card":
		return "카드"
	case "other":
		return "기타"
	}
	return code
}

func reviewState(state string) string {
	switch state {
	case "unreviewed":
		return "미검토"
	case "accepted":
		return "검토완료"
	case "rejected":
		return "불인정"
	case "reversed":
		return "정정됨"
	case "correction":
		return "정정"
	}
	return state
}

// listTotalCell is where the total of 집행내역 stands.
func (s *subject) listTotalCell() string {
	return fmt.Sprintf("'%s'!%s", nameList, xlsx.Name(s.lead()+listTotal+1, 6+s.expenses))
}

// list writes 집행내역, row by row from the database into the file.
func (s *subject) list(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	codes, err := s.readCodes(ctx, tx)
	if err != nil {
		return err
	}
	w, err := book.Add(s.sheet(nameList, fmt.Sprintf("%d년 %s 집행내역", s.fiscalYear, s.program), false, listColumns()))
	if err != nil {
		return err
	}
	whose := map[int64]awardRow{}
	for _, a := range s.awards {
		whose[a.ID] = a
	}
	err = work.Each(ctx, tx, sqlExpenses, []any{ids(s.ids)}, func(e expenseRow) error {
		a, c := whose[e.Award], codes[e.Line]
		return w.Row(s.row(a.Government, a.Title, e.No, e.On, c.Category, c.Code, c.Name, e.Item, e.Payee, e.BusinessNo.String(),
			e.Supply, e.VAT, e.Amounts.Total(), e.Amounts.National, e.Amounts.Sido, e.Amounts.Sigungu, e.Amounts.Own,
			method(e.Method), evidence(e.Evidence), e.EvidenceNo, reviewState(e.State), e.Disallowed, e.Why)...)
	})
	if err != nil {
		return fmt.Errorf("expenditures: %w", err)
	}
	if err := w.Total("합계", nil); err != nil {
		return err
	}
	return w.Close()
}
