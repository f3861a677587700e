package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

func reviewRoutes() []Route {
	pool, tasks := Prefix+"/reviewers", Prefix+"/assignments"
	return append([]Route{
		{Method: "GET", Path: pool, Action: "reviewer:read", Handle: (*Server).listReviewers},
		{Method: "POST", Path: pool, Action: "reviewer:create", Handle: (*Server).addReviewer},
		{Method: "GET", Path: pool + "/:id", Action: "reviewer:read", Handle: (*Server).showReviewer},
		{Method: "POST", Path: pool + "/:id/update", Action: "reviewer:update", Handle: (*Server).updateReviewer},
		{Method: "GET", Path: tasks, Action: "assignment:declare", Handle: (*Server).listAssignments},
		{Method: "GET", Path: tasks + "/:id", Action: "assignment:read", Handle: (*Server).showAssignment},
		{Method: "POST", Path: tasks + "/:id/declare", Action: "assignment:declare", Handle: (*Server).declareConflict},
		{Method: "POST", Path: tasks + "/:id/remove", Action: "assignment:remove", Handle: (*Server).removeAssignment},
		{Method: "GET", Path: Prefix + "/sheets/:id", Action: "sheet:read", Handle: (*Server).showSheet},
		{Method: "POST", Path: Prefix + "/sheets/:id/score", Action: "sheet:score", Handle: (*Server).saveSheet},
		{Method: "POST", Path: Prefix + "/sheets/:id/submit", Action: "sheet:submit", Handle: (*Server).submitSheet},
		{Method: "POST", Path: Prefix + "/sheets/:id/reopen", Action: "sheet:reopen", Handle: (*Server).reopenSheet},
	}, slices.Concat(roundRoutes(), screeningRoutes(), panelRoutes(), discussionRoutes())...)
}

// same answers with the service's own struct, which names its JSON itself.
func same[T any](v T) T { return v }

// some is a list that is never null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Server) listReviewers(c echo.Context) error {
	var in struct {
		Program program.ID `query:"program" json:"-"`
	}
	req, err := pageRequest(c, nil, []string{"program"})
	if err != nil {
		return err
	}
	return getPage(c, &in, func(ctx context.Context, who authz.Actor) (page.Slice[review.Reviewer], error) {
		return s.Reviews.Reviewers(ctx, who, in.Program, req)
	}, reviewerOut)
}

type reviewerIn struct {
	ID         review.ReviewerID `param:"id" json:"-"`
	Program    program.ID        `json:"program_id"`
	Version    int               `json:"version"`
	Person     authz.PersonID    `json:"person_id"`
	Employer   string            `json:"employer"`
	Expertise  []string          `json:"expertise"`
	Government organization.ID   `json:"government_id"`
	Active     bool              `json:"active"`
	Posts      []postIn          `json:"posts"`
}

// postIn is where a reviewer worked: at a government or at another body.
type postIn struct {
	Government organization.ID `json:"government_id"`
	Body       string          `json:"body"`
	From       calendar.Date   `json:"from"`
	To         calendar.Date   `json:"to"`
}

func (in reviewerIn) input() review.ReviewerInput {
	out := review.ReviewerInput{Person: in.Person, Employer: in.Employer, Expertise: in.Expertise, Government: in.Government, Active: in.Active}
	for _, p := range in.Posts {
		out.Posts = append(out.Posts, review.Post{GovernmentID: p.Government, Body: p.Body, From: p.From, To: p.To})
	}
	return out
}

func (s *Server) addReviewer(c echo.Context) error {
	var in reviewerIn
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
		return s.Reviews.AddReviewer(ctx, who, in.Program, in.input())
	}, reviewerOut)
}

func (s *Server) showReviewer(c echo.Context) error {
	var in struct {
		ID review.ReviewerID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
		return s.Reviews.Reviewer(ctx, who, in.ID)
	}, reviewerOut)
}

func (s *Server) updateReviewer(c echo.Context) error {
	var in reviewerIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
		return s.Reviews.UpdateReviewer(ctx, who, in.ID, in.Version, in.input())
	}, reviewerOut)
}

func (s *Server) listAssignments(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"round", "state"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[review.Task], error) {
		list, err := s.Reviews.Mine(ctx, who, req)
		return list.Slice, err
	}, same)
}

type assignmentIn struct {
	ID     review.AssignmentID `param:"id" json:"-"`
	Kind   string              `json:"kind"`
	Reason string              `json:"reason"`
}

func (s *Server) showAssignment(c echo.Context) error {
	var in struct {
		ID review.AssignmentID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Desk, error) {
		return s.Reviews.Open(ctx, who, in.ID)
	}, deskOut)
}

// deskDTO is an assignment with its plan and sheet, which are null before the
// declaration and with a conflict.
type deskDTO struct {
	Task       review.Task     `json:"task"`
	Progress   review.Progress `json:"progress"`
	Submission *submissionDTO  `json:"submission"`
	Sheet      *review.Sheet   `json:"sheet"`
	Content    *review.Content `json:"content"`
}

func deskOut(d review.Desk) deskDTO {
	out := deskDTO{Task: d.Task, Progress: d.Progress, Sheet: d.Sheet, Content: d.Content}
	if d.Submission != nil {
		sub := submissionOut(*d.Submission)
		out.Submission = &sub
	}
	return out
}

func (s *Server) declareConflict(c echo.Context) error {
	var in assignmentIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Task, error) {
		return s.Reviews.Declare(ctx, who, in.ID, review.Declaration{Kind: in.Kind, Reason: in.Reason})
	}, same)
}

func (s *Server) removeAssignment(c echo.Context) error {
	var in struct {
		ID review.AssignmentID `param:"id" json:"-"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Assignment, error) {
		return s.Reviews.Unassign(ctx, who, in.ID)
	}, same)
}

type sheetIn struct {
	ID review.SheetID `param:"id" json:"-"`
}

// readingDTO is a sheet with what was scored.
type readingDTO struct {
	Sheet          review.Sheet   `json:"sheet"`
	Content        review.Content `json:"content"`
	GovernmentName string         `json:"government_name"`
	Title          string         `json:"title"`
}

func (s *Server) showSheet(c echo.Context) error {
	var in sheetIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Reading, error) {
		return s.Reviews.Read(ctx, who, in.ID)
	}, func(r review.Reading) readingDTO {
		return readingDTO{Sheet: r.Sheet, Content: r.Content, GovernmentName: r.Government, Title: r.Title}
	})
}

// scoreIn is one line of a sheet. Points are text with at most two decimals, such
// as "18.5", so that no program rounds them on the way; empty leaves them open.
type scoreIn struct {
	Criterion     int64  `json:"criterion_id"`
	Points        string `json:"points"`
	Justification string `json:"justification"`
	Reason        string `json:"reason"` // of a change in the discussion
}

func (s *Server) saveSheet(c echo.Context) error {
	var in struct {
		ID      review.SheetID `param:"id" json:"-"`
		Draft   int            `json:"draft"`
		Opinion string         `json:"opinion"`
		Scores  []scoreIn      `json:"scores"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Content, error) {
		input := review.Input{Draft: in.Draft, Opinion: in.Opinion}
		for _, line := range in.Scores {
			input.Scores = append(input.Scores, review.ScoreInput{CriterionID: line.Criterion, Points: line.Points, Justification: line.Justification, Reason: line.Reason})
		}
		return s.Reviews.SaveDraft(ctx, who, in.ID, input)
	}, same)
}

func (s *Server) submitSheet(c echo.Context) error {
	var in struct {
		ID    review.SheetID `param:"id" json:"-"`
		Draft int            `json:"draft"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Sheet, error) {
		return s.Reviews.Submit(ctx, who, in.ID, in.Draft)
	}, same)
}

func (s *Server) reopenSheet(c echo.Context) error {
	var in struct {
		ID     review.SheetID `param:"id" json:"-"`
		Reason string         `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Sheet, error) {
		return s.Reviews.Reopen(ctx, who, in.ID, in.Reason)
	}, same)
}

func submissionOut(sub application.Submission) submissionDTO {
	return submissionDTO{No: sub.No, SubmittedAt: sub.SubmittedAt, DeadlineKind: sub.DeadlineKind, SHA256: hex.EncodeToString(sub.SHA256), Totals: sub.Totals, Content: &sub.Content}
}
