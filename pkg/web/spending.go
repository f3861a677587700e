package web

import (
	"context"
	"fmt"
	"mime/multipart"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// spendingPage is the spending of one award: the entry form, what each line has left,
// and the list with its running balances.
type spendingPage struct {
	Base
	Award    award.Detail
	List     List
	Rows     []execution.Row
	Sum      money.BySource
	Form     Form
	Lines    []Option
	Methods  []Option
	Evidence []Option
	Proposed bool // the four sources were just filled in
}

type spendingForm struct {
	ID           award.ID               `param:"id"`
	Line         ledger.AccountID       `form:"line"`
	OccurredOn   calendar.Date          `form:"occurred_on"`
	Item         string                 `form:"item"`
	Payee        string                 `form:"payee"`
	BusinessNo   string                 `form:"business_no"`
	Method       execution.Method       `form:"method"`
	Supply       money.Amount           `form:"supply"`
	VAT          money.Amount           `form:"vat"`
	Amounts      money.BySource         `form:"amounts"`
	EvidenceKind execution.EvidenceKind `form:"evidence_kind"`
	EvidenceNo   string                 `form:"evidence_no"`
	File         *multipart.FileHeader  `form:"file"`
}

// input is the form as the service takes it; no amounts means as proposed.
func (f spendingForm) input() execution.Input {
	in := execution.Input{Line: f.Line, OccurredOn: f.OccurredOn, Item: f.Item, Payee: f.Payee, BusinessNo: f.BusinessNo, Method: f.Method,
		Supply: f.Supply, VAT: f.VAT, EvidenceKind: f.EvidenceKind, EvidenceNo: f.EvidenceNo}
	if !f.Amounts.IsZero() {
		in.Amounts = &f.Amounts
	}
	return in
}

func (s *Server) spendingShow(ctx context.Context, who authz.Actor, id award.ID, l List, f *Form) (*spendingPage, error) {
	d, err := s.Awards.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	l.Request.Filters["award"] = strconv.FormatInt(int64(id), 10)
	listing, err := s.Expenditures.List(ctx, who, l.Request)
	if err != nil {
		return nil, err
	}
	delete(l.Request.Filters, "award") // it is in the path
	if f == nil {
		filled, err := fill(spendingForm{OccurredOn: calendar.Today(s.cfg.Now()), Method: execution.Transfer, EvidenceKind: execution.TaxInvoice})
		if err != nil {
			return nil, err
		}
		for _, name := range []string{"line", "supply", "vat", "amounts.national", "amounts.sido", "amounts.sigungu", "amounts.own"} {
			filled.Values.Del(name)
		}
		f = &filled
	}
	p := &spendingPage{Base: Base{Title: "집행 내역", Lead: d.Award.Number + " · " + d.Award.GovernmentName + " · " + d.Award.Title, Wide: true,
		Crumbs: awardCrumbs(Crumb{d.Award.Title, awardPath(d.Award)}), Failed: f.Failed()},
		Award: d, List: of(l, listing.Slice), Rows: listing.Items, Sum: listing.Sum, Form: *f}
	for _, line := range d.Lines {
		p.Lines = append(p.Lines, Option{Value: strconv.FormatInt(int64(line.AccountID), 10),
			Label: fmt.Sprintf("%s %s · %s (남은 예산 %s원)", line.Code, line.CodeName, line.Description, line.Left.Comma())})
	}
	for _, m := range execution.Methods() {
		p.Methods = append(p.Methods, Option{Value: string(m), Label: m.Label()})
	}
	for _, k := range execution.EvidenceKinds() {
		p.Evidence = append(p.Evidence, Option{Value: string(k), Label: k.Label()})
	}
	return p, nil
}

func (s *Server) showSpending(c echo.Context) error {
	var in struct {
		ID award.ID `param:"id"`
	}
	l := narrowed(c, list(c, s.expenditureSpec()), "line")
	return get(s, c, &in, "expenditure/award", func(ctx context.Context, who authz.Actor) (*spendingPage, error) {
		return s.spendingShow(ctx, who, in.ID, l, nil)
	})
}

func (s *Server) spendingAgain(c echo.Context, id award.ID, f Form, done bool) error {
	return show(s, c, f.Status(), "expenditure/award", func(ctx context.Context, who authz.Actor) (*spendingPage, error) {
		p, err := s.spendingShow(ctx, who, id, list(c, s.expenditureSpec()), &f)
		if err == nil {
			p.Proposed = done
		}
		return p, err
	})
}

func (s *Server) createExpenditure(c echo.Context) error {
	var in spendingForm
	return post(s, c, command[execution.Expenditure]{
		In: &in, To: func(execution.Expenditure) string { return awardAt(in.ID, "/expenditures") }, Done: "집행을 등록했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
			out := in.input()
			if in.File != nil {
				doc, err := s.uploadEvidence(c, who, in.ID, in.File)
				if err != nil {
					return execution.Expenditure{}, err
				}
				out.Documents = []document.ID{doc}
			}
			return s.Expenditures.Record(ctx, who, in.ID, out, formValue(c.Request(), fieldRequestKey))
		},
		Again: func(f Form) error { return s.spendingAgain(c, in.ID, f, false) },
	})
}

// proposeExpenditure fills the four sources of the entry form by the award's amounts
// and shows it again; nothing is booked.
func (s *Server) proposeExpenditure(c echo.Context) error {
	var in spendingForm
	f, err := bind(c, &in)
	if err != nil && f.Values == nil {
		return err
	}
	if err == nil {
		var split money.BySource
		if split, err = s.Expenditures.Propose(c.Request().Context(), s.who(c), in.ID, in.Supply.Add(in.VAT)); err == nil {
			for _, source := range money.Sources() {
				f.Values.Set("amounts."+source.Code(), split.At(source).Comma())
			}
			return s.spendingAgain(c, in.ID, Form{Values: f.Values}, true)
		}
		f = f.With(err)
	}
	return s.spendingAgain(c, in.ID, f, false)
}

// uploadEvidence keeps a file for the recipient of an award. It is a request of its
// own: the key of the form belongs to the expenditure.
func (s *Server) uploadEvidence(c echo.Context, who authz.Actor, id award.ID, fh *multipart.FileHeader) (document.ID, error) {
	d, err := s.Awards.Show(c.Request().Context(), who, id)
	if err != nil {
		return 0, err
	}
	body, err := fh.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = body.Close() }()
	ctx := work.WithRequest(c.Request().Context(), requestOf(c))
	doc, err := s.Documents.Upload(ctx, who, document.Upload{Name: fh.Filename, Government: d.Award.GovernmentID, Body: body})
	return doc.ID, err
}
