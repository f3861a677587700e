package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
)

func outageRoutes() []Route {
	return []Route{
		{Method: "POST", Path: Prefix + "/calls/:id/hints", Action: "call:hint", Handle: (*Server).saveHints},
		{Method: "GET", Path: Prefix + "/outages", Action: "outage:create", Handle: (*Server).listOutages},
		{Method: "GET", Path: Prefix + "/outages/preview", Action: "outage:create", Handle: (*Server).previewOutage},
		{Method: "POST", Path: Prefix + "/outages", Action: "outage:create", Handle: (*Server).declareOutage},
	}
}

// hintIO is what the manager says beside one part of the plan, in Markdown.
type hintIO struct {
	Field string `json:"field"`
	Body  string `json:"body"`
}

func hintsIn(rows []hintIO) []program.Hint {
	var out []program.Hint
	for _, h := range rows {
		out = append(out, program.Hint(h))
	}
	return out
}

func hintsOut(hints []program.Hint) []hintIO {
	out := []hintIO{}
	for _, h := range hints {
		out = append(out, hintIO(h))
	}
	return out
}

func (s *Server) saveHints(c echo.Context) error {
	var in struct {
		ID      program.CallID `param:"id" json:"-"`
		Version int            `json:"version"`
		Hints   []hintIO       `json:"hints"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Programs.SaveHints(ctx, who, in.ID, in.Version, hintsIn(in.Hints))
	}, callDTO)
}

func (s *Server) listOutages(c echo.Context) error {
	if _, err := pageRequest(c, nil, nil); err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[program.Outage], error) {
		all, err := s.Programs.Outages(ctx, who)
		return page.Slice[program.Outage]{Items: all, Total: len(all)}, err
	}, func(o program.Outage) program.Outage { return o })
}

type postponedOut struct {
	CallID       program.CallID   `json:"call_id"`
	CallTitle    string           `json:"call_title"`
	State        program.State    `json:"state"`
	GovernmentID *organization.ID `json:"government_id"` // null for all
	Kind         string           `json:"kind"`
	Was          time.Time        `json:"was"`
	Follows      bool             `json:"follows"`
}

type outagePlanOut struct {
	From     time.Time      `json:"from"`
	Covers   time.Time      `json:"covers"`
	PutOff   time.Time      `json:"put_off"`
	Proposed *time.Time     `json:"proposed"`
	Source   string         `json:"source"`
	Seal     string         `json:"seal"`
	Moves    []postponedOut `json:"moves"`
}

func (s *Server) previewOutage(c echo.Context) error {
	var in struct {
		From   time.Time `query:"from" json:"-"`
		Until  time.Time `query:"until" json:"-"`
		PutOff time.Time `query:"put_off" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (program.OutagePlan, error) {
		return s.Programs.PreviewOutage(ctx, who, program.OutageInput{From: in.From, Until: in.Until, PutOff: in.PutOff})
	}, func(p program.OutagePlan) outagePlanOut {
		out := outagePlanOut{From: p.Window.From, Covers: p.Window.Covers, PutOff: p.Window.PutOff, Source: p.Rule.Source, Seal: p.Seal, Moves: []postponedOut{}}
		if !p.Proposed.IsZero() {
			out.Proposed = &p.Proposed
		}
		for _, m := range p.Moves {
			o := postponedOut{CallID: m.CallID, CallTitle: m.CallTitle, State: m.State, Kind: m.Kind, Was: m.Was, Follows: m.Follows}
			if m.GovernmentID != 0 {
				o.GovernmentID = &m.GovernmentID
			}
			out.Moves = append(out.Moves, o)
		}
		return out
	})
}

func (s *Server) declareOutage(c echo.Context) error {
	var in struct {
		From   time.Time `json:"from"`
		Until  time.Time `json:"until"`
		PutOff time.Time `json:"put_off"`
		Reason string    `json:"reason"`
		Seal   string    `json:"seal"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (program.Outage, error) {
		return s.Programs.DeclareOutage(ctx, who, program.OutageInput{From: in.From, Until: in.Until, PutOff: in.PutOff, Reason: in.Reason, Seal: in.Seal})
	}, func(o program.Outage) program.Outage { return o })
}
