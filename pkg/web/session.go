package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

func sessionRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/sign-in", Handle: (*Server).signInForm, Public: true},
		{Method: "POST", Path: "/sign-in", Handle: (*Server).signIn, Public: true},
		{Method: "POST", Path: "/sign-out", Action: "session:end", Handle: (*Server).signOut},
		{Method: "GET", Path: "/me", Action: "person:password", Handle: (*Server).me},
		{Method: "POST", Path: "/me/password", Action: "person:password", Handle: (*Server).changePassword},
	}
}

func sessionPages() []PageDef {
	return []PageDef{{"session/new", &signInPage{}}, {"session/me", &mePage{}}}
}

type signInPage struct {
	Base
	Form Form
	Next string
}

// signInForm asks who is there; somebody who is known already goes on.
func (s *Server) signInForm(c echo.Context) error {
	next := localPath(c.QueryParam("next"))
	if s.who(c).SignedIn() {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return s.render(c, http.StatusOK, "session/new", &signInPage{Base: Base{Title: "로그인"}, Next: next})
}

// signIn is no command with a request key: a repetition must prove the password
// again, and its reply must carry a cookie. The login stays typed, the password never.
func (s *Server) signIn(c echo.Context) error {
	var in struct {
		Login    string `form:"login"`
		Password string `form:"password"`
		Next     string `form:"next"`
	}
	form, err := bind(c, &in)
	if err == nil {
		var who authz.Actor
		ctx := c.Request().Context()
		if who, err = s.People.SignIn(ctx, in.Login, in.Password, c.RealIP()); err == nil {
			if err := s.cfg.Sessions.Start(ctx, who.ID); err != nil {
				return err
			}
			return c.Redirect(http.StatusSeeOther, localPath(in.Next))
		}
	}
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	form = form.With(err)
	if wait := retryAfter(err, form.Status()); wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait.Round(time.Second)/time.Second)))
	}
	return s.render(c, form.Status(), "session/new", &signInPage{Base: Base{Title: "로그인"}, Form: form, Next: localPath(in.Next)})
}

// signOut ends the session for good, on this server and on every other.
func (s *Server) signOut(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.People.SignOut(ctx, s.who(c)); err != nil {
		return err
	}
	if err := s.cfg.Sessions.End(ctx); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/sign-in")
}

type mePage struct {
	Base
	Form   Form
	Grants []grantLine
}

// me shows somebody their own roles and lets them choose a password.
func (s *Server) me(c echo.Context) error {
	return get(s, c, nil, "session/me", func(ctx context.Context, who authz.Actor) (*mePage, error) {
		return s.mePage(ctx, who, Form{})
	})
}

func (s *Server) mePage(ctx context.Context, who authz.Actor, f Form) (*mePage, error) {
	names, err := s.scopeNames(ctx, who)
	if err != nil {
		return nil, err
	}
	p := &mePage{Base: Base{Title: who.Name}, Form: f}
	for _, g := range who.Grants {
		p.Grants = append(p.Grants, names.held(g))
	}
	return p, nil
}

// changePassword ends all sessions of the person and begins a new one here.
func (s *Server) changePassword(c echo.Context) error {
	var in struct {
		Present  string `form:"present"`
		Password string `form:"password"`
		Again    string `form:"password_again"`
	}
	form, err := bind(c, &in)
	ctx, who := c.Request().Context(), s.who(c)
	if err == nil {
		if f := (fault.Fields{}); in.Password != in.Again {
			f.Add("password_again", "새 비밀번호를 두 번 똑같이 적어 주십시오.")
			err = f.Err()
		} else if err = s.People.ChangePassword(ctx, who, in.Present, in.Password, c.RealIP()); err == nil {
			if err := s.cfg.Sessions.Start(ctx, who.ID); err != nil {
				return err
			}
			flash(c, "비밀번호를 바꾸었습니다. 다른 기기에서는 다시 로그인해야 합니다.")
			return c.Redirect(http.StatusSeeOther, "/me")
		}
	}
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	form = form.With(err)
	return show(s, c, form.Status(), "session/me", func(ctx context.Context, who authz.Actor) (*mePage, error) {
		return s.mePage(ctx, who, form)
	})
}
