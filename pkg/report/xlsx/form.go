package xlsx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"eoul/pkg/money"
)

// FormColumn is one column of a form that people fill in.
type FormColumn struct {
	Title   string
	Width   float64
	Kind    Kind
	Locked  bool                 // written by us alone
	Sum     bool                 // the total row above the rows adds it up
	List    string               // choices: a range such as '코드표'!$A$5:$A$40
	Formula func(row int) string // of a locked column
}

// Form is a sheet that people fill in: a title, lines of advice, the heads, a total
// row when a column is summed, then the rows and as many empty ones. Heads, totals
// and locked columns are protected without a password.
type Form struct {
	Name    string
	Title   string
	Advice  []string
	Columns []FormColumn
	Rows    [][]any // as Writer.Row takes them; a Formula column carries its value
	Empty   int
}

// Head is the number of the row with the heads.
func (f Form) Head() int { return 3 + len(f.Advice) }

// First is the number of the first row to fill in.
func (f Form) First() int {
	if f.summed() {
		return f.Head() + 2
	}
	return f.Head() + 1
}

func (f Form) last() int { return f.First() + len(f.Rows) + f.Empty - 1 }

func (f Form) summed() bool {
	for _, c := range f.Columns {
		if c.Sum {
			return true
		}
	}
	return false
}

// formStyles are the looks of the cells of a form, made when the first form is.
type formStyles struct{ open, locked [Score + 1]int }

func (b *Book) formStyles() (s formStyles, err error) {
	for k := range s.open {
		format, align := look(Kind(k))
		st := excelize.Style{Font: &excelize.Font{Family: fontName, Size: 10}, Border: border(), Alignment: align, Protection: &excelize.Protection{}}
		switch {
		case format != "":
			st.CustomNumFmt = &format
		case Kind(k) == Text:
			st.NumFmt = 49 // text: 210-01 stays what was typed
		}
		open, err := b.file.NewStyle(&st)
		if err != nil {
			return s, err
		}
		st.Fill, st.Protection = fill(totalFill), &excelize.Protection{Locked: true}
		locked, err := b.file.NewStyle(&st)
		if err != nil {
			return s, err
		}
		s.open[k], s.locked[k] = open, locked
	}
	return s, nil
}

// AddForm writes a form.
func (b *Book) AddForm(f Form) error {
	if err := b.create(f.Name, false, f.Head()); err != nil {
		return fmt.Errorf("sheet %s: %w", f.Name, err)
	}
	styles, err := b.formStyles()
	if err != nil {
		return fmt.Errorf("styles: %w", err)
	}
	stream, err := b.file.NewStreamWriter(f.Name)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", f.Name, err)
	}
	for i, c := range f.Columns {
		if err := stream.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
	}
	err = stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: f.First() - 1, TopLeftCell: Name(1, f.First()), ActivePane: "bottomLeft"})
	if err := errors.Join(err, f.heads(b, stream), f.body(stream, styles), f.choices(b)); err != nil {
		return fmt.Errorf("sheet %s: %w", f.Name, err)
	}
	err = b.file.ProtectSheet(f.Name, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true, AutoFilter: true, EditObjects: true, EditScenarios: true,
	})
	return errors.Join(err, stream.Flush())
}

// heads writes title, advice, heads and totals.
func (f Form) heads(b *Book, stream *excelize.StreamWriter) error {
	st := b.styles
	err := errors.Join(
		stream.SetRow("A1", []any{excelize.Cell{StyleID: st.title, Value: f.Title}}, excelize.RowOpts{Height: 30}),
		stream.MergeCell("A1", Name(len(f.Columns), 1)))
	for i, line := range f.Advice {
		at := Name(1, 2+i)
		err = errors.Join(err, stream.SetRow(at, []any{excelize.Cell{StyleID: st.facts, Value: clean(line)}}), stream.MergeCell(at, Name(len(f.Columns), 2+i)))
	}
	head := make([]any, len(f.Columns))
	for i, c := range f.Columns {
		head[i] = excelize.Cell{StyleID: st.head, Value: c.Title}
	}
	err = errors.Join(err, stream.SetRow(Name(1, f.Head()), head, excelize.RowOpts{Height: 32}))
	if !f.summed() {
		return err
	}
	sums := make([]any, len(f.Columns))
	for i, c := range f.Columns {
		cell := excelize.Cell{StyleID: st.total[c.Kind]}
		if i == 0 {
			cell.Value = "합계"
		}
		if c.Sum {
			cell.Formula, cell.Value = fmt.Sprintf("SUM(%s:%s)", Name(i+1, f.First()), Name(i+1, f.last())), f.sum(i).Int64()
		}
		sums[i] = cell
	}
	return errors.Join(err, stream.SetRow(Name(1, f.Head()+1), sums))
}

func (f Form) sum(column int) (sum money.Amount) {
	for _, row := range f.Rows {
		switch v := row[column].(type) {
		case money.Amount:
			sum = sum.Add(v)
		case Formula:
			if a, ok := v.Value.(money.Amount); ok {
				sum = sum.Add(a)
			}
		}
	}
	return sum
}

// body writes the rows and the empty ones.
func (f Form) body(stream *excelize.StreamWriter, styles formStyles) error {
	for n := f.First(); n <= f.last(); n++ {
		var row []any
		if i := n - f.First(); i < len(f.Rows) {
			row = f.Rows[i]
		}
		cells := make([]any, len(f.Columns))
		high := 1
		for i, c := range f.Columns {
			cell := excelize.Cell{StyleID: styles.open[c.Kind]}
			if c.Locked {
				cell.StyleID = styles.locked[c.Kind]
			}
			if c.Formula != nil {
				cell.Formula = c.Formula(n)
			}
			if row != nil {
				v := row[i]
				if text, ok := v.(string); ok {
					high = max(high, lines(text, c.Width, maxLines))
					if v = clean(text); v == "" {
						v = nil
					}
				}
				cell.Value = plain(v)
			}
			cells[i] = cell
		}
		if err := stream.SetRow(Name(1, n), cells, excelize.RowOpts{Height: float64(max(high*lineHeight, 18))}); err != nil {
			return err
		}
	}
	return nil
}

// choices puts the drop-down lists on their columns. They help and do not hinder:
// what is not in the list is answered when the file is sent.
func (f Form) choices(b *Book) error {
	for i, c := range f.Columns {
		if c.List == "" {
			continue
		}
		dv := excelize.NewDataValidation(true)
		dv.Sqref = Name(i+1, f.First()) + ":" + Name(i+1, f.last())
		dv.SetSqrefDropList(c.List)
		dv.ShowErrorMessage = false
		if err := b.file.AddDataValidation(f.Name, dv); err != nil {
			return err
		}
	}
	return nil
}

// AddGuide writes a protected sheet of text, one line a row; a line that begins with
// # is a heading.
func (b *Book) AddGuide(name, title string, text []string) error {
	if err := b.create(name, false, 1); err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	wrap, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Family: fontName, Size: 10}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	const width = 100
	err = errors.Join(stream.SetColWidth(1, 1, width),
		stream.SetRow("A1", []any{excelize.Cell{StyleID: b.styles.title, Value: title}}, excelize.RowOpts{Height: 30}))
	for i, line := range text {
		cell := excelize.Cell{StyleID: wrap, Value: clean(line)}
		if heading, ok := strings.CutPrefix(line, "# "); ok {
			cell = excelize.Cell{StyleID: b.styles.head, Value: heading}
		}
		err = errors.Join(err, stream.SetRow(Name(1, i+2), []any{cell}, excelize.RowOpts{Height: float64(lines(line, width, maxLines)*lineHeight + 4)}))
	}
	protect := b.file.ProtectSheet(name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true})
	return errors.Join(err, protect, stream.Flush())
}

// AddHidden writes a sheet that only a program sees.
func (b *Book) AddHidden(name string, rows [][]string) error {
	if err := b.create(name, false, 1); err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", name, err)
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for c, text := range row {
			cells[c] = clean(text)
		}
		err = errors.Join(err, stream.SetRow(Name(1, i+1), cells))
	}
	return errors.Join(err, stream.Flush(), b.file.SetSheetVisible(name, false, true))
}
