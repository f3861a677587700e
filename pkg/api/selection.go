package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

func selectionRoutes() []Route {
	at := Prefix + "/selections"
	return []Route{
		{Method: "GET", Path: at, Action: "selection:read", Handle: (*Server).listSelections},
		{Method: "POST", Path: at, Action: "selection:create", Handle: (*Server).createSelection},
		{Method: "POST", Path: at + "/takeover", Action: "selection:create", Handle: (*Server).takeOverSelection},
		{Method: "GET", Path: at + "/:id", Action: "selection:read", Handle: (*Server).showSelection},
		{Method: "POST", Path: at + "/:id/update", Action: "selection:update", Handle: (*Server).updateSelection},
		{Method: "POST", Path: at + "/:id/approve", Action: "selection:approve", Handle: decide((*selection.Service).Approve)},
		{Method: "POST", Path: at + "/:id/publish", Action: "selection:publish", Handle: decide((*selection.Service).Publish)},
		{Method: "GET", Path: Prefix + "/results", Action: "result:read", Handle: (*Server).listResults},
		{Method: "GET", Path: Prefix + "/results/:id", Action: "result:read", Handle: (*Server).showResult},
	}
}

func (s *Server) listSelections(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"state", "year"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[selection.Selection], error) {
		list, err := s.Selections.List(ctx, who, req)
		return list.Slice, err
	}, same)
}

func (s *Server) createSelection(c echo.Context) error {
	var in struct {
		CallID   program.CallID `json:"call_id"`
		Reserves int            `json:"reserves"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
		return s.Selections.Create(ctx, who, in.CallID, in.Reserves)
	}, same)
}

// selectionRowIn is the decision on one application.
type selectionRowIn struct {
	ApplicationID application.ID    `json:"application_id"`
	Outcome       selection.Outcome `json:"outcome"`
	Amounts       money.BySource    `json:"amounts"`
	Reason        string            `json:"reason"`
}

func selectionRows(list []selectionRowIn) []selection.Row {
	out := make([]selection.Row, len(list))
	for i, r := range list {
		out[i] = selection.Row{ApplicationID: r.ApplicationID, Outcome: r.Outcome, Amounts: r.Amounts, Reason: r.Reason}
	}
	return out
}

func (s *Server) takeOverSelection(c echo.Context) error {
	var in struct {
		CallID program.CallID   `json:"call_id"`
		Note   string           `json:"note"`
		Rows   []selectionRowIn `json:"rows"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
		return s.Selections.TakeOver(ctx, who, in.CallID, in.Note, selectionRows(in.Rows))
	}, same)
}

func (s *Server) showSelection(c echo.Context) error {
	var in struct {
		ID selection.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (selection.Detail, error) {
		return s.Selections.Show(ctx, who, in.ID)
	}, func(d selection.Detail) selection.Detail {
		d.Entries = some(d.Entries)
		return d
	})
}

func (s *Server) updateSelection(c echo.Context) error {
	var in struct {
		ID      selection.ID     `param:"id" json:"-"`
		Version int              `json:"version"`
		Note    string           `json:"note"`
		Rows    []selectionRowIn `json:"rows"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
		return s.Selections.Update(ctx, who, in.ID, in.Version, selection.Input{Note: in.Note, Rows: selectionRows(in.Rows)})
	}, same)
}

// decide is the handler of a verb that needs only the version looked at.
func decide(verb func(*selection.Service, context.Context, authz.Actor, selection.ID, int) (selection.Selection, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      selection.ID `param:"id" json:"-"`
			Version int          `json:"version"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
			return verb(s.Selections, ctx, who, in.ID, in.Version)
		}, same)
	}
}

func (s *Server) listResults(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"year"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[selection.ResultInfo], error) {
		return s.Selections.Results(ctx, who, req)
	}, same)
}

func (s *Server) showResult(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (selection.Result, error) {
		return s.Selections.Result(ctx, who, in.ID)
	}, func(r selection.Result) selection.Result {
		r.Rows = some(r.Rows)
		return r
	})
}
