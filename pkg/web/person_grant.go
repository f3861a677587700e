package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/identity"
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

// scopeNames are the words for what grants are given for.
type scopeNames struct {
	governments map[int64]string
	programs    map[int64]string
	options     []Option // every scope, for a form: any, p:3, g:12
}

func (s *Server) scopeNames(ctx context.Context, who authz.Actor) (scopeNames, error) {
	n := scopeNames{governments: map[int64]string{}, programs: map[int64]string{}, options: []Option{{Value: "any", Label: "전체"}}}
	programs, err := s.Programs.Programs(ctx, who, page.Request{Size: page.MaxSize})
	if err != nil {
		return n, err
	}
	for _, p := range programs.Items {
		n.programs[int64(p.ID)] = p.Name
		n.options = append(n.options, Option{Value: "p:" + strconv.FormatInt(int64(p.ID), 10), Label: "사업: " + p.Name})
	}
	governments, err := s.Organizations.Choices(ctx, who, organization.Sido, organization.Sigungu)
	for _, o := range governments {
		n.governments[int64(o.ID)] = o.FullName()
		n.options = append(n.options, Option{Value: "g:" + strconv.FormatInt(int64(o.ID), 10), Label: o.FullName()})
	}
	return n, err
}

// of names one scope. A government of the past has no name among today's.
func (n scopeNames) of(anything bool, government, program int64) string {
	name := n.programs[program]
	switch {
	case anything:
		return "전체"
	case government != 0:
		name = n.governments[government]
	}
	if name == "" {
		name = "번호 " + strconv.FormatInt(max(government, program), 10)
	}
	return name
}

// grantLine is a role somebody holds, in words.
type grantLine struct{ Role, Scope string }

func (n scopeNames) held(g authz.Grant) grantLine {
	return grantLine{identity.RoleLabel(g.Role), n.of(g.Any, g.Government, g.Program)}
}

// grantRow is a grant of a list, with what the viewer may do.
type grantRow struct {
	identity.Grant
	Scope              string
	MayApprove, MayEnd bool
}

func (n scopeNames) rows(who authz.Actor, grants []identity.Grant, may map[string]bool) []grantRow {
	out := make([]grantRow, len(grants))
	for i, g := range grants {
		out[i] = grantRow{Grant: g, Scope: n.of(g.Any, g.Government, g.Program),
			MayApprove: may["grant:approve"] && identity.Flow.Can(g.State, "approve") && g.RequestedBy != who.ID,
			MayEnd:     may["grant:end"] && identity.Flow.Can(g.State, "end")}
	}
	return out
}

type grantsPage struct {
	Base
	Grants []grantRow
}

// waitingGrants are the powerful roles that a second administrator must approve.
func (s *Server) waitingGrants(c echo.Context) error {
	return get(s, c, nil, "person/grants", func(ctx context.Context, who authz.Actor) (*grantsPage, error) {
		grants, err := s.People.Waiting(ctx, who)
		if err != nil {
			return nil, err
		}
		names, err := s.scopeNames(ctx, who)
		may := map[string]bool{"grant:approve": s.Work.Authz().Mentions(who, "grant:approve"), "grant:end": s.Work.Authz().Mentions(who, "grant:end")}
		return &grantsPage{Base: Base{Title: "승인할 역할", Lead: "권한이 큰 역할은 요청한 사람이 아닌 다른 관리자가 승인해야 쓸 수 있습니다.", Crumbs: []Crumb{{"사람과 역할", "/people"}}},
			Grants: names.rows(who, grants, may)}, err
	})
}

type grantEditPage struct {
	Base
	Form   Form
	Action string
	Roles  []Option
	Scopes []Option
}

func (s *Server) newGrant(c echo.Context) error {
	var in struct {
		ID authz.PersonID `param:"id"`
	}
	return get(s, c, &in, "person/grant", func(ctx context.Context, who authz.Actor) (*grantEditPage, error) {
		return s.grantEdit(ctx, who, in.ID, Form{})
	})
}

func (s *Server) grantEdit(ctx context.Context, who authz.Actor, id authz.PersonID, f Form) (*grantEditPage, error) {
	d, err := s.People.Person(ctx, who, id)
	if err != nil {
		return nil, err
	}
	names, err := s.scopeNames(ctx, who)
	p := &grantEditPage{Base: Base{Title: "역할 주기", Crumbs: []Crumb{{"사람과 역할", "/people"}, {d.Name, personPath(d.Person)}}},
		Form: f, Action: personPath(d.Person) + "/grants", Scopes: names.options}
	if f.Values == nil {
		p.Form.Values = map[string][]string{"valid_from": {calendar.Today(s.cfg.Now()).String()}}
	}
	for _, r := range identity.Roles() {
		o := Option{Value: r.Code, Label: r.Label}
		if r.TwoPeople {
			o.Hint = "다른 관리자의 승인이 필요합니다."
		}
		p.Roles = append(p.Roles, o)
	}
	return p, err
}

func (s *Server) createGrant(c echo.Context) error {
	var in struct {
		ID     authz.PersonID `param:"id"`
		Role   string         `form:"role"`
		Scope  string         `form:"scope"`
		From   calendar.Date  `form:"valid_from"`
		To     calendar.Date  `form:"valid_to"`
		Reason string         `form:"reason"`
	}
	return post(s, c, command[identity.Grant]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (identity.Grant, error) {
			g := identity.GrantInput{Person: in.ID, Role: in.Role, From: in.From, To: in.To, Reason: in.Reason, Any: in.Scope == "any"}
			kind, id, _ := strings.Cut(in.Scope, ":")
			n, _ := strconv.ParseInt(id, 10, 64) // 0 is no scope, which Check names
			switch kind {
			case "g":
				g.Government = n
			case "p":
				g.Program = n
			}
			return s.People.RequestGrant(ctx, who, g)
		},
		To: func(g identity.Grant) string { return peoplePath(g.Person) }, Done: "역할을 기록했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "person/grant", func(ctx context.Context, who authz.Actor) (*grantEditPage, error) {
				return s.grantEdit(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) approveGrant(c echo.Context) error {
	return s.moveGrant(c, s.People.ApproveGrant, "역할을 승인했습니다.")
}

func (s *Server) endGrant(c echo.Context) error {
	return s.moveGrant(c, s.People.EndGrant, "역할을 끝냈습니다.")
}

func (s *Server) moveGrant(c echo.Context, move func(context.Context, authz.Actor, identity.GrantID, int) (identity.Grant, error), done string) error {
	var in struct {
		ID      identity.GrantID `param:"id"`
		Version int              `form:"version"`
	}
	return post(s, c, command[identity.Grant]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (identity.Grant, error) {
			return move(ctx, who, in.ID, in.Version)
		},
		To:   func(g identity.Grant) string { return peoplePath(g.Person) },
		Done: done,
	})
}
