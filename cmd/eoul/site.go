package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/postgres"
	"eoul/pkg/web"
	"eoul/pkg/work"
)

// site is what differs between a server for work and a demonstration.
type site struct {
	demo  bool
	proxy string
	log   *slog.Logger
}

// build puts the services and the pages together on one database.
func (s site) build(ctx context.Context, db *sqlx.DB, g *gate) (*web.Server, error) {
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return nil, err
	}
	shift, err := clockShift(ctx, db)
	if err != nil {
		return nil, err
	}
	runner := work.New(db, policy)
	return web.New(web.Config{
		Services: web.Services{Work: runner},
		Log:      s.log, Files: eoul.Templates,
		Sessions: web.Sessions{
			Authenticate: func(next http.Handler) http.Handler { return next },
			Actor:        func(context.Context) authz.Actor { return authz.Anonymous() },
		},
		Ready: g.ready,
		Now:   func() time.Time { return time.Now().Add(shift) },
		Demo:  s.demo, TrustedProxy: s.proxy,
	})
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
