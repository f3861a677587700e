package web

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

func simulatorRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/calls/:id/simulator", Action: "scenario:read", Handle: (*Server).showSimulator},
		{Method: "POST", Path: "/calls/:id/scenarios", Action: "scenario:create", Handle: (*Server).saveScenario},
		{Method: "GET", Path: "/calls/:id/scenarios", Action: "scenario:read", Handle: (*Server).compareScenarios},
		{Method: "GET", Path: "/scenarios/:id", Action: "scenario:read", Handle: (*Server).showScenario},
	}
}

func simulatorPages() []PageDef {
	return []PageDef{{"selection/simulator", &simulatorPage{}}, {"selection/versus", &versusPage{}}}
}

// usualReserves is how many reserves a simulation begins with.
const usualReserves = 3

// simulatorForm is the conditions as a person types them; the address holds them all,
// so that a simulation can be sent as a link.
type simulatorForm struct {
	Call     program.CallID    `param:"id"`
	National *money.Amount     `form:"limits.national"`
	Sido     *money.Amount     `form:"limits.sido"`
	Sigungu  *money.Amount     `form:"limits.sigungu"`
	Own      *money.Amount     `form:"limits.own"`
	Cut      selection.Cut     `form:"cut"`
	CutRank  int               `form:"cut_rank"`
	CutScore string            `form:"cut_score"`
	NoBonus  bool              `form:"no_bonus"`
	Drop     string            `form:"drop"`
	Percent  []simulatorWeight `form:"percent"`
	PerSido  int               `form:"per_sido"`
	Reserves *int              `form:"reserves"`
	Name     string            `form:"name"`
	Note     string            `form:"note"`
}

type simulatorWeight struct {
	Criterion int64 `form:"criterion"`
	Value     *int  `form:"value"`
}

func (in simulatorForm) parameters() (selection.Parameters, error) {
	p := selection.Parameters{
		Limits: ledger.Limits{National: in.National, Sido: in.Sido, Sigungu: in.Sigungu, Own: in.Own},
		Cut:    in.Cut, CutRank: in.CutRank, NoBonus: in.NoBonus, Drop: in.Drop, PerSido: in.PerSido, Reserves: usualReserves,
	}
	if in.Reserves != nil {
		p.Reserves = *in.Reserves
	}
	for _, w := range in.Percent {
		if w.Value != nil && *w.Value != 100 {
			if p.Percent == nil {
				p.Percent = map[int64]int{}
			}
			p.Percent[w.Criterion] = *w.Value
		}
	}
	f := fault.Fields{}
	if in.CutScore != "" {
		score, err := review.ParsePoints(in.CutScore)
		if err := f.Merge("cut_score", err); err != nil {
			return p, err
		}
		p.CutScore = score
	}
	return p, f.Err()
}

// simulatorOf is the form of kept conditions.
func simulatorOf(p selection.Parameters, criteria []review.InputCriterion) simulatorForm {
	in := simulatorForm{National: p.Limits.National, Sido: p.Limits.Sido, Sigungu: p.Limits.Sigungu, Own: p.Limits.Own,
		Cut: p.Cut, CutRank: p.CutRank, NoBonus: p.NoBonus, Drop: p.Drop, PerSido: p.PerSido, Reserves: &p.Reserves}
	if p.CutScore > 0 {
		in.CutScore = p.CutScore.Short()
	}
	for _, c := range criteria {
		percent, ok := p.Percent[c.ID]
		if !ok {
			percent = 100
		}
		in.Percent = append(in.Percent, simulatorWeight{c.ID, &percent})
	}
	return in
}

// simulatorPage shows what other conditions would make of the frozen scores. It has no
// way to decide anything.
type simulatorPage struct {
	Base
	Simulation selection.Simulation
	Kept       selection.Scenario // zero: nothing kept is shown
	Form       Form
	Weights    []weightField
	Tiles      []Tile
	Money      []simulatedMoney
	Hidden     []againField
	Scenarios  []selection.Scenario
	First      Field
	Second     Field
}

type weightField struct{ Criterion, Value Field }

// simulatedMoney is one source on both sides.
type simulatedMoney struct {
	Label                                  string
	Official, OfficialAfter, Sum, SumAfter *money.Amount // after is nil without a limit
	Over                                   bool
}

func (s *Server) showSimulator(c echo.Context) error {
	var in simulatorForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	typed, err := bindValues(c.QueryParams(), nil, &in)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return err
	}
	p := selection.Parameters{Reserves: usualReserves}
	if err == nil {
		p, err = in.parameters()
	}
	return s.simulator(c, in.Call, p, typed, err)
}

// simulator shows the page; what cannot be computed with is shown beside the rule of
// the call.
func (s *Server) simulator(c echo.Context, call program.CallID, p selection.Parameters, typed Form, mistake error) error {
	ctx, who := c.Request().Context(), s.who(c)
	var sim selection.Simulation
	if mistake == nil {
		sim, mistake = s.Selections.Simulate(ctx, who, call, p)
	}
	if mistake != nil {
		if k := fault.KindOf(mistake); k != fault.Invalid && k != fault.Conflict {
			return mistake
		}
		var err error
		if sim, err = s.Selections.Simulate(ctx, who, call, selection.Parameters{Reserves: usualReserves}); err != nil {
			return err
		}
	}
	form := typed
	if mistake == nil { // with what the address leaves out as it counts
		var err error
		if form, err = fill(simulatorOf(p, sim.Criteria)); err != nil {
			return err
		}
	}
	form = form.With(mistake)
	kept, err := s.Selections.Scenarios(ctx, who, call)
	if err != nil {
		return err
	}
	return s.render(c, form.Status(), "selection/simulator", s.simulatorPage(sim, selection.Scenario{}, form, kept))
}

func (s *Server) simulatorPage(sim selection.Simulation, kept selection.Scenario, f Form, list []selection.Scenario) *simulatorPage {
	p := &simulatorPage{
		Base:       Base{Title: "선정 시뮬레이션", Lead: "공모 " + sim.CallNumber + " · " + sim.CallTitle, Wide: true, Crumbs: selectionCrumbs()},
		Simulation: sim, Kept: kept, Form: f, Scenarios: list,
	}
	for i, criterion := range sim.Criteria {
		name := fmt.Sprintf("percent.%d.", i)
		p.Weights = append(p.Weights, weightField{f.Field(name+"criterion", ""), f.Field(name+"value", criterion.Title)})
		p.Weights[i].Criterion.Value = fmt.Sprint(criterion.ID)
	}
	for _, o := range selection.Outcomes() {
		p.Tiles = append(p.Tiles, Tile{Label: o.Label(), Value: fmt.Sprint(sim.WhatIf.Counts[o]), Unit: "건", Note: fmt.Sprintf("공모의 기준으로는 %d건", sim.Official.Counts[o])})
	}
	for _, source := range money.Sources() {
		official, sum := sim.Official.Sum.At(source), sim.WhatIf.Sum.At(source)
		row := simulatedMoney{Label: source.Label(), Official: &official, OfficialAfter: sim.Official.After(source), Sum: &sum, SumAfter: sim.WhatIf.After(source)}
		row.Over = row.SumAfter != nil && row.SumAfter.Sign() < 0
		p.Money = append(p.Money, row)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		if name != fieldRequestKey && name != "name" && name != "note" {
			p.Hidden = append(p.Hidden, againField{name, f.Values.Get(name)})
		}
	}
	p.First, p.Second = chooseTwo(list, Form{})
	return p
}

func (s *Server) saveScenario(c echo.Context) error {
	var in simulatorForm
	return post(s, c, command[selection.Scenario]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Scenario, error) {
			p, err := in.parameters()
			if err != nil {
				return selection.Scenario{}, err
			}
			return s.Selections.SaveScenario(ctx, who, in.Call, in.Name, in.Note, p)
		},
		To:   func(x selection.Scenario) string { return at("/scenarios", x.ID, "") },
		Done: "시뮬레이션의 조건을 저장했습니다.",
		Again: func(f Form) error {
			p, err := in.parameters()
			if err != nil {
				p = selection.Parameters{Reserves: usualReserves}
			}
			sim, err := s.Selections.Simulate(c.Request().Context(), s.who(c), in.Call, p)
			if err != nil {
				return err
			}
			kept, err := s.Selections.Scenarios(c.Request().Context(), s.who(c), in.Call)
			if err != nil {
				return err
			}
			return s.render(c, f.Status(), "selection/simulator", s.simulatorPage(sim, selection.Scenario{}, f, kept))
		},
	})
}

func (s *Server) showScenario(c echo.Context) error {
	var in struct {
		ID selection.ScenarioID `param:"id"`
	}
	return get(s, c, &in, "selection/simulator", func(ctx context.Context, who authz.Actor) (*simulatorPage, error) {
		kept, err := s.Selections.Scenario(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		list, err := s.Selections.Scenarios(ctx, who, kept.Scenario.CallID)
		if err != nil {
			return nil, err
		}
		f, err := fill(simulatorOf(kept.Scenario.Parameters, kept.Simulation.Criteria))
		p := s.simulatorPage(kept.Simulation, kept.Scenario, f, list)
		p.Title = kept.Scenario.Name
		p.Crumbs = selectionCrumbs(Crumb{"선정 시뮬레이션", at("/calls", kept.Scenario.CallID, "/simulator")})
		return p, err
	})
}
