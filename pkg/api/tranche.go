package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

func trancheRoutes() []Route {
	at := Prefix + "/tranches"
	return []Route{
		{Method: "GET", Path: at, Action: "tranche:read", Handle: (*Server).listTranches},
		{Method: "POST", Path: at, Action: "tranche:create", Handle: (*Server).createTranche},
		{Method: "GET", Path: at + "/:id", Action: "tranche:read", Handle: (*Server).showTranche},
		{Method: "POST", Path: at + "/:id/draft", Action: "tranche:draft", Handle: trancheVerb((*award.Service).Draft)},
		{Method: "POST", Path: at + "/:id/undo", Action: "tranche:undo", Handle: trancheVerb((*award.Service).Undo)},
		{Method: "POST", Path: at + "/:id/confirm", Action: "tranche:confirm", Handle: trancheVerb((*award.Service).Confirm)},
		{Method: "POST", Path: at + "/:id/withdraw", Action: "tranche:withdraw", Handle: trancheVerb((*award.Service).Withdraw)},
		{Method: "POST", Path: at + "/:id/receive", Action: "tranche:receive", Handle: (*Server).receiveTranche},
	}
}

// trancheOut is a tranche as programs see it.
type trancheOut struct {
	ID             award.TrancheID    `json:"id"`
	AwardID        award.ID           `json:"award_id"`
	AwardNumber    string             `json:"award_number"`
	GovernmentID   organization.ID    `json:"government_id"`
	GovernmentName string             `json:"government_name"`
	PayerID        organization.ID    `json:"payer_id"`
	PayerKind      string             `json:"payer_kind"`
	PayerName      string             `json:"payer_name"`
	No             int                `json:"no"`
	Amounts        money.BySource     `json:"amounts"`
	Condition      string             `json:"condition"`
	State          award.TrancheState `json:"state"`
	SentOn         calendar.Date      `json:"sent_on"`
	ReceivedOn     calendar.Date      `json:"received_on"`
	Version        int                `json:"version"`
	May            []string           `json:"may,omitempty"` // in details
}

// Path is where the tranche is found.
func (t trancheOut) Path() string { return Prefix + "/tranches/" + strconv.FormatInt(int64(t.ID), 10) }

func trancheDTO(t award.Tranche) trancheOut {
	return trancheOut{ID: t.ID, AwardID: t.AwardID, AwardNumber: t.AwardNumber, GovernmentID: t.GovernmentID, GovernmentName: t.GovernmentName,
		PayerID: t.PayerID, PayerKind: t.PayerKind, PayerName: t.PayerName, No: t.No, Amounts: t.Amounts, Condition: t.Condition, State: t.State,
		SentOn: t.SentOn, ReceivedOn: t.ReceivedOn, Version: t.Version}
}

func (s *Server) listTranches(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"state", "fiscal_year", "call", "payer_kind", "award"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[award.Tranche], error) {
		return s.Awards.ListTranches(ctx, who, r)
	}, trancheDTO)
}

func (s *Server) showTranche(c echo.Context) error {
	var in struct {
		ID award.TrancheID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (award.TrancheDetail, error) {
		return s.Awards.ShowTranche(ctx, who, in.ID)
	}, func(d award.TrancheDetail) trancheOut {
		out := trancheDTO(d.Tranche)
		out.May = d.May
		return out
	})
}

func (s *Server) createTranche(c echo.Context) error {
	var in struct {
		AwardID   award.ID     `json:"award_id"`
		PayerKind string       `json:"payer_kind"`
		Amount    money.Amount `json:"amount"`
		Condition string       `json:"condition"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (award.Tranche, error) {
		return s.Awards.RequestTranche(ctx, who, in.AwardID, award.TrancheInput{PayerKind: in.PayerKind, Amount: in.Amount, Condition: in.Condition})
	}, trancheDTO)
}

// trancheVerb handles a verb without a body.
func trancheVerb(verb func(*award.Service, context.Context, authz.Actor, award.TrancheID) (award.Tranche, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID award.TrancheID `param:"id" json:"-"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (award.Tranche, error) {
			return verb(s.Awards, ctx, who, in.ID)
		}, trancheDTO)
	}
}

func (s *Server) receiveTranche(c echo.Context) error {
	var in struct {
		ID         award.TrancheID `param:"id" json:"-"`
		ReceivedOn calendar.Date   `json:"received_on"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (award.Tranche, error) {
		return s.Awards.Receive(ctx, who, in.ID, in.ReceivedOn)
	}, trancheDTO)
}
