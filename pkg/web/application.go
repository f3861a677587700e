package web

import (
	"context"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

func applicationRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/applications", Action: "application:read", Handle: (*Server).listApplications},
		{Method: "GET", Path: "/applications/new", Action: "application:create", Handle: (*Server).newApplication},
		{Method: "POST", Path: "/applications", Action: "application:create", Handle: (*Server).createApplication},
		{Method: "GET", Path: "/applications/:id", Action: "application:read", Handle: (*Server).showApplication},
		{Method: "GET", Path: "/applications/:id/receipt", Action: "application:read", Handle: (*Server).showReceipt},
		{Method: "GET", Path: "/applications/:id/submissions/:no", Action: "application:read", Handle: (*Server).showSubmission},
		{Method: "POST", Path: "/applications/:id/withdraw", Action: "application:withdraw", Handle: (*Server).withdrawApplication},
		{Method: "POST", Path: "/applications/:id/disqualify", Action: "application:disqualify", Handle: (*Server).disqualifyApplication},
		{Method: "GET", Path: "/applications/:id/compare", Action: "application:read", Handle: (*Server).compareVersions},
	}, slices.Concat(planRoutes(), endorsementRoutes(), signoffRoutes(), commentRoutes())...)
}

func applicationPages() []PageDef {
	return append([]PageDef{
		{"application/list", &applicationListPage{}},
		{"application/new", &applicationNewPage{}},
		{"application/show", &applicationPage{}},
		{"application/receipt", &receiptPage{}},
		{"application/submission", &submissionPage{}},
		{"application/compare", &comparePage{}},
		{"application/signoff", &signoffPage{}},
	}, slices.Concat(planPages(), endorsementPages(), commentPages())...)
}

type applicationListPage struct {
	Base
	List         List
	Applications []application.Item
}

// applicationPage is one application: where it stands, what to do next, its history.
type applicationPage struct {
	Base
	Application application.Detail
	Stages      []Stage
	Todo        Todo
	Form        Form                   // of a reason that was refused
	Talks       bool                   // the person hears comments
	Screening   *application.Screening // what is like it, nil for those who do not look
}

// Todo is 지금 할 일: a sentence and, where this person can do it, the one way on.
type Todo struct{ Text, Label, Path string }

func applicationAt[I ~int64](id I, more string) string {
	return "/applications/" + strconv.FormatInt(int64(id), 10) + more
}

func applicationPath(a application.Application) string { return applicationAt(a.ID, "") }

func applicationCrumbs(more ...Crumb) []Crumb {
	return append([]Crumb{{"신청", "/applications"}}, more...)
}

// applicationName is the title of an application before and after it has one.
func applicationName(a application.Application) string {
	if a.Title == "" {
		return "사업명을 정하지 않은 신청서"
	}
	return a.Title
}

func (s *Server) listApplications(c echo.Context) error {
	states := []application.State{application.StateDraft, application.StateSigning, application.StateEndorsing, application.StateReceived, application.StateReturned,
		application.StateReviewing, application.StateSelected, application.StateReserve, application.StateDeclined,
		application.StateWithdrawn, application.StateIneligible}
	options := make([]Option, len(states))
	for i, state := range states {
		options[i] = Option{Value: string(state), Label: application.Flow.Label(state)}
	}
	var years []Option
	for year := s.cfg.Now().Year() + 1; year >= 2021; year-- {
		years = append(years, Option{Value: strconv.Itoa(year), Label: strconv.Itoa(year) + "년"})
	}
	l := list(c, listSpec{Search: "번호·사업명·지자체", Filters: []Filter{
		{Name: "state", Label: "상태", Options: options},
		{Name: "year", Label: "회계연도", Options: years},
		{Name: "whose", Label: "소속", Options: []Option{{Value: "own", Label: "우리 지자체"}, {Value: "under", Label: "관할 시·군·구"}}},
	}})
	if call := c.QueryParam("call"); call != "" { // from the page of a call
		l.Request.Filters["call"] = call
	}
	return get(s, c, nil, "application/list", func(ctx context.Context, who authz.Actor) (*applicationListPage, error) {
		slice, err := s.Applications.List(ctx, who, l.Request)
		return &applicationListPage{Base: Base{Title: "신청", Wide: true}, List: of(l, slice), Applications: slice.Items}, err
	})
}

type applicationNewPage struct {
	Base
	Form    Form
	Start   application.Start
	Choices []Option
}

type newApplicationForm struct {
	CallID       program.CallID  `form:"call_id"`
	GovernmentID organization.ID `form:"government_id"`
	Title        string          `form:"title"`
}

func (s *Server) applicationNew(ctx context.Context, who authz.Actor, call program.CallID, f Form) (*applicationNewPage, error) {
	start, err := s.Applications.Start(ctx, who, call)
	if err != nil {
		return nil, err
	}
	p := &applicationNewPage{
		Base: Base{Title: "신청서 만들기", Lead: start.Call.Title, Crumbs: applicationCrumbs(), Failed: f.Failed()},
		Form: f, Start: start,
	}
	for _, g := range start.Governments {
		if start.Existing[g.ID] == 0 {
			p.Choices = append(p.Choices, Option{Value: strconv.FormatInt(int64(g.ID), 10), Label: g.FullName()})
		}
	}
	return p, nil
}

func (s *Server) newApplication(c echo.Context) error {
	var in struct {
		Call program.CallID `query:"call"`
	}
	return get(s, c, &in, "application/new", func(ctx context.Context, who authz.Actor) (*applicationNewPage, error) {
		f, err := fill(newApplicationForm{CallID: in.Call})
		if err != nil {
			return nil, err
		}
		p, err := s.applicationNew(ctx, who, in.Call, f)
		if err == nil && len(p.Choices) == 1 {
			p.Form.Values.Set("government_id", p.Choices[0].Value)
		}
		return p, err
	})
}

func (s *Server) createApplication(c echo.Context) error {
	var in newApplicationForm
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return s.Applications.Create(ctx, who, in.CallID, in.GovernmentID, in.Title)
		},
		To:   func(a application.Application) string { return applicationAt(a.ID, "/plan") },
		Done: "신청서를 만들었습니다. 항목을 하나씩 작성해 주십시오.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/new", func(ctx context.Context, who authz.Actor) (*applicationNewPage, error) {
				return s.applicationNew(ctx, who, in.CallID, f)
			})
		},
	})
}

func (s *Server) showApplication(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/show", func(ctx context.Context, who authz.Actor) (*applicationPage, error) {
		return s.applicationShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) applicationShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*applicationPage, error) {
	d, err := s.Applications.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &applicationPage{
		Base:        Base{Title: applicationName(d.Application), Lead: d.Call.Title + " · " + d.GovernmentName, Crumbs: applicationCrumbs(), Failed: f.Failed()},
		Application: d, Stages: applicationStages(d.Application), Todo: applicationTodo(d), Form: f,
		Talks: s.Work.Authz().Mentions(who, "comment:read"),
	}
	if p.Screening, err = s.screening(ctx, who, id); err != nil {
		return nil, err
	}
	if d.State == application.StateSelected {
		return p, s.towardsGrant(ctx, who, p)
	}
	return p, nil
}

// applicationStages is the way of an application; a 시·도's own has nobody above.
func applicationStages(a application.Application) []Stage {
	labels := []string{"작성", "시·도 검토", "접수", "심사", "결과"}
	at := map[application.State]int{
		application.StateDraft: 0, application.StateReturned: 0, application.StateWithdrawn: 0, application.StateSigning: 0, application.StateEndorsing: 1,
		application.StateReceived: 2, application.StateIneligible: 2, application.StateReviewing: 3, application.StateReserve: 4,
		application.StateSelected: 5, application.StateDeclined: 5,
	}[a.State]
	if a.ProvinceID == 0 {
		labels = append(labels[:1:1], labels[2:]...)
		at = max(at-1, 0)
	}
	stages := Stages(at, labels...)
	if at < len(stages) && stages[at].Label != a.StateLabel() {
		stages[at].Note = a.StateLabel()
	}
	return stages
}

// applicationTodo words the next step for this person.
func applicationTodo(d application.Detail) Todo {
	plan := applicationAt(d.ID, "/plan")
	switch {
	case d.State == application.StateDraft && d.Can["submit"]:
		return Todo{"계획서를 작성해 마감 전에 제출해 주십시오.", "계획서 작성", plan}
	case d.State == application.StateReturned && d.Can["submit"]:
		return Todo{"보완 요청을 확인하고 계획서를 고쳐 다시 제출해 주십시오.", "보완하기", plan}
	case d.State == application.StateDraft && d.Can["sign"]:
		return Todo{"계획서를 작성해 마감 전에 결재를 올려 주십시오.", "계획서 작성", plan}
	case d.State == application.StateReturned && d.Can["sign"]:
		return Todo{"보완 요청을 확인하고 계획서를 고쳐 다시 결재를 올려 주십시오.", "보완하기", plan}
	case d.State == application.StateSigning && d.Can["approve"]:
		return Todo{"올라온 계획서를 확인해 결재하거나 반려해 주십시오. 결재하면 바로 제출됩니다.", "결재하기", applicationAt(d.ID, "/signoff")}
	case d.State == application.StateEndorsing && d.Can["endorse"]:
		return Todo{"제출된 계획서를 검토해 추천하거나 보완을 요청해 주십시오.", "검토하기", applicationAt(d.ID, "/endorse")}
	}
	return Todo{Text: map[application.State]string{
		application.StateDraft: "담당자가 계획서를 작성하고 있습니다.", application.StateReturned: "보완한 계획서를 기다리고 있습니다.",
		application.StateSigning:   "결재자의 결재를 기다리고 있습니다. 결재하면 제출됩니다.",
		application.StateEndorsing: "시·도가 계획서를 검토하고 있습니다.", application.StateReceived: "부처에 접수되어 심사를 기다리고 있습니다.",
		application.StateReviewing: "심사 중입니다.", application.StateSelected: "선정되었습니다. 교부신청을 준비해 주십시오.",
		application.StateReserve: "예비로 선정되었습니다.", application.StateDeclined: "선정되지 않았습니다.",
		application.StateWithdrawn: "철회한 신청서입니다.", application.StateIneligible: "부적격으로 처리되었습니다.",
	}[d.State]}
}

// reasonForm is a verb that needs only a reason.
type reasonForm struct {
	ID      application.ID `param:"id"`
	Version int            `form:"version"`
	Reason  string         `form:"reason"`
}

type applicationVerb func(context.Context, authz.Actor, application.ID, int, string) (application.Application, error)

func (s *Server) giveReason(c echo.Context, verb applicationVerb, done string) error {
	var in reasonForm
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return verb(ctx, who, in.ID, in.Version, in.Reason)
		},
		To: applicationPath, Done: done,
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/show", func(ctx context.Context, who authz.Actor) (*applicationPage, error) {
				return s.applicationShow(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) withdrawApplication(c echo.Context) error {
	return s.giveReason(c, s.Applications.Withdraw, "신청을 철회했습니다.")
}

func (s *Server) disqualifyApplication(c echo.Context) error {
	return s.giveReason(c, s.Screenings.Disqualify, "부적격으로 처리했습니다.")
}
