package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"eoul/pkg/fault"
)

// Cluster is a private PostgreSQL server: one data folder, one Unix socket in a
// folder only its user may enter, no TCP. It ends with this process, however this
// process ends.
type Cluster struct {
	socket  string
	runtime string        // removed on Close
	lock    *os.File      // holds the data folder; nil when the server is somebody else's
	leash   io.Closer     // when it closes, the server stops
	cmd     *exec.Cmd     // nil when the server is somebody else's
	done    chan struct{} // closed when the server has ended
}

// The server runs as a child of this shell. Its standard input is a pipe that
// only our process holds: when we close it or die, the server gets SIGINT, which
// ends sessions and writes a checkpoint ("fast" shutdown).
const leashScript = `
exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
( cat <&3 >/dev/null; kill -INT "$pid" ) &
leash=$!
wait "$pid"
code=$?
kill "$leash" 2>/dev/null
[ -z "$EOUL_SWEEP" ] || rm -rf "$EOUL_SWEEP"
exit "$code"`

// Start runs the server of a data folder, making it first when it is new.
// A second start on the same folder is a Conflict; what stands in the way of a
// start (folder, PostgreSQL missing or too old) is Unavailable. Both have one
// sentence that says what to do.
func Start(ctx context.Context, folder string) (*Cluster, error) {
	a, err := clusterAccount()
	if err != nil {
		return nil, err
	}
	lock, err := claim(folder, a)
	if err != nil {
		return nil, err
	}
	c := &Cluster{lock: lock}
	if err := c.run(ctx, folder, a); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// Open joins the server that already runs on a data folder, or starts one.
// Close of a joined server leaves it running.
func Open(ctx context.Context, folder string) (*Cluster, error) {
	c, err := Start(ctx, folder)
	if fault.KindOf(err) != fault.Conflict {
		return c, err
	}
	_, socket := postmaster(filepath.Join(folder, "postgres"))
	if socket == "" {
		return nil, err
	}
	return &Cluster{socket: socket}, nil
}

func (c *Cluster) run(ctx context.Context, folder string, a account) error {
	data := filepath.Join(folder, "postgres")
	major, err := majorOf(data)
	if err != nil {
		return err
	}
	bin, err := FindBinaries(major)
	if err != nil {
		return err
	}
	if major == 0 {
		if err := create(folder, data, bin, a); err != nil {
			return err
		}
	}
	if err := endOrphan(ctx, data); err != nil {
		return err
	}
	if c.runtime, err = runtimeFolder(folder, a); err != nil {
		return err
	}
	c.socket = c.runtime
	if err := c.launch(ctx, bin, a, data, filepath.Join(folder, "postgres.log"), "", nil); err != nil {
		return err
	}
	return c.furnish(ctx, true)
}

// majorOf is the major version that wrote a cluster, 0 when there is none yet.
func majorOf(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err == nil {
		var major int
		if major, err = strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return major, nil
		}
	}
	if _, there := os.Stat(data); errors.Is(there, os.ErrNotExist) {
		return 0, nil
	}
	return 0, fault.Wrap(fault.Unavailable, fmt.Sprintf(
		"%s은(는) PostgreSQL 데이터가 아닙니다. EOUL_DATA로 다른 폴더를 지정해 주세요.", data), err)
}

// create builds the cluster beside its place and moves it there when it is whole,
// so that an interrupted first start leaves nothing half made.
func create(folder, data string, bin Binaries, a account, flags ...string) error {
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("remove unfinished cluster: %w", err)
	}
	if err := a.own(fresh); err != nil {
		return fmt.Errorf("make cluster folder: %w", err)
	}
	args := append([]string{"-D", fresh, "-k", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"}, flags...)
	if out, err := a.command(folder, bin.Path("initdb"), args...).CombinedOutput(); err != nil {
		return fault.Wrap(fault.Unavailable, fmt.Sprintf("데이터 폴더 %s에 PostgreSQL 데이터를 만들지 못했습니다. 권한과 남은 공간을 확인해 주세요.", folder),
			fmt.Errorf("initdb: %w: %s", err, tail(string(out))))
	}
	if err := os.Rename(fresh, data); err != nil {
		return fmt.Errorf("move cluster: %w", err)
	}
	return nil
}

// endOrphan stops a server that outlived a killed eoul, and waits for the children of
// one that was killed itself: they leave a moment later, and until then no other server
// can start. The folder is ours alone by its lock, so nobody uses it; a process that
// does not work in this folder has only inherited the number and is left alone.
func endOrphan(ctx context.Context, data string) error {
	pid, _ := postmaster(data)
	if pid <= 1 {
		return nil
	}
	real, err := filepath.EvalSymlinks(data)
	if err != nil {
		return fmt.Errorf("find cluster folder: %w", err)
	}
	asked := false
	for range 400 {
		at := workers(real)
		if len(at) == 0 {
			return nil
		}
		if !asked && slices.Contains(at, pid) {
			asked = true
			_ = syscall.Kill(pid, syscall.SIGINT)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
	return fault.New(fault.Unavailable, fmt.Sprintf("먼저 실행한 PostgreSQL(프로세스 %d)이 끝나지 않습니다.", pid))
}

// workers are the processes of a server that works in a folder, as far as this system
// tells.
func workers(folder string) (pids []int) {
	found, _ := filepath.Glob("/proc/[0-9]*/cwd") // the pattern is sound
	for _, link := range found {
		process := filepath.Dir(link)
		at, err := os.Readlink(link)
		name, unread := os.ReadFile(filepath.Join(process, "comm")) // #nosec G304 -- of the kernel
		if err != nil || unread != nil || at != folder || strings.TrimSpace(string(name)) != "postgres" {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(process)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(25 * time.Millisecond):
		return nil
	}
}

// launch starts the server and waits until it answers. Its log names no values of
// statements, because they may be personal data.
func (c *Cluster) launch(ctx context.Context, bin Binaries, a account, data, logFile, sweep string, extra []string) error {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	args := []string{"-c", leashScript, "sh", bin.Path("postgres"), "-D", data, "-k", c.socket, "-p", "5432",
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "cluster_name=eoul", "-c", "timezone=UTC",
		"-c", "logging_collector=off", "-c", "log_timezone=UTC", "-c", "log_error_verbosity=terse",
		"-c", "log_min_error_statement=panic", "-c", "log_parameter_max_length_on_error=0"}
	for _, e := range extra {
		args = append(args, "-c", e)
	}
	cmd := a.command(data, "/bin/sh", args...)
	cmd.Env = append(cmd.Env, "EOUL_SWEEP="+sweep)
	cmd.Stdout, cmd.Stderr = log, log
	if c.leash, err = cmd.StdinPipe(); err != nil {
		return fmt.Errorf("leash: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	c.cmd, c.done = cmd, make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(c.done)
	}()
	return c.await(ctx, logFile)
}

func (c *Cluster) await(ctx context.Context, logFile string) error {
	for {
		db, err := Connect(ctx, c.Address("postgres", "postgres"), Pool(1))
		if err == nil {
			return db.Close()
		}
		select {
		case <-c.done:
			text, _ := os.ReadFile(logFile)
			return fault.Wrap(fault.Unavailable, fmt.Sprintf("PostgreSQL을 시작하지 못했습니다. 까닭은 %s의 끝에 있습니다.", logFile),
				errors.New(tail(string(text))))
		default:
		}
		if err := pause(ctx); err != nil {
			return fmt.Errorf("wait for postgres: %w", err)
		}
	}
}

// tail is the end of a program's output.
func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// Address is where a role finds a database of the cluster.
func (c *Cluster) Address(role, database string) string {
	q := url.Values{"host": {c.socket}, "port": {"5432"}, "sslmode": {"disable"}}
	return "postgres://" + role + "@/" + database + "?" + q.Encode()
}

// Owner is the address of the product's database for the role that owns it.
func (c *Cluster) Owner() string { return c.Address(OwnerRole, "eoul") }

// App is the address of the product's database for the role a server runs as.
func (c *Cluster) App() string { return c.Address(AppRole, "eoul") }

// Done is closed when the server has ended, wished or not; nil, which never
// fires, when the server belongs to another process.
func (c *Cluster) Done() <-chan struct{} { return c.done }

// Close stops the server, waits for it and gives the folder back.
func (c *Cluster) Close() error {
	if c.cmd != nil {
		_ = c.leash.Close()
		select {
		case <-c.done:
		case <-time.After(30 * time.Second):
			_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGQUIT)
			<-c.done
		}
	}
	if c.runtime != "" {
		_ = os.Remove(c.runtime)
	}
	if c.lock != nil {
		return c.lock.Close()
	}
	return nil
}
