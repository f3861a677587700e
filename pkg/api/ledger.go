package api

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/page"
)

func ledgerRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/postings", Action: "ledger:read", Handle: (*Server).listPostings},
		{Method: "GET", Path: Prefix + "/accounts/:id", Action: "ledger:read", Handle: (*Server).showAccount},
	}
}

type postingOut struct {
	ID         int64            `json:"id"`
	FiscalYear int              `json:"fiscal_year"`
	Account    ledger.AccountID `json:"account"`
	Kind       ledger.Kind      `json:"kind"`
	Amounts    money.BySource   `json:"amounts"`
	OccurredOn calendar.Date    `json:"occurred_on"`
	Reason     string           `json:"reason"`
	SourceKind string           `json:"source_kind"`
	SourceID   int64            `json:"source_id"`
	Reverses   *int64           `json:"reverses"` // posting of the same fiscal year
	ReversedBy *int64           `json:"reversed_by"`
	ActorName  string           `json:"actor_name"`
	PostedAt   time.Time        `json:"posted_at"`
}

func postingDTO(p ledger.Posting) postingOut {
	out := postingOut{ID: p.ID, FiscalYear: p.FiscalYear, Account: p.Account, Kind: p.Kind, Amounts: p.BySource, OccurredOn: p.OccurredOn, Reason: p.Reason,
		SourceKind: p.SourceKind, SourceID: p.SourceID, ActorName: p.ActorName, PostedAt: p.PostedAt}
	if p.Reverses != 0 {
		out.Reverses = &p.Reverses
	}
	if p.ReversedBy != 0 {
		out.ReversedBy = &p.ReversedBy
	}
	return out
}

func (s *Server) listPostings(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"account", "kind", "fiscal_year", "source_kind", "source_id"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[ledger.Posting], error) {
		return s.Ledger.List(ctx, who, r)
	}, postingDTO)
}

// accountOut is an account with its counters. limits is there for an appropriation,
// limit_total for a budget line.
type accountOut struct {
	ID         ledger.AccountID          `json:"id"`
	Level      ledger.Level              `json:"level"`
	Phase      ledger.Phase              `json:"phase"`
	Parent     *ledger.AccountID         `json:"parent"`
	OwnerKind  string                    `json:"owner_kind"`
	OwnerID    int64                     `json:"owner_id"`
	Limits     *limits                   `json:"limits"`
	LimitTotal *money.Amount             `json:"limit_total"`
	Counters   map[string]money.BySource `json:"counters"`  // by kind of posting
	Available  *money.BySource           `json:"available"` // of an award
	Children   []ledger.AccountID        `json:"children"`
}

func accountDTO(st ledger.Statement) accountOut {
	a := st.Account
	out := accountOut{ID: a.Account, Level: a.Level, Phase: a.Phase, OwnerKind: st.Owner.Kind, OwnerID: st.Owner.ID, LimitTotal: a.Limit,
		Counters: map[string]money.BySource{}, Children: []ledger.AccountID{}}
	switch a.Level {
	case ledger.Appropriation:
		l := limits(a.Limits)
		out.Limits = &l
	case ledger.Award:
		left := a.Available()
		out.Available = &left
	case ledger.Line:
		out.Parent = &a.Parent
	}
	for _, k := range ledger.Kinds() {
		out.Counters[string(k)] = a.Of(k)
	}
	for _, ch := range st.Children {
		out.Children = append(out.Children, ch.Account)
	}
	return out
}

func (s *Server) showAccount(c echo.Context) error {
	var in struct {
		ID ledger.AccountID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (ledger.Statement, error) {
		return s.Ledger.Statement(ctx, who, in.ID, page.Request{Size: 1})
	}, accountDTO)
}
