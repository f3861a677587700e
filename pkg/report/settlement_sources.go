package report

import (
	"fmt"

	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
)

func sourceColumns() []xlsx.Column {
	cols := []xlsx.Column{{Title: "재원", Width: 10}}
	for _, title := range []string{"예산액(당초)", "변경 후 예산", "교부액", "집행액", "불인정액", "인정집행액"} {
		cols = append(cols, xlsx.Column{Title: title, Width: 14, Kind: xlsx.Won, Sum: true})
	}
	cols = append(cols, xlsx.Column{Title: "집행률", Width: 8, Kind: xlsx.Rate})
	for _, title := range []string{"잔액", "이자", "수익금", "이월액", "반납할 금액", "기반납액", "추가 반납액"} {
		cols = append(cols, xlsx.Column{Title: title, Width: 13, Kind: xlsx.Won, Sum: true})
	}
	return cols
}

// Columns of 재원별 정산, counted from 0 behind the leading ones.
const (
	sourceColumn0    = 1 // the first column of amounts
	sourceChanged    = 2
	sourceFunds      = 3
	sourceSpent      = 4
	sourceDisallowed = 5
	sourceRate       = 7
	sourceBalance    = 8
	sourceInterest   = 9
	sourceRevenue    = 10
	sourceCarried    = 11
)

// rowsPerAward is four sources and their sum.
const rowsPerAward = 5

// lead is how many columns stand before those of the form.
func (s *subject) lead() int {
	if s.whole {
		return 2
	}
	return 0
}

// sourceTotalCell is where the total of a column of 재원별 정산 stands.
func (s *subject) sourceTotalCell(column int) string {
	row := 5 + rowsPerAward*len(s.awards) - 1 // the sum row of the last award
	if s.whole {
		row++ // the total over all awards stands below it
	}
	return fmt.Sprintf("'%s'!%s", nameSources, xlsx.Name(s.lead()+column+1, row))
}

// sourceColumn is a column of 재원별 정산 down to a row, as another sheet refers to it.
func (s *subject) sourceColumn(column, last int) string {
	return fmt.Sprintf("'%s'!%s:%s", nameSources, xlsx.Name(s.lead()+column+1, 5), xlsx.Name(s.lead()+column+1, last))
}

// sources writes 재원별 정산: four rows and their sum for each award.
func (s *subject) sources(book *xlsx.Book) error {
	w, err := book.Add(s.sheet(nameSources, fmt.Sprintf("%d년 %s 재원별 정산", s.fiscalYear, s.program), false, sourceColumns()))
	if err != nil {
		return err
	}
	for _, a := range s.awards {
		first := w.LastRow() + 1
		for _, src := range money.Sources() {
			if err := w.Row(s.row(a.Government, a.Title, s.sourceRow(w.LastRow()+1, src.Label(), a.figures(src))...)...); err != nil {
				return err
			}
		}
		if err := w.Subtotal(s.row(a.Government, a.Title, s.sourceSum(w.LastRow()+1, first, a)...)...); err != nil {
			return err
		}
	}
	if s.whole {
		if err := s.sourceGrandTotal(w); err != nil {
			return err
		}
	}
	return w.Close()
}

// figures are the amounts of one source in the order of the form, without the rate.
func (a awardRow) figures(src money.Source) []money.Amount {
	due, repaid := a.Due.At(src), a.Repaid.At(src)
	if src == money.Own {
		due = money.Amount{} // own money stays with its owner
	}
	return []money.Amount{
		a.Original.At(src), a.Planned.At(src), a.Funds.At(src), a.Spent.At(src), a.Disallowed.At(src), a.Accepted().At(src),
		a.Balance().At(src), a.Interest.At(src), a.Revenue.At(src), a.Carried.At(src), due, repaid, due.Sub(repaid),
	}
}

// sourceRow is one row of the form: label, six amounts, the rate, seven amounts.
func (s *subject) sourceRow(row int, label string, f []money.Amount) []any {
	out := []any{label}
	for i, v := range f {
		if i == sourceRate-sourceColumn0 {
			out = append(out, s.rate(row, f[3], f[1], s.lead()+sourceSpent, s.lead()+sourceChanged))
		}
		out = append(out, v)
	}
	return out
}

// sourceSum is the 계 row of one award: sums of the four rows above it.
func (s *subject) sourceSum(row, first int, a awardRow) []any {
	total := make([]money.Amount, len(a.figures(money.National)))
	for _, src := range money.Sources() {
		for i, v := range a.figures(src) {
			total[i] = total[i].Add(v)
		}
	}
	out := s.sourceRow(row, "계", total)
	for i, v := range out {
		if amount, ok := v.(money.Amount); ok {
			col := s.lead() + i + 1
			out[i] = xlsx.Formula{Expr: fmt.Sprintf("SUM(%s:%s)", xlsx.Name(col, first), xlsx.Name(col, row-1)), Value: amount}
		}
	}
	return out
}

// sourceGrandTotal adds the 계 rows of all awards.
func (s *subject) sourceGrandTotal(w *xlsx.Writer) error {
	total := make([]money.Amount, len(s.awards[0].figures(money.National)))
	for _, a := range s.awards {
		for _, src := range money.Sources() {
			for i, v := range a.figures(src) {
				total[i] = total[i].Add(v)
			}
		}
	}
	row := w.LastRow() + 1
	out := s.sourceRow(row, "합계", total)
	label := xlsx.Name(s.lead()+1, 5) + ":" + xlsx.Name(s.lead()+1, row-1)
	for i, v := range out {
		if amount, ok := v.(money.Amount); ok {
			col := s.lead() + i + 1
			out[i] = xlsx.Formula{Value: amount, Expr: fmt.Sprintf(`SUMIF(%s,"계",%s:%s)`, label, xlsx.Name(col, 5), xlsx.Name(col, row-1))}
		}
	}
	return w.Subtotal(s.row("", "", out...)...)
}
