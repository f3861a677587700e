package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eoul/pkg/authz"
)

// EventID identifies a row of the trail; a later row has a greater one.
type EventID int64

// Event is one row of the trail.
type Event struct {
	ID        EventID         `db:"id" json:"id"`
	At        time.Time       `db:"at" json:"at"`
	Actor     authz.PersonID  `db:"actor_id" json:"actor_id"`
	ActorName string          `db:"actor_name" json:"actor_name"`
	Rule      string          `db:"rule" json:"rule"` // the policy row that allowed it
	Action    string          `db:"action" json:"action"`
	Kind      string          `db:"kind" json:"kind"`
	Object    int64           `db:"object_id" json:"object_id"`
	Version   int             `db:"version" json:"version,omitempty"` // 0: nothing changed its version
	Before    json.RawMessage `db:"before" json:"before"`
	After     json.RawMessage `db:"after" json:"after"`
	Request   string          `db:"request_id" json:"request_id,omitempty"`
	IP        string          `db:"ip" json:"ip,omitempty"`
}

// Label says in Korean what was done: "신청 제출".
func (e Event) Label() string { return Label(e.Action) }

// KindLabel is the Korean word for the kind of record.
func (e Event) KindLabel() string { return KindLabel(e.Kind) }

// Change is one field that was not the same afterwards. A field that was not there
// is an empty text.
type Change struct {
	Field  string `json:"field"`
	Label  string `json:"label"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Changes compares the record before and after, field by field in the order of
// their names; fields of a part are named "amount.national". The version is left out:
// it always changes.
func (e Event) Changes() ([]Change, error) {
	before, err := flat(e.Before)
	if err != nil {
		return nil, fmt.Errorf("audit event %d, before: %w", e.ID, err)
	}
	after, err := flat(e.After)
	if err != nil {
		return nil, fmt.Errorf("audit event %d, after: %w", e.ID, err)
	}
	names := map[string]bool{}
	for _, m := range []map[string]string{before, after} {
		for name := range m {
			names[name] = true
		}
	}
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name != "version" && before[name] != after[name] {
			out = append(out, Change{Field: name, Label: FieldLabel(name), Before: before[name], After: after[name]})
		}
	}
	return out, nil
}

// flat is a JSON value as field names and printable values; what is no object has
// the single field "value".
func flat(raw json.RawMessage) (map[string]string, error) {
	out := map[string]string{}
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return out, nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // amounts have 15 digits
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	spread(out, "", v)
	return out, nil
}

func spread(out map[string]string, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			spread(out, strings.TrimPrefix(name+"."+k, "."), inner)
		}
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			text, err := json.Marshal(item)
			if s, ok := item.(string); ok {
				text = []byte(s)
			} else if err != nil {
				text = []byte("?") // cannot happen: it was decoded from JSON
			}
			parts[i] = string(text)
		}
		put(out, name, strings.Join(parts, ", "))
	case nil:
	case string:
		put(out, name, v)
	case bool:
		put(out, name, map[bool]string{true: "예", false: "아니요"}[v])
	default:
		put(out, name, fmt.Sprint(v))
	}
}

func put(out map[string]string, name, text string) {
	if name == "" {
		name = "value"
	}
	if text != "" {
		out[name] = text
	}
}
