package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// panelRoutes are what happens around the pool of reviewers: invitations, proposals,
// conflicts found late, challenges.
func panelRoutes() []Route {
	call := Prefix + "/calls/:id"
	return []Route{
		{Method: "GET", Path: Prefix + "/invitations", Action: "reviewer:accept", Handle: (*Server).listInvitations},
		{Method: "POST", Path: Prefix + "/reviewers/:id/accept", Action: "reviewer:accept", Handle: (*Server).acceptInvitation},
		{Method: "POST", Path: Prefix + "/reviewers/:id/refuse", Action: "reviewer:refuse", Handle: (*Server).refuseInvitation},
		{Method: "GET", Path: Prefix + "/rounds/:id/proposal", Action: "assignment:create", Handle: (*Server).proposeAssignment},
		{Method: "POST", Path: Prefix + "/assignments/:id/exclude", Action: "assignment:exclude", Handle: excluding((*review.Service).Exclude)},
		{Method: "POST", Path: Prefix + "/assignments/:id/recuse", Action: "assignment:recuse", Handle: excluding((*review.Service).Recuse)},
		{Method: "GET", Path: call + "/pool", Action: "challenge:read", Handle: (*Server).showPool},
		{Method: "POST", Path: call + "/pool/publish", Action: "challenge:invite", Handle: (*Server).publishPool},
		{Method: "POST", Path: Prefix + "/applications/:id/challenges", Action: "challenge:create", Handle: (*Server).challengeReviewer},
		{Method: "POST", Path: Prefix + "/challenges/:id/decide", Action: "challenge:decide", Handle: (*Server).decideChallenge},
		{Method: "POST", Path: call + "/stages", Action: "rubric:update", Handle: (*Server).setStages},
	}
}

type reviewersDTO struct {
	Items []review.Reviewer `json:"items"`
}

func (s *Server) listInvitations(c echo.Context) error {
	return get(c, &struct{}{}, func(ctx context.Context, who authz.Actor) ([]review.Reviewer, error) {
		return s.Reviews.Invitations(ctx, who)
	}, func(list []review.Reviewer) reviewersDTO { return reviewersDTO{reviewersOut(list)} })
}

func (s *Server) acceptInvitation(c echo.Context) error {
	var in struct {
		ID review.ReviewerID `param:"id" json:"-"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
		return s.Reviews.AcceptInvitation(ctx, who, in.ID)
	}, reviewerOut)
}

func (s *Server) refuseInvitation(c echo.Context) error {
	var in struct {
		ID     review.ReviewerID `param:"id" json:"-"`
		Reason string            `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
		return s.Reviews.RefuseInvitation(ctx, who, in.ID, in.Reason)
	}, reviewerOut)
}

// reviewerOut is a reviewer whose list of posts is never null.
func reviewerOut(r review.Reviewer) review.Reviewer {
	r.Posts = some(r.Posts)
	return r
}

func (s *Server) proposeAssignment(c echo.Context) error {
	var in struct {
		ID  review.RoundID `param:"id" json:"-"`
		Per int            `query:"per_application" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Proposal, error) {
		return s.Reviews.Proposal(ctx, who, in.ID, in.Per)
	}, func(p review.Proposal) review.Proposal {
		p.Reviewers, p.Rows = some(p.Reviewers), some(p.Rows)
		for i := range p.Reviewers {
			p.Reviewers[i].Posts = some(p.Reviewers[i].Posts)
		}
		for i := range p.Rows {
			p.Rows[i].Areas, p.Rows[i].Cells = some(p.Rows[i].Areas), some(p.Rows[i].Cells)
		}
		return p
	})
}

// excluding is the handler of a conflict that was found after the declaration.
func excluding(verb func(*review.Service, context.Context, authz.Actor, review.AssignmentID, review.Exclusion) (review.Task, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in assignmentIn
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Task, error) {
			return verb(s.Reviews, ctx, who, in.ID, review.Exclusion{Kind: in.Kind, Reason: in.Reason})
		}, same)
	}
}

type callIDIn struct {
	ID program.CallID `param:"id" json:"-"`
}

func (s *Server) showPool(c echo.Context) error {
	var in callIDIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.PublicPool, error) {
		return s.Reviews.Pool(ctx, who, in.ID)
	}, func(p review.PublicPool) review.PublicPool {
		p.Reviewers, p.Challenges = some(p.Reviewers), some(p.Challenges)
		return p
	})
}

func (s *Server) publishPool(c echo.Context) error {
	var in callIDIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (program.Call, error) {
		return s.Reviews.PublishPool(ctx, who, in.ID)
	}, callDTO)
}

func (s *Server) challengeReviewer(c echo.Context) error {
	var in struct {
		ID       application.ID    `param:"id" json:"-"`
		Reviewer review.ReviewerID `json:"reviewer_id"`
		Reason   string            `json:"reason"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (review.Challenge, error) {
		return s.Reviews.ChallengeReviewer(ctx, who, in.ID, in.Reviewer, in.Reason)
	}, same)
}

func (s *Server) decideChallenge(c echo.Context) error {
	var in struct {
		ID       review.ChallengeID `param:"id" json:"-"`
		Version  int                `json:"version"`
		Uphold   bool               `json:"uphold"`
		Decision string             `json:"decision"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Challenge, error) {
		return s.Reviews.DecideChallenge(ctx, who, in.ID, in.Version, in.Uphold, in.Decision)
	}, same)
}

// stagesDTO are the stages a call is judged in with their rubrics.
type stagesDTO struct {
	Items []rubricIO `json:"items"`
}

func (s *Server) setStages(c echo.Context) error {
	var in struct {
		ID     program.CallID       `param:"id" json:"-"`
		Stages []program.StageInput `json:"stages"`
		Reason string               `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) ([]program.Rubric, error) {
		return s.Programs.SetStages(ctx, who, in.ID, in.Stages, in.Reason)
	}, func(list []program.Rubric) stagesDTO {
		out := stagesDTO{Items: []rubricIO{}}
		for _, r := range list {
			out.Items = append(out.Items, rubricDTO(r))
		}
		return out
	})
}
