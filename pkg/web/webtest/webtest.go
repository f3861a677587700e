// Package webtest drives the whole web server in tests: every middleware, no
// network. A visitor is whoever the test says; requests look like a browser's.
package webtest

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/web"
)

// Site is a server under test.
type Site struct {
	Handler http.Handler
}

// Now is the clock of every Site, a Monday at noon in Korea.
func Now() time.Time { return time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC) }

type actorKey struct{}

// As puts a person into a request's context, as a session would.
func As(ctx context.Context, who authz.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, who)
}

// Config is a working configuration with the given services: the embedded pages,
// a fixed clock, no log, and visitors by As.
func Config(services web.Services) web.Config {
	return web.Config{
		Services: services,
		Log:      slog.New(slog.NewJSONHandler(io.Discard, nil)),
		Files:    fs.FS(eoul.Templates),
		Now:      Now,
		Name:     "사회적경제 활성화 사업",
		Sessions: web.Sessions{
			Authenticate: func(next http.Handler) http.Handler { return next },
			Actor: func(ctx context.Context) authz.Actor {
				if who, ok := ctx.Value(actorKey{}).(authz.Actor); ok {
					return who
				}
				return authz.Anonymous()
			},
			Start: func(context.Context, authz.PersonID) error { return nil },
			End:   func(context.Context) error { return nil },
		},
	}
}

// New makes a Site of the real routes; change refines the configuration.
func New(t testing.TB, services web.Services, change ...func(*web.Config)) *Site {
	t.Helper()
	cfg := Config(services)
	for _, f := range change {
		f(&cfg)
	}
	s, err := web.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &Site{Handler: s}
}

// Visitor is a person, or nobody, in front of a Site.
type Visitor struct {
	site *Site
	who  authz.Actor
}

// As is a visitor who has signed in.
func (s *Site) As(who authz.Actor) Visitor { return Visitor{s, who} }

// Anyone is a visitor who has not.
func (s *Site) Anyone() Visitor { return Visitor{s, authz.Anonymous()} }

// Get opens a page.
func (v Visitor) Get(path string) Answer {
	return v.Do(httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil))
}

// Post sends a form with a fresh request key, unless the form has one.
func (v Visitor) Post(path string, form url.Values) Answer {
	sent := url.Values{}
	for name, values := range form {
		sent[name] = values
	}
	if !sent.Has("request_key") {
		sent.Set("request_key", uuid.NewString())
	}
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(sent.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

// Do sends any request as this visitor.
func (v Visitor) Do(r *http.Request) Answer {
	w := httptest.NewRecorder()
	v.site.Handler.ServeHTTP(w, r.WithContext(As(r.Context(), v.who)))
	return Answer{Status: w.Code, Header: w.Header(), Body: w.Body.String(), asked: r.Method + " " + r.URL.String()}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	asked  string
}

// Want fails the test unless the status is as said and the body has every text.
func (a Answer) Want(t testing.TB, status int, texts ...string) Answer {
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s is %d, want %d\n%s", a.asked, a.Status, status, a.Body)
	}
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("%s does not show %q\n%s", a.asked, text, a.Body)
		}
	}
	return a
}

// Lacks fails the test when the body has one of the texts.
func (a Answer) Lacks(t testing.TB, texts ...string) Answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			t.Errorf("%s shows %q, which it must not", a.asked, text)
		}
	}
	return a
}

// Leads fails the test unless the answer redirects to the path.
func (a Answer) Leads(t testing.TB, path string) Answer {
	t.Helper()
	if a.Status != http.StatusSeeOther || a.Header.Get("Location") != path {
		t.Fatalf("%s is %d to %q, want a redirect to %q\n%s", a.asked, a.Status, a.Header.Get("Location"), path, a.Body)
	}
	return a
}

// For is the site as one person's browser sees it, for package browsertest.
func (s *Site) For(who authz.Actor) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Handler.ServeHTTP(w, r.WithContext(As(r.Context(), who)))
	})
}
