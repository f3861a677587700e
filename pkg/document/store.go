package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// Store keeps bytes under the name of their SHA-256, in hexadecimal. Folder and
// Bucket are the two there are.
type Store interface {
	// Keep stores size bytes once and for all, so that they survive a loss of power;
	// bytes that are there already stay as they are. The caller has counted and hashed them.
	Keep(ctx context.Context, sum string, size int64, body io.Reader) error
	// Open reads stored bytes whose checksum was compared on the way. Bytes that are
	// missing (fs.ErrNotExist) or others than promised (ErrDamaged) are errors.
	Open(ctx context.Context, sum string) (io.ReadSeekCloser, error)
	// Remove takes bytes away; that they are gone already is no error.
	Remove(ctx context.Context, sum string) error
}

// ErrDamaged is stored bytes that do not have the checksum they are named after.
var ErrDamaged = errors.New("document: the stored bytes are not those of their checksum")

// checksum refuses anything but a SHA-256, so that no name ever leads elsewhere.
func checksum(sum string) error {
	if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size {
		return fmt.Errorf("document: %q is no checksum", sum)
	}
	return nil
}

// scratch is a temporary file that is gone with its last reader, even when the
// program ends: it has no name any more.
func scratch() (*os.File, error) {
	f, err := os.CreateTemp("", "eoul-file-*")
	if err != nil {
		return nil, fmt.Errorf("make temporary file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("make temporary file: %w", err), f.Close())
	}
	return f, nil
}

// checked compares what a reader gives with its checksum and then starts over.
func checked(f io.ReadSeeker, sum string) error {
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return fmt.Errorf("%w: %s", ErrDamaged, sum)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	return nil
}
