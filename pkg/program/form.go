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
	       (select coalesce(json_agg(d order by d.position), '[]') from call_documents d where d.call_id = c.id) as documents` + callTables + `
	 where c.id = $1`

// Form is what a call asks of every plan: its terms, the texts and the files.
type Form struct {
	Call
	Sections  []Section
	Documents []RequiredDocument
}

// FormOf reads the form of a call in one statement; an unknown call is NotFound.
func FormOf(ctx context.Context, tx *work.Tx, id CallID) (Form, error) {
	var row struct {
		Call
		Sections  []byte `db:"sections"`
		Documents []byte `db:"documents"`
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
	return f, nil
}
