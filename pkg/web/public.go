package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/program"
)

func publicRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/public", Action: "call:read", Handle: (*Server).publicCalls},
		{Method: "GET", Path: "/public/calls/:id", Action: "call:read", Handle: (*Server).publicCall},
	}
}

func publicPages() []PageDef {
	return []PageDef{{"public/calls", &publicCallsPage{}}, {"public/call", &publicCallPage{}}}
}

// publicCallsPage is what anybody may know of the calls.
type publicCallsPage struct {
	Base
	Open, Coming []program.Call
	Past         []program.Call
	List         List
}

// publicCalls shows every call that was announced, to nobody in particular: who is
// signed in sees the same.
func (s *Server) publicCalls(c echo.Context) error {
	l := list(c, listSpec{Search: "번호·공모 이름"})
	return get(s, c, nil, "public/calls", func(ctx context.Context, _ authz.Actor) (*publicCallsPage, error) {
		slice, err := s.Programs.Calls(ctx, authz.Anonymous(), l.Request)
		p := &publicCallsPage{Base: Base{Title: "공모 안내", Lead: "지금 신청할 수 있는 보조사업 공모와 지난 공모의 결과를 알려 드립니다."}, List: of(l, slice)}
		for _, x := range slice.Items {
			switch x.State {
			case program.StateOpen:
				p.Open = append(p.Open, x)
			case program.StateAnnounced:
				p.Coming = append(p.Coming, x)
			default:
				p.Past = append(p.Past, x)
			}
		}
		return p, err
	})
}

type publicCallPage struct {
	Base
	Call    program.CallDetail
	Until   []callUntil
	Judging judgingRules
	Counts  bool // the submission deadline is still to come
}

func (s *Server) publicCall(c echo.Context) error {
	var in struct {
		ID program.CallID `param:"id"`
	}
	return get(s, c, &in, "public/call", func(ctx context.Context, _ authz.Actor) (*publicCallPage, error) {
		d, err := s.Programs.Call(ctx, authz.Anonymous(), in.ID)
		p := &publicCallPage{Base: Base{Title: d.Title, Lead: d.Number + " · " + d.MinistryName + " · " + d.ProgramName, Crumbs: []Crumb{{"공모 안내", "/public"}}},
			Call: d, Until: untils(d), Judging: judgingOf(d)}
		p.Counts = d.State == program.StateOpen && d.Now.Before(d.SubmitUntil)
		return p, err
	})
}
