package web

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

// checkPage shows all of the plan as it will be read, and hands it in.
type checkPage struct {
	Base
	Workspace application.Workspace
	Plan      PlanView
	Form      Form
	Problems  []partProblems
	Balance   []balanceRow
}

type partProblems struct {
	Title, Path string
	Problems    []application.Problem
}

func (s *Server) checkShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*checkPage, error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &checkPage{
		Base:      Base{Title: "확인하고 제출", Lead: w.Call.Title + " · " + w.GovernmentName, Crumbs: planCrumbs(w.Application), Wide: true, Failed: f.Failed()},
		Workspace: w, Plan: planView(w.Plan, id), Form: f, Balance: balanceRows(w.Report.Balance),
	}
	for _, part := range w.Report.Parts {
		if len(part.Problems) > 0 {
			p.Problems = append(p.Problems, partProblems{part.Title, planAt(id, part.Name), slices.Clone(part.Problems)})
		}
	}
	return p, nil
}

func (s *Server) checkPlan(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
		return s.checkShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) submitApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id"`
		Version int            `form:"version"`
		Draft   int            `form:"draft_version"`
		Agreed  bool           `form:"agreed"`
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			if !in.Agreed {
				return application.Application{}, fault.Fields{"agreed": "내용을 확인했다는 칸에 표시해 주십시오."}.Err()
			}
			return s.Applications.Submit(ctx, who, in.ID, in.Version, in.Draft)
		},
		To: func(a application.Application) string { return applicationAt(a.ID, "/receipt") },
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
				return s.checkShow(ctx, who, in.ID, f)
			})
		},
	})
}
