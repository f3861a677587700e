package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/report"
)

func reportRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/reports", Action: "report:export", Handle: (*Server).listReports},
		{Method: "GET", Path: "/reports/calls/:id", Action: "report:export", Handle: (*Server).showReports},
		{Method: "GET", Path: "/reports/settlement.xlsx", Action: "report:export", Handle: (*Server).settlementWorkbook},
	}
}

func reportPages() []PageDef {
	return []PageDef{{"report/index", &reportsPage{}}, {"report/call", &callReportsPage{}}}
}

// reportsPage is what a person may export, call by call.
type reportsPage struct {
	Base
	List  List
	Calls []report.CallItem
}

func (s *Server) listReports(c echo.Context) error {
	l := list(c, listSpec{Search: "번호·공모 이름·사업"})
	return get(s, c, nil, "report/index", func(ctx context.Context, who authz.Actor) (*reportsPage, error) {
		slice, err := s.Reports.Calls(ctx, who, l.Request)
		return &reportsPage{
			Base: Base{Title: "보고서", Lead: "볼 수 있는 사업의 정산보고서를 엑셀 파일로 내려받습니다."},
			List: of(l, slice), Calls: slice.Items,
		}, err
	})
}

// callReportsPage is the projects of one call, each with its own workbook.
type callReportsPage struct {
	Base
	List   List
	Call   report.CallItem
	Awards []report.AwardItem
}

func (s *Server) showReports(c echo.Context) error {
	var in struct {
		ID int64 `param:"id"`
	}
	l := list(c, listSpec{Search: "번호·지자체·사업명"})
	return get(s, c, &in, "report/call", func(ctx context.Context, who authz.Actor) (*callReportsPage, error) {
		p, err := s.Reports.Projects(ctx, who, in.ID, l.Request)
		return &callReportsPage{
			Base: Base{Title: p.Call.Title, Lead: fmt.Sprintf("%d개 사업 가운데 %d개의 정산이 확정되었습니다.", p.Call.Awards, p.Call.Settled), Crumbs: []Crumb{{"보고서", "/reports"}}},
			List: of(l, p.Awards), Call: p.Call, Awards: p.Awards.Items,
		}, err
	})
}

// settlementWorkbook sends the workbook of a call or an award.
func (s *Server) settlementWorkbook(c echo.Context) error {
	var in struct {
		Call  string `query:"call"`
		Award string `query:"award"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Reports.Settlement(c.Request().Context(), s.who(c), report.Which{Call: in.Call, Award: in.Award})
	return sendWorkbook(c, file, err)
}
