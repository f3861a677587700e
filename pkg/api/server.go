// Package api is the JSON interface under /api/v1: the same services as the pages,
// explicit request and reply structs, one file per noun.
//
// A noun adds its service to Services, its slice of Route to Routes, its paths to
// openapi.yaml and handlers such as
//
//	func (s *Server) submitApplication(c echo.Context) error {
//		var in struct {
//			ID      application.ID `param:"id" json:"-"`
//			Version int            `json:"version"`
//		}
//		return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) (application.Application, error) {
//			return s.Applications.Submit(ctx, who, in.ID, in.Version)
//		}, applicationOut)
//	}
//
// Who calls is told by a bearer token alone; cookies are ignored here and tokens
// are ignored by the pages. Every POST carries an Idempotency-Key: the same key
// with the same body gets the first reply again, marked Idempotency-Replayed.
// Errors are problem documents (RFC 9457). Package web mounts the routes and owns
// the middleware, so that both interfaces pass the same gates.
package api

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI is the description of the API, as served at /api/v1/openapi.yaml.
func OpenAPI() []byte { return slices.Clone(openAPI) }

// Config is what the API needs besides its services.
type Config struct {
	Services
	// Actor is the person a token stands for. An unknown or ended token is an error.
	Actor func(ctx context.Context, token string) (authz.Actor, error)
}

// Server holds the handlers.
type Server struct {
	Services
	cfg    Config
	routes []Route
}

// New makes a Server; without a way to know callers there is none.
func New(cfg Config) (*Server, error) {
	if cfg.Work == nil || cfg.Actor == nil {
		return nil, errors.New("api: Work and Actor are required")
	}
	return &Server{Services: cfg.Services, cfg: cfg, routes: Routes()}, nil
}

// Route is one address of the API. Action is the coarse gate of web's middleware.
type Route struct {
	Method, Path, Action string
	Handle               func(*Server, echo.Context) error
	Public               bool
	BodyLimit            string // "10M"; empty is 1M
}

// Routes is the whole route table of the API: one line per noun.
func Routes() []Route {
	return slices.Concat(
		coreRoutes(),
		personRoutes(),
		organizationRoutes(),
		auditRoutes(),
		documentRoutes(),
		programRoutes(),
		callRoutes(),
		outageRoutes(),
		ledgerRoutes(),
		applicationRoutes(),
		applicationCopyRoutes(),
		planbookRoutes(),
		commentRoutes(),
		reviewRoutes(),
		selectionRoutes(),
		supplementRoutes(),
		awardRoutes(),
		trancheRoutes(),
		expenditureRoutes(),
		settlementRoutes(),
		reportRoutes(),
	)
}

func coreRoutes() []Route {
	return []Route{
		{Method: "GET", Path: Prefix + "/openapi.yaml", Handle: (*Server).description, Public: true},
	}
}

// Routes is the route table of this server, for the gates of web's middleware.
func (s *Server) Routes() []Route { return s.routes }

// Mount adds the routes to web's router.
func (s *Server) Mount(e *echo.Echo) {
	for _, r := range s.routes {
		handle := func(c echo.Context) error { return r.Handle(s, c) }
		e.Add(r.Method, r.Path, handle)
		if r.Method == http.MethodGet {
			e.Add(http.MethodHead, r.Path, handle)
		}
	}
}

// Owns tells whether a path belongs to the API, existing or not.
func Owns(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// Authenticate is the caller by the bearer token: Anonymous without the header,
// Unauthenticated when the header does not name a living token.
func (s *Server) Authenticate(r *http.Request) (authz.Actor, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return authz.Anonymous(), nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return authz.Actor{}, fault.New(fault.Unauthenticated, "Authorization 머리글은 ‘Bearer 토큰’이어야 합니다.")
	}
	return s.cfg.Actor(r.Context(), token)
}

func (s *Server) description(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=300")
	return c.Blob(http.StatusOK, "application/yaml", openAPI)
}

// who is the caller that web's middleware found.
func who(c echo.Context) authz.Actor {
	if a, ok := c.Get("actor").(authz.Actor); ok {
		return a
	}
	return authz.Anonymous()
}
