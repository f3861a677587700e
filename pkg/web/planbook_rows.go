package web

import (
	"eoul/pkg/application"
	"eoul/pkg/money"
	"eoul/pkg/planbook"
)

func amountChanges(l application.LinesChange) (out []amountChange) {
	row := func(label string, was, is money.Amount) amountChange {
		return amountChange{label, was.Comma(), is.Comma(), signed(is.Sub(was))}
	}
	for _, s := range money.Sources() {
		out = append(out, row(s.Label(), l.Was.At(s), l.Is.At(s)))
	}
	return append(out, row("합계", l.Was.Total(), l.Is.Total()))
}

// signed prints a difference with its sign.
func signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.Comma()
	}
	return a.Comma()
}

// LineCell is one cell of a changed budget line; a new line has no Was, a removed one no Is.
type LineCell struct {
	Was, Is string
	Differs bool
}

// LineCells are the amounts of a budget line: the four sources and their sum.
func (p *importResultPage) LineCells(l application.LineChange) (out []LineCell) {
	cell := func(was, is money.Amount) {
		c := LineCell{was.Comma(), is.Comma(), was != is}
		switch l.Change {
		case application.Added:
			c.Was, c.Differs = "", true
		case application.Removed:
			c.Is, c.Differs = "", true
		case application.Changed, application.Same:
		}
		out = append(out, c)
	}
	for _, s := range money.Sources() {
		cell(l.Was.At(s), l.Is.At(s))
	}
	cell(l.Was.Total(), l.Is.Total())
	return out
}

// Signed prints a difference with its sign.
func (p *importResultPage) Signed(b money.BySource) string { return signed(b.Total()) }

// ChangeBadge is the kind of change as a badge.
func (p *importResultPage) ChangeBadge(c application.Change) Badge {
	return Badge{map[application.Change]string{application.Added: "success", application.Removed: "danger", application.Changed: "warning", application.Same: "neutral"}[c], c.Label()}
}

// Report is what the tables of findings are made of: errors or warnings.
type Report struct {
	Many     bool
	Findings []planbook.Finding
	Groups   []planbook.Group
	Caption  string
}

// Errors are the findings that stand against applying.
func (p *importResultPage) Errors() Report {
	return Report{p.Import.Many(false), p.Import.Only(false), p.Import.Groups(false), "고칠 곳"}
}

// Warnings are the findings to know of.
func (p *importResultPage) Warnings() Report {
	return Report{p.Import.Many(true), p.Import.Only(true), p.Import.Groups(true), "알아 둘 것"}
}
