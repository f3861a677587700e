package web

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

// partPage is the form of one part. All parts share it, so that the answer to a
// mistake and to somebody else's save is the same everywhere.
type partPage struct {
	Base
	Workspace application.Workspace
	Part      application.Part
	Action    string // where the form goes
	Form      Form
	Rows      []partRow
	Files     []Option   // of the draft, for minutes and agreements
	Decisions []Option   // of a committee
	Checklist []paperRow // of the call's documents
	Codes     []Option   // of the call's documents
	Places    []Option   // where a file may go
	Papers    application.Papers
	Writable  bool
	Stale     bool      // somebody else saved the part since; what they saved is Stored
	Stored    string    // of a text
	SavedBy   string    // who saved last, and when
	Others    string    // who else has the part open
	Unsaved   bool      // what is shown is not stored: the page saves it by itself
	Contrast  *contrast // with what somebody else saved, when Stale
	Next      Todo
	NextHere  bool // the next thing to do is on this page
	Before    Link // the parts before and after this one, in the order of the task list
	After     Link
	Limit     int
	Grid      linesGrid   // of the budget
	Months    *monthChart // of the 세부사업 as they stand in the form
	Plan      PlanView
	Talk      *talk // what is said of the part

	theirs Form // what is stored, or kept, of the part
}

// partRow is one row of a list part: the names of its fields begin with Prefix.
type partRow struct {
	Prefix string
	Index  int
}

// A list form ends with partBlanks empty rows; "줄 더하기" gives moreBlanks more.
const (
	partBlanks = 3
	moreBlanks = 5
)

func (s *Server) editPart(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		Part string         `param:"part"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	ctx, who := c.Request().Context(), s.who(c)
	p, err := s.part(ctx, who, in.ID, in.Part, nil)
	if err != nil {
		return err
	}
	if p.Writable {
		if _, err := s.Applications.Open(ctx, who, in.ID, in.Part); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	p.inUnit(c.QueryParam("unit"))
	p.choose(c.QueryParam("code"), c.QueryParam("place"))
	return s.render(c, 200, partTemplate(in.Part), p)
}

func partTemplate(part string) string {
	if part == application.PartTitle || strings.HasPrefix(part, "section.") {
		return "application/text"
	}
	return "application/" + part
}

// part makes the page of a part: from what was typed, from what is kept of an earlier
// day, or from what is stored.
func (s *Server) part(ctx context.Context, who authz.Actor, id application.ID, name string, typed *Form) (*partPage, error) {
	workspace := s.Applications.Workspace
	if name == application.PartLines {
		workspace = s.Applications.BudgetWorkspace
	}
	w, err := workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	part, ok := w.Report.Part(name)
	if !ok {
		return nil, fault.New(fault.NotFound, "이 계획서에 없는 항목입니다.")
	}
	p := &partPage{
		Base:      Base{Title: part.Title, Crumbs: planCrumbs(w.Application), Wide: name == application.PartLines, Now: s.cfg.Now()},
		Workspace: w, Part: part, Writable: w.Can["edit"], Plan: planView(w.Plan, id).over(w.Call), Next: planNext(w),
		Action: applicationAt(id, "/"+strings.Replace(name, "section.", "sections/", 1)),
	}
	p.NextHere = p.Next.Path == planAt(id, name)
	p.Before, p.After = partNeighbours(w, name)
	p.SavedBy, p.Others = savedBy(part, p.Now), othersHere(part)
	for _, a := range w.Plan.Attachments {
		p.Files = append(p.Files, Option{Value: fmt.Sprint(a.DocumentID), Label: a.Name})
	}
	if p.theirs, err = storedPart(w, name); err != nil {
		return nil, err
	}
	if part.Kept > 0 && p.Writable {
		if p.theirs, err = s.keptForm(ctx, who, id, name); err != nil {
			return nil, err
		}
	}
	p.Form = p.theirs
	p.Unsaved = part.Kept > 0 && !p.Form.Failed() // what was wrong when it was typed is right today
	if typed != nil {
		p.Form, p.Failed, p.Unsaved = *typed, typed.Failed(), !typed.Failed()
	}
	if p.Talk, err = s.partTalk(ctx, who, w, name); err != nil {
		return nil, err
	}
	p.describe(w, name)
	if name == application.PartAttachments {
		if err := s.papers(ctx, who, p); err != nil {
			return nil, err
		}
	}
	if typed != nil && typed.Failed() && typed.kind == fault.Conflict {
		p.compare()
	}
	return p, nil
}

// partNeighbours are the parts before and after one, in the order of the task list.
func partNeighbours(w application.Workspace, name string) (before, after Link) {
	parts := w.Report.Parts
	for i, p := range parts {
		if p.Name != name {
			continue
		}
		if i > 0 {
			before = Link{parts[i-1].Title, planAt(w.ID, parts[i-1].Name)}
		}
		after = Link{"확인하고 제출", applicationAt(w.ID, "/check")}
		if i+1 < len(parts) {
			after = Link{parts[i+1].Title, planAt(w.ID, parts[i+1].Name)}
		}
	}
	return before, after
}

func (p *partPage) describe(w application.Workspace, name string) {
	p.Limit = 200
	p.Stored = w.Plan.Title
	if kind, ok := strings.CutPrefix(name, "section."); ok {
		p.Stored = w.Plan.Section(kind)
		for _, section := range w.Sections {
			if section.Kind == kind {
				p.Limit = section.MaxLength
			}
		}
	}
	switch name {
	case application.PartDeliberation:
		for _, decision := range []string{"approved", "conditional", "rejected"} {
			p.Decisions = append(p.Decisions, Option{Value: decision, Label: application.DecisionLabel(decision)})
		}
	case application.PartLines:
		p.budget(w)
	case application.PartPartners:
		p.rows("partners", len(w.Plan.Partners), 100)
	case application.PartActivities:
		p.rows("activities", len(w.Plan.Activities), 100)
		var typed activitiesForm
		if _, err := bindValues(maps.Clone(p.Form.Values), nil, &typed); err == nil || fault.KindOf(err) == fault.Invalid {
			typed.Activities = append(typed.Activities, make([]activityForm, max(len(p.Rows)-len(typed.Activities), 0))...)
			p.Months = typed.months(w.Call.ProjectFrom, w.Call.ProjectTo)
		}
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
