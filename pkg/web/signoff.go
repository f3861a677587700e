package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

func signoffRoutes() []Route {
	return []Route{
		{Method: "POST", Path: "/applications/:id/sign", Action: "application:sign", Handle: (*Server).signApplication},
		{Method: "POST", Path: "/applications/:id/recall", Action: "application:recall", Handle: (*Server).recallApplication},
		{Method: "GET", Path: "/applications/:id/signoff", Action: "application:approve", Handle: (*Server).showSignoff},
		{Method: "POST", Path: "/applications/:id/approve", Action: "application:approve", Handle: (*Server).approveApplication},
		{Method: "POST", Path: "/applications/:id/reject", Action: "application:reject", Handle: (*Server).rejectApplication},
	}
}

// signoffPage shows the approver the whole plan as it will be handed in.
type signoffPage struct {
	Base
	Workspace application.Workspace
	Plan      PlanView
	Balance   []balanceRow
	Form      Form
}

func (s *Server) signoffShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*signoffPage, error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &signoffPage{
		Base: Base{Title: "결재", Lead: w.Call.Title + " · " + w.GovernmentName, Wide: true, Failed: f.Failed(),
			Crumbs: applicationCrumbs(Crumb{applicationName(w.Application), applicationPath(w.Application)})},
		Workspace: w, Plan: planView(w.Plan, id), Balance: balanceRows(w.Report.Balance), Form: f,
	}, nil
}

func (s *Server) showSignoff(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/signoff", func(ctx context.Context, who authz.Actor) (*signoffPage, error) {
		return s.signoffShow(ctx, who, in.ID, Form{})
	})
}

// agreedForm is a verb on a plan somebody has read to its end.
type agreedForm struct {
	ID      application.ID `param:"id"`
	Version int            `form:"version"`
	Draft   int            `form:"draft_version"`
	Agreed  bool           `form:"agreed"`
}

func (f agreedForm) check() error {
	if f.Agreed {
		return nil
	}
	return fault.Fields{"agreed": "내용을 확인했다는 칸에 표시해 주십시오."}.Err()
}

func (s *Server) signApplication(c echo.Context) error {
	var in agreedForm
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			if err := in.check(); err != nil {
				return application.Application{}, err
			}
			return s.Applications.Sign(ctx, who, in.ID, in.Version, in.Draft)
		},
		To: applicationPath, Done: "결재를 올렸습니다. 결재자가 결재하면 제출됩니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
				return s.checkShow(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) signoffAgain(c echo.Context, id *application.ID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "application/signoff", func(ctx context.Context, who authz.Actor) (*signoffPage, error) {
			return s.signoffShow(ctx, who, *id, f)
		})
	}
}

func (s *Server) approveApplication(c echo.Context) error {
	var in agreedForm
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			if err := in.check(); err != nil {
				return application.Application{}, err
			}
			return s.Applications.Approve(ctx, who, in.ID, in.Version, in.Draft)
		},
		To: func(a application.Application) string { return applicationAt(a.ID, "/receipt") }, Again: s.signoffAgain(c, &in.ID),
	})
}

func (s *Server) rejectApplication(c echo.Context) error {
	var in reasonForm
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return s.Applications.Reject(ctx, who, in.ID, in.Version, in.Reason)
		},
		To: applicationPath, Done: "반려했습니다. 담당자가 고쳐서 다시 올립니다.", Again: s.signoffAgain(c, &in.ID),
	})
}

func (s *Server) recallApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id"`
		Version int            `form:"version"`
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return s.Applications.Recall(ctx, who, in.ID, in.Version)
		},
		To:   func(a application.Application) string { return applicationAt(a.ID, "/plan") },
		Done: "결재를 거두었습니다. 계획서를 다시 고칠 수 있습니다.",
	})
}
