package pdf

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/signintech/gopdf"
)

// MediaType is the one of PDF.
const MediaType = "application/pdf"

//go:embed PretendardGOV-Regular.ttf.gz
var fontPacked []byte

// Measures of an A4 page in points.
const (
	pageWidth  = 595.0
	pageHeight = 842.0
	side       = 56.0
	top        = 64.0
	bottom     = 776.0
	width      = pageWidth - 2*side
	family     = "gov"
)

// Sizes of text and the room of a line of it.
const (
	sizeTitle = 26
	sizeText  = 10.5
	sizeSmall = 8.5
	leading   = 1.5
)

// letter is a page under way. The first error stays; what follows does nothing.
type letter struct {
	pdf  gopdf.GoPdf
	y    float64
	size float64
	err  error
}

// Press writes letters. The font is unpacked and read with the first of them, which
// takes many times as long as writing one, and then kept (some MB). The zero Press is
// ready; it may be used by many at once and must not be copied.
type Press struct {
	once sync.Once
	font gopdf.FontContainer
	err  error
}

// load reads the font. A character it does not have is shown as □.
func (p *Press) load() {
	packed, err := gzip.NewReader(bytes.NewReader(fontPacked))
	if err != nil {
		p.err = fmt.Errorf("unpack font: %w", err)
		return
	}
	option := gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return '□' }}
	if err := p.font.AddTTFFontByReaderWithOption(family, packed, option); err != nil {
		p.err = fmt.Errorf("read font: %w", err)
	}
}

// start opens a letter.
func (p *Press) start(title string, at time.Time) *letter {
	p.once.Do(p.load)
	l := &letter{err: p.err}
	l.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	l.pdf.SetInfo(gopdf.PdfInfo{Title: title, Creator: "어울", Producer: "어울", CreationDate: at})
	if l.err == nil {
		l.do(l.pdf.AddTTFFontFromFontContainer(family, &p.font))
	}
	if l.err == nil {
		l.page()
	}
	return l
}

func (l *letter) page() {
	l.pdf.AddPage()
	l.y = top
}

func (l *letter) do(err error) {
	if l.err == nil {
		l.err = err
	}
}

func (l *letter) font(size float64) {
	if l.err == nil && l.size != size {
		l.do(l.pdf.SetFont(family, "", size))
		l.size = size
	}
}

func (l *letter) measure(text string) float64 {
	if l.err != nil {
		return 0
	}
	w, err := l.pdf.MeasureTextWidth(text)
	l.do(err)
	return w
}

// at writes one line of text with its upper left corner at x, y.
func (l *letter) at(x, y float64, text string) {
	if l.err != nil || text == "" {
		return
	}
	l.pdf.SetXY(x, y)
	l.do(l.pdf.Cell(nil, text))
}

// centred writes one line in the middle of the page, right one that ends at x + w.
func (l *letter) centred(y float64, text string)     { l.at(side+(width-l.measure(text))/2, y, text) }
func (l *letter) right(x, w, y float64, text string) { l.at(x+w-l.measure(text), y, text) }

// wrap cuts a text into lines of at most w: between words where it can, as Korean is
// set, inside a word that is longer than a line.
func (l *letter) wrap(text string, w float64) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		next := strings.TrimSpace(line + " " + word)
		if l.measure(next) <= w {
			line = next
			continue
		}
		if line != "" {
			lines = append(lines, line)
			line = ""
		}
		for _, r := range word {
			if line != "" && l.measure(line+string(r)) > w {
				lines = append(lines, line)
				line = ""
			}
			line += string(r)
		}
	}
	return append(lines, line)
}

// block writes lines of text below each other and gives the height they take.
func (l *letter) block(x, y float64, lines []string) float64 {
	for i, line := range lines {
		l.at(x, y+float64(i)*l.size*leading, line)
	}
	return l.height(len(lines))
}

func (l *letter) height(lines int) float64 { return float64(lines) * l.size * leading }

// room goes to a new page when h does not fit on this one.
func (l *letter) room(h float64) {
	if l.y+h > bottom && l.err == nil {
		l.page()
	}
}

func (l *letter) rule(y, thick float64) {
	l.pdf.SetLineWidth(thick)
	l.pdf.SetGrayStroke(0.25)
	l.pdf.Line(side, y, pageWidth-side, y)
}

// padding is the air above and below the text of a row.
const padding = 7

// fact is a row of a label and what it says, with a line below.
func (l *letter) fact(label, text string) {
	const labelWidth = 92
	l.font(sizeText)
	lines := l.wrap(text, width-labelWidth)
	h := l.height(len(lines)) + 2*padding
	l.room(h)
	l.at(side+4, l.y+padding, label)
	l.block(side+labelWidth, l.y+padding, lines)
	l.y += h
	l.rule(l.y, 0.4)
}

// finish numbers the pages and writes the file.
func (l *letter) finish(w io.Writer, foot string) error {
	if l.err != nil {
		return l.err
	}
	n := l.pdf.GetNumberOfPages()
	for i := 1; i <= n; i++ {
		l.do(l.pdf.SetPage(i))
		l.size = 0
		l.font(sizeSmall)
		l.at(side, bottom+16, foot)
		l.right(side, width, bottom+16, fmt.Sprintf("%d / %d", i, n))
	}
	if l.err != nil {
		return l.err
	}
	_, err := l.pdf.WriteTo(w)
	return err
}
