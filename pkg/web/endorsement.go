package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
)

func endorsementRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/endorse", Action: "application:endorse", Handle: (*Server).showEndorsement},
		{Method: "POST", Path: "/applications/:id/endorse", Action: "application:endorse", Handle: (*Server).endorseApplication},
		{Method: "POST", Path: "/applications/:id/return", Action: "application:return", Handle: (*Server).returnApplication},
	}
}

func endorsementPages() []PageDef {
	return []PageDef{{"application/endorse", &endorsementPage{}}}
}

// endorsementPage has what was handed in on the left and the 시·도's decision on the right.
type endorsementPage struct {
	Base
	Application application.Detail
	Submission  application.Submission
	Plan        PlanView
	Balance     []balanceRow
	Form        Form
}

type endorsementForm struct {
	ID      application.ID `param:"id"`
	Version int            `form:"version"`
	Opinion string         `form:"opinion"`
	Rank    *int           `form:"rank"`
}

func (s *Server) endorsementShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*endorsementPage, error) {
	h, err := s.Applications.Submission(ctx, who, id, 0)
	if err != nil {
		return nil, err
	}
	return &endorsementPage{
		Base: Base{Title: "시·도 검토", Lead: fmt.Sprintf("%s · %s · 제출본 %d", h.GovernmentName, applicationName(h.Application), h.Submission.No),
			Crumbs: applicationCrumbs(Crumb{applicationName(h.Application), applicationPath(h.Application)}), Wide: true, Failed: f.Failed()},
		Application: h.Detail, Submission: h.Submission, Plan: planView(h.Submission.Content, id), Form: f,
		Balance: balanceRows(application.BalanceOf(h.Submission.Content, h.Call)),
	}, nil
}

func (s *Server) showEndorsement(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/endorse", func(ctx context.Context, who authz.Actor) (*endorsementPage, error) {
		return s.endorsementShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) endorsementAgain(c echo.Context, id application.ID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "application/endorse", func(ctx context.Context, who authz.Actor) (*endorsementPage, error) {
			return s.endorsementShow(ctx, who, id, f)
		})
	}
}

func (s *Server) endorseApplication(c echo.Context) error {
	var in endorsementForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return s.Applications.Endorse(ctx, who, in.ID, in.Version, in.Opinion, in.Rank)
		},
		To: applicationPath, Done: "추천했습니다. 신청이 부처에 접수되었습니다.", Again: s.endorsementAgain(c, in.ID),
	})
}

func (s *Server) returnApplication(c echo.Context) error {
	var in reasonForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return s.Applications.Return(ctx, who, in.ID, in.Version, in.Reason)
		},
		To: applicationPath, Done: "보완을 요청했습니다.", Again: s.endorsementAgain(c, in.ID),
	})
}
