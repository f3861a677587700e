package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
)

func rubricRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/calls/:id/rubric", Action: "rubric:update", Handle: (*Server).editRubric},
		{Method: "POST", Path: "/calls/:id/rubric", Action: "rubric:update", Handle: (*Server).saveRubric},
		{Method: "POST", Path: "/calls/:id/stages", Action: "rubric:update", Handle: (*Server).saveStages},
		{Method: "GET", Path: "/calls/:id/rubric/preview", Action: "rubric:update", Handle: (*Server).previewRubric},
	}
}

func rubricPages() []PageDef {
	return []PageDef{{"call/rubric", &rubricPage{}}, {"call/rubric_preview", &rubricPreviewPage{}}}
}

// rubricPage is the builder of one stage's rubric, with the stages of the call above it.
type rubricPage struct {
	Base
	Call      program.CallDetail
	Stage     program.Rubric // as stored
	Form      Form
	Shares    Form // of the stages
	Stages    []stageRow
	Criteria  []criterionRow
	Bonus     []bonusRow
	Ties      []tieRow
	Roundings []Option
	Max       int  // of a sheet, as typed
	Draft     bool // the call is not announced, so that no reason is asked for
	TieMean   bool
	TieBonus  bool
	Closed    Notice       // why nobody can write it any more
	Judging   judgingRules // and what it says, instead of the form
}

type stageRow struct {
	Stage, Label string
	On, Current  bool
	Weight       Field
}

// rowActs are the buttons of a row.
type rowActs struct {
	List  string
	N     int
	Label string
}

// rowCell is a field of a row; Focus is where the person goes on after a row changed.
type rowCell struct {
	Field
	Focus bool
}

type criterionRow struct {
	N                                  int
	Acts                               rowActs
	Title, Guidance, Max, Weight       rowCell
	Floor                              rowCell
	Tie                                Field
	Levels                             []levelRow
	LevelList, Label, LevelListMessage string
	Open                               bool // its anchors: something is wrong in them, or the person is there
}

type levelRow struct {
	Acts                       rowActs
	Label, Points, Description rowCell
}

type bonusRow struct {
	Acts                    rowActs
	Title, Points, Evidence rowCell
}

// rubricForm is the form of the builder.
type rubricForm struct {
	ID     program.CallID `param:"id"`
	Act    string         `form:"act"`
	Rubric stageRubric    `form:"rubric"`
	Reason string         `form:"reason"`
}

// stageRubric is the rubric of one stage as the form has it.
type stageRubric struct {
	Stage     string          `form:"stage"`
	Reviewers int             `form:"reviewers"`
	Digits    *int            `form:"digits"`
	Rounding  string          `form:"rounding"`
	TieMean   *int            `form:"tie_mean"`
	TieBonus  *int            `form:"tie_bonus"`
	Criteria  []callCriterion `form:"criteria"`
	Bonus     []callBonus     `form:"bonus"`
}

func (f *stageRubric) input() program.RubricInput {
	rows := callRubric{Criteria: f.Criteria, Bonus: f.Bonus}
	in := rows.input()
	in.Stage, in.Reviewers, in.Digits, in.Rounding = f.Stage, f.Reviewers, f.Digits, f.Rounding
	if f.TieMean != nil {
		in.TieMean = *f.TieMean
	}
	if f.TieBonus != nil {
		in.TieBonus = *f.TieBonus
	}
	closeTies(&in)
	return in
}

// closeTies closes the gaps that blank rows leave in the tie chain.
func closeTies(in *program.RubricInput) {
	places := []*int{&in.TieMean, &in.TieBonus}
	for i := range in.Criteria {
		places = append(places, &in.Criteria[i].TieOrder)
	}
	places = slices.DeleteFunc(places, func(p *int) bool { return *p == 0 })
	slices.SortStableFunc(places, func(a, b *int) int { return cmp.Compare(*a, *b) })
	for i, p := range places {
		*p = i + 1
	}
}

func stageRubricOf(r program.Rubric) stageRubric {
	rows := callRubricOf(r.Input())
	return stageRubric{Stage: r.Stage, Reviewers: r.Reviewers, Digits: &r.Digits, Rounding: r.Rounding, TieMean: &r.TieMean, TieBonus: &r.TieBonus,
		Criteria: rows.Criteria, Bonus: rows.Bonus}
}

// rubricBuilder shows the builder: what is stored, or what was typed.
func (s *Server) rubricBuilder(ctx context.Context, who authz.Actor, id program.CallID, stage string, typed *Form, focus string) (*rubricPage, error) {
	d, err := s.Programs.Call(ctx, who, id)
	if err != nil {
		return nil, err
	}
	stored, ok := program.OfStage(d.Rubrics, stage)
	if !ok {
		return nil, fault.New(fault.NotFound, "이 공모에 없는 심사 단계입니다.")
	}
	f, err := fill(rubricForm{Rubric: stageRubricOf(stored)})
	if err != nil {
		return nil, err
	}
	if typed != nil {
		f = *typed
	}
	p := &rubricPage{Base: Base{Title: "배점표", Lead: d.Title + " · " + program.StageLabel(stage), Wide: true, Failed: f.Failed(),
		Crumbs: []Crumb{{"공모", "/calls"}, {d.Title, callPath(d.ID)}}},
		Call: d, Stage: stored, Form: f, Stages: stageRows(d, stage), Ties: tieRows(f.Values), Draft: d.State == program.StateDraft,
		Roundings: []Option{{Value: program.HalfUp, Label: "반올림"}, {Value: program.Down, Label: "버림"}},
		TieMean:   tiePlace(f.Values.Get("rubric.tie_mean")) != unplaced, TieBonus: tiePlace(f.Values.Get("rubric.tie_bonus")) != unplaced}
	if !d.RubricOpen() {
		p.Lead, p.Judging, p.Closed = d.Title, judgingOf(d), rubricClosed(d)
		p.Judging.Open = true
		return p, nil
	}
	p.rows(focus)
	return p, nil
}

// rubricClosed says why a rubric is read and not written.
func rubricClosed(d program.CallDetail) Notice {
	return Notice{"info", "이 공모는 ‘" + program.Flow.Label(d.State) + "’ 단계입니다. 모든 신청을 같은 기준으로 평가하도록 심사를 시작할 때 모든 단계의 배점표를 확정했으므로 더는 고칠 수 없습니다."}
}

// rows makes the fields of every row that the form has.
func (p *rubricPage) rows(focus string) {
	f := p.Form
	cell := func(name, label string) rowCell { return rowCell{f.Field(name, label), fieldID(name) == focus} }
	for i, row := range rowsIn(f.Values, rubricCriteria) {
		at := fmt.Sprintf("%s.%d.", rubricCriteria, i)
		name := fmt.Sprintf("%d번째 평가항목", i+1)
		c := criterionRow{N: i, Label: name, LevelList: at + "levels", LevelListMessage: f.Errors[at+"levels"],
			Acts:  rowActs{rubricCriteria, i, name},
			Title: cell(at+"title", name), Guidance: cell(at+"guidance", name+" 평가 기준"), Max: cell(at+"max", name+" 배점"),
			Weight: cell(at+"weight", name+" 가중치"), Floor: cell(at+"floor", name+" 과락"), Tie: f.Field(at+"tie_order", name+" 동점 비교 순서")}
		for j := range rowsIn(row, "levels") {
			here := fmt.Sprintf("%slevels.%d.", at, j)
			level := fmt.Sprintf("%s %d번째 등급", name, j+1)
			one := levelRow{rowActs{at + "levels", j, level}, cell(here+"label", level), cell(here+"points", level+" 점수"), cell(here+"description", level+" 설명")}
			for _, x := range []rowCell{one.Label, one.Points, one.Description} {
				c.Open = c.Open || x.Focus || x.Error != ""
			}
			c.Levels = append(c.Levels, one)
		}
		c.Open = c.Open || c.LevelListMessage != ""
		points, _ := strconv.Atoi(row.Get("max"))
		times, err := strconv.Atoi(row.Get("weight"))
		if err != nil {
			times = 1
		}
		p.Max += points * times
		p.Criteria = append(p.Criteria, c)
	}
	for i := range rowsIn(f.Values, rubricBonus) {
		at, name := fmt.Sprintf("%s.%d.", rubricBonus, i), fmt.Sprintf("%d번째 가점·감점", i+1)
		p.Bonus = append(p.Bonus, bonusRow{rowActs{rubricBonus, i, name}, cell(at+"title", name), cell(at+"points", name+" 점수"), cell(at+"evidence", name+" 확인 자료")})
	}
}

func (s *Server) editRubric(c echo.Context) error {
	var in struct {
		ID    program.CallID `param:"id"`
		Stage string         `query:"stage"`
	}
	return get(s, c, &in, "call/rubric", func(ctx context.Context, who authz.Actor) (*rubricPage, error) {
		return s.rubricBuilder(ctx, who, in.ID, orPaper(in.Stage), nil, "")
	})
}

func orPaper(stage string) string {
	if stage == "" {
		return program.Paper
	}
	return stage
}

// saveRubric saves the rubric, or changes a row of the form and shows it again.
func (s *Server) saveRubric(c echo.Context) error {
	var at struct {
		ID program.CallID `param:"id"`
	}
	if err := bindAddress(c, &at); err != nil {
		return err
	}
	typed, _, err := readBody(c)
	if err != nil {
		return err
	}
	values := maps.Clone(typed)
	if focus, changed := changeRubric(values, values.Get("act")); changed {
		return show(s, c, 200, "call/rubric", func(ctx context.Context, who authz.Actor) (*rubricPage, error) {
			return s.rubricBuilder(ctx, who, at.ID, orPaper(values.Get("rubric.stage")), &Form{Values: values}, focus)
		})
	}
	var in rubricForm
	return post(s, c, command[program.Rubric]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Rubric, error) {
			in.Rubric.Criteria = slices.DeleteFunc(in.Rubric.Criteria, callCriterion.blank)
			in.Rubric.Bonus = slices.DeleteFunc(in.Rubric.Bonus, callBonus.blank)
			return s.Programs.CorrectRubric(ctx, who, in.ID, in.Rubric.input(), in.Reason)
		},
		To:   func(r program.Rubric) string { return callPath(r.CallID) + "/rubric?stage=" + r.Stage },
		Done: "배점표를 저장했습니다.",
		Again: func(f Form) error {
			for _, list := range []string{rubricCriteria, rubricBonus} { // blank rows went, and messages count without them
				rows := slices.DeleteFunc(rowsIn(f.Values, list), blankRow)
				rows.put(f.Values, list)
			}
			return show(s, c, f.Status(), "call/rubric", func(ctx context.Context, who authz.Actor) (*rubricPage, error) {
				return s.rubricBuilder(ctx, who, at.ID, orPaper(f.Values.Get("rubric.stage")), &f, "")
			})
		},
	})
}

// blankRow has neither a title nor points.
func blankRow(row url.Values) bool {
	return row.Get("title") == "" && row.Get("max") == "" && row.Get("points") == ""
}

func (c callCriterion) blank() bool { return c.Title == "" && c.Max == 0 }

func (b callBonus) blank() bool { return b.Title == "" && b.Points == 0 }
