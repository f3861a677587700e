package application

import (
	"strings"
	"unicode"
)

// Piece is a run of a text that both versions have, that only the earlier one has
// (Removed) or that only the later one has (Added).
type Piece struct {
	Change Change `json:"change"`
	Text   string `json:"text"`
}

// maxCells bounds the work of comparing two texts word by word; longer ones are
// compared line by line, and beyond that as a whole.
const maxCells = 4_000_000

// DiffText compares two texts word by word. The pieces without those added are the
// first text, without those removed the second. Swapping the texts swaps added and
// removed and nothing else.
func DiffText(was, is string) []Piece {
	if was == is {
		return compact([]Piece{{Same, is}})
	}
	// Of several equally short ways one is chosen by the order of the texts, so that
	// the comparison reads the same from both sides.
	if was > is {
		pieces := DiffText(is, was)
		for i, p := range pieces {
			pieces[i].Change = p.Change.mirror()
		}
		return compact(pieces)
	}
	for _, cut := range []func(string) []string{wordsOf, linesOf} {
		a, b := cut(was), cut(is)
		head := 0
		for head < len(a) && head < len(b) && a[head] == b[head] {
			head++
		}
		tail := 0
		for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
			tail++
		}
		if (len(a)-head-tail)*(len(b)-head-tail) > maxCells {
			continue
		}
		pieces := []Piece{{Same, strings.Join(a[:head], "")}}
		pieces = append(pieces, align(a[head:len(a)-tail], b[head:len(b)-tail])...)
		return compact(append(pieces, Piece{Same, strings.Join(a[len(a)-tail:], "")}))
	}
	return compact([]Piece{{Removed, was}, {Added, is}})
}

// align finds the longest common subsequence of two lists of words.
func align(a, b []string) []Piece {
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width) // of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	var out []Piece
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = append(out, Piece{Same, a[i]})
			i, j = i+1, j+1
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			out = append(out, Piece{Removed, a[i]})
			i++
		default:
			out = append(out, Piece{Added, b[j]})
			j++
		}
	}
	return append(out, Piece{Removed, strings.Join(a[i:], "")}, Piece{Added, strings.Join(b[j:], "")})
}

// compact joins runs of one kind, what was removed before what was added. A blank
// between two changed words belongs to the change: one change reads better than two.
func compact(pieces []Piece) (out []Piece) {
	var same, removed, added strings.Builder
	flush := func() {
		for _, p := range []Piece{{Removed, removed.String()}, {Added, added.String()}} {
			if p.Text != "" {
				out = append(out, p)
			}
		}
		removed.Reset()
		added.Reset()
	}
	for _, p := range pieces {
		if p.Text == "" {
			continue
		}
		if p.Change == Same {
			same.WriteString(p.Text)
			continue
		}
		if text := same.String(); text != "" {
			changing := removed.Len() > 0 || added.Len() > 0
			if changing && strings.TrimFunc(text, unicode.IsSpace) == "" && !strings.Contains(text, "\n") {
				removed.WriteString(text)
				added.WriteString(text)
			} else {
				flush()
				out = append(out, Piece{Same, text})
			}
			same.Reset()
		}
		if p.Change == Removed {
			removed.WriteString(p.Text)
		} else {
			added.WriteString(p.Text)
		}
	}
	flush()
	if same.Len() > 0 {
		out = append(out, Piece{Same, same.String()})
	}
	return out
}

// wordsOf cuts a text into words and the blanks between them; every end of a line
// is a word of its own.
func wordsOf(text string) (out []string) {
	start, blank := 0, false
	for i, r := range text {
		now := unicode.IsSpace(r)
		if i > start && (now != blank || r == '\n' || text[i-1] == '\n') {
			out = append(out, text[start:i])
			start = i
		}
		blank = now
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

func linesOf(text string) []string { return strings.SplitAfter(text, "\n") }
