package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
)

func copyRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/copy", Action: "application:edit", Handle: (*Server).chooseCopy},
		{Method: "POST", Path: "/applications/:id/copy", Action: "application:edit", Handle: (*Server).copyPlan},
	}
}

func copyPages() []PageDef { return []PageDef{{"application/copy", &copyPage{}}} }

// copyPage chooses an earlier application, then its parts, and tells afterwards what
// was copied and what was not.
type copyPage struct {
	Base
	Plan   application.CopyPlan
	Form   Form
	Rows   []copyRow
	Copied []application.CopyPart // after copying
	Kept   []application.CopyPart // saved by somebody in between
	Done   bool
}

// copyRow is one part that can be chosen; Name is the beginning of its fields.
type copyRow struct {
	application.CopyPart
	Name  string
	Taken bool
}

type copyForm struct {
	ID    application.ID `param:"id"`
	From  application.ID `form:"from"`
	Parts []copyChoice   `form:"parts"`
}

type copyChoice struct {
	Part    string `form:"part"`
	Version int    `form:"version"`
	Take    bool   `form:"take"`
}

func (s *Server) copyShow(ctx context.Context, who authz.Actor, id, from application.ID, f Form) (*copyPage, error) {
	plan, err := s.Applications.CopyFrom(ctx, who, id, from)
	if err != nil {
		return nil, err
	}
	a := plan.Application
	p := &copyPage{Base: Base{Title: "지난 신청서에서 가져오기", Lead: applicationName(a) + " · " + a.GovernmentName, Crumbs: planCrumbs(a), Wide: true}, Plan: plan, Form: f}
	for _, part := range plan.Parts {
		name := fmt.Sprintf("parts.%d.", len(p.Rows))
		row := copyRow{CopyPart: part, Name: name, Taken: part.Rows > 0 && !part.Written}
		if f.Failed() {
			row.Taken = f.Value(name+"take") != ""
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (s *Server) chooseCopy(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		From application.ID `query:"from"`
	}
	copied, kept := partNames(c.QueryParam("copied")), partNames(c.QueryParam("kept"))
	return get(s, c, &in, "application/copy", func(ctx context.Context, who authz.Actor) (*copyPage, error) {
		p, err := s.copyShow(ctx, who, in.ID, in.From, Form{})
		if err != nil {
			return nil, err
		}
		for _, part := range p.Plan.Parts {
			if slices.Contains(copied, part.Part) {
				p.Copied = append(p.Copied, part)
			}
			if slices.Contains(kept, part.Part) {
				p.Kept = append(p.Kept, part)
			}
		}
		p.Done = len(copied)+len(kept) > 0
		return p, nil
	})
}

func partNames(list string) []string {
	return slices.DeleteFunc(strings.Split(list, ","), func(s string) bool { return s == "" })
}

// copyPlan copies and leads to the same page, which reads what was left out and why
// from the same source again.
func (s *Server) copyPlan(c echo.Context) error {
	var in copyForm
	return post(s, c, command[application.CopyResult]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.CopyResult, error) {
			var choices []application.CopyChoice
			for _, p := range in.Parts {
				if p.Take {
					choices = append(choices, application.CopyChoice{Part: p.Part, Version: p.Version})
				}
			}
			return s.Applications.Copy(ctx, who, in.ID, in.From, choices)
		},
		To: func(r application.CopyResult) string {
			q := url.Values{"from": {strconv.FormatInt(int64(r.From), 10)}, "copied": {joined(r.Copied)}, "kept": {joined(r.Kept)}}
			return applicationAt(r.ID, "/copy?"+q.Encode())
		},
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/copy", func(ctx context.Context, who authz.Actor) (*copyPage, error) {
				return s.copyShow(ctx, who, in.ID, in.From, f)
			})
		},
	})
}

func joined(parts []application.CopyPart) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.Part
	}
	return strings.Join(names, ",")
}
