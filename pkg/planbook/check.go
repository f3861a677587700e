package planbook

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/intake"
	"eoul/pkg/money"
)

// Finding is one thing to correct in a file, or to know about it.
type Finding struct {
	Sheet   string `json:"sheet"` // empty in a CSV file
	Cell    string `json:"cell"`  // B12
	Heading string `json:"heading"`
	Value   string `json:"value"`
	Rule    string `json:"rule"`
	Remedy  string `json:"remedy"`
	Warning bool   `json:"warning"` // does not stand against applying

	order, row, column int
}

// Column is the letters of the finding's column.
func (f Finding) Column() string { return intake.ColumnName(f.column) }

// reading is one table of a file as rows of the plan, with what was wrong.
type reading struct {
	found
	table    table
	edit     application.Edit
	findings []Finding
	unread   fault.Fields // what could not be read, in the names of the rules
}

// read turns a table into an edit of its part. what is the draft as it stands: files
// are chosen among its own, and what a sheet does not show of a row stays.
func read(f found, plan application.Plan) *reading {
	r := &reading{found: f, table: tableOf(f.Part), unread: fault.Fields{}}
	r.shape()
	files := map[string]document.ID{}
	for id, label := range fileLabels(plan) {
		files[label] = id
	}
	switch f.Part {
	case application.PartLines:
		lines := make([]application.BudgetLine, len(f.Rows))
		for i, row := range f.Rows {
			lines[i] = r.line(i, row)
		}
		r.edit = application.LinesEdit(application.Budget{Lines: lines, Fill: application.FillNone, Unread: r.unread})
	case application.PartPartners:
		partners := make([]application.Partner, len(f.Rows))
		for i, row := range f.Rows {
			partners[i] = r.partner(i, row, plan.Partners, files)
		}
		r.edit = application.PartnersEdit(partners)
	case application.PartActivities:
		activities := make([]application.Activity, len(f.Rows))
		for i, row := range f.Rows {
			a := &activities[i]
			a.Area, a.Title, a.Content = r.text(i, row, "area"), r.text(i, row, "title"), r.text(i, row, "content")
			a.StartsOn, a.EndsOn = value(r, i, row, "starts_on", dayIn), value(r, i, row, "ends_on", dayIn)
		}
		r.edit = application.ActivitiesEdit(activities)
	case application.PartIndicators:
		indicators := make([]application.Indicator, len(f.Rows))
		for i, row := range f.Rows {
			n := &indicators[i]
			n.Name, n.Formula, n.Unit = r.text(i, row, "name"), r.text(i, row, "formula"), r.text(i, row, "unit")
			n.Baseline, n.Target, n.Evidence = r.text(i, row, "baseline"), r.text(i, row, "target"), r.text(i, row, "evidence")
		}
		r.edit = application.IndicatorsEdit(indicators)
	}
	return r
}

// value reads one cell of a row; what cannot be read is noted and zero.
func value[T any](r *reading, i int, row intake.Row, field string, parse func(intake.Cell) (T, *bad)) (out T) {
	at, ok := r.Columns[field]
	if !ok {
		return out
	}
	for _, c := range row.Cells {
		if c.Column != at {
			continue
		}
		v, b := parse(c)
		if b != nil {
			r.note(row.Number, field, b.rule, b.remedy, false)
			r.unread.Add(fmt.Sprintf("%s.%d.%s", r.Part, i, field), b.rule)
			return out
		}
		return v
	}
	return out
}

func (r *reading) text(i int, row intake.Row, field string) string {
	return value(r, i, row, field, textIn)
}

// given reads a cell that may be left empty.
func given[T any](r *reading, i int, row intake.Row, field string, parse func(intake.Cell) (T, *bad)) *T {
	if !slices.ContainsFunc(row.Cells, func(c intake.Cell) bool { return c.Column == r.Columns[field] }) {
		return nil
	}
	v := value(r, i, row, field, parse)
	return &v
}

func (r *reading) line(i int, row intake.Row) (l application.BudgetLine) {
	l.Code = value(r, i, row, "code", codeIn)
	l.Description = r.text(i, row, "description")
	l.UnitPrice = given(r, i, row, "unit_price", amountIn)
	l.Quantity = given(r, i, row, "quantity", wholeIn)
	l.Times = given(r, i, row, "times", wholeIn)
	for _, s := range money.Sources() {
		l.Amounts = l.Amounts.With(s, value(r, i, row, s.Code(), amountIn))
	}
	return l
}

func (r *reading) partner(i int, row intake.Row, had []application.Partner, files map[string]document.ID) (p application.Partner) {
	name := r.text(i, row, "name")
	if at := slices.IndexFunc(had, func(p application.Partner) bool { return p.Name == name }); at >= 0 {
		p = had[at] // with what the sheet does not show
	}
	p.Name, p.BusinessNo, p.Role = name, r.text(i, row, "business_no"), r.text(i, row, "role")
	p.AgreedOn = value(r, i, row, "agreed_on", dayIn)
	p.DocumentID = value(r, i, row, "document_id", func(c intake.Cell) (document.ID, *bad) {
		label, b := textIn(c)
		if id, ok := files[label]; b != nil || ok || label == "" {
			return id, b
		}
		return 0, &badFile
	})
	return p
}

// shape notes what is wrong with the table as a whole.
func (r *reading) shape() {
	for _, c := range r.table.Columns {
		if _, ok := r.Columns[c.Field]; !ok && !c.Ours {
			r.add(r.Head, 1, c.Title, "‘"+c.Title+"’ 열을 찾지 못했습니다.", "제목 줄에 ‘"+c.Title+"’ 열을 되살려 주십시오.", false)
		}
	}
	for _, title := range r.Twice {
		r.add(r.Head, 1, title, "‘"+title+"’ 열이 두 번 나옵니다.", "쓰지 않는 열을 지워 주십시오.", false)
	}
	for _, m := range r.Merged {
		r.add(max(m.FromRow, r.Head+1), m.FromColumn, "", "병합한 칸이 있습니다. 병합한 칸의 값은 어느 줄의 것인지 알 수 없습니다.", "병합을 풀고 줄마다 값을 적어 주십시오.", false)
	}
	if r.Hidden {
		r.add(r.Head, 1, "", "숨긴 시트의 내용도 함께 읽었습니다.", "쓰지 않을 내용이면 지워 주십시오.", true)
	}
	for _, row := range r.Rows {
		if row.Hidden {
			r.add(row.Number, row.Cells[0].Column, "", "숨긴 행의 내용도 함께 읽었습니다.", "쓰지 않을 줄이면 지워 주십시오.", true)
		}
	}
}

// judge adds what the rules say of the rows.
func (r *reading) judge(err error) {
	_, fields := fault.Public(err)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if r.unread[name] != "" {
			continue // said already, with its own remedy
		}
		rest, _ := strings.CutPrefix(name, r.Part)
		var i int
		var field string
		if _, err := fmt.Sscanf(rest, ".%d.%s", &i, &field); err != nil || i < 0 || i >= len(r.Rows) {
			row := r.Head
			if len(r.Rows) > r.table.Most {
				row = r.Rows[r.table.Most].Number
			}
			r.add(row, r.first(), "", fields[name], "줄을 줄여 주십시오.", false)
			continue
		}
		r.note(r.Rows[i].Number, field, fields[name], remedy(r.Part, field), false)
	}
}

// remedy is what to do about a broken rule of a field.
func remedy(part, field string) string {
	c := column{}
	if t := tableOf(part); t.at(field) >= 0 {
		c = t.Columns[t.at(field)]
	}
	switch {
	case field == "total":
		return "단가 × 수량 × 횟수와 네 재원의 합을 같게 맞춰 주십시오."
	case c.Form == expenseCode:
		return "‘" + sheetLists + "’ 시트의 비목·세목에서 골라 주십시오."
	case c.Form == wonAmount || c.Form == wholeNumber:
		return "값을 확인해 고쳐 주십시오."
	case c.Form == calendarDay:
		return badDay.remedy
	case field == "business_no":
		return "사업자등록증의 번호를 확인해 주십시오. 없으면 비워 둡니다."
	}
	return "‘" + c.Title + "’ 칸을 고쳐 주십시오."
}

// first is the first column that is read.
func (r *reading) first() int {
	least := intakeColumns
	for _, at := range r.Columns {
		least = min(least, at)
	}
	return least
}

const intakeColumns = 64

// note adds a finding at the field of a row.
func (r *reading) note(row int, field, rule, remedy string, warning bool) {
	at, ok := r.Columns[field]
	if !ok {
		at = r.first()
	}
	title := ""
	if i := r.table.at(field); i >= 0 {
		title = r.table.Columns[i].Title
	}
	r.add(row, at, title, rule, remedy, warning)
}

func (r *reading) add(row, column int, title, rule, remedy string, warning bool) {
	r.findings = append(r.findings, Finding{
		Sheet: r.Sheet, Cell: intake.Name(column, row), Heading: title, Value: r.shown(row, column), Rule: rule, Remedy: remedy,
		Warning: warning, order: r.Order, row: row, column: column,
	})
}

// shown is what stands in a cell, as a person recognises it.
func (r *reading) shown(row, column int) string {
	i, ok := slices.BinarySearchFunc(r.Rows, row, func(r intake.Row, n int) int { return cmp.Compare(r.Number, n) })
	if !ok {
		return ""
	}
	for _, c := range r.Rows[i].Cells {
		switch {
		case c.Column != column:
		case c.Formula != "" && c.Value == "":
			return clip("="+c.Formula, 80)
		case c.Formula != "":
			return clip("="+c.Formula, 60) + " → " + clip(c.Value, 20)
		case c.Type == intake.Bool:
			return map[string]string{"1": "TRUE", "0": "FALSE"}[c.Value]
		default:
			return clip(c.Value, 80)
		}
	}
	return ""
}

// inOrder sorts findings as the cells stand: sheet, row, column. Z comes before AA.
func inOrder(all []Finding) {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
}
