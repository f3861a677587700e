package web

import (
	"context"
	"fmt"
	"slices"
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

// partBlanks is how many empty rows a list form ends with.
const partBlanks = 3

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
	n := stored
	if p.Form.order != nil { // typed
		n = 0
		for name := range p.Form.Values {
			if i, _, ok := itemIndex(name, list+"."); ok {
				n = max(n, i+1)
			}
		}
	}
	blanks := partBlanks
	if p.Form.Values.Get("act") == "add" {
		blanks += 5
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

type textForm struct {
	partForm
	Text string `form:"text"`
}

type sectionForm struct {
	textForm
	Kind string `param:"kind"`
}

// savePart runs the save of one part: "줄 더하기" only shows the form with more rows.
func (s *Server) savePart(c echo.Context, in any, common *partForm, part string, save func(context.Context, authz.Actor) (application.Saved, error)) error {
	again := func(f Form) error {
		p, err := s.part(c.Request().Context(), s.who(c), common.ID, part, &f)
		if err != nil {
			return err
		}
		return s.render(c, f.Status(), partTemplate(part), p)
	}
	if f, err := bind(c, in); common.Act == "add" && (err == nil || f.Failed()) {
		return again(f)
	}
	return post(s, c, command[application.Saved]{
		In: in, Do: save, Again: again, Done: "저장했습니다.",
		To: func(application.Saved) string {
			if common.Act == "done" {
				return applicationAt(common.ID, "/plan")
			}
			return planAt(common.ID, part)
		},
	})
}

func (s *Server) saveTitle(c echo.Context) error {
	var in textForm
	return s.savePart(c, &in, &in.partForm, application.PartTitle, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		saved, err := s.Applications.SaveTitle(ctx, who, in.ID, in.Version, in.Text)
		return saved, renamed(err, "title", "text")
	})
}

func (s *Server) saveSection(c echo.Context) error {
	var in sectionForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.savePart(c, &in, &in.partForm, "section."+in.Kind, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		saved, err := s.Applications.SaveSection(ctx, who, in.ID, in.Kind, in.Version, in.Text)
		return saved, renamed(err, "body", "text")
	})
}

// renamed moves the mistake of a service's field to the field of the form.
func renamed(err error, from, to string) error {
	msg, fields := fault.Public(err)
	if err == nil || fields[from] == "" {
		return err
	}
	return &fault.Error{Kind: fault.KindOf(err), Msg: msg, Fields: map[string]string{to: fields[from]}, Err: err}
}

// renumbered moves mistakes of the rows that were sent on to the rows that were
// typed: kept[j] is the typed row of the sent row j.
func renumbered(err error, list string, kept []int) error {
	msg, fields := fault.Public(err)
	if err == nil || fault.KindOf(err) != fault.Invalid {
		return err
	}
	out := map[string]string{}
	for name, sentence := range fields {
		if i, rest, ok := itemIndex(name, list+"."); ok && i < len(kept) {
			name = fmt.Sprintf("%s.%d.%s", list, kept[i], rest)
		}
		out[name] = sentence
	}
	return &fault.Error{Kind: fault.Invalid, Msg: msg, Fields: out, Err: err}
}

// keep drops the rows that are empty or marked for removal.
func keep[F, T any](rows []F, drop func(F) bool, make func(F) T) (out []T, kept []int) {
	out = []T{}
	for i, row := range rows {
		if !drop(row) {
			out, kept = append(out, make(row)), append(kept, i)
		}
	}
	return out, kept
}

// checkPage shows all of the plan as it will be read, and hands it in.
type checkPage struct {
	Base
	Workspace application.Workspace
	Plan      PlanView
	Form      Form
	Problems  []partProblems
	Balance   []balanceRow
}

type partProblems struct {
	Title, Path string
	Problems    []application.Problem
}

func (s *Server) checkShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*checkPage, error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &checkPage{
		Base:      Base{Title: "확인하고 제출", Lead: w.Call.Title + " · " + w.GovernmentName, Crumbs: planCrumbs(w.Application), Wide: true, Failed: f.Failed()},
		Workspace: w, Plan: planView(w.Plan, id), Form: f, Balance: balanceRows(w.Report.Balance),
	}
	for _, part := range w.Report.Parts {
		if len(part.Problems) > 0 {
			p.Problems = append(p.Problems, partProblems{part.Title, planAt(id, part.Name), slices.Clone(part.Problems)})
		}
	}
	return p, nil
}

func (s *Server) checkPlan(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
		return s.checkShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) submitApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id"`
		Version int            `form:"version"`
		Draft   int            `form:"draft_version"`
		Agreed  bool           `form:"agreed"`
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			if !in.Agreed {
				return application.Application{}, fault.Fields{"agreed": "내용을 확인했다는 칸에 표시해 주십시오."}.Err()
			}
			return s.Applications.Submit(ctx, who, in.ID, in.Version, in.Draft)
		},
		To: func(a application.Application) string { return applicationAt(a.ID, "/receipt") },
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
				return s.checkShow(ctx, who, in.ID, f)
			})
		},
	})
}
