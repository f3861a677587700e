package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

// supplementRoutes are what follows a ranking or a published selection: simulations,
// letters, objections, reserves that move up.
func supplementRoutes() []Route {
	at := Prefix + "/selections/:id"
	return append([]Route{
		{Method: "POST", Path: at + "/promote", Action: "selection:promote", Handle: (*Server).promoteReserve},
		{Method: "POST", Path: at + "/renew", Action: "selection:update", Handle: (*Server).renewSelection},
		{Method: "GET", Path: Prefix + "/calls/:id/scenarios", Action: "scenario:read", Handle: (*Server).listScenarios},
		{Method: "POST", Path: Prefix + "/calls/:id/scenarios", Action: "scenario:create", Handle: (*Server).saveScenario},
		{Method: "GET", Path: Prefix + "/scenarios/:id", Action: "scenario:read", Handle: (*Server).showScenario},
	}, append(letterRoutes(), objectionRoutes()...)...)
}

func (s *Server) promoteReserve(c echo.Context) error {
	var in struct {
		ID    selection.ID `param:"id" json:"-"`
		Cause string       `json:"cause"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
		return s.Selections.Promote(ctx, who, in.ID, in.Cause)
	}, same)
}

func (s *Server) renewSelection(c echo.Context) error {
	var in struct {
		ID       selection.ID `param:"id" json:"-"`
		Version  int          `json:"version"`
		Reserves int          `json:"reserves"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
		return s.Selections.Renew(ctx, who, in.ID, in.Version, in.Reserves)
	}, same)
}

func (s *Server) listScenarios(c echo.Context) error {
	var in struct {
		Call program.CallID `param:"id" json:"-"`
	}
	return getPage(c, &in, func(ctx context.Context, who authz.Actor) (page.Slice[selection.Scenario], error) {
		list, err := s.Selections.Scenarios(ctx, who, in.Call)
		return page.Slice[selection.Scenario]{Items: list, Total: len(list)}, err
	}, same)
}

func (s *Server) saveScenario(c echo.Context) error {
	var in struct {
		Call       program.CallID       `param:"id" json:"-"`
		Name       string               `json:"name"`
		Note       string               `json:"note"`
		Parameters selection.Parameters `json:"parameters"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (selection.Scenario, error) {
		return s.Selections.SaveScenario(ctx, who, in.Call, in.Name, in.Note, in.Parameters)
	}, same)
}

func (s *Server) showScenario(c echo.Context) error {
	var in struct {
		ID selection.ScenarioID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (selection.Kept, error) {
		return s.Selections.Scenario(ctx, who, in.ID)
	}, func(k selection.Kept) selection.Kept {
		k.Simulation.Switches = some(k.Simulation.Switches)
		return k
	})
}
