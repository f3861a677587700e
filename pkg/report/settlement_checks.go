package report

import (
	"errors"
	"fmt"

	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
)

// figure is a cell of the workbook, or a formula over cells, with what it must give.
func figure(expr string, value money.Amount) xlsx.Formula {
	return xlsx.Formula{Expr: expr, Value: value}
}

// checks prints under 총괄표 what must agree across the sheets (domain C.2). Each side
// is worked out on its own: the lists by the database, the rest from the ledger.
func (s *subject) checks(w *xlsx.Writer, spent, planned money.Amount) error {
	total := w.LastRow()
	at := func(column int) string { return xlsx.Name(column+1, total) }
	parts := func(column int) string { return "SUM(" + at(column+1) + ":" + at(column+4) + ")" }
	var funds, used, listed money.Amount
	var bySource money.BySource
	for _, a := range s.awards {
		funds = funds.Add(a.Funds.Total())
		used = used.Add(a.Spent.Add(a.Balance()).Add(a.Carried).Total())
		listed = listed.Add(a.Spent.Total())
		bySource = bySource.Add(a.Planned).Add(a.Spent)
	}
	source := s.sourceTotalCell
	return errors.Join(
		w.Note(s.instant),
		w.Note("교부액에는 지자체가 스스로 확보한 지방비를 포함합니다. 반납액 = 집행잔액 + 불인정액 + (이자 − 제외이자) + 수익금. 자부담은 반납하지 않습니다."),
		w.Check("비목별 집행의 집행액 = 집행내역의 합계", figure(s.lineTotalCell(), s.spentOnLine), figure(s.listTotalCell(), s.spentOnList)),
		w.Check("집행내역의 합계 = 재원별 정산의 집행액", figure(s.listTotalCell(), s.spentOnList), figure(source(sourceSpent), listed)),
		w.Check("재원별 정산의 집행액 = 총괄표의 집행액", figure(source(sourceSpent), listed), figure(at(summarySpent), spent)),
		w.Check("교부액(자부담 포함) = 집행액 + 집행잔액 + 이월액", figure(source(sourceFunds), funds),
			figure(source(sourceSpent)+"+"+source(sourceBalance)+"+"+source(sourceCarried), used)),
		s.checkDue(w, at(summaryDue)),
		w.Check("재원별 금액의 합 = 계(총사업비와 집행액)", figure(parts(summaryPlanned)+"+"+parts(summarySpent), bySource.Total()),
			figure(at(summaryPlanned)+"+"+at(summarySpent), planned.Add(spent))))
}

// checkDue compares what is given back with what it is made of. Own money stays with
// its owner; a project without a settlement owes nothing yet, so with one of those in
// the workbook there is nothing to compare.
func (s *subject) checkDue(w *xlsx.Writer, cell string) error {
	open := 0
	var excluded, due, made money.Amount
	for _, a := range s.awards {
		if a.Settlement == nil {
			open++
		}
		excluded = excluded.Add(a.Excluded)
		made = made.Add(public(a.Balance().Add(a.Disallowed).Add(a.Interest).Add(a.Revenue)))
		due = due.Add(public(a.Due))
	}
	if open > 0 {
		return w.Note(fmt.Sprintf("정산을 시작하지 않은 사업이 %d개 있어 반납액은 검산하지 않았습니다.", open))
	}
	last := 4 + rowsPerAward*len(s.awards)
	formula := fmt.Sprintf("-%d", excluded.Int64())
	for _, column := range []int{sourceBalance, sourceDisallowed, sourceInterest, sourceRevenue} {
		formula += fmt.Sprintf(`+%s-SUMIF(%s,"자부담",%s)`, s.sourceTotalCell(column), s.sourceColumn(0, last), s.sourceColumn(column, last))
	}
	return w.Check(fmt.Sprintf("반납액 = 집행잔액 + 불인정액 + 이자 + 수익금 − 제외이자 %s원(자부담 제외)", excluded.Comma()),
		figure(cell, due), figure(formula, made.Sub(excluded)))
}

// public is the money that is granted and given back: all but 자부담.
func public(b money.BySource) money.Amount { return b.With(money.Own, money.Amount{}).Total() }
