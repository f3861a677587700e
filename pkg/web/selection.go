package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

func selectionRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/selections", Action: "selection:read", Handle: (*Server).listSelections},
		{Method: "POST", Path: "/selections", Action: "selection:create", Handle: (*Server).createSelection},
		{Method: "GET", Path: "/selections/:id", Action: "selection:read", Handle: (*Server).showSelection},
		{Method: "GET", Path: "/selections/:id/edit", Action: "selection:update", Handle: (*Server).editSelection},
		{Method: "POST", Path: "/selections/:id", Action: "selection:update", Handle: (*Server).saveSelection},
		{Method: "POST", Path: "/selections/:id/approve", Action: "selection:approve", Handle: (*Server).approveSelection},
		{Method: "POST", Path: "/selections/:id/publish", Action: "selection:publish", Handle: (*Server).publishSelection},
		{Method: "POST", Path: "/selections/:id/promote", Action: "selection:promote", Handle: (*Server).promoteReserve},
		{Method: "POST", Path: "/selections/:id/renew", Action: "selection:update", Handle: (*Server).renewSelection},
	}, slices.Concat(simulatorRoutes(), judgingRoutes(), letterRoutes(), objectionRoutes(), resultRoutes())...)
}

func selectionPages() []PageDef {
	return append([]PageDef{
		{"selection/list", &selectionListPage{}},
		{"selection/show", &selectionPage{}},
		{"selection/edit", &selectionEditPage{}},
	}, slices.Concat(simulatorPages(), letterPages(), objectionPages(), resultPages())...)
}

type selectionListPage struct {
	Base
	List       List
	Selections []selection.Selection
	Waiting    []selection.WaitingCall
	Form       Form
}

func (s *Server) selectionList(c echo.Context) List {
	return list(c, listSpec{Search: "공모 번호·이름", Filters: []Filter{
		{Name: "state", Label: "상태", Options: []Option{{Value: "drafted", Label: "작성"}, {Value: "approved", Label: "확정"}, {Value: "published", Label: "공개"}}},
		{Name: "year", Label: "회계연도", Options: s.fiscalYears()},
	}})
}

func (s *Server) selections(ctx context.Context, who authz.Actor, l List, f Form) (*selectionListPage, error) {
	out, err := s.Selections.List(ctx, who, l.Request)
	return &selectionListPage{Base: Base{Title: "선정", Failed: f.Failed()}, List: of(l, out.Slice), Selections: out.Items, Waiting: out.Waiting, Form: f}, err
}

func (s *Server) listSelections(c echo.Context) error {
	return get(s, c, nil, "selection/list", func(ctx context.Context, who authz.Actor) (*selectionListPage, error) {
		return s.selections(ctx, who, s.selectionList(c), Form{})
	})
}

func selectionPath(x selection.Selection) string { return at("/selections", x.ID, "") }

func selectionCrumbs(more ...Crumb) []Crumb {
	return append([]Crumb{{"선정", "/selections"}}, more...)
}

func (s *Server) createSelection(c echo.Context) error {
	var in struct {
		Call     program.CallID `form:"call_id"`
		Reserves int            `form:"reserves"`
	}
	return post(s, c, command[selection.Selection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
			return s.Selections.Create(ctx, who, in.Call, in.Reserves)
		},
		To: selectionPath, Done: "순위와 예산에 따라 선정안을 만들었습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "selection/list", func(ctx context.Context, who authz.Actor) (*selectionListPage, error) {
				return s.selections(ctx, who, s.selectionList(c), f)
			})
		},
	})
}

// selectionPage is a selection for those who decide: the running sums against the
// appropriation, the cut, the buttons.
type selectionPage struct {
	Base
	Detail selection.Detail
	Stages []Stage
	Tiles  []Tile
	Budget []budgetRow
	Todo   Todo
	Links  selectionLinks
	Filter judgingFilter
	Shown  []selection.Entry // those the filter leaves
	Form   Form
}

// budgetRow is one source of the appropriation against what is selected.
type budgetRow struct {
	Label              string
	Limit, Left, After *money.Amount // nil: no limit
	Committed, Sum     money.Amount
	Over               bool
}

func budgetRows(d selection.Detail) []budgetRow {
	over := d.Budget.Excess(d.Sum)
	var out []budgetRow
	for _, source := range money.Sources() {
		row := budgetRow{Label: source.Label(), Limit: d.Budget.Limits.At(source), Left: d.Budget.Left(source),
			Committed: d.Budget.Committed.At(source), Sum: d.Sum.At(source), Over: over.At(source).Sign() > 0}
		if row.Left != nil {
			after := row.Left.Sub(row.Sum)
			row.After = &after
		}
		out = append(out, row)
	}
	return out
}

func (s *Server) selection(ctx context.Context, who authz.Actor, id selection.ID, f Form) (*selectionPage, error) {
	return s.selectionFiltered(ctx, who, id, f, judgingFilter{})
}

func (s *Server) selectionFiltered(ctx context.Context, who authz.Actor, id selection.ID, f Form, by judgingFilter) (*selectionPage, error) {
	d, err := s.Selections.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	x := d.Selection
	now := map[selection.State]int{selection.Drafted: 0, selection.Approved: 2, selection.Published: 3}[x.State]
	p := &selectionPage{
		Base:   Base{Title: x.CallTitle + " " + x.Name(), Lead: "공모 " + x.CallNumber, Crumbs: selectionCrumbs(), Wide: true, Failed: f.Failed()},
		Detail: d, Stages: Stages(now, "선정안 작성", "승인", "결과 공개"), Budget: budgetRows(d), Todo: selectionTodo(d, who), Links: s.selectionLinks(who, x), Filter: by, Shown: by.leaves(d.Entries), Form: f,
	}
	for _, o := range selection.Outcomes() {
		p.Tiles = append(p.Tiles, Tile{Label: o.Label(), Value: strconv.Itoa(d.Counts[o]), Unit: "건"})
	}
	p.Tiles = append(p.Tiles, Tile{Label: "선정 총사업비", Value: d.Sum.Total().Comma(), Unit: "원"})
	return p, nil
}

// selectionTodo words the next step for this person; the buttons stand beside it.
func selectionTodo(d selection.Detail, who authz.Actor) Todo {
	switch {
	case d.Can["approve"]:
		return Todo{Text: "선정안을 확인해 승인해 주십시오. 승인하면 신청마다 결과가 정해지고 되돌릴 수 없습니다."}
	case d.Can["update"]:
		return Todo{"선정안을 검토하고 필요하면 고쳐 주십시오. 결재자의 승인을 기다립니다.", "선정안 고치기", at("/selections", d.Selection.ID, "/edit")}
	case d.Can["publish"]:
		return Todo{Text: "승인된 결과를 공개해 주십시오. 누구나 결과를 볼 수 있게 됩니다."}
	case d.Selection.State == selection.Drafted && d.Selection.DraftedBy == who.ID:
		return Todo{Text: "선정안을 작성한 사람은 승인할 수 없습니다. 다른 결재자의 승인을 기다립니다."}
	case d.Selection.State == selection.Published:
		return Todo{"결과를 공개했습니다.", "공개된 결과 보기", at("/results", d.Selection.CallID, "")}
	}
	return Todo{Text: map[selection.State]string{selection.Drafted: "선정안의 승인을 기다리고 있습니다.", selection.Approved: "선정이 확정되었습니다. 결과 공개를 기다리고 있습니다."}[d.Selection.State]}
}

func (s *Server) showSelection(c echo.Context) error {
	var in struct {
		ID selection.ID `param:"id"`
		judgingFilter
	}
	return get(s, c, &in, "selection/show", func(ctx context.Context, who authz.Actor) (*selectionPage, error) {
		return s.selectionFiltered(ctx, who, in.ID, Form{}, in.judgingFilter)
	})
}

type selectionRowForm struct {
	Application application.ID    `form:"application_id"`
	Outcome     selection.Outcome `form:"outcome"`
	Amounts     money.BySource    `form:"amounts"`
	Reason      string            `form:"reason"`
}

type selectionForm struct {
	ID      selection.ID       `param:"id"`
	Version int                `form:"version"`
	Note    string             `form:"note"`
	Rows    []selectionRowForm `form:"rows"`
}

// selectionEditPage is the draft as a table of inputs.
type selectionEditPage struct {
	Base
	Detail  selection.Detail
	Budget  []budgetRow
	Version int
	Form    Form
	Rows    []selectionEditRow
	Gone    []selection.Entry // who gave up is not decided on
}

type selectionEditRow struct {
	Entry                        selection.Entry
	Application, Outcome, Reason Field
	Sources                      Field
}

func (s *Server) selectionEdit(ctx context.Context, who authz.Actor, in selectionForm, typed Form) (*selectionEditPage, error) {
	d, err := s.Selections.Show(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	f, version := typed, in.Version
	if f.Values == nil {
		version = d.Selection.Version
		stored := selectionForm{Note: d.Selection.Note}
		for _, e := range d.Entries {
			if e.Outcome == selection.Withdrawn {
				continue
			}
			amounts := e.Amounts
			if e.Outcome != selection.Selected {
				amounts = e.Requested
			}
			stored.Rows = append(stored.Rows, selectionRowForm{e.ApplicationID, e.Outcome, amounts, e.Reason})
		}
		if f, err = fill(stored); err != nil {
			return nil, err
		}
	}
	p := &selectionEditPage{
		Base:   Base{Title: "선정안 고치기", Lead: d.Selection.CallTitle, Wide: true, Failed: f.Failed(), Crumbs: selectionCrumbs(Crumb{d.Selection.CallTitle + " 선정", selectionPath(d.Selection)})},
		Detail: d, Budget: budgetRows(d), Version: version, Form: f,
	}
	var outcomes []Option
	for _, o := range selection.Outcomes() {
		outcomes = append(outcomes, Option{Value: string(o), Label: o.Label()})
	}
	i := 0
	for _, e := range d.Entries {
		name := fmt.Sprintf("rows.%d.", i)
		if e.Outcome == selection.Withdrawn {
			p.Gone = append(p.Gone, e)
			continue
		}
		outcome := f.Field(name+"outcome", e.GovernmentName+" 결과")
		outcome.Options = outcomes
		p.Rows = append(p.Rows, selectionEditRow{Entry: e, Application: f.Field(name+"application_id", ""), Outcome: outcome,
			Reason: f.Field(name+"reason", e.GovernmentName+" 사유"), Sources: f.Sources(name+"amounts", e.GovernmentName)})
		i++
	}
	return p, nil
}

func (s *Server) editSelection(c echo.Context) error {
	var in selectionForm
	return get(s, c, &in, "selection/edit", func(ctx context.Context, who authz.Actor) (*selectionEditPage, error) {
		return s.selectionEdit(ctx, who, in, Form{})
	})
}

func (s *Server) saveSelection(c echo.Context) error {
	var in selectionForm
	return post(s, c, command[selection.Selection]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Selection, error) {
			input := selection.Input{Note: in.Note}
			ids := make([]int64, len(in.Rows))
			for i, r := range in.Rows {
				ids[i] = int64(r.Application)
				input.Rows = append(input.Rows, selection.Row{ApplicationID: r.Application, Outcome: r.Outcome, Amounts: r.Amounts, Reason: r.Reason})
			}
			out, err := s.Selections.Update(ctx, who, in.ID, in.Version, input)
			return out, renamed(err, rowsByID("rows", ids))
		},
		To: selectionPath, Done: "선정안을 저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "selection/edit", func(ctx context.Context, who authz.Actor) (*selectionEditPage, error) {
				return s.selectionEdit(ctx, who, in, f)
			})
		},
	})
}
