package api

import (
	"strconv"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

type matching struct {
	NationalBps   int  `json:"national_bps"`
	NationalExact bool `json:"national_exact"`
	SidoMin       int  `json:"sido_min_bps"`
	SidoMax       int  `json:"sido_max_bps"`
	SigunguMin    int  `json:"sigungu_min_bps"`
	SigunguMax    int  `json:"sigungu_max_bps"`
	OwnMin        int  `json:"own_min_bps"`
	OwnMax        int  `json:"own_max_bps"`
}

type callOut struct {
	ID                program.CallID  `json:"id"`
	Number            string          `json:"number"`
	ProgramID         program.ID      `json:"program_id"`
	ProgramName       string          `json:"program_name"`
	MinistryID        organization.ID `json:"ministry_id"`
	Fictitious        bool            `json:"fictitious"`
	FiscalYear        int             `json:"fiscal_year"`
	Title             string          `json:"title"`
	Summary           string          `json:"summary"`
	Agenda            []string        `json:"agenda"`
	State             program.State   `json:"state"`
	AnnouncedAt       *time.Time      `json:"announced_at"`
	OpensAt           time.Time       `json:"opens_at"`
	ClosesAt          time.Time       `json:"closes_at"`
	EndorseUntil      time.Time       `json:"endorse_until"`
	CorrectUntil      time.Time       `json:"correct_until"`
	SubmitUntil       time.Time       `json:"submit_until"`
	ProjectFrom       calendar.Date   `json:"project_from"`
	ProjectTo         calendar.Date   `json:"project_to"`
	Cap               money.Amount    `json:"cap"`
	Applicants        []string        `json:"applicants"`
	CodeSet           string          `json:"code_set"`
	NeedsDeliberation bool            `json:"needs_deliberation"`
	NeedsSignoff      bool            `json:"needs_signoff"`
	Matching          matching        `json:"matching"`
	DropExtremes      bool            `json:"drop_extremes"`
	DropFrom          int             `json:"drop_from"`
	TotalFloor        int             `json:"total_floor"`
	Version           int             `json:"version"`
}

// Path is where the call is found.
func (c callOut) Path() string { return Prefix + "/calls/" + strconv.FormatInt(int64(c.ID), 10) }

func callDTO(c program.Call) callOut {
	return callOut{c.ID, c.Number, c.ProgramID, c.ProgramName, c.MinistryID, c.Fictitious, c.FiscalYear, c.Title, c.Summary, list(c.Agenda), c.State, c.AnnouncedAt,
		c.OpensAt, c.ClosesAt, c.EndorseUntil, c.CorrectUntil, c.SubmitUntil, c.ProjectFrom, c.ProjectTo, c.Cap, list(c.Applicants), c.CodeSet, c.NeedsDeliberation, c.NeedsSignoff,
		matching(c.Matching), c.DropExtremes, c.DropFrom, c.TotalFloor, c.Version}
}

type sectionIO struct {
	Kind      string `json:"kind"`
	Title     string `json:"title"`
	Hint      string `json:"hint"`
	Required  bool   `json:"required"`
	MaxLength int    `json:"max_length"`
}

type documentIO struct {
	Code     string `json:"code"`
	Title    string `json:"title"`
	Required bool   `json:"required"`
}

type deadlineOut struct {
	Kind         string           `json:"kind"`
	GovernmentID *organization.ID `json:"government_id"` // null for all
	At           time.Time        `json:"at"`
	Reason       string           `json:"reason"`
	SetAt        time.Time        `json:"set_at"`
}

type callDetailOut struct {
	Call         callOut       `json:"call"`
	Sections     []sectionIO   `json:"sections"`
	Documents    []documentIO  `json:"documents"`
	Hints        []hintIO      `json:"hints"`
	Rubric       rubricIO      `json:"rubric"`
	RubricFrozen bool          `json:"rubric_frozen"`
	Deadlines    []deadlineOut `json:"deadlines"`
	Warnings     []string      `json:"warnings"`
	Now          time.Time     `json:"now"`
}

func callDetailDTO(d program.CallDetail) callDetailOut {
	out := callDetailOut{Call: callDTO(d.Call), Sections: []sectionIO{}, Documents: []documentIO{}, Hints: hintsOut(d.Hints), Rubric: rubricDTO(d.Rubric), RubricFrozen: !d.Call.RubricOpen(),
		Deadlines: []deadlineOut{}, Warnings: list(d.Warnings), Now: d.Now}
	for _, s := range d.Sections {
		out.Sections = append(out.Sections, sectionIO{s.Kind, s.Title, s.Hint, s.Required, s.MaxLength})
	}
	for _, x := range d.Documents {
		out.Documents = append(out.Documents, documentIO{x.Code, x.Title, x.Required})
	}
	for _, x := range d.Deadlines {
		o := deadlineOut{Kind: x.Kind, At: x.At, Reason: x.Reason, SetAt: x.SetAt}
		if x.GovernmentID != 0 {
			o.GovernmentID = &x.GovernmentID
		}
		out.Deadlines = append(out.Deadlines, o)
	}
	return out
}
