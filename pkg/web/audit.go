package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/audit"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/page"
)

func auditRoutes() []Route {
	return []Route{{Method: "GET", Path: "/audit", Action: "audit:read", Handle: (*Server).listAudit}}
}

func auditPages() []PageDef {
	return []PageDef{{"audit/list", &auditPage{}}, {"audit/show", &trailPage{}}}
}

// trailEvent is one event as a page shows it.
type trailEvent struct {
	audit.Event
	Changes []audit.Change
	Path    string // of the record, empty when it has no page of its own
	Person  string // of who did it, empty for the system
}

type auditPage struct {
	Base
	List   List
	Form   Form // the conditions as typed
	Kinds  []Option
	Events []trailEvent
	Capped bool // there are more than are counted
}

type trailPage struct {
	Base
	Events []trailEvent
	Path   string
}

// auditFilters are the conditions of the list; each may be typed freely.
func auditFilters() []string { return []string{"actor", "person", "kind", "action", "from", "to"} }

// listAudit shows the whole trail, or with kind and id that of one record.
func (s *Server) listAudit(c echo.Context) error {
	if id, err := strconv.ParseInt(c.QueryParam("id"), 10, 64); err == nil {
		return s.showTrail(c, c.QueryParam("kind"), id)
	}
	l := list(c, listSpec{})
	form := Form{Values: c.QueryParams()}
	for _, name := range auditFilters() {
		if v := clean(c.QueryParam(name)); v != "" {
			l.Request.Filters[name] = v
		}
	}
	return get(s, c, nil, "audit/list", func(ctx context.Context, who authz.Actor) (*auditPage, error) {
		slice, err := s.Audit.List(ctx, who, l.Request)
		if fault.KindOf(err) == fault.Invalid { // a condition that cannot be read finds nothing and says why
			form, slice, err = form.With(err), page.Slice[audit.Event]{}, nil
		}
		if err != nil {
			return nil, err
		}
		p := &auditPage{Base: Base{Title: "감사 이력", Lead: "누가 언제 무엇을 했는지, 어떤 규칙으로 할 수 있었는지 남은 기록입니다.", Wide: true},
			List: of(l, slice), Form: form, Capped: slice.Total == audit.CountLimit}
		for _, kind := range audit.Kinds() {
			p.Kinds = append(p.Kinds, Option{Value: kind, Label: audit.KindLabel(kind)})
		}
		p.Events, err = trailEvents(slice.Items)
		return p, err
	})
}

func (s *Server) showTrail(c echo.Context, kind string, id int64) error {
	return get(s, c, nil, "audit/show", func(ctx context.Context, who authz.Actor) (*trailPage, error) {
		events, err := s.Audit.Object(ctx, who, kind, id)
		if err != nil {
			return nil, err
		}
		p := &trailPage{Base: Base{Title: audit.KindLabel(kind) + " " + strconv.FormatInt(id, 10) + "의 이력", Crumbs: []Crumb{{"감사 이력", "/audit"}}},
			Path: recordPath(kind, id)}
		p.Events, err = trailEvents(events)
		return p, err
	})
}

func trailEvents(events []audit.Event) ([]trailEvent, error) {
	out := make([]trailEvent, len(events))
	for i, e := range events {
		changes, err := e.Changes()
		if err != nil {
			return nil, err
		}
		out[i] = trailEvent{Event: e, Changes: changes, Path: recordPath(e.Kind, e.Object)}
		if e.Actor > 0 {
			out[i].Person = "/people/" + strconv.FormatInt(int64(e.Actor), 10)
		}
	}
	return out, nil
}

// recordPath is the page of a record, for the kinds that have one.
func recordPath(kind string, id int64) string {
	switch kind {
	case "application", "award", "settlement", "call", "program", "organization":
		return "/" + kind + "s/" + strconv.FormatInt(id, 10)
	case "person":
		return "/people/" + strconv.FormatInt(id, 10)
	}
	return ""
}
