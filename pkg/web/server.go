package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"eoul/pkg/api"
	"eoul/pkg/authz"
	"eoul/pkg/report/pdf"
)

// Services are what the handlers call; they are those of the API.
type Services = api.Services

// Sessions is how the pages learn who is there; package identity supplies it.
type Sessions struct {
	// Authenticate loads the session before the handlers and saves it after them.
	Authenticate func(next http.Handler) http.Handler
	// Actor is the person of the session, authz.Anonymous without one.
	Actor func(ctx context.Context) authz.Actor
	// Start begins a session for somebody who has just proved who they are.
	Start func(ctx context.Context, person authz.PersonID) error
	// End ends the session of the request.
	End func(ctx context.Context) error
}

// Config is everything a Server needs. Zero values are refused where they would be unsafe.
type Config struct {
	Services
	Log          *slog.Logger
	Files        fs.FS // holds templates/, embedded in the program
	Sessions     Sessions
	API          *api.Server                     // nil serves no API
	Ready        func(ctx context.Context) error // nil is always ready
	Now          func() time.Time                // the product's clock (decisions 11), for words such as D-3
	NewKey       func() string                   // request keys; nil makes random ones
	Name         string                          // of the programme, beside the product's name
	Demo         bool                            // shows the ribbon 시연용 가상 자료
	ForgetUnsent bool                            // browsers keep no text that the server has not confirmed (decisions 37)
	Pace         int                             // requests a second of one person or address; 0 is DefaultPace
	TrustedProxy string                          // CIDR of the proxy whose X-Forwarded-For is believed
}

// Server turns HTTP into calls on services and back. It holds no state of its own
// but parsed templates, assets, the rate limiter and the font of letters.
type Server struct {
	Services
	Log *slog.Logger

	cfg     Config
	echo    *echo.Echo
	pages   map[string]*template.Template
	assets  *assets
	limits  *limiter
	letters pdf.Press
	menu    []NavItem
	meta    map[string]routeMeta // "GET /applications/:id" -> what the middleware must know
}

// New parses every template and builds the route table. A broken template, an
// unknown action or a missing hook is an error here, never during a request.
func New(cfg Config) (*Server, error) { return build(cfg, Routes()) }

func build(cfg Config, routes []Route) (*Server, error) {
	if cfg.Work == nil || cfg.Log == nil || cfg.Files == nil || cfg.Now == nil ||
		cfg.Sessions.Authenticate == nil || cfg.Sessions.Actor == nil || cfg.Sessions.Start == nil || cfg.Sessions.End == nil {
		return nil, errors.New("web: Work, Log, Files, Now and Sessions are required")
	}
	if cfg.Pace == 0 {
		cfg.Pace = DefaultPace
	}
	if cfg.NewKey == nil {
		cfg.NewKey = uuid.NewString
	}
	s := &Server{Services: cfg.Services, Log: cfg.Log, cfg: cfg, limits: newLimiter(cfg.Pace), menu: navItems(), meta: map[string]routeMeta{}}
	var err error
	if s.assets, err = newAssets(cfg.Files); err != nil {
		return nil, fmt.Errorf("build assets: %w", err)
	}
	icons, err := readIcons(cfg.Files)
	if err != nil {
		return nil, fmt.Errorf("read icons: %w", err)
	}
	if s.pages, err = parsePages(cfg.Files, s.functions(icons)); err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	if s.echo, err = s.router(routes); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP makes the Server an http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// HTTP is a server on addr with every timeout set (invariants, server settings).
func (s *Server) HTTP(addr string) *http.Server {
	return &http.Server{
		Addr: addr, Handler: s,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 60 * time.Second, IdleTimeout: 60 * time.Second,
		MaxHeaderBytes: 16 << 10,
		ErrorLog:       slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
}

// who is the person of this request.
func (s *Server) who(c echo.Context) authz.Actor {
	if who, ok := c.Get(keyActor).(authz.Actor); ok {
		return who
	}
	return authz.Anonymous()
}
