package intake

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// reading is a sheet under way: the row and the cell that are open.
type reading struct {
	*book
	part   sheetPart
	sheet  Sheet
	row    Row
	last   int // column of the last cell of the row
	cell   Cell
	kind   string // attribute t of the cell
	style  int
	inside string // the element whose text belongs to the cell: v, f or t
	spoken bool
	data   bool // inside sheetData
	text   strings.Builder
	value  string
	full   bool // the cell had a value
	sum    string
}

func (b *book) sheet(part sheetPart) (Sheet, error) {
	r := &reading{book: b, part: part, sheet: Sheet{Name: part.name, Hidden: part.hidden, Rows: []Row{}}}
	err := b.elements(part.path, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			return r.open(t)
		case xml.CharData:
			if r.inside != "" && !r.spoken {
				r.text.Write(t)
			}
		case xml.EndElement:
			return r.close(t.Name.Local)
		}
		return nil
	})
	return r.sheet, err
}

// here is the cell that is open, as people find it.
func (r *reading) here() string { return r.part.name + " " + Name(r.cell.Column, r.row.Number) }

func (r *reading) open(e xml.StartElement) error {
	switch name := e.Name.Local; {
	case name == "sheetData":
		r.data = true
	case name == "mergeCell":
		return r.merge(e)
	case !r.data:
	case name == "row":
		return r.openRow(e)
	case name == "c":
		return r.openCell(e)
	case name == "rPh":
		r.spoken = true
	case name == "v" || name == "f" || name == "t":
		r.inside = name
		r.text.Reset()
		if name == "f" {
			r.sum = "수식" // a shared formula is written out in one cell only
		}
	}
	return nil
}

func (r *reading) openRow(e xml.StartElement) error {
	n := r.row.Number + 1
	if text, ok := attribute(e, "r"); ok {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n <= r.row.Number || n > lastRow {
			return refuseAt(msgDamaged, r.part.name+" "+strconv.Itoa(r.row.Number)+"행 다음")
		}
	}
	hidden, _ := attribute(e, "hidden")
	r.row, r.last = Row{Number: n, Hidden: hidden == "1" || hidden == "true"}, 0
	return nil
}

func (r *reading) openCell(e xml.StartElement) error {
	r.cell, r.kind, r.style, r.value, r.sum, r.full = Cell{Column: r.last + 1}, "", 0, "", "", false
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "r":
			column, row, ok := ParseName(a.Value)
			if !ok || row != r.row.Number || column <= r.last {
				return refuseAt(msgDamaged, r.part.name+" "+strconv.Itoa(r.row.Number)+"행")
			}
			r.cell.Column = column
		case "t":
			r.kind = a.Value
		case "s":
			r.style, _ = strconv.Atoi(a.Value) // a style that is no number shows nothing as a day
		}
	}
	r.last = r.cell.Column
	return nil
}

func (r *reading) close(name string) error {
	switch name {
	case "sheetData":
		r.data = false
	case "rPh":
		r.spoken = false
	case "f":
		if text := strings.TrimSpace(r.text.String()); r.inside == "f" && text != "" {
			r.sum = text
		}
		r.inside = ""
	case "v", "t":
		if r.inside == name {
			if r.value += r.text.String(); utf8.RuneCountInString(r.value) > maxText {
				return refuseAt(msgLong, r.here())
			}
			r.full = true
		}
		r.inside = ""
	case "c":
		if r.data {
			return r.closeCell()
		}
	case "row":
		if r.data && len(r.row.Cells) > 0 {
			r.sheet.Rows = append(r.sheet.Rows, r.row)
			if r.rows++; r.rows > maxRows || r.row.Number > maxRows {
				return refuse(msgRows)
			}
		}
	}
	return nil
}

func (r *reading) closeCell() error {
	if !r.full && r.sum == "" {
		return nil // only a format
	}
	c := &r.cell
	c.Value, c.Formula, c.Type = r.value, r.sum, Text
	switch r.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(r.value))
		if err != nil || i < 0 || i >= len(r.strings) {
			return refuseAt(msgDamaged, r.here())
		}
		c.Value = r.strings[i]
	case "inlineStr", "str":
	case "b":
		c.Type = Bool
	case "e":
		c.Type = Broken
	case "d":
		c.Type = Date
		c.Value, _, _ = strings.Cut(c.Value, "T")
	case "", "n":
		c.Type = Number
		if c.Value = strings.TrimSpace(c.Value); r.style >= 0 && r.style < len(r.dates) && r.dates[r.style] {
			if day, ok := Day(c.Value, r.from1904); ok {
				c.Type, c.Value = Date, day
			}
		}
	default:
		return refuseAt(msgDamaged, r.here())
	}
	if c.Type == Text {
		c.Value = strings.ReplaceAll(c.Value, "_x000D_", "")
	}
	if c.Value == "" && c.Formula == "" {
		return nil
	}
	if c.Column > maxColumns {
		return refuseAt(msgColumns, r.here())
	}
	if r.cells++; r.cells > maxCells {
		return refuse(msgCells)
	}
	r.row.Cells = append(r.row.Cells, *c)
	return nil
}

func (r *reading) merge(e xml.StartElement) error {
	text, _ := attribute(e, "ref")
	from, to, _ := strings.Cut(text, ":")
	if to == "" {
		to = from
	}
	var a Area
	var ok1, ok2 bool
	a.FromColumn, a.FromRow, ok1 = ParseName(from)
	a.ToColumn, a.ToRow, ok2 = ParseName(to)
	if !ok1 || !ok2 || len(r.sheet.Merged) >= maxRows {
		return refuseAt(msgDamaged, r.part.name)
	}
	r.sheet.Merged = append(r.sheet.Merged, a)
	return nil
}

// Name is the address of a cell, such as B12; both count from 1.
func Name(column, row int) string {
	return ColumnName(column) + strconv.Itoa(row)
}

// ColumnName is the letters of a column, A for 1 and AA for 27.
func ColumnName(column int) string {
	var letters []byte
	for ; column > 0; column = (column - 1) / 26 {
		letters = append(letters, byte('A'+(column-1)%26))
	}
	slices.Reverse(letters)
	return string(letters)
}

// ParseName reads the address of a cell, with or without dollar signs.
func ParseName(text string) (column, row int, ok bool) {
	text = strings.ReplaceAll(text, "$", "")
	i := 0
	for ; i < len(text) && i < 4; i++ {
		c := text[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	digits := text[i:]
	if len(digits) > 7 || strings.Trim(digits, "0123456789") != "" {
		return 0, 0, false
	}
	row, err := strconv.Atoi(digits)
	return column, row, err == nil && i > 0 && column <= lastColumn && row >= 1 && row <= lastRow
}

// Day turns the number of a day in a workbook into 2026-05-01. Its time is left out.
func Day(number string, from1904 bool) (string, bool) {
	whole, _, _ := strings.Cut(number, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 1 || n > 2_958_465 { // 9999-12-31
		return "", false
	}
	first := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		first = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	day := first.AddDate(0, 0, n)
	return day.Format(time.DateOnly), day.Year() <= 9999
}
