package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/demo"
	"eoul/pkg/document"
	"eoul/pkg/identity"
	"eoul/pkg/install"
	"eoul/pkg/postgres"
	"eoul/pkg/work"
)

// signIns is the file in the data folder that keeps the demonstration's passwords.
const signIns = "sign-ins.json"

const (
	sqlHalfFilled = `select exists (select from people) and not exists (select from settings where key = 'demo_loaded')`
	sqlEmpty      = `drop schema public cascade; create schema public`
)

// filler fills a demonstration once and knows its sign-ins ever after.
type filler struct {
	out    *cliOut
	folder string
	store  document.Store
	app    *sqlx.DB
	owner  *sqlx.DB
}

// fill gives the sign-ins; the first time it makes everything there is to see.
func (f filler) fill(ctx context.Context) ([]demo.Seat, error) {
	done, err := demo.Loaded(ctx, f.owner)
	if err != nil {
		return nil, err
	}
	if done {
		return f.seats(ctx)
	}
	if err := f.clear(ctx); err != nil {
		return nil, err
	}
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return nil, err
	}
	if err := f.out.line("시연 자료를 만듭니다. 처음 한 번만 30초쯤 걸립니다."); err != nil {
		return nil, err
	}
	seats, err := demo.Load(ctx, demo.Databases{App: f.app, Owner: f.owner}, policy, f.store, time.Now(), func(part string) {
		_ = f.out.line("  %s", part)
	})
	if err != nil {
		return nil, err
	}
	return seats, f.keep(seats)
}

// clear empties a demonstration that was interrupted while it was being made.
func (f filler) clear(ctx context.Context) error {
	var half bool
	if err := f.owner.GetContext(ctx, &half, sqlHalfFilled); err != nil || !half {
		return postgres.Translate(err)
	}
	tx, err := f.owner.BeginTxx(ctx, nil)
	if err != nil {
		return postgres.Translate(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, sqlEmpty); err != nil {
		return postgres.Translate(err)
	}
	if err := tx.Commit(); err != nil {
		return postgres.Translate(err)
	}
	return install.Fresh(ctx, f.owner, install.MarkDemo)
}

func (f filler) keep(seats []demo.Seat) error {
	text, err := json.MarshalIndent(seats, "", "  ") //nolint:gosec // these passwords are made to be kept, in a file of 0600
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.folder, 0o700); err != nil {
		return fmt.Errorf("데이터 폴더 %s을(를) 만들 수 없습니다: %w", f.folder, err)
	}
	return os.WriteFile(filepath.Join(f.folder, signIns), text, 0o600)
}

// seats reads the kept sign-ins. When the file is gone, as with a database from
// elsewhere, everybody gets a new password.
func (f filler) seats(ctx context.Context) (seats []demo.Seat, err error) {
	text, err := os.ReadFile(filepath.Join(f.folder, signIns))
	if errors.Is(err, os.ErrNotExist) {
		return f.renew(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	if err := json.Unmarshal(text, &seats); err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	return seats, nil
}

func (f filler) renew(ctx context.Context) ([]demo.Seat, error) {
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return nil, err
	}
	seats, err := demo.Reset(ctx, identity.New(work.New(f.app, policy), f.app))
	if err != nil {
		return nil, err
	}
	return seats, f.keep(seats)
}
