package application

import (
	"cmp"
	"fmt"
	"slices"

	"eoul/pkg/document"
)

// Change tells how one thing of a plan differs between an earlier and a later version.
type Change string

// The kinds of change.
const (
	Same    Change = "same"
	Changed Change = "changed"
	Added   Change = "added"
	Removed Change = "removed"
)

// Label is the Korean word for a change.
func (c Change) Label() string {
	return map[Change]string{Same: "그대로", Changed: "변경", Added: "추가", Removed: "삭제"}[c]
}

// mirror is the change as seen from the other side.
func (c Change) mirror() Change {
	switch c {
	case Added:
		return Removed
	case Removed:
		return Added
	default:
		return c
	}
}

// Comparison is how two versions of a plan differ, part by part. Rows of lists are
// matched by their names, budget lines by code and description, then by code and place.
type Comparison struct {
	Parts []PartChange `json:"parts"` // every part but the budget, unchanged ones too
	Lines LinesChange  `json:"lines"`
}

// PartChange is the difference of one part: of a text its pieces, of a list the
// rows that differ.
type PartChange struct {
	Part   string      `json:"part"` // as in the task list: title, section.overview, partners …
	Title  string      `json:"title"`
	Pieces []Piece     `json:"pieces"`
	Rows   []RowChange `json:"rows"`
}

// Changed tells whether anything of the part differs.
func (p PartChange) Changed() bool {
	return len(p.Rows) > 0 || slices.ContainsFunc(p.Pieces, func(p Piece) bool { return p.Change != Same })
}

// RowChange is one row of a list, with the cells that differ.
type RowChange struct {
	Name   string       `json:"name"`
	Change Change       `json:"change"`
	Cells  []CellChange `json:"cells"`
}

// CellChange is one cell before and after, as it is read.
type CellChange struct {
	Label string `json:"label"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// Empty tells whether the two versions are the same.
func (c Comparison) Empty() bool {
	return !c.Lines.Changed() && !slices.ContainsFunc(c.Parts, PartChange.Changed)
}

// Part is the difference of one part by name.
func (c Comparison) Part(name string) (PartChange, bool) {
	for _, p := range c.Parts {
		if p.Part == name {
			return p, true
		}
	}
	return PartChange{}, false
}

// Compare tells how a plan came from an earlier version to a later one.
func Compare(was, is Plan) Comparison {
	parts := []PartChange{{Part: PartTitle, Title: "사업명", Pieces: DiffText(was.Title, is.Title)}}
	parts = append(parts, compareSections(was, is)...)
	list := func(part, title string, a, b []row) {
		parts = append(parts, PartChange{Part: part, Title: title, Rows: compareRows(a, b)})
	}
	list(PartDeliberation, "사회적경제위원회 논의", deliberationRows(was), deliberationRows(is))
	list(PartPartners, "협업기관", partnerRows(was), partnerRows(is))
	list(PartActivities, "세부사업·추진일정", activityRows(was), activityRows(is))
	list(PartIndicators, "성과지표", indicatorRows(was), indicatorRows(is))
	list(PartAttachments, "첨부서류", attachmentRows(was), attachmentRows(is))
	return Comparison{Parts: parts, Lines: compareLines(was, is)}
}

// compareSections goes by the later version's headings, then by those it lacks.
func compareSections(was, is Plan) (out []PartChange) {
	known := map[string]bool{}
	for _, plan := range []Plan{is, was} {
		for _, s := range plan.Sections {
			if !known[s.Kind] {
				known[s.Kind] = true
				out = append(out, PartChange{Part: sectionPrefix + s.Kind, Title: s.Title, Pieces: DiffText(was.Section(s.Kind), is.Section(s.Kind))})
			}
		}
	}
	return out
}

// cell is one labelled value of a row as it is read.
type cell struct{ label, text string }

// row is a list's row by its name.
type row struct {
	name  string
	cells []cell
}

// matched puts the rows of two versions side by side by a key, the n-th of a key
// with the n-th, in the order of the keys. A side that has no such row is nil.
func matched[T any](was, is []T, key func(T) string) [][2]*T {
	type place struct {
		key string
		n   int
	}
	at := map[place]*[2]*T{}
	var order []place
	for side, rows := range [][]T{was, is} {
		seen := map[string]int{}
		for i := range rows {
			p := place{key(rows[i]), seen[key(rows[i])]}
			seen[p.key]++
			if at[p] == nil {
				at[p] = &[2]*T{}
				order = append(order, p)
			}
			at[p][side] = &rows[i]
		}
	}
	slices.SortFunc(order, func(a, b place) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.n, b.n)) })
	out := make([][2]*T, len(order))
	for i, p := range order {
		out[i] = *at[p]
	}
	return out
}

func compareRows(was, is []row) (out []RowChange) {
	for _, pair := range matched(was, is, func(r row) string { return r.name }) {
		c := RowChange{Change: changeOf(pair)}
		a, b := row{}, row{}
		if pair[0] != nil {
			a = *pair[0]
			c.Name = a.name
		}
		if pair[1] != nil {
			b = *pair[1]
			c.Name = b.name
		}
		for i := range max(len(a.cells), len(b.cells)) {
			d := CellChange{}
			if i < len(a.cells) {
				d.Label, d.Was = a.cells[i].label, a.cells[i].text
			}
			if i < len(b.cells) {
				d.Label, d.Is = b.cells[i].label, b.cells[i].text
			}
			if d.Was != d.Is {
				c.Cells = append(c.Cells, d)
			}
		}
		if c.Change != Changed || len(c.Cells) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func changeOf[T any](pair [2]*T) Change {
	switch {
	case pair[0] == nil:
		return Added
	case pair[1] == nil:
		return Removed
	}
	return Changed
}

// fileName is what a file chosen from the attachments is called.
func (p Plan) fileName(id document.ID) string {
	if id == 0 {
		return ""
	}
	for _, a := range p.Attachments {
		if a.DocumentID == id {
			return a.Name
		}
	}
	return fmt.Sprintf("파일 %d", id)
}
