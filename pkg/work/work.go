// Package work runs one use case as one unit of work: one transaction that is
// authorised, recorded in the trail and announced, or does not happen at all.
//
// Do is for use cases that change something, View for those that only look,
// Snapshot for exports that must show one instant, and Draft for autosave. All
// four refuse to finish when nobody asked for permission; Do also refuses when
// nothing was recorded. Only this package commits.
package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/postgres"
)

var (
	// ErrUnchecked is a use case that forgot to ask for permission.
	ErrUnchecked = errors.New("work: finished without an authorisation check")
	// ErrUnrecorded is a use case that would leave nothing in the trail.
	ErrUnrecorded = errors.New("work: commit without an audit record")
)

// tries is how often a transaction is run when PostgreSQL asks for a repetition.
const tries = 3

// Runner runs units of work on one database with one policy.
type Runner struct {
	db    *sqlx.DB
	authz *authz.Authorizer
	stmts *statements
}

// New makes a Runner. The database handle is the app role's.
func New(db *sqlx.DB, az *authz.Authorizer) *Runner {
	return &Runner{db: db, authz: az, stmts: newStatements(db)}
}

// Authz is the policy, for menus and route gates.
func (r *Runner) Authz() *authz.Authorizer { return r.authz }

// kind is what a unit of work may do.
type kind struct {
	options  sql.TxOptions
	recorded bool // must leave an audit row; may carry a request key
}

// Do runs a use case that changes something. fn may run up to three times, when
// PostgreSQL reports a serialization failure or a deadlock; after that the answer
// is Unavailable. When the context carries a Request with a key, the reply is
// stored in the same transaction and a repetition gets *Replayed.
func Do[T any](ctx context.Context, r *Runner, who authz.Actor, fn func(context.Context, *Tx) (T, error)) (T, error) {
	return run(ctx, r, who, kind{recorded: true}, fn)
}

// View runs a use case that only reads.
func View[T any](ctx context.Context, r *Runner, who authz.Actor, fn func(context.Context, *Tx) (T, error)) (T, error) {
	return run(ctx, r, who, kind{options: sql.TxOptions{ReadOnly: true}}, fn)
}

// Snapshot is View at one instant for all its statements (invariant I-29).
func Snapshot[T any](ctx context.Context, r *Runner, who authz.Actor, fn func(context.Context, *Tx) (T, error)) (T, error) {
	return run(ctx, r, who, kind{options: sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}}, fn)
}

// Draft runs an autosave: authorised, but neither recorded nor keyed. It can touch
// draft tables only: every other table's rows need their audit row to commit (I-13).
func Draft[T any](ctx context.Context, r *Runner, who authz.Actor, fn func(context.Context, *Tx) (T, error)) (T, error) {
	return run(ctx, r, who, kind{}, fn)
}

func run[T any](ctx context.Context, r *Runner, who authz.Actor, k kind, fn func(context.Context, *Tx) (T, error)) (out T, err error) {
	for try := range tries {
		if out, err = once(ctx, r, who, k, fn); !retryable(err) {
			return out, postgres.Translate(err)
		}
		wait := time.Duration(1+rand.IntN(20<<try)) * time.Millisecond // #nosec G404 -- jitter, not a secret
		select {
		case <-ctx.Done():
			return out, postgres.Translate(ctx.Err())
		case <-time.After(wait):
		}
	}
	return out, fault.Wrap(fault.Unavailable, "이용이 몰려 처리하지 못했습니다. 잠시 뒤 다시 시도해 주세요.", err)
}

func once[T any](ctx context.Context, r *Runner, who authz.Actor, k kind, fn func(context.Context, *Tx) (T, error)) (out T, err error) {
	raw, err := r.db.BeginTxx(ctx, &k.options)
	if err != nil {
		return out, fmt.Errorf("begin: %w", err)
	}
	tx := &Tx{Actor: who, raw: raw, runner: r, counter: counterFrom(ctx)}
	defer r.stmts.prepare(ctx)
	defer func() { _ = raw.Rollback() }() // after a commit this does nothing
	req := requestFrom(ctx)
	if err := tx.open(ctx, req); err != nil {
		return out, err
	}
	keyed := k.recorded && req.Key != ""
	if keyed {
		if err := tx.claim(ctx, req); err != nil {
			return out, err
		}
	}
	if out, err = fn(ctx, tx); err != nil {
		return out, err
	}
	if tx.rule == "" {
		return out, ErrUnchecked
	}
	if k.options.ReadOnly {
		return out, nil
	}
	if k.recorded && tx.recorded == 0 {
		return out, ErrUnrecorded
	}
	if keyed {
		if err := tx.storeReply(ctx, req, out); err != nil {
			return out, err
		}
	}
	if err := raw.Commit(); err != nil {
		return out, r.afterCommitError(ctx, who, req, keyed, err)
	}
	return out, nil
}

// afterCommitError finds out what a failed commit did: with a key the answer is in
// the database; without one nobody can know, and the person must look first.
func (r *Runner) afterCommitError(ctx context.Context, who authz.Actor, req Request, keyed bool, err error) error {
	if _, answered := errors.AsType[*pq.Error](err); answered {
		return fmt.Errorf("commit: %w", err) // PostgreSQL refused; nothing was written
	}
	if keyed {
		var n int
		if look := r.db.GetContext(context.WithoutCancel(ctx), &n, sqlRequestExists, int64(who.ID), req.Route, req.Key); look == nil && n == 1 {
			return nil
		}
	}
	return fault.Wrap(fault.Unavailable, "처리되었는지 확인하지 못했습니다. 같은 화면에서 다시 보내면 한 번만 처리됩니다.", err)
}

func retryable(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}
