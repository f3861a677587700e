package filetest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"eoul/pkg/document"
)

// Bucket is an object store with one empty bucket. It checks signatures as a real one
// does. Files of the bucket lie in folder, for tests that damage them.
func Bucket(t testing.TB) (c document.BucketConfig, folder string, stop func()) {
	t.Helper()
	program := find(t, "versitygw", "run .ci/s3")
	root, side := t.TempDir(), t.TempDir()
	folder = filepath.Join(root, "eoul-files")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	c = document.BucketConfig{Bucket: "eoul-files", Region: "us-east-1", AccessKey: "eoul-test", SecretKey: "only-for-this-test"}
	address := free(t)
	c.Endpoint = "http://" + address
	// Attributes go beside the files: not every file system of a test machine has its own.
	cmd := exec.CommandContext(context.Background(), program, "--access", c.AccessKey, "--secret", c.SecretKey, "--region", c.Region, "--port", address, // #nosec G204 -- a test
		"posix", "--sidecar", side, root)
	stop = serve(t, cmd, func(ctx context.Context) error {
		_, err := document.NewBucket(ctx, c)
		return err
	})
	return c, folder, stop
}

// free is an address on this machine that nobody listens on.
func free(t testing.TB) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
