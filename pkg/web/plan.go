package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
)

func planRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/plan", Action: "application:preview", Handle: (*Server).showPlan},
		{Method: "GET", Path: "/applications/:id/plan/:part", Action: "application:preview", Handle: (*Server).editPart},
		{Method: "POST", Path: "/applications/:id/plan/:part/open", Action: "application:edit", Handle: (*Server).openPart},
		{Method: "POST", Path: "/applications/:id/title", Action: "application:edit", Handle: (*Server).saveTitle},
		{Method: "POST", Path: "/applications/:id/sections/:kind", Action: "application:edit", Handle: (*Server).saveSection},
		{Method: "POST", Path: "/applications/:id/lines", Action: "application:edit", Handle: (*Server).saveLines},
		{Method: "POST", Path: "/applications/:id/deliberation", Action: "application:edit", Handle: (*Server).saveDeliberation, BodyLimit: "11M"},
		{Method: "POST", Path: "/applications/:id/partners", Action: "application:edit", Handle: (*Server).savePartners},
		{Method: "POST", Path: "/applications/:id/activities", Action: "application:edit", Handle: (*Server).saveActivities},
		{Method: "POST", Path: "/applications/:id/indicators", Action: "application:edit", Handle: (*Server).saveIndicators},
		{Method: "POST", Path: "/applications/:id/attachments", Action: "application:edit", Handle: (*Server).uploadAttachment, BodyLimit: "11M"},
		{Method: "POST", Path: "/applications/:id/attachments/:document/detach", Action: "application:edit", Handle: (*Server).detachAttachment},
		{Method: "GET", Path: "/applications/:id/documents/:document", Action: "application:read", Handle: (*Server).downloadAttachment},
		{Method: "GET", Path: "/applications/:id/check", Action: "application:preview", Handle: (*Server).checkPlan},
		{Method: "POST", Path: "/applications/:id/submit", Action: "application:submit", Handle: (*Server).submitApplication},
	}
}

func planPages() []PageDef {
	return []PageDef{
		{"application/plan", &planPage{}},
		{"application/text", &partPage{}},
		{"application/lines", &partPage{}},
		{"application/deliberation", &partPage{}},
		{"application/partners", &partPage{}},
		{"application/activities", &partPage{}},
		{"application/indicators", &partPage{}},
		{"application/attachments", &partPage{}},
		{"application/check", &checkPage{}},
	}
}

// planPage is the task list of a plan.
type planPage struct {
	Base
	Workspace application.Workspace
	Tasks     []Task
	Next      Todo
}

func planAt(id application.ID, part string) string { return applicationAt(id, "/plan/"+part) }

func planCrumbs(a application.Application) []Crumb {
	return applicationCrumbs(Crumb{applicationName(a), applicationPath(a)}, Crumb{"계획서", applicationAt(a.ID, "/plan")})
}

func (s *Server) showPlan(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/plan", func(ctx context.Context, who authz.Actor) (*planPage, error) {
		w, err := s.Applications.Workspace(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		b, err := s.board(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		return &planPage{
			Base: Base{Title: "사업계획서", Lead: w.Call.Title + " · " + w.GovernmentName,
				Crumbs: applicationCrumbs(Crumb{applicationName(w.Application), applicationPath(w.Application)})},
			Workspace: w, Tasks: withTalk(planTasks(w, s.cfg.Now()), w, b), Next: planNext(w),
		}, nil
	})
}

// planTasks is the report as a task list; who may not write only reads the states.
// Handing in can be looked at before everything is done, but not begun.
func planTasks(w application.Workspace, now time.Time) []Task {
	tasks := make([]Task, 0, len(w.Report.Parts)+1)
	for _, p := range w.Report.Parts {
		t := Task{Label: p.Title, Path: planAt(w.ID, p.Name), State: partBadge(p), Note: strings.Join(slices.DeleteFunc([]string{savedBy(p, now), othersHere(p)}, blank), " · ")}
		if len(p.Problems) > 0 {
			t.Hint = p.Problems[0].Msg
		}
		tasks = append(tasks, t)
	}
	last := Task{Label: "확인하고 제출", State: Badge{"", "아직 시작할 수 없음"}, Hint: "모든 항목을 마치면 제출할 수 있습니다.", More: Link{"지금까지 쓴 계획서 미리 보기", applicationAt(w.ID, "/check")}}
	if w.Report.Complete() {
		last = Task{Label: last.Label, State: Badge{"primary", "제출할 수 있음"}, Path: last.More.Path}
	}
	return append(tasks, last)
}

func blank(text string) bool { return text == "" }

func partBadge(p application.Part) Badge {
	return Badge{map[application.PartState]string{
		application.NotStarted: "neutral", application.Writing: "warning", application.Faulty: "danger", application.Returned: "danger", application.Done: "",
	}[p.State], p.StateLabel()}
}

// savedBy says who saved a part last and when, empty before the first save.
func savedBy(p application.Part, now time.Time) string {
	if p.UpdatedAt == nil || p.SavedBy == "" {
		return ""
	}
	at := calendar.FormatInstant(*p.UpdatedAt)
	if calendar.Today(*p.UpdatedAt) == calendar.Today(now) {
		at = clock(*p.UpdatedAt)
	}
	return p.SavedBy + " 님이 " + at + "에 저장"
}

// othersHere says who else has a part open, empty when nobody has.
func othersHere(p application.Part) string {
	if len(p.Others) == 0 {
		return ""
	}
	return "지금 이 부분을 열어 둔 사람: " + strings.Join(p.Others, ", ")
}

// planNext is 다음 할 일: what is wrong and what was sent back comes before what is
// not written yet.
func planNext(w application.Workspace) Todo {
	for _, wanted := range []func(application.Part) bool{
		func(p application.Part) bool { return p.State == application.Faulty || p.State == application.Returned },
		func(p application.Part) bool { return len(p.Problems) > 0 },
	} {
		i := slices.IndexFunc(w.Report.Parts, wanted)
		if i < 0 {
			continue
		}
		p := w.Report.Parts[i]
		if len(p.Problems) == 0 {
			return Todo{"보완을 요청받은 내용을 확인하고 고쳐 주십시오.", "‘" + p.Title + "’ 보완", planAt(w.ID, p.Name)}
		}
		return Todo{p.Problems[0].Msg, "‘" + p.Title + "’ 작성", planAt(w.ID, p.Name)}
	}
	return Todo{"모든 항목을 작성했습니다. 내용을 확인하고 제출해 주십시오.", "확인하고 제출", applicationAt(w.ID, "/check")}
}
