package program

import (
	"context"
	"encoding/json"
	"fmt"

	"eoul/pkg/work"
)

const sqlForm = `
	select ` + callColumns + `,
	       (select coalesce(json_agg(s order by s.position), '[]') from call_sections s where s.call_id = c.id) as sections,
	       (select coalesce(json_agg(d order by d.position), '[]') from call_documents d where d.call_id = c.id) as documents,
	       (select coalesce(json_object_agg(h.field, h.body), '{}') from (
			select field, body from call_hints where call_id = c.id
			union all
			select 'section.' || kind, hint from call_sections where call_id = c.id and hint <> '') h) as hints` + callTables + `
	 where c.id = $1`

// Form is what a call asks of every plan: its terms, the texts and the files.
type Form struct {
	Call
	Sections  []Section
	Documents []RequiredDocument
	Hints     map[string]string // Markdown by the name of the part, texts included
}

// FormOf reads the form of a call in one statement; an unknown call is NotFound.
func FormOf(ctx context.Context, tx *work.Tx, id CallID) (Form, error) {
	var row struct {
		Call
		Sections  []byte `db:"sections"`
		Documents []byte `db:"documents"`
		Hints     []byte `db:"hints"`
	}
	if err := tx.Get(ctx, &row, sqlForm, id); err != nil {
		return Form{}, fmt.Errorf("read form: %w", err)
	}
	f := Form{Call: row.Call}
	if err := json.Unmarshal(row.Sections, &f.Sections); err != nil {
		return f, fmt.Errorf("decode sections: %w", err)
	}
	if err := json.Unmarshal(row.Documents, &f.Documents); err != nil {
		return f, fmt.Errorf("decode required documents: %w", err)
	}
	if err := json.Unmarshal(row.Hints, &f.Hints); err != nil {
		return f, fmt.Errorf("decode hints: %w", err)
	}
	return f, nil
}
