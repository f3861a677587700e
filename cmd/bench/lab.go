package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/demo"
	"eoul/pkg/postgres"
	"eoul/pkg/work"
)

// lab is the dataset on a running PostgreSQL with everything that measures on it.
type lab struct {
	eoul, folder string
	temporary    bool
	cluster      *postgres.Cluster
	owner, app   *sqlx.DB
	run          *work.Runner
	call         int64
}

// newLab fills the data folder by the product itself, then starts its PostgreSQL
// alone, so that servers come and go on an existing cluster.
func newLab(ctx context.Context, binary, folder string) (l *lab, err error) {
	l = &lab{folder: folder, temporary: folder == ""}
	if l.eoul, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	if l.temporary {
		if l.folder, err = os.MkdirTemp("", "eoul-bench-"); err != nil {
			return nil, err
		}
	}
	if err := l.open(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *lab) open(ctx context.Context) error {
	progress("filling %s", l.folder)
	s, err := l.serve(ctx, "EOUL_DATA="+l.folder)
	if err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	if l.cluster, err = postgres.Start(ctx, l.folder); err != nil {
		return err
	}
	if l.owner, err = postgres.Connect(ctx, l.cluster.Owner(), postgres.Pool(2), postgres.Patient()); err != nil {
		return err
	}
	if l.app, err = postgres.Connect(ctx, l.cluster.App(), postgres.Pool(4)); err != nil {
		return err
	}
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return err
	}
	l.run = work.New(l.app, policy)
	return l.owner.GetContext(ctx, &l.call, `select id from calls where number = $1`, demo.ScaleNumber)
}

// Close stops PostgreSQL and takes a temporary dataset away.
func (l *lab) Close() {
	for _, db := range []*sqlx.DB{l.app, l.owner} {
		if db != nil {
			_ = db.Close()
		}
	}
	if l.cluster != nil {
		_ = l.cluster.Close()
	}
	if l.temporary {
		_ = os.RemoveAll(l.folder)
	}
}

// address is how a program of ours finds the lab's PostgreSQL.
func (l *lab) address() []string {
	return []string{"EOUL_DATA=" + l.folder, "DATABASE_URL=" + l.cluster.App(), "EOUL_OWNER_URL=" + l.cluster.Owner()}
}

// server is a running product.
type server struct {
	cmd   *exec.Cmd
	url   string
	ready time.Duration // from the start of the process to the first yes of /readyz
	done  chan error
}

// serve starts the product on a free port and waits until it is ready.
func (l *lab) serve(ctx context.Context, env ...string) (*server, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	s := &server{url: "http://" + port, done: make(chan error, 1)}
	s.cmd = exec.CommandContext(ctx, l.eoul, "demo", "--scale")
	s.cmd.Env = append(append(os.Environ(), env...), "EOUL_ADDR="+port, "EOUL_METRICS_ADDR=off", "EOUL_LOG_LEVEL=warn")
	s.cmd.Stdout, s.cmd.Stderr = io.Discard, os.Stderr
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", l.eoul, err)
	}
	go func() { s.done <- s.cmd.Wait() }()
	for {
		if answers(ctx, s.url+"/readyz") {
			s.ready = time.Since(begin)
			return s, nil
		}
		select {
		case err := <-s.done:
			return nil, fmt.Errorf("the server ended before it was ready: %w", errors.Join(err, ctx.Err()))
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// stop ends the server as Ctrl-C does.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	return <-s.done
}

func answers(ctx context.Context, url string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// progress tells a person at the terminal what takes so long.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
