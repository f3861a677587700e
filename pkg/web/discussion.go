package web

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/review"
)

func discussionRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/sheets/:id/explanations", Action: "sheet:read", Handle: (*Server).showExplanations},
		{Method: "POST", Path: "/sheets/:id/explanations", Action: "sheet:ask", Handle: (*Server).askExplanation},
		{Method: "POST", Path: "/explanations/:id/answer", Action: "sheet:answer", Handle: (*Server).answerExplanation},
		{Method: "GET", Path: "/rounds/:id/minutes", Action: "minutes:read", Handle: (*Server).showMinutes},
		{Method: "GET", Path: "/rounds/:id/minutes/edit", Action: "minutes:update", Handle: (*Server).editMinutes},
		{Method: "POST", Path: "/rounds/:id/minutes", Action: "minutes:update", Handle: (*Server).writeMinutes},
	}
}

func discussionPages() []PageDef {
	return []PageDef{
		{"sheet/explanations", &explanationPage{}},
		{"round/minutes", &minutesPage{}},
		{"round/minutes-edit", &minutesPage{}},
	}
}

// explanationPage is what was asked about a sheet. Answering is the request the
// reviewer answers next, the oldest one that is open; nil when there is none.
type explanationPage struct {
	Base
	Explained review.Explained
	Answering *review.Explanation
	Criteria  []Option
	Form      Form
}

func explanationsPath(id review.SheetID) string { return at("/sheets", id, "/explanations") }

func (s *Server) explanations(ctx context.Context, who authz.Actor, id review.SheetID, f Form) (*explanationPage, error) {
	x, err := s.Reviews.Explanations(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &explanationPage{Base: Base{Title: "설명 요청", Lead: fmt.Sprintf("%s · %s 위원의 평가표", x.Government, x.Sheet.ReviewerName), Failed: f.Failed(),
		Crumbs: roundCrumbs(Crumb{"심사 진행", at("/rounds", x.Sheet.RoundID, "")}, Crumb{"토의", at("/rounds", x.Sheet.RoundID, "/discussion")})}, Explained: x, Form: f}
	for i, e := range x.Explanations {
		if x.CanAnswer && e.AnsweredAt == nil && p.Answering == nil {
			p.Answering = &x.Explanations[i]
		}
	}
	for _, k := range x.Rubric.Criteria {
		p.Criteria = append(p.Criteria, Option{Value: strconv.FormatInt(k.ID, 10), Label: k.Title})
	}
	return p, nil
}

func (s *Server) showExplanations(c echo.Context) error {
	var in struct {
		ID review.SheetID `param:"id"`
	}
	return get(s, c, &in, "sheet/explanations", func(ctx context.Context, who authz.Actor) (*explanationPage, error) {
		return s.explanations(ctx, who, in.ID, Form{})
	})
}

func (s *Server) explanationsAgain(c echo.Context, id *review.SheetID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "sheet/explanations", func(ctx context.Context, who authz.Actor) (*explanationPage, error) {
			return s.explanations(ctx, who, *id, f)
		})
	}
}

func (s *Server) askExplanation(c echo.Context) error {
	var in struct {
		ID        review.SheetID `param:"id"`
		Criterion *int64         `form:"criterion_id"`
		Question  string         `form:"question"`
	}
	return post(s, c, command[review.Explanation]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Explanation, error) {
			var criterion int64
			if in.Criterion != nil {
				criterion = *in.Criterion
			}
			return s.Reviews.Ask(ctx, who, in.ID, criterion, in.Question)
		},
		To: func(review.Explanation) string { return explanationsPath(in.ID) }, Done: "설명을 요청했습니다. 위원에게 알렸습니다.",
		Again: s.explanationsAgain(c, &in.ID),
	})
}

func (s *Server) answerExplanation(c echo.Context) error {
	var in struct {
		ID     review.ExplanationID `param:"id"`
		Sheet  review.SheetID       `form:"sheet_id"`
		Answer string               `form:"answer"`
	}
	return post(s, c, command[review.Explanation]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Explanation, error) {
			return s.Reviews.Answer(ctx, who, in.ID, in.Answer)
		},
		To: func(x review.Explanation) string { return explanationsPath(x.SheetID) }, Done: "답했습니다. 요청한 사람에게 알렸습니다.",
		Again: s.explanationsAgain(c, &in.Sheet),
	})
}

// minutesPage are the minutes for reading and printing, and their form.
type minutesPage struct {
	Base
	View      review.MinutesView
	Form      Form
	Attendees []Option
	Rows      []minutesRow
}

// minutesRow is one application on the form.
type minutesRow struct {
	Item             review.MinutesItem
	Hidden, Decision Field
}

type minutesItemForm struct {
	Application application.ID `form:"application_id"`
	Decision    string         `form:"decision"`
}

type minutesForm struct {
	ID        review.RoundID      `param:"id"`
	Version   int                 `form:"version"`
	HeldAt    time.Time           `form:"held_at"`
	Place     string              `form:"place"`
	Attendees []review.ReviewerID `form:"attendees"`
	Body      string              `form:"body"`
	Items     []minutesItemForm   `form:"items"`
}

// minutesFormOf is what is stored; nothing yet: now, with everybody present.
func minutesFormOf(v review.MinutesView, now time.Time) minutesForm {
	m := v.Minutes
	in := minutesForm{Version: m.Version, HeldAt: m.HeldAt, Place: m.Place, Body: m.Body}
	if m.ID == 0 {
		in.HeldAt = now.Truncate(time.Minute)
	}
	for _, a := range v.Attendees {
		if a.Present || m.ID == 0 {
			in.Attendees = append(in.Attendees, a.ReviewerID)
		}
	}
	for _, item := range v.Items {
		in.Items = append(in.Items, minutesItemForm{item.ApplicationID, item.Decision})
	}
	return in
}

func (s *Server) minutes(ctx context.Context, who authz.Actor, id review.RoundID) (*minutesPage, error) {
	v, err := s.Reviews.Minutes(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &minutesPage{Base: Base{Title: "심사 회의록", Lead: v.Round.CallTitle + " · " + v.Round.StageLabel(),
		Crumbs: roundCrumbs(Crumb{v.Round.CallTitle + " 심사", roundPath(v.Round)})}, View: v}, nil
}

func (s *Server) showMinutes(c echo.Context) error {
	var in struct {
		ID review.RoundID `param:"id"`
	}
	return get(s, c, &in, "round/minutes", func(ctx context.Context, who authz.Actor) (*minutesPage, error) {
		return s.minutes(ctx, who, in.ID)
	})
}

func (s *Server) minutesFormPage(ctx context.Context, who authz.Actor, id review.RoundID, f Form) (*minutesPage, error) {
	p, err := s.minutes(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if p.Form = f; f.Values == nil {
		if p.Form, err = fill(minutesFormOf(p.View, s.cfg.Now())); err != nil {
			return nil, err
		}
	}
	p.Failed = f.Failed()
	for _, a := range p.View.Attendees {
		p.Attendees = append(p.Attendees, Option{Value: strconv.FormatInt(int64(a.ReviewerID), 10), Label: a.Name})
	}
	for i, item := range p.View.Items {
		name := "items." + strconv.Itoa(i) + "."
		p.Rows = append(p.Rows, minutesRow{Item: item, Hidden: p.Form.Field(name+"application_id", ""), Decision: p.Form.Field(name+"decision", item.GovernmentName+"의 토의와 결정")})
	}
	return p, nil
}

func (s *Server) editMinutes(c echo.Context) error {
	var in struct {
		ID review.RoundID `param:"id"`
	}
	return get(s, c, &in, "round/minutes-edit", func(ctx context.Context, who authz.Actor) (*minutesPage, error) {
		return s.minutesFormPage(ctx, who, in.ID, Form{})
	})
}

func (s *Server) writeMinutes(c echo.Context) error {
	var in minutesForm
	return post(s, c, command[review.MinutesView]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.MinutesView, error) {
			m := review.MinutesInput{Version: in.Version, HeldAt: in.HeldAt, Place: in.Place, Attendees: in.Attendees, Body: in.Body}
			for _, item := range in.Items {
				m.Items = append(m.Items, review.DecisionInput{Application: item.Application, Decision: item.Decision})
			}
			return s.Reviews.WriteMinutes(ctx, who, in.ID, m)
		},
		To: func(v review.MinutesView) string { return at("/rounds", v.Round.ID, "/minutes") }, Done: "회의록을 저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "round/minutes-edit", func(ctx context.Context, who authz.Actor) (*minutesPage, error) {
				return s.minutesFormPage(ctx, who, in.ID, f)
			})
		},
	})
}

// Discussing tells that points changed on the sheet now need a reason.
func (p scorePage) Discussing() bool { return p.Desk.Sheet.RoundState == review.Discussing }
