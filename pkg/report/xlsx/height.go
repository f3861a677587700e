package xlsx

import (
	"strings"
	"unicode/utf8"
)

// lineHeight is one line of text in points, in the font of our sheets.
const lineHeight = 15

// maxLines bounds a row: a longer text is read in its cell. No program shows a row
// higher than tallLines, 409 points.
const (
	maxLines  = 10
	tallLines = 27
)

// lines is how many lines a text takes in a column of a width in characters, of
// which a Korean one takes two. Programs that show a workbook do not measure rows
// that were streamed, so we say how high they are, up to a limit.
func lines(text string, width float64, limit int) int {
	room := max(int(width)-1, 1)
	if len(text) <= room && !strings.Contains(text, "\n") {
		return 1
	}
	n := 0
	for part := range strings.SplitSeq(text, "\n") {
		n += max(1, (columns(part)+room-1)/room)
	}
	return min(n, limit)
}

// columns is how wide a text is, in characters of one column.
func columns(text string) int {
	n := 0
	for _, r := range text {
		if n++; utf8.RuneLen(r) > 2 {
			n++
		}
	}
	return n
}

// headHeight is the height of the row with the titles of the columns, in points: two
// lines, or as many as the longest title takes. Titles merged over both rows have more.
func (s Sheet) headHeight() float64 {
	high := 2
	for _, c := range s.Columns {
		if s.heads() == 1 || c.Group != "" {
			high = max(high, lines(c.Title, c.Width, maxLines))
		}
	}
	return float64(high*lineHeight + 2)
}
