package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
)

func callRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/calls", Action: "call:read", Handle: (*Server).listCalls},
		{Method: "POST", Path: Prefix + "/calls", Action: "call:create", Handle: (*Server).createCall},
		{Method: "GET", Path: Prefix + "/calls/:id", Action: "call:read", Handle: (*Server).showCall},
		{Method: "POST", Path: Prefix + "/calls/:id/update", Action: "call:update", Handle: (*Server).updateCall},
		{Method: "POST", Path: Prefix + "/calls/:id/announce", Action: "call:announce", Handle: (*Server).announceCall},
		{Method: "POST", Path: Prefix + "/calls/:id/open", Action: "call:open", Handle: (*Server).openCall},
		{Method: "POST", Path: Prefix + "/calls/:id/close", Action: "call:close", Handle: (*Server).closeCall},
		{Method: "POST", Path: Prefix + "/calls/:id/extend", Action: "call:extend", Handle: (*Server).extendCall},
		{Method: "POST", Path: Prefix + "/calls/:id/rubric", Action: "rubric:update", Handle: (*Server).correctRubric},
		{Method: "GET", Path: Prefix + "/expense-codes", Action: "call:read", Handle: (*Server).listExpenseCodes},
	}
}

func (s *Server) listCalls(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"state", "fiscal_year", "program"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[program.Call], error) {
		return s.Programs.Calls(ctx, who, r)
	}, callDTO)
}

func (s *Server) showCall(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (program.CallDetail, error) {
		return s.Programs.Call(ctx, who, in.ID)
	}, callDetailDTO)
}

type callIn struct {
	ID                program.CallID `param:"id" json:"-"`
	Version           int            `json:"version"`
	ProgramID         program.ID     `json:"program_id"`
	FiscalYear        int            `json:"fiscal_year"`
	Title             string         `json:"title"`
	Summary           string         `json:"summary"`
	Agenda            []string       `json:"agenda"`
	OpensAt           time.Time      `json:"opens_at"`
	ClosesAt          time.Time      `json:"closes_at"`
	EndorseUntil      time.Time      `json:"endorse_until"`
	CorrectUntil      time.Time      `json:"correct_until"`
	ProjectFrom       calendar.Date  `json:"project_from"`
	ProjectTo         calendar.Date  `json:"project_to"`
	Cap               money.Amount   `json:"cap"`
	Applicants        []string       `json:"applicants"`
	CodeSet           string         `json:"code_set"`
	NeedsDeliberation bool           `json:"needs_deliberation"`
	NeedsSignoff      bool           `json:"needs_signoff"`
	Matching          matching       `json:"matching"`
	DropExtremes      bool           `json:"drop_extremes"`
	DropFrom          int            `json:"drop_from"`
	TotalFloor        int            `json:"total_floor"`
	Sections          []sectionIO    `json:"sections"`
	Documents         []documentIO   `json:"documents"`
	Hints             []hintIO       `json:"hints"` // those not named stay
	Rubric            rubricIO       `json:"rubric"`
}

func (in callIn) input() program.CallInput {
	out := program.CallInput{
		ProgramID: in.ProgramID, FiscalYear: in.FiscalYear, Title: in.Title, Summary: in.Summary, Agenda: in.Agenda,
		OpensAt: in.OpensAt, ClosesAt: in.ClosesAt, EndorseUntil: in.EndorseUntil, CorrectUntil: in.CorrectUntil,
		ProjectFrom: in.ProjectFrom, ProjectTo: in.ProjectTo, Cap: in.Cap, Applicants: in.Applicants, CodeSet: in.CodeSet,
		NeedsDeliberation: in.NeedsDeliberation, NeedsSignoff: in.NeedsSignoff, Matching: program.Matching(in.Matching), DropExtremes: in.DropExtremes,
		DropFrom: in.DropFrom, TotalFloor: in.TotalFloor, Rubric: in.Rubric.input(),
	}
	out.Hints = hintsIn(in.Hints)
	for _, s := range in.Sections {
		out.Sections = append(out.Sections, program.Section{Kind: s.Kind, Title: s.Title, Hint: s.Hint, Required: s.Required, MaxLength: s.MaxLength})
	}
	for _, d := range in.Documents {
		out.Documents = append(out.Documents, program.RequiredDocument{Code: d.Code, Title: d.Title, Required: d.Required})
	}
	return out
}

func (s *Server) createCall(c echo.Context) error {
	var in callIn
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Programs.CreateCall(ctx, who, in.input())
	}, callDTO)
}

func (s *Server) updateCall(c echo.Context) error {
	var in callIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Programs.UpdateCall(ctx, who, in.ID, in.Version, in.input())
	}, callDTO)
}

func (s *Server) announceCall(c echo.Context) error {
	var in struct {
		ID      program.CallID `param:"id" json:"-"`
		Version int            `json:"version"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Programs.Announce(ctx, who, in.ID, in.Version)
	}, callDTO)
}

func (s *Server) openCall(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id" json:"-"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Programs.Open(ctx, who, in.ID)
	}, callDTO)
}

func (s *Server) closeCall(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id" json:"-"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Programs.Close(ctx, who, in.ID)
	}, callDTO)
}

func (s *Server) extendCall(c echo.Context) error {
	var in struct {
		ID           program.CallID   `param:"id" json:"-"`
		Kind         string           `json:"kind"`
		GovernmentID *organization.ID `json:"government_id"` // null for all
		At           time.Time        `json:"at"`
		EndorseAt    *time.Time       `json:"endorse_at"` // with kind submit: moves in the same act
		CorrectAt    *time.Time       `json:"correct_at"`
		Reason       string           `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		ext := program.Extension{Kind: in.Kind, At: in.At, Reason: in.Reason}
		if in.GovernmentID != nil {
			ext.GovernmentID = *in.GovernmentID
		}
		if in.EndorseAt != nil {
			ext.EndorseAt = *in.EndorseAt
		}
		if in.CorrectAt != nil {
			ext.CorrectAt = *in.CorrectAt
		}
		return s.Programs.Extend(ctx, who, in.ID, ext)
	}, callDTO)
}

func (s *Server) correctRubric(c echo.Context) error {
	var in struct {
		ID     program.CallID `param:"id" json:"-"`
		Rubric rubricIO       `json:"rubric"`
		Reason string         `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Rubric, error) {
		return s.Programs.CorrectRubric(ctx, who, in.ID, in.Rubric.input(), in.Reason)
	}, rubricDTO)
}

type expenseCodeOut struct {
	CodeSet   string `json:"code_set"`
	Code      string `json:"code"`
	Category  string `json:"category"`
	Name      string `json:"name"`
	Certainty string `json:"certainty"`
}

func (s *Server) listExpenseCodes(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"code_set"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[program.ExpenseCode], error) {
		all, err := s.Programs.Codes(ctx, who, r.Filter("code_set"))
		return page.Slice[program.ExpenseCode]{Items: all, Total: len(all)}, err
	}, func(k program.ExpenseCode) expenseCodeOut { return expenseCodeOut(k) })
}
