package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/settlement"
)

func settlementRoutes() []Route {
	at := Prefix + "/settlements"
	return []Route{
		{Method: "GET", Path: at, Action: "settlement:read", Handle: (*Server).listSettlements},
		{Method: "POST", Path: at, Action: "settlement:create", Handle: (*Server).createSettlement},
		{Method: "GET", Path: at + "/:id", Action: "settlement:read", Handle: (*Server).showSettlement},
		{Method: "POST", Path: at + "/:id/report", Action: "settlement:update", Handle: (*Server).writeReport},
		{Method: "POST", Path: at + "/:id/entries", Action: "settlement:update", Handle: (*Server).addEntry},
		{Method: "POST", Path: at + "/:id/void", Action: "settlement:update", Handle: (*Server).voidEntry},
		{Method: "POST", Path: at + "/:id/submit", Action: "settlement:submit", Handle: settlementVerb((*settlement.Service).Submit)},
		{Method: "POST", Path: at + "/:id/check", Action: "settlement:check", Handle: settlementVerb((*settlement.Service).Check)},
		{Method: "POST", Path: at + "/:id/correct", Action: "settlement:correct", Handle: (*Server).correctSettlement},
		{Method: "POST", Path: at + "/:id/examine", Action: "settlement:examine", Handle: settlementVerb((*settlement.Service).Examine)},
		{Method: "POST", Path: at + "/:id/fix", Action: "settlement:fix", Handle: settlementVerb((*settlement.Service).Fix)},
		{Method: "POST", Path: at + "/:id/notify", Action: "settlement:notify", Handle: settlementVerb((*settlement.Service).Notify)},
		{Method: "POST", Path: at + "/:id/close", Action: "settlement:close", Handle: settlementVerb((*settlement.Service).Close)},
		{Method: "GET", Path: Prefix + "/repayments", Action: "repayment:read", Handle: (*Server).listRepayments},
		{Method: "GET", Path: Prefix + "/repayments/:id", Action: "repayment:read", Handle: (*Server).showRepayment},
		{Method: "POST", Path: Prefix + "/repayments/:id/pay", Action: "repayment:pay", Handle: (*Server).payRepayment},
	}
}

// settlementOut is a settlement as programs see it.
type settlementOut struct {
	ID             settlement.ID    `json:"id"`
	AwardID        award.ID         `json:"award_id"`
	AwardNumber    string           `json:"award_number"`
	Title          string           `json:"title"`
	GovernmentID   organization.ID  `json:"government_id"`
	GovernmentName string           `json:"government_name"`
	ProvinceID     organization.ID  `json:"province_id"`
	FiscalYear     int              `json:"fiscal_year"`
	State          settlement.State `json:"state"`
	DueOn          calendar.Date    `json:"due_on"`
	DueRule        string           `json:"due_rule"`
	SubmittedAt    *time.Time       `json:"submitted_at"`
	FixedAt        *time.Time       `json:"fixed_at"`
	Correction     string           `json:"correction"`
	Report         string           `json:"report"`
	Version        int              `json:"version"`
	Funds          *money.BySource  `json:"funds,omitempty"` // in lists: secured and disbursed
	Spent          *money.BySource  `json:"spent,omitempty"`
	Due            *money.BySource  `json:"due,omitempty"`
}

// Path is where the settlement is found.
func (s settlementOut) Path() string {
	return Prefix + "/settlements/" + strconv.FormatInt(int64(s.ID), 10)
}

func settlementDTO(s settlement.Settlement) settlementOut {
	return settlementOut{ID: s.ID, AwardID: s.AwardID, AwardNumber: s.AwardNumber, Title: s.Title, GovernmentID: s.GovernmentID, GovernmentName: s.GovernmentName,
		ProvinceID: s.ProvinceID, FiscalYear: s.FiscalYear, State: s.State, DueOn: s.DueOn, DueRule: s.DueRule, SubmittedAt: s.SubmittedAt, FixedAt: s.FixedAt,
		Correction: s.Correction, Report: s.Report, Version: s.Version}
}

// settlementDetailOut is a settlement with every number by source and its formula.
type settlementDetailOut struct {
	settlementOut
	Figures    []figureOut        `json:"figures"`
	Checks     []settlement.Check `json:"checks"`
	Entries    []entryOut         `json:"entries"`
	Repayments []repaymentOut     `json:"repayments"`
	Advice     []string           `json:"advice"`
	Warnings   []string           `json:"warnings"`
	May        []string           `json:"may"`
	LateDays   int                `json:"late_days"`
}

// figureOut is one number of the settlement, one formula for each source.
type figureOut struct {
	Name     string            `json:"name"`
	Label    string            `json:"label"`
	Amounts  money.BySource    `json:"amounts"`
	Formulas map[string]string `json:"formulas"` // by source
}

func figuresDTO(rows settlement.Rows) []figureOut {
	var out []figureOut
	for j, source := range money.Sources() {
		for i, f := range rows[j].Figures() {
			if j == 0 {
				out = append(out, figureOut{Name: f.Name, Label: f.Label, Formulas: map[string]string{}})
			}
			out[i].Amounts = out[i].Amounts.With(source, f.Amount)
			out[i].Formulas[source.Code()] = f.Formula
		}
	}
	return out
}

type entryOut struct {
	ID          settlement.EntryID   `json:"id"`
	Kind        settlement.EntryKind `json:"kind"`
	AccountTail string               `json:"account_tail"`
	From        calendar.Date        `json:"from"`
	To          calendar.Date        `json:"to"`
	Amount      money.Amount         `json:"amount"`
	Sources     []string             `json:"sources"`
	Unit        int64                `json:"unit"`
	Amounts     money.BySource       `json:"amounts"`
	Cut         money.Amount         `json:"cut"`
	Excluded    money.BySource       `json:"excluded"`
	Ground      string               `json:"ground"`
	Note        string               `json:"note"`
	Voided      bool                 `json:"voided"`
}

func entryDTO(e settlement.Entry) entryOut {
	return entryOut{ID: e.ID, Kind: e.Kind, AccountTail: e.AccountTail, From: e.From, To: e.To, Amount: e.Amount, Sources: strings.Fields(e.Sources), Unit: e.Unit,
		Amounts: e.Amounts, Cut: e.Cut, Excluded: e.Excluded, Ground: e.Ground, Note: e.Note, Voided: e.VoidedAt != nil}
}

func settlementDetailDTO(d settlement.Detail) settlementDetailOut {
	out := settlementDetailOut{settlementOut: settlementDTO(d.Settlement), Figures: figuresDTO(d.Rows), Checks: d.Checks, Entries: []entryOut{},
		Repayments: []repaymentOut{}, Advice: d.Advice, Warnings: d.Warnings, May: d.May, LateDays: d.LateDays}
	for _, e := range d.Entries {
		out.Entries = append(out.Entries, entryDTO(e))
	}
	for _, r := range d.Repayments {
		out.Repayments = append(out.Repayments, repaymentDTO(r))
	}
	return out
}

func (s *Server) listSettlements(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"state", "fiscal_year", "call", "award"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[settlement.Item], error) {
		return s.Settlements.List(ctx, who, r)
	}, func(i settlement.Item) settlementOut {
		out := settlementDTO(i.Settlement)
		out.Funds, out.Spent, out.Due = &i.Funds, &i.Spent, &i.Due
		return out
	})
}

func (s *Server) showSettlement(c echo.Context) error {
	var in struct {
		ID settlement.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (settlement.Detail, error) {
		return s.Settlements.Show(ctx, who, in.ID)
	}, settlementDetailDTO)
}

func (s *Server) createSettlement(c echo.Context) error {
	var in struct {
		AwardID award.ID `json:"award_id"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
		return s.Settlements.Create(ctx, who, in.AwardID)
	}, settlementDTO)
}

func (s *Server) writeReport(c echo.Context) error {
	var in struct {
		ID      settlement.ID `param:"id" json:"-"`
		Version int           `json:"version"`
		Report  string        `json:"report"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
		return s.Settlements.Write(ctx, who, in.ID, in.Version, in.Report)
	}, settlementDTO)
}

func (s *Server) addEntry(c echo.Context) error {
	var in struct {
		ID          settlement.ID        `param:"id" json:"-"`
		Kind        settlement.EntryKind `json:"kind"`
		AccountTail string               `json:"account_tail"`
		From        calendar.Date        `json:"from"`
		To          calendar.Date        `json:"to"`
		Amount      money.Amount         `json:"amount"`
		Sources     []string             `json:"sources"`
		Unit        int64                `json:"unit"`
		Excluded    money.Amount         `json:"excluded"`
		Ground      string               `json:"ground"`
		Amounts     money.BySource       `json:"amounts"`
		Note        string               `json:"note"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (settlement.Entry, error) {
		return s.Settlements.AddEntry(ctx, who, in.ID, settlement.EntryInput{Kind: in.Kind, AccountTail: in.AccountTail, From: in.From, To: in.To,
			Amount: in.Amount, Sources: in.Sources, Unit: in.Unit, Excluded: in.Excluded, Ground: in.Ground, Amounts: in.Amounts, Note: in.Note})
	}, entryDTO)
}

func (s *Server) voidEntry(c echo.Context) error {
	var in struct {
		ID     settlement.ID      `param:"id" json:"-"`
		Entry  settlement.EntryID `json:"entry"`
		Reason string             `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
		return s.Settlements.VoidEntry(ctx, who, in.ID, in.Entry, in.Reason)
	}, settlementDTO)
}

func (s *Server) correctSettlement(c echo.Context) error {
	var in struct {
		ID     settlement.ID `param:"id" json:"-"`
		Reason string        `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
		return s.Settlements.Correct(ctx, who, in.ID, in.Reason)
	}, settlementDTO)
}

// settlementVerb handles a verb without a body.
func settlementVerb(verb func(*settlement.Service, context.Context, authz.Actor, settlement.ID) (settlement.Settlement, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID settlement.ID `param:"id" json:"-"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
			return verb(s.Settlements, ctx, who, in.ID)
		}, settlementDTO)
	}
}
