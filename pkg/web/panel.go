package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// panelRoutes are what happens around the pool of reviewers: invitations, the proposal
// of an assignment, conflicts found late, challenges.
func panelRoutes() []Route {
	return []Route{
		{Method: "POST", Path: "/reviewers/:id/accept", Action: "reviewer:accept", Handle: (*Server).acceptInvitation},
		{Method: "POST", Path: "/reviewers/:id/refuse", Action: "reviewer:refuse", Handle: (*Server).refuseInvitation},
		{Method: "GET", Path: "/rounds/:id/proposal", Action: "assignment:create", Handle: (*Server).proposeAssignment},
		{Method: "GET", Path: "/assignments/:id/exclude", Action: "assignment:exclude", Handle: (*Server).askExclusion},
		{Method: "POST", Path: "/assignments/:id/exclude", Action: "assignment:exclude", Handle: (*Server).excludeSheet},
		{Method: "GET", Path: "/assignments/:id/recuse", Action: "assignment:recuse", Handle: (*Server).askRecusal},
		{Method: "POST", Path: "/assignments/:id/recuse", Action: "assignment:recuse", Handle: (*Server).recuse},
		{Method: "GET", Path: "/calls/:id/pool", Action: "challenge:read", Handle: (*Server).showPool},
		{Method: "POST", Path: "/calls/:id/pool/publish", Action: "challenge:invite", Handle: (*Server).publishPool},
		{Method: "POST", Path: "/calls/:id/pool/challenges", Action: "challenge:create", Handle: (*Server).challengeReviewer},
		{Method: "POST", Path: "/challenges/:id/decide", Action: "challenge:decide", Handle: (*Server).decideChallenge},
	}
}

func panelPages() []PageDef {
	return []PageDef{{"round/proposal", &proposalPage{}}, {"review/exclude", &excludePage{}}, {"review/public_pool", &publicPoolPage{}}}
}

func (s *Server) acceptInvitation(c echo.Context) error {
	var in struct {
		ID review.ReviewerID `param:"id"`
	}
	return post(s, c, command[review.Reviewer]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
			return s.Reviews.AcceptInvitation(ctx, who, in.ID)
		},
		To: func(review.Reviewer) string { return "/assignments" }, Done: "심사위원 위촉을 수락했습니다. 배정되면 알려 드립니다.",
	})
}

func (s *Server) refuseInvitation(c echo.Context) error {
	var in struct {
		ID     review.ReviewerID `param:"id"`
		Reason string            `form:"reason"`
	}
	return post(s, c, command[review.Reviewer]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Reviewer, error) {
			return s.Reviews.RefuseInvitation(ctx, who, in.ID, in.Reason)
		},
		To: func(review.Reviewer) string { return "/assignments" }, Done: "심사위원 위촉을 거절했습니다.",
	})
}

// proposalPage is an automatic assignment before it is made, to be changed by hand.
type proposalPage struct {
	Base
	Proposal review.Proposal
	Form     Form
}

func (s *Server) proposeAssignment(c echo.Context) error {
	var in struct {
		ID  review.RoundID `param:"id"`
		Per string         `query:"per_application"`
	}
	return get(s, c, &in, "round/proposal", func(ctx context.Context, who authz.Actor) (*proposalPage, error) {
		per, _ := strconv.Atoi(in.Per) // what is no number is asked of the rubric
		p, err := s.Reviews.Proposal(ctx, who, in.ID, per)
		return &proposalPage{Base: Base{Title: "배정안", Lead: p.Round.CallTitle + " · " + p.Round.StageLabel(), Wide: true,
			Crumbs: roundCrumbs(Crumb{p.Round.CallTitle + " 심사", at("/rounds", in.ID, "")})},
			Proposal: p, Form: Form{Values: url.Values{"per_application": {strconv.Itoa(p.Per)}}}}, err
	})
}

// excludePage asks why a sheet shall not count any more.
type excludePage struct {
	Base
	Action, Back string
	Explain      string
	Form         Form
	Kinds        []Option
}

func conflictKinds(challenged bool) []Option {
	out := []Option{{Value: review.Excluded, Label: "제척", Hint: "본인·친족·소속 기관이 신청과 관련되거나 신청에 관여했습니다."},
		{Value: review.Recused, Label: "회피", Hint: "공정한 심사를 의심받을 사정이 있어 스스로 물러납니다."}}
	if challenged {
		out = append(out, Option{Value: review.Challenged, Label: "기피", Hint: "신청한 지자체의 기피 신청을 받아들였습니다."})
	}
	return out
}

type conflictForm struct {
	ID     review.AssignmentID `param:"id"`
	Kind   string              `form:"kind"`
	Reason string              `form:"reason"`
}

func exclusionPage(id review.AssignmentID, f Form) *excludePage {
	return &excludePage{Base: Base{Title: "평가표 제외", Crumbs: roundCrumbs(), Failed: f.Failed()}, Action: at("/assignments", id, "/exclude"), Back: "/rounds", Form: f, Kinds: conflictKinds(true),
		Explain: "이 위원이 이 신청에 매긴 점수를 평균에서 뺍니다. 평가표와 까닭은 기록에 남습니다. 심사가 확정된 뒤라면 순위의 새 판을 만듭니다."}
}

func recusalPage(id review.AssignmentID, f Form) *excludePage {
	return &excludePage{Base: Base{Title: "뒤늦게 안 이해관계", Crumbs: assignmentCrumbs(), Failed: f.Failed()}, Action: at("/assignments", id, "/recuse"), Back: at("/assignments", id, ""), Form: f, Kinds: conflictKinds(false),
		Explain: "이 신청의 심사에서 물러납니다. 신청은 닫히고, 매긴 점수는 평균에 들어가지 않습니다."}
}

func (s *Server) askExclusion(c echo.Context) error {
	var in conflictForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.render(c, 200, "review/exclude", exclusionPage(in.ID, Form{}))
}

func (s *Server) excludeSheet(c echo.Context) error {
	var in conflictForm
	return post(s, c, command[review.Task]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Task, error) {
			return s.Reviews.Exclude(ctx, who, in.ID, review.Exclusion{Kind: in.Kind, Reason: in.Reason})
		},
		To: func(t review.Task) string { return at("/rounds", t.RoundID, "") }, Done: "평가표를 결과에서 제외했습니다.",
		Again: func(f Form) error { return s.render(c, f.Status(), "review/exclude", exclusionPage(in.ID, f)) },
	})
}

func (s *Server) askRecusal(c echo.Context) error {
	var in conflictForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.render(c, 200, "review/exclude", recusalPage(in.ID, Form{}))
}

func (s *Server) recuse(c echo.Context) error {
	var in conflictForm
	return post(s, c, command[review.Task]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Task, error) {
			return s.Reviews.Recuse(ctx, who, in.ID, review.Exclusion{Kind: in.Kind, Reason: in.Reason})
		},
		To: func(review.Task) string { return "/assignments" }, Done: "이해관계를 기록하고 심사에서 물러났습니다.",
		Again: func(f Form) error { return s.render(c, f.Status(), "review/exclude", recusalPage(in.ID, f)) },
	})
}

// publicPoolPage is the pool of a call as applicants see it, with their challenges.
type publicPoolPage struct {
	Base
	Pool    review.PublicPool
	Form    Form
	Members []Option
	Apps    []Option
	Filed   bool // only the challenges that are not decided are shown
}

func (s *Server) publicPool(ctx context.Context, who authz.Actor, id program.CallID, f Form) (*publicPoolPage, error) {
	pool, err := s.Reviews.Pool(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &publicPoolPage{Base: Base{Title: "심사위원 명단과 기피 신청", Lead: pool.Call.Title, Failed: f.Failed(),
		Crumbs: []Crumb{{"공모", "/calls"}, {pool.Call.Title, callPath(id)}}}, Pool: pool, Form: f}
	for _, r := range pool.Reviewers {
		p.Members = append(p.Members, Option{Value: strconv.FormatInt(int64(r.ID), 10), Label: r.Name + " (" + r.Employer + ")"})
	}
	for _, a := range pool.Own {
		p.Apps = append(p.Apps, Option{Value: strconv.FormatInt(int64(a.ID), 10), Label: a.GovernmentName + " · " + a.Title})
	}
	return p, nil
}

func (s *Server) showPool(c echo.Context) error {
	var in struct {
		ID    program.CallID        `param:"id"`
		State review.ChallengeState `query:"state"`
	}
	return get(s, c, &in, "review/public_pool", func(ctx context.Context, who authz.Actor) (*publicPoolPage, error) {
		p, err := s.publicPool(ctx, who, in.ID, Form{})
		if err != nil || in.State != review.ChallengeFiled {
			return p, err
		}
		p.Filed = true
		p.Pool.Challenges = slices.DeleteFunc(p.Pool.Challenges, func(x review.Challenge) bool { return x.State != review.ChallengeFiled })
		return p, nil
	})
}

func (s *Server) poolAgain(c echo.Context, id *program.CallID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "review/public_pool", func(ctx context.Context, who authz.Actor) (*publicPoolPage, error) {
			return s.publicPool(ctx, who, *id, f)
		})
	}
}

func (s *Server) publishPool(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return post(s, c, command[program.Call]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Call, error) {
			return s.Reviews.PublishPool(ctx, who, in.ID)
		},
		To:   func(program.Call) string { return callPath(in.ID) + "/pool" },
		Done: "심사위원 명단을 신청한 지자체에 공개했습니다.", Again: s.poolAgain(c, &in.ID),
	})
}

func (s *Server) challengeReviewer(c echo.Context) error {
	var in struct {
		ID       program.CallID    `param:"id"`
		App      application.ID    `form:"application_id"`
		Reviewer review.ReviewerID `form:"reviewer_id"`
		Reason   string            `form:"reason"`
	}
	return post(s, c, command[review.Challenge]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Challenge, error) {
			return s.Reviews.ChallengeReviewer(ctx, who, in.App, in.Reviewer, in.Reason)
		},
		To: func(review.Challenge) string { return callPath(in.ID) + "/pool" }, Done: "기피 신청을 냈습니다. 부처가 결정하면 알려 드립니다.", Again: s.poolAgain(c, &in.ID),
	})
}

func (s *Server) decideChallenge(c echo.Context) error {
	var in struct {
		ID       review.ChallengeID `param:"id"`
		Call     program.CallID     `form:"call_id"`
		Version  int                `form:"version"`
		Act      string             `form:"act"`
		Decision string             `form:"decision"`
	}
	return post(s, c, command[review.Challenge]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (review.Challenge, error) {
			return s.Reviews.DecideChallenge(ctx, who, in.ID, in.Version, in.Act == "uphold", in.Decision)
		},
		To: func(x review.Challenge) string { return callPath(x.CallID) + "/pool" }, Done: "기피 신청을 결정했습니다.", Again: s.poolAgain(c, &in.Call),
	})
}
