package web

import (
	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/money"
)

type linesForm struct {
	partForm
	Lines []lineForm `form:"lines"`
}

type lineForm struct {
	Code        string        `form:"code"`
	Description string        `form:"description"`
	UnitPrice   *money.Amount `form:"unit_price"`
	Quantity    *int          `form:"quantity"`
	Times       *int          `form:"times"`
	National    money.Amount  `form:"national"`
	Sido        money.Amount  `form:"sido"`
	Sigungu     money.Amount  `form:"sigungu"`
	Own         money.Amount  `form:"own"`
	Remove      bool          `form:"remove"`
}

func (l lineForm) amounts() money.BySource {
	return money.BySource{National: l.National, Sido: l.Sido, Sigungu: l.Sigungu, Own: l.Own}
}

// blank tells a row nobody typed into.
func (l lineForm) blank() bool {
	return l.Remove || l.Code == "" && l.Description == "" && l.UnitPrice == nil && l.Quantity == nil && l.Times == nil && l.amounts().IsZero()
}

func (l lineForm) line() application.BudgetLine {
	return application.BudgetLine{Code: l.Code, Description: l.Description, UnitPrice: l.UnitPrice, Quantity: l.Quantity, Times: l.Times, Amounts: l.amounts()}
}

func lineForms(lines []application.BudgetLine) []lineForm {
	out := make([]lineForm, len(lines))
	for i, l := range lines {
		out[i] = lineForm{
			Code: l.Code, Description: l.Description, UnitPrice: l.UnitPrice, Quantity: l.Quantity, Times: l.Times,
			National: l.Amounts.National, Sido: l.Amounts.Sido, Sigungu: l.Amounts.Sigungu, Own: l.Amounts.Own,
		}
	}
	return out
}

func (f *linesForm) edit(map[string]string) partEdit {
	lines, kept := keep(f.Lines, lineForm.blank, lineForm.line)
	b := application.Budget{Lines: lines, Fill: application.FillNone}
	if f.Act == "propose" {
		b.Fill = application.FillAll
	}
	return partEdit{Edit: application.LinesEdit(b), renumber: renumbered("lines", kept)}
}

func (s *Server) saveLines(c echo.Context) error { return s.savePart(c, &linesForm{}) }

// nameRows puts the name of its code and the sum of its sources beside each row.
func (p *partPage) nameRows(w application.Workspace) {
	names := make(map[string]string, len(w.Codes))
	for _, code := range w.Codes {
		names[code.Code] = code.Category + " · " + code.Name
	}
	for i, row := range p.Rows {
		p.Rows[i].Note = names[p.Form.Value(row.Prefix+"code")]
		var field Field
		for _, s := range money.Sources() {
			field.Parts = append(field.Parts, p.Form.Field(row.Prefix+s.Code(), ""))
		}
		p.Rows[i].Total = field.Total()
	}
}

// balanceRow compares one source, or the total, with what the matching rule proposes.
type balanceRow struct {
	Label                 string
	Amount, Expected, Off money.Amount
	Share                 string
	Tone, Word            string
}

func balanceRows(b application.Balance) []balanceRow {
	total := b.Totals.Total()
	row := func(label string, amount, expected money.Amount) balanceRow {
		r := balanceRow{Label: label, Amount: amount, Expected: expected, Off: amount.Sub(expected), Share: percent(amount, total), Tone: "success", Word: "일치"}
		if !r.Off.IsZero() {
			r.Tone, r.Word = "warning", "차액 "+r.Off.Comma()
		}
		return r
	}
	var out []balanceRow
	for _, s := range money.Sources() {
		out = append(out, row(s.Label(), b.Totals.At(s), b.Expected.At(s)))
	}
	cap_ := balanceRow{Label: "총사업비 / 한도", Amount: total, Expected: b.Cap, Off: total.Sub(b.Cap), Share: percent(total, b.Cap), Tone: "success", Word: "한도 안"}
	if b.OverCap.Sign() > 0 {
		cap_.Tone, cap_.Word = "danger", "한도를 "+b.OverCap.Comma()+"원 넘음"
	}
	return append(out, cap_)
}
