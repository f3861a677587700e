package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	"github.com/labstack/gommon/bytes"
)

// Route is one address. Action is the coarse gate: a person none of whose grants
// occurs in a rule of the action does not get in. The decision itself is tx.Allow.
type Route struct {
	Method, Path, Action string
	Handle               func(*Server, echo.Context) error
	Public               bool   // no action: sign-in, health, preferences
	BodyLimit            string // "10M"; empty is 1M
}

// Routes is the whole route table of the pages: one line per noun.
func Routes() []Route {
	return slices.Concat(
		coreRoutes(),
		sessionRoutes(),
		homeRoutes(),
		noticeRoutes(),
		organizationRoutes(),
		personRoutes(),
		auditRoutes(),
		publicRoutes(),
		programRoutes(),
		callRoutes(),
		ledgerRoutes(),
		applicationRoutes(),
		receiptRoutes(),
		duplicateRoutes(),
		copyRoutes(),
		planbookRoutes(),
		awardRoutes(),
		expenditureRoutes(),
		settlementRoutes(),
		reviewRoutes(),
		selectionRoutes(),
		reportRoutes(),
	)
}

// coreRoutes need nobody's permission.
func coreRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/livez", Handle: (*Server).livez, Public: true},
		{Method: "GET", Path: "/readyz", Handle: (*Server).readyz, Public: true},
		{Method: "GET", Path: "/clock", Handle: (*Server).clock, Public: true},
		{Method: "POST", Path: "/preferences", Handle: (*Server).savePreferences, Public: true},
	}
}

// routeMeta is what the middleware knows of a route.
type routeMeta struct {
	action string
	public bool
	limit  int64
}

// defaultBody is how much a request may carry where the route says nothing else.
const defaultBody = 1 << 20

func (s *Server) router(routes []Route) (*echo.Echo, error) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	if err := s.trust(e); err != nil {
		return nil, err
	}
	e.Use(s.middleware()...)
	for _, r := range routes {
		if err := s.know(r.Method, r.Path, r.Action, r.Public, r.BodyLimit); err != nil {
			return nil, err
		}
		handle := func(c echo.Context) error { return r.Handle(s, c) }
		e.Add(r.Method, r.Path, handle)
		if r.Method == http.MethodGet {
			e.Add(http.MethodHead, r.Path, handle)
		}
	}
	if s.cfg.API != nil {
		for _, r := range s.cfg.API.Routes() {
			if err := s.know(r.Method, r.Path, r.Action, r.Public, r.BodyLimit); err != nil {
				return nil, err
			}
		}
		s.cfg.API.Mount(e)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		e.Add(method, assetPrefix+":name", s.assets.serve)
	}
	s.meta["GET "+assetPrefix+":name"] = routeMeta{public: true, limit: defaultBody}
	return e, nil
}

// know notes a route for the middleware and refuses one that could not be gated.
func (s *Server) know(method, path, action string, public bool, body string) error {
	m := routeMeta{action: action, public: public, limit: defaultBody}
	switch {
	case public == (action != ""):
		return fmt.Errorf("route %s %s must have an action or be public, not both", method, path)
	case action != "" && !s.knownAction(action):
		return fmt.Errorf("route %s %s: no rule mentions %s", method, path, action)
	}
	if body != "" {
		var err error
		if m.limit, err = bytes.Parse(body); err != nil {
			return fmt.Errorf("route %s %s: body limit %q: %w", method, path, body, err)
		}
	}
	key := method + " " + path
	if _, twice := s.meta[key]; twice {
		return fmt.Errorf("route %s is declared twice", key)
	}
	s.meta[key] = m
	return nil
}

func (s *Server) knownAction(action string) bool {
	for _, r := range s.Work.Authz().Rules() {
		if r.Action == action {
			return true
		}
	}
	return false
}

// route is what is known of the route that was matched; HEAD is its GET.
func (s *Server) route(c echo.Context) (routeMeta, bool) {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	m, ok := s.meta[method+" "+c.Path()]
	return m, ok
}

func (s *Server) livez(c echo.Context) error {
	return c.String(http.StatusOK, "ok\n")
}

// readyz tells a load balancer whether this process can serve people.
func (s *Server) readyz(c echo.Context) error {
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(c.Request().Context()); err != nil {
			s.Log.ErrorContext(c.Request().Context(), "not ready", "err", err)
			return c.String(http.StatusServiceUnavailable, "not ready\n")
		}
	}
	return c.String(http.StatusOK, "ready\n")
}
