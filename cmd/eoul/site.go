package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul"
	"eoul/pkg/api"
	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/identity"
	"eoul/pkg/postgres"
	"eoul/pkg/web"
	"eoul/pkg/work"
)

// site is what differs between a server for work and a demonstration.
type site struct {
	demo         bool
	proxy        string
	pace         int // requests a second of one person
	forgetUnsent bool
	scanner      *document.Scanner // nil: files are given unscanned
	log          *slog.Logger
}

// running is a built site: what answers requests and what works without being asked.
type running struct {
	web  *web.Server
	jobs jobs
}

// build puts the services and the pages together on one database.
func (s site) build(ctx context.Context, db *sqlx.DB, store document.Store, g *gate) (r running, err error) {
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return r, err
	}
	shift, err := clockShift(ctx, db)
	if err != nil {
		return r, err
	}
	runner := work.New(db, policy)
	services := api.NewServices(runner, identity.New(runner, db), store)
	sessions, err := identity.NewSessions(ctx, db, s.withoutSession)
	if err != nil {
		return r, err
	}
	programs, err := api.New(api.Config{Services: services, Actor: services.People.ActorByToken})
	if err != nil {
		return r, err
	}
	services.Documents.Scanner = s.scanner
	r.jobs = jobs{db: db, run: runner, log: s.log, documents: services.Documents}
	r.web, err = web.New(web.Config{
		Services: services,
		Log:      s.log, Files: eoul.Templates,
		Sessions: web.Sessions{Authenticate: sessions.Authenticate, Actor: sessions.Actor, Start: sessions.Start, End: sessions.End},
		API:      programs,
		Ready:    g.ready,
		Now:      func() time.Time { return time.Now().Add(shift) },
		Demo:     s.demo, TrustedProxy: s.proxy, Pace: s.pace, ForgetUnsent: s.forgetUnsent,
	})
	return r, err
}

// withoutSession answers when the table of sessions cannot be read or written:
// nobody is known then, and no page can be shown.
func (s site) withoutSession(w http.ResponseWriter, r *http.Request, err error) {
	s.log.ErrorContext(r.Context(), "session", "err", err)
	w.Header().Set("Retry-After", "5")
	http.Error(w, "지금은 로그인 상태를 확인할 수 없습니다. 잠시 뒤 다시 시도해 주세요.", http.StatusServiceUnavailable)
}

const sqlClockShift = `select coalesce(extract(epoch from shift), 0)::float8 from app_clock`

// clockShift is how far the product's clock stands from the machine's.
func clockShift(ctx context.Context, db *sqlx.DB) (time.Duration, error) {
	var seconds float64
	if err := db.GetContext(ctx, &seconds, sqlClockShift); err != nil {
		return 0, fmt.Errorf("read clock: %w", postgres.Translate(err))
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
