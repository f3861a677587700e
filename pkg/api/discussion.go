package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/review"
)

// discussionRoutes are what is said while a round is discussed: explanations and minutes.
func discussionRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/sheets/:id/explanations", Action: "sheet:read", Handle: (*Server).showExplanations},
		{Method: "POST", Path: Prefix + "/sheets/:id/explanations", Action: "sheet:ask", Handle: (*Server).askExplanation},
		{Method: "POST", Path: Prefix + "/explanations/:id/answer", Action: "sheet:answer", Handle: (*Server).answerExplanation},
		{Method: "GET", Path: Prefix + "/rounds/:id/minutes", Action: "minutes:read", Handle: (*Server).showMinutes},
		{Method: "POST", Path: Prefix + "/rounds/:id/minutes", Action: "minutes:update", Handle: (*Server).writeMinutes},
	}
}

func (s *Server) showExplanations(c echo.Context) error {
	var in sheetIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.Explained, error) {
		return s.Reviews.Explanations(ctx, who, in.ID)
	}, func(x review.Explained) review.Explained {
		x.Explanations, x.Changes = some(x.Explanations), some(x.Changes)
		return x
	})
}

func (s *Server) askExplanation(c echo.Context) error {
	var in struct {
		ID        review.SheetID `param:"id" json:"-"`
		Criterion int64          `json:"criterion_id"`
		Question  string         `json:"question"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (review.Explanation, error) {
		return s.Reviews.Ask(ctx, who, in.ID, in.Criterion, in.Question)
	}, same)
}

func (s *Server) answerExplanation(c echo.Context) error {
	var in struct {
		ID     review.ExplanationID `param:"id" json:"-"`
		Answer string               `json:"answer"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Explanation, error) {
		return s.Reviews.Answer(ctx, who, in.ID, in.Answer)
	}, same)
}

func (s *Server) showMinutes(c echo.Context) error {
	var in roundIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (review.MinutesView, error) {
		return s.Reviews.Minutes(ctx, who, in.ID)
	}, minutesOut)
}

// minutesOut has no list that is null.
func minutesOut(v review.MinutesView) review.MinutesView {
	v.Attendees, v.Items, v.Changes = some(v.Attendees), some(v.Items), some(v.Changes)
	v.Minutes.Attendees = some(v.Minutes.Attendees)
	return v
}

// decisionIn is what was decided of one application.
type decisionIn struct {
	Application application.ID `json:"application_id"`
	Decision    string         `json:"decision"`
}

func (s *Server) writeMinutes(c echo.Context) error {
	var in struct {
		ID        review.RoundID      `param:"id" json:"-"`
		Version   int                 `json:"version"`
		HeldAt    time.Time           `json:"held_at"`
		Place     string              `json:"place"`
		Attendees []review.ReviewerID `json:"attendees"`
		Body      string              `json:"body"`
		Items     []decisionIn        `json:"items"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.MinutesView, error) {
		m := review.MinutesInput{Version: in.Version, HeldAt: in.HeldAt, Place: in.Place, Attendees: in.Attendees, Body: in.Body}
		for _, item := range in.Items {
			m.Items = append(m.Items, review.DecisionInput{Application: item.Application, Decision: item.Decision})
		}
		return s.Reviews.WriteMinutes(ctx, who, in.ID, m)
	}, minutesOut)
}

// discussedOut are the rows of a discussion without a list that is null.
func discussedOut(rows []review.Discussed) []review.Discussed {
	for i := range rows {
		rows[i].Sheets, rows[i].Criteria = heardOut(rows[i].Sheets), some(rows[i].Criteria)
	}
	return some(rows)
}

func heardOut(sheets []review.Heard) []review.Heard {
	for i := range sheets {
		sheets[i].Changes = some(sheets[i].Changes)
	}
	return some(sheets)
}
