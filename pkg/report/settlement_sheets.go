package report

import (
	"context"
	"errors"
	"fmt"

	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// The sheets of the settlement workbook, in order.
const (
	nameSummary = "총괄표"
	nameSources = "재원별 정산"
	nameLines   = "비목별 집행"
	nameList    = "집행내역"
)

// write writes the four sheets. The check lines of the first compare figures of the
// others, so the other sheets' places are worked out before they are written.
func (s *subject) write(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	return errors.Join(s.summary(book), s.sources(book), s.budget(ctx, tx, book), s.list(ctx, tx, book))
}

func bySource(group string, sources ...money.Source) []xlsx.Column {
	out := []xlsx.Column{{Group: group, Title: "계", Width: 14, Kind: xlsx.Won, Sum: true}}
	for _, src := range sources {
		out = append(out, xlsx.Column{Group: group, Title: src.Label(), Width: 13, Kind: xlsx.Won, Sum: true})
	}
	return out
}

func summaryColumns() []xlsx.Column {
	public := []money.Source{money.National, money.Sido, money.Sigungu}
	all := append(public[:3:3], money.Own)
	cols := []xlsx.Column{{Title: "연번", Width: 5, Kind: xlsx.Count}, {Title: "지자체명", Width: 14}, {Title: "사업명", Width: 24}, {Title: "사업기간", Width: 15}}
	cols = append(cols, bySource("총사업비", all...)...)
	cols = append(cols, bySource("교부액", public...)...)
	cols = append(cols, bySource("집행액", all...)...)
	cols = append(cols, xlsx.Column{Title: "집행률(%)", Width: 8, Kind: xlsx.Rate})
	cols = append(cols, bySource("집행잔액", all...)...)
	cols = append(cols, bySource("이자", public...)...)
	for _, title := range []string{"수익금", "불인정액", "이월액"} {
		cols = append(cols, xlsx.Column{Title: title, Width: 12, Kind: xlsx.Won, Sum: true})
	}
	cols = append(cols, bySource("반납액", public...)...)
	return append(cols, xlsx.Column{Title: "비고", Width: 12})
}

// Columns of 총괄표 that other cells refer to, counted from 0.
const (
	summaryPlanned = 4
	summarySpent   = 13
	summaryRate    = 18
	summaryDue     = 31
)

func won4(b money.BySource) []any {
	return []any{b.Total(), b.National, b.Sido, b.Sigungu, b.Own}
}

// won3 is the public money of b: what is granted and given back. Own money is not.
func won3(b money.BySource) []any {
	return []any{public(b), b.National, b.Sido, b.Sigungu}
}

// summary writes 총괄표: one row per award and the checks across the sheets.
func (s *subject) summary(book *xlsx.Book) error {
	w, err := book.Add(s.sheet(nameSummary, fmt.Sprintf("%d년 %s 정산 총괄표", s.fiscalYear, s.program), true, summaryColumns()))
	if err != nil {
		return err
	}
	for i, a := range s.awards {
		row := []any{i + 1, a.Government, a.Title, a.period()}
		row = append(row, won4(a.Planned)...)
		row = append(row, won3(a.Funds)...)
		row = append(row, won4(a.Spent)...)
		row = append(row, s.rate(w.LastRow()+1, a.Spent.Total(), a.Planned.Total(), summarySpent, summaryPlanned))
		row = append(row, won4(a.Balance())...)
		row = append(row, won3(a.Interest)...)
		row = append(row, a.Revenue.Total(), a.Disallowed.Total(), a.Carried.Total())
		row = append(row, won3(a.Due)...)
		if err := w.Row(append(row, a.note())...); err != nil {
			return err
		}
	}
	spent, planned := w.Sum(summarySpent), w.Sum(summaryPlanned)
	rate := map[int]xlsx.Formula{summaryRate: s.rate(w.LastRow()+1, spent, planned, summarySpent, summaryPlanned)}
	if err := w.Total("합계", rate); err != nil {
		return err
	}
	return errors.Join(s.checks(w, spent, planned), w.Close())
}

// rate is spent over planned of a row, as a formula that carries its value.
func (s *subject) rate(row int, part, whole money.Amount, partColumn, wholeColumn int) xlsx.Formula {
	p, q := xlsx.Name(partColumn+1, row), xlsx.Name(wholeColumn+1, row)
	return xlsx.Formula{Expr: fmt.Sprintf(`IF(%s=0,"-",%s/%s)`, q, p, q), Value: rateValue(part, whole)}
}

func rateValue(part, whole money.Amount) any {
	if whole.IsZero() {
		return "-"
	}
	return xlsx.Fraction{Part: part, Whole: whole}
}
