package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

func planRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/plan", Action: "application:preview", Handle: (*Server).showPlan},
		{Method: "GET", Path: "/applications/:id/plan/:part", Action: "application:preview", Handle: (*Server).editPart},
		{Method: "POST", Path: "/applications/:id/title", Action: "application:edit", Handle: (*Server).saveTitle},
		{Method: "POST", Path: "/applications/:id/sections/:kind", Action: "application:edit", Handle: (*Server).saveSection},
		{Method: "POST", Path: "/applications/:id/lines", Action: "application:edit", Handle: (*Server).saveLines},
		{Method: "POST", Path: "/applications/:id/deliberation", Action: "application:edit", Handle: (*Server).saveDeliberation},
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
		return &planPage{
			Base: Base{Title: "사업계획서", Lead: w.Call.Title + " · " + w.GovernmentName,
				Crumbs: applicationCrumbs(Crumb{applicationName(w.Application), applicationPath(w.Application)})},
			Workspace: w, Tasks: planTasks(w), Next: planNext(w),
		}, nil
	})
}

// planTasks is the report as a task list; who may not write only reads the states.
func planTasks(w application.Workspace) []Task {
	tasks := make([]Task, 0, len(w.Report.Parts)+1)
	for _, p := range w.Report.Parts {
		t := Task{Label: p.Title, Path: planAt(w.ID, p.Name), State: partBadge(p)}
		if len(p.Problems) > 0 {
			t.Hint = p.Problems[0].Msg
		}
		tasks = append(tasks, t)
	}
	last := Task{Label: "확인하고 제출", State: Badge{"", "아직 시작할 수 없음"}, Hint: "모든 항목을 마치면 제출할 수 있습니다. 빠진 것이 있어도 미리 볼 수 있습니다.", Path: applicationAt(w.ID, "/check")}
	if w.Report.Complete() {
		last.State, last.Hint = Badge{"primary", "제출할 수 있음"}, ""
	}
	return append(tasks, last)
}

func partBadge(p application.Part) Badge {
	return Badge{map[application.PartState]string{
		application.NotStarted: "neutral", application.Writing: "warning", application.Faulty: "danger", application.Done: "",
	}[p.State], p.StateLabel()}
}

func planNext(w application.Workspace) Todo {
	for _, p := range w.Report.Parts {
		if len(p.Problems) > 0 {
			return Todo{p.Problems[0].Msg, "‘" + p.Title + "’ 작성", planAt(w.ID, p.Name)}
		}
	}
	return Todo{"모든 항목을 작성했습니다. 내용을 확인하고 제출해 주십시오.", "확인하고 제출", applicationAt(w.ID, "/check")}
}

// partPage is the form of one part. All parts share it, so that the answer to a
// mistake and to somebody else's save is the same everywhere.
type partPage struct {
	Base
	Workspace application.Workspace
	Part      application.Part
	Action    string // where the form goes
	Form      Form
	Rows      []partRow
	Files     []Option // of the draft, for minutes and agreements
	Decisions []Option // of a committee
	Checklist []Task   // of the call's documents
	Codes     []Option // of the call's documents
	Writable  bool
	Stale     bool   // somebody else saved the part since; what they saved is Stored
	Stored    string // of a text
	Hint      string
	Limit     int
	Balance   []balanceRow
	Plan      PlanView
}

// partRow is one row of a list part: the names of its fields begin with Prefix.
type partRow struct {
	Prefix string
	Index  int
	Total  string
	Note   string // name of an expense code
}

// A list form ends with partBlanks empty rows; "줄 더하기" gives moreBlanks more.
const (
	partBlanks = 3
	moreBlanks = 5
)

// partForm is what every part's form carries.
type partForm struct {
	ID      application.ID `param:"id"`
	Version int            `form:"version"`
	Act     string         `form:"act"` // save, add, propose or done
}

func (s *Server) editPart(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		Part string         `param:"part"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	p, err := s.part(c.Request().Context(), s.who(c), in.ID, in.Part, nil)
	if err != nil {
		return err
	}
	return s.render(c, 200, partTemplate(in.Part), p)
}

func partTemplate(part string) string {
	if part == application.PartTitle || strings.HasPrefix(part, "section.") {
		return "application/text"
	}
	return "application/" + part
}

// part makes the page of a part: from what is stored, or from what was typed.
func (s *Server) part(ctx context.Context, who authz.Actor, id application.ID, name string, typed *Form) (*partPage, error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	part, ok := w.Report.Part(name)
	if !ok {
		return nil, fault.New(fault.NotFound, "이 계획서에 없는 항목입니다.")
	}
	p := &partPage{
		Base:      Base{Title: part.Title, Crumbs: planCrumbs(w.Application), Wide: name == application.PartLines},
		Workspace: w, Part: part, Writable: w.Can["edit"], Plan: planView(w.Plan, id),
		Action: applicationAt(id, "/"+strings.Replace(name, "section.", "sections/", 1)),
	}
	for _, a := range w.Plan.Attachments {
		p.Files = append(p.Files, Option{Value: fmt.Sprint(a.DocumentID), Label: a.Name})
	}
	if typed != nil {
		p.Form, p.Failed, p.Stale = *typed, typed.Failed(), typed.kind == fault.Conflict && typed.Failed()
	} else if p.Form, err = storedPart(w, name); err != nil {
		return nil, err
	}
	p.describe(w, name)
	return p, nil
}

func (p *partPage) describe(w application.Workspace, name string) {
	p.Limit = 200
	p.Stored = w.Plan.Title
	if kind, ok := strings.CutPrefix(name, "section."); ok {
		p.Stored = w.Plan.Section(kind)
		for _, section := range w.Sections {
			if section.Kind == kind {
				p.Hint, p.Limit = section.Hint, section.MaxLength
			}
		}
	}
	switch name {
	case application.PartDeliberation:
		for _, decision := range []string{"approved", "conditional", "rejected"} {
			p.Decisions = append(p.Decisions, Option{Value: decision, Label: application.DecisionLabel(decision)})
		}
	case application.PartAttachments:
		p.Checklist, p.Codes = documentChoices(w)
	case application.PartLines:
		p.Balance = balanceRows(w.Report.Balance)
		p.rows("lines", len(w.Plan.Lines), application.MaxLines)
		p.nameRows(w)
	case application.PartPartners:
		p.rows("partners", len(w.Plan.Partners), 100)
	case application.PartActivities:
		p.rows("activities", len(w.Plan.Activities), 100)
	case application.PartIndicators:
		p.rows("indicators", len(w.Plan.Indicators), 100)
	}
}

// rows counts the rows of a list form: those typed or stored, then empty ones.
func (p *partPage) rows(list string, stored, most int) {
	n, blanks := stored, partBlanks
	if p.Form.order != nil { // typed, with the empty rows it had
		n, blanks = 0, 0
		for name := range p.Form.Values {
			if i, _, ok := itemIndex(name, list+"."); ok {
				n = max(n, i+1)
			}
		}
	}
	if p.Form.Values.Get("act") == "add" {
		blanks = moreBlanks
	}
	if !p.Writable {
		blanks = 0
	}
	for i := range min(n+blanks, most) {
		p.Rows = append(p.Rows, partRow{Prefix: fmt.Sprintf("%s.%d.", list, i), Index: i + 1})
	}
}

// Field is one field of a row, labelled for a screen reader.
func (p *partPage) Field(row partRow, name, label string) Field {
	return p.Form.Field(row.Prefix+name, fmt.Sprintf("%d번째 %s", row.Index, label))
}

// storedPart is the form of what is saved.
func storedPart(w application.Workspace, name string) (Form, error) {
	if kind, ok := strings.CutPrefix(name, "section."); ok {
		return fill(textForm{Text: w.Plan.Section(kind)})
	}
	switch name {
	case application.PartTitle:
		return fill(textForm{Text: w.Plan.Title})
	case application.PartLines:
		return fill(linesForm{Lines: lineForms(w.Plan.Lines)})
	case application.PartDeliberation:
		return fill(deliberationFormOf(w.Plan.Deliberation))
	case application.PartPartners:
		return fill(partnersForm{Partners: partnerForms(w.Plan.Partners)})
	case application.PartActivities:
		return fill(activitiesForm{Activities: activityForms(w.Plan.Activities)})
	case application.PartIndicators:
		return fill(indicatorsForm{Indicators: indicatorForms(w.Plan.Indicators)})
	}
	return fill(uploadForm{})
}
