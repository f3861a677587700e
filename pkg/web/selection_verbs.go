package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/selection"
)

type selectionVerb func(context.Context, authz.Actor, selection.ID, int) (selection.Selection, error)

func (s *Server) decide(c echo.Context, verb selectionVerb, done string) error {
	var in struct {
		ID      selection.ID `param:"id"`
		Version int          `form:"version"`
	}
	return post(s, c, command[selection.Selection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
			return verb(ctx, who, in.ID, in.Version)
		},
		To: selectionPath, Done: done,
		Again: func(f Form) error {
			return show(s, c, f.Status(), "selection/show", func(ctx context.Context, who authz.Actor) (*selectionPage, error) {
				return s.selection(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) approveSelection(c echo.Context) error {
	return s.decide(c, s.Selections.Approve, "선정안을 승인했습니다.")
}

func (s *Server) publishSelection(c echo.Context) error {
	return s.decide(c, s.Selections.Publish, "결과를 공개했습니다.")
}

// promoteReserve drafts the selection that supplements a published one.
func (s *Server) promoteReserve(c echo.Context) error {
	var in struct {
		ID    selection.ID `param:"id"`
		Cause string       `form:"cause"`
	}
	return post(s, c, command[selection.Selection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
			return s.Selections.Promote(ctx, who, in.ID, in.Cause)
		},
		To: selectionPath, Done: "추가 선정안을 만들었습니다. 결재자의 승인을 기다립니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "selection/show", func(ctx context.Context, who authz.Actor) (*selectionPage, error) {
				return s.selection(ctx, who, in.ID, f)
			})
		},
	})
}

// renewSelection makes a draft anew from the newest ranking.
func (s *Server) renewSelection(c echo.Context) error {
	var in struct {
		ID       selection.ID `param:"id"`
		Version  int          `form:"version"`
		Reserves int          `form:"reserves"`
	}
	return post(s, c, command[selection.Selection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
			return s.Selections.Renew(ctx, who, in.ID, in.Version, in.Reserves)
		},
		To: selectionPath, Done: "선정안을 다시 만들었습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "selection/show", func(ctx context.Context, who authz.Actor) (*selectionPage, error) {
				return s.selection(ctx, who, in.ID, f)
			})
		},
	})
}
