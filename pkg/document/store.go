package document

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"eoul/pkg/fault"
)

// Store keeps bytes in a folder, each file under the name of its SHA-256.
type Store struct{ dir string }

// NewStore opens the folder, makes it when it is missing, and sweeps what an
// upload left behind when the program ended in between.
func NewStore(dir string) (*Store, error) {
	s := &Store{dir: dir}
	if err := os.MkdirAll(s.incoming(), 0o700); err != nil {
		return nil, fmt.Errorf("open document store: %w", err)
	}
	left, err := os.ReadDir(s.incoming())
	if err != nil {
		return nil, fmt.Errorf("open document store: %w", err)
	}
	for _, e := range left {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < time.Hour { // another server may be writing it
			continue
		}
		if err := os.Remove(filepath.Join(s.incoming(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("sweep document store: %w", err)
		}
	}
	return s, nil
}

func (s *Store) incoming() string { return filepath.Join(s.dir, "incoming") }

// path is where bytes lie; it refuses anything but a checksum.
func (s *Store) path(sum string) (string, error) {
	if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size {
		return "", fmt.Errorf("document: %q is no checksum", sum)
	}
	return filepath.Join(s.dir, sum[:2], sum), nil
}

// Open reads stored bytes. Bytes that are missing are an Internal error: a row
// promised them.
func (s *Store) Open(sum string) (io.ReadSeekCloser, error) {
	p, err := s.path(sum)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(p)
	if err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	return f, nil
}

// spooled is an upload on its way: on disk, counted and hashed, not yet kept.
type spooled struct {
	file *os.File
	size int64
	sum  string
}

// spool writes an upload to the incoming folder and stops at the first byte too many.
func (s *Store) spool(body io.Reader) (_ *spooled, err error) {
	f, err := os.CreateTemp(s.incoming(), "upload-*")
	if err != nil {
		return nil, fmt.Errorf("spool upload: %w", err)
	}
	sp := &spooled{file: f}
	defer func() {
		if err != nil {
			sp.drop()
		}
	}()
	if err := f.Chmod(0o600); err != nil {
		return nil, fmt.Errorf("spool upload: %w", err)
	}
	h := sha256.New()
	if sp.size, err = io.Copy(io.MultiWriter(f, h), io.LimitReader(body, MaxSize+1)); err != nil {
		return nil, fmt.Errorf("spool upload: %w", err)
	}
	switch {
	case sp.size > MaxSize:
		return nil, fault.New(fault.TooLarge, "파일은 10MB까지 올릴 수 있습니다.")
	case sp.size == 0:
		fields := fault.Fields{}
		fields.Add("file", "빈 파일입니다.")
		return nil, fields.Err()
	}
	sp.sum = hex.EncodeToString(h.Sum(nil))
	return sp, nil
}

// drop forgets an upload that was not kept; after keep it only closes.
func (sp *spooled) drop() {
	_ = sp.file.Close()
	_ = os.Remove(sp.file.Name())
}

// keep puts a spooled upload in its place so that it survives a loss of power: the
// bytes, then the name, then the folder are on disk before it returns.
func (s *Store) keep(sp *spooled) error {
	to, err := s.path(sp.sum)
	if err != nil {
		return err
	}
	if err := sp.file.Sync(); err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	folder := filepath.Dir(to)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	if err := os.Rename(sp.file.Name(), to); err != nil { // the same bytes replace themselves
		return fmt.Errorf("keep upload: %w", err)
	}
	for _, dir := range []string{folder, s.dir} {
		if err := syncDir(dir); err != nil {
			return fmt.Errorf("keep upload: %w", err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
