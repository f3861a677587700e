package intake

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"eoul/pkg/korean"
)

// readCSV reads a CSV file in UTF-8 or CP949, with commas, tabs or semicolons. The
// mark ' that our own CSV files put before a formula's first sign is taken off.
func readCSV(data []byte) (Content, error) {
	text, err := korean.Decode(data)
	if err != nil || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
		return Content{}, refuse(msgEncoding)
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes, in.ReuseRecord = delimiter(text), -1, true, true
	out := Sheet{Rows: []Row{}}
	cells := 0
	for n := 1; ; n++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return Content{CSV: true, Sheets: []Sheet{out}}, nil
		}
		if err != nil {
			return Content{}, refuse(msgDamaged)
		}
		row := Row{Number: n}
		for i, value := range record {
			if value = unmarked(strings.TrimSpace(value)); value == "" {
				continue
			}
			if i >= maxColumns {
				return Content{}, refuse(msgColumns)
			}
			if utf8.RuneCountInString(value) > maxText {
				return Content{}, refuseAt(msgLong, Name(i+1, n))
			}
			row.Cells = append(row.Cells, Cell{Column: i + 1, Type: Text, Value: strings.Clone(value)})
		}
		if cells += len(row.Cells); cells > maxCells {
			return Content{}, refuse(msgCells)
		}
		if n > maxRows {
			return Content{}, refuse(msgRows)
		}
		if len(row.Cells) > 0 {
			out.Rows = append(out.Rows, row)
		}
	}
}

// delimiter is the sign that stands most often in the first lines.
func delimiter(text string) rune {
	head := text[:min(len(text), 4096)]
	best, most := ',', strings.Count(head, ",")
	for _, sign := range []rune{'\t', ';'} {
		if n := strings.Count(head, string(sign)); n > most {
			best, most = sign, n
		}
	}
	return best
}

func unmarked(value string) string {
	if rest, ok := strings.CutPrefix(value, "'"); ok && rest != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(rest)[0]) {
		return rest
	}
	return value
}
