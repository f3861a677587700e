package program

import (
	"context"
	"fmt"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// SectionPrefix comes before the kind of a text in the name of its part.
const SectionPrefix = "section."

// Hint is what the manager says beside one part of the plan, in Markdown. Field is
// the part's name: title, lines, partners … or "section.<kind>" of a text.
type Hint struct {
	Field string `db:"field" json:"field"`
	Body  string `db:"body" json:"body"`
}

// HintParts are the parts of a plan, beside its texts, that may have a hint, in the
// order of the task list, with their Korean names.
func HintParts() [7][2]string {
	return [7][2]string{{"title", "사업명"}, {"deliberation", "사회적경제위원회 논의"}, {"activities", "세부사업·추진일정"},
		{"partners", "협업기관"}, {"lines", "예산"}, {"indicators", "성과지표"}, {"attachments", "첨부서류"}}
}

const (
	sqlHints = `
		select field, body from call_hints where call_id = $1
		 order by array_position(array['title', 'deliberation', 'activities', 'partners', 'lines', 'indicators', 'attachments'], field)`
	sqlDropHints   = `delete from call_hints where call_id = $1 and field = any($2)`
	sqlInsertHints = `
		insert into call_hints (call_id, field, body)
		select $1, field, body from unnest($2::text[], $3::text[]) as h (field, body) where body <> ''`
	sqlHintSections = `
		update call_sections s set hint = h.body
		  from unnest($2::text[], $3::text[]) as h (kind, body)
		 where s.call_id = $1 and s.kind = h.kind`
	// The call's own columns stay; its version rises, so that two who write hints at
	// once meet.
	sqlTouchCall = `update calls set title = title where id = $1 and version = $2`
)

// hintsOf are the hints of the parts that are no texts.
func hintsOf(ctx context.Context, tx *work.Tx, id CallID) (out []Hint, err error) {
	if err = tx.Select(ctx, &out, sqlHints, id); err != nil {
		return nil, fmt.Errorf("read hints: %w", err)
	}
	return out, nil
}

// checkHints trims every hint and names the mistakes by its number.
func checkHints(f fault.Fields, hints []Hint, known map[string]bool) {
	seen := map[string]bool{}
	for i := range hints {
		h, at := &hints[i], fmt.Sprintf("hints.%d.", i)
		if !known[h.Field] || seen[h.Field] {
			f.Add(at+"field", "이 공모에 없는 항목이거나 두 번 적은 항목의 작성 안내입니다.")
		}
		seen[h.Field] = true
		words(f, at+"body", &h.Body, maxText, "")
	}
}

// knownHints are the names of the parts of a plan of a call with these texts.
func knownHints(sections []Section) map[string]bool {
	known := map[string]bool{}
	for _, p := range HintParts() {
		known[p[0]] = true
	}
	for _, s := range sections {
		known[SectionPrefix+s.Kind] = true
	}
	return known
}

// saveHints writes the hints that are given and leaves the others; an empty one goes.
func saveHints(ctx context.Context, tx *work.Tx, id CallID, hints []Hint) error {
	var parts, texts []Hint
	for _, h := range hints {
		if kind, ok := strings.CutPrefix(h.Field, SectionPrefix); ok {
			texts = append(texts, Hint{kind, h.Body})
		} else {
			parts = append(parts, h)
		}
	}
	field, body := func(h Hint) string { return h.Field }, func(h Hint) string { return h.Body }
	if len(parts) > 0 {
		if _, err := tx.ExecAll(ctx, sqlDropHints, id, column(parts, field)); err != nil {
			return fmt.Errorf("drop hints: %w", err)
		}
		if _, err := tx.ExecAll(ctx, sqlInsertHints, id, column(parts, field), column(parts, body)); err != nil {
			return fmt.Errorf("save hints: %w", err)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	if _, err := tx.ExecAll(ctx, sqlHintSections, id, column(texts, field), column(texts, body)); err != nil {
		return fmt.Errorf("save hints of texts: %w", err)
	}
	return nil
}

// SaveHints rewrites what is said beside the parts of the plan; a part that is not
// named keeps its hint. It is help, no rule, so it may change after the announcement
// until the call is decided; the trail keeps every version.
func (s *Service) SaveHints(ctx context.Context, who authz.Actor, id CallID, version int, hints []Hint) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Call, error) {
		c, err := lockFor(ctx, tx, id, "hint")
		if err != nil {
			return c, err
		}
		if err := mayHint(c); err != nil {
			return c, err
		}
		before, err := load(ctx, tx, c)
		if err != nil {
			return c, err
		}
		f := fault.Fields{}
		checkHints(f, hints, knownHints(before.Sections))
		if err := f.Err(); err != nil {
			return c, err
		}
		if err := tx.Exec(ctx, sqlTouchCall, id, version); err != nil {
			return c, err
		}
		if err := saveHints(ctx, tx, id, hints); err != nil {
			return c, err
		}
		if c, err = CallByID(ctx, tx, id); err != nil {
			return c, err
		}
		after, err := load(ctx, tx, c)
		if err != nil {
			return c, err
		}
		return c, tx.Record(ctx, Flow.Action("hint"), c.Ref(), before, after)
	})
}

func mayHint(c Call) error {
	if c.State == StateDecided || c.State == StatePublished {
		return fault.New(fault.Conflict, "지금 상태("+Flow.Label(c.State)+")에서는 작성 안내를 고칠 수 없습니다.")
	}
	return nil
}
