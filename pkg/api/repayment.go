package api

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/settlement"
)

// repaymentOut is what one source gets back, as programs see it.
type repaymentOut struct {
	ID             settlement.RepaymentID `json:"id"`
	SettlementID   settlement.ID          `json:"settlement_id"`
	AwardNumber    string                 `json:"award_number"`
	GovernmentName string                 `json:"government_name"`
	Source         string                 `json:"source"`
	PayeeID        organization.ID        `json:"payee_id"`
	PayeeName      string                 `json:"payee_name"`
	Amount         money.Amount           `json:"amount"`
	NoticeNo       string                 `json:"notice_no"`
	NotifiedOn     calendar.Date          `json:"notified_on"`
	DueOn          calendar.Date          `json:"due_on"`
	Paid           money.Amount           `json:"paid"`
	Left           money.Amount           `json:"left"`
	PaidOn         calendar.Date          `json:"paid_on"`
	Version        int                    `json:"version"`
	Receipts       []receiptOut           `json:"receipts,omitempty"` // in details
}

type receiptOut struct {
	Amount    money.Amount  `json:"amount"`
	PaidOn    calendar.Date `json:"paid_on"`
	ReceiptNo string        `json:"receipt_no"`
	MadeAt    time.Time     `json:"made_at"`
}

func repaymentDTO(r settlement.Repayment) repaymentOut {
	return repaymentOut{ID: r.ID, SettlementID: r.SettlementID, AwardNumber: r.AwardNumber, GovernmentName: r.GovernmentName, Source: r.Source, PayeeID: r.PayeeID,
		PayeeName: r.PayeeName, Amount: r.Amount, NoticeNo: r.NoticeNo, NotifiedOn: r.NotifiedOn, DueOn: r.DueOn, Paid: r.Paid, Left: r.Left(), PaidOn: r.PaidOn,
		Version: r.Version}
}

func (s *Server) listRepayments(c echo.Context) error {
	r, err := pageRequest(c, nil, []string{"paid", "source", "fiscal_year", "call", "settlement"})
	if err != nil {
		return err
	}
	return getPage(c, &struct{}{}, func(ctx context.Context, who authz.Actor) (page.Slice[settlement.Repayment], error) {
		return s.Settlements.ListRepayments(ctx, who, r)
	}, repaymentDTO)
}

func (s *Server) showRepayment(c echo.Context) error {
	var in struct {
		ID settlement.RepaymentID `param:"id" json:"-"`
	}
	return get(c, &in, func(ctx context.Context, who authz.Actor) (settlement.RepaymentDetail, error) {
		return s.Settlements.ShowRepayment(ctx, who, in.ID)
	}, func(d settlement.RepaymentDetail) repaymentOut {
		out := repaymentDTO(d.Repayment)
		for _, r := range d.Receipts {
			out.Receipts = append(out.Receipts, receiptOut{r.Amount, r.PaidOn, r.ReceiptNo, r.MadeAt})
		}
		return out
	})
}

func (s *Server) payRepayment(c echo.Context) error {
	var in struct {
		ID        settlement.RepaymentID `param:"id" json:"-"`
		Amount    money.Amount           `json:"amount"`
		On        calendar.Date          `json:"on"`
		ReceiptNo string                 `json:"receipt_no"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (settlement.Repayment, error) {
		return s.Settlements.Pay(ctx, who, in.ID, settlement.PayInput{Amount: in.Amount, On: in.On, ReceiptNo: in.ReceiptNo})
	}, repaymentDTO)
}
