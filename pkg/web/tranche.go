package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
)

func trancheRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/tranches", Action: "tranche:read", Handle: (*Server).listTranches},
		{Method: "GET", Path: "/tranches/:id", Action: "tranche:read", Handle: (*Server).showTranche},
		{Method: "GET", Path: "/awards/:id/tranches/new", Action: "tranche:create", Handle: (*Server).newTranche},
		{Method: "POST", Path: "/awards/:id/tranches", Action: "tranche:create", Handle: (*Server).createTranche},
		{Method: "POST", Path: "/tranches/:id/draft", Action: "tranche:draft", Handle: (*Server).draftTranche},
		{Method: "POST", Path: "/tranches/:id/undo", Action: "tranche:undo", Handle: (*Server).undoTranche},
		{Method: "POST", Path: "/tranches/:id/confirm", Action: "tranche:confirm", Handle: (*Server).confirmTranche},
		{Method: "POST", Path: "/tranches/:id/withdraw", Action: "tranche:withdraw", Handle: (*Server).withdrawTranche},
		{Method: "POST", Path: "/tranches/:id/receive", Action: "tranche:receive", Handle: (*Server).receiveTranche},
	}
}

func tranchePages() []PageDef {
	return []PageDef{{"tranche/list", &trancheListPage{}}, {"tranche/show", &tranchePage{}}, {"tranche/new", &trancheNewPage{}}}
}

func trancheAt[I ~int64](id I, more string) string {
	return "/tranches/" + strconv.FormatInt(int64(id), 10) + more
}

func tranchePath(t award.Tranche) string { return trancheAt(t.ID, "") }

func payerOptions(kinds ...string) []Option {
	word := map[string]string{organization.Ministry: "부처 (국비)", organization.Sido: "시·도 (시도비)"}
	var out []Option
	for _, k := range kinds {
		out = append(out, Option{Value: k, Label: word[k]})
	}
	return out
}

type trancheListPage struct {
	Base
	List     List
	Tranches []award.Tranche
}

func (s *Server) listTranches(c echo.Context) error {
	l := narrowed(c, list(c, listSpec{Search: "번호·사업명·지자체", Filters: []Filter{
		stateFilter(award.TrancheFlow.Label, award.Requested, award.Drafted, award.Confirmed, award.Received, award.Withdrawn),
		{Name: "payer_kind", Label: "교부 기관", Options: payerOptions(organization.Ministry, organization.Sido)}, s.years(),
	}}), "award", "call")
	return get(s, c, nil, "tranche/list", func(ctx context.Context, who authz.Actor) (*trancheListPage, error) {
		slice, err := s.Awards.ListTranches(ctx, who, l.Request)
		return &trancheListPage{Base: Base{Title: "교부(지급)", Lead: "지자체가 요청한 교부금을 보내는 기관의 두 사람이 기안하고 확정합니다.", Crumbs: awardCrumbs(), Wide: true},
			List: of(l, slice), Tranches: slice.Items}, err
	})
}

type tranchePage struct {
	Base
	Tranche award.TrancheDetail
	Stages  []Stage
	Todo    Todo
	Form    Form
}

func trancheStages(state award.TrancheState) []Stage {
	at := map[award.TrancheState]int{award.Requested: 0, award.Drafted: 1, award.Confirmed: 2, award.Received: 4, award.Withdrawn: -1}[state]
	return Stages(at, "교부 요청", "지급 기안", "지급 확정", "수령 확인")
}

func trancheTodo(t award.TrancheDetail) string {
	switch {
	case t.Can("draft"):
		return "금액과 조건을 확인하고 지급을 기안합니다. 확정은 다른 사람이 합니다."
	case t.Can("confirm"):
		return "기안한 지급을 확정합니다. 확정하면 원장에 교부로 기록되고 되돌릴 수 없습니다."
	case t.Can("receive"):
		return "돈이 들어온 날짜를 확인하고 적습니다. 이자는 이 날부터 계산합니다."
	case t.State == award.Drafted:
		return t.PayerName + "의 다른 담당자가 확정하기를 기다리고 있습니다."
	case t.State == award.Requested:
		return t.PayerName + "의 지급 기안을 기다리고 있습니다."
	case t.State == award.Confirmed:
		return "수령 확인을 기다리고 있습니다."
	case t.State == award.Withdrawn:
		return "취소된 요청입니다."
	}
	return "교부가 끝났습니다."
}

func (s *Server) trancheShow(ctx context.Context, who authz.Actor, id award.TrancheID, f *Form) (*tranchePage, error) {
	t, err := s.Awards.ShowTranche(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if f == nil {
		filled, err := fill(receiptForm{On: calendar.Today(s.cfg.Now())})
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	return &tranchePage{Base: Base{Title: fmt.Sprintf("%d차 교부", t.No), Lead: t.AwardNumber + " · " + t.GovernmentName + " · " + t.AwardTitle,
		Crumbs: awardCrumbs(Crumb{t.AwardTitle, awardAt(t.AwardID, "")}), Failed: f.Failed()},
		Tranche: t, Stages: trancheStages(t.State), Todo: Todo{Text: trancheTodo(t)}, Form: *f}, nil
}

func (s *Server) showTranche(c echo.Context) error {
	var in struct {
		ID award.TrancheID `param:"id"`
	}
	return get(s, c, &in, "tranche/show", func(ctx context.Context, who authz.Actor) (*tranchePage, error) {
		return s.trancheShow(ctx, who, in.ID, nil)
	})
}

// trancheVerb is a verb without input; its Conflict is shown on the tranche's page.
func (s *Server) trancheVerb(c echo.Context, done string, do func(context.Context, authz.Actor, award.TrancheID) (award.Tranche, error)) error {
	var in struct {
		ID award.TrancheID `param:"id"`
	}
	return post(s, c, command[award.Tranche]{
		In: &in, To: tranchePath, Done: done,
		Do:    func(ctx context.Context, who authz.Actor) (award.Tranche, error) { return do(ctx, who, in.ID) },
		Again: func(f Form) error { return s.trancheAgain(c, in.ID, f) },
	})
}

func (s *Server) trancheAgain(c echo.Context, id award.TrancheID, f Form) error {
	return show(s, c, f.Status(), "tranche/show", func(ctx context.Context, who authz.Actor) (*tranchePage, error) {
		return s.trancheShow(ctx, who, id, &f)
	})
}

func (s *Server) draftTranche(c echo.Context) error {
	return s.trancheVerb(c, "지급을 기안했습니다. 다른 사람이 확정해야 합니다.", s.Awards.Draft)
}

func (s *Server) undoTranche(c echo.Context) error {
	return s.trancheVerb(c, "기안을 취소했습니다.", s.Awards.Undo)
}

func (s *Server) confirmTranche(c echo.Context) error {
	return s.trancheVerb(c, "지급을 확정했습니다. 원장에 교부로 기록했습니다.", s.Awards.Confirm)
}

func (s *Server) withdrawTranche(c echo.Context) error {
	return s.trancheVerb(c, "교부 요청을 취소했습니다.", s.Awards.Withdraw)
}

type receiptForm struct {
	ID award.TrancheID `param:"id"`
	On calendar.Date   `form:"received_on"`
}

func (s *Server) receiveTranche(c echo.Context) error {
	var in receiptForm
	return post(s, c, command[award.Tranche]{
		In: &in, To: tranchePath, Done: "수령을 확인했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (award.Tranche, error) {
			return s.Awards.Receive(ctx, who, in.ID, in.On)
		},
		Again: func(f Form) error { return s.trancheAgain(c, in.ID, f) },
	})
}

type trancheNewPage struct {
	Base
	Award  award.Detail
	Form   Form
	Payers []Option
	Left   money.BySource // not asked for yet
}

type trancheForm struct {
	ID        award.ID     `param:"id"`
	PayerKind string       `form:"payer_kind"`
	Amount    money.Amount `form:"amount"`
	Condition string       `form:"condition"`
}

func (s *Server) trancheNew(ctx context.Context, who authz.Actor, id award.ID, f Form) (*trancheNewPage, error) {
	d, err := s.Awards.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &trancheNewPage{Base: Base{Title: "교부 요청", Lead: d.Award.Number + " · " + d.Award.Title, Crumbs: awardCrumbs(Crumb{d.Award.Title, awardPath(d.Award)}),
		Failed: f.Failed()}, Award: d, Form: f, Payers: payerOptions(d.Award.Payers()...)}
	all := make([]award.Tranche, len(d.Tranches))
	for i, t := range d.Tranches {
		all[i] = t.Tranche
	}
	for _, source := range money.Sources() {
		p.Left = p.Left.With(source, d.Award.Unrequested(all, source))
	}
	return p, nil
}

func (s *Server) newTranche(c echo.Context) error {
	var in struct {
		ID award.ID `param:"id"`
	}
	return get(s, c, &in, "tranche/new", func(ctx context.Context, who authz.Actor) (*trancheNewPage, error) {
		f, err := fill(trancheForm{PayerKind: organization.Ministry})
		if err != nil {
			return nil, err
		}
		return s.trancheNew(ctx, who, in.ID, f)
	})
}

func (s *Server) createTranche(c echo.Context) error {
	var in trancheForm
	return post(s, c, command[award.Tranche]{
		In: &in, To: tranchePath, Done: "교부를 요청했습니다.",
		Do: func(ctx context.Context, who authz.Actor) (award.Tranche, error) {
			return s.Awards.RequestTranche(ctx, who, in.ID, award.TrancheInput{PayerKind: in.PayerKind, Amount: in.Amount, Condition: in.Condition})
		},
		Again: func(f Form) error {
			return show(s, c, f.Status(), "tranche/new", func(ctx context.Context, who authz.Actor) (*trancheNewPage, error) {
				return s.trancheNew(ctx, who, in.ID, f)
			})
		},
	})
}
