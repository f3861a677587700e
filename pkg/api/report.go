package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/document"
	"eoul/pkg/report"
	"eoul/pkg/report/xlsx"
)

func reportRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/reports/settlement", Action: "report:export", Handle: (*Server).settlementReport},
	}
}

// settlementReport sends the settlement workbook of a call or an award; it is
// complete before its first byte leaves.
func (s *Server) settlementReport(c echo.Context) error {
	q := c.QueryParams()
	for name := range q {
		if !has([]string{"call", "award"}, name) {
			return badRequest("알 수 없는 조건입니다: " + name)
		}
	}
	file, err := s.Reports.Settlement(c.Request().Context(), who(c), report.Which{Call: q.Get("call"), Award: q.Get("award")})
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", xlsx.MediaType)
	h.Set("Content-Disposition", document.Disposition(file.Name))
	c.Response().WriteHeader(http.StatusOK)
	_, err = file.WriteTo(c.Response())
	return err
}
