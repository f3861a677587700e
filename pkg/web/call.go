package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

func callRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/calls", Action: "call:read", Handle: (*Server).listCalls},
		{Method: "GET", Path: "/calls/new", Action: "call:create", Handle: (*Server).newCall},
		{Method: "POST", Path: "/calls", Action: "call:create", Handle: (*Server).createCall},
		{Method: "GET", Path: "/calls/:id", Action: "call:read", Handle: (*Server).showCall},
		{Method: "GET", Path: "/calls/:id/edit", Action: "call:update", Handle: (*Server).editCall},
		{Method: "POST", Path: "/calls/:id", Action: "call:update", Handle: (*Server).saveCall},
		{Method: "POST", Path: "/calls/:id/announce", Action: "call:announce", Handle: (*Server).announceCall},
		{Method: "POST", Path: "/calls/:id/open", Action: "call:open", Handle: (*Server).openCall},
		{Method: "POST", Path: "/calls/:id/close", Action: "call:close", Handle: (*Server).closeCall},
		{Method: "GET", Path: "/calls/:id/extend", Action: "call:extend", Handle: (*Server).extension},
		{Method: "POST", Path: "/calls/:id/extend", Action: "call:extend", Handle: (*Server).extendCall},
		{Method: "GET", Path: "/calls/:id/hints", Action: "call:hint", Handle: (*Server).editHints},
		{Method: "POST", Path: "/calls/:id/hints", Action: "call:hint", Handle: (*Server).saveHints},
	}, append(rubricRoutes(), outageRoutes()...)...)
}

func callPages() []PageDef {
	return append(rubricPages(), []PageDef{
		{"call/list", &callListPage{}}, {"call/show", &callPage{}}, {"call/edit", &callEditPage{}},
		{"call/extend", &callExtension{}}, {"call/hints", &callHintsPage{}}, {"call/outage", &outagePage{}},
	}...)
}

func callPath(id program.CallID) string { return "/calls/" + strconv.FormatInt(int64(id), 10) }

type callListPage struct {
	Base
	List    List
	Calls   []program.Call
	MayMake bool

	MayPutOff bool // what an outage made late
}

// callFilter is the filter bar of lists of calls.
func callFilter(now time.Time) []Filter {
	var states, years []Option
	for _, st := range callStates() {
		states = append(states, Option{Value: string(st), Label: program.Flow.Label(st)})
	}
	for y := calendar.Today(now).Year() + 1; y >= 2021; y-- {
		years = append(years, Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "년"})
	}
	return []Filter{{Name: "state", Label: "상태", Options: states}, {Name: "fiscal_year", Label: "회계연도", Options: years}}
}

func callStates() []program.State {
	return []program.State{program.StateDraft, program.StateAnnounced, program.StateOpen, program.StateClosed,
		program.StateReviewing, program.StateDecided, program.StatePublished}
}

func (s *Server) listCalls(c echo.Context) error {
	spec := listSpec{Search: "번호·공모 이름", Filters: callFilter(s.cfg.Now())}
	l := list(c, spec)
	if id := c.QueryParam("program"); id != "" {
		if _, err := strconv.ParseInt(id, 10, 64); err == nil {
			l.Request.Filters["program"] = id
		}
	}
	return get(s, c, nil, "call/list", func(ctx context.Context, who authz.Actor) (*callListPage, error) {
		slice, err := s.Programs.Calls(ctx, who, l.Request)
		return &callListPage{Base: Base{Title: "공모", Wide: true}, List: of(l, slice), Calls: slice.Items,
			MayMake: s.Work.Authz().Mentions(who, "call:create"), MayPutOff: s.Work.Authz().Mentions(who, "outage:create")}, err
	})
}

type callPage struct {
	Base
	Call     program.CallDetail
	Stages   []Stage
	Until    []callUntil
	MayApply bool // some grant lets this person write applications

	MayScreen, MayChallenge bool // of a closed call: its screening, its pool of reviewers
	Judging                 judgingRules
	Next                    Notice
}

// callUntil is one deadline for all as it stands.
type callUntil struct {
	Label string
	At    time.Time
	Moved bool // later than announced
}

// untils are the deadlines for all in force: the last act of each kind, or what
// the draft plans.
func untils(d program.CallDetail) []callUntil {
	planned := map[string]time.Time{program.Submit: d.ClosesAt, program.Endorse: d.EndorseUntil, program.Correct: d.CorrectUntil}
	var out []callUntil
	for _, k := range program.DeadlineKinds() {
		u := callUntil{Label: k[1] + " 기한", At: planned[k[0]]}
		for _, x := range d.Deadlines {
			if x.Kind == k[0] && x.GovernmentID == 0 && x.At.After(u.At) {
				u.At, u.Moved = x.At, true
			}
		}
		out = append(out, u)
	}
	return out
}

// callNext is the sentence 지금 할 일 of a call for those who run it.
func callNext(d program.CallDetail) Notice {
	switch {
	case d.Can["announce"]:
		return Notice{"info", "지금 할 일: 내용을 확인하고 공고합니다. 공고하면 누구나 볼 수 있고 일정과 규칙을 고칠 수 없습니다."}
	case d.Can["open"]:
		return Notice{"info", "지금 할 일: 접수 시작 시각이 되었습니다. 곧 자동으로 시작하며, 바로 시작할 수도 있습니다."}
	case d.Can["close"]:
		return Notice{"info", "지금 할 일: 제출 기한이 지났습니다. 곧 자동으로 마감하며, 바로 마감할 수도 있습니다."}
	case d.State == program.StateAnnounced:
		return Notice{"info", "접수 시작을 기다리고 있습니다: " + calendar.FormatInstant(d.OpensAt)}
	case d.State == program.StateOpen:
		return Notice{"info", "접수하고 있습니다. 제출 기한: " + calendar.FormatInstant(d.SubmitUntil) + "까지"}
	case d.State == program.StateClosed:
		return Notice{"info", "접수를 마감했습니다. 시·도의 추천과 보완이 끝나면 심사를 시작합니다."}
	}
	return Notice{"info", "이 공모는 지금 ‘" + program.Flow.Label(d.State) + "’ 단계입니다."}
}

// callStages is the stage bar of a call.
func callStages(state program.State) []Stage {
	var labels []string
	for _, st := range callStates() {
		labels = append(labels, program.Flow.Label(st))
	}
	at := slices.Index(callStates(), state)
	if state == program.StatePublished {
		at++
	}
	return Stages(at, labels...)
}

// judged tells whether applications of a call in this state are looked at.
func judged(s program.State) bool { return s == program.StateClosed || s == program.StateReviewing }

func (s *Server) showCall(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(s, c, &in, "call/show", func(ctx context.Context, who authz.Actor) (*callPage, error) {
		d, err := s.Programs.Call(ctx, who, in.ID)
		return &callPage{
			Base: Base{Title: d.Title, Lead: d.Number + " · " + d.MinistryName + " · " + d.ProgramName, Crumbs: []Crumb{{"공모", "/calls"}}},
			Call: d, Stages: callStages(d.State), Until: untils(d), Judging: judgingOf(d), Next: callNext(d),
			MayApply:     d.State == program.StateOpen && s.Work.Authz().Mentions(who, "application:create"),
			MayScreen:    judged(d.State) && s.Work.Authz().Mentions(who, "screening:setup"),
			MayChallenge: d.State != program.StateDraft && who.SignedIn() && s.Work.Authz().Mentions(who, "challenge:read"),
		}, err
	})
}

// callCommand is a verb of a call without further input.
func (s *Server) callCommand(c echo.Context, done string, do func(context.Context, authz.Actor, program.CallID, int) (program.Call, error)) error {
	var in struct {
		ID      program.CallID `param:"id"`
		Version int            `form:"version"`
	}
	return post(s, c, command[program.Call]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Call, error) {
			return do(ctx, who, in.ID, in.Version)
		},
		To:   func(x program.Call) string { return callPath(x.ID) },
		Done: done,
	})
}

func (s *Server) announceCall(c echo.Context) error {
	return s.callCommand(c, "공고했습니다. 접수는 정한 시각에 시작합니다.", s.Programs.Announce)
}

func (s *Server) openCall(c echo.Context) error {
	return s.callCommand(c, "접수를 시작했습니다.", func(ctx context.Context, who authz.Actor, id program.CallID, _ int) (program.Call, error) {
		return s.Programs.Open(ctx, who, id)
	})
}

func (s *Server) closeCall(c echo.Context) error {
	return s.callCommand(c, "접수를 마감했습니다.", func(ctx context.Context, who authz.Actor, id program.CallID, _ int) (program.Call, error) {
		return s.Programs.Close(ctx, who, id)
	})
}

type callExtensionForm struct {
	ID           program.CallID  `param:"id"`
	Kind         string          `form:"kind"`
	GovernmentID organization.ID `form:"government_id"`
	At           time.Time       `form:"at"`
	EndorseAt    time.Time       `form:"endorse_at"`
	CorrectAt    time.Time       `form:"correct_at"`
	Reason       string          `form:"reason"`
}

type callExtension struct {
	Base
	Call        program.CallDetail
	Until       []callUntil
	Form        Form
	Kinds       []Option
	Governments []Option
}

func (s *Server) callExtension(ctx context.Context, who authz.Actor, id program.CallID, f Form) (*callExtension, error) {
	d, err := s.Programs.Call(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &callExtension{Base: Base{Title: "기한 연장", Lead: d.Title, Crumbs: []Crumb{{"공모", "/calls"}, {d.Title, callPath(id)}}}, Call: d, Until: untils(d), Form: f}
	for _, k := range program.DeadlineKinds() {
		p.Kinds = append(p.Kinds, Option{Value: k[0], Label: k[1] + " 기한"})
	}
	governments, err := s.Programs.Governments(ctx, who, id)
	for _, g := range governments {
		p.Governments = append(p.Governments, Option{Value: strconv.FormatInt(int64(g.ID), 10), Label: g.FullName()})
	}
	return p, err
}

func (s *Server) extension(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(s, c, &in, "call/extend", func(ctx context.Context, who authz.Actor) (*callExtension, error) {
		return s.callExtension(ctx, who, in.ID, Form{})
	})
}

func (s *Server) extendCall(c echo.Context) error {
	var in callExtensionForm
	return post(s, c, command[program.Call]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Call, error) {
			return s.Programs.Extend(ctx, who, in.ID, program.Extension{Kind: in.Kind, GovernmentID: in.GovernmentID,
				At: in.At, EndorseAt: in.EndorseAt, CorrectAt: in.CorrectAt, Reason: in.Reason})
		},
		To: func(x program.Call) string { return callPath(x.ID) }, Done: "기한을 늘렸습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "call/extend", func(ctx context.Context, who authz.Actor) (*callExtension, error) {
				return s.callExtension(ctx, who, in.ID, f)
			})
		},
	})
}

// rowFields are the fields of repeated rows of a form: those that were typed and
// blank ones to add more.
func rowFields(f Form, name string, have int, columns ...[2]string) [][]Field {
	var out [][]Field
	for i := range have + blankRows {
		var row []Field
		for _, col := range columns {
			row = append(row, f.Field(fmt.Sprintf("%s.%d.%s", name, i, col[0]), fmt.Sprintf("%d번째 %s", i+1, col[1])))
		}
		out = append(out, row)
	}
	return out
}
