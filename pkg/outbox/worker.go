package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/work"
)

// Message is something that happened. Object names the record at the version the
// change gave it.
type Message struct {
	ID      int64
	Topic   string // "application.submit"
	Object  work.Ref
	Payload json.RawMessage
	Attempt int // 1 for the first
}

// maxAttempts is how often a message is tried; the index of the table knows it too.
const maxAttempts = 12

// handleTime is how long a handler may take. The pause before the next attempt is
// longer, so that no message is in two hands while its first handler may still act.
const handleTime = 25 * time.Second

// A claim counts the attempt and puts the message off before it is handled, in a
// transaction of its own: a crash then costs one attempt and no lock outlives it.
// Pauses double from 30 seconds up to an hour.
const (
	sqlClaim = `
		update outbox set attempts = attempts + 1, due_at = app_now() + least(30 * power(2, attempts), 3600) * interval '1 second'
		 where id = (select id from outbox where done_at is null and attempts < 12 and due_at <= app_now()
		              order by due_at, id limit 1 for update skip locked)
		returning id, topic, key, payload, attempts`
	sqlDone  = `update outbox set done_at = app_now(), last_error = null where id = $1`
	sqlError = `update outbox set last_error = $2 where id = $1`
)

// Worker hands messages to Handle, one after the other. Several workers, in one
// process or many, share the work.
type Worker struct {
	DB     *sqlx.DB
	Handle func(ctx context.Context, m Message) error
	Log    *slog.Logger
	Every  time.Duration // how often it looks; 0 is once a second
}

// Run delivers until ctx ends. A message under way is finished first.
func (w Worker) Run(ctx context.Context) error {
	every := w.Every
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := w.Deliver(ctx); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "outbox", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Deliver hands out everything that is due now and tells how many messages were
// handled well. An error is one of the database; a handler's is kept with its message.
func (w Worker) Deliver(ctx context.Context) (n int, err error) {
	for ctx.Err() == nil {
		m, found, err := w.claim(ctx)
		if err != nil || !found {
			return n, err
		}
		ok, err := w.one(ctx, m)
		if err != nil {
			return n, err
		}
		if ok {
			n++
		}
	}
	return n, nil
}

func (w Worker) claim(ctx context.Context) (m Message, found bool, err error) {
	var row struct {
		ID       int64  `db:"id"`
		Topic    string `db:"topic"`
		Key      string `db:"key"`
		Payload  []byte `db:"payload"`
		Attempts int    `db:"attempts"`
	}
	err = w.inTx(ctx, func(tx *sqlx.Tx) error { return tx.GetContext(ctx, &row, sqlClaim) })
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	if err != nil {
		return m, false, fmt.Errorf("claim message: %w", err)
	}
	ref, err := work.ParseRef(row.Key)
	if err != nil {
		return m, false, fmt.Errorf("message %d: %w", row.ID, err)
	}
	return Message{ID: row.ID, Topic: row.Topic, Object: ref, Payload: row.Payload, Attempt: row.Attempts}, true, nil
}

// one handles a claimed message and notes the outcome, even while ctx ends.
func (w Worker) one(ctx context.Context, m Message) (ok bool, err error) {
	ctx = context.WithoutCancel(ctx)
	failed := w.handle(ctx, m)
	if failed == nil {
		return true, w.inTx(ctx, func(tx *sqlx.Tx) error { return exec(ctx, tx, sqlDone, m.ID) })
	}
	w.Log.ErrorContext(ctx, "message not handled", "message", m.ID, "topic", m.Topic, "attempt", m.Attempt,
		"given_up", m.Attempt >= maxAttempts, "err", failed)
	return false, w.inTx(ctx, func(tx *sqlx.Tx) error { return exec(ctx, tx, sqlError, m.ID, failed.Error()) })
}

// handle calls the handler in its time and turns a panic into an error.
func (w Worker) handle(ctx context.Context, m Message) (err error) {
	ctx, cancel := context.WithTimeout(ctx, handleTime)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return w.Handle(ctx, m)
}

func exec(ctx context.Context, tx *sqlx.Tx, q string, args ...any) error {
	_, err := tx.ExecContext(ctx, q, args...)
	return err
}

// inTx runs fn between begin and commit.
func (w Worker) inTx(ctx context.Context, fn func(*sqlx.Tx) error) error {
	tx, err := w.DB.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}
