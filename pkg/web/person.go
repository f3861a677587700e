package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/identity"
)

func personRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/people", Action: "person:read", Handle: (*Server).listPeople},
		{Method: "GET", Path: "/people/new", Action: "person:create", Handle: (*Server).newPerson},
		{Method: "POST", Path: "/people", Action: "person:create", Handle: (*Server).createPerson},
		{Method: "GET", Path: "/people/grants", Action: "grant:read", Handle: (*Server).waitingGrants},
		{Method: "GET", Path: "/people/:id", Action: "person:read", Handle: (*Server).showPerson},
		{Method: "GET", Path: "/people/:id/edit", Action: "person:update", Handle: (*Server).editPerson},
		{Method: "POST", Path: "/people/:id", Action: "person:update", Handle: (*Server).updatePerson},
		{Method: "POST", Path: "/people/:id/disable", Action: "person:disable", Handle: (*Server).disablePerson},
		{Method: "POST", Path: "/people/:id/reset", Action: "person:reset", Handle: (*Server).resetPerson},
		{Method: "GET", Path: "/people/:id/grants/new", Action: "grant:create", Handle: (*Server).newGrant},
		{Method: "POST", Path: "/people/:id/grants", Action: "grant:create", Handle: (*Server).createGrant},
		{Method: "POST", Path: "/people/:id/tokens", Action: "token:create", Handle: (*Server).createToken},
		{Method: "POST", Path: "/grants/:id/approve", Action: "grant:approve", Handle: (*Server).approveGrant},
		{Method: "POST", Path: "/grants/:id/end", Action: "grant:end", Handle: (*Server).endGrant},
		{Method: "POST", Path: "/tokens/:id/revoke", Action: "token:revoke", Handle: (*Server).revokeToken},
	}
}

func personPages() []PageDef {
	return []PageDef{{"person/list", &peoplePage{}}, {"person/show", &personPage{}}, {"person/edit", &personEditPage{}},
		{"person/secret", &secretPage{}}, {"person/grant", &grantEditPage{}}, {"person/grants", &grantsPage{}}}
}

type peoplePage struct {
	Base
	List      List
	People    []identity.Person
	MayCreate bool
}

func (s *Server) listPeople(c echo.Context) error {
	l := list(c, listSpec{Search: "아이디·이름", Filters: []Filter{
		{Name: "state", Label: "사용", Options: []Option{{Value: "active", Label: "사용 중"}, {Value: "disabled", Label: "중지"}}}}})
	return get(s, c, nil, "person/list", func(ctx context.Context, who authz.Actor) (*peoplePage, error) {
		slice, err := s.People.People(ctx, who, l.Request)
		return &peoplePage{Base: Base{Title: "사람과 역할"}, List: of(l, slice), People: slice.Items,
			MayCreate: s.Work.Authz().Mentions(who, "person:create")}, err
	})
}

type personPage struct {
	Base
	Subject identity.Detail
	Grants  []grantRow
	Form    Form // of a new token
}

func (s *Server) showPerson(c echo.Context) error {
	var in struct {
		ID authz.PersonID `param:"id"`
	}
	return get(s, c, &in, "person/show", func(ctx context.Context, who authz.Actor) (*personPage, error) {
		return s.personPage(ctx, who, in.ID, Form{})
	})
}

func (s *Server) personPage(ctx context.Context, who authz.Actor, id authz.PersonID, f Form) (*personPage, error) {
	d, err := s.People.Person(ctx, who, id)
	if err != nil {
		return nil, err
	}
	names, err := s.scopeNames(ctx, who)
	if err != nil {
		return nil, err
	}
	if f.Values == nil {
		f.Values = map[string][]string{"days": {"90"}}
	}
	return &personPage{Base: Base{Title: d.Name, Crumbs: []Crumb{{"사람과 역할", "/people"}}}, Subject: d, Form: f,
		Grants: names.rows(who, d.Grants, d.May)}, nil
}

// personForm is what the form of a person holds.
type personForm struct {
	Login string `form:"login"`
	Name  string `form:"name"`
	Email string `form:"email"`
}

func (f personForm) input() identity.PersonInput {
	return identity.PersonInput{Login: f.Login, Name: f.Name, Email: f.Email}
}

type personEditPage struct {
	Base
	Form    Form
	Action  string
	Version int
	New     bool
}

func (s *Server) newPerson(c echo.Context) error {
	return s.render(c, http.StatusOK, "person/edit", newPersonPage(Form{}))
}

func newPersonPage(f Form) *personEditPage {
	return &personEditPage{Base: Base{Title: "사람 더하기", Crumbs: []Crumb{{"사람과 역할", "/people"}}}, Form: f, Action: "/people", New: true}
}

// secretPage tells a password or a token once; it is in no address and no history.
type secretPage struct {
	Base
	Text, Words, Back string
}

// createPerson answers with the page that tells the password. It takes no request
// key: a reply with a password is never kept. Sent twice, the login is taken.
func (s *Server) createPerson(c echo.Context) error {
	var in personForm
	form, err := bind(c, &in)
	if err == nil {
		var w identity.Welcome
		if w, err = s.People.AddPerson(c.Request().Context(), s.who(c), in.input()); err == nil {
			return s.tell(c, w.Name+"의 처음 비밀번호", w.Password, "비밀번호를 본인에게 알려 주십시오. 이 화면을 닫으면 다시 볼 수 없습니다. 역할은 다음 화면에서 줍니다.", personPath(w.Person))
		}
	}
	return s.again(c, err, form, "person/edit", func(f Form) (pager, error) { return newPersonPage(f), nil })
}

func (s *Server) tell(c echo.Context, title, text, words, back string) error {
	return s.render(c, http.StatusOK, "person/secret", &secretPage{Base: Base{Title: title, Crumbs: []Crumb{{"사람과 역할", "/people"}}}, Text: text, Words: words, Back: back})
}

// again shows a form with its mistakes when the mistake is the person's.
func (s *Server) again(c echo.Context, err error, form Form, name string, again func(Form) (pager, error)) error {
	form = form.With(err)
	if status := form.Status(); form.Values == nil || status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		return err
	}
	p, failed := again(form)
	if failed != nil {
		return failed
	}
	return s.render(c, form.Status(), name, p)
}

func personPath(p identity.Person) string { return peoplePath(p.ID) }

func peoplePath(id authz.PersonID) string { return "/people/" + strconv.FormatInt(int64(id), 10) }

func (s *Server) editPerson(c echo.Context) error {
	var in struct {
		ID authz.PersonID `param:"id"`
	}
	return get(s, c, &in, "person/edit", func(ctx context.Context, who authz.Actor) (*personEditPage, error) {
		return s.personEdit(ctx, who, in.ID, Form{})
	})
}

func (s *Server) personEdit(ctx context.Context, who authz.Actor, id authz.PersonID, f Form) (*personEditPage, error) {
	d, err := s.People.Person(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &personEditPage{Base: Base{Title: "사람 고치기", Crumbs: []Crumb{{"사람과 역할", "/people"}, {d.Name, personPath(d.Person)}}},
		Form: f, Action: personPath(d.Person), Version: d.Version}
	if f.Values == nil {
		p.Form, err = fill(&personForm{Name: d.Name, Email: d.Email})
	}
	return p, err
}

func (s *Server) updatePerson(c echo.Context) error {
	var in struct {
		ID      authz.PersonID `param:"id"`
		Version int            `form:"version"`
		personForm
	}
	return post(s, c, command[identity.Person]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (identity.Person, error) {
			return s.People.UpdatePerson(ctx, who, in.ID, in.Version, in.input())
		},
		To: personPath, Done: "저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "person/edit", func(ctx context.Context, who authz.Actor) (*personEditPage, error) {
				return s.personEdit(ctx, who, in.ID, f)
			})
		},
	})
}

func (s *Server) disablePerson(c echo.Context) error {
	var in struct {
		ID      authz.PersonID `param:"id"`
		Version int            `form:"version"`
	}
	return post(s, c, command[identity.Person]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (identity.Person, error) {
			return s.People.Disable(ctx, who, in.ID, in.Version)
		},
		To: personPath, Done: "사용을 중지했습니다. 로그인과 토큰이 모두 끝났습니다.",
	})
}

// resetPerson tells a new password; like createPerson it keeps no reply.
func (s *Server) resetPerson(c echo.Context) error {
	var in struct {
		ID authz.PersonID `param:"id"`
	}
	if _, err := bind(c, &in); err != nil {
		return err
	}
	w, err := s.People.ResetPassword(c.Request().Context(), s.who(c), in.ID)
	if err != nil {
		return err
	}
	return s.tell(c, w.Name+"의 새 비밀번호", w.Password, "비밀번호를 본인에게 알려 주십시오. 이 화면을 닫으면 다시 볼 수 없습니다. 그 사람의 로그인은 모두 끝났습니다.", personPath(w.Person))
}

// createToken tells a new token; like createPerson it keeps no reply.
func (s *Server) createToken(c echo.Context) error {
	var in struct {
		ID   authz.PersonID `param:"id"`
		Name string         `form:"name"`
		Days int            `form:"days"`
	}
	form, err := bind(c, &in)
	ctx, who := c.Request().Context(), s.who(c)
	if err == nil {
		var t identity.Secret
		if t, err = s.People.CreateToken(ctx, who, in.ID, in.Name, in.Days); err == nil {
			return s.tell(c, "새 API 토큰", t.Text, "토큰을 쓰는 곳에 옮겨 두십시오. 이 화면을 닫으면 다시 볼 수 없습니다.", peoplePath(in.ID))
		}
	}
	return s.again(c, err, form, "person/show", func(f Form) (pager, error) { return s.personPage(ctx, who, in.ID, f) })
}

func (s *Server) revokeToken(c echo.Context) error {
	var in struct {
		ID      identity.TokenID `param:"id"`
		Version int              `form:"version"`
	}
	return post(s, c, command[identity.Token]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (identity.Token, error) {
			return s.People.RevokeToken(ctx, who, in.ID, in.Version)
		},
		To: func(t identity.Token) string { return peoplePath(t.Person) }, Done: "토큰을 폐기했습니다.",
	})
}
