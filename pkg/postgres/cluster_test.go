package postgres_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"eoul/pkg/fault"
	"eoul/pkg/postgres"
)

// folder is a data folder the postgres user may pass to, unlike t.TempDir of root.
func folder(t *testing.T) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), "data")
	if err := os.Chmod(filepath.Dir(filepath.Dir(f)), 0o711); err != nil {
		t.Fatal(err)
	}
	return f
}

func answers(t *testing.T, address string) bool {
	t.Helper()
	db, err := postgres.Connect(t.Context(), address)
	if err != nil {
		return false
	}
	return db.Close() == nil
}

func TestClusterKeepsItsData(t *testing.T) {
	f := folder(t)
	for start := range 2 {
		c, err := postgres.Start(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		owner, err := postgres.Connect(t.Context(), c.Owner())
		if err != nil {
			t.Fatal(err)
		}
		tx := owner.MustBegin()
		tx.MustExec(`create table if not exists starts (n int)`)
		tx.MustExec(`insert into starts values (1)`)
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := owner.Get(&n, `select count(*) from starts`); err != nil || n != start+1 {
			t.Errorf("start %d: %d rows, %v", start, n, err)
		}
		var settings string
		err = owner.Get(&settings, `select concat_ws(' ', current_setting('fsync'), current_setting('full_page_writes'),
			current_setting('synchronous_commit'), current_setting('data_checksums'), current_setting('listen_addresses'))`)
		if err != nil || settings != "on on on on " {
			t.Errorf("settings %q, %v", settings, err)
		}
		_ = owner.Close()
		if !answers(t, c.App()) {
			t.Error("the app role cannot sign in")
		}
		app := c.App()
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if answers(t, app) {
			t.Error("the server outlives Close")
		}
	}
}

func TestSecondStartIsRefusedAndMayJoin(t *testing.T) {
	f := folder(t)
	first, err := postgres.Start(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	if _, err := postgres.Start(t.Context(), f); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "이미 실행 중") {
		t.Errorf("second start: %v", err)
	}
	joined, err := postgres.Open(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if !answers(t, joined.App()) {
		t.Error("the joined server does not answer")
	}
	if err := joined.Close(); err != nil || !answers(t, first.App()) {
		t.Errorf("leaving ended the server: %v", err)
	}
}

// TestServerDiesWithItsProcess kills what holds the leash, without any farewell,
// and then starts again on the same folder at once.
func TestServerDiesWithItsProcess(t *testing.T) {
	f := folder(t)
	if os.Getenv("EOUL_HOLD_CLUSTER") != "" {
		hold(t)
	}
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerDiesWithItsProcess$")
		cmd.Env = append(os.Environ(), "EOUL_HOLD_CLUSTER="+f)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		started := filepath.Join(f, "started")
		for range 400 {
			if _, err := os.Stat(started); err == nil {
				break
			}
			time.Sleep(25 * time.Millisecond)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if err := os.Remove(started); err != nil {
			t.Fatal(err)
		}
		c, err := postgres.Start(t.Context(), f)
		if err != nil {
			t.Fatalf("start after %s: %v", signal, err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func hold(t *testing.T) {
	f := os.Getenv("EOUL_HOLD_CLUSTER")
	if _, err := postgres.Start(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(f, "started"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
}

// TestOrphanIsEnded kills both the process and the shell of the leash, so that the
// server goes on alone with its postmaster.pid.
func TestOrphanIsEnded(t *testing.T) {
	f := folder(t)
	c, err := postgres.Start(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	line, err := os.ReadFile(filepath.Join(f, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(line), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	c.Orphan()
	if syscall.Kill(pid, 0) != nil {
		t.Fatal("the server did not go on alone")
	}
	again, err := postgres.Start(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestCrashedServerRecovers(t *testing.T) {
	f := folder(t)
	c, err := postgres.Start(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	line, err := os.ReadFile(filepath.Join(f, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.SplitN(string(line), "\n", 2)[0])
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	_ = c.Close()
	again, err := postgres.Start(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if !answers(t, again.App()) {
		t.Error("the server does not answer")
	}
}

func TestUnusableFolders(t *testing.T) {
	f := folder(t)
	if err := os.MkdirAll(filepath.Join(f, "taken", "postgres"), 0o711); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(f, "file")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ folder, sentence string }{
		"a file":            {plain, "쓸 수 없습니다"},
		"below a file":      {filepath.Join(plain, "x"), "쓸 수 없습니다"},
		"someone's folder":  {filepath.Join(f, "taken"), "PostgreSQL 데이터가 아닙니다"},
		"a read-only place": {"/proc/eoul", "쓸 수 없습니다"},
	} {
		_, err := postgres.Start(t.Context(), c.folder)
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), c.sentence) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDataFolder(t *testing.T) {
	t.Setenv("EOUL_DATA", "somewhere")
	if f, err := postgres.DataFolder(); err != nil || !filepath.IsAbs(f) || filepath.Base(f) != "somewhere" {
		t.Errorf("%q, %v", f, err)
	}
	t.Setenv("EOUL_DATA", "")
	t.Setenv("XDG_DATA_HOME", "/srv/people")
	f, err := postgres.DataFolder()
	want := "/srv/people/eoul"
	if os.Geteuid() == 0 {
		want = "/var/lib/eoul"
	}
	if err != nil || f != want {
		t.Errorf("%q, %v; want %q", f, err, want)
	}
}

// TestBinaries puts programs that only tell their version on PATH.
func TestBinaries(t *testing.T) {
	fake := func(version string) string {
		dir := t.TempDir()
		for _, p := range []string{"postgres", "initdb"} {
			text := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
			if err := os.WriteFile(filepath.Join(dir, p), []byte(text), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	t.Setenv("PATH", fake("14.9 (Debian 14.9-1)")+":/usr/bin:/bin")
	if _, err := postgres.FindBinaries(0); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "너무 오래되었습니다") {
		t.Errorf("14.9: %v", err)
	}
	t.Setenv("PATH", fake("99beta1")+":/usr/bin:/bin")
	if b, err := postgres.FindBinaries(0); err != nil || b.Major != 99 {
		t.Errorf("99: %+v, %v", b, err)
	}
	if _, err := postgres.FindBinaries(98); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "98") {
		t.Errorf("data of 98: %v", err)
	}
}
