package work

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"
)

// Event is one record's part in an action that changes many at once.
type Event struct {
	Ref           Ref
	Before, After any
}

const sqlAuditAll = `
	insert into audit_events (at, actor_name, rule, action, kind, object_id, version, before, after, ip)
	select $1, $2, $3, $4, e.kind, e.id, nullif(e.version, 0), e.before::jsonb, e.after::jsonb, nullif($10, '')
	  from unnest($5::text[], $6::bigint[], $7::int[], $8::text[], $9::text[]) with ordinality as e (kind, id, version, before, after, n)
	 order by e.n`

// RecordAll writes the audit rows of one action on many records in one statement;
// otherwise it is Record. Without events it writes nothing.
func (tx *Tx) RecordAll(ctx context.Context, action string, events []Event) error {
	if tx.rule == "" {
		return ErrUnchecked
	}
	if len(events) == 0 {
		return nil
	}
	n := len(events)
	kinds, ids, versions := make([]string, n), make([]int64, n), make([]int64, n)
	before, after := make([]sql.NullString, n), make([]sql.NullString, n)
	for i, e := range events {
		kinds[i], ids[i], versions[i] = e.Ref.Kind, e.Ref.ID, int64(e.Ref.Version)
		for at, v := range map[*sql.NullString]any{&before[i]: e.Before, &after[i]: e.After} {
			b, err := auditJSON(v)
			if err != nil {
				return err
			}
			if text, ok := b.(string); ok {
				*at = sql.NullString{String: text, Valid: true}
			}
		}
	}
	_, err := tx.ExecAll(ctx, sqlAuditAll, tx.Now, tx.Actor.Name, tx.rule, action, pq.Array(kinds), pq.Array(ids), pq.Array(versions),
		pq.Array(before), pq.Array(after), requestFrom(ctx).IP)
	if err != nil {
		return fmt.Errorf("record %s: %w", action, err)
	}
	tx.recorded += n
	return nil
}

const sqlEmitAll = `
	insert into outbox (topic, key, payload, due_at)
	select $1, m.key, m.payload::jsonb, $4 from unnest($2::text[], $3::text[]) with ordinality as m (key, payload, n)
	 order by m.n
	on conflict (topic, key) do nothing`

// EmitAll leaves one message per event, with After as its payload, in one
// statement; otherwise it is Emit.
func (tx *Tx) EmitAll(ctx context.Context, topic string, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	keys, payloads := make([]string, len(events)), make([]string, len(events))
	for i, e := range events {
		b, err := json.Marshal(e.After)
		if err != nil {
			return fmt.Errorf("encode %s: %w", topic, err)
		}
		keys[i], payloads[i] = e.Ref.String(), string(b)
	}
	if _, err := tx.ExecAll(ctx, sqlEmitAll, topic, pq.Array(keys), pq.Array(payloads), tx.Now); err != nil {
		return fmt.Errorf("announce %s: %w", topic, err)
	}
	return nil
}
