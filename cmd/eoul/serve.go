package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/fault"
	"eoul/pkg/install"
	"eoul/pkg/postgres"
)

// ServeCmd runs the server for real work.
type ServeCmd struct {
	databaseFlags
	fileFlags
	listenFlags
	Drain time.Duration `env:"EOUL_DRAIN" default:"3s" help:"멈추라는 신호를 받은 뒤, 앞단이 알아차리도록 계속 접속을 받는 시간."`
}

// Help is what eoul serve --help says beyond its options.
func (ServeCmd) Help() string {
	return `먼저 eoul migrate로 데이터베이스를 준비하십시오. 다음이면 까닭을 한 문장으로 알리고 시작하지 않습니다:
데이터베이스의 판이 다를 때, 연결한 역할이 표의 소유자이거나 관리자일 때, 저장을 보장하는 PostgreSQL 설정이
꺼져 있을 때, 시계가 옮겨져 있을 때, 시연용 데이터베이스일 때.

/livez는 살아 있는지, /readyz는 요청을 받을 수 있는지, 따로 정한 주소의 /metrics는 수치를 알립니다.
SIGTERM이나 Ctrl-C를 받으면 /readyz가 곧바로 503이 되고, 처리하던 요청을 30초까지 마친 뒤 끝납니다.

예: DATABASE_URL=postgres://eoul_app@db.example/eoul?sslmode=verify-full EOUL_ADDR=0.0.0.0:8080 eoul serve`
}

// Run serves until it is told to stop.
func (c *ServeCmd) Run(ctx context.Context, log *slog.Logger) (err error) {
	p, err := c.listenFlags.open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	d, err := c.databaseFlags.open(ctx, postgres.Start)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	d.narrow = false // for real work the role itself must be the small one
	db, err := d.connectApp(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := mayServe(ctx, db); err != nil {
		return err
	}
	store, scanner, err := c.files(ctx, c.databaseFlags)
	if err != nil {
		return err
	}
	g := &gate{db: db}
	site, err := site{proxy: c.TrustedProxy, pace: c.Pace, forgetUnsent: c.KeepUnsent == "off", log: log, scanner: scanner}.build(ctx, db, store, g)
	if err != nil {
		return err
	}
	defer site.jobs.start(ctx)()
	return p.serve(ctx, log, site.web.HTTP(c.Addr), g, d.gone(), c.Drain)
}

// mayServe refuses a database on which the promises of the product do not hold.
func mayServe(ctx context.Context, db *sqlx.DB) error {
	if err := postgres.CheckVersion(ctx, db); err != nil {
		return err
	}
	demo, err := install.IsDemo(ctx, db)
	if err != nil {
		return err
	}
	if demo {
		return fault.New(fault.Conflict, "시연용 데이터베이스에서는 실제 업무를 할 수 없습니다. eoul demo로 시작하거나 다른 데이터베이스를 지정해 주세요.")
	}
	shift, err := clockShift(ctx, db)
	if err != nil {
		return err
	}
	if shift != 0 {
		return fault.New(fault.Conflict, "데이터베이스의 시계(app_clock)가 옮겨져 있어 시작하지 않습니다.")
	}
	return postgres.CheckRole(ctx, db)
}
