package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/settlement"
)

func awardRoutes() []Route {
	return append([]Route{
		{Method: "GET", Path: "/awards", Action: "award:read", Handle: (*Server).listAwards},
		{Method: "GET", Path: "/awards/new", Action: "award:create", Handle: (*Server).newAward},
		{Method: "POST", Path: "/awards", Action: "award:create", Handle: (*Server).createAward},
		{Method: "GET", Path: "/awards/:id", Action: "award:read", Handle: (*Server).showAward},
		{Method: "GET", Path: "/awards/:id/examine", Action: "award:examine", Handle: (*Server).examination},
		{Method: "POST", Path: "/awards/:id/examine", Action: "award:examine", Handle: (*Server).examineAward},
		{Method: "POST", Path: "/awards/:id/grant", Action: "award:grant", Handle: (*Server).grantAward},
		{Method: "POST", Path: "/awards/:id/start", Action: "award:start", Handle: (*Server).startAward},
		{Method: "GET", Path: "/awards/:id/secure", Action: "award:secure", Handle: (*Server).securing},
		{Method: "POST", Path: "/awards/:id/secure", Action: "award:secure", Handle: (*Server).secureMoney},
		{Method: "POST", Path: "/awards/:id/unsecure", Action: "award:secure", Handle: (*Server).unsecureMoney},
		{Method: "POST", Path: "/awards/:id/suspend", Action: "award:suspend", Handle: (*Server).suspendAward},
		{Method: "POST", Path: "/awards/:id/resume", Action: "award:resume", Handle: (*Server).resumeAward},
		{Method: "POST", Path: "/awards/:id/cancel", Action: "award:cancel", Handle: (*Server).cancelAward},
		{Method: "POST", Path: "/awards/:id/end", Action: "award:end", Handle: (*Server).endAward},
		{Method: "POST", Path: "/awards/:id/settle", Action: "settlement:create", Handle: (*Server).settleAward},
	}, trancheRoutes()...)
}

func awardPages() []PageDef {
	return append([]PageDef{
		{"award/list", &awardListPage{}}, {"award/new", &awardNewPage{}}, {"award/show", &awardPage{}},
		{"award/examine", &examinationPage{}}, {"award/secure", &securingPage{}},
	}, tranchePages()...)
}

func awardAt[I ~int64](id I, more string) string {
	return "/awards/" + strconv.FormatInt(int64(id), 10) + more
}

func awardPath(a award.Award) string { return awardAt(a.ID, "") }

func awardCrumbs(more ...Crumb) []Crumb { return append([]Crumb{{"교부결정", "/awards"}}, more...) }

type awardListPage struct {
	Base
	List   List
	Awards []award.Item
}

func (s *Server) listAwards(c echo.Context) error {
	l := narrowed(c, list(c, listSpec{Search: "번호·사업명·지자체", Filters: []Filter{
		stateFilter(award.Flow.Label, award.Applied, award.Examined, award.Granted, award.Running, award.Suspended, award.Ended, award.Settling, award.Closed, award.Cancelled),
		s.years(),
	}}), "call")
	return get(s, c, nil, "award/list", func(ctx context.Context, who authz.Actor) (*awardListPage, error) {
		slice, err := s.Awards.List(ctx, who, l.Request)
		return &awardListPage{Base: Base{Title: "교부결정", Wide: true}, List: of(l, slice), Awards: slice.Items}, err
	})
}

// moneyRow is one source of the money table: what was granted and where it is.
type moneyRow struct {
	Label                                             string
	Granted, Secured, Disbursed, Spent, Left, Missing money.Amount
}

// moneyTable is the money of an award by source, the sum last.
func moneyTable(b ledger.Balances) []moneyRow {
	var out []moneyRow
	sum := moneyRow{Label: "합계"}
	for _, s := range money.Sources() {
		r := moneyRow{s.Label(), b.Granted.At(s), b.Secured.At(s), b.Disbursed.At(s), b.Spent.At(s), b.Available().At(s), b.Undisbursed().At(s)}
		out = append(out, r)
		sum.Granted, sum.Secured, sum.Disbursed = sum.Granted.Add(r.Granted), sum.Secured.Add(r.Secured), sum.Disbursed.Add(r.Disbursed)
		sum.Spent, sum.Left, sum.Missing = sum.Spent.Add(r.Spent), sum.Left.Add(r.Left), sum.Missing.Add(r.Missing)
	}
	return append(out, sum)
}

type awardPage struct {
	Base
	Award      award.Detail
	Stages     []Stage
	Todo       Todo
	Money      []moneyRow
	Form       Form
	Settlement settlement.ID // 0 before it began
	MaySpend   bool
}

func awardStages(state award.State) []Stage {
	at, known := map[award.State]int{award.Applied: 0, award.Examined: 1, award.Granted: 2, award.Running: 3, award.Changing: 3, award.Suspended: 3,
		award.Ended: 4, award.Settling: 5, award.Closed: 6}[state]
	if !known { // cancelled: it stands nowhere on the way
		at = -1
	}
	return Stages(at, "교부신청", "검토", "교부결정", "집행", "집행 마감", "정산")
}

// awardTodo is 지금 할 일 of an award: the one next act of the person, or for whom it waits.
func awardTodo(d award.Detail, settled settlement.ID) Todo {
	id := d.Award.ID
	switch {
	case d.Can("examine"):
		return Todo{"교부신청의 내용과 금액을 검토하고 교부조건을 정합니다.", "검토하기", awardAt(id, "/examine")}
	case d.Can("grant"):
		return Todo{Text: "검토를 마친 금액과 교부조건을 확인하고 교부결정을 합니다."}
	case d.Can("start"):
		return Todo{Text: "교부결정되었습니다. 사업을 시작하면 집행을 등록할 수 있습니다."}
	case d.Can("settle"):
		return Todo{Text: "집행을 마감했습니다. 정산을 시작합니다."}
	case d.Award.Receiving() && d.Can("secure") && !d.Award.Held(d.Balances.Undisbursed()).IsZero():
		return Todo{"자체 부담금 " + d.Award.Held(d.Balances.Undisbursed()).Total().Comma() + "원을 더 확보하여야 합니다.", "확보 적기", awardAt(id, "/secure")}
	}
	for _, t := range d.Tranches {
		for _, verb := range []string{"confirm", "draft", "receive"} {
			if t.Can(verb) {
				return Todo{fmt.Sprintf("%d차 교부(%s원): %s", t.No, t.Amount().Comma(), award.TrancheFlow.VerbLabel(verb)), "교부 열기", trancheAt(t.ID, "")}
			}
		}
	}
	switch {
	case d.Can("request") && !unrequested(d).IsZero():
		return Todo{"아직 요청하지 않은 교부금이 " + unrequested(d).Comma() + "원 있습니다.", "교부 요청", awardAt(id, "/tranches/new")}
	case d.Can("spend"):
		return Todo{"집행한 내역과 증빙을 등록합니다.", "집행 등록", awardAt(id, "/expenditures")}
	case settled != 0:
		return Todo{"정산을 진행하고 있습니다.", "정산 보기", settlementAt(settled, "")}
	}
	return Todo{Text: awardWaits(d.Award.State)}
}

func unrequested(d award.Detail) money.Amount {
	all := make([]award.Tranche, len(d.Tranches))
	for i, t := range d.Tranches {
		all[i] = t.Tranche
	}
	var sum money.Amount
	for _, s := range money.Sources() {
		sum = sum.Add(d.Award.Unrequested(all, s))
	}
	return sum
}

// awardWaits tells for whom an award waits when this person has nothing to do.
func awardWaits(state award.State) string {
	switch state {
	case award.Applied:
		return "부처의 검토를 기다리고 있습니다."
	case award.Examined:
		return "부처의 교부결정을 기다리고 있습니다."
	case award.Granted:
		return "교부결정되었습니다. 사업이 시작되기를 기다리고 있습니다."
	case award.Running, award.Changing:
		return "집행하고 있습니다."
	case award.Suspended:
		return "중단되었습니다. 재개될 때까지 교부받거나 집행할 수 없습니다."
	case award.Ended:
		return "집행을 마감했습니다. 정산이 시작되기를 기다리고 있습니다."
	case award.Cancelled:
		return "교부신청이 취소되었습니다."
	case award.Settling:
		return "정산하고 있습니다."
	case award.Closed:
		return "이 교부 건은 종결되었습니다."
	}
	return ""
}

func (s *Server) awardShow(ctx context.Context, who authz.Actor, id award.ID, f Form) (*awardPage, error) {
	d, err := s.Awards.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	found, err := s.Settlements.FindOfAward(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &awardPage{
		Base:  Base{Title: d.Award.Title, Lead: d.Award.Number + " · " + d.Award.GovernmentName, Crumbs: awardCrumbs(), Wide: true, Failed: f.Failed()},
		Award: d, Stages: awardStages(d.Award.State), Todo: awardTodo(d, found), Money: moneyTable(d.Balances), Form: f, Settlement: found,
		MaySpend: s.Work.Authz().Mentions(who, "expenditure:read"),
	}, nil
}

func (s *Server) showAward(c echo.Context) error {
	var in struct {
		ID award.ID `param:"id"`
	}
	return get(s, c, &in, "award/show", func(ctx context.Context, who authz.Actor) (*awardPage, error) {
		return s.awardShow(ctx, who, in.ID, Form{})
	})
}

// awardVerb is a verb without input; its Conflict is shown on the award's page.
func (s *Server) awardVerb(c echo.Context, done string, do func(context.Context, authz.Actor, award.ID) (award.Award, error)) error {
	var in struct {
		ID award.ID `param:"id"`
	}
	return post(s, c, command[award.Award]{
		In: &in, To: awardPath, Done: done,
		Do:    func(ctx context.Context, who authz.Actor) (award.Award, error) { return do(ctx, who, in.ID) },
		Again: func(f Form) error { return s.awardAgain(c, in.ID, f) },
	})
}

// awardReason is a verb with a reason.
func (s *Server) awardReason(c echo.Context, done string, do func(context.Context, authz.Actor, award.ID, string) (award.Award, error)) error {
	var in struct {
		ID     award.ID `param:"id"`
		Reason string   `form:"reason"`
	}
	return post(s, c, command[award.Award]{
		In: &in, To: awardPath, Done: done,
		Do:    func(ctx context.Context, who authz.Actor) (award.Award, error) { return do(ctx, who, in.ID, in.Reason) },
		Again: func(f Form) error { return s.awardAgain(c, in.ID, f) },
	})
}

func (s *Server) awardAgain(c echo.Context, id award.ID, f Form) error {
	return show(s, c, f.Status(), "award/show", func(ctx context.Context, who authz.Actor) (*awardPage, error) {
		return s.awardShow(ctx, who, id, f)
	})
}

func (s *Server) grantAward(c echo.Context) error {
	return s.awardVerb(c, "교부결정을 했습니다. 교부금을 요청하고 사업을 시작할 수 있습니다.", s.Awards.Grant)
}

func (s *Server) startAward(c echo.Context) error {
	return s.awardVerb(c, "사업을 시작했습니다.", s.Awards.Start)
}

func (s *Server) endAward(c echo.Context) error {
	return s.awardVerb(c, "집행을 마감했습니다. 정산을 시작해 주십시오.", s.Awards.End)
}

func (s *Server) suspendAward(c echo.Context) error {
	return s.awardReason(c, "사업을 중단했습니다.", s.Awards.Suspend)
}

func (s *Server) resumeAward(c echo.Context) error {
	return s.awardReason(c, "사업을 재개했습니다.", s.Awards.Resume)
}

func (s *Server) cancelAward(c echo.Context) error {
	return s.awardReason(c, "교부신청을 취소했습니다.", s.Awards.Cancel)
}

func (s *Server) settleAward(c echo.Context) error {
	var in struct {
		ID award.ID `param:"id"`
	}
	return post(s, c, command[settlement.Settlement]{
		In: &in, Done: "정산을 시작했습니다. 이자와 수익금을 적고 제출해 주십시오.",
		Do: func(ctx context.Context, who authz.Actor) (settlement.Settlement, error) {
			return s.Settlements.Create(ctx, who, in.ID)
		},
		To:    settlementPath,
		Again: func(f Form) error { return s.awardAgain(c, in.ID, f) },
	})
}
