package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
)

func awardRoutes() []Route {
	at := Prefix + "/awards"
	return []Route{
		{Method: "GET", Path: at, Action: "award:read", Handle: (*Server).listAwards},
		{Method: "POST", Path: at, Action: "award:create", Handle: (*Server).createAward},
		{Method: "GET", Path: at + "/:id", Action: "award:read", Handle: (*Server).showAward},
		{Method: "GET", Path: at + "/:id/split", Action: "award:read", Handle: (*Server).proposeSplit},
		{Method: "POST", Path: at + "/:id/examine", Action: "award:examine", Handle: (*Server).examineAward},
		{Method: "POST", Path: at + "/:id/grant", Action: "award:grant", Handle: awardVerb((*award.Service).Grant)},
		{Method: "POST", Path: at + "/:id/start", Action: "award:start", Handle: awardVerb((*award.Service).Start)},
		{Method: "POST", Path: at + "/:id/end", Action: "award:end", Handle: awardVerb((*award.Service).End)},
		{Method: "POST", Path: at + "/:id/suspend", Action: "award:suspend", Handle: awardReason((*award.Service).Suspend)},
		{Method: "POST", Path: at + "/:id/resume", Action: "award:resume", Handle: awardReason((*award.Service).Resume)},
		{Method: "POST", Path: at + "/:id/cancel", Action: "award:cancel", Handle: awardReason((*award.Service).Cancel)},
		{Method: "POST", Path: at + "/:id/secure", Action: "award:secure", Handle: (*Server).secureMoney},
		{Method: "POST", Path: at + "/:id/unsecure", Action: "award:secure", Handle: (*Server).unsecureMoney},
	}
}

// awardOut is an award as programs see it.
type awardOut struct {
	ID             award.ID         `json:"id"`
	Number         string           `json:"number"`
	ApplicationID  application.ID   `json:"application_id"`
	CallID         program.CallID   `json:"call_id"`
	ProgramID      program.ID       `json:"program_id"`
	GovernmentID   organization.ID  `json:"government_id"`
	GovernmentName string           `json:"government_name"`
	ProvinceID     organization.ID  `json:"province_id"` // 0 for a 시·도's own
	FiscalYear     int              `json:"fiscal_year"`
	Title          string           `json:"title"`
	Regime         string           `json:"regime"`
	State          award.State      `json:"state"`
	AccountID      ledger.AccountID `json:"account_id"`
	ProjectFrom    calendar.Date    `json:"project_from"`
	ProjectTo      calendar.Date    `json:"project_to"`
	Amounts        money.BySource   `json:"amounts"`
	GrantedOn      calendar.Date    `json:"granted_on"`
	EndedOn        calendar.Date    `json:"ended_on"`
	Reason         string           `json:"reason"`
	Version        int              `json:"version"`
	Money          *moneyOut        `json:"money,omitempty"` // in lists and details
}

// moneyOut is where the money of an award is.
type moneyOut struct {
	Granted    money.BySource `json:"granted"`
	Secured    money.BySource `json:"secured"`
	Disbursed  money.BySource `json:"disbursed"`
	Spent      money.BySource `json:"spent"`
	Disallowed money.BySource `json:"disallowed"`
	Available  money.BySource `json:"available"`
}

func moneyDTO(b ledger.Balances) *moneyOut {
	return &moneyOut{b.Granted, b.Secured, b.Disbursed, b.Spent, b.Disallowed, b.Available()}
}

// Path is where the award is found.
func (a awardOut) Path() string { return Prefix + "/awards/" + strconv.FormatInt(int64(a.ID), 10) }

func awardDTO(a award.Award) awardOut {
	return awardOut{ID: a.ID, Number: a.Number, ApplicationID: a.ApplicationID, CallID: a.CallID, ProgramID: a.ProgramID, GovernmentID: a.GovernmentID,
		GovernmentName: a.GovernmentName, ProvinceID: a.ProvinceID, FiscalYear: a.FiscalYear, Title: a.Title, Regime: a.Regime, State: a.State,
		AccountID: a.AccountID, ProjectFrom: a.ProjectFrom, ProjectTo: a.ProjectTo, Amounts: a.Amounts, GrantedOn: a.GrantedOn, EndedOn: a.EndedOn,
		Reason: a.Reason, Version: a.Version}
}

// awardDetailOut is an award with its budget, its tranches and its conditions.
type awardDetailOut struct {
	awardOut
	Lines      []awardLineOut `json:"lines"`
	Tranches   []trancheOut   `json:"tranches"`
	Conditions []string       `json:"conditions"`
	May        []string       `json:"may"`
	Warnings   []string       `json:"warnings"`
}

type awardLineOut struct {
	Account     ledger.AccountID `json:"account"`
	Position    int              `json:"position"`
	Code        string           `json:"code"`
	Category    string           `json:"category"`
	CodeName    string           `json:"code_name"`
	Description string           `json:"description"`
	Basis       string           `json:"basis"`
	Amounts     money.BySource   `json:"amounts"`
	Spent       money.BySource   `json:"spent"`
	Left        money.Amount     `json:"left"`
}

func awardDetailDTO(d award.Detail) awardDetailOut {
	out := awardDetailOut{awardOut: awardDTO(d.Award), Lines: []awardLineOut{}, Tranches: []trancheOut{}, Conditions: []string{}, May: d.May, Warnings: d.Warnings}
	out.Money = moneyDTO(d.Balances)
	for _, l := range d.Lines {
		out.Lines = append(out.Lines, awardLineOut{l.AccountID, l.Position, l.Code, l.Category, l.CodeName, l.Description, l.Basis, l.Amounts, l.Spent, l.Left})
	}
	for _, t := range d.Tranches {
		out.Tranches = append(out.Tranches, trancheDTO(t.Tranche))
	}
	out.Conditions = append(out.Conditions, d.Conditions...)
	return out
}

func (s *Server) listAwards(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"state", "fiscal_year", "call"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[award.Item], error) {
		return s.Awards.List(ctx, who, r)
	}, func(i award.Item) awardOut {
		out := awardDTO(i.Award)
		out.Money = moneyDTO(i.Balances)
		return out
	})
}

func (s *Server) showAward(c echo.Context) error {
	var in struct {
		ID award.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (award.Detail, error) {
		return s.Awards.Show(ctx, who, in.ID)
	}, awardDetailDTO)
}

func (s *Server) createAward(c echo.Context) error {
	var in struct {
		ApplicationID application.ID    `json:"application_id"`
		Lines         []award.LineInput `json:"lines"`
	}
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (award.Award, error) {
		return s.Awards.Create(ctx, who, award.Input{ApplicationID: in.ApplicationID, Lines: in.Lines})
	}, awardDTO)
}

// proposeSplit answers who would pay a bill (decisions 7).
func (s *Server) proposeSplit(c echo.Context) error {
	var in struct {
		ID     award.ID `param:"id" json:"-"`
		Amount int64    `query:"amount" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (money.BySource, error) {
		amount, err := money.Of(in.Amount)
		if err != nil {
			return money.BySource{}, err
		}
		return s.Expenditures.Propose(ctx, who, in.ID, amount)
	}, func(b money.BySource) money.BySource { return b })
}

func (s *Server) examineAward(c echo.Context) error {
	var in struct {
		ID         award.ID `param:"id" json:"-"`
		Conditions []string `json:"conditions"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (award.Award, error) {
		return s.Awards.Examine(ctx, who, in.ID, in.Conditions)
	}, awardDTO)
}

// awardVerb handles a verb without a body.
func awardVerb(verb func(*award.Service, context.Context, authz.Actor, award.ID) (award.Award, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID award.ID `param:"id" json:"-"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (award.Award, error) {
			return verb(s.Awards, ctx, who, in.ID)
		}, awardDTO)
	}
}

// awardReason handles a verb with a reason.
func awardReason(verb func(*award.Service, context.Context, authz.Actor, award.ID, string) (award.Award, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID     award.ID `param:"id" json:"-"`
			Reason string   `json:"reason"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (award.Award, error) {
			return verb(s.Awards, ctx, who, in.ID, in.Reason)
		}, awardDTO)
	}
}

func (s *Server) secureMoney(c echo.Context) error {
	var in struct {
		ID      award.ID       `param:"id" json:"-"`
		Amounts money.BySource `json:"amounts"`
		On      calendar.Date  `json:"on"`
		Note    string         `json:"note"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (ledger.Posting, error) {
		return s.Awards.Secure(ctx, who, in.ID, award.SecureInput{Amounts: in.Amounts, On: in.On, Note: in.Note})
	}, postingDTO)
}

func (s *Server) unsecureMoney(c echo.Context) error {
	var in struct {
		ID         award.ID `param:"id" json:"-"`
		FiscalYear int      `json:"fiscal_year"`
		Posting    int64    `json:"posting"`
		Reason     string   `json:"reason"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (ledger.Posting, error) {
		return s.Awards.Unsecure(ctx, who, in.ID, ledger.Ref{FiscalYear: in.FiscalYear, ID: in.Posting}, in.Reason)
	}, postingDTO)
}
