package web

import (
	"context"
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

func roundRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/rounds", Action: "round:read", Handle: (*Server).listRounds},
		{Method: "POST", Path: "/rounds", Action: "round:create", Handle: (*Server).createRound},
		{Method: "GET", Path: "/rounds/:id", Action: "round:read", Handle: (*Server).showRound},
		{Method: "POST", Path: "/rounds/:id/assign", Action: "assignment:create", Handle: (*Server).assignByHand},
		{Method: "POST", Path: "/rounds/:id/balance", Action: "assignment:create", Handle: (*Server).assignBalanced},
		{Method: "POST", Path: "/assignments/:id/remove", Action: "assignment:remove", Handle: (*Server).removeAssignment},
		{Method: "POST", Path: "/rounds/:id/discuss", Action: "round:discuss", Handle: (*Server).requestDiscussion},
		{Method: "POST", Path: "/rounds/:id/lock", Action: "round:lock", Handle: (*Server).requestLock},
		{Method: "POST", Path: "/rounds/:id/confirm", Action: "round:confirm", Handle: (*Server).confirmRound},
		{Method: "POST", Path: "/rounds/:id/bonus", Action: "bonus:confirm", Handle: (*Server).confirmBonus},
		{Method: "POST", Path: "/rounds/:id/revoke", Action: "bonus:revoke", Handle: (*Server).revokeBonus},
		{Method: "GET", Path: "/rounds/:id/discussion", Action: "round:read", Handle: (*Server).showDiscussion},
		{Method: "GET", Path: "/rounds/:id/ranking", Action: "ranking:read", Handle: (*Server).showRanking},
	}
}

func roundPages() []PageDef {
	return []PageDef{
		{"round/list", &roundListPage{}},
		{"round/show", &roundPage{}},
		{"round/discussion", &discussionPage{}},
		{"round/ranking", &rankingPage{}},
	}
}

type roundListPage struct {
	Base
	List    List
	Rounds  []review.Round
	Waiting []review.WaitingCall
}

// fiscalYears are the years a list can be narrowed to, the newest first.
func (s *Server) fiscalYears() []Option {
	var out []Option
	for year := s.cfg.Now().Year() + 1; year >= 2021; year-- {
		out = append(out, Option{Value: strconv.Itoa(year), Label: strconv.Itoa(year) + "년"})
	}
	return out
}

func (s *Server) listRounds(c echo.Context) error {
	l := list(c, listSpec{Search: "공모 번호·이름", Filters: []Filter{
		{Name: "state", Label: "상태", Options: []Option{{Value: "scoring", Label: "채점 중"}, {Value: "discussing", Label: "토의 중"}, {Value: "locked", Label: "확정"}}},
		{Name: "year", Label: "회계연도", Options: s.fiscalYears()},
	}})
	return get(s, c, nil, "round/list", func(ctx context.Context, who authz.Actor) (*roundListPage, error) {
		out, err := s.Reviews.Rounds(ctx, who, l.Request)
		return &roundListPage{Base: Base{Title: "심사"}, List: of(l, out.Slice), Rounds: out.Items, Waiting: out.Waiting}, err
	})
}

func roundPath(r review.Round) string { return at("/rounds", r.ID, "") }

func roundCrumbs(more ...Crumb) []Crumb { return append([]Crumb{{"심사", "/rounds"}}, more...) }

func (s *Server) createRound(c echo.Context) error {
	var in struct {
		Call program.CallID `form:"call_id"`
	}
	return post(s, c, command[review.Round]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Round, error) {
			return s.Reviews.CreateRound(ctx, who, in.Call)
		},
		To: roundPath, Done: "심사를 시작했습니다. 심사위원을 배정해 주십시오.",
	})
}

// roundPage is a round for those who run it: who scores what, how far they are.
type roundPage struct {
	Base
	View   review.View
	Stages []Stage
	Tiles  []Tile
	Todo   Todo
	Form   Form
	Apps   []Option // for the bonus form
	Items  []Option
}

func (s *Server) showRound(c echo.Context) error {
	var in struct {
		ID review.RoundID `param:"id"`
	}
	return get(s, c, &in, "round/show", func(ctx context.Context, who authz.Actor) (*roundPage, error) {
		return s.round(ctx, who, in.ID, Form{})
	})
}

func (s *Server) round(ctx context.Context, who authz.Actor, id review.RoundID, f Form) (*roundPage, error) {
	v, err := s.Reviews.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &roundPage{
		Base: Base{Title: v.Round.CallTitle + " 심사", Lead: program.StageLabel(v.Round.Stage) + " · 공모 " + v.Round.CallNumber, Crumbs: roundCrumbs(), Wide: v.Can["matrix"], Failed: f.Failed()},
		View: v, Stages: roundStages(v), Todo: roundTodo(v, who), Form: f,
	}
	if v.Can["matrix"] {
		n := v.Counts
		p.Tiles = []Tile{
			{Label: "신청", Value: strconv.Itoa(n.Applications), Unit: "건"}, {Label: "배정", Value: strconv.Itoa(n.Assignments), Unit: "건"},
			{Label: "이해관계 확인 전", Value: strconv.Itoa(n.Undeclared), Unit: "건"}, {Label: "제척·회피", Value: strconv.Itoa(n.Conflicts), Unit: "건"},
		}
		if v.Can["progress"] {
			p.Tiles = append(p.Tiles, Tile{Label: "작성 중", Value: strconv.Itoa(n.Draft), Unit: "건"}, Tile{Label: "제출", Value: strconv.Itoa(n.Submitted), Unit: "건"})
		} else {
			p.Tiles = append(p.Tiles, Tile{Label: "채점", Value: strconv.Itoa(n.Draft), Unit: "건"})
		}
	}
	for _, r := range v.Rows {
		p.Apps = append(p.Apps, Option{Value: strconv.FormatInt(int64(r.ID), 10), Label: r.GovernmentName})
	}
	for _, b := range v.Rubric.Bonus {
		p.Items = append(p.Items, Option{Value: strconv.FormatInt(b.ID, 10), Label: fmt.Sprintf("%s (%+d점)", b.Title, b.Points)})
	}
	return p, nil
}

// roundStages is the way of a round; without assignments it has not really begun.
func roundStages(v review.View) []Stage {
	now := 1
	switch {
	case v.Round.State == review.Discussing:
		now = 2
	case v.Round.State == review.Locked:
		now = 4
	case v.Can["matrix"] && v.Counts.Assignments == 0:
		now = 0
	}
	return Stages(now, "배정", "채점", "토의", "확정")
}

// roundTodo words the next step for this person; the buttons stand beside it.
func roundTodo(v review.View, who authz.Actor) Todo {
	n := v.Counts
	outstanding := n.Undeclared+n.Draft > 0
	switch {
	case v.Can["ranking"] && !who.Has("manager"):
		return Todo{"심사가 확정되었습니다. 순위를 볼 수 있습니다.", "순위 보기", at("/rounds", v.Round.ID, "/ranking")}
	case v.Can["ranking"]:
		return Todo{"심사가 확정되었습니다. 순위를 확인하고 선정안을 만들어 주십시오.", "순위 보기", at("/rounds", v.Round.ID, "/ranking")}
	case v.Round.State == review.Locked:
		return Todo{Text: "심사가 확정되었습니다."}
	case v.Round.Pending() != "" && v.Round.RequestedBy() == who.ID:
		return Todo{Text: "요청했습니다. 다른 사람의 확인을 기다리고 있습니다."}
	case v.Can["confirm"]:
		return Todo{Text: "위원장이 " + review.Flow.VerbLabel(v.Round.Pending()) + "를 요청했습니다. 내용을 확인해 주십시오."}
	case v.Can["assign"] && n.Assignments == 0:
		return Todo{Text: "신청마다 심사위원을 배정해 주십시오."}
	case v.Can["matrix"] && !v.Can["progress"] && n.Undeclared == 0:
		return Todo{Text: "위원들이 채점하고 있습니다. 모두 제출하면 위원장이 토의를 열어 달라고 요청합니다."}
	case v.Can["matrix"] && !v.Can["progress"]:
		return Todo{Text: fmt.Sprintf("이해관계를 확인하지 않은 배정이 %d건 있습니다.", n.Undeclared)}
	case v.Can["matrix"] && v.Round.State == review.Scoring && outstanding:
		return Todo{Text: fmt.Sprintf("평가표 %d건이 아직 제출되지 않았습니다.", n.Undeclared+n.Draft)}
	case v.Can["discuss"]:
		return Todo{Text: "모든 평가표가 제출되었습니다. 토의를 열도록 요청할 수 있습니다."}
	case v.Can["discussion"] && v.Can["lock"]:
		return Todo{"점수를 함께 보며 토의하고, 회의록을 적은 뒤 심사 확정을 요청합니다.", "토의 화면", at("/rounds", v.Round.ID, "/discussion")}
	case v.Can["discussion"]:
		return Todo{"점수를 함께 보며 토의합니다.", "토의 화면", at("/rounds", v.Round.ID, "/discussion")}
	case who.Has("reviewer"):
		return Todo{"배정받은 신청을 평가해 주십시오.", "내 심사", "/assignments?round=" + strconv.FormatInt(int64(v.Round.ID), 10)}
	case v.Round.State == review.Discussing:
		return Todo{Text: "심사위원회가 토의하고 있습니다. 점수는 확정된 뒤에 볼 수 있습니다."}
	}
	return Todo{Text: "심사위원들이 채점하고 있습니다. 점수는 확정된 뒤에 볼 수 있습니다."}
}

type discussionPage struct {
	Base
	Discussion review.Discussion
}

func (s *Server) showDiscussion(c echo.Context) error {
	var in struct {
		ID review.RoundID `param:"id"`
	}
	return get(s, c, &in, "round/discussion", func(ctx context.Context, who authz.Actor) (*discussionPage, error) {
		d, err := s.Reviews.Discuss(ctx, who, in.ID)
		return &discussionPage{Base: Base{Title: "토의", Lead: d.Round.CallTitle, Crumbs: roundCrumbs(Crumb{d.Round.CallTitle + " 심사", roundPath(d.Round)})}, Discussion: d}, err
	})
}

type rankingPage struct {
	Base
	Result   review.Result
	Rules    judgingRules // by which it was ranked
	Checksum string
}

func (s *Server) showRanking(c echo.Context) error {
	var in struct {
		ID review.RoundID `param:"id"`
	}
	return get(s, c, &in, "round/ranking", func(ctx context.Context, who authz.Actor) (*rankingPage, error) {
		r, err := s.Reviews.Ranking(ctx, who, in.ID)
		return &rankingPage{Base: Base{Title: "순위", Lead: r.Round.CallTitle, Wide: true, Crumbs: roundCrumbs(Crumb{r.Round.CallTitle + " 심사", roundPath(r.Round)})},
			Result: r, Rules: judgingOf(program.CallDetail{Record: program.Record{Call: r.Call, Rubrics: r.Stages}}), Checksum: fmt.Sprintf("%x", r.Ranking.SHA256)}, err
	})
}
