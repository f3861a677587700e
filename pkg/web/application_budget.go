package web

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// linesForm is the budget as it is typed. Figures are texts, because the unit in
// which they are written decides what they mean, and because a figure that cannot be
// read must not hide what is wrong with the others.
type linesForm struct {
	partForm
	Unit  string     `form:"unit"` // 1 or 1000: what a figure counts, see money.ParseIn
	More  string     `form:"more"` // how many lines "줄 더하기" adds
	Lines []lineForm `form:"lines"`
}

type lineForm struct {
	Code        string `form:"code"`
	Description string `form:"description"`
	UnitPrice   string `form:"unit_price"`
	Quantity    string `form:"quantity"`
	Times       string `form:"times"`
	National    string `form:"national"`
	Sido        string `form:"sido"`
	Sigungu     string `form:"sigungu"`
	Own         string `form:"own"`
	Remove      bool   `form:"remove"`
}

// sources are the texts of the four sources in their order.
func (l *lineForm) sources() []*string {
	return []*string{&l.National, &l.Sido, &l.Sigungu, &l.Own}
}

// blank tells a row nobody typed into, or that is to go.
func (l lineForm) blank() bool {
	for _, text := range l.sources() {
		if *text != "" && *text != "0" {
			return l.Remove
		}
	}
	return l.Remove || l.Code == "" && l.Description == "" && l.UnitPrice == "" && l.Quantity == "" && l.Times == ""
}

// line reads a row; what cannot be read is noted under at and left empty.
func (l lineForm) line(u money.Unit, at string, unread fault.Fields) application.BudgetLine {
	out := application.BudgetLine{Code: l.Code, Description: l.Description}
	if l.UnitPrice != "" {
		price := amountIn(l.UnitPrice, u, at+"unit_price", unread)
		out.UnitPrice = &price
	}
	out.Quantity = countOf(l.Quantity, at+"quantity", unread)
	out.Times = countOf(l.Times, at+"times", unread)
	for i, s := range money.Sources() {
		if text := *l.sources()[i]; text != "" {
			out.Amounts = out.Amounts.With(s, amountIn(text, u, at+s.Code(), unread))
		}
	}
	return out
}

func amountIn(text string, u money.Unit, field string, unread fault.Fields) money.Amount {
	a, err := money.ParseIn(text, u)
	if err != nil {
		unread.Add(field, sentence(err, "금액을 숫자로 입력해 주세요."))
	}
	return a
}

func countOf(text, field string, unread fault.Fields) *int {
	if text == "" {
		return nil
	}
	a, err := money.Parse(text)
	if err != nil {
		unread.Add(field, "정수를 숫자로 입력해 주세요.")
	}
	n := int(a.Int64())
	return &n
}

// lineFormOf is a stored line as it is typed in a unit.
func lineFormOf(l application.BudgetLine, u money.Unit) lineForm {
	out := lineForm{Code: l.Code, Description: l.Description}
	if l.UnitPrice != nil {
		out.UnitPrice = l.UnitPrice.In(u)
	}
	if l.Quantity != nil {
		out.Quantity = strconv.Itoa(*l.Quantity)
	}
	if l.Times != nil {
		out.Times = strconv.Itoa(*l.Times)
	}
	for i, s := range money.Sources() {
		*out.sources()[i] = l.Amounts.At(s).In(u)
	}
	return out
}

func lineForms(lines []application.BudgetLine) []lineForm {
	out := make([]lineForm, len(lines))
	for i, l := range lines {
		out[i] = lineFormOf(l, money.Won)
	}
	return out
}

// in writes the figures of a row, which are in one unit, in another. What cannot be
// read stays as it was typed.
func (l lineForm) in(from, to money.Unit) lineForm {
	for _, text := range append(l.sources(), &l.UnitPrice) {
		if a, err := money.ParseIn(*text, from); err == nil {
			*text = a.In(to)
		}
	}
	return l
}

// typedBudget is what the form makes of the budget; kept[j] is the typed row of the
// sent line j.
type typedBudget struct {
	application.Budget
	kept []int
	rows int // as they were typed, blank ones too
}

func (f *linesForm) budget() typedBudget {
	b := typedBudget{Budget: application.Budget{Lines: []application.BudgetLine{}, Fill: application.FillNone, Unread: fault.Fields{}}, rows: len(f.Lines)}
	verb, row := rowAct(f.Act)
	if f.Act == "propose" {
		b.Fill = application.FillAll
	}
	for i, l := range f.Lines {
		if l.blank() {
			continue
		}
		if verb == "fill" && row == i {
			b.Fill = len(b.Lines)
		}
		b.Lines = append(b.Lines, l.line(money.UnitOf(f.Unit), fmt.Sprintf("lines.%d.", len(b.Lines)), b.Unread))
		b.kept = append(b.kept, i)
	}
	return b
}

// rowAct parts "up.3" into its verb and the index of its row, -1 without one.
func rowAct(act string) (verb string, row int) {
	verb, number, found := strings.Cut(act, ".")
	n, err := strconv.Atoi(number)
	if !found || err != nil || n < 0 {
		return act, -1
	}
	return verb, n
}

func (f *linesForm) edit(map[string]string) partEdit {
	b := f.budget()
	e := partEdit{
		Edit: application.LinesEdit(b.Budget), field: typedRows("lines", b.kept),
		show: func(p partFigures) (outputs, values map[string]string) {
			return lineOutputs(b, p.Call, money.UnitOf(f.Unit), p.Form.OnPage), nil
		},
	}
	unit := f.Unit
	switch verb, number := rowAct(f.Act); verb {
	case "unit":
		unit = strconv.Itoa(number)
	case "fill":
		if b.Fill >= 0 {
			e.back = fmt.Sprintf("#f-lines-%d-national", b.Fill)
		}
	case "propose":
		e.back = "#remainders"
	}
	if money.UnitOf(unit) == money.Thousand {
		e.back = "?unit=1000" + e.back
	}
	return e
}

// saveLines saves the budget, or only rearranges the rows of the form: without a
// script every button of a row is a button of the form.
func (s *Server) saveLines(c echo.Context) error {
	var in linesForm
	values, _, err := readBody(c)
	if err != nil {
		return err
	}
	if verb, row := rowAct(values.Get("act")); slices.Contains([]string{"add", "up", "down", "copy", "delete"}, verb) {
		f, err := bind(c, &in)
		if err != nil && !f.Failed() {
			return err
		}
		at := in.arrange(verb, row)
		return s.showLines(c, &in, f.calm().withLines(in.Lines), at)
	}
	return s.savePart(c, &in)
}

// showLines shows the form as it is now. It stays a form of the version it was
// written on, so that saving it cannot pass over somebody else's save.
func (s *Server) showLines(c echo.Context, in *linesForm, f Form, at int) error {
	p, err := s.part(c.Request().Context(), s.who(c), in.ID, application.PartLines, &f)
	if err != nil {
		return err
	}
	p.Part.Version = in.Version
	if at < len(p.Grid.Rows) {
		p.Grid.Rows[at].Focus = true
	}
	return s.render(c, http.StatusOK, partTemplate(application.PartLines), p)
}

// withLines puts other rows into the form.
func (f Form) withLines(lines []lineForm) Form {
	rows, err := fill(struct {
		Lines []lineForm `form:"lines"`
	}{lines})
	if err != nil {
		return f
	}
	others := maps.Clone(f.Values)
	maps.DeleteFunc(others, func(name string, _ []string) bool { return strings.HasPrefix(name, "lines.") })
	maps.Copy(others, rows.Values)
	f.Values = others
	return f
}

// arrange does what the button of a row says and tells the row to go on at.
func (f *linesForm) arrange(verb string, row int) (at int) {
	n := len(f.Lines)
	if verb == "add" {
		more, err := strconv.Atoi(f.More)
		if err != nil || more < 1 {
			more = 1
		}
		f.Lines = append(f.Lines, make([]lineForm, min(more, max(application.MaxLines-n, 0)))...)
		return min(n, len(f.Lines)-1)
	}
	if row < 0 || row >= n {
		return 0
	}
	switch {
	case verb == "up" && row > 0:
		f.Lines[row-1], f.Lines[row] = f.Lines[row], f.Lines[row-1]
		row--
	case verb == "down" && row < n-1:
		f.Lines[row+1], f.Lines[row] = f.Lines[row], f.Lines[row+1]
		row++
	case verb == "copy" && n < application.MaxLines:
		f.Lines = slices.Insert(f.Lines, row+1, f.Lines[row])
		row++
	case verb == "delete":
		f.Lines = slices.Delete(f.Lines, row, row+1)
		row = min(row, n-2)
	}
	return max(row, 0)
}
