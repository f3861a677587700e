package api

import "eoul/pkg/program"

type criterionIO struct {
	Title    string          `json:"title"`
	Guidance string          `json:"guidance"`
	Max      int             `json:"max"`
	Weight   int             `json:"weight"` // how often the points count, 0 when written: once
	Floor    int             `json:"floor"`
	TieOrder int             `json:"tie_order"` // 0 in every criterion: heaviest first
	Levels   []program.Level `json:"levels"`
}

type bonusIO struct {
	Title    string `json:"title"`
	Points   int    `json:"points"`
	Evidence string `json:"evidence"`
}

// rubricIO is the rubric of one stage. Written without reviewers, digits and rounding
// it takes the rule of the day.
type rubricIO struct {
	Stage     string        `json:"stage"`
	WeightBps int           `json:"weight_bps"` // read only: the stages are set together
	Reviewers int           `json:"reviewers"`
	Digits    *int          `json:"digits"`
	Rounding  string        `json:"rounding"`
	TieMean   int           `json:"tie_mean"`
	TieBonus  int           `json:"tie_bonus"`
	Criteria  []criterionIO `json:"criteria"`
	Bonus     []bonusIO     `json:"bonus"`
}

func (r rubricIO) input() program.RubricInput {
	in := program.RubricInput{Stage: r.Stage, Reviewers: r.Reviewers, Digits: r.Digits, Rounding: r.Rounding, TieMean: r.TieMean, TieBonus: r.TieBonus}
	for _, c := range r.Criteria {
		in.Criteria = append(in.Criteria, program.Criterion{Title: c.Title, Guidance: c.Guidance, Max: c.Max, Weight: c.Weight, Floor: c.Floor,
			TieOrder: c.TieOrder, Levels: c.Levels})
	}
	for _, b := range r.Bonus {
		in.Bonus = append(in.Bonus, program.BonusItem{Title: b.Title, Points: b.Points, Evidence: b.Evidence})
	}
	return in
}

func rubricDTO(r program.Rubric) rubricIO {
	out := rubricIO{Stage: r.Stage, WeightBps: r.WeightBps, Reviewers: r.Reviewers, Digits: &r.Digits, Rounding: r.Rounding,
		TieMean: r.TieMean, TieBonus: r.TieBonus, Criteria: []criterionIO{}, Bonus: []bonusIO{}}
	for _, c := range r.Criteria {
		out.Criteria = append(out.Criteria, criterionIO{c.Title, c.Guidance, c.Max, c.Weight, c.Floor, c.TieOrder, some([]program.Level(c.Levels))})
	}
	for _, b := range r.Bonus {
		out.Bonus = append(out.Bonus, bonusIO{b.Title, b.Points, b.Evidence})
	}
	return out
}
