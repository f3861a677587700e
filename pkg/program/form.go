package program

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/work"
)

const (
	sqlForm = `
		select ` + callColumns + `,
		       (select coalesce(json_agg(s order by s.position), '[]') from call_sections s where s.call_id = c.id) as sections,
		       (select coalesce(json_agg(d order by d.position), '[]') from call_documents d where d.call_id = c.id) as documents` + callTables + `
		 where c.id = $1`
	sqlNamedCodes = `select code_set, code, category, name, certainty from expense_codes where code_set = $1 and code = any($2)`
)

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

// CodesNamed finds expense codes of a set with their names, those out of force
// included, so that what was planned with them still reads.
func CodesNamed(ctx context.Context, tx *work.Tx, set string, codes []string) (map[string]ExpenseCode, error) {
	var rows []ExpenseCode
	if err := tx.Select(ctx, &rows, sqlNamedCodes, set, pq.Array(codes)); err != nil {
		return nil, fmt.Errorf("read names of expense codes: %w", err)
	}
	out := make(map[string]ExpenseCode, len(rows))
	for _, c := range rows {
		out[c.Code] = c
	}
	return out, nil
}
