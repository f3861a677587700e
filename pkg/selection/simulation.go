package selection

import (
	"cmp"
	"slices"

	"eoul/pkg/application"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// Facts are what a simulation knows of an application besides its points.
type Facts struct {
	ApplicationID  application.ID `db:"id" json:"application_id"`
	Number         string         `db:"number" json:"number"`
	GovernmentName string         `db:"government_name" json:"government_name"`
	Title          string         `db:"title" json:"title"`
	SidoID         int64          `db:"sido_id" json:"-"`
	Sido           string         `db:"sido" json:"sido"`
	Requested      money.BySource `db:"-" json:"requested"`
}

// Compared is one application officially and by the conditions of a simulation.
type Compared struct {
	Facts
	Official Standing `json:"official"`
	WhatIf   Standing `json:"what_if"`
	Up       int      `json:"up"`  // ranks gained, negative: lost
	Why      []string `json:"why"` // which conditions moved it, empty when nothing did
}

// Down is how many ranks are lost, for words.
func (c Compared) Down() int { return -c.Up }

// Moved tells whether rank or outcome differ.
func (c Compared) Moved() bool {
	return c.Up != 0 || c.Official.Outcome != c.WhatIf.Outcome || (c.Official.Rank == nil) != (c.WhatIf.Rank == nil)
}

// Side sums one side of a simulation up.
type Side struct {
	Counts map[Outcome]int `json:"counts"`
	Sum    money.BySource  `json:"sum"` // of the selected
	Budget Budget          `json:"budget"`
}

// After is what a source has left after the selection, nil where there is no limit;
// negative when the line was not drawn by the budget.
func (s Side) After(source money.Source) *money.Amount {
	left := s.Budget.Left(source)
	if left == nil {
		return nil
	}
	after := left.Sub(s.Sum.At(source))
	return &after
}

// Simulation is the official ranking and what other conditions would make of the same
// scores, side by side. It is never a selection.
type Simulation struct {
	CallID     program.CallID          `json:"call_id"`
	CallNumber string                  `json:"call_number"`
	CallTitle  string                  `json:"call_title"`
	ProgramID  program.ID              `json:"program_id"`
	RankingNo  int                     `json:"ranking_no"`
	Parameters Parameters              `json:"parameters"`
	Switches   []Switch                `json:"switches"` // none: the rule of the call
	Criteria   []review.InputCriterion `json:"criteria"`
	Drops      bool                    `json:"drops"` // the call leaves highest and lowest out
	Official   Side                    `json:"official"`
	WhatIf     Side                    `json:"what_if"`
	Rows       []Compared              `json:"rows"` // in official order
	Can        map[string]bool         `json:"can"`

	ranking review.RankingID
}

// ByTheRule tells whether the conditions are those of the call.
func (s Simulation) ByTheRule() bool { return len(s.Switches) == 0 }

// simulate compares the official result with that of the parameters.
func (b basis) simulate(p Parameters) (out Simulation, err error) {
	if err := p.check(b.inputs); err != nil {
		return out, err
	}
	rule := Parameters{Reserves: p.Reserves}
	official, rows, err := b.outcome(rule)
	if err != nil {
		return out, err
	}
	whatIf, others, err := b.outcome(p)
	if err != nil {
		return out, err
	}
	out = Simulation{Parameters: p, Switches: p.switches(b.inputs), Criteria: b.inputs.Criteria, Drops: b.inputs.DropExtremes,
		Official: side(rows, b.budget), WhatIf: side(others, p.budget(b.budget))}
	for _, r := range rows {
		c := Compared{Facts: b.facts[r.ApplicationID], Official: official[r.ApplicationID], WhatIf: whatIf[r.ApplicationID], Why: []string{}}
		if c.Official.Rank != nil && c.WhatIf.Rank != nil {
			c.Up = *c.Official.Rank - *c.WhatIf.Rank
		}
		out.Rows = append(out.Rows, c)
	}
	return out, b.explain(&out)
}

func side(rows []Row, budget Budget) Side {
	s := Side{Counts: map[Outcome]int{}, Sum: total(rows), Budget: budget}
	for _, r := range rows {
		s.Counts[r.Outcome]++
	}
	return s
}

// explain names for every row that moved the conditions which alone would move it: in
// rank for those that change ranks, in outcome for those that move the line. What none
// does alone is theirs together.
func (b basis) explain(out *Simulation) error {
	for _, sw := range out.Switches {
		alone, _, err := b.outcome(sw.alone)
		if err != nil {
			return err
		}
		for i := range out.Rows {
			c := &out.Rows[i]
			one := alone[c.ApplicationID]
			moved := one.Outcome != c.Official.Outcome
			if sw.ranking {
				moved = moved || cmp.Compare(rankOf(one), rankOf(c.Official)) != 0
			}
			if c.Moved() && moved {
				c.Why = append(c.Why, sw.Label)
			}
		}
	}
	for i := range out.Rows {
		if c := &out.Rows[i]; c.Moved() && len(c.Why) == 0 {
			c.Why = append(c.Why, "여러 조건이 함께")
		}
	}
	return nil
}

// rankOf orders standings: below a floor comes last.
func rankOf(s Standing) int {
	if s.Rank == nil {
		return maxCount * maxCount
	}
	return *s.Rank
}

// Versus is one application in two scenarios.
type Versus struct {
	Facts
	Official      Standing `json:"official"`
	First, Second Standing
	Differs       bool `json:"differs"`
}

// versus lays two simulations of one call side by side, in official order.
func versus(a, b Simulation) []Versus {
	other := make(map[application.ID]Compared, len(b.Rows))
	for _, c := range b.Rows {
		other[c.ApplicationID] = c
	}
	out := make([]Versus, len(a.Rows))
	for i, c := range a.Rows {
		o := other[c.ApplicationID]
		out[i] = Versus{Facts: c.Facts, Official: c.Official, First: c.WhatIf, Second: o.WhatIf,
			Differs: rankOf(c.WhatIf) != rankOf(o.WhatIf) || c.WhatIf.Outcome != o.WhatIf.Outcome}
	}
	return slices.Clip(out)
}
