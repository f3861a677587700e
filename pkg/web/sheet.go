package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

func sheetRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/sheets/:id", Action: "sheet:read", Handle: (*Server).showSheet},
		{Method: "POST", Path: "/assignments/:assignment/sheet/:id", Action: "sheet:score", Handle: (*Server).saveSheet},
		{Method: "GET", Path: "/assignments/:id/check", Action: "sheet:submit", Handle: (*Server).checkSheet},
		{Method: "POST", Path: "/assignments/:assignment/sheet/:id/submit", Action: "sheet:submit", Handle: (*Server).submitSheet},
		{Method: "GET", Path: "/sheets/:id/reopen", Action: "sheet:reopen", Handle: (*Server).askReopen},
		{Method: "POST", Path: "/sheets/:id/reopen", Action: "sheet:reopen", Handle: (*Server).reopenSheet},
		{Method: "GET", Path: "/sheets/:id/documents/:document", Action: "sheet:read", Handle: (*Server).downloadOfSheet},
		{Method: "GET", Path: "/sheets/:id/documents/:document/view", Action: "sheet:read", Handle: (*Server).viewOfSheet},
	}
}

func sheetPages() []PageDef {
	return []PageDef{
		{"sheet/edit", &scorePage{}},
		{"sheet/check", &scorePage{}},
		{"sheet/show", &sheetPage{}},
		{"sheet/reopen", &reopenPage{}},
	}
}

// scorePage is the desk of a reviewer: the plan, the sheet, the way to the others.
type scorePage struct {
	Base
	Desk  review.Desk
	Plan  PlanView
	Form  Form
	Rows  []scoreRow
	Open  bool
	Left  int // assignments of this round that still wait
	Files []besideSheet
}

// LeftWord says how much of the sheet is not scored yet.
func (p scorePage) LeftWord() string { return leftToScore(p.Desk.Content.Left) }

// scoreRow is one criterion on a sheet.
type scoreRow struct {
	Criterion             program.Criterion
	Score                 review.Score
	Done                  string
	Points, Words, Hidden Field
	Reason                Field // of a change in the discussion
}

type scoreLine struct {
	Criterion     int64  `form:"criterion_id"`
	Points        string `form:"points"`
	Justification string `form:"justification"`
	Reason        string `form:"reason"`
}

type sheetForm struct {
	ID         review.SheetID      `param:"id"`
	Assignment review.AssignmentID `param:"assignment"`
	Draft      int                 `form:"version"`
	Opinion    string              `form:"opinion"`
	Scores     []scoreLine         `form:"scores"`
	Act        string              `form:"act"`  // save, check, auto or restore
	Page       string              `form:"page"` // of autosave.js
	Seq        int                 `form:"seq"`
}

func sheetFormOf(content review.Content) sheetForm {
	in := sheetForm{Draft: content.Draft, Opinion: content.Opinion}
	for _, score := range content.Scores {
		line := scoreLine{Criterion: score.CriterionID, Justification: score.Justification, Reason: score.Reason}
		if score.Points != nil {
			line.Points = score.Points.Short()
		}
		in.Scores = append(in.Scores, line)
	}
	return in
}

// scorePageOf shows what is stored, or what was typed when a form is given.
func scorePageOf(d review.Desk, typed Form) (*scorePage, error) {
	f := typed
	if f.Values == nil {
		var err error
		if f, err = fill(sheetFormOf(*d.Content)); err != nil {
			return nil, err
		}
	}
	p := &scorePage{
		Base: Base{Title: d.Task.GovernmentName, Lead: d.Task.Title, Crumbs: assignmentCrumbs(), Wide: true, Failed: typed.Failed()},
		Desk: d, Form: f, Open: d.Sheet.Open(), Left: d.Progress.Left(),
		Plan: PlanView{Plan: d.Submission.Content, Files: at("/sheets", d.Sheet.ID, "/documents/")},
	}
	p.Files = p.Plan.attachments()
	for i, score := range d.Content.Scores {
		name := "scores." + strconv.Itoa(i) + "."
		k := criterionOf(d.Rubric, score.CriterionID)
		p.Rows = append(p.Rows, scoreRow{
			Criterion: k, Score: score, Done: scoredWord(score),
			Hidden: f.Field(name+"criterion_id", ""), Points: f.Field(name+"points", "점수"), Words: f.Field(name+"justification", "평가 근거"),
			Reason: f.Field(name+"reason", "점수를 바꾼 사유"),
		})
	}
	return p, nil
}

// input is the form as the service wants it, with the criterion of each row.
func (f sheetForm) input() (in review.Input, ids []int64) {
	in, ids = review.Input{Draft: f.Draft, Opinion: f.Opinion}, make([]int64, len(f.Scores))
	for i, line := range f.Scores {
		ids[i] = line.Criterion
		in.Scores = append(in.Scores, review.ScoreInput{CriterionID: line.Criterion, Points: line.Points, Justification: line.Justification, Reason: line.Reason})
	}
	return in, ids
}

func (s *Server) saveSheet(c echo.Context) error {
	var in sheetForm
	f, unread := bind(c, &in)
	switch {
	case f.Values == nil:
		return unread
	case in.Act == "restore":
		return s.deskAgain(c, &in.Assignment, "sheet/edit")(f.calm())
	case in.Act == "auto" && unread == nil:
		return s.keepSheet(c, in)
	}
	return post(s, c, command[review.Content]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Content, error) {
			input, ids := in.input()
			content, err := s.Reviews.SaveDraft(ctx, who, in.ID, input)
			return content, renamed(err, rowsByID("scores", ids))
		},
		To: func(review.Content) string {
			if in.Act == "check" {
				return at("/assignments", in.Assignment, "/check")
			}
			return at("/assignments", in.Assignment, "")
		},
		Done: "저장했습니다.", Again: s.deskAgain(c, &in.Assignment, "sheet/edit"),
	})
}

func (s *Server) deskAgain(c echo.Context, id *review.AssignmentID, template string) func(Form) error {
	return func(f Form) error {
		framed(c)
		return show(s, c, f.Status(), template, func(ctx context.Context, who authz.Actor) (*scorePage, error) {
			d, err := s.Reviews.Open(ctx, who, *id)
			if err != nil {
				return nil, err
			}
			if d.Sheet == nil {
				return nil, fault.New(fault.NotFound, "찾을 수 없습니다.")
			}
			if template == "sheet/check" { // its fields are those of the stored sheet
				p, err := scorePageOf(d, Form{})
				if err == nil {
					p.Form, p.Failed = f, true
				}
				return p, err
			}
			return scorePageOf(d, f)
		})
	}
}

func (s *Server) checkSheet(c echo.Context) error {
	var in struct {
		ID review.AssignmentID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.deskAgain(c, &in.ID, "sheet/check")(Form{})
}

func (s *Server) submitSheet(c echo.Context) error {
	var in struct {
		ID         review.SheetID      `param:"id"`
		Assignment review.AssignmentID `param:"assignment"`
		Draft      int                 `form:"draft"`
	}
	return post(s, c, command[review.Sheet]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Sheet, error) {
			return s.Reviews.Submit(ctx, who, in.ID, in.Draft)
		},
		To: func(review.Sheet) string { return at("/assignments", in.Assignment, "") }, Done: "평가표를 제출했습니다.",
		Again: s.deskAgain(c, &in.Assignment, "sheet/check"),
	})
}

// sheetPage is one sheet for reading, beside the plan it judges.
type sheetPage struct {
	Base
	Reading review.Reading
	Plan    PlanView
	Rows    []scoreRow
}

func (s *Server) showSheet(c echo.Context) error {
	var in struct {
		ID review.SheetID `param:"id"`
	}
	return get(s, c, &in, "sheet/show", func(ctx context.Context, who authz.Actor) (*sheetPage, error) {
		r, err := s.Reviews.Read(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		p := &sheetPage{
			Base:    Base{Title: r.Government, Lead: r.Title, Wide: true, Crumbs: roundCrumbs(Crumb{"심사", at("/rounds", r.Sheet.RoundID, "")})},
			Reading: r, Plan: PlanView{Plan: r.Submission.Content, Files: at("/sheets", in.ID, "/documents/")},
		}
		for _, score := range r.Content.Scores {
			p.Rows = append(p.Rows, scoreRow{Criterion: criterionOf(r.Rubric, score.CriterionID), Score: score})
		}
		return p, nil
	})
}

// reopenPage asks the chair why; it shows nothing of what was scored.
type reopenPage struct {
	Base
	Sheet review.Sheet
	Form  Form
}

func (s *Server) reopening(c echo.Context, id review.SheetID, f Form) error {
	return show(s, c, f.Status(), "sheet/reopen", func(ctx context.Context, who authz.Actor) (*reopenPage, error) {
		sheet, err := s.Reviews.Reopening(ctx, who, id)
		return &reopenPage{Base: Base{Title: "평가표 다시 열기", Lead: fmt.Sprintf("%s 위원의 평가표", sheet.ReviewerName), Failed: f.Failed(),
			Crumbs: roundCrumbs(Crumb{"심사", at("/rounds", sheet.RoundID, "")})}, Sheet: sheet, Form: f}, err
	})
}

func (s *Server) askReopen(c echo.Context) error {
	var in struct {
		ID review.SheetID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.reopening(c, in.ID, Form{})
}

func (s *Server) reopenSheet(c echo.Context) error {
	var in struct {
		ID     review.SheetID `param:"id"`
		Reason string         `form:"reason"`
	}
	return post(s, c, command[review.Sheet]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Sheet, error) {
			return s.Reviews.Reopen(ctx, who, in.ID, in.Reason)
		},
		To: func(sheet review.Sheet) string { return at("/rounds", sheet.RoundID, "") }, Done: "평가표를 다시 열었습니다. 위원에게 알렸습니다.",
		Again: func(f Form) error { return s.reopening(c, in.ID, f) },
	})
}
