package web

import (
	"slices"
	"strings"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// percentage is a share as people type it, "33.33", in basis points.
type percentage int

// UnmarshalText reads a percentage with at most two decimals.
func (p *percentage) UnmarshalText(text []byte) error {
	n, err := program.ParsePercent(string(text))
	*p = percentage(n)
	return err
}

// MarshalText writes it without the sign.
func (p percentage) MarshalText() ([]byte, error) {
	return []byte(strings.TrimSuffix(program.Percent(int(p)), "%")), nil
}

type callMatching struct {
	NationalBps   percentage `form:"national_bps"`
	NationalExact bool       `form:"national_exact"`
	SidoMin       percentage `form:"sido_min_bps"`
	SidoMax       percentage `form:"sido_max_bps"`
	SigunguMin    percentage `form:"sigungu_min_bps"`
	SigunguMax    percentage `form:"sigungu_max_bps"`
	OwnMin        percentage `form:"own_min_bps"`
	OwnMax        percentage `form:"own_max_bps"`
}

type callCriterion struct {
	Title    string      `form:"title"`
	Guidance string      `form:"guidance"`
	Max      int         `form:"max"`
	Weight   *int        `form:"weight"`
	Floor    int         `form:"floor"`
	TieOrder *int        `form:"tie_order"`
	Levels   []callLevel `form:"levels"`
}

type callLevel struct {
	Label       string `form:"label"`
	Points      int    `form:"points"`
	Description string `form:"description"`
}

type callBonus struct {
	Title    string `form:"title"`
	Points   int    `form:"points"`
	Evidence string `form:"evidence"`
}

type callRubric struct {
	Criteria []callCriterion `form:"criteria"`
	Bonus    []callBonus     `form:"bonus"`
}

type callSection struct {
	Kind      string `form:"kind"`
	Title     string `form:"title"`
	Hint      string `form:"hint"`
	MaxLength int    `form:"max_length"`
	Required  bool   `form:"required"`
}

type callDocument struct {
	Code     string `form:"code"`
	Title    string `form:"title"`
	Required bool   `form:"required"`
}

// callForm is the one long form of a call. A row without a title is left out.
type callForm struct {
	ProgramID         program.ID     `form:"program_id"`
	FiscalYear        int            `form:"fiscal_year"`
	Title             string         `form:"title"`
	Summary           string         `form:"summary"`
	Agenda            string         `form:"agenda"`
	OpensAt           time.Time      `form:"opens_at"`
	ClosesAt          time.Time      `form:"closes_at"`
	EndorseUntil      time.Time      `form:"endorse_until"`
	CorrectUntil      time.Time      `form:"correct_until"`
	ProjectFrom       calendar.Date  `form:"project_from"`
	ProjectTo         calendar.Date  `form:"project_to"`
	Applicants        []string       `form:"applicants"`
	NeedsDeliberation bool           `form:"needs_deliberation"`
	NeedsSignoff      bool           `form:"needs_signoff"`
	Cap               money.Amount   `form:"cap"`
	CodeSet           string         `form:"code_set"`
	Matching          callMatching   `form:"matching"`
	Rubric            callRubric     `form:"rubric"`
	DropExtremes      bool           `form:"drop_extremes"`
	DropFrom          int            `form:"drop_from"`
	TotalFloor        int            `form:"total_floor"`
	Sections          []callSection  `form:"sections"`
	Documents         []callDocument `form:"documents"`
	Copied            program.CallID `form:"copied"` // whose rubrics a new call takes
	Hints             []callHint     `form:"hints"`

	read bool // every field could be read, so that the form can be shown without its blank rows
}

// callChange is the form of a call that is there already.
type callChange struct {
	ID      program.CallID `param:"id"`
	Version int            `form:"version"`
	callForm
}

// tidy drops blank rows, so that the messages of the service meet the rows of the form.
func (f *callForm) tidy() {
	f.Rubric.tidy()
	f.Sections = slices.DeleteFunc(f.Sections, func(s callSection) bool { return s.Title == "" })
	f.Documents = slices.DeleteFunc(f.Documents, func(d callDocument) bool { return d.Title == "" })
	f.read = true
}

func (f *callRubric) tidy() {
	f.Criteria = slices.DeleteFunc(f.Criteria, func(c callCriterion) bool { return c.Title == "" })
	f.Bonus = slices.DeleteFunc(f.Bonus, func(b callBonus) bool { return b.Title == "" })
}

func (f *callRubric) input() program.RubricInput {
	var in program.RubricInput
	for _, c := range f.Criteria {
		k := program.Criterion{Title: c.Title, Guidance: c.Guidance, Max: c.Max, Floor: c.Floor}
		if c.TieOrder != nil {
			k.TieOrder = *c.TieOrder
		}
		if c.Weight != nil {
			k.Weight = *c.Weight
		}
		for _, l := range c.Levels {
			k.Levels = append(k.Levels, program.Level{Label: l.Label, Points: l.Points, Description: l.Description})
		}
		in.Criteria = append(in.Criteria, k)
	}
	for _, b := range f.Bonus {
		in.Bonus = append(in.Bonus, program.BonusItem{Title: b.Title, Points: b.Points, Evidence: b.Evidence})
	}
	return in
}

func (f *callForm) input() program.CallInput {
	f.tidy()
	m := f.Matching
	in := program.CallInput{
		ProgramID: f.ProgramID, FiscalYear: f.FiscalYear, Title: f.Title, Summary: f.Summary, Agenda: wordList(f.Agenda),
		OpensAt: f.OpensAt, ClosesAt: f.ClosesAt, EndorseUntil: f.EndorseUntil, CorrectUntil: f.CorrectUntil,
		ProjectFrom: f.ProjectFrom, ProjectTo: f.ProjectTo, Cap: f.Cap, Applicants: program.Words(f.Applicants), CodeSet: f.CodeSet,
		NeedsDeliberation: f.NeedsDeliberation, NeedsSignoff: f.NeedsSignoff, DropExtremes: f.DropExtremes, DropFrom: f.DropFrom, TotalFloor: f.TotalFloor,
		Matching: program.Matching{NationalBps: int(m.NationalBps), NationalExact: m.NationalExact, SidoMin: int(m.SidoMin), SidoMax: int(m.SidoMax),
			SigunguMin: int(m.SigunguMin), SigunguMax: int(m.SigunguMax), OwnMin: int(m.OwnMin), OwnMax: int(m.OwnMax)},
		Rubric: f.Rubric.input(), RubricFrom: f.Copied,
	}
	in.Hints = hintsIn(f.Hints)
	for _, s := range f.Sections {
		in.Sections = append(in.Sections, program.Section{Kind: s.Kind, Title: s.Title, Hint: s.Hint, MaxLength: s.MaxLength, Required: s.Required})
	}
	for _, d := range f.Documents {
		in.Documents = append(in.Documents, program.RequiredDocument{Code: d.Code, Title: d.Title, Required: d.Required})
	}
	return in
}

func callRubricOf(in program.RubricInput) callRubric {
	var f callRubric
	for _, c := range in.Criteria {
		row := callCriterion{Title: c.Title, Guidance: c.Guidance, Max: c.Max, Floor: c.Floor}
		if c.TieOrder != 0 {
			row.TieOrder = &c.TieOrder
		}
		if c.Weight != 0 {
			row.Weight = &c.Weight
		}
		for _, l := range c.Levels {
			row.Levels = append(row.Levels, callLevel{l.Label, l.Points, l.Description})
		}
		f.Criteria = append(f.Criteria, row)
	}
	for _, b := range in.Bonus {
		f.Bonus = append(f.Bonus, callBonus{b.Title, b.Points, b.Evidence})
	}
	return f
}

func callFormOf(in program.CallInput) callForm {
	m := in.Matching
	f := callForm{
		ProgramID: in.ProgramID, FiscalYear: in.FiscalYear, Title: in.Title, Summary: in.Summary, Agenda: in.Agenda.String(),
		OpensAt: in.OpensAt, ClosesAt: in.ClosesAt, EndorseUntil: in.EndorseUntil, CorrectUntil: in.CorrectUntil,
		ProjectFrom: in.ProjectFrom, ProjectTo: in.ProjectTo, Cap: in.Cap, Applicants: in.Applicants, CodeSet: in.CodeSet,
		NeedsDeliberation: in.NeedsDeliberation, NeedsSignoff: in.NeedsSignoff, DropExtremes: in.DropExtremes, DropFrom: in.DropFrom, TotalFloor: in.TotalFloor,
		Matching: callMatching{percentage(m.NationalBps), m.NationalExact, percentage(m.SidoMin), percentage(m.SidoMax),
			percentage(m.SigunguMin), percentage(m.SigunguMax), percentage(m.OwnMin), percentage(m.OwnMax)},
		Rubric: callRubricOf(in.Rubric), Copied: in.RubricFrom,
	}
	for _, s := range in.Sections {
		f.Sections = append(f.Sections, callSection{s.Kind, s.Title, s.Hint, s.MaxLength, s.Required})
	}
	f.Hints = callHintsOf(in.Hints)
	for _, d := range in.Documents {
		f.Documents = append(f.Documents, callDocument{d.Code, d.Title, d.Required})
	}
	return f
}

// callStart is what a new call begins with when it is not copied from another.
func callStart(now time.Time, id program.ID) program.CallInput {
	year := calendar.Today(now).Year()
	return program.CallInput{
		ProgramID: id, FiscalYear: year, CodeSet: program.NationalCodes, Applicants: program.Words{"sido", "sigungu"}, NeedsDeliberation: true,
		ProjectTo: calendar.Must(year, time.December, 31), DropFrom: 3,
		Matching: program.Matching{NationalBps: 5_000, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000},
		Sections: program.DefaultSections(), Documents: program.DefaultDocuments(),
		Rubric: program.RubricInput{Criteria: []program.Criterion{
			{Title: "사업 필요성·지역현안 적합성", Max: 20}, {Title: "민관 협업체계(위원회 운영, 참여주체)", Max: 25}, {Title: "사업계획 구체성·실현가능성", Max: 25},
			{Title: "예산 적정성·지방비 확보", Max: 10}, {Title: "성과·파급효과", Max: 10}, {Title: "지속가능성", Max: 10},
		}},
	}
}
