package application

import (
	"context"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
)

// Which lines a save fills by the matching rule, beside the index of one line.
const (
	FillNone = -1
	FillAll  = -2
)

// Budget is one save of all lines of a plan.
type Budget struct {
	Lines  []BudgetLine
	Fill   int          // index of the line to fill by the matching rule, FillAll or FillNone
	Unread fault.Fields // what could not be read of the typed figures, as "lines.3.national"
}

// SaveLines replaces the budget. All mistakes of all lines come back at once; the
// matching rule and the cap do not stop a draft, they are in the Report. With
// propose the sources are filled from the lines' totals by the matching rule first.
func (s *Service) SaveLines(ctx context.Context, who authz.Actor, id ID, version int, lines []BudgetLine, propose bool) (Saved, error) {
	b := Budget{Lines: lines, Fill: FillNone}
	if propose {
		b.Fill = FillAll
	}
	return s.SaveBudget(ctx, who, id, version, b)
}

// SaveBudget is SaveLines for a form in which people type: what could not be read
// comes back together with what breaks a rule, and one line can be filled alone.
func (s *Service) SaveBudget(ctx context.Context, who authz.Actor, id ID, version int, b Budget) (Saved, error) {
	return s.Save(ctx, who, id, version, LinesEdit(b))
}

// filled fills what is to be filled; figures that could not be read keep it from
// being done, and are named by the check.
func (b Budget) filled(m program.Matching) ([]BudgetLine, error) {
	switch {
	case b.Fill == FillNone || len(b.Unread) > 0:
		return b.Lines, nil
	case b.Fill == FillAll:
		return Propose(b.Lines, m)
	}
	return ProposeLine(b.Lines, m, b.Fill)
}
