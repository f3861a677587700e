package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

// Tx is one unit of work under way. The transaction itself is hidden, so that
// nobody can commit past the checks.
type Tx struct {
	Actor authz.Actor
	Now   time.Time // the database clock (app_now), one instant for all this unit writes

	raw      *sqlx.Tx
	runner   *Runner
	counter  *Counter
	rule     string // the policy row that allowed this; kept with the audit row
	recorded int
}

const sqlOpen = `
	select app_now(), set_config('app.actor', $1, true), set_config('app.request', $2, true)`

// open tells the database who acts, and learns what time it is.
func (tx *Tx) open(ctx context.Context, req Request) error {
	var actor, request string // set_config answers with what it set
	err := tx.stmt(ctx, sqlOpen).QueryRowContext(ctx, strconv.FormatInt(int64(tx.Actor.ID), 10), req.ID).
		Scan(&tx.Now, &actor, &request)
	if err != nil {
		return fmt.Errorf("open unit of work: %w", err)
	}
	tx.Now = tx.Now.UTC()
	return nil
}

// queryer is what a prepared statement and a plain transaction have in common.
type queryer interface {
	GetContext(ctx context.Context, dst any, args ...any) error
	SelectContext(ctx context.Context, dst any, args ...any) error
	ExecContext(ctx context.Context, args ...any) (sql.Result, error)
	QueryxContext(ctx context.Context, args ...any) (*sqlx.Rows, error)
	QueryRowContext(ctx context.Context, args ...any) *sql.Row
}

// stmt gives the prepared form of q bound to this transaction; the first time a
// text is seen it runs unprepared and is prepared once this unit is over, because
// preparing needs a second connection that the pool may not have.
func (tx *Tx) stmt(ctx context.Context, q string) queryer {
	tx.counter.add(q)
	if s := tx.runner.stmts.get(q); s != nil {
		return tx.raw.StmtxContext(ctx, s)
	}
	return unprepared{tx.raw, q}
}

// Get reads one row into dst; no row is NotFound.
func (tx *Tx) Get(ctx context.Context, dst any, q string, args ...any) error {
	err := tx.stmt(ctx, q).GetContext(ctx, dst, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return err
}

// Find reads one row into dst and tells whether there was one.
func (tx *Tx) Find(ctx context.Context, dst any, q string, args ...any) (bool, error) {
	err := tx.stmt(ctx, q).GetContext(ctx, dst, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Select reads rows into the slice dst points to.
func (tx *Tx) Select(ctx context.Context, dst any, q string, args ...any) error {
	return tx.stmt(ctx, q).SelectContext(ctx, dst, args...)
}

// Exec changes exactly one row; none, or more than one, is a Conflict.
func (tx *Tx) Exec(ctx context.Context, q string, args ...any) error {
	n, err := tx.ExecAll(ctx, q, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.New(fault.Conflict, "그사이 다른 사람이 먼저 고쳤습니다. 화면을 새로 열어 확인해 주세요.")
	}
	return nil
}

// ExecAll changes any number of rows and tells how many.
func (tx *Tx) ExecAll(ctx context.Context, q string, args ...any) (int64, error) {
	res, err := tx.stmt(ctx, q).ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Each reads rows one at a time, for exports that must not hold them all.
func Each[T any](ctx context.Context, tx *Tx, q string, args []any, fn func(T) error) (err error) {
	rows, err := tx.stmt(ctx, q).QueryxContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row T
		if err := rows.StructScan(&row); err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Allow demands permission for an action on an object; it is the only caller of
// authz.Check. What may not be read is NotFound, what may be read but not done Forbidden.
func (tx *Tx) Allow(action string, on authz.Object) error {
	rule, err := tx.runner.authz.Check(tx.Actor, action, on)
	if err != nil {
		return err
	}
	tx.rule = rule
	return nil
}

// Can tells whether Allow would agree, for the buttons of a page.
func (tx *Tx) Can(action string, on authz.Object) bool {
	_, err := tx.runner.authz.Check(tx.Actor, action, on)
	return err == nil
}

// Scope is the row filter of a list for an action and counts as its
// authorisation. Who can see nothing at all is Forbidden.
func (tx *Tx) Scope(action string) (authz.Scope, error) {
	s := tx.runner.authz.Scope(tx.Actor, action)
	if s.None() {
		return s, fault.New(fault.Forbidden, "이 목록을 볼 권한이 없습니다.")
	}
	tx.rule = "list " + action
	return s, nil
}

// unprepared runs one query text on a transaction without a prepared statement.
type unprepared struct {
	raw *sqlx.Tx
	q   string
}

func (u unprepared) GetContext(ctx context.Context, dst any, args ...any) error {
	return u.raw.GetContext(ctx, dst, u.q, args...)
}

func (u unprepared) SelectContext(ctx context.Context, dst any, args ...any) error {
	return u.raw.SelectContext(ctx, dst, u.q, args...)
}

func (u unprepared) ExecContext(ctx context.Context, args ...any) (sql.Result, error) {
	return u.raw.ExecContext(ctx, u.q, args...)
}

func (u unprepared) QueryxContext(ctx context.Context, args ...any) (*sqlx.Rows, error) {
	return u.raw.QueryxContext(ctx, u.q, args...)
}

func (u unprepared) QueryRowContext(ctx context.Context, args ...any) *sql.Row {
	return u.raw.QueryRowContext(ctx, u.q, args...)
}
