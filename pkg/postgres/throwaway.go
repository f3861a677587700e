package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Throwaway starts an empty server for tests, in memory where the system allows:
// nothing it stores survives a crash, and it removes itself when it stops. It has
// the two roles and no database of the product.
func Throwaway(ctx context.Context) (*Cluster, error) {
	a, err := clusterAccount()
	if err != nil {
		return nil, err
	}
	bin, err := FindBinaries(0)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(throwawayBase(), "eoul-test-")
	if err != nil {
		return nil, fmt.Errorf("test cluster folder: %w", err)
	}
	c := &Cluster{socket: folder}
	if err := c.throwaway(ctx, folder, bin, a); err != nil {
		return nil, errors.Join(err, c.Close(), os.RemoveAll(folder))
	}
	return c, nil
}

func (c *Cluster) throwaway(ctx context.Context, folder string, bin Binaries, a account) error {
	if err := a.own(folder); err != nil {
		return err
	}
	data := filepath.Join(folder, "data")
	if err := create(folder, data, bin, a, "--no-sync"); err != nil {
		return err
	}
	err := c.launch(ctx, bin, a, data, filepath.Join(folder, "log"), folder, []string{
		"fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
		"autovacuum=off", "max_connections=300", "dynamic_shared_memory_type=mmap", "jit=off",
	})
	if err != nil {
		return err
	}
	return c.furnish(ctx, false)
}

func throwawayBase() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}
