package work

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Ref names a record at a version. In an audit row it is the version after the
// change; Version 0 is an event that changed no version, such as a look at
// personal data.
type Ref struct {
	Kind    string
	ID      int64
	Version int
}

// String is the reference in messages and outbox keys: "application:42/3".
func (r Ref) String() string {
	return r.Kind + ":" + strconv.FormatInt(r.ID, 10) + "/" + strconv.Itoa(r.Version)
}

// ParseRef reads what String wrote.
func ParseRef(text string) (r Ref, err error) {
	kind, rest, ok := strings.Cut(text, ":")
	id, version, ok2 := strings.Cut(rest, "/")
	r.Kind = kind
	if r.ID, err = strconv.ParseInt(id, 10, 64); err == nil {
		r.Version, err = strconv.Atoi(version)
	}
	if err != nil || !ok || !ok2 || kind == "" {
		return Ref{}, fmt.Errorf("work: %q is no reference", text)
	}
	return r, nil
}

const sqlAudit = `
	insert into audit_events (at, actor_name, rule, action, kind, object_id, version, before, after, ip)
	values ($1, $2, $3, $4, $5, $6, nullif($7, 0), $8, $9, nullif($10, ''))`

// Record writes the audit row of one change in this transaction. before and after
// are kept as JSON; fields tagged `audit:"secret"` are blanked. A second row for
// the same version is refused by the database.
func (tx *Tx) Record(ctx context.Context, action string, ref Ref, before, after any) error {
	if tx.rule == "" {
		return ErrUnchecked
	}
	b, err := auditJSON(before)
	if err != nil {
		return err
	}
	a, err := auditJSON(after)
	if err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlAudit, tx.Now, tx.Actor.Name, tx.rule, action, ref.Kind, ref.ID, ref.Version, b, a, requestFrom(ctx).IP); err != nil {
		return fmt.Errorf("record %s: %w", action, err)
	}
	tx.recorded++
	return nil
}

// auditJSON is the value as the trail keeps it, or nil for SQL null.
func auditJSON(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(redact(v))
	if err != nil {
		return nil, fmt.Errorf("encode audit record: %w", err)
	}
	return string(b), nil
}

const sqlEmit = `
	insert into outbox (topic, key, payload, due_at) values ($1, $2, $3, $4)
	on conflict (topic, key) do nothing`

// Emit leaves a message that a worker delivers after, and only after, commit. The
// same topic and reference is announced once.
func (tx *Tx) Emit(ctx context.Context, topic string, ref Ref, payload any) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encode %s: %w", topic, err)
	}
	if _, err := tx.ExecAll(ctx, sqlEmit, topic, ref.String(), string(b), tx.Now); err != nil {
		return fmt.Errorf("announce %s: %w", topic, err)
	}
	return nil
}
