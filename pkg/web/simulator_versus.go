package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

// chooseTwo are the two selects of a comparison.
func chooseTwo(list []selection.Scenario, f Form) (first, second Field) {
	first, second = f.Field("a", "첫째"), f.Field("b", "둘째")
	for _, x := range list {
		o := Option{Value: fmt.Sprint(x.ID), Label: x.Name}
		first.Options, second.Options = append(first.Options, o), append(second.Options, o)
	}
	return first, second
}

// versusPage lays two kept scenarios side by side.
type versusPage struct {
	Base
	Call          program.CallID
	Compared      bool
	Comparison    selection.Comparison
	Scenarios     []selection.Scenario
	First, Second Field
	Form          Form
}

func (s *Server) compareScenarios(c echo.Context) error {
	var in struct {
		Call program.CallID       `param:"id"`
		A    selection.ScenarioID `query:"a"`
		B    selection.ScenarioID `query:"b"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	f := Form{Values: url.Values{"a": {fmt.Sprint(in.A)}, "b": {fmt.Sprint(in.B)}}}
	if in.A == 0 != (in.B == 0) || in.A != 0 && in.A == in.B {
		f = f.With(fault.Fields{"b": "서로 다른 시뮬레이션 두 개를 골라 주십시오."}.Err())
	}
	return show(s, c, max(f.Status(), http.StatusOK), "selection/versus", func(ctx context.Context, who authz.Actor) (*versusPage, error) {
		list, err := s.Selections.Scenarios(ctx, who, in.Call)
		p := &versusPage{Base: Base{Title: "시뮬레이션 비교", Wide: true, Failed: f.Failed(), Crumbs: selectionCrumbs(Crumb{"선정 시뮬레이션", at("/calls", in.Call, "/simulator")})},
			Call: in.Call, Scenarios: list, Form: f}
		p.First, p.Second = chooseTwo(list, f)
		if err != nil || f.Failed() || in.A == 0 {
			return p, err
		}
		p.Compared = true
		p.Comparison, err = s.Selections.CompareScenarios(ctx, who, in.A, in.B)
		return p, err
	})
}
