package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"eoul/pkg/fault"
)

// drainLimit is how long requests may go on after a stop was asked for.
const drainLimit = 30 * time.Second

// listenFlags say where the server answers.
type listenFlags struct {
	Addr         string `name:"addr" env:"EOUL_ADDR" default:"127.0.0.1:8080" help:"사람과 프로그램이 접속하는 주소."`
	MetricsAddr  string `name:"metrics-addr" env:"EOUL_METRICS_ADDR" default:"127.0.0.1:9090" help:"/metrics를 내는 주소. 밖에서 보이지 않게 하십시오. off이면 내지 않습니다."`
	KeepUnsent   string `name:"keep-unsent" env:"EOUL_KEEP_UNSENT" default:"on" enum:"on,off" help:"아직 저장하지 못한 글을 브라우저에 남겨 둘지. 여럿이 쓰는 컴퓨터라면 off로 하십시오."`
	Pace         int    `name:"pace" env:"EOUL_PACE" default:"20" help:"한 사람(로그인하지 않았으면 한 주소)이 1초에 보낼 수 있는 요청 수. 여러 사람이 한 주소로 들어오면 늘리십시오."`
	TrustedProxy string `name:"trusted-proxy" env:"EOUL_TRUSTED_PROXY" placeholder:"10.0.0.0/24" help:"X-Forwarded-For를 믿을 앞단 프록시의 주소 범위."`
}

// ports are the sockets of a server, opened before anything else is started.
type ports struct {
	main, metrics net.Listener // metrics may be nil
}

func (f listenFlags) open(ctx context.Context) (p ports, err error) {
	if p.main, err = listen(ctx, f.Addr, "EOUL_ADDR"); err != nil {
		return p, err
	}
	if f.MetricsAddr == "off" {
		return p, nil
	}
	p.metrics, err = listen(ctx, f.MetricsAddr, "EOUL_METRICS_ADDR")
	if errors.Is(err, syscall.EADDRINUSE) && f.MetricsAddr == "127.0.0.1:9090" {
		// Prometheus itself likes this port; nobody chose it, so another will do.
		p.metrics, err = listen(ctx, "127.0.0.1:0", "EOUL_METRICS_ADDR")
	}
	if err != nil {
		_ = p.main.Close()
	}
	return p, err
}

func (p ports) Close() {
	_ = p.main.Close()
	if p.metrics != nil {
		_ = p.metrics.Close()
	}
}

func listen(ctx context.Context, addr, variable string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.Wrap(fault.Conflict, fmt.Sprintf("주소 %s은(는) 이미 쓰이고 있습니다. %s로 다른 포트를 지정해 주세요.", addr, variable), err)
	case err != nil:
		return nil, fault.Wrap(fault.Unavailable, fmt.Sprintf("주소 %s에서 접속을 받을 수 없습니다. %s를 확인해 주세요.", addr, variable), err)
	}
	return l, nil
}

// gate answers whether the server wants more requests: not while it is stopping,
// not when the database does not answer.
type gate struct {
	db       *sqlx.DB
	stopping atomic.Bool
}

func (g *gate) ready(ctx context.Context) error {
	if g.stopping.Load() {
		return errors.New("stopping")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return g.db.PingContext(ctx)
}

// serve answers until ctx ends or the database is gone, then lets running requests
// finish. While it drains, /readyz already says no and new requests are still
// answered, so that a balancer in front loses none.
func (p ports) serve(ctx context.Context, log *slog.Logger, site *http.Server, g *gate, gone <-chan struct{}, drain time.Duration) error {
	measure := instrument(g.db)
	site.Handler = measure.around(site.Handler)
	failed := make(chan error, 2)
	go func() { failed <- site.Serve(p.main) }()
	if p.metrics != nil {
		defer func() { _ = p.metrics.Close() }()
		numbers := &http.Server{Handler: measure.handler(), ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
		go func() { failed <- numbers.Serve(p.metrics) }()
		log.InfoContext(ctx, "metrics", "addr", p.metrics.Addr().String())
	}
	log.InfoContext(ctx, "serving", "addr", p.main.Addr().String())
	var cause error
	select {
	case <-ctx.Done():
	case <-gone:
		cause = fault.New(fault.Unavailable, "PostgreSQL이 뜻밖에 끝나 서버를 멈춥니다. 데이터 폴더의 postgres.log를 확인해 주세요.")
	case err := <-failed:
		cause = fmt.Errorf("serve: %w", err)
	}
	g.stopping.Store(true)
	if cause == nil {
		time.Sleep(drain)
	}
	stopped, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainLimit)
	defer cancel()
	if err := site.Shutdown(stopped); err != nil {
		log.WarnContext(ctx, "requests were cut off", "err", err)
	}
	log.InfoContext(ctx, "stopped")
	return cause
}

// measures are the numbers of /metrics.
type measures struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
	active   prometheus.Gauge
}

func instrument(db *sqlx.DB) measures {
	m := measures{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eoul_http_request_seconds", Help: "Time to answer a request.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"code", "method"}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{Name: "eoul_http_requests_active", Help: "Requests being answered."}),
	}
	m.registry.MustRegister(m.seconds, m.active, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewDBStatsCollector(db.DB, "eoul"))
	return m
}

func (m measures) around(h http.Handler) http.Handler {
	return promhttp.InstrumentHandlerInFlight(m.active, promhttp.InstrumentHandlerDuration(m.seconds, h))
}

func (m measures) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
