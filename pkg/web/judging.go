package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

func judgingRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/calls/:id/judging.xlsx", Action: "ranking:export", Handle: (*Server).judgingWorkbook},
		{Method: "GET", Path: "/calls/:id/allowances.xlsx", Action: "allowance:export", Handle: (*Server).allowanceWorkbook},
	}
}

// judgingFilter is what narrows the rows of a selection, on the screen and in the
// workbook alike.
type judgingFilter struct {
	Word    string `query:"q"`
	Outcome string `query:"outcome"`
}

// Options are the outcomes to choose from.
func (f judgingFilter) Options() []Option {
	var out []Option
	for _, o := range []selection.Outcome{selection.Selected, selection.Reserve, selection.Declined, selection.Withdrawn} {
		out = append(out, Option{Value: string(o), Label: o.Label()})
	}
	return out
}

// Query is the filter as the end of an address, empty without one.
func (f judgingFilter) Query() string {
	q := url.Values{}
	if f.Word != "" {
		q.Set("q", f.Word)
	}
	if f.Outcome != "" {
		q.Set("outcome", f.Outcome)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// leaves are the entries the filter leaves.
func (f judgingFilter) leaves(all []selection.Entry) []selection.Entry {
	var out []selection.Entry
	for _, e := range all {
		if (f.Outcome == "" || string(e.Outcome) == f.Outcome) && (strings.Contains(e.GovernmentName, f.Word) || strings.Contains(e.Title, f.Word)) {
			out = append(out, e)
		}
	}
	return out
}

func (s *Server) judgingWorkbook(c echo.Context) error {
	var in struct {
		Call program.CallID `param:"id"`
		judgingFilter
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Reports.Judging(c.Request().Context(), s.who(c), in.Call, page.Request{Query: in.Word, Filters: map[string]string{"outcome": in.Outcome}})
	return sendWorkbook(c, file, err)
}

func (s *Server) allowanceWorkbook(c echo.Context) error {
	var in struct {
		Call program.CallID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Reports.Allowances(c.Request().Context(), s.who(c), in.Call)
	return sendWorkbook(c, file, err)
}
