package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
)

func applicationCopyRoutes() []Route {
	at := Prefix + "/applications/:id"
	return []Route{
		{Method: "GET", Path: at + "/copy", Action: "application:edit", Handle: (*Server).showCopy},
		{Method: "POST", Path: at + "/copy", Action: "application:edit", Handle: (*Server).copyPlan},
		{Method: "GET", Path: at + "/duplicates", Action: "application:screen", Handle: (*Server).showDuplicates},
	}
}

type copyPlanOut struct {
	Sources []application.CopySource `json:"sources"`
	From    *application.CopySource  `json:"from"`
	Parts   []application.CopyPart   `json:"parts"`
	Left    []string                 `json:"left"`
}

func (s *Server) showCopy(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id" json:"-"`
		From application.ID `query:"from" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.CopyPlan, error) {
		return s.Applications.CopyFrom(ctx, who, in.ID, in.From)
	}, func(p application.CopyPlan) copyPlanOut {
		return copyPlanOut{Sources: append([]application.CopySource{}, p.Sources...), From: p.From, Parts: copyParts(p.Parts), Left: list(p.Left)}
	})
}

// copyParts never has null for the notes.
func copyParts(parts []application.CopyPart) []application.CopyPart {
	out := []application.CopyPart{}
	for _, p := range parts {
		p.Notes = list(p.Notes)
		out = append(out, p)
	}
	return out
}

func (s *Server) copyPlan(c echo.Context) error {
	var in struct {
		ID    application.ID           `param:"id" json:"-"`
		From  application.ID           `json:"from"`
		Parts []application.CopyChoice `json:"parts"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.CopyResult, error) {
		return s.Applications.Copy(ctx, who, in.ID, in.From, in.Parts)
	}, func(r application.CopyResult) application.CopyResult {
		r.Copied, r.Kept, r.Left = copyParts(r.Copied), copyParts(r.Kept), list(r.Left)
		return r
	})
}

type screeningOut struct {
	ApplicationID application.ID          `json:"application_id"`
	Duplicates    []application.Duplicate `json:"duplicates"`
	Cut           bool                    `json:"cut"` // there are more than are listed
}

func (s *Server) showDuplicates(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Screening, error) {
		return s.Applications.Duplicates(ctx, who, in.ID)
	}, func(found application.Screening) screeningOut {
		return screeningOut{found.Application.ID, append([]application.Duplicate{}, found.Duplicates...), found.Cut}
	})
}
