package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

func programRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/programs", Action: "program:read", Handle: (*Server).listPrograms},
		{Method: "GET", Path: "/programs/new", Action: "program:create", Handle: (*Server).newProgram},
		{Method: "POST", Path: "/programs", Action: "program:create", Handle: (*Server).createProgram},
		{Method: "GET", Path: "/programs/:id", Action: "program:read", Handle: (*Server).showProgram},
		{Method: "GET", Path: "/programs/:id/edit", Action: "program:update", Handle: (*Server).editProgram},
		{Method: "POST", Path: "/programs/:id", Action: "program:update", Handle: (*Server).saveProgram},
		{Method: "GET", Path: "/programs/:id/appropriations/new", Action: "appropriation:create", Handle: (*Server).newAppropriation},
		{Method: "POST", Path: "/programs/:id/appropriations", Action: "appropriation:create", Handle: (*Server).createAppropriation},
		{Method: "GET", Path: "/appropriations/:id", Action: "appropriation:read", Handle: (*Server).showAppropriation},
		{Method: "GET", Path: "/appropriations/:id/edit", Action: "appropriation:update", Handle: (*Server).editAppropriation},
		{Method: "POST", Path: "/appropriations/:id", Action: "appropriation:update", Handle: (*Server).saveAppropriation},
	}
}

func programPages() []PageDef {
	return []PageDef{
		{"program/list", &programListPage{}}, {"program/show", &programPage{}}, {"program/edit", &programEditPage{}},
		{"program/appropriation", &appropriationPage{}}, {"program/appropriation-edit", &appropriationEditPage{}},
	}
}

type programListPage struct {
	Base
	List     List
	Programs []program.Program
	MayMake  bool
}

func (s *Server) listPrograms(c echo.Context) error {
	l := list(c, listSpec{Search: "사업 이름"})
	return get(s, c, nil, "program/list", func(ctx context.Context, who authz.Actor) (*programListPage, error) {
		slice, err := s.Programs.Programs(ctx, who, l.Request)
		return &programListPage{Base: Base{Title: "사업", Lead: "부처가 여러 해에 걸쳐 운영하는 보조사업입니다."},
			List: of(l, slice), Programs: slice.Items, MayMake: s.Work.Authz().Mentions(who, "program:create")}, err
	})
}

type programPage struct {
	Base
	Program program.ProgramDetail
	Meters  [][]Meter // of each appropriation
}

func (s *Server) showProgram(c echo.Context) error {
	var in struct {
		ID program.ID `param:"id"`
	}
	return get(s, c, &in, "program/show", func(ctx context.Context, who authz.Actor) (*programPage, error) {
		d, err := s.Programs.Program(ctx, who, in.ID)
		p := &programPage{Base: Base{Title: d.Name, Lead: d.MinistryName, Crumbs: []Crumb{{"사업", "/programs"}}}, Program: d}
		for _, a := range d.Appropriations {
			p.Meters = append(p.Meters, appropriationMeters(a))
		}
		return p, err
	})
}

// appropriationMeters are what was granted of each source that has a limit.
func appropriationMeters(a program.Appropriation) []Meter {
	var out []Meter
	for _, src := range money.Sources() {
		if limit := a.Limits.At(src); limit != nil {
			out = append(out, meter(src.Label()+" "+a.Granted.At(src).Comma()+"원 / "+limit.Comma()+"원", a.Granted.At(src), *limit))
		}
	}
	return out
}

type programForm struct {
	ID      program.ID `param:"id"`
	Version int        `form:"version"`
	programInput
}

type programInput struct {
	MinistryID organization.ID `form:"ministry_id"`
	Name       string          `form:"name"`
	Purpose    string          `form:"purpose"`
	LegalBasis string          `form:"legal_basis"`
	Agenda     string          `form:"agenda"` // comma separated
	Fictitious bool            `form:"fictitious"`
}

func (f programInput) input() program.ProgramInput {
	return program.ProgramInput{MinistryID: f.MinistryID, Name: f.Name, Purpose: f.Purpose, LegalBasis: f.LegalBasis, Agenda: wordList(f.Agenda), Fictitious: f.Fictitious}
}

// wordList splits what is typed as "판로 확대, 인재 양성".
func wordList(text string) program.Words {
	return program.Words(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }))
}

type programEditPage struct {
	Base
	Action     string
	Back       string
	Version    int
	Form       Form
	Ministries []Option
}

func (s *Server) programEdit(ctx context.Context, who authz.Actor, id program.ID, version int, f Form) (*programEditPage, error) {
	p := &programEditPage{Base: Base{Title: "사업 만들기", Crumbs: []Crumb{{"사업", "/programs"}}}, Action: "/programs", Back: "/programs", Version: version, Form: f}
	if id != 0 {
		p.Title, p.Action, p.Back = "사업 고치기", programPath(id), programPath(id)
		p.Crumbs = append(p.Crumbs, Crumb{"사업 보기", p.Back})
	}
	ministries, err := s.Programs.MinistryChoices(ctx, who)
	for _, o := range ministries {
		p.Ministries = append(p.Ministries, Option{Value: strconv.FormatInt(int64(o.ID), 10), Label: o.Name})
	}
	return p, err
}

func programPath(id program.ID) string { return "/programs/" + strconv.FormatInt(int64(id), 10) }

func (s *Server) newProgram(c echo.Context) error {
	return get(s, c, nil, "program/edit", func(ctx context.Context, who authz.Actor) (*programEditPage, error) {
		return s.programEdit(ctx, who, 0, 0, Form{})
	})
}

func (s *Server) editProgram(c echo.Context) error {
	var in struct {
		ID program.ID `param:"id"`
	}
	return get(s, c, &in, "program/edit", func(ctx context.Context, who authz.Actor) (*programEditPage, error) {
		d, err := s.Programs.Program(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		f, err := fill(programInput{MinistryID: d.MinistryID, Name: d.Name, Purpose: d.Purpose, LegalBasis: d.LegalBasis, Agenda: d.Agenda.String(), Fictitious: d.Fictitious})
		if err != nil {
			return nil, err
		}
		return s.programEdit(ctx, who, in.ID, d.Version, f)
	})
}

func (s *Server) createProgram(c echo.Context) error {
	var in programInput
	return post(s, c, command[program.Program]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Program, error) {
			return s.Programs.CreateProgram(ctx, who, in.input())
		},
		To:   func(p program.Program) string { return programPath(p.ID) },
		Done: "사업을 만들었습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "program/edit", func(ctx context.Context, who authz.Actor) (*programEditPage, error) {
				return s.programEdit(ctx, who, 0, 0, f)
			})
		},
	})
}

func (s *Server) saveProgram(c echo.Context) error {
	var in programForm
	return post(s, c, command[program.Program]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Program, error) {
			return s.Programs.UpdateProgram(ctx, who, in.ID, in.Version, in.input())
		},
		To: func(p program.Program) string { return programPath(p.ID) }, Done: "사업을 고쳤습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "program/edit", func(ctx context.Context, who authz.Actor) (*programEditPage, error) {
				return s.programEdit(ctx, who, in.ID, in.Version, f)
			})
		},
	})
}
