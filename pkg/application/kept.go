package application

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// maxInput is how many bytes may be kept of a part: more than its form can hold.
const maxInput = 1 << 20

const sqlKept = `select coalesce(input, 'null') from plan_parts where application_id = $1 and part = $2`

// KeepInput keeps what was typed into a part and has mistakes, so that it is there
// when the page is opened again: form field name to values, problems their number.
// The stored rows stay as they are, the next valid save takes the input's place, and
// until then the plan cannot be handed in. Versions count as in Save.
func (s *Service) KeepInput(ctx context.Context, who authz.Actor, id ID, part string, version int, input map[string][]string, problems int) (Saved, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Saved, error) {
		a, r, err := writable(ctx, tx, id)
		if err != nil {
			return Saved{}, err
		}
		if !r.has(part) || part == PartAttachments || problems < 1 {
			return Saved{}, fault.New(fault.NotFound, "이 계획서에 없는 항목입니다.")
		}
		text, err := json.Marshal(storable(input))
		if err != nil {
			return Saved{}, fmt.Errorf("encode input: %w", err)
		}
		if len(text) > maxInput {
			return Saved{}, fault.New(fault.TooLarge, "입력하신 내용이 너무 깁니다. 나누어 적어 주십시오.")
		}
		out, repeated, err := raise(ctx, tx, a.ID, part, version, text, problems)
		if err != nil || repeated {
			return out, err
		}
		saved := out.by(tx)
		saved.Problems = problems
		returned, err := openItems(ctx, tx, a)
		out.Call, out.Row = r.Call, partOf(Plan{}, r, part, progress{saved: map[string]partVersion{part: saved}, returned: returned})
		return out, err
	})
}

// storable takes out what PostgreSQL's jsonb cannot hold.
func storable(input map[string][]string) map[string][]string {
	out := make(map[string][]string, len(input))
	for name, values := range input {
		clean := make([]string, len(values))
		for i, v := range values {
			clean[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "\ufffd"), "\x00", "\ufffd")
		}
		out[strings.ReplaceAll(strings.ToValidUTF8(name, "\ufffd"), "\x00", "\ufffd")] = clean
	}
	return out
}

// Kept is the input that is kept of a part, nil when the stored rows are what was typed.
func (s *Service) Kept(ctx context.Context, who authz.Actor, id ID, part string) (map[string][]string, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (input map[string][]string, err error) {
		if _, err := previewed(ctx, tx, id); err != nil {
			return nil, err
		}
		var text []byte
		if found, err := tx.Find(ctx, &text, sqlKept, id, part); err != nil || !found {
			return nil, err
		}
		if err := json.Unmarshal(text, &input); err != nil {
			return nil, fmt.Errorf("decode input: %w", err)
		}
		return input, nil
	})
}
