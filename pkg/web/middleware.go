package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/api"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Keys of echo's per-request store.
const (
	keyActor     = "actor"
	keyNonce     = "nonce"
	keyRequest   = "request" // work.Request without a key
	keyTypedForm = "typed"   // the form as it was typed, for sending it again
)

// middleware is the one chain for every route, outermost first.
func (s *Server) middleware() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		s.recover, s.identify, s.accessLog, s.secureHeaders, s.bodyLimit,
		s.session, s.crossOrigin, s.actor, s.rateLimit, s.gate,
	}
}

// recover turns a panic into an Internal error; the stack goes to the log only.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if r == http.ErrAbortHandler { //nolint:errorlint // it is the panic value itself
					panic(r)
				}
				c.Error(fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
			}
		}()
		return next(c)
	}
}

// identify gives the request its id. A client's own id is not believed: it would
// end up in the log and the trail.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := work.Request{ID: rand.Text(), IP: c.RealIP()}
		c.Set(keyRequest, req)
		c.Response().Header().Set("X-Request-Id", req.ID)
		c.SetRequest(c.Request().WithContext(work.WithRequest(c.Request().Context(), req)))
		return next(c)
	}
}

// accessLog writes one line per request with the route's template: the raw path
// may hold what somebody typed.
func (s *Server) accessLog(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now() //nolint:forbidigo // a duration of the machine, no date of the product
		if err := next(c); err != nil {
			c.Error(err)
		}
		route := c.Path()
		if _, ok := s.route(c); !ok {
			route = "(none)"
		}
		s.Log.InfoContext(c.Request().Context(), "request",
			"request_id", requestOf(c).ID, "method", c.Request().Method, "route", route,
			"status", c.Response().Status, "bytes", c.Response().Size,
			"ms", time.Since(start).Milliseconds(), "person", s.who(c).ID, "ip", c.RealIP())
		return nil
	}
}

// session runs everything inside within the person's session. Errors are answered
// inside, so that an error page is part of the session too.
func (s *Server) session(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if api.Owns(c.Request().URL.Path) || isAsset(c) {
			return next(c)
		}
		inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c.SetRequest(r)
			c.SetResponse(echo.NewResponse(w, c.Echo()))
			if err := next(c); err != nil {
				c.Error(err)
			}
		})
		s.cfg.Sessions.Authenticate(inner).ServeHTTP(c.Response(), c.Request())
		return nil
	}
}

// actor finds out who is there: pages by session, the API by token, never the
// other way round.
func (s *Server) actor(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch {
		case isAsset(c):
		case api.Owns(c.Request().URL.Path):
			if s.cfg.API == nil {
				break
			}
			who, err := s.cfg.API.Authenticate(c.Request())
			if err != nil { // guessing tokens is counted like any other request
				if !s.limits.allow(limitKey(s.who(c), c)) {
					return tooMany()
				}
				return err
			}
			c.Set(keyActor, who)
		default:
			c.Set(keyActor, s.cfg.Sessions.Actor(c.Request().Context()))
		}
		return next(c)
	}
}

// gate lets nobody pass whose grants do not occur in a rule of the route's action.
// What is closed looks like what is not there; whoever has not signed in is asked to.
func (s *Server) gate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		m, ok := s.route(c)
		if !ok || m.public {
			return next(c)
		}
		who := s.who(c)
		if s.Work.Authz().Mentions(who, m.action) {
			return next(c)
		}
		if !who.SignedIn() {
			return fault.New(fault.Unauthenticated, "로그인이 필요합니다.")
		}
		return fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
}

// requestOf is the request's id and address.
func requestOf(c echo.Context) work.Request {
	req, _ := c.Get(keyRequest).(work.Request)
	return req
}

// limitKey is who a rate is counted for: the person, else the address.
func limitKey(who authz.Actor, c echo.Context) string {
	if who.SignedIn() {
		return fmt.Sprintf("person %d", who.ID)
	}
	return "ip " + c.RealIP()
}
