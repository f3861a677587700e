package planbook

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/document"
	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
)

// emptyRows is how many rows to fill in stand below those of the draft, at least.
const emptyRows = 30

// write makes the workbook of a draft.
func write(w application.Workspace) (f xlsx.File, err error) {
	f = xlsx.File{Name: "사업계획서 작성 " + w.Number + ".xlsx"}
	if f.Book, err = xlsx.New(); err != nil {
		return f, err
	}
	defer func() {
		if err != nil {
			_ = f.Book.Close()
		}
	}()
	if err := f.AddGuide(sheetGuide, "작성 안내", guide(w)); err != nil {
		return f, err
	}
	lists := choices(w)
	for _, t := range tables() {
		rows := rowsOf(t.Part, w)
		sheet := xlsx.Form{
			Name: t.Sheet, Title: t.Title, Rows: rows, Empty: min(max(t.Most-len(rows), 0), max(emptyRows, t.Most/3)),
			Advice: []string{w.Call.Title + " · " + w.GovernmentName + " · " + w.Number, advice(t.Part, w)},
		}
		for i, c := range t.Columns {
			sheet.Columns = append(sheet.Columns, xlsx.FormColumn{
				Title: titled(c), Width: c.Width, Kind: look(c), Locked: c.Ours, Sum: c.Sum, List: lists.at(t.Part, c.Field), Formula: t.formula(i),
			})
		}
		if err := f.AddForm(sheet); err != nil {
			return f, err
		}
	}
	if err := f.AddForm(lists.form()); err != nil {
		return f, err
	}
	rows, err := identity(w)
	if err != nil {
		return f, err
	}
	return f, f.AddHidden(sheetHidden, rows)
}

func titled(c column) string {
	switch {
	case c.Ours:
		return c.Title + "(자동)"
	case c.Form == wonAmount:
		return c.Title + "(원)"
	}
	return c.Title
}

func look(c column) xlsx.Kind {
	switch c.Form {
	case wonAmount:
		return xlsx.Won
	case wholeNumber:
		return xlsx.Count
	case calendarDay:
		return xlsx.Date
	case plainText, expenseCode, attachedFile:
	}
	return xlsx.Text
}

// formula is what a column of ours calculates.
func (t table) formula(i int) func(int) string {
	at := func(field string, row int) string { return t.letter(field) + strconv.Itoa(row) }
	switch t.Columns[i].Field {
	case "basis":
		return func(r int) string {
			return fmt.Sprintf(`IF(COUNT(%s:%s)=3,%s*%s*%s,0)`, at("unit_price", r), at("times", r), at("unit_price", r), at("quantity", r), at("times", r))
		}
	case "total":
		return func(r int) string { return fmt.Sprintf("SUM(%s:%s)", at("national", r), at("own", r)) }
	case "verdict":
		return func(r int) string {
			return fmt.Sprintf(`IF(COUNT(%s:%s)=0,"",IF(%s=%s,"일치","차액 "&TEXT(%s-%s,"#,##0")))`,
				at("unit_price", r), at("times", r), at("basis", r), at("total", r), at("basis", r), at("total", r))
		}
	}
	return nil
}

// rowsOf are the rows of a part as the cells of its sheet.
func rowsOf(part string, w application.Workspace) (out [][]any) {
	p := w.Plan
	switch part {
	case application.PartLines:
		for _, l := range p.Lines {
			var basis money.Amount
			verdict := ""
			if total, ok := l.Total(); ok && l.Basis() != "" {
				basis, verdict = total, "일치"
			}
			out = append(out, []any{codeLabel(l.Code, l.CodeName), l.Description, amountOr(l.UnitPrice), numberOr(l.Quantity), numberOr(l.Times), basis,
				l.Amounts.National, l.Amounts.Sido, l.Amounts.Sigungu, l.Amounts.Own, l.Amounts.Total(), verdict})
		}
	case application.PartPartners:
		files := fileLabels(p)
		for _, r := range p.Partners {
			out = append(out, []any{r.Name, r.BusinessNo, r.Role, r.AgreedOn, files[r.DocumentID]})
		}
	case application.PartActivities:
		for _, r := range p.Activities {
			out = append(out, []any{r.Area, r.Title, r.Content, r.StartsOn, r.EndsOn})
		}
	case application.PartIndicators:
		for _, r := range p.Indicators {
			out = append(out, []any{r.Name, r.Formula, r.Unit, r.Baseline, r.Target, r.Evidence})
		}
	}
	return out
}

func codeLabel(code, name string) string { return strings.TrimSpace(code + " " + name) }

func amountOr(a *money.Amount) any {
	if a == nil {
		return nil
	}
	return *a
}

func numberOr(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

// fileLabels names the files of the draft so that each name stands for one of them.
func fileLabels(p application.Plan) map[document.ID]string {
	out := make(map[document.ID]string, len(p.Attachments))
	seen := map[string]int{}
	for _, a := range p.Attachments {
		name := a.Name
		if seen[a.Name]++; seen[a.Name] > 1 {
			name = fmt.Sprintf("%s (%d)", a.Name, seen[a.Name])
		}
		out[a.DocumentID] = name
	}
	return out
}

// identity is the hidden sheet: what the workbook is, of which application and
// versions, and what it held, so that what changed since can be told.
func identity(w application.Workspace) ([][]string, error) {
	out := [][]string{{"template", template}, {"template_version", templateVersion}, {"application", w.Number}, {"draft_version", strconv.Itoa(w.DraftVersion)}}
	for _, t := range tables() {
		part, _ := w.Report.Part(t.Part)
		out = append(out, []string{"part." + t.Part, strconv.Itoa(part.Version)})
	}
	held, err := json.Marshal(onlyTables(w.Plan))
	if err != nil {
		return nil, fmt.Errorf("encode plan: %w", err)
	}
	// A cell holds 32,767 characters, and some programs count bytes.
	for text := string(held); text != ""; {
		n := min(len(text), 20_000)
		for n < len(text) && text[n]&0xC0 == 0x80 {
			n--
		}
		out = append(out, []string{"held", text[:n]})
		text = text[n:]
	}
	return out, nil
}

// onlyTables is a plan without what the workbook does not hold.
func onlyTables(p application.Plan) application.Plan {
	return application.Plan{Lines: p.Lines, Partners: p.Partners, Activities: p.Activities, Indicators: p.Indicators}
}

func period(w application.Workspace) string {
	return w.Call.ProjectFrom.Korean() + " ~ " + w.Call.ProjectTo.Korean()
}
