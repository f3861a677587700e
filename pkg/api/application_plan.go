package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/money"
)

// Every save names the version of the part it was made from, 0 for the first one.

func savedOut(s application.Saved) application.Saved { return s }

// lineDTO is a budget line as it is sent: flat, so that the names in an answer's
// fields ("lines.3.national") are those of the request.
type lineDTO struct {
	Code        string        `json:"code"`
	Description string        `json:"description"`
	UnitPrice   *money.Amount `json:"unit_price"`
	Quantity    *int          `json:"quantity"`
	Times       *int          `json:"times"`
	National    money.Amount  `json:"national"`
	Sido        money.Amount  `json:"sido"`
	Sigungu     money.Amount  `json:"sigungu"`
	Own         money.Amount  `json:"own"`
}

func (s *Server) saveTitle(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
		Title   string         `json:"title"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		return s.Applications.SaveTitle(ctx, who, in.ID, in.Version, in.Title)
	}, savedOut)
}

func (s *Server) saveSection(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
		Kind    string         `json:"kind"`
		Body    string         `json:"body"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		return s.Applications.SaveSection(ctx, who, in.ID, in.Kind, in.Version, in.Body)
	}, savedOut)
}

func (s *Server) saveLines(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id" json:"-"`
		Version int            `json:"version"`
		Propose bool           `json:"propose"`
		Lines   []lineDTO      `json:"lines"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		lines := make([]application.BudgetLine, len(in.Lines))
		for i, l := range in.Lines {
			lines[i] = application.BudgetLine{
				Code: l.Code, Description: l.Description, UnitPrice: l.UnitPrice, Quantity: l.Quantity, Times: l.Times,
				Amounts: money.BySource{National: l.National, Sido: l.Sido, Sigungu: l.Sigungu, Own: l.Own},
			}
		}
		return s.Applications.SaveLines(ctx, who, in.ID, in.Version, lines, in.Propose)
	}, savedOut)
}

func (s *Server) saveDeliberation(c echo.Context) error {
	var in struct {
		ID         application.ID `param:"id" json:"-"`
		Version    int            `json:"version"`
		Committee  string         `json:"committee"`
		HeldOn     calendar.Date  `json:"held_on"`
		Agenda     string         `json:"agenda"`
		Decision   string         `json:"decision"`
		Note       string         `json:"note"`
		DocumentID document.ID    `json:"document_id"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		d := application.Deliberation{Committee: in.Committee, HeldOn: in.HeldOn, Agenda: in.Agenda, Decision: in.Decision, Note: in.Note, DocumentID: in.DocumentID}
		return s.Applications.SaveDeliberation(ctx, who, in.ID, in.Version, &d)
	}, savedOut)
}

type partnerDTO struct {
	Name       string        `json:"name"`
	BusinessNo string        `json:"business_no"`
	Role       string        `json:"role"`
	AgreedOn   calendar.Date `json:"agreed_on"`

	AgreementFrom  calendar.Date `json:"agreement_from"`
	AgreementUntil calendar.Date `json:"agreement_until"`

	DocumentID document.ID `json:"document_id"`
}

func (s *Server) savePartners(c echo.Context) error {
	var in struct {
		ID       application.ID `param:"id" json:"-"`
		Version  int            `json:"version"`
		Partners []partnerDTO   `json:"partners"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		rows := make([]application.Partner, len(in.Partners))
		for i, p := range in.Partners {
			rows[i] = application.Partner(p)
		}
		return s.Applications.SavePartners(ctx, who, in.ID, in.Version, rows)
	}, savedOut)
}

type activityDTO struct {
	Area     string        `json:"area"`
	Title    string        `json:"title"`
	Content  string        `json:"content"`
	StartsOn calendar.Date `json:"starts_on"`
	EndsOn   calendar.Date `json:"ends_on"`
}

func (s *Server) saveActivities(c echo.Context) error {
	var in struct {
		ID         application.ID `param:"id" json:"-"`
		Version    int            `json:"version"`
		Activities []activityDTO  `json:"activities"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		rows := make([]application.Activity, len(in.Activities))
		for i, a := range in.Activities {
			rows[i] = application.Activity(a)
		}
		return s.Applications.SaveActivities(ctx, who, in.ID, in.Version, rows)
	}, savedOut)
}

type indicatorDTO struct {
	Name     string `json:"name"`
	Formula  string `json:"formula"`
	Unit     string `json:"unit"`
	Baseline string `json:"baseline"`
	Target   string `json:"target"`
	Evidence string `json:"evidence"`
}

func (s *Server) saveIndicators(c echo.Context) error {
	var in struct {
		ID         application.ID `param:"id" json:"-"`
		Version    int            `json:"version"`
		Indicators []indicatorDTO `json:"indicators"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		rows := make([]application.Indicator, len(in.Indicators))
		for i, n := range in.Indicators {
			rows[i] = application.Indicator(n)
		}
		return s.Applications.SaveIndicators(ctx, who, in.ID, in.Version, rows)
	}, savedOut)
}

func (s *Server) attachDocument(c echo.Context) error {
	var in struct {
		ID         application.ID `param:"id" json:"-"`
		DocumentID document.ID    `json:"document_id"`
		Code       string         `json:"code"`
		Replaces   document.ID    `json:"replaces"`
		Beside     bool           `json:"beside"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		return s.Applications.Attach(ctx, who, in.ID, in.DocumentID, application.Paper{Code: in.Code, Replaces: in.Replaces, Beside: in.Beside})
	}, savedOut)
}

func (s *Server) detachDocument(c echo.Context) error {
	var in struct {
		ID         application.ID `param:"id" json:"-"`
		DocumentID document.ID    `json:"document_id"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		return s.Applications.Detach(ctx, who, in.ID, in.DocumentID)
	}, savedOut)
}

// showFiles is what the plan does not say of its files.
func (s *Server) showFiles(c echo.Context) error {
	var in applicationIn
	return get(c, &in, func(ctx context.Context, who authz.Actor) (application.Papers, error) {
		return s.Applications.Papers(ctx, who, in.ID)
	}, func(p application.Papers) application.Papers { return p })
}
