// Package filetest starts the real servers that uploaded files meet, for tests: an
// S3-compatible object store (versitygw) and a virus scanner (clamd) that knows one
// signature, that of EICAR's harmless test file. Both listen on this machine alone,
// keep everything in the test's folder and end with the test.
//
// A test is skipped where the program is not installed, and fails there when
// EOUL_SERVERS=required (make test sets it and installs both).
package filetest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// patience is how long a server may take until it answers.
const patience = 30 * time.Second

// find is a program in the repository's bin or on the path.
func find(t testing.TB, name, install string) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	own := filepath.Join(filepath.Dir(here), "..", "..", "bin", name)
	for _, candidate := range []string{own, name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	if os.Getenv("EOUL_SERVERS") == "required" {
		t.Fatalf("no %s was found, and EOUL_SERVERS=required asks for one; %s", name, install)
	}
	t.Skipf("no %s was found; %s", name, install)
	return ""
}

// serve runs a program until stop is called or the test ends, and waits until it answers.
func serve(t testing.TB, cmd *exec.Cmd, answers func(context.Context) error) (stop func()) {
	t.Helper()
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed
		close(ended)
	}()
	stop = func() {
		_ = cmd.Process.Kill() // it may have ended
		<-ended
		_ = said.Close()
	}
	t.Cleanup(stop)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := answers(ctx)
		if err == nil {
			return stop
		}
		select {
		case <-ended:
			err = errors.Join(err, errors.New("it ended"))
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
			continue
		}
		text, _ := os.ReadFile(said.Name()) // what it said may help, its absence does not matter
		t.Fatalf("%s does not answer: %v\n%s", cmd.Path, err, text)
	}
}
