package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
)

func ledgerRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/ledger", Action: "ledger:read", Handle: (*Server).listPostings},
		{Method: "GET", Path: "/ledger/:id", Action: "ledger:read", Handle: (*Server).showAccount},
	}
}

func ledgerPages() []PageDef {
	return []PageDef{{"ledger/list", &postingListPage{}}, {"ledger/show", &accountPage{}}}
}

// postingRow is a posting as the tables show it: a reversal is negative.
type postingRow struct {
	ledger.Posting
	Shown      money.BySource
	Cause      string // of the record that caused it
	CausePath  string // where that record is shown, empty where it has no page
	IsReversal bool
}

func postingRows(postings []ledger.Posting) []postingRow {
	out := make([]postingRow, len(postings))
	for i, p := range postings {
		cause, path := recordPage(p.SourceKind, p.SourceID)
		out[i] = postingRow{p, p.Effect(), cause, path, p.Reverses != 0}
	}
	return out
}

// recordPage names a record of another noun and says where it is shown.
func recordPage(kind string, id int64) (name, path string) {
	no := strconv.FormatInt(id, 10)
	switch kind {
	case "appropriation":
		return "예산", "/appropriations/" + no
	case "award":
		return "교부결정", "/awards/" + no
	case "tranche":
		return "교부 " + no, "/tranches/" + no
	case "expenditure":
		return "집행 " + no, "/expenditures/" + no
	case "settlement":
		return "정산", "/settlements/" + no
	case "repayment":
		return "반납 " + no, "/repayments/" + no
	}
	return kind + " " + no, ""
}

// postingFilter is the filter bar of lists of postings.
func (s *Server) postingFilter() []Filter {
	var kinds, years []Option
	for _, k := range ledger.Kinds() {
		kinds = append(kinds, Option{Value: string(k), Label: k.Label()})
	}
	for y := calendar.Today(s.cfg.Now()).Year(); y >= 2021; y-- {
		years = append(years, Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + "년"})
	}
	return []Filter{{Name: "kind", Label: "구분", Options: kinds}, {Name: "fiscal_year", Label: "회계연도", Options: years}}
}

type postingListPage struct {
	Base
	List     List
	Postings []postingRow
}

func (s *Server) listPostings(c echo.Context) error {
	l := list(c, listSpec{Filters: s.postingFilter()})
	return get(s, c, nil, "ledger/list", func(ctx context.Context, who authz.Actor) (*postingListPage, error) {
		slice, err := s.Ledger.List(ctx, who, l.Request)
		return &postingListPage{Base: Base{Title: "원장", Lead: "교부결정부터 반납까지 모든 금액의 기록입니다. 기록은 고치거나 지우지 않고, 되돌리는 기록을 더합니다.", Wide: true},
			List: of(l, slice), Postings: postingRows(slice.Items)}, err
	})
}

type accountPage struct {
	Base
	Statement ledger.Statement
	Level     string
	Owner     string
	OwnerPath string
	Figures   []accountFigure
	Available *money.BySource // of an award
	Left      *money.Amount   // of a line
	List      List
	Postings  []postingRow
}

// accountFigure is one counter; its path shows the postings it is the sum of.
type accountFigure struct {
	Label, Path string
	Amounts     money.BySource
}

func (s *Server) showAccount(c echo.Context) error {
	var in struct {
		ID ledger.AccountID `param:"id"`
	}
	l := list(c, listSpec{Filters: s.postingFilter()})
	return get(s, c, &in, "ledger/show", func(ctx context.Context, who authz.Actor) (*accountPage, error) {
		st, err := s.Ledger.Statement(ctx, who, in.ID, l.Request)
		if err != nil {
			return nil, err
		}
		p := &accountPage{Base: Base{Crumbs: []Crumb{{"원장", "/ledger"}}, Wide: true}, Statement: st, List: of(l, st.Postings), Postings: postingRows(st.Postings.Items)}
		p.Owner, p.OwnerPath = recordPage(st.Owner.Kind, st.Owner.ID)
		p.describe()
		return p, nil
	})
}

// describe fills in what depends on the level of the account.
func (p *accountPage) describe() {
	a := p.Statement.Account
	kinds := ledger.Kinds()
	switch a.Level {
	case ledger.Appropriation:
		p.Level, kinds = "예산", []ledger.Kind{ledger.Grant}
	case ledger.Award:
		left := a.Available()
		p.Level, p.Available = "교부결정", &left
	case ledger.Line:
		p.Level, p.Left, kinds = "예산 항목", a.LineLeft(), []ledger.Kind{ledger.Spend, ledger.Disallow, ledger.Adjust}
	}
	p.Title = p.Level + " 원장"
	for _, k := range kinds {
		p.Figures = append(p.Figures, accountFigure{k.Label(), p.List.With("kind", string(k)), a.Of(k)})
	}
}
