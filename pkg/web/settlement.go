package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/settlement"
)

func settlementRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/settlements", Action: "settlement:read", Handle: (*Server).listSettlements},
		{Method: "GET", Path: "/settlements/:id", Action: "settlement:read", Handle: (*Server).showSettlement},
		{Method: "GET", Path: "/settlements/:id/print", Action: "settlement:read", Handle: (*Server).printSettlement},
		{Method: "POST", Path: "/settlements/:id/report", Action: "settlement:update", Handle: (*Server).writeReport},
		{Method: "GET", Path: "/settlements/:id/entries/new", Action: "settlement:update", Handle: (*Server).newEntry},
		{Method: "POST", Path: "/settlements/:id/entries", Action: "settlement:update", Handle: (*Server).createEntry},
		{Method: "POST", Path: "/settlements/:id/entries/:entry/void", Action: "settlement:update", Handle: (*Server).voidEntry},
		{Method: "POST", Path: "/settlements/:id/submit", Action: "settlement:submit", Handle: (*Server).submitSettlement},
		{Method: "POST", Path: "/settlements/:id/check", Action: "settlement:check", Handle: (*Server).checkSettlement},
		{Method: "POST", Path: "/settlements/:id/correct", Action: "settlement:correct", Handle: (*Server).correctSettlement},
		{Method: "POST", Path: "/settlements/:id/examine", Action: "settlement:examine", Handle: (*Server).examineSettlement},
		{Method: "POST", Path: "/settlements/:id/fix", Action: "settlement:fix", Handle: (*Server).fixSettlement},
		{Method: "POST", Path: "/settlements/:id/notify", Action: "settlement:notify", Handle: (*Server).notifySettlement},
		{Method: "POST", Path: "/settlements/:id/close", Action: "settlement:close", Handle: (*Server).closeSettlement},
	}, repaymentRoutes()...)
}

func settlementPages() []PageDef {
	return append([]PageDef{
		{"settlement/list", &settlementListPage{}}, {"settlement/show", &settlementPage{}}, {"settlement/print", &settlementPage{}}, {"settlement/entry", &entryPage{}},
	}, repaymentPages()...)
}

func settlementAt[I ~int64](id I, more string) string {
	return "/settlements/" + strconv.FormatInt(int64(id), 10) + more
}

func settlementPath(st settlement.Settlement) string { return settlementAt(st.ID, "") }

func settlementCrumbs(more ...Crumb) []Crumb {
	return append([]Crumb{{"정산", "/settlements"}}, more...)
}

type settlementListPage struct {
	Base
	List        List
	Settlements []settlement.Item
}

func (s *Server) listSettlements(c echo.Context) error {
	l := narrowed(c, list(c, listSpec{Search: "번호·사업명·지자체", Filters: []Filter{
		stateFilter(settlement.Flow.Label, settlement.Preparing, settlement.Submitted, settlement.Checked, settlement.Examined, settlement.Correcting,
			settlement.Fixed, settlement.Notified, settlement.Repaid, settlement.Closed), s.years(),
	}}), "award", "call")
	return get(s, c, nil, "settlement/list", func(ctx context.Context, who authz.Actor) (*settlementListPage, error) {
		slice, err := s.Settlements.List(ctx, who, l.Request)
		return &settlementListPage{Base: Base{Title: "정산", Wide: true}, List: of(l, slice), Settlements: slice.Items}, err
	})
}

// settlementPage is the settlement with every number explained.
type settlementPage struct {
	Base
	Settlement settlement.Detail
	Stages     []Stage
	Todo       Todo
	Form       Form
	Due        Badge // D-day of the report
	Figures    []figureRow
}

// figureRow is one kind of number across the four sources, with where it comes from.
type figureRow struct {
	Label    string
	Cells    []figureCell
	Total    money.Amount
	Path     string // the postings that add up to it
	Strong   bool
	Formulas []string // one per source that has something to say
}

type figureCell struct {
	Amount  money.Amount
	Formula string
}

// figures turns the rows of the settlement on their side: one line per number, one
// column per source, each with its formula.
func figures(d settlement.Detail) []figureRow {
	var out []figureRow
	columns := make([][]settlement.Figure, len(d.Rows))
	for i, r := range d.Rows {
		columns[i] = r.Figures()
	}
	total := d.Total.Figures()
	for i, f := range total {
		row := figureRow{Label: f.Label, Total: f.Amount, Strong: f.Name == "due" || f.Name == "balance"}
		if f.Kind != "" {
			row.Path = fmt.Sprintf("/ledger/%d?kind=%s", d.Settlement.AccountID, f.Kind)
		}
		for j, source := range money.Sources() {
			c := columns[j][i]
			row.Cells = append(row.Cells, figureCell{c.Amount, c.Formula})
			if f.Kind == "" && c.Amount.Sign() != 0 {
				row.Formulas = append(row.Formulas, source.Label()+": "+c.Formula)
			}
		}
		if f.Kind != "" {
			row.Formulas = []string{f.Formula}
		}
		out = append(out, row)
	}
	return out
}

func settlementStages(state settlement.State) []Stage {
	at := map[settlement.State]int{settlement.Preparing: 0, settlement.Correcting: 0, settlement.Submitted: 1, settlement.Checked: 2, settlement.Examined: 3,
		settlement.Fixed: 4, settlement.Notified: 5, settlement.Repaid: 6, settlement.Closed: 7}[state]
	return Stages(at, "작성", "제출", "시·도 확인", "검토", "확정", "반납고지", "수납")
}

// settlementTodo is 지금 할 일 of a settlement.
func settlementTodo(d settlement.Detail) Todo {
	words := []struct{ verb, text string }{
		{"submit", "이자와 수익금을 적고 금액을 확인한 뒤 제출합니다."},
		{"check", "시·군·구의 정산을 확인하여 부처로 넘깁니다. 고칠 것이 있으면 시정을 요구합니다."},
		{"examine", "정산 내용을 검토하고 결재자에게 넘깁니다. 고칠 것이 있으면 시정을 요구합니다."},
		{"fix", "검토를 마친 금액을 확정합니다. 확정하면 반납 말고는 바꿀 수 없습니다."},
		{"notify", "반납할 금액을 고지합니다."},
		{"pay", "반납한 금액을 수납으로 적습니다."},
		{"close", "반납을 마쳤습니다. 정산을 종결합니다."},
	}
	for _, w := range words {
		if d.Can(w.verb) {
			return Todo{Text: w.text}
		}
	}
	switch d.Settlement.State {
	case settlement.Preparing, settlement.Correcting:
		return Todo{Text: "지자체가 정산서를 작성하고 있습니다."}
	case settlement.Submitted, settlement.Checked, settlement.Examined, settlement.Fixed:
		return Todo{Text: "제출한 정산을 확인하고 있습니다. 지금은 할 일이 없습니다."}
	case settlement.Notified:
		return Todo{Text: "고지한 금액을 납부기한까지 반납하여야 합니다.", Label: "반납 내역", Path: "/repayments?settlement=" + strconv.FormatInt(int64(d.Settlement.ID), 10)}
	case settlement.Repaid:
		return Todo{Text: "반납을 마쳤습니다. 종결을 기다리고 있습니다."}
	case settlement.Closed:
		return Todo{Text: "정산이 끝났습니다."}
	}
	return Todo{}
}

func (s *Server) settlementShow(ctx context.Context, who authz.Actor, id settlement.ID, f *Form) (*settlementPage, error) {
	d, err := s.Settlements.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if f == nil {
		filled, err := fill(reportForm{Version: d.Settlement.Version, Report: d.Settlement.Report})
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	st := d.Settlement
	p := &settlementPage{Base: Base{Title: "정산: " + st.Title, Lead: st.AwardNumber + " · " + st.GovernmentName, Wide: true, Failed: f.Failed(),
		Crumbs: settlementCrumbs(Crumb{st.Title, awardAt(st.AwardID, "")})},
		Settlement: d, Stages: settlementStages(st.State), Todo: settlementTodo(d), Form: *f, Figures: figures(d)}
	if st.State.Open() {
		p.Due = dday(s.cfg.Now(), calendar.Instant(st.DueOn.AddDays(1), 0, 0).Add(-1))
	}
	return p, nil
}

func (s *Server) showSettlement(c echo.Context) error {
	return s.settlementView(c, "settlement/show")
}

func (s *Server) printSettlement(c echo.Context) error {
	return s.settlementView(c, "settlement/print")
}

func (s *Server) settlementView(c echo.Context, page string) error {
	var in struct {
		ID settlement.ID `param:"id"`
	}
	return get(s, c, &in, page, func(ctx context.Context, who authz.Actor) (*settlementPage, error) {
		return s.settlementShow(ctx, who, in.ID, nil)
	})
}

func (s *Server) settlementAgain(c echo.Context, id settlement.ID, f Form) error {
	return show(s, c, f.Status(), "settlement/show", func(ctx context.Context, who authz.Actor) (*settlementPage, error) {
		return s.settlementShow(ctx, who, id, &f)
	})
}

// settlementVerb is a verb without input; its Conflict is shown on the settlement's page.
func (s *Server) settlementVerb(c echo.Context, done string, do func(context.Context, authz.Actor, settlement.ID) (settlement.Settlement, error)) error {
	var in struct {
		ID settlement.ID `param:"id"`
	}
	return post(s, c, command[settlement.Settlement]{
		In: &in, To: settlementPath, Done: done,
		Do:    func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) { return do(ctx, who, in.ID) },
		Again: func(f Form) error { return s.settlementAgain(c, in.ID, f) },
	})
}

func (s *Server) submitSettlement(c echo.Context) error {
	return s.settlementVerb(c, "정산을 제출했습니다.", s.Settlements.Submit)
}

func (s *Server) checkSettlement(c echo.Context) error {
	return s.settlementVerb(c, "정산을 확인했습니다. 부처의 검토로 넘어갑니다.", s.Settlements.Check)
}

func (s *Server) examineSettlement(c echo.Context) error {
	return s.settlementVerb(c, "검토를 마쳤습니다. 결재자의 확정을 기다립니다.", s.Settlements.Examine)
}

func (s *Server) fixSettlement(c echo.Context) error {
	return s.settlementVerb(c, "정산 금액을 확정했습니다.", s.Settlements.Fix)
}

func (s *Server) notifySettlement(c echo.Context) error {
	return s.settlementVerb(c, "반납할 금액을 고지했습니다.", s.Settlements.Notify)
}

func (s *Server) closeSettlement(c echo.Context) error {
	return s.settlementVerb(c, "정산을 종결했습니다.", s.Settlements.Close)
}

func (s *Server) correctSettlement(c echo.Context) error {
	var in struct {
		ID     settlement.ID `param:"id"`
		Reason string        `form:"reason"`
	}
	return post(s, c, command[settlement.Settlement]{
		In: &in, To: settlementPath, Done: "시정을 요구했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
			return s.Settlements.Correct(ctx, who, in.ID, in.Reason)
		},
		Again: func(f Form) error { return s.settlementAgain(c, in.ID, f) },
	})
}

type reportForm struct {
	ID      settlement.ID `param:"id"`
	Version int           `form:"version"`
	Report  string        `form:"report"`
}

func (s *Server) writeReport(c echo.Context) error {
	var in reportForm
	return post(s, c, command[settlement.Settlement]{
		In: &in, To: settlementPath, Done: "실적보고를 저장했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
			return s.Settlements.Write(ctx, who, in.ID, in.Version, in.Report)
		},
		Again: func(f Form) error { return s.settlementAgain(c, in.ID, f) },
	})
}
