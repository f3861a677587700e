package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/calendar"
)

// years are the fiscal years of filters, the next one first.
func (s *Server) years() Filter {
	f := Filter{Name: "fiscal_year", Label: "회계연도"}
	for y := calendar.Today(s.cfg.Now()).Year() + 1; y >= 2021; y-- {
		f.Options = append(f.Options, Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "년"})
	}
	return f
}

// stateFilter offers the states of a machine in the given order.
func stateFilter[S ~string](word func(S) string, states ...S) Filter {
	f := Filter{Name: "state", Label: "상태"}
	for _, st := range states {
		f.Options = append(f.Options, Option{Value: string(st), Label: word(st)})
	}
	return f
}

// narrowed takes ids from links of other pages into a list request.
func narrowed(c echo.Context, l List, names ...string) List {
	for _, name := range names {
		if v := c.QueryParam(name); v != "" {
			if _, err := strconv.ParseInt(v, 10, 64); err == nil {
				l.Request.Filters[name] = v
			}
		}
	}
	return l
}
