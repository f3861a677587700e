package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

func commentRoutes() []Route {
	apps, one := Prefix+"/applications/:id", Prefix+"/comments/:id"
	return []Route{
		{Method: "GET", Path: apps + "/comments", Action: "comment:read", Handle: (*Server).listComments},
		{Method: "POST", Path: apps + "/comments", Action: "comment:create", Handle: (*Server).createComment},
		{Method: "POST", Path: one + "/retract", Action: "comment:create", Handle: changeComment((*comment.Service).Retract)},
		{Method: "POST", Path: one + "/resolve", Action: "comment:create", Handle: changeComment((*comment.Service).Resolve)},
		{Method: "POST", Path: one + "/reopen", Action: "comment:create", Handle: changeComment((*comment.Service).Reopen)},
		{Method: "POST", Path: apps + "/return", Action: "application:return", Handle: sendBack((*comment.Service).Return)},
		{Method: "POST", Path: apps + "/correct", Action: "application:correct", Handle: sendBack((*comment.Service).Correct)},
		{Method: "GET", Path: apps + "/compare", Action: "application:read", Handle: (*Server).compareVersions},
		{Method: "POST", Path: apps + "/sign", Action: "application:sign", Handle: handPlan((*application.Service).Sign)},
		{Method: "POST", Path: apps + "/approve", Action: "application:approve", Handle: handPlan((*application.Service).Approve)},
		{Method: "POST", Path: apps + "/reject", Action: "application:reject", Handle: giveReason((*application.Service).Reject)},
		{Method: "POST", Path: apps + "/recall", Action: "application:recall", Handle: (*Server).recallApplication},
		{Method: "GET", Path: Prefix + "/calls/:id/endorsements", Action: "application:endorse", Handle: (*Server).showRollup},
		{Method: "POST", Path: Prefix + "/calls/:id/endorsements", Action: "application:endorse", Handle: (*Server).endorseAll},
	}
}

func commentOut(c comment.Comment) comment.Comment {
	if c.Mentions == nil {
		c.Mentions = []int64{}
	}
	return c
}

type threadDTO struct {
	comment.Comment
	May     comment.May `json:"may"`
	Replies []replyDTO  `json:"replies"`
}

type replyDTO struct {
	comment.Comment
	May comment.May `json:"may"`
}

type boardDTO struct {
	Side    comment.Side     `json:"side"`
	People  []comment.Person `json:"people"`
	Threads []threadDTO      `json:"threads"`
}

func (s *Server) listComments(c echo.Context) error {
	var in applicationIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (comment.Board, error) {
		return s.Comments.Board(ctx, who, in.ID)
	}, func(b comment.Board) boardDTO {
		out := boardDTO{Side: b.Side, People: append([]comment.Person{}, b.People...), Threads: []threadDTO{}}
		for _, t := range b.Threads {
			d := threadDTO{Comment: commentOut(t.Comment), May: t.May, Replies: []replyDTO{}}
			for _, r := range t.Replies {
				d.Replies = append(d.Replies, replyDTO{commentOut(r.Comment), r.May})
			}
			out.Threads = append(out.Threads, d)
		}
		return out
	})
}

func (s *Server) createComment(c echo.Context) error {
	var in struct {
		ID           application.ID   `param:"id" json:"-"`
		Part         string           `json:"part"`
		Field        string           `json:"field"`
		SubmissionNo int              `json:"submission_no"`
		Visibility   string           `json:"visibility"`
		ReplyTo      comment.ID       `json:"reply_to"`
		Body         string           `json:"body"`
		Mentions     []authz.PersonID `json:"mentions"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (comment.Comment, error) {
		return s.Comments.Add(ctx, who, in.ID, comment.Input{
			Part: in.Part, Field: in.Field, SubmissionNo: in.SubmissionNo, Visibility: in.Visibility, ReplyTo: in.ReplyTo, Body: in.Body, Mentions: in.Mentions,
		})
	}, commentOut)
}

// changeComment is the handler of an act on a comment that is there.
func changeComment(verb func(*comment.Service, context.Context, authz.Actor, comment.ID, int) (comment.Comment, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      comment.ID `param:"id" json:"-"`
			Version int        `json:"version"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (comment.Comment, error) {
			return verb(s.Comments, ctx, who, in.ID, in.Version)
		}, commentOut)
	}
}

// sendBack is the handler of a return with its items.
func sendBack(verb func(*comment.Service, context.Context, authz.Actor, application.ID, int, string, []comment.Item) (application.Application, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      application.ID `param:"id" json:"-"`
			Version int            `json:"version"`
			Reason  string         `json:"reason"`
			Items   []comment.Item `json:"items"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return verb(s.Comments, ctx, who, in.ID, in.Version, in.Reason, in.Items)
		}, applicationOut)
	}
}

// comparedDTO is how one version came to be another; from and to are 0 for the draft.
type comparedDTO struct {
	From    application.Version      `json:"from"`
	To      application.Version      `json:"to"`
	Changed bool                     `json:"changed"`
	Parts   []application.PartChange `json:"parts"`
	Lines   application.LinesChange  `json:"lines"`
}

func (s *Server) compareVersions(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		From string         `query:"from"`
		To   string         `query:"to"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Compared, error) {
		from, err := versionNo(in.From)
		if err != nil {
			return application.Compared{}, err
		}
		to, err := versionNo(in.To)
		if err != nil {
			return application.Compared{}, err
		}
		return s.Applications.CompareVersions(ctx, who, in.ID, from, to)
	}, func(v application.Compared) comparedDTO {
		out := comparedDTO{v.From, v.To, !v.Comparison.Empty(), v.Comparison.Parts, v.Comparison.Lines}
		for i, p := range out.Parts {
			out.Parts[i].Pieces = append([]application.Piece{}, p.Pieces...)
			out.Parts[i].Rows = append([]application.RowChange{}, p.Rows...)
		}
		return out
	})
}

// versionNo reads the number of a version, "draft", or nothing for the latest.
func versionNo(text string) (int, error) {
	switch text {
	case "":
		return application.LatestNo, nil
	case "draft":
		return application.DraftNo, nil
	}
	no, err := strconv.Atoi(text)
	if err != nil || no < 1 {
		return 0, fault.New(fault.NotFound, "비교할 제출본이 없습니다.")
	}
	return no, nil
}

// handPlan is the handler of a verb on the plan as the person saw it.
func handPlan(verb func(*application.Service, context.Context, authz.Actor, application.ID, int, int) (application.Application, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      application.ID `param:"id" json:"-"`
			Version int            `json:"version"`
			Draft   int            `json:"draft_version"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
			return verb(s.Applications, ctx, who, in.ID, in.Version, in.Draft)
		}, applicationOut)
	}
}

func (s *Server) recallApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
		return s.Applications.Recall(ctx, who, in.ID, in.Version)
	}, applicationOut)
}

type candidateDTO struct {
	Application  applicationDTO `json:"application"`
	SubmissionNo int            `json:"submission_no"`
	Rank         *int           `json:"rank"`
	Opinion      string         `json:"opinion"`
}

type rollupDTO struct {
	Rows   []candidateDTO            `json:"rows"`
	Totals money.BySource            `json:"totals"`
	States map[application.State]int `json:"states"`
}

func (s *Server) showRollup(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Rollup, error) {
		return s.Applications.Rollup(ctx, who, in.ID)
	}, func(r application.Rollup) rollupDTO {
		out := rollupDTO{Rows: []candidateDTO{}, Totals: r.Totals, States: map[application.State]int{}}
		for _, row := range r.Rows {
			d := candidateDTO{applicationOut(row.Application), row.LastNo, row.Rank, row.Opinion}
			d.Application.Totals = &row.Totals
			out.Rows = append(out.Rows, d)
		}
		for _, n := range r.States {
			out.States[n.State] = n.N
		}
		return out
	})
}

func (s *Server) endorseAll(c echo.Context) error {
	var in struct {
		ID   program.CallID               `param:"id" json:"-"`
		Rows []application.Recommendation `json:"rows"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) ([]application.Application, error) {
		return s.Applications.EndorseAll(ctx, who, in.ID, in.Rows)
	}, func(apps []application.Application) []applicationDTO {
		out := make([]applicationDTO, len(apps))
		for i, a := range apps {
			out[i] = applicationOut(a)
		}
		return out
	})
}
