package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

func resultRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/results", Action: "result:read", Handle: (*Server).listResults},
		{Method: "GET", Path: "/results/:id", Action: "result:read", Handle: (*Server).showResult},
	}
}

func resultPages() []PageDef {
	return []PageDef{{"result/list", &resultListPage{}}, {"result/show", &resultPage{}}}
}

// resultListPage is what anybody may know of the decisions.
type resultListPage struct {
	Base
	List    List
	Results []selection.ResultInfo
}

func (s *Server) listResults(c echo.Context) error {
	l := list(c, listSpec{Search: "공모 번호·이름", Filters: []Filter{{Name: "year", Label: "회계연도", Options: s.fiscalYears()}}})
	return get(s, c, nil, "result/list", func(ctx context.Context, who authz.Actor) (*resultListPage, error) {
		slice, err := s.Selections.Results(ctx, who, l.Request)
		return &resultListPage{Base: Base{Title: "선정 결과", Lead: "공개된 공모의 선정 결과입니다."}, List: of(l, slice), Results: slice.Items}, err
	})
}

type resultPage struct {
	Base
	Result            selection.Result
	Selected, Reserve []selection.ResultRow
	Tiles             []Tile
}

func (s *Server) showResult(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(s, c, &in, "result/show", func(ctx context.Context, who authz.Actor) (*resultPage, error) {
		r, err := s.Selections.Result(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		p := &resultPage{Base: Base{Title: r.CallTitle + " 선정 결과", Lead: r.ProgramName + " · 공모 " + r.CallNumber, Crumbs: []Crumb{{"선정 결과", "/results"}}}, Result: r}
		for _, row := range r.Rows {
			if row.Outcome == selection.Selected {
				p.Selected = append(p.Selected, row)
			} else {
				p.Reserve = append(p.Reserve, row)
			}
		}
		p.Tiles = []Tile{
			{Label: "심사", Value: strconv.Itoa(r.Applied), Unit: "건"}, {Label: "선정", Value: strconv.Itoa(r.Selected), Unit: "건"},
			{Label: "선정 국비", Value: r.Amounts.National.Comma(), Unit: "원"}, {Label: "선정 총사업비", Value: r.Amounts.Total().Comma(), Unit: "원"},
		}
		return p, nil
	})
}
