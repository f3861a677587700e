package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

func duplicateRoutes() []Route {
	return []Route{{Method: "GET", Path: "/applications/:id/duplicates", Action: "application:screen", Handle: (*Server).showDuplicates}}
}

func duplicatePages() []PageDef { return []PageDef{{"application/duplicates", &duplicatesPage{}}} }

// duplicatesPage lists what is like one application; the endorsement and the
// application itself show the same list by the partial "duplicates".
type duplicatesPage struct {
	Base
	Screening *application.Screening
}

func (s *Server) showDuplicates(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/duplicates", func(ctx context.Context, who authz.Actor) (*duplicatesPage, error) {
		found, err := s.Applications.Duplicates(ctx, who, in.ID)
		a := found.Application
		return &duplicatesPage{Base: Base{Title: "중복 확인", Lead: applicationName(a) + " · " + a.GovernmentName, Wide: true,
			Crumbs: applicationCrumbs(Crumb{applicationName(a), applicationPath(a)})}, Screening: &found}, err
	})
}

// screening is what the pages of an application show of its likes: nil for those who
// do not look for them, and before anything was handed in.
func (s *Server) screening(ctx context.Context, who authz.Actor, id application.ID) (*application.Screening, error) {
	if !s.Work.Authz().Mentions(who, "application:screen") {
		return nil, nil
	}
	found, err := s.Applications.Duplicates(ctx, who, id)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Forbidden {
		return nil, nil
	}
	return &found, err
}
