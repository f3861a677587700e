package application

import (
	"slices"

	"eoul/pkg/money"
)

// LinesChange is the budget as 당초, 변경 and 증감, in won.
type LinesChange struct {
	Rows []LineChange   `json:"rows"` // every line of both versions, by code and description
	Was  money.BySource `json:"was"`
	Is   money.BySource `json:"is"`
	Diff money.BySource `json:"diff"` // Is − Was
}

// Changed tells whether any line differs.
func (l LinesChange) Changed() bool {
	return slices.ContainsFunc(l.Rows, func(r LineChange) bool { return r.Change != Same })
}

// LineChange is one budget line; its 내역 and 산출기초 may differ while its amounts do not.
type LineChange struct {
	Code           string         `json:"code"`
	Category       string         `json:"category"`
	CodeName       string         `json:"code_name"`
	Description    string         `json:"description"`     // of the later version that has the line
	DescriptionWas string         `json:"description_was"` // of the earlier version, empty for a new line
	Change         Change         `json:"change"`
	BasisWas       string         `json:"basis_was"`
	BasisIs        string         `json:"basis_is"`
	Was            money.BySource `json:"was"`
	Is             money.BySource `json:"is"`
	Diff           money.BySource `json:"diff"`
}

// Reworded tells whether a line stayed and its 내역 did not.
func (l LineChange) Reworded() bool {
	return l.Change == Changed && l.DescriptionWas != l.Description
}

func compareLines(was, is Plan) LinesChange {
	out := LinesChange{Rows: []LineChange{}, Was: was.Totals(), Is: is.Totals()}
	out.Diff = out.Is.Sub(out.Was)
	pairs := matched(was.Lines, is.Lines, func(l BudgetLine) string { return l.Code + "\x00" + l.Description })
	for _, pair := range reworded(pairs, places(was.Lines), places(is.Lines)) {
		c := LineChange{Change: changeOf(pair)}
		for side, l := range pair {
			if l == nil {
				continue
			}
			c.Code, c.Category, c.CodeName, c.Description = l.Code, l.Category, l.CodeName, l.Description
			if side == 0 {
				c.Was, c.BasisWas, c.DescriptionWas = l.Amounts, l.Basis(), l.Description
			} else {
				c.Is, c.BasisIs = l.Amounts, l.Basis()
			}
		}
		if c.Diff = c.Is.Sub(c.Was); c.Change == Changed && c.Diff.IsZero() && c.BasisWas == c.BasisIs && !c.Reworded() {
			c.Change = Same
		}
		out.Rows = append(out.Rows, c)
	}
	return out
}

// place is where a line stands in its version, with its code.
type place struct {
	code string
	n    int
}

func places(lines []BudgetLine) map[*BudgetLine]place {
	out := make(map[*BudgetLine]place, len(lines))
	for i := range lines {
		out[&lines[i]] = place{lines[i].Code, i}
	}
	return out
}

// reworded joins a line that went with one that came at its place: the same line in
// other words. It stands where the first of the two stood, seen from either version.
func reworded(pairs [][2]*BudgetLine, was, is map[*BudgetLine]place) (out [][2]*BudgetLine) {
	came := map[place]*BudgetLine{}
	went := map[place]*BudgetLine{}
	for _, p := range pairs {
		if p[0] == nil {
			came[is[p[1]]] = p[1]
		}
		if p[1] == nil {
			went[was[p[0]]] = p[0]
		}
	}
	joined := map[place]bool{}
	for _, p := range pairs {
		at := was[p[0]]
		if p[0] == nil {
			at = is[p[1]]
		}
		whole := p[0] != nil && p[1] != nil
		switch both := [2]*BudgetLine{went[at], came[at]}; {
		case whole || both[0] == nil || both[1] == nil:
			out = append(out, p)
		case !joined[at]:
			joined[at] = true
			out = append(out, both)
		}
	}
	return out
}
