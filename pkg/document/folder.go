package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Folder is a Store on the disk of this machine.
type Folder struct{ dir string }

// NewFolder opens the folder, makes it when it is missing, and sweeps what was being
// written when the program ended.
func NewFolder(dir string) (*Folder, error) {
	s := &Folder{dir: dir}
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

func (s *Folder) incoming() string { return filepath.Join(s.dir, "incoming") }

func (s *Folder) path(sum string) string { return filepath.Join(s.dir, sum[:2], sum) }

// Open reads a file and compares its checksum first.
func (s *Folder) Open(_ context.Context, sum string) (io.ReadSeekCloser, error) {
	if err := checksum(sum); err != nil {
		return nil, err
	}
	f, err := os.Open(s.path(sum)) // #nosec G304 -- the name is a checksum
	if err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	if err := checked(f, sum); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Keep writes the bytes beside their place and moves them there; the same bytes
// replace themselves.
func (s *Folder) Keep(_ context.Context, sum string, _ int64, body io.Reader) error {
	if err := checksum(sum); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.incoming(), "upload-*")
	if err != nil {
		return fmt.Errorf("keep document: %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone after the move
	if err := s.write(f, body); err != nil {
		return fmt.Errorf("keep document: %w", err)
	}
	folder := filepath.Dir(s.path(sum))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("keep document: %w", err)
	}
	if err := os.Rename(f.Name(), s.path(sum)); err != nil {
		return fmt.Errorf("keep document: %w", err)
	}
	for _, dir := range []string{folder, s.dir} {
		if err := syncDir(dir); err != nil {
			return fmt.Errorf("keep document: %w", err)
		}
	}
	return nil
}

func (s *Folder) write(f *os.File, body io.Reader) error {
	_, err := io.Copy(f, body)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Sync())
	}
	return errors.Join(err, f.Close())
}

// Remove takes a file away.
func (s *Folder) Remove(_ context.Context, sum string) error {
	if err := checksum(sum); err != nil {
		return err
	}
	if err := os.Remove(s.path(sum)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove document: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir) // #nosec G304 -- a folder of the store
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
