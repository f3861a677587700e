package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/review"
)

type reviewerPage struct {
	Base
	Reviewer review.Reviewer
	Form     Form
	Places   []Option
	Posts    [][]Field
}

type reviewerEditForm struct {
	ID         review.ReviewerID `param:"id"`
	Version    int               `form:"version"`
	Employer   string            `form:"employer"`
	Expertise  string            `form:"expertise"`
	Government organization.ID   `form:"government_id"`
	Active     bool              `form:"active"`
	Posts      []reviewerPost    `form:"posts"`
}

// reviewerPost is where a reviewer worked; a row without anything is left out.
type reviewerPost struct {
	Government *organization.ID `form:"government_id"`
	Body       string           `form:"body"`
	From       *calendar.Date   `form:"from"`
	To         *calendar.Date   `form:"to"`
}

func (p reviewerPost) post() review.Post {
	out := review.Post{Body: p.Body}
	if p.Government != nil {
		out.GovernmentID = *p.Government
	}
	if p.From != nil {
		out.From = *p.From
	}
	if p.To != nil {
		out.To = *p.To
	}
	return out
}

func (f reviewerEditForm) input() review.ReviewerInput {
	in := review.ReviewerInput{Employer: f.Employer, Expertise: commas(f.Expertise), Government: f.Government, Active: f.Active}
	for _, p := range f.Posts {
		if post := p.post(); post != (review.Post{}) {
			in.Posts = append(in.Posts, post)
		}
	}
	return in
}

func reviewerFormOf(r review.Reviewer) reviewerEditForm {
	f := reviewerEditForm{Employer: r.Employer, Expertise: strings.Join(r.Expertise, ", "), Government: r.GovernmentID, Active: r.Active}
	for _, p := range r.Posts {
		row := reviewerPost{Body: p.Body, From: &p.From}
		if p.GovernmentID != 0 {
			row.Government = &p.GovernmentID
		}
		if !p.To.IsZero() {
			row.To = &p.To
		}
		f.Posts = append(f.Posts, row)
	}
	return f
}

// postRows are the fields of where a reviewer worked, with two rows for more.
func postRows(f Form, places []Option) (out [][]Field) {
	for i := range len(rowsIn(f.Values, "posts")) + 2 {
		at, n := "posts."+strconv.Itoa(i)+".", strconv.Itoa(i+1)+"번째 경력 "
		place := f.Field(at+"government_id", n+"지자체")
		place.Options = places
		out = append(out, []Field{place, f.Field(at+"body", n+"다른 기관"), f.Field(at+"from", n+"시작한 날"), f.Field(at+"to", n+"그만둔 날")})
	}
	return out
}

func (s *Server) reviewerEdit(ctx context.Context, who authz.Actor, id review.ReviewerID, typed *Form) (*reviewerPage, error) {
	r, err := s.Reviews.Reviewer(ctx, who, id)
	if err != nil {
		return nil, err
	}
	f, err := fill(reviewerFormOf(r))
	if err != nil {
		return nil, err
	}
	if typed != nil {
		f = *typed
	}
	p := &reviewerPage{Base: Base{Title: r.Name, Lead: "심사위원 정보", Crumbs: []Crumb{{"심사", "/rounds"}, {"심사위원 명단", at("/programs", r.ProgramID, "/reviewers")}}, Failed: f.Failed()}, Reviewer: r, Form: f}
	p.Places, err = s.places(ctx, who)
	p.Posts = postRows(f, p.Places)
	return p, err
}

func (s *Server) editReviewer(c echo.Context) error {
	var in struct {
		ID review.ReviewerID `param:"id"`
	}
	return get(s, c, &in, "review/reviewer", func(ctx context.Context, who authz.Actor) (*reviewerPage, error) {
		return s.reviewerEdit(ctx, who, in.ID, nil)
	})
}

func (s *Server) saveReviewer(c echo.Context) error {
	var in reviewerEditForm
	return post(s, c, command[review.Reviewer]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
			return s.Reviews.UpdateReviewer(ctx, who, in.ID, in.Version, in.input())
		},
		To: func(r review.Reviewer) string { return at("/programs", r.ProgramID, "/reviewers") }, Done: "저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "review/reviewer", func(ctx context.Context, who authz.Actor) (*reviewerPage, error) {
				return s.reviewerEdit(ctx, who, in.ID, &f)
			})
		},
	})
}
