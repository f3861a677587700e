package intake

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// book is a workbook being read.
type book struct {
	*pack
	path    string // of the workbook part
	strings []string
	dates   []bool // by style: does it show a number as a day
	from1904,
	macro bool
	sheets []sheetPart
	cells  int // read so far, of all sheets
	rows   int
}

// sheetPart is a sheet before its cells are read.
type sheetPart struct {
	name, path string
	hidden     bool
}

// readBook reads all cells of a workbook.
func readBook(data []byte) (Content, error) {
	p, err := openPack(data)
	if err != nil {
		return Content{}, err
	}
	b := &book{pack: p}
	if err := b.find(); err != nil {
		return Content{}, err
	}
	var out Content
	for _, part := range b.sheets {
		s, err := b.sheet(part)
		if err != nil {
			return Content{}, err
		}
		out.Sheets = append(out.Sheets, s)
	}
	return out, nil
}

// find reads everything but the sheets: where they are, texts and styles.
func (b *book) find() error {
	roots, err := b.relations("")
	if err != nil {
		return err
	}
	b.path = "xl/workbook.xml"
	for _, r := range roots {
		if r.kind == "officeDocument" {
			b.path = r.target
		}
	}
	if !b.has(b.path) || !strings.HasSuffix(strings.ToLower(b.path), ".xml") {
		return otherKind(b.text("mimetype"), b.has)
	}
	if err := b.contentTypes(); err != nil {
		return err
	}
	rels, err := b.relations(b.path)
	if err != nil {
		return err
	}
	if err := b.workbook(rels); err != nil {
		return err
	}
	for _, r := range rels {
		switch r.kind {
		case "sharedStrings":
			err = b.sharedStrings(r.target)
		case "styles":
			err = b.styles(r.target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// contentTypes refuses a workbook that says it holds macros, even without any.
func (b *book) contentTypes() error {
	if !b.has("[Content_Types].xml") {
		return refuse(msgDamaged)
	}
	word := false
	err := b.elements("[Content_Types].xml", func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok {
			kind, _ := attribute(e, "ContentType")
			b.macro = b.macro || strings.Contains(kind, "macroEnabled") || strings.Contains(kind, "vbaProject")
			word = word || strings.Contains(kind, "wordprocessingml.document") || strings.Contains(kind, "presentationml.presentation")
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case b.macro:
		return refuse(msgMacro)
	case word:
		return refuse(msgKind)
	}
	return nil
}

func (b *book) workbook(rels map[string]relation) error {
	err := b.elements(b.path, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbookPr":
			v, _ := attribute(e, "date1904")
			b.from1904 = v == "1" || v == "true"
		case "sheet":
			name, _ := attribute(e, "name")
			id, _ := attribute(e, "id")
			state, _ := attribute(e, "state")
			if r := rels[id]; r.kind == "worksheet" { // charts and macro sheets hold no table
				b.sheets = append(b.sheets, sheetPart{name, r.target, state == "hidden" || state == "veryHidden"})
			}
		}
		return nil
	})
	if err == nil && len(b.sheets) == 0 {
		err = refuse(msgEmpty)
	}
	return err
}

func (b *book) sharedStrings(part string) error {
	if !b.has(part) {
		return nil // Excel leaves the reference when there is no text
	}
	var text strings.Builder
	var inside, spoken bool // inside <t>, inside a reading aid
	return b.elements(part, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				text.Reset()
			case "t":
				inside = true
			case "rPh":
				spoken = true
			}
		case xml.CharData:
			if inside && !spoken {
				text.Write(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inside = false
			case "rPh":
				spoken = false
			case "si":
				if len(b.strings) >= maxCells {
					return refuse(msgCells)
				}
				b.strings = append(b.strings, text.String())
			}
		}
		return nil
	})
}

// styles learns which cell styles show a number as a day.
func (b *book) styles(part string) error {
	own := map[int]string{}
	inside := false
	return b.elements(part, func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				id, _ := attribute(e, "numFmtId")
				code, _ := attribute(e, "formatCode")
				if n, err := strconv.Atoi(id); err == nil {
					own[n] = code
				}
			case "cellXfs":
				inside = true
			case "xf":
				if inside {
					id, _ := attribute(e, "numFmtId")
					n, err := strconv.Atoi(id)
					b.dates = append(b.dates, err == nil && isDate(n, own[n]))
				}
			}
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				inside = false
			}
		}
		return nil
	})
}

// isDate tells a format that shows days: one of the built-in ones (those of Korea
// among them), or one of the file that names a day or a year outside quotes.
func isDate(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
	}
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == 'd' || c == 'D' || c == 'y' || c == 'Y':
			return true
		}
	}
	return false
}
