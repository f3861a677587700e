package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/settlement"
)

func repaymentRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/repayments", Action: "repayment:read", Handle: (*Server).listRepayments},
		{Method: "GET", Path: "/repayments/:id", Action: "repayment:read", Handle: (*Server).showRepayment},
		{Method: "POST", Path: "/repayments/:id/pay", Action: "repayment:pay", Handle: (*Server).payRepayment},
	}
}

func repaymentPages() []PageDef {
	return []PageDef{{"repayment/list", &repaymentListPage{}}, {"repayment/show", &repaymentPage{}}}
}

func repaymentAt[I ~int64](id I, more string) string {
	return "/repayments/" + strconv.FormatInt(int64(id), 10) + more
}

// entryPage is the form for interest, revenue or a carry-over.
type entryPage struct {
	Base
	Settlement settlement.Detail
	Kind       settlement.EntryKind
	Form       Form
	Sources    []Option
	Grounds    []Option
	Units      []Option
}

type entryForm struct {
	ID          settlement.ID        `param:"id"`
	Kind        settlement.EntryKind `form:"kind" query:"kind"`
	AccountTail string               `form:"account_tail"`
	From        calendar.Date        `form:"from"`
	To          calendar.Date        `form:"to"`
	Amount      money.Amount         `form:"amount"`
	Sources     []string             `form:"sources"`
	Unit        int64                `form:"unit"`
	Excluded    money.Amount         `form:"excluded"`
	Ground      string               `form:"ground"`
	Amounts     money.BySource       `form:"amounts"`
	Note        string               `form:"note"`
}

func (s *Server) entryShow(ctx context.Context, who authz.Actor, in entryForm, f *Form) (*entryPage, error) {
	d, err := s.Settlements.Show(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Kind != settlement.Revenue && in.Kind != settlement.Carry {
		in.Kind = settlement.Interest
	}
	p := &entryPage{Base: Base{Title: in.Kind.Label() + " 적기", Lead: d.Settlement.AwardNumber + " · " + d.Settlement.Title,
		Crumbs: settlementCrumbs(Crumb{d.Settlement.Title, settlementPath(d.Settlement)})}, Settlement: d, Kind: in.Kind,
		Units: []Option{{Value: "10", Label: "10원 미만은 버립니다"}, {Value: "1", Label: "1원까지 계산합니다"}}}
	for _, g := range settlement.Grounds() {
		p.Grounds = append(p.Grounds, Option{Value: g.Code, Label: g.Label})
	}
	for _, source := range money.Sources() {
		if d.Balances.Funds().At(source).Sign() > 0 {
			p.Sources = append(p.Sources, Option{Value: source.Code(), Label: source.Label()})
			if d.Balances.Disbursed.At(source).Sign() > 0 {
				in.Sources = append(in.Sources, source.Code())
			}
		}
	}
	if f == nil {
		in.Unit = 1
		if in.Kind == settlement.Interest {
			in.Unit = d.Unit
		}
		filled, err := fill(in)
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	p.Form, p.Failed = *f, f.Failed()
	return p, nil
}

func (s *Server) newEntry(c echo.Context) error {
	var in entryForm
	return get(s, c, &in, "settlement/entry", func(ctx context.Context, who authz.Actor) (*entryPage, error) {
		return s.entryShow(ctx, who, in, nil)
	})
}

func (s *Server) createEntry(c echo.Context) error {
	var in entryForm
	return post(s, c, command[settlement.Entry]{
		In: &in, To: func(settlement.Entry) string { return settlementAt(in.ID, "") }, Done: "적은 금액을 재원별로 나누어 원장에 기록했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (settlement.Entry, error) {
			return s.Settlements.AddEntry(ctx, who, in.ID, settlement.EntryInput{Kind: in.Kind, AccountTail: in.AccountTail, From: in.From, To: in.To,
				Amount: in.Amount, Sources: in.Sources, Unit: in.Unit, Excluded: in.Excluded, Ground: in.Ground, Amounts: in.Amounts, Note: in.Note})
		},
		Again: func(f Form) error {
			return show(s, c, f.Status(), "settlement/entry", func(ctx context.Context, who authz.Actor) (*entryPage, error) {
				return s.entryShow(ctx, who, in, &f)
			})
		},
	})
}

func (s *Server) voidEntry(c echo.Context) error {
	var in struct {
		ID     settlement.ID      `param:"id"`
		Entry  settlement.EntryID `param:"entry"`
		Reason string             `form:"reason"`
	}
	return post(s, c, command[settlement.Settlement]{
		In: &in, To: settlementPath, Done: "적은 금액을 되돌렸습니다.",
		Do: func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
			return s.Settlements.VoidEntry(ctx, who, in.ID, in.Entry, in.Reason)
		},
		Again: func(f Form) error { return s.settlementAgain(c, in.ID, f) },
	})
}

type repaymentListPage struct {
	Base
	List       List
	Repayments []settlement.Repayment
}

func (s *Server) listRepayments(c echo.Context) error {
	var sources []Option
	for _, source := range []money.Source{money.National, money.Sido, money.Sigungu} {
		sources = append(sources, Option{Value: source.Code(), Label: source.Label()})
	}
	l := narrowed(c, list(c, listSpec{Search: "번호·사업명·지자체", Filters: []Filter{
		{Name: "paid", Label: "수납", Options: []Option{{Value: "no", Label: "미납"}, {Value: "yes", Label: "완납"}}},
		{Name: "source", Label: "재원", Options: sources}, s.years(),
	}}), "settlement", "call")
	return get(s, c, nil, "repayment/list", func(ctx context.Context, who authz.Actor) (*repaymentListPage, error) {
		slice, err := s.Settlements.ListRepayments(ctx, who, l.Request)
		return &repaymentListPage{Base: Base{Title: "반납", Crumbs: settlementCrumbs(), Wide: true}, List: of(l, slice), Repayments: slice.Items}, err
	})
}

type repaymentPage struct {
	Base
	Repayment settlement.RepaymentDetail
	Form      Form
	Due       Badge
}

type payForm struct {
	ID        settlement.RepaymentID `param:"id"`
	Amount    money.Amount           `form:"amount"`
	On        calendar.Date          `form:"on"`
	ReceiptNo string                 `form:"receipt_no"`
}

func (s *Server) repaymentShow(ctx context.Context, who authz.Actor, id settlement.RepaymentID, f *Form) (*repaymentPage, error) {
	d, err := s.Settlements.ShowRepayment(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if f == nil {
		filled, err := fill(payForm{Amount: d.Left(), On: d.Today})
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	p := &repaymentPage{Base: Base{Title: "반납고지 " + d.NoticeNo, Lead: d.AwardNumber + " · " + d.GovernmentName + " · " + d.Title,
		Crumbs: settlementCrumbs(Crumb{"반납", "/repayments"}, Crumb{d.Title, settlementAt(d.SettlementID, "")}), Failed: f.Failed()}, Repayment: d, Form: *f}
	if d.Left().Sign() > 0 {
		p.Due = dday(s.cfg.Now(), calendar.Instant(d.DueOn.AddDays(1), 0, 0).Add(-1))
	}
	return p, nil
}

func (s *Server) showRepayment(c echo.Context) error {
	var in struct {
		ID settlement.RepaymentID `param:"id"`
	}
	return get(s, c, &in, "repayment/show", func(ctx context.Context, who authz.Actor) (*repaymentPage, error) {
		return s.repaymentShow(ctx, who, in.ID, nil)
	})
}

func (s *Server) payRepayment(c echo.Context) error {
	var in payForm
	return post(s, c, command[settlement.Repayment]{
		In: &in, To: func(r settlement.Repayment) string { return repaymentAt(r.ID, "") }, Done: "수납을 적었습니다.",
		Do: func(ctx context.Context, who authz.Actor) (settlement.Repayment, error) {
			return s.Settlements.Pay(ctx, who, in.ID, settlement.PayInput{Amount: in.Amount, On: in.On, ReceiptNo: in.ReceiptNo})
		},
		Again: func(f Form) error {
			return show(s, c, f.Status(), "repayment/show", func(ctx context.Context, who authz.Actor) (*repaymentPage, error) {
				return s.repaymentShow(ctx, who, in.ID, &f)
			})
		},
	})
}
