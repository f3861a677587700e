package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// linesGrid is the table in which a budget is typed.
type linesGrid struct {
	Unit      money.Unit
	Rows      []gridRow
	Blank     gridRow           // from which a script makes new rows
	Out       map[string]string // figures by the name of their output, see lineOutputs
	Codes     []gridCode        // of the call's set
	Reference []gridCode        // of the other
	SetLabel  string
	RefLabel  string
	Most      int
}

// gridRow is one line as it is typed.
type gridRow struct {
	At                                                 int    // index
	Name                                               string // of its code
	Code, Description, UnitPrice, Quantity, Times, Sum Field
	Sources                                            []Field
	Remove                                             Field
	Total, Off, Odd                                    string
	Focus                                              bool // to go on here after a row was moved
}

// gridCode is an expense code with what is called the same in the other set.
type gridCode struct{ Code, Name, Same string }

// Number is the line's number as people count.
func (r gridRow) Number() int { return r.At + 1 }

// Out is the name of one of the row's outputs.
func (r gridRow) Out(name string) string { return fmt.Sprintf("lines.%d.%s", r.At, name) }

// gridVerdict is what is said of one figure: one of the two is empty.
type gridVerdict struct{ Name, OK, Off string }

// Verdict is what is said of a source, of the total or of the cap.
func (g linesGrid) Verdict(name string) gridVerdict {
	return gridVerdict{name, g.Out["ok."+name], g.Out["off."+name]}
}

// budget makes the grid of what is stored or typed.
func (p *partPage) budget(w application.Workspace) {
	var in linesForm
	_, _ = bindValues(maps.Clone(p.Form.Values), nil, &in) // its mistakes are in the form already
	blanks := partBlanks
	if p.Form.order != nil && len(in.Lines) > 0 {
		blanks = 0 // typed, with the empty rows it had
	}
	g := linesGrid{Unit: money.UnitOf(in.Unit), Most: application.MaxLines, SetLabel: program.CodeSetLabel(w.Call.CodeSet)}
	g.Codes, g.Reference, g.RefLabel = gridCodes(w)
	names := make(map[string]string, len(g.Codes))
	for _, c := range g.Codes {
		names[c.Code] = c.Label()
	}
	g.Out = lineOutputs(in.budget(), w.Call, g.Unit, func(name string) string { return name })
	for i := range min(len(in.Lines)+blanks, application.MaxLines) {
		r := gridRowOf(p.Form, i, names)
		r.Total, r.Off, r.Odd = g.Out[r.Out("total")], g.Out[r.Out("off")], g.Out[r.Out("odd")]
		g.Rows = append(g.Rows, r)
	}
	g.Blank = gridRowOf(Form{}, 0, nil)
	p.Grid = g
}

func gridRowOf(f Form, i int, names map[string]string) gridRow {
	at := fmt.Sprintf("lines.%d.", i)
	field := func(name, label, width string) Field {
		out := f.Field(at+name, fmt.Sprintf("%d번째 줄 %s", i+1, label))
		out.Width = width
		return out
	}
	r := gridRow{
		At: i, Code: field("code", "비목·세목", "code"), Description: field("description", "내역", "wide"), UnitPrice: field("unit_price", "단가", "money"),
		Quantity: field("quantity", "수량", "short"), Times: field("times", "횟수", "short"), Sum: field("total", "금액", ""), Remove: field("remove", "지우기", ""),
	}
	for _, s := range money.Sources() {
		r.Sources = append(r.Sources, field(s.Code(), s.Label(), "money"))
	}
	r.Name = names[r.Code.Value]
	return r
}

// Label is the code's name, with the code of the same name in the other set.
func (c gridCode) Label() string {
	if c.Same == "" {
		return c.Name
	}
	return c.Name + " (" + c.Same + ")"
}

// gridCodes pairs the codes of the two sets by their names; no source maps one set on
// the other, so an equal name is all that is claimed.
func gridCodes(w application.Workspace) (own, other []gridCode, label string) {
	set := program.LocalCodes
	if w.Call.CodeSet == program.LocalCodes {
		set = program.NationalCodes
	}
	label = program.CodeSetLabel(set)
	short := func(set string) string { return strings.Fields(program.CodeSetLabel(set))[0] }
	pair := func(codes, beside []program.ExpenseCode, set string) (out []gridCode) {
		same := make(map[string]string, len(beside))
		for _, c := range beside {
			same[c.Name] = short(set) + " " + c.Code
		}
		for _, c := range codes {
			out = append(out, gridCode{c.Code, c.Category + " · " + c.Name, same[c.Name]})
		}
		return out
	}
	return pair(w.Codes, w.Reference, set), pair(w.Reference, w.Codes, w.Call.CodeSet), label
}

// inUnit shows the grid in the unit an address asks for.
func (p *partPage) inUnit(text string) {
	if p.Part.Name != application.PartLines || !slices.Contains([]string{"1", "1000"}, text) {
		return
	}
	p.Form = p.Form.budgetIn(text)
	p.budget(p.Workspace)
}

// budgetIn writes the figures of a budget in another unit; those that are no whole
// 천원 are written in won, never rounded.
func (f Form) budgetIn(unit string) Form {
	var in linesForm
	_, _ = bindValues(maps.Clone(f.Values), nil, &in) // what cannot be read stays as typed
	for i, l := range in.Lines {
		in.Lines[i] = l.in(money.UnitOf(in.Unit), money.UnitOf(unit))
	}
	f = f.withLines(in.Lines)
	f.Values.Set("unit", unit)
	return f
}

// lineOutputs are all figures of the grid by the names of their outputs: rows
// (lines.3.total, .off, .odd), columns (sum, share, want, ok and off per source), the
// cap and who owns the remainders. The page shows them when it is opened and again
// after each autosave, so that there is one place that adds. page gives the name of a
// row's output on the page that sent the form.
func lineOutputs(b typedBudget, c program.Call, u money.Unit, page func(string) string) map[string]string {
	out := make(map[string]string, 3*b.rows+32)
	balance := application.BalanceOf(application.Plan{Lines: b.Lines}, c)
	total := balance.Totals.Total()
	odd := map[int][]string{}
	why := application.Explain(b.Lines, c.Matching)
	for _, r := range why.Lines {
		odd[r.Line] = append(odd[r.Line], r.Text())
	}
	for i := range b.rows {
		var sum, off, note string
		if j := slices.Index(b.kept, i); j >= 0 {
			sum, off = lineFigures(b, j, u)
			note = strings.Join(odd[j], ", ")
		}
		at := fmt.Sprintf("lines.%d.", i)
		out[page(at+"total")], out[page(at+"off")], out[page(at+"odd")] = sum, off, note
	}
	for _, s := range money.Sources() {
		got, want := balance.Totals.At(s), balance.Expected.At(s)
		out["sum."+s.Code()], out["share."+s.Code()], out["want."+s.Code()] = got.In(u), percent(got, total), want.In(u)
		out["ok."+s.Code()], out["off."+s.Code()] = verdict(got.Sub(want), total)
	}
	out["sum.total"], out["share.cap"], out["cap"] = total.In(u), percent(total, c.Cap), c.Cap.In(u)
	out["ok.total"], out["off.total"] = verdict(lineTotals(b).Sub(total), total)
	out["ok.cap"], out["off.cap"] = "한도까지 "+c.Cap.Sub(total).Comma()+"원 남음", ""
	if balance.OverCap.Sign() > 0 {
		out["ok.cap"], out["off.cap"] = "", "한도를 "+balance.OverCap.Comma()+"원 넘음"
	}
	out["unread"] = ""
	if len(b.Unread) > 0 {
		out["unread"] = fmt.Sprintf("읽을 수 없는 칸이 %d개 있어 합계에서 뺐습니다.", len(b.Unread))
	}
	explain(out, b, why)
	return out
}

// lineFigures are the amount of a line and what its sources lack of it.
func lineFigures(b typedBudget, j int, u money.Unit) (sum, off string) {
	l, at := b.Lines[j], fmt.Sprintf("lines.%d.", j)
	for _, name := range append([]string{"unit_price", "quantity", "times"}, sourceCodes()...) {
		if b.Unread[at+name] != "" {
			return "–", ""
		}
	}
	total, ok := l.Total()
	if !ok {
		return "–", ""
	}
	_, off = verdict(total.Sub(l.Amounts.Total()), total)
	return total.In(u), off
}

func sourceCodes() (out []string) {
	for _, s := range money.Sources() {
		out = append(out, s.Code())
	}
	return out
}

// lineTotals adds the lines' own amounts, which the sources have to meet.
func lineTotals(b typedBudget) (sum money.Amount) {
	for _, l := range b.Lines {
		if total, ok := l.Total(); ok {
			sum = sum.Add(total)
		} else {
			sum = sum.Add(l.Amounts.Total())
		}
	}
	return sum
}

// verdict words a difference; of nothing there is nothing to say.
func verdict(off, total money.Amount) (ok, bad string) {
	switch {
	case !off.IsZero():
		return "", "차액 " + off.Comma() + "원"
	case total.Sign() > 0:
		return "일치", ""
	}
	return "", ""
}

// explain says who owns the remainders, of the plan and of the lines.
func explain(out map[string]string, b typedBudget, why application.Remainders) {
	const shown = 12
	var lines []string
	for _, r := range why.Lines {
		if len(lines) == shown {
			lines = append(lines, fmt.Sprintf("외 %d건은 각 줄의 금액 아래에 있습니다", len(why.Lines)-shown))
			break
		}
		lines = append(lines, strconv.Itoa(b.kept[r.Line]+1)+"번째 줄 "+r.Text())
	}
	out["remainder.plan"], out["remainder.why"], out["remainder.lines"] = why.Plan, why.Why(), strings.Join(lines, " · ")
	switch {
	case !why.Follows:
		out["remainder.state"] = "재원의 합이 매칭 기준과 같아지면 나누어떨어지지 않는 1원을 어느 재원이 부담하는지 여기에 보여 드립니다."
	case why.Plan == "" && len(lines) == 0:
		out["remainder.state"] = "재원의 합이 매칭 기준과 같고, 나누어떨어지지 않는 금액이 없습니다."
	default:
		out["remainder.state"] = "재원의 합이 매칭 기준과 같습니다. 나누어떨어지지 않는 1원은 다음과 같이 두었습니다."
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
