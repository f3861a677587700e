package xlsx

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// MediaType is the content type of a workbook.
const MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Book is a workbook under way.
type Book struct {
	file   *excelize.File
	styles styles
	sheets int
}

// File is a finished workbook with its file name. Close it when written.
type File struct {
	*Book
	Name string
}

// New starts an empty workbook. Close it when done, also after an error.
func New() (*Book, error) {
	f := excelize.NewFile()
	st, err := newStyles(f)
	err = errors.Join(err, f.SetDocProps(&excelize.DocProperties{Creator: "어울", LastModifiedBy: "어울"}))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Book{file: f, styles: st}, nil
}

// WriteTo writes the finished workbook, packed straight into w at the fastest
// level: a sheet of repeated tags shrinks to a tenth all the same, in a third of the
// time. excelize would hold the packed file in memory, so it gets nothing to hold.
func (b *Book) WriteTo(w io.Writer) (int64, error) {
	out := &counter{w: w}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		z := zip.NewWriter(out)
		z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
		return z
	})
	_, err := b.file.WriteTo(io.Discard)
	return out.n, err
}

// counter counts what passes on to w.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Close gives back the temporary files.
func (b *Book) Close() error { return b.file.Close() }

// create makes the next sheet and all that must stand before its first row. heads are
// the rows that are printed on every page.
func (b *Book) create(name string, a3 bool, heads int) error {
	if b.sheets++; b.sheets == 1 {
		if err := b.file.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	paper, landscape, wide, tall, fit := 9, "landscape", 1, 0, true // A4
	if a3 {
		paper = 8
	}
	quarter, half := 0.25, 0.5
	return errors.Join(
		b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &tall}),
		b.file.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &quarter, Right: &quarter, Top: &half, Bottom: &half, Header: &quarter, Footer: &quarter}),
		b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"}),
		b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: name,
			RefersTo: fmt.Sprintf("'%s'!$1:$%d", name, heads)}))
}

// styles are the ids of the few looks a workbook has.
type styles struct {
	title, facts, ribbon, unit, head, note, bad int
	data, total                                 [Score + 1]int
}

func (s styles) of(k Kind, strong bool) int {
	if strong {
		return s.total[k]
	}
	return s.data[k]
}

const (
	fontName    = "맑은 고딕"
	headFill    = "D9D9D9"
	totalFill   = "F2F2F2"
	wonFormat   = "#,##0;[Red]-#,##0;-"
	rateFormat  = "0.0%"
	dateFormat  = "yyyy. m. d."
	scoreFormat = "0.00"
)

func newStyles(f *excelize.File) (styles, error) {
	var s styles
	var failed error
	add := func(st excelize.Style) int {
		if st.Font == nil {
			st.Font = &excelize.Font{}
		}
		st.Font.Family = fontName
		if st.Font.Size == 0 {
			st.Font.Size = 10
		}
		id, err := f.NewStyle(&st)
		failed = errors.Join(failed, err)
		return id
	}
	left := &excelize.Alignment{Vertical: "center"}
	s.title = add(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}})
	s.facts = add(excelize.Style{Alignment: left})
	s.ribbon = add(excelize.Style{Font: &excelize.Font{Bold: true, Color: "C00000"}, Alignment: left})
	s.unit = add(excelize.Style{Alignment: &excelize.Alignment{Horizontal: "right"}})
	s.note = add(excelize.Style{Font: &excelize.Font{Size: 9}, Alignment: left})
	s.bad = add(excelize.Style{Font: &excelize.Font{Size: 9, Bold: true, Color: "C00000"}, Alignment: left})
	s.head = add(excelize.Style{Font: &excelize.Font{Bold: true}, Border: border(), Fill: fill(headFill),
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	for k := range s.data {
		format, align := look(Kind(k))
		st := excelize.Style{Border: border(), Alignment: align}
		if format != "" {
			st.CustomNumFmt = &format
		}
		s.data[k] = add(st)
		st.Font, st.Fill = &excelize.Font{Bold: true}, fill(totalFill)
		s.total[k] = add(st)
	}
	return s, failed
}

// look is the number format and alignment of a kind.
func look(k Kind) (format string, align *excelize.Alignment) {
	switch k {
	case Won:
		return wonFormat, &excelize.Alignment{Horizontal: "right", Vertical: "center"}
	case Rate:
		return rateFormat, &excelize.Alignment{Horizontal: "right", Vertical: "center"}
	case Date:
		return dateFormat, &excelize.Alignment{Horizontal: "center", Vertical: "center"}
	case Count:
		return "0", &excelize.Alignment{Horizontal: "center", Vertical: "center"}
	case Score:
		return scoreFormat, &excelize.Alignment{Horizontal: "right", Vertical: "center"}
	case Text:
	}
	return "", &excelize.Alignment{Vertical: "center", WrapText: true}
}

func fill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

func border() []excelize.Border {
	var out []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		out = append(out, excelize.Border{Type: side, Style: 1, Color: "808080"})
	}
	return out
}
