package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/korean"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

func expenditureRoutes() []Route {
	at := Prefix + "/expenditures"
	return []Route{
		{Method: "GET", Path: at, Action: "expenditure:read", Handle: (*Server).listExpenditures},
		{Method: "POST", Path: at, Action: "expenditure:create", Handle: (*Server).createExpenditure},
		{Method: "GET", Path: at + "/:id", Action: "expenditure:read", Handle: (*Server).showExpenditure},
		{Method: "POST", Path: at + "/:id/accept", Action: "expenditure:accept", Handle: (*Server).acceptExpenditure},
		{Method: "POST", Path: at + "/:id/reject", Action: "expenditure:reject", Handle: expenditureReason((*execution.Service).Reject)},
		{Method: "POST", Path: at + "/:id/reverse", Action: "expenditure:reverse", Handle: expenditureReason((*execution.Service).Reverse)},
		{Method: "POST", Path: at + "/:id/attach", Action: "expenditure:attach", Handle: (*Server).attachEvidence},
	}
}

// expenditureOut is an expenditure as programs see it.
type expenditureOut struct {
	ID               execution.ID           `json:"id"`
	AwardID          award.ID               `json:"award_id"`
	AwardNumber      string                 `json:"award_number"`
	GovernmentID     organization.ID        `json:"government_id"`
	GovernmentName   string                 `json:"government_name"`
	No               int                    `json:"no"`
	Line             ledger.AccountID       `json:"line"`
	Code             string                 `json:"code"`
	CodeName         string                 `json:"code_name"`
	OccurredOn       calendar.Date          `json:"occurred_on"`
	Item             string                 `json:"item"`
	Payee            string                 `json:"payee"`
	BusinessNo       korean.BusinessNo      `json:"business_no"`
	Method           execution.Method       `json:"method"`
	Supply           money.Amount           `json:"supply"`
	VAT              money.Amount           `json:"vat"`
	Amounts          money.BySource         `json:"amounts"`
	EvidenceKind     execution.EvidenceKind `json:"evidence_kind"`
	EvidenceNo       string                 `json:"evidence_no"`
	State            execution.State        `json:"state"`
	DisallowedReason string                 `json:"disallowed_reason"`
	ReversalOf       *execution.ID          `json:"reversal_of"` // the row this one takes back
	ReversedBy       *execution.ID          `json:"reversed_by"`
	Reason           string                 `json:"reason"`
	CreatedAt        time.Time              `json:"created_at"`
	Version          int                    `json:"version"`
	LineLeft         *money.Amount          `json:"line_left,omitempty"` // in lists: of the budget line after this row
}

// Path is where the expenditure is found.
func (e expenditureOut) Path() string {
	return Prefix + "/expenditures/" + strconv.FormatInt(int64(e.ID), 10)
}

func expenditureDTO(e execution.Expenditure) expenditureOut {
	out := expenditureOut{ID: e.ID, AwardID: e.AwardID, AwardNumber: e.AwardNumber, GovernmentID: e.GovernmentID, GovernmentName: e.GovernmentName, No: e.No,
		Line: e.LineAccount, Code: e.Code, CodeName: e.CodeName, OccurredOn: e.OccurredOn, Item: e.Item, Payee: e.Payee, BusinessNo: e.BusinessNo,
		Method: e.Method, Supply: e.Supply, VAT: e.VAT, Amounts: e.Amounts, EvidenceKind: e.EvidenceKind, EvidenceNo: e.EvidenceNo, State: e.State,
		DisallowedReason: e.DisallowedReason, Reason: e.Reason, CreatedAt: e.CreatedAt, Version: e.Version}
	if e.ReversalOf != 0 {
		out.ReversalOf = &e.ReversalOf
	}
	if e.ReversedBy != 0 {
		out.ReversedBy = &e.ReversedBy
	}
	return out
}

// expenditureDetailOut is an expenditure with its files.
type expenditureDetailOut struct {
	expenditureOut
	Evidences []evidenceOut `json:"evidences"`
	May       []string      `json:"may"`
	Warnings  []string      `json:"warnings"`
}

type evidenceOut struct {
	DocumentID document.ID `json:"document_id"`
	Name       string      `json:"name"`
	MediaType  string      `json:"media_type"`
	Size       int64       `json:"size"`
	SHA256     string      `json:"sha256"`
	AddedAt    time.Time   `json:"added_at"`
}

func (s *Server) listExpenditures(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"award", "line", "state", "method", "fiscal_year", "from", "to"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[execution.Row], error) {
		l, err := s.Expenditures.List(ctx, who, r)
		return l.Slice, err
	}, func(row execution.Row) expenditureOut {
		out, left := expenditureDTO(row.Expenditure), row.LineLeft()
		out.LineLeft = &left
		return out
	})
}

func (s *Server) showExpenditure(c echo.Context) error {
	var in struct {
		ID execution.ID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (execution.Detail, error) {
		return s.Expenditures.Show(ctx, who, in.ID)
	}, func(d execution.Detail) expenditureDetailOut {
		out := expenditureDetailOut{expenditureOut: expenditureDTO(d.Expenditure), Evidences: []evidenceOut{}, May: d.May, Warnings: d.Warnings}
		for _, e := range d.Evidences {
			out.Evidences = append(out.Evidences, evidenceOut{e.DocumentID, e.Document.Name, e.Document.MediaType, e.Document.Size, e.Document.SHA256, e.AddedAt})
		}
		return out
	})
}

func (s *Server) createExpenditure(c echo.Context) error {
	var in struct {
		AwardID      award.ID               `json:"award_id"`
		Line         ledger.AccountID       `json:"line"`
		OccurredOn   calendar.Date          `json:"occurred_on"`
		Item         string                 `json:"item"`
		Payee        string                 `json:"payee"`
		BusinessNo   string                 `json:"business_no"`
		Method       execution.Method       `json:"method"`
		Supply       money.Amount           `json:"supply"`
		VAT          money.Amount           `json:"vat"`
		Amounts      *money.BySource        `json:"amounts"` // null: as proposed
		EvidenceKind execution.EvidenceKind `json:"evidence_kind"`
		EvidenceNo   string                 `json:"evidence_no"`
		Documents    []document.ID          `json:"documents"`
	}
	key := c.Request().Header.Get("Idempotency-Key")
	return post(c, &in, http.StatusCreated, func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
		return s.Expenditures.Record(ctx, who, in.AwardID, execution.Input{Line: in.Line, OccurredOn: in.OccurredOn, Item: in.Item, Payee: in.Payee,
			BusinessNo: in.BusinessNo, Method: in.Method, Supply: in.Supply, VAT: in.VAT, Amounts: in.Amounts, EvidenceKind: in.EvidenceKind,
			EvidenceNo: in.EvidenceNo, Documents: in.Documents}, key)
	}, expenditureDTO)
}

func (s *Server) acceptExpenditure(c echo.Context) error {
	var in struct {
		ID execution.ID `param:"id" json:"-"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
		return s.Expenditures.Accept(ctx, who, in.ID)
	}, expenditureDTO)
}

// expenditureReason handles a verb with a reason.
func expenditureReason(verb func(*execution.Service, context.Context, authz.Actor, execution.ID, string) (execution.Expenditure, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		var in struct {
			ID     execution.ID `param:"id" json:"-"`
			Reason string       `json:"reason"`
		}
		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
			return verb(s.Expenditures, ctx, who, in.ID, in.Reason)
		}, expenditureDTO)
	}
}

func (s *Server) attachEvidence(c echo.Context) error {
	var in struct {
		ID        execution.ID  `param:"id" json:"-"`
		Documents []document.ID `json:"documents"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
		return s.Expenditures.Attach(ctx, who, in.ID, in.Documents)
	}, expenditureDTO)
}
