package document_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/filetest"
)

// stores gives both stores, each with the path of the file that bytes lie in.
func stores(t *testing.T) map[string]func(t *testing.T) (document.Store, func(sum string) string) {
	return map[string]func(t *testing.T) (document.Store, func(sum string) string){
		"folder": func(t *testing.T) (document.Store, func(sum string) string) {
			dir := t.TempDir()
			s, err := document.NewFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			return s, func(sum string) string { return filepath.Join(dir, sum[:2], sum) }
		},
		"bucket": func(t *testing.T) (document.Store, func(sum string) string) {
			c, folder, _ := filetest.Bucket(t)
			s, err := document.NewBucket(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return s, func(sum string) string { return filepath.Join(folder, sum) }
		},
	}
}

func sumOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func read(ctx context.Context, s document.Store, sum string) ([]byte, error) {
	f, err := s.Open(ctx, sum)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

// TestStores holds both stores to the same promises, the bucket on a real server.
func TestStores(t *testing.T) {
	for name, open := range stores(t) {
		t.Run(name, func(t *testing.T) {
			s, path := open(t)
			ctx := t.Context()
			for _, text := range [][]byte{[]byte("계획서"), bytes.Repeat([]byte("0123456789abcdef"), document.MaxSize/16)} {
				sum := sumOf(text)
				for range 2 { // the second time they are there already
					if err := s.Keep(ctx, sum, int64(len(text)), bytes.NewReader(text)); err != nil {
						t.Fatal(err)
					}
				}
				if b, err := read(ctx, s, sum); err != nil || !bytes.Equal(b, text) {
					t.Fatalf("%d bytes came back, %v", len(b), err)
				}
			}
			text := []byte("같은 것을 함께")
			sum := sumOf(text)
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					if err := s.Keep(ctx, sum, int64(len(text)), bytes.NewReader(text)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if err := os.WriteFile(path(sum), []byte("다른 것이 들어 있음"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := read(ctx, s, sum); !errors.Is(err, document.ErrDamaged) {
				t.Errorf("changed bytes were read: %v", err)
			}
			for range 2 {
				if err := s.Remove(ctx, sum); err != nil {
					t.Errorf("remove: %v", err)
				}
			}
			if _, err := read(ctx, s, sum); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("missing bytes: %v", err)
			}
			for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("z", 64), sum[:62]} {
				_, err := s.Open(ctx, bad)
				if err == nil || s.Keep(ctx, bad, 1, strings.NewReader("x")) == nil || s.Remove(ctx, bad) == nil {
					t.Errorf("%q is taken for a checksum", bad)
				}
			}
		})
	}
}

// TestBucketRefusesOtherBytes: the server itself compares what it gets with the name.
func TestBucketRefusesOtherBytes(t *testing.T) {
	c, folder, stop := filetest.Bucket(t)
	s, err := document.NewBucket(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	sum := sumOf([]byte("계획서"))
	if err := s.Keep(t.Context(), sum, 3, strings.NewReader("abc")); err == nil {
		t.Error("other bytes than the name says were kept")
	}
	if _, err := read(t.Context(), s, sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is there: %v", err)
	}
	keep := func() error { return s.Keep(t.Context(), sum, int64(len("계획서")), strings.NewReader("계획서")) }
	if err := keep(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, sum), []byte("다른 것"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keep(); !errors.Is(err, document.ErrDamaged) {
		t.Errorf("an object with other bytes passes for the right one: %v", err)
	}
	stop()
	if _, err := read(t.Context(), s, sum); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("without the server: %v", err)
	}
}

func TestNewBucketSaysWhatIsWrong(t *testing.T) {
	c, _, stop := filetest.Bucket(t)
	for name, change := range map[string]struct {
		to   func(*document.BucketConfig)
		kind fault.Kind
		says string
	}{
		"no address":   {func(c *document.BucketConfig) { c.Endpoint = "s3.example" }, fault.Invalid, "EOUL_S3_ENDPOINT"},
		"a path":       {func(c *document.BucketConfig) { c.Endpoint += "/files" }, fault.Invalid, "EOUL_S3_ENDPOINT"},
		"no key":       {func(c *document.BucketConfig) { c.SecretKey = "" }, fault.Invalid, "EOUL_S3_SECRET_KEY"},
		"no bucket":    {func(c *document.BucketConfig) { c.Bucket = "nowhere" }, fault.Unavailable, "버킷을 먼저"},
		"a wrong key":  {func(c *document.BucketConfig) { c.SecretKey = "wrong-secret" }, fault.Unavailable, "접근 키"},
		"a dead place": {func(c *document.BucketConfig) { c.Endpoint = "http://127.0.0.1:1" }, fault.Unavailable, "주소와 접근 키"},
	} {
		bad := c
		change.to(&bad)
		_, err := document.NewBucket(t.Context(), bad)
		if msg, _ := fault.Public(err); fault.KindOf(err) != change.kind || !strings.Contains(msg, change.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stop()
}
