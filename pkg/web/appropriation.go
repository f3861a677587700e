package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

type appropriationPage struct {
	Base
	Appropriation program.AppropriationDetail
	Rows          []appropriationRow
	Meters        []Meter
}

// appropriationRow is one source of an appropriation.
type appropriationRow struct {
	Label       string
	Limit, Left *money.Amount
	Granted     money.Amount
}

func (s *Server) showAppropriation(c echo.Context) error {
	var in struct {
		ID int64 `param:"id"`
	}
	return get(s, c, &in, "program/appropriation", func(ctx context.Context, who authz.Actor) (*appropriationPage, error) {
		d, err := s.Programs.Appropriation(ctx, who, in.ID)
		p := &appropriationPage{Base: Base{Title: strconv.Itoa(d.FiscalYear) + "년 예산", Lead: d.ProgramName,
			Crumbs: []Crumb{{"사업", "/programs"}, {d.ProgramName, programPath(d.ProgramID)}}}, Appropriation: d, Meters: appropriationMeters(d.Appropriation)}
		for _, src := range money.Sources() {
			p.Rows = append(p.Rows, appropriationRow{src.Label(), d.Limits.At(src), d.Left(src), d.Granted.At(src)})
		}
		return p, err
	})
}

type limitsForm struct {
	National *money.Amount `form:"national"`
	Sido     *money.Amount `form:"sido"`
	Sigungu  *money.Amount `form:"sigungu"`
	Own      *money.Amount `form:"own"`
}

type appropriationForm struct {
	ID         int64      `param:"id"` // of the programme, or of the appropriation
	Version    int        `form:"version"`
	FiscalYear int        `form:"fiscal_year"`
	Limits     limitsForm `form:"limits"`
	Reason     string     `form:"reason"`
}

func (f appropriationForm) input() program.AppropriationInput {
	return program.AppropriationInput{FiscalYear: f.FiscalYear, Limits: ledger.Limits(f.Limits), Reason: f.Reason}
}

type appropriationEditPage struct {
	Base
	Action, Back string
	Version      int
	New          bool
	Form         Form
}

func (s *Server) appropriationEdit(ctx context.Context, who authz.Actor, id program.ID, f Form) (*appropriationEditPage, error) {
	d, err := s.Programs.Program(ctx, who, id)
	return &appropriationEditPage{
		Base:   Base{Title: "예산 등록", Lead: d.Name, Crumbs: []Crumb{{"사업", "/programs"}, {d.Name, programPath(id)}}},
		Action: programPath(id) + "/appropriations", Back: programPath(id), New: true, Form: f,
	}, err
}

func (s *Server) appropriationChange(ctx context.Context, who authz.Actor, id int64, f *Form) (*appropriationEditPage, error) {
	d, err := s.Programs.Appropriation(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &appropriationEditPage{
		Base:   Base{Title: strconv.Itoa(d.FiscalYear) + "년 예산 바꾸기", Lead: d.ProgramName, Crumbs: []Crumb{{"사업", "/programs"}, {d.ProgramName, programPath(d.ProgramID)}}},
		Action: appropriationPath(id), Back: appropriationPath(id), Version: d.Version,
	}
	if f != nil {
		p.Form = *f
		return p, nil
	}
	p.Form, err = fill(appropriationForm{Limits: limitsForm(d.Limits)})
	return p, err
}

func appropriationPath(id int64) string { return "/appropriations/" + strconv.FormatInt(id, 10) }

func (s *Server) newAppropriation(c echo.Context) error {
	var in struct {
		ID program.ID `param:"id"`
	}
	return get(s, c, &in, "program/appropriation-edit", func(ctx context.Context, who authz.Actor) (*appropriationEditPage, error) {
		f, err := fill(appropriationForm{FiscalYear: calendar.Today(s.cfg.Now()).Year()})
		if err != nil {
			return nil, err
		}
		return s.appropriationEdit(ctx, who, in.ID, f)
	})
}

func (s *Server) createAppropriation(c echo.Context) error {
	var in appropriationForm
	return post(s, c, command[program.Appropriation]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Appropriation, error) {
			return s.Programs.CreateAppropriation(ctx, who, program.ID(in.ID), in.input())
		},
		To: func(a program.Appropriation) string { return appropriationPath(a.ID) }, Done: "예산을 등록했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "program/appropriation-edit", func(ctx context.Context, who authz.Actor) (*appropriationEditPage, error) {
				return s.appropriationEdit(ctx, who, program.ID(in.ID), f)
			})
		},
	})
}

func (s *Server) editAppropriation(c echo.Context) error {
	var in struct {
		ID int64 `param:"id"`
	}
	return get(s, c, &in, "program/appropriation-edit", func(ctx context.Context, who authz.Actor) (*appropriationEditPage, error) {
		return s.appropriationChange(ctx, who, in.ID, nil)
	})
}

func (s *Server) saveAppropriation(c echo.Context) error {
	var in appropriationForm
	return post(s, c, command[program.Appropriation]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Appropriation, error) {
			return s.Programs.UpdateAppropriation(ctx, who, in.ID, in.Version, in.input())
		},
		To: func(a program.Appropriation) string { return appropriationPath(a.ID) }, Done: "예산을 바꾸었습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "program/appropriation-edit", func(ctx context.Context, who authz.Actor) (*appropriationEditPage, error) {
				return s.appropriationChange(ctx, who, in.ID, &f)
			})
		},
	})
}
