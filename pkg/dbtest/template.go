package dbtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/install"
	"eoul/pkg/postgres"
)

// shared starts the server of this process at the first call.
var shared = sync.OnceValues(start)

func start() (*server, error) {
	ctx := context.Background()
	s := &server{}
	address := os.Getenv("TEST_DATABASE_URL")
	s.outlives = address != ""
	if !s.outlives {
		cluster, err := postgres.Throwaway(ctx)
		if err != nil {
			return nil, err
		}
		s.cluster, address = cluster, cluster.Address("postgres", "postgres")
	}
	var err error
	if s.authz, err = authz.New(eoul.Policies); err != nil {
		return nil, err
	}
	if s.base, err = url.Parse(address); err != nil {
		return nil, fmt.Errorf("TEST_DATABASE_URL: %w", err)
	}
	if s.admin, err = postgres.Connect(ctx, address, postgres.Pool(4), postgres.Patient()); err != nil {
		return nil, err
	}
	if err := postgres.Roles(ctx, s.admin); err != nil {
		return nil, err
	}
	return s, s.build(ctx)
}

// build makes the template once per schema and seeds, however many processes ask.
// They wait for each other by an advisory lock held in a transaction.
func (s *server) build(ctx context.Context) error {
	name, err := fingerprint()
	if err != nil {
		return err
	}
	s.template = "template_" + name
	tx, err := s.admin.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(hashtext($1))`, s.template); err != nil {
		return fmt.Errorf("lock template: %w", err)
	}
	var done bool
	if err := tx.GetContext(ctx, &done, `select exists (select from pg_database where datname = $1 and datistemplate)`, s.template); err != nil || done {
		return err
	}
	for _, q := range []string{`drop database if exists ` + s.template, `create database ` + s.template + ` owner eoul_owner`} {
		if _, err := s.admin.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("make template: %w", err)
		}
	}
	if err := s.fill(ctx); err != nil {
		return err
	}
	// While anybody is connected to a template it cannot be copied.
	_, err = s.admin.ExecContext(ctx, `update pg_database set datistemplate = true, datallowconn = false where datname = $1`, s.template)
	return err
}

func (s *server) fill(ctx context.Context) error {
	owner, err := postgres.Connect(ctx, s.url(postgres.OwnerRole, s.template), postgres.Pool(2))
	if err != nil {
		return err
	}
	return errors.Join(install.Fresh(ctx, owner), owner.Close())
}

// fingerprint names the template by what it is built from: the schema, the
// upgrades, and the packages that seed it.
func fingerprint() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write([]byte(eoul.Schema))
	for _, p := range []string{"install", "postgres", "rule", "organization", "program"} {
		err := filepath.WalkDir(filepath.Join(root, "pkg", p), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && (e.IsDir() || strings.HasSuffix(path, "_test.go")) {
				return nil
			}
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			sum.Write([]byte(path))
			sum.Write(text)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("read seeds: %w", err)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:10]), nil
}

// moduleRoot is the folder of go.mod above the running test.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "go.mod")); statErr == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
