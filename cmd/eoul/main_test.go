package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"eoul/pkg/dbtest"
	"eoul/pkg/install"
	"eoul/pkg/postgres"
)

// terminal is what a program wrote, readable while it runs.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *terminal) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *terminal) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// clean takes the machine's settings away, so that only the test's flags count.
func clean(t *testing.T) {
	t.Helper()
	for _, v := range []string{"DATABASE_URL", "EOUL_OWNER_URL", "EOUL_DATA", "EOUL_ADDR", "EOUL_METRICS_ADDR", "EOUL_LOG_LEVEL", "EOUL_DRAIN", "EOUL_TRUSTED_PROXY"} {
		t.Setenv(v, "")
		_ = os.Unsetenv(v)
	}
}

// refused runs a command that must end at once with code 1 and one sentence.
func refused(t *testing.T, sentence string, args ...string) {
	t.Helper()
	var out, errs terminal
	code := run(t.Context(), args, &out, &errs)
	if code != exitFailed || !strings.Contains(errs.String(), sentence) || strings.Count(errs.String(), "\n") != 1 {
		t.Errorf("eoul %s: code %d, wrote %q, want one line with %q", strings.Join(args, " "), code, errs.String(), sentence)
	}
}

// server is a server command that runs in this test.
type server struct {
	out, errs terminal
	stop      context.CancelFunc
	code      chan int
}

func begin(t *testing.T, args ...string) *server {
	t.Helper()
	p := &server{code: make(chan int, 1)}
	var ctx context.Context
	ctx, p.stop = context.WithCancel(t.Context())
	go func() { p.code <- run(ctx, args, &p.out, &p.errs) }()
	return p
}

// addr waits for a log line and gives the address in it.
func (p *server) addr(t *testing.T, msg string) string {
	t.Helper()
	for range 12_000 { // filling a demonstration takes a while under the race detector
		for line := range strings.Lines(p.errs.String()) {
			var entry struct{ Msg, Addr string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == msg {
				return "http://" + entry.Addr
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("no line %q in %s", msg, p.errs.String())
	return ""
}

func (p *server) end(t *testing.T) {
	t.Helper()
	p.stop()
	select {
	case code := <-p.code:
		if code != 0 {
			t.Errorf("code %d: %s", code, p.errs.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("the server does not stop")
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// dataFolder may be entered by the postgres user, unlike t.TempDir of root.
func dataFolder(t *testing.T) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), "data")
	if err := os.Chmod(filepath.Dir(filepath.Dir(f)), 0o711); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestHelpTeaches(t *testing.T) {
	clean(t)
	for _, args := range [][]string{{}, {"--help"}, {"serve", "--help"}, {"demo", "--help"}, {"migrate", "--help"}} {
		var out, errs terminal
		if code := run(t.Context(), args, &out, &errs); code != 0 || errs.String() != "" {
			t.Errorf("%v: code %d, %s", args, code, errs.String())
		}
		for _, english := range []string{"Usage:", "Flags:", "Commands:", "Show context"} {
			if strings.Contains(out.String(), english) {
				t.Errorf("%v says %q", args, english)
			}
		}
		if len(args) == 2 && !strings.Contains(out.String(), "예: ") {
			t.Errorf("%v shows no example", args)
		}
	}
	var out, errs terminal
	if code := run(t.Context(), []string{"sevre"}, &out, &errs); code != exitInput || !strings.Contains(errs.String(), "eoul --help") {
		t.Errorf("a wrong word: code %d, %s", code, errs.String())
	}
}

// TestMigrateAndServe goes the way of an operator on a private cluster.
func TestMigrateAndServe(t *testing.T) {
	clean(t)
	f := dataFolder(t)
	refused(t, "먼저 eoul migrate", "serve", "--data", f, "--addr=127.0.0.1:0", "--metrics-addr=off")
	var out, errs terminal
	if code := run(t.Context(), []string{"migrate", "--data", f}, &out, &errs); code != 0 || !strings.Contains(out.String(), "판입니다") {
		t.Fatalf("migrate: code %d, %s%s", code, out.String(), errs.String())
	}
	p := begin(t, "serve", "--data", f, "--addr=127.0.0.1:0", "--metrics-addr=127.0.0.1:0", "--drain=300ms")
	site := p.addr(t, "serving")
	for _, path := range []string{"/livez", "/readyz"} {
		if status, body := get(t, site+path); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, body := get(t, p.addr(t, "metrics")+"/metrics"); status != http.StatusOK ||
		!strings.Contains(body, `eoul_http_request_seconds_count{code="200",method="get"}`) {
		t.Errorf("/metrics: %d %s", status, body)
	}
	if status, _ := get(t, site+"/metrics"); status != http.StatusNotFound {
		t.Errorf("/metrics beside the pages: %d", status)
	}
	refused(t, "이미 실행 중", "serve", "--data", f, "--addr=127.0.0.1:0", "--metrics-addr=off")
	refused(t, "이미 쓰이고 있습니다", "serve", "--data", dataFolder(t), "--addr", strings.TrimPrefix(site, "http://"))
	p.stop()
	draining := false
	for range 20 {
		if status, _ := get(t, site+"/readyz"); status == http.StatusServiceUnavailable {
			draining = true
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !draining {
		t.Error("/readyz never said 503 while stopping")
	}
	p.end(t)
	if _, err := net.Dial("tcp", strings.TrimPrefix(site, "http://")); err == nil {
		t.Error("the port is still open")
	}
}

func TestDemoContinuesAndIsRefusedForWork(t *testing.T) {
	clean(t)
	f := dataFolder(t)
	var signIns [2]string
	for i := range 2 {
		p := begin(t, "demo", "--data", f, "--addr=127.0.0.1:0", "--metrics-addr=off")
		if status, body := get(t, p.addr(t, "serving")+"/readyz"); status != http.StatusOK {
			t.Errorf("/readyz: %d %s", status, body)
		}
		if !strings.Contains(p.out.String(), "http://127.0.0.1:") {
			t.Errorf("no address for people: %s", p.out.String())
		}
		for line := range strings.Lines(p.out.String()) {
			if strings.HasPrefix(line, "officer ") {
				signIns[i] = line
			}
		}
		p.end(t)
	}
	if signIns[0] == "" || signIns[0] != signIns[1] {
		t.Errorf("officer signs in with %q, then with %q; want the same", signIns[0], signIns[1])
	}
	refused(t, "시연용 데이터베이스", "serve", "--data", f, "--addr=127.0.0.1:0", "--metrics-addr=off")
	refused(t, "이 컴퓨터에서만", "demo", "--data", f, "--addr=0.0.0.0:0")
}

// TestDemoOnGivenDatabase has one address only: the demonstration builds with it
// and serves with less.
func TestDemoOnGivenDatabase(t *testing.T) {
	clean(t)
	address := strings.Replace(dbtest.Blank(t), postgres.OwnerRole+"@", "postgres@", 1)
	p := begin(t, "demo", "--database-url", address, "--data", dataFolder(t), "--addr=127.0.0.1:0", "--metrics-addr=off")
	if status, body := get(t, p.addr(t, "serving")+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: %d %s", status, body)
	}
	p.end(t)
}

func TestServeRefusals(t *testing.T) {
	clean(t)
	d := dbtest.New(t)
	serve := func(role string) []string {
		return []string{"serve", "--database-url", d.URL(role), "--addr=127.0.0.1:0", "--metrics-addr=off"}
	}
	refused(t, "관리자 권한", serve(postgres.OwnerRole)...)
	refused(t, "fsync", serve(postgres.AppRole)...) // what test clusters leave out
	refused(t, "실제 업무에 쓰는", "demo", "--database-url", d.URL("postgres"), "--addr=127.0.0.1:0", "--metrics-addr=off")
	refused(t, "연결할 수 없습니다", "serve", "--database-url", "postgres://eoul_app@127.0.0.1:1/eoul?sslmode=disable", "--addr=127.0.0.1:0", "--metrics-addr=off")
	tx := d.Owner.MustBegin()
	if err := install.MarkDemo(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	refused(t, "시연용 데이터베이스", serve(postgres.AppRole)...)
}

// TestMovedClockIsRefused needs no cluster that keeps its promises: the clock is
// asked for before them.
func TestMovedClockIsRefused(t *testing.T) {
	d := dbtest.New(t)
	d.Clock(t, time.Date(2022, 4, 1, 0, 0, 0, 0, time.UTC))
	if err := mayServe(t.Context(), d.DB); err == nil || !strings.Contains(err.Error(), "시계") {
		t.Errorf("a moved clock: %v", err)
	}
}
