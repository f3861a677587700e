package api

import (
	"github.com/labstack/echo/v4"

	"eoul/pkg/report"
)

func reportRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/reports/settlement", Action: "report:export", Handle: (*Server).settlementReport},
	}
}

// settlementReport sends the settlement workbook of a call or an award.
func (s *Server) settlementReport(c echo.Context) error {
	q := c.QueryParams()
	for name := range q {
		if !has([]string{"call", "award"}, name) {
			return badRequest("알 수 없는 조건입니다: " + name)
		}
	}
	file, err := s.Reports.Settlement(c.Request().Context(), who(c), report.Which{Call: q.Get("call"), Award: q.Get("award")})
	return sendWorkbook(c, file, err)
}
