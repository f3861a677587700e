package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
)

func endorsementRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/endorse", Action: "application:endorse", Handle: (*Server).showEndorsement},
		{Method: "POST", Path: "/applications/:id/endorse", Action: "application:endorse", Handle: (*Server).endorseApplication},
		{Method: "POST", Path: "/applications/:id/return", Action: "application:return", Handle: sendBack((*comment.Service).Return)},
		{Method: "GET", Path: "/applications/:id/correct", Action: "application:correct", Handle: (*Server).showEndorsement},
		{Method: "POST", Path: "/applications/:id/correct", Action: "application:correct", Handle: sendBack((*comment.Service).Correct)},
		{Method: "GET", Path: "/endorsements", Action: "application:endorse", Handle: (*Server).listRollups},
		{Method: "GET", Path: "/endorsements/:id", Action: "application:endorse", Handle: (*Server).showRollup},
		{Method: "POST", Path: "/endorsements/:id", Action: "application:endorse", Handle: (*Server).endorseAll},
	}
}

func endorsementPages() []PageDef {
	return []PageDef{{"application/endorse", &endorsementPage{}}, {"application/rollups", &rollupsPage{}}, {"application/rollup", &rollupPage{}}}
}

// endorsementPage has what was handed in on the left and the decision on the right:
// the 시·도's, or the ministry's return within the correction period.
type endorsementPage struct {
	Base
	Application application.Detail
	Submission  application.Submission
	Plan        PlanView
	Balance     []balanceRow
	Form        Form
	Places      []Option
	Cells       []Option
	Items       []int // the rows of the return, by index
	Talk        *talk
	Screening   *application.Screening // what is like it, nil for those who do not look
	Answered    []talkThread           // items of the return before this version, with their answers
}

// A return begins with returnItems empty rows; "항목 더하기" gives as many more.
const returnItems = 3

type endorsementForm struct {
	ID      application.ID `param:"id"`
	Version int            `form:"version"`
	Opinion string         `form:"opinion"`
	Rank    *int           `form:"rank"`
}

func (s *Server) endorsementShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*endorsementPage, error) {
	h, err := s.Applications.Submission(ctx, who, id, 0)
	if err != nil {
		return nil, err
	}
	b, err := s.board(ctx, who, id)
	if err != nil {
		return nil, err
	}
	plan := h.Submission.Content
	p := &endorsementPage{
		Base: Base{Title: "시·도 검토", Lead: fmt.Sprintf("%s · %s · 제출본 %d", h.GovernmentName, applicationName(h.Application), h.Submission.No),
			Crumbs: applicationCrumbs(Crumb{applicationName(h.Application), applicationPath(h.Application)}), Wide: true, Failed: f.Failed()},
		Application: h.Detail, Submission: h.Submission, Plan: planView(plan, id), Form: f,
		Balance: balanceRows(application.BalanceOf(plan, h.Call)), Places: places(plan)[1:], Cells: cellChoices(),
		Talk: versionTalk(b, plan, talkAt{On: "submission", No: h.Submission.No}),
	}
	if p.Screening, err = s.screening(ctx, who, id); err != nil {
		return nil, err
	}
	if h.Can["correct"] {
		p.Title = "보완 요청"
	}
	if b != nil {
		p.Answered = talkThreads(b.Returned(h.Submission.No-1), plan, talkAt{On: "submission", No: h.Submission.No}, false)
		if h.Submission.No == 1 {
			p.Answered = nil
		}
	}
	rows := returnItems
	for name := range f.Values {
		if i, _, ok := itemIndex(name, "items."); ok {
			rows = max(rows, i+1)
		}
	}
	if f.Value("act") == "add" {
		rows += returnItems
	}
	for i := range min(rows, comment.MaxItems) {
		p.Items = append(p.Items, i)
	}
	return p, nil
}

// Item is one field of a row of the return.
func (p *endorsementPage) Item(i int, name, label string) Field {
	return p.Form.Field(fmt.Sprintf("items.%d.%s", i, name), fmt.Sprintf("%d번째 %s", i+1, label))
}

// cellChoices are the columns a return can point at, named with their part.
func cellChoices() []Option {
	var out []Option
	for _, part := range []string{application.PartLines, application.PartPartners, application.PartActivities, application.PartIndicators} {
		title, _ := application.Plan{}.PartTitle(part)
		for _, cell := range application.Cells(part) {
			out = append(out, Option{Value: part + "." + cell.Name, Label: title + ": " + cell.Label})
		}
	}
	return out
}

func (s *Server) showEndorsement(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/endorse", func(ctx context.Context, who authz.Actor) (*endorsementPage, error) {
		return s.endorsementShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) endorsementAgain(c echo.Context, id application.ID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "application/endorse", func(ctx context.Context, who authz.Actor) (*endorsementPage, error) {
			return s.endorsementShow(ctx, who, id, f)
		})
	}
}

func (s *Server) endorseApplication(c echo.Context) error {
	var in endorsementForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return s.Applications.Endorse(ctx, who, in.ID, in.Version, in.Opinion, in.Rank)
		},
		To: applicationPath, Done: "추천했습니다. 신청이 부처에 접수되었습니다.", Again: s.endorsementAgain(c, in.ID),
	})
}

type returnForm struct {
	ID      application.ID   `param:"id"`
	Version int              `form:"version"`
	Act     string           `form:"act"` // send, or add for more rows
	Reason  string           `form:"reason"`
	Items   []returnItemForm `form:"items"`
}

type returnItemForm struct {
	Place string `form:"place"`
	Cell  string `form:"cell"`
	Body  string `form:"body"`
}

// empty tells whether nobody wrote anything into the row.
func (r returnItemForm) empty() bool { return r.Place == "" && r.Cell == "" && r.Body == "" }

// item is the row as it is sent back; a cell of another part names no cell.
func (r returnItemForm) item() comment.Item {
	part, field := placeOf(r.Place)
	if r.Cell != "" {
		cell, ok := cutPart(r.Cell, part)
		if !ok || field == "" {
			cell = "?"
		}
		field += "." + cell
	}
	return comment.Item{Part: part, Field: field, Body: r.Body}
}

type returnVerb func(*comment.Service, context.Context, authz.Actor, application.ID, int, string, []comment.Item) (application.Application, error)

// sendBack is the handler of a return; rows nobody wrote into are left out, and
// mistakes are shown at the row they belong to.
func sendBack(verb returnVerb) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in, typed returnForm
		if f, err := bind(c, &typed); err == nil && typed.Act == "add" {
			return s.endorsementAgain(c, typed.ID)(f)
		} else if err := bindAddress(c, &in); err != nil {
			return err
		}
		var rows []int
		return post(s, c, command[application.Application]{
			In: &in,
			Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
				var items []comment.Item
				for i, r := range in.Items {
					if !r.empty() {
						items, rows = append(items, r.item()), append(rows, i)
					}
				}
				return verb(s.Comments, ctx, who, in.ID, in.Version, in.Reason, items)
			},
			To: applicationPath, Done: "보완을 요청했습니다.",
			Again: func(f Form) error {
				f = f.spread("items", rows)
				for i := range in.Items {
					f.move(fmt.Sprintf("items.%d.part", i), fmt.Sprintf("items.%d.place", i))
					f.move(fmt.Sprintf("items.%d.field", i), fmt.Sprintf("items.%d.cell", i))
				}
				return s.endorsementAgain(c, in.ID)(f)
			},
		})
	}
}
