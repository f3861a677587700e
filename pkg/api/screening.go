package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/screening"
)

func screeningRoutes() []Route {
	app, one := Prefix+"/applications/:id", Prefix+"/screenings/:id"
	return []Route{
		{Method: "GET", Path: Prefix + "/calls/:id/screenings", Action: "screening:read", Handle: (*Server).listScreenings},
		{Method: "POST", Path: Prefix + "/calls/:id/screenings/items", Action: "screening:setup", Handle: (*Server).setScreeningItems},
		{Method: "GET", Path: app + "/screening", Action: "screening:read", Handle: (*Server).showScreening},
		{Method: "POST", Path: app + "/screening/mark", Action: "screening:mark", Handle: screen((*screening.Service).Mark)},
		{Method: "POST", Path: app + "/screening/pass", Action: "screening:pass", Handle: screen((*screening.Service).Pass)},
		{Method: "POST", Path: app + "/screening/notify", Action: "screening:notify", Handle: screen((*screening.Service).Notify)},
		{Method: "POST", Path: one + "/answer", Action: "screening:answer", Handle: settleScreening((*screening.Service).Respond)},
		{Method: "POST", Path: one + "/overturn", Action: "screening:overturn", Handle: settleScreening((*screening.Service).Overturn)},
		{Method: "POST", Path: app + "/bonus", Action: "bonus:confirm", Handle: (*Server).confirmFact},
		{Method: "POST", Path: app + "/bonus/revoke", Action: "bonus:revoke", Handle: (*Server).revokeFact},
	}
}

type screeningListDTO struct {
	Items   []screening.Row         `json:"items"`
	Counts  map[screening.State]int `json:"counts"`
	ByHand  []screening.Item        `json:"checks_by_hand"`
	Allowed map[string]bool         `json:"can"`
}

func (s *Server) listScreenings(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (screening.List, error) {
		return s.Screenings.OfCall(ctx, who, in.ID)
	}, func(l screening.List) screeningListDTO {
		return screeningListDTO{some(l.Rows), l.Counts, some(l.Items), l.Can}
	})
}

type screeningItemsDTO struct {
	Items []screening.Item `json:"items"`
}

func (s *Server) setScreeningItems(c echo.Context) error {
	var in struct {
		ID    program.CallID `param:"id" json:"-"`
		Items []struct {
			ID       int64  `json:"id"`
			Title    string `json:"title"`
			Guidance string `json:"guidance"`
		} `json:"items"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) ([]screening.Item, error) {
		items := make([]screening.Item, len(in.Items))
		for i, x := range in.Items {
			items[i] = screening.Item{ID: x.ID, Title: x.Title, Guidance: x.Guidance}
		}
		return s.Screenings.SetItems(ctx, who, in.ID, items)
	}, func(items []screening.Item) screeningItemsDTO { return screeningItemsDTO{some(items)} })
}

func (s *Server) showScreening(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (screening.Detail, error) {
		return s.Screenings.Show(ctx, who, in.ID)
	}, func(d screening.Detail) screening.Detail {
		d.Items, d.Marks = some(d.Items), some(d.Marks)
		return d
	})
}

// screen is the handler of a verb of the first look.
func screen(verb func(*screening.Service, context.Context, authz.Actor, application.ID, screening.Finding) (screening.Screening, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      application.ID   `param:"id" json:"-"`
			Version int              `json:"version"`
			Reason  string           `json:"reason"`
			Marks   []screening.Mark `json:"marks"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (screening.Screening, error) {
			return verb(s.Screenings, ctx, who, in.ID, screening.Finding{Version: in.Version, Marks: in.Marks, Reason: in.Reason})
		}, same)
	}
}

// settleScreening is the handler of the answer and of the decision about it.
func settleScreening(verb func(*screening.Service, context.Context, authz.Actor, screening.ID, int, string) (screening.Screening, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID      screening.ID `param:"id" json:"-"`
			Version int          `json:"version"`
			Text    string       `json:"text"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (screening.Screening, error) {
			return verb(s.Screenings, ctx, who, in.ID, in.Version, in.Text)
		}, same)
	}
}

// disqualifyApplication is the last step of a screening.
func (s *Server) disqualifyApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
		Reason  string         `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
		return s.Screenings.Disqualify(ctx, who, in.ID, in.Version, in.Reason)
	}, applicationOut)
}

type factIn struct {
	ID       application.ID `param:"id" json:"-"`
	Item     int64          `json:"bonus_item_id"`
	Evidence string         `json:"evidence"`
}

func (s *Server) confirmFact(c echo.Context) error {
	var in factIn
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
		return s.Reviews.ConfirmFact(ctx, who, in.ID, in.Item, in.Evidence)
	}, same)
}

func (s *Server) revokeFact(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id" json:"-"`
		Item int64          `json:"bonus_item_id"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (review.Bonus, error) {
		return s.Reviews.RevokeFact(ctx, who, in.ID, in.Item)
	}, same)
}
