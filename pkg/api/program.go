package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
)

func programRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/programs", Action: "program:read", Handle: (*Server).listPrograms},
		{Method: "POST", Path: Prefix + "/programs", Action: "program:create", Handle: (*Server).createProgram},
		{Method: "GET", Path: Prefix + "/programs/:id", Action: "program:read", Handle: (*Server).showProgram},
		{Method: "POST", Path: Prefix + "/programs/:id/update", Action: "program:update", Handle: (*Server).updateProgram},
		{Method: "GET", Path: Prefix + "/programs/:id/appropriations", Action: "appropriation:read", Handle: (*Server).listAppropriations},
		{Method: "POST", Path: Prefix + "/programs/:id/appropriations", Action: "appropriation:create", Handle: (*Server).createAppropriation},
		{Method: "GET", Path: Prefix + "/appropriations/:id", Action: "appropriation:read", Handle: (*Server).showAppropriation},
		{Method: "POST", Path: Prefix + "/appropriations/:id/update", Action: "appropriation:update", Handle: (*Server).updateAppropriation},
	}
}

type programOut struct {
	ID           program.ID      `json:"id"`
	MinistryID   organization.ID `json:"ministry_id"`
	MinistryName string          `json:"ministry_name"`
	Name         string          `json:"name"`
	Purpose      string          `json:"purpose"`
	LegalBasis   string          `json:"legal_basis"`
	Agenda       []string        `json:"agenda"`
	Fictitious   bool            `json:"fictitious"`
	Version      int             `json:"version"`
}

// Path is where the programme is found.
func (p programOut) Path() string { return Prefix + "/programs/" + strconv.FormatInt(int64(p.ID), 10) }

func programDTO(p program.Program) programOut {
	return programOut{p.ID, p.MinistryID, p.MinistryName, p.Name, p.Purpose, p.LegalBasis, list(p.Agenda), p.Fictitious, p.Version}
}

// list is a list that is never null.
func list(words []string) []string { return append([]string{}, words...) }

func (s *Server) listPrograms(c echo.Context) error {
	r, err := pageRequest(c, nil, nil)
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[program.Program], error) {
		return s.Programs.Programs(ctx, who, r)
	}, programDTO)
}

func (s *Server) showProgram(c echo.Context) error {
	var in struct {
		ID program.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (program.ProgramDetail, error) {
		return s.Programs.Program(ctx, who, in.ID)
	}, func(d program.ProgramDetail) programOut { return programDTO(d.Program) })
}

type programIn struct {
	ID         program.ID      `param:"id" json:"-"`
	Version    int             `json:"version"`
	MinistryID organization.ID `json:"ministry_id"`
	Name       string          `json:"name"`
	Purpose    string          `json:"purpose"`
	LegalBasis string          `json:"legal_basis"`
	Agenda     []string        `json:"agenda"`
	Fictitious bool            `json:"fictitious"`
}

func (in programIn) input() program.ProgramInput {
	return program.ProgramInput{MinistryID: in.MinistryID, Name: in.Name, Purpose: in.Purpose, LegalBasis: in.LegalBasis, Agenda: in.Agenda, Fictitious: in.Fictitious}
}

func (s *Server) createProgram(c echo.Context) error {
	var in programIn
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (program.Program, error) {
		return s.Programs.CreateProgram(ctx, who, in.input())
	}, programDTO)
}

func (s *Server) updateProgram(c echo.Context) error {
	var in programIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Program, error) {
		return s.Programs.UpdateProgram(ctx, who, in.ID, in.Version, in.input())
	}, programDTO)
}

// limits are amounts per source; null is no limit.
type limits struct {
	National *money.Amount `json:"national"`
	Sido     *money.Amount `json:"sido"`
	Sigungu  *money.Amount `json:"sigungu"`
	Own      *money.Amount `json:"own"`
}

type appropriationOut struct {
	ID         int64            `json:"id"`
	ProgramID  program.ID       `json:"program_id"`
	FiscalYear int              `json:"fiscal_year"`
	AccountID  ledger.AccountID `json:"account_id"`
	Limits     limits           `json:"limits"`
	Granted    money.BySource   `json:"granted"`
	Reason     string           `json:"reason"`
	Version    int              `json:"version"`
}

// Path is where the appropriation is found.
func (a appropriationOut) Path() string {
	return Prefix + "/appropriations/" + strconv.FormatInt(a.ID, 10)
}

func appropriationDTO(a program.Appropriation) appropriationOut {
	return appropriationOut{a.ID, a.ProgramID, a.FiscalYear, a.AccountID, limits(a.Limits), a.Granted, a.Reason, a.Version}
}

func (s *Server) listAppropriations(c echo.Context) error {
	var in struct {
		ID program.ID `param:"id" json:"-"`
	}
	return getPage(c, &in, func(ctx context.Context, who authz.Actor) (page.Slice[program.Appropriation], error) {
		all, err := s.Programs.Appropriations(ctx, who, in.ID)
		return page.Slice[program.Appropriation]{Items: all, Total: len(all)}, err
	}, appropriationDTO)
}

func (s *Server) showAppropriation(c echo.Context) error {
	var in struct {
		ID int64 `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (program.AppropriationDetail, error) {
		return s.Programs.Appropriation(ctx, who, in.ID)
	}, func(d program.AppropriationDetail) appropriationOut { return appropriationDTO(d.Appropriation) })
}

type appropriationIn struct {
	ID         int64  `param:"id" json:"-"` // of the programme, or of the appropriation
	Version    int    `json:"version"`
	FiscalYear int    `json:"fiscal_year"`
	Limits     limits `json:"limits"`
	Reason     string `json:"reason"`
}

func (in appropriationIn) input() program.AppropriationInput {
	return program.AppropriationInput{FiscalYear: in.FiscalYear, Limits: ledger.Limits(in.Limits), Reason: in.Reason}
}

func (s *Server) createAppropriation(c echo.Context) error {
	var in appropriationIn
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (program.Appropriation, error) {
		return s.Programs.CreateAppropriation(ctx, who, program.ID(in.ID), in.input())
	}, appropriationDTO)
}

func (s *Server) updateAppropriation(c echo.Context) error {
	var in appropriationIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Appropriation, error) {
		return s.Programs.UpdateAppropriation(ctx, who, in.ID, in.Version, in.input())
	}, appropriationDTO)
}
