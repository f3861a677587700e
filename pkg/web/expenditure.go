package web

import (
	"context"
	"fmt"
	"mime/multipart"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

func expenditureRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/expenditures", Action: "expenditure:read", Handle: (*Server).listExpenditures},
		{Method: "GET", Path: "/expenditures/:id", Action: "expenditure:read", Handle: (*Server).showExpenditure},
		{Method: "GET", Path: "/awards/:id/expenditures", Action: "expenditure:read", Handle: (*Server).showSpending},
		{Method: "POST", Path: "/awards/:id/expenditures", Action: "expenditure:create", Handle: (*Server).createExpenditure, BodyLimit: "11M"},
		{Method: "POST", Path: "/awards/:id/expenditures/propose", Action: "expenditure:create", Handle: (*Server).proposeExpenditure, BodyLimit: "11M"},
		{Method: "POST", Path: "/expenditures/:id/reverse", Action: "expenditure:reverse", Handle: (*Server).reverseExpenditure},
		{Method: "POST", Path: "/expenditures/:id/accept", Action: "expenditure:accept", Handle: (*Server).acceptExpenditure},
		{Method: "POST", Path: "/expenditures/:id/reject", Action: "expenditure:reject", Handle: (*Server).rejectExpenditure},
		{Method: "POST", Path: "/expenditures/:id/attach", Action: "expenditure:attach", Handle: (*Server).attachEvidence, BodyLimit: "11M"},
		{Method: "GET", Path: "/expenditures/:id/evidences/:document", Action: "expenditure:read", Handle: (*Server).downloadEvidence},
	}
}

func expenditurePages() []PageDef {
	return []PageDef{{"expenditure/list", &expenditureListPage{}}, {"expenditure/show", &expenditurePage{}}, {"expenditure/award", &spendingPage{}}}
}

func expenditureAt[I ~int64](id I, more string) string {
	return "/expenditures/" + strconv.FormatInt(int64(id), 10) + more
}

func expenditurePath(e execution.Expenditure) string { return expenditureAt(e.ID, "") }

func (s *Server) expenditureSpec() listSpec {
	var methods []Option
	for _, m := range execution.Methods() {
		methods = append(methods, Option{Value: string(m), Label: m.Label()})
	}
	return listSpec{Search: "용도·거래처·증빙번호·지자체", Filters: []Filter{
		stateFilter(execution.Flow.Label, execution.Unreviewed, execution.Accepted, execution.Rejected, execution.Reversed, execution.Correction),
		{Name: "method", Label: "지급 방식", Options: methods}, s.years(),
	}}
}

type expenditureListPage struct {
	Base
	List List
	Rows []execution.Row
	Sum  money.BySource
}

func (s *Server) listExpenditures(c echo.Context) error {
	l := narrowed(c, list(c, s.expenditureSpec()), "award", "line")
	return get(s, c, nil, "expenditure/list", func(ctx context.Context, who authz.Actor) (*expenditureListPage, error) {
		listing, err := s.Expenditures.List(ctx, who, l.Request)
		return &expenditureListPage{Base: Base{Title: "집행", Wide: true}, List: of(l, listing.Slice), Rows: listing.Items, Sum: listing.Sum}, err
	})
}

type expenditurePage struct {
	Base
	Expenditure execution.Detail
	Form        Form
	Accept      string // kinds of files
}

// Scan is what the scanner says of a file of the evidence.
func (p *expenditurePage) Scan(d document.Document) Badge { return scanBadge(d.ScanState) }

// Opens tells whether a file is given to anybody.
func (p *expenditurePage) Opens(d document.Document) bool {
	return d.ScanState == document.Clean || d.ScanState == document.Unscanned
}

func (s *Server) expenditureShow(ctx context.Context, who authz.Actor, id execution.ID, f Form) (*expenditurePage, error) {
	d, err := s.Expenditures.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &expenditurePage{Base: Base{Title: fmt.Sprintf("집행 %d번", d.Expenditure.No), Lead: d.Award.Number + " · " + d.Award.GovernmentName + " · " + d.Award.Title,
		Crumbs: awardCrumbs(Crumb{d.Award.Title, awardPath(d.Award)}, Crumb{"집행 내역", awardAt(d.Award.ID, "/expenditures")}), Failed: f.Failed()},
		Expenditure: d, Form: f, Accept: ".pdf,.hwp,.hwpx,.xlsx,.jpg,.jpeg,.png"}, nil
}

func (s *Server) showExpenditure(c echo.Context) error {
	var in struct {
		ID execution.ID `param:"id"`
	}
	return get(s, c, &in, "expenditure/show", func(ctx context.Context, who authz.Actor) (*expenditurePage, error) {
		return s.expenditureShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) expenditureAgain(c echo.Context, id execution.ID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "expenditure/show", func(ctx context.Context, who authz.Actor) (*expenditurePage, error) {
			return s.expenditureShow(ctx, who, id, f)
		})
	}
}

type expenditureReason struct {
	ID     execution.ID `param:"id"`
	Reason string       `form:"reason"`
}

func (s *Server) reverseExpenditure(c echo.Context) error {
	var in expenditureReason
	return post(s, c, command[execution.Expenditure]{
		In: &in, To: expenditurePath, Done: "정정했습니다. 같은 금액을 되돌리는 기록을 더했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
			return s.Expenditures.Reverse(ctx, who, in.ID, in.Reason)
		},
		Again: func(f Form) error { return s.expenditureAgain(c, in.ID)(f) },
	})
}

func (s *Server) rejectExpenditure(c echo.Context) error {
	var in expenditureReason
	return post(s, c, command[execution.Expenditure]{
		In: &in, To: expenditurePath, Done: "불인정했습니다. 이 금액은 반납할 금액에 더해집니다.",
		Do: func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
			return s.Expenditures.Reject(ctx, who, in.ID, in.Reason)
		},
		Again: func(f Form) error { return s.expenditureAgain(c, in.ID)(f) },
	})
}

func (s *Server) acceptExpenditure(c echo.Context) error {
	var in struct {
		ID execution.ID `param:"id"`
	}
	return post(s, c, command[execution.Expenditure]{
		In: &in, To: expenditurePath, Done: "집행을 인정했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
			return s.Expenditures.Accept(ctx, who, in.ID)
		},
		Again: func(f Form) error { return s.expenditureAgain(c, in.ID)(f) },
	})
}

func (s *Server) attachEvidence(c echo.Context) error {
	var in struct {
		ID   execution.ID          `param:"id"`
		File *multipart.FileHeader `form:"file"`
	}
	return post(s, c, command[execution.Expenditure]{
		In: &in, To: expenditurePath, Done: "증빙을 올렸습니다.",
		Do: func(ctx context.Context, who authz.Actor) (execution.Expenditure, error) {
			if in.File == nil {
				return execution.Expenditure{}, fault.Fields{"file": "올릴 파일을 골라 주십시오."}.Err()
			}
			d, err := s.Expenditures.Show(c.Request().Context(), who, in.ID)
			if err != nil {
				return execution.Expenditure{}, err
			}
			doc, err := s.uploadEvidence(c, who, d.Award.ID, in.File)
			if err != nil {
				return execution.Expenditure{}, err
			}
			return s.Expenditures.Attach(ctx, who, in.ID, []document.ID{doc})
		},
		Again: func(f Form) error { return s.expenditureAgain(c, in.ID)(f) },
	})
}

// downloadEvidence sends a file through the permission to read its expenditure.
func (s *Server) downloadEvidence(c echo.Context) error {
	var in struct {
		ID       execution.ID `param:"id"`
		Document document.ID  `param:"document"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Expenditures.Evidence(c.Request().Context(), s.who(c), in.ID, in.Document)
	if err != nil {
		return err
	}
	return sendFile(c, s.Documents, file)
}
