package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

func reviewRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/assignments", Action: "assignment:declare", Handle: (*Server).listAssignments},
		{Method: "GET", Path: "/assignments/:id", Action: "assignment:read", Handle: (*Server).showAssignment},
		{Method: "POST", Path: "/assignments/:id/declare", Action: "assignment:declare", Handle: (*Server).declareConflict},
		{Method: "GET", Path: "/programs/:program/reviewers", Action: "reviewer:read", Handle: (*Server).listReviewers},
		{Method: "POST", Path: "/programs/:program/reviewers", Action: "reviewer:create", Handle: (*Server).addReviewer},
		{Method: "GET", Path: "/reviewers/:id", Action: "reviewer:update", Handle: (*Server).editReviewer},
		{Method: "POST", Path: "/reviewers/:id", Action: "reviewer:update", Handle: (*Server).saveReviewer},
	}, slices.Concat(roundRoutes(), sheetRoutes(), screeningRoutes(), panelRoutes(), discussionRoutes())...)
}

func reviewPages() []PageDef {
	return append([]PageDef{
		{"review/tasks", &tasksPage{}},
		{"review/declare", &declarePage{}},
		{"review/pool", &poolPage{}},
		{"review/reviewer", &reviewerPage{}},
	}, slices.Concat(roundPages(), sheetPages(), screeningPages(), panelPages(), discussionPages())...)
}

func at[I ~int64](path string, id I, more string) string {
	return path + "/" + strconv.FormatInt(int64(id), 10) + more
}

// tasksPage is a reviewer's own worklist.
type tasksPage struct {
	Base
	List     List
	Tasks    []review.Task
	Progress review.Progress
	PerMille int
	Next     Todo              // what waits first in this list
	Invited  []review.Reviewer // pools that wait for this person's answer
}

func (s *Server) listAssignments(c echo.Context) error {
	l := list(c, listSpec{Search: "지자체·사업명", Filters: []Filter{{Name: "state", Label: "상태", Options: []Option{
		{Value: "undeclared", Label: "이해관계 확인 전"}, {Value: "open", Label: "작성 중"}, {Value: "done", Label: "제출"}, {Value: "closed", Label: "제척·회피"}}}}})
	if round := c.QueryParam("round"); round != "" { // from the page of a round
		l.Request.Filters["round"] = round
	}
	return get(s, c, nil, "review/tasks", func(ctx context.Context, who authz.Actor) (*tasksPage, error) {
		w, err := s.Reviews.Mine(ctx, who, l.Request)
		p := &tasksPage{Base: Base{Title: "내 심사", Lead: "배정받은 신청을 한 건씩 평가합니다."}, List: of(l, w.Slice), Tasks: w.Items, Progress: w.Progress}
		if w.Progress.All > 0 {
			p.PerMille = (w.Progress.All - w.Progress.Left()) * 1000 / w.Progress.All
		}
		if len(w.Items) > 0 && !w.Items[0].Done() { // what waits comes first
			t := w.Items[0]
			p.Next = Todo{t.GovernmentName, "이해관계 밝히기", at("/assignments", t.ID, "")}
			if t.SheetID != 0 {
				p.Next.Label = "이어서 채점"
			}
		}
		if err == nil && s.Work.Authz().Mentions(who, "reviewer:accept") {
			p.Invited, err = s.Reviews.Invitations(ctx, who)
		}
		return p, err
	})
}

// declarePage shows nothing of an application but its government and title.
type declarePage struct {
	Base
	Task review.Task
	Form Form
	Next review.AssignmentID
}

// conflictOptions are what a reviewer may say.
func (*declarePage) Options() []Option {
	return []Option{
		{Value: review.NoConflict, Label: "이해관계가 없습니다", Hint: "사업계획서와 평가표가 열립니다."},
		{Value: review.Excluded, Label: "제척 사유가 있습니다", Hint: "본인·친족·소속 기관이 신청과 관련되거나 신청에 관여했습니다."},
		{Value: review.Recused, Label: "회피합니다", Hint: "공정한 심사를 의심받을 사정이 있어 스스로 심사하지 않습니다."},
	}
}

func assignmentCrumbs() []Crumb { return []Crumb{{"내 심사", "/assignments"}} }

func newDeclarePage(d review.Desk, f Form) *declarePage {
	return &declarePage{Base: Base{Title: d.Task.GovernmentName, Lead: d.Task.Title, Crumbs: assignmentCrumbs(), Failed: f.Failed()}, Task: d.Task, Form: f, Next: d.Next}
}

// showAssignment is the declaration before it, and after it the scoring screen.
func (s *Server) showAssignment(c echo.Context) error {
	var in struct {
		ID review.AssignmentID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	d, err := s.Reviews.Open(c.Request().Context(), s.who(c), in.ID)
	if err != nil {
		return err
	}
	if d.Sheet == nil {
		return s.render(c, 200, "review/declare", newDeclarePage(d, Form{}))
	}
	p, err := scorePageOf(d, Form{})
	if err != nil {
		return err
	}
	framed(c)
	return s.render(c, 200, "sheet/edit", p)
}

func (s *Server) declareConflict(c echo.Context) error {
	var in struct {
		ID     review.AssignmentID `param:"id"`
		Kind   string              `form:"kind"`
		Reason string              `form:"reason"`
	}
	return post(s, c, command[review.Task]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Task, error) {
			return s.Reviews.Declare(ctx, who, in.ID, review.Declaration{Kind: in.Kind, Reason: in.Reason})
		},
		To: func(t review.Task) string {
			if t.Closed() {
				return "/assignments"
			}
			return at("/assignments", t.ID, "")
		},
		Done: "이해관계 확인을 기록했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "review/declare", func(ctx context.Context, who authz.Actor) (*declarePage, error) {
				d, err := s.Reviews.Open(ctx, who, in.ID)
				return newDeclarePage(d, f), err
			})
		},
	})
}

// poolPage is the reviewers of a programme, with a form for one more.
type poolPage struct {
	Base
	List      List
	Program   program.ID
	Reviewers []review.Reviewer
	Form      Form
	People    []Option // who may be entered; none when the actor may not
	Places    []Option
	CanEdit   bool
}

type reviewerForm struct {
	Program    program.ID      `param:"program"`
	Person     authz.PersonID  `form:"person_id"`
	Employer   string          `form:"employer"`
	Expertise  string          `form:"expertise"` // by commas
	Government organization.ID `form:"government_id"`
}

func (s *Server) pool(ctx context.Context, who authz.Actor, in program.ID, l List, f Form) (*poolPage, error) {
	slice, err := s.Reviews.Reviewers(ctx, who, in, l.Request)
	if err != nil {
		return nil, err
	}
	p := &poolPage{Base: Base{Title: "심사위원 명단", Lead: "심사위원은 자기 시·도와 시·군·구의 신청을 심사하지 않습니다.", Crumbs: []Crumb{{"심사", "/rounds"}}, Failed: f.Failed()},
		List: of(l, slice), Program: in, Reviewers: slice.Items, Form: f}
	if !s.Work.Authz().Mentions(who, "reviewer:create") {
		return p, nil
	}
	people, err := s.Reviews.Candidates(ctx, who, in)
	if err != nil {
		return nil, err
	}
	for _, one := range people {
		p.People = append(p.People, Option{Value: strconv.FormatInt(int64(one.ID), 10), Label: one.Name})
	}
	p.CanEdit = true
	p.Places, err = s.places(ctx, who)
	return p, err
}

// places are the local governments in force today, as choices.
func (s *Server) places(ctx context.Context, who authz.Actor) ([]Option, error) {
	all, err := s.Reviews.Places(ctx, who, calendar.Today(s.cfg.Now()))
	if err != nil {
		return nil, err
	}
	out := make([]Option, len(all))
	for i, o := range all {
		out[i] = Option{Value: strconv.FormatInt(int64(o.ID), 10), Label: o.FullName()}
	}
	return out, nil
}

func (s *Server) listReviewers(c echo.Context) error {
	var in struct {
		Program program.ID `param:"program"`
	}
	l := list(c, listSpec{Search: "이름·소속"})
	return get(s, c, &in, "review/pool", func(ctx context.Context, who authz.Actor) (*poolPage, error) {
		return s.pool(ctx, who, in.Program, l, Form{})
	})
}

func (s *Server) addReviewer(c echo.Context) error {
	var in reviewerForm
	return post(s, c, command[review.Reviewer]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
			return s.Reviews.AddReviewer(ctx, who, in.Program, review.ReviewerInput{Person: in.Person, Employer: in.Employer, Expertise: commas(in.Expertise), Government: in.Government})
		},
		To: func(review.Reviewer) string { return at("/programs", in.Program, "/reviewers") }, Done: "심사위원을 등록했습니다. 수락하면 배정할 수 있습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "review/pool", func(ctx context.Context, who authz.Actor) (*poolPage, error) {
				return s.pool(ctx, who, in.Program, list(c, listSpec{Search: "이름·소속"}), f)
			})
		},
	})
}

// commas splits what people list by commas.
func commas(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '·' || r == '\n' })
}
