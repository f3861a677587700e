package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
)

func outageRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/outages", Action: "outage:create", Handle: (*Server).listOutages},
		{Method: "POST", Path: "/outages/preview", Action: "outage:create", Handle: (*Server).previewOutage},
		{Method: "POST", Path: "/outages", Action: "outage:create", Handle: (*Server).declareOutage},
	}
}

// outagePage asks when the service was down, shows what would be put off, and does it.
type outagePage struct {
	Base
	Form    Form
	Plan    *program.OutagePlan // nil before the instants are known
	Outages []program.Outage
}

type outageForm struct {
	From   time.Time `form:"from"`
	Until  time.Time `form:"until"`
	PutOff time.Time `form:"put_off"`
	Reason string    `form:"reason"`
	Seal   string    `form:"seal"`
}

func (in outageForm) input() program.OutageInput {
	return program.OutageInput{From: in.From, Until: in.Until, PutOff: in.PutOff, Reason: in.Reason, Seal: in.Seal}
}

// outage is the page with what was typed, and with the list where the instants allow one.
func (s *Server) outage(ctx context.Context, who authz.Actor, in outageForm, f Form) (*outagePage, error) {
	past, err := s.Programs.Outages(ctx, who)
	if err != nil {
		return nil, err
	}
	p := &outagePage{Base: Base{Title: "장애로 기한 미루기", Crumbs: []Crumb{{"공모", "/calls"}}, Wide: true,
		Lead: "장애 중이거나 복구한 직후에 닥친 기한을 한 번에 같은 시각으로 미룹니다."}, Form: f, Outages: past}
	if f.Values == nil {
		return p, nil
	}
	plan, err := s.Programs.PreviewOutage(ctx, who, in.input())
	if err != nil {
		if !f.Failed() {
			p.Form = f.With(err)
		}
		return p, nil
	}
	p.Plan = &plan
	shown, err := fill(outageForm{From: in.From, Until: in.Until, PutOff: plan.Window.PutOff, Reason: in.Reason, Seal: plan.Seal})
	p.Form.Values = shown.Values
	return p, err
}

func (s *Server) listOutages(c echo.Context) error {
	return get(s, c, nil, "call/outage", func(ctx context.Context, who authz.Actor) (*outagePage, error) {
		return s.outage(ctx, who, outageForm{}, Form{})
	})
}

func (s *Server) previewOutage(c echo.Context) error {
	var in outageForm
	f, err := bind(c, &in)
	if f.Values == nil {
		return err
	}
	p, err := s.outage(c.Request().Context(), s.who(c), in, f)
	if err != nil {
		return err
	}
	return s.render(c, p.Form.Status(), "call/outage", p)
}

func (s *Server) declareOutage(c echo.Context) error {
	var in outageForm
	return post(s, c, command[program.Outage]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Outage, error) {
			return s.Programs.DeclareOutage(ctx, who, in.input())
		},
		To: func(program.Outage) string { return "/outages" }, Done: "기한을 미루고 관계된 지자체에 알렸습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "call/outage", func(ctx context.Context, who authz.Actor) (*outagePage, error) {
				return s.outage(ctx, who, in, f)
			})
		},
	})
}
