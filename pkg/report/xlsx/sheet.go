package xlsx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
)

// Kind is what the cells of a column hold and how they look.
type Kind int

// The kinds of columns.
const (
	Text  Kind = iota // string
	Won               // money.Amount, #,##0 with negatives in red
	Rate              // Fraction, 0.0%
	Date              // calendar.Date, yyyy. m. d.
	Count             // int
	Score             // Points, 0.00
)

// Column is one column of a sheet. Columns of the same Group that stand side by
// side share a merged group head.
type Column struct {
	Group string
	Title string
	Width float64
	Kind  Kind
	Sum   bool // the total row adds it up
}

// Sheet is what a sheet looks like before its first row.
type Sheet struct {
	Name    string
	Title   string
	Facts   string // second row: 사업명 / 기관명 / 사업기간 / 회계연도
	Ribbon  string // third row, left: such as 시연용 가상 자료
	Columns []Column
	A3      bool // A3 landscape instead of A4 landscape
	Tall    bool // rows as high as programs allow, for a record that is printed with all its words
}

// Fraction is a rate as its two amounts; a whole of zero shows as a dash.
type Fraction struct{ Part, Whole money.Amount }

// Points are thousandths of a point.
type Points int64

// Formula is a cell that Excel recalculates and that already carries its value.
type Formula struct {
	Expr  string
	Value any // string, money.Amount or Fraction
}

// Writer writes the rows of one sheet from top to bottom.
type Writer struct {
	book   *Book
	stream *excelize.StreamWriter
	sheet  Sheet
	row    int // the last row written
	first  int // the first row of data
	sums   []money.Amount
	cells  []any
}

// heads is the number of header rows: two when there are groups.
func (s Sheet) heads() int {
	for _, c := range s.Columns {
		if c.Group != "" {
			return 2
		}
	}
	return 1
}

// FirstRow is the number of the first row of data.
func (s Sheet) FirstRow() int { return 4 + s.heads() }

// Add starts a sheet; sheets stand in the order they were added. Close it before the
// workbook is written.
func (b *Book) Add(s Sheet) (*Writer, error) {
	if err := b.create(s.Name, s.A3, s.FirstRow()-1); err != nil {
		return nil, fmt.Errorf("sheet %s: %w", s.Name, err)
	}
	stream, err := b.file.NewStreamWriter(s.Name)
	if err != nil {
		return nil, fmt.Errorf("sheet %s: %w", s.Name, err)
	}
	w := &Writer{book: b, stream: stream, sheet: s, first: s.FirstRow(),
		sums: make([]money.Amount, len(s.Columns)), cells: make([]any, len(s.Columns))}
	for i, c := range s.Columns {
		if err := stream.SetColWidth(i+1, i+1, c.Width); err != nil {
			return nil, err
		}
	}
	err = stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: w.first - 1,
		TopLeftCell: fmt.Sprintf("A%d", w.first), ActivePane: "bottomLeft"})
	return w, errors.Join(err, w.title(), w.header())
}

// title writes the three rows above the header.
func (w *Writer) title() error {
	last := len(w.sheet.Columns)
	st := w.book.styles
	unit := make([]any, last)
	unit[0] = excelize.Cell{StyleID: st.ribbon, Value: w.sheet.Ribbon}
	if slices.ContainsFunc(w.sheet.Columns, func(c Column) bool { return c.Kind == Won }) {
		unit[last-1] = excelize.Cell{StyleID: st.unit, Value: "(단위: 원)"}
	}
	return errors.Join(
		w.stream.SetRow("A1", []any{excelize.Cell{StyleID: st.title, Value: w.sheet.Title}}, excelize.RowOpts{Height: 30}),
		w.stream.SetRow("A2", []any{excelize.Cell{StyleID: st.facts, Value: w.sheet.Facts}}),
		w.stream.SetRow("A3", unit),
		w.stream.MergeCell("A1", Name(last, 1)),
		w.stream.MergeCell("A2", Name(last, 2)))
}

// header writes one or two header rows and merges the group heads.
func (w *Writer) header() error {
	cols := w.sheet.Columns
	head := w.book.styles.head
	top, bottom := make([]any, len(cols)), make([]any, len(cols))
	for i, c := range cols {
		text := c.Title
		if c.Group != "" {
			text = c.Group
		}
		top[i], bottom[i] = excelize.Cell{StyleID: head, Value: text}, excelize.Cell{StyleID: head, Value: c.Title}
	}
	w.row = w.first - 1
	if w.sheet.heads() == 1 {
		return w.stream.SetRow("A4", top, excelize.RowOpts{Height: w.sheet.headHeight()})
	}
	err := errors.Join(w.stream.SetRow("A4", top, excelize.RowOpts{Height: 22}), w.stream.SetRow("A5", bottom, excelize.RowOpts{Height: w.sheet.headHeight()}))
	for from := 0; from < len(cols); {
		to := from + 1
		for to < len(cols) && cols[from].Group != "" && cols[to].Group == cols[from].Group {
			to++
		}
		switch {
		case cols[from].Group == "":
			err = errors.Join(err, w.stream.MergeCell(Name(from+1, 4), Name(from+1, 5)))
		case to-from > 1:
			err = errors.Join(err, w.stream.MergeCell(Name(from+1, 4), Name(to, 4)))
		}
		from = to
	}
	return err
}

// Row writes one row of data, one value per column: nil for an empty cell, a
// Formula, or what the column's Kind holds.
func (w *Writer) Row(values ...any) error { return w.write(values, false) }

// Subtotal writes a row that looks like a total and is left out of the sums.
func (w *Writer) Subtotal(values ...any) error { return w.write(values, true) }

func (w *Writer) write(values []any, strong bool) error {
	if len(values) != len(w.sheet.Columns) {
		return fmt.Errorf("sheet %s: %d values for %d columns", w.sheet.Name, len(values), len(w.sheet.Columns))
	}
	w.row++
	high, limit := 1, maxLines
	if w.sheet.Tall {
		limit = tallLines
	}
	for i, v := range values {
		switch v := v.(type) {
		case money.Amount:
			if !strong && w.sheet.Columns[i].Sum {
				w.sums[i] = w.sums[i].Add(v)
			}
		case string:
			high = max(high, lines(v, w.sheet.Columns[i].Width, limit))
		}
		w.cells[i] = w.cell(i, v, strong)
	}
	if high > 1 {
		return w.stream.SetRow(Name(1, w.row), w.cells, excelize.RowOpts{Height: float64(high * lineHeight)})
	}
	return w.stream.SetRow(Name(1, w.row), w.cells)
}

// Total writes the sums of the columns as formulas over all rows so far; label
// stands in the first column. Without rows the sums are plain zeros.
func (w *Writer) Total(label string, rates map[int]Formula) error {
	values := make([]any, len(w.sheet.Columns))
	values[0] = label
	for i, c := range w.sheet.Columns {
		if f, ok := rates[i]; ok {
			values[i] = f
		} else if c.Sum && w.row >= w.first {
			values[i] = Formula{Expr: fmt.Sprintf("SUM(%s:%s)", Name(i+1, w.first), Name(i+1, w.row)), Value: w.sums[i]}
		} else if c.Sum {
			values[i] = money.Amount{}
		}
	}
	return w.write(values, true)
}

// Sum is what the rows of a column add up to so far.
func (w *Writer) Sum(column int) money.Amount { return w.sums[column] }

// LastRow is the number of the last row written.
func (w *Writer) LastRow() int { return w.row }

// Note writes a line of text under the table.
func (w *Writer) Note(text string) error {
	w.row++
	return w.stream.SetRow(Name(1, w.row), []any{excelize.Cell{StyleID: w.book.styles.note, Value: text}})
}

// Check writes a line under the table that compares two figures of the workbook and
// shows both: the formulas recalculate, the stored word is what the program found.
func (w *Writer) Check(text string, left, right Formula) error {
	w.row++
	st := w.book.styles
	word, style := "일치", st.note
	if plain(left.Value) != plain(right.Value) {
		word, style = "불일치", st.bad
	}
	verdict := fmt.Sprintf(`IF(%s=%s,"일치","불일치")`, Name(3, w.row), Name(4, w.row))
	return w.stream.SetRow(Name(1, w.row), []any{
		excelize.Cell{StyleID: style, Value: "검산"}, excelize.Cell{StyleID: style, Formula: verdict, Value: word},
		excelize.Cell{StyleID: st.data[Won], Formula: left.Expr, Value: plain(left.Value)},
		excelize.Cell{StyleID: st.data[Won], Formula: right.Expr, Value: plain(right.Value)},
		excelize.Cell{StyleID: style, Value: text}})
}

// Close ends the sheet.
func (w *Writer) Close() error { return w.stream.Flush() }

// cell is a value with the style of its column.
func (w *Writer) cell(column int, v any, strong bool) any {
	style := w.book.styles.of(w.sheet.Columns[column].Kind, strong)
	f, isFormula := v.(Formula)
	if isFormula {
		v = f.Value
	}
	if s, ok := v.(string); ok {
		if v = clean(s); v == "" {
			v = nil
		}
	}
	return excelize.Cell{StyleID: style, Formula: f.Expr, Value: plain(v)}
}

// plain is the value as Excel stores it.
func plain(v any) any {
	switch v := v.(type) {
	case Points:
		return float64(v) / 1000 // at most three decimals: the digits that were given come back
	case money.Amount:
		return v.Int64()
	case Fraction:
		if v.Whole.IsZero() {
			return nil
		}
		return float64(v.Part.Int64()) / float64(v.Whole.Int64()) // a rate for display; amounts stay whole won
	case calendar.Date:
		if v.IsZero() {
			return nil
		}
		return time.Date(v.Year(), v.Month(), v.Day(), 0, 0, 0, 0, time.UTC)
	}
	return v
}

// clean takes out the control characters that XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

// Name is the address of a cell, such as "B12"; columns and rows count from 1.
func Name(column, row int) string {
	letters := ""
	for ; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return fmt.Sprintf("%s%d", letters, row)
}
