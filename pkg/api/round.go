package api

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

func roundRoutes() []Route {
	at := Prefix + "/rounds"
	return []Route{
		{Method: "GET", Path: at, Action: "round:read", Handle: (*Server).listRounds},
		{Method: "POST", Path: at, Action: "round:create", Handle: (*Server).createRound},
		{Method: "GET", Path: at + "/:id", Action: "round:read", Handle: (*Server).showRound},
		{Method: "GET", Path: at + "/:id/discussion", Action: "round:read", Handle: (*Server).showDiscussion},
		{Method: "GET", Path: at + "/:id/ranking", Action: "ranking:read", Handle: (*Server).showRanking},
		{Method: "POST", Path: at + "/:id/assign", Action: "assignment:create", Handle: (*Server).assignByHand},
		{Method: "POST", Path: at + "/:id/balance", Action: "assignment:create", Handle: (*Server).assignBalanced},
		{Method: "POST", Path: at + "/:id/discuss", Action: "round:discuss", Handle: askRound((*review.Service).RequestDiscussion)},
		{Method: "POST", Path: at + "/:id/lock", Action: "round:lock", Handle: askRound((*review.Service).RequestLock)},
		{Method: "POST", Path: at + "/:id/confirm", Action: "round:confirm", Handle: (*Server).confirmRound},
		{Method: "POST", Path: at + "/:id/bonus", Action: "bonus:confirm", Handle: (*Server).confirmBonus},
		{Method: "POST", Path: at + "/:id/revoke", Action: "bonus:revoke", Handle: (*Server).revokeBonus},
	}
}

func (s *Server) listRounds(c echo.Context) error {
	req, err := pageRequest(c, nil, []string{"state", "year"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[review.Round], error) {
		list, err := s.Reviews.Rounds(ctx, who, req)
		return list.Slice, err
	}, same)
}

func (s *Server) createRound(c echo.Context) error {
	var in struct {
		CallID program.CallID `json:"call_id"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (review.Round, error) {
		return s.Reviews.CreateRound(ctx, who, in.CallID)
	}, same)
}

type roundIn struct {
	ID review.RoundID `param:"id" json:"-"`
}

// matrixRowDTO is one application of a round with the reviewers it was given to.
type matrixRowDTO struct {
	ApplicationID  application.ID `json:"application_id"`
	Number         string         `json:"number"`
	GovernmentName string         `json:"government_name"`
	Title          string         `json:"title"`
	Assignments    []review.Cell  `json:"assignments"`
	Bonus          []review.Bonus `json:"bonus"`
}

// rubricRefs is what scores and bonuses of the round refer to by id.
type rubricRefs struct {
	Criteria []criterionRef `json:"criteria"`
	Bonus    []bonusRef     `json:"bonus"`
}

type criterionRef struct {
	ID    int64  `json:"id"`
	Title string `json:"title"`
	Max   int    `json:"max"`
	Floor int    `json:"floor"`
}

type bonusRef struct {
	ID     int64  `json:"id"`
	Title  string `json:"title"`
	Points int    `json:"points"`
}

func refsOf(r program.Rubric) rubricRefs {
	out := rubricRefs{Criteria: []criterionRef{}, Bonus: []bonusRef{}}
	for _, k := range r.Criteria {
		out.Criteria = append(out.Criteria, criterionRef{k.ID, k.Title, k.Max, k.Floor})
	}
	for _, b := range r.Bonus {
		out.Bonus = append(out.Bonus, bonusRef{b.ID, b.Title, b.Points})
	}
	return out
}

// roundDetailDTO is a round; rows and reviewers are empty for who may not see assignments.
type roundDetailDTO struct {
	Round     review.Round      `json:"round"`
	Counts    review.Counts     `json:"counts"`
	Reviewers []review.Reviewer `json:"reviewers"`
	Rows      []matrixRowDTO    `json:"rows"`
	Rubric    rubricRefs        `json:"rubric"`
	Can       map[string]bool   `json:"can"`
}

func (s *Server) showRound(c echo.Context) error {
	var in roundIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.View, error) {
		return s.Reviews.Show(ctx, who, in.ID)
	}, func(v review.View) roundDetailDTO {
		out := roundDetailDTO{Round: v.Round, Counts: v.Counts, Reviewers: reviewersOut(v.Reviewers), Rows: []matrixRowDTO{}, Rubric: refsOf(v.Rubric), Can: v.Can}
		for _, r := range v.Rows {
			row := matrixRowDTO{ApplicationID: r.ID, Number: r.Number, GovernmentName: r.GovernmentName, Title: r.Title, Assignments: []review.Cell{}, Bonus: some(r.Bonus)}
			for _, cell := range r.Cells {
				if cell.AssignmentID != 0 {
					row.Assignments = append(row.Assignments, cell)
				}
			}
			out.Rows = append(out.Rows, row)
		}
		return out
	})
}

func reviewersOut(list []review.Reviewer) []review.Reviewer {
	for i := range list {
		list[i].Posts = some(list[i].Posts)
	}
	return some(list)
}

type discussionDTO struct {
	Round review.Round       `json:"round"`
	Rows  []review.Discussed `json:"rows"`
}

func (s *Server) showDiscussion(c echo.Context) error {
	var in roundIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Discussion, error) {
		return s.Reviews.Discuss(ctx, who, in.ID)
	}, func(d review.Discussion) discussionDTO { return discussionDTO{d.Round, discussedOut(d.Rows)} })
}

// rankingDTO is the newest ranking of a locked round with the hash of its inputs.
type rankingDTO struct {
	RoundID review.RoundID  `json:"round_id"`
	No      int             `json:"no"`
	Cause   string          `json:"cause"`
	SHA256  string          `json:"sha256"`
	MadeAt  time.Time       `json:"made_at"`
	Rows    []review.Ranked `json:"rows"`
}

func (s *Server) showRanking(c echo.Context) error {
	var in roundIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Result, error) {
		return s.Reviews.Ranking(ctx, who, in.ID)
	}, func(r review.Result) rankingDTO {
		k := r.Ranking
		for i := range r.Rows {
			r.Rows[i].Sheets = heardOut(r.Rows[i].Sheets)
		}
		return rankingDTO{RoundID: k.RoundID, No: k.No, Cause: k.Cause, SHA256: hex.EncodeToString(k.SHA256), MadeAt: k.MadeAt, Rows: some(r.Rows)}
	})
}

// assignmentsDTO is what was assigned.
type assignmentsDTO struct {
	Items []review.Assignment `json:"items"`
}

func assignmentsOut(list []review.Assignment) assignmentsDTO { return assignmentsDTO{some(list)} }

func (s *Server) assignByHand(c echo.Context) error {
	var in struct {
		ID    review.RoundID `param:"id" json:"-"`
		Pairs []struct {
			Application application.ID    `json:"application_id"`
			Reviewer    review.ReviewerID `json:"reviewer_id"`
		} `json:"pairs"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) ([]review.Assignment, error) {
		pairs := make([]review.Pair, len(in.Pairs))
		for i, p := range in.Pairs {
			pairs[i] = review.Pair{Application: p.Application, Reviewer: p.Reviewer}
		}
		return s.Reviews.Assign(ctx, who, in.ID, pairs)
	}, assignmentsOut)
}

func (s *Server) assignBalanced(c echo.Context) error {
	var in struct {
		ID  review.RoundID `param:"id" json:"-"`
		Per int            `json:"per_application"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) ([]review.Assignment, error) {
		return s.Reviews.AutoAssign(ctx, who, in.ID, in.Per)
	}, assignmentsOut)
}

// askRound is the handler of what the chair asks for.
func askRound(verb func(*review.Service, context.Context, authz.Actor, review.RoundID) (review.Round, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in roundIn
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Round, error) {
			return verb(s.Reviews, ctx, who, in.ID)
		}, same)
	}
}

func (s *Server) confirmRound(c echo.Context) error {
	var in struct {
		ID      review.RoundID `param:"id" json:"-"`
		Version int            `json:"version"`
		Verb    string         `json:"verb"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Round, error) {
		if in.Verb == "lock" {
			return s.Reviews.ConfirmLock(ctx, who, in.ID, in.Version)
		}
		return s.Reviews.ConfirmDiscussion(ctx, who, in.ID, in.Version)
	}, same)
}

type bonusIn struct {
	ID       review.RoundID `param:"id" json:"-"`
	App      application.ID `json:"application_id"`
	Item     int64          `json:"bonus_item_id"`
	Evidence string         `json:"evidence"`
}

func (s *Server) confirmBonus(c echo.Context) error {
	var in bonusIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
		return s.Reviews.ConfirmBonus(ctx, who, in.ID, in.App, in.Item, in.Evidence)
	}, same)
}

func (s *Server) revokeBonus(c echo.Context) error {
	var in struct {
		ID   review.RoundID `param:"id" json:"-"`
		App  application.ID `json:"application_id"`
		Item int64          `json:"bonus_item_id"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
		return s.Reviews.RevokeBonus(ctx, who, in.ID, in.App, in.Item)
	}, same)
}
