package program

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/work"
)

const callColumns = `
	c.id, c.number, c.program_id, p.name as program_name, p.ministry_id, o.name as ministry_name, p.fictitious, c.appropriation_id, ap.account_id,
	c.fiscal_year, c.title, c.summary, c.agenda, c.state, c.announced_at, c.opens_at, c.closes_at, c.endorse_until, c.correct_until,
	coalesce((select max(d.at) from deadlines d where d.call_id = c.id and d.kind = 'submit' and d.government_id is null), c.closes_at) as submit_until,
	c.project_from, c.project_to, c.cap, c.applicants, c.code_set, c.needs_deliberation, c.needs_signoff,
	c.national_bps "matching.national_bps", c.national_exact "matching.national_exact",
	c.sido_min_bps "matching.sido_min_bps", c.sido_max_bps "matching.sido_max_bps",
	c.sigungu_min_bps "matching.sigungu_min_bps", c.sigungu_max_bps "matching.sigungu_max_bps",
	c.own_min_bps "matching.own_min_bps", c.own_max_bps "matching.own_max_bps",
	c.drop_extremes, c.drop_from, c.total_floor, c.version`

const callTables = `
	  from calls c
	  join programs p on p.id = c.program_id
	  join organizations o on o.id = p.ministry_id
	  join appropriations ap on ap.id = c.appropriation_id`

const (
	sqlCall     = `select ` + callColumns + callTables + ` where c.id = $1`
	sqlLockCall = sqlCall + ` for update of c`

	sqlMoveCall = `
		update calls set state = $3, announced_at = case when $3 = 'announced' then $4::timestamptz else announced_at end
		 where id = $1 and version = $2`
	sqlNextReceipt = `
		with next as (update call_receipts set last = last + 1 where call_id = $1 returning call_id, last)
		select c.number || '-' || lpad(n.last::text, 4, '0') from next n join calls c on c.id = n.call_id`

	sqlSections  = `select kind, position, title, hint, required, max_length from call_sections where call_id = $1 order by position`
	sqlDocuments = `select code, position, title, required from call_documents where call_id = $1 order by position`
)

// CallByID reads a call; an unknown id is NotFound.
func CallByID(ctx context.Context, tx *work.Tx, id CallID) (c Call, err error) {
	if err = tx.Get(ctx, &c, sqlCall, id); err != nil {
		return c, fmt.Errorf("read call: %w", err)
	}
	return c, nil
}

// LockCall reads a call and keeps it from changing until this unit of work ends.
func LockCall(ctx context.Context, tx *work.Tx, id CallID) (c Call, err error) {
	if err = tx.Get(ctx, &c, sqlLockCall, id); err != nil {
		return c, fmt.Errorf("lock call: %w", err)
	}
	return c, nil
}

// MoveCall takes a locked call one step by a verb of Flow, leaves the audit row and
// announces "call.<verb>"; it does not ask for permission. A verb the state does
// not know is a Conflict.
func MoveCall(ctx context.Context, tx *work.Tx, c Call, verb string) (Call, error) {
	after, err := moveCall(ctx, tx, c, verb, "")
	if err != nil {
		return c, err
	}
	return after, tx.Emit(ctx, "call."+verb, after.Ref(), after)
}

// moved is what the trail keeps of a move that has a reason.
type moved struct {
	Call
	Why string `json:"reason,omitempty"`
}

// moveCall is MoveCall without the announcement.
func moveCall(ctx context.Context, tx *work.Tx, c Call, verb, reason string) (Call, error) {
	next, err := Flow.Next(c.State, verb)
	if err != nil {
		return c, err
	}
	if err := tx.Exec(ctx, sqlMoveCall, c.ID, c.Version, next, tx.Now); err != nil {
		return c, fmt.Errorf("move call: %w", err)
	}
	after, err := CallByID(ctx, tx, c.ID)
	if err != nil {
		return c, err
	}
	return after, tx.Record(ctx, Flow.Action(verb), after.Ref(), c, moved{after, reason})
}

// NextReceipt gives the next receipt number of a call, such as 2022-001-0042, inside
// the unit of work that submits. The counter is locked until that ends, so numbers
// have no gaps; an unknown call is NotFound.
func NextReceipt(ctx context.Context, tx *work.Tx, id CallID) (string, error) {
	var number string
	if err := tx.Get(ctx, &number, sqlNextReceipt, id); err != nil {
		return "", fmt.Errorf("next receipt number: %w", err)
	}
	return number, nil
}

// SectionsOf are the texts a call asks for, in their order.
func SectionsOf(ctx context.Context, tx *work.Tx, id CallID) (out []Section, err error) {
	if err = tx.Select(ctx, &out, sqlSections, id); err != nil {
		return nil, fmt.Errorf("read sections: %w", err)
	}
	return out, nil
}

// DocumentsOf are the files a call asks for, in their order.
func DocumentsOf(ctx context.Context, tx *work.Tx, id CallID) (out []RequiredDocument, err error) {
	if err = tx.Select(ctx, &out, sqlDocuments, id); err != nil {
		return nil, fmt.Errorf("read required documents: %w", err)
	}
	return out, nil
}

const (
	sqlDropSections   = `delete from call_sections where call_id = $1`
	sqlDropDocuments  = `delete from call_documents where call_id = $1`
	sqlInsertSections = `
		insert into call_sections (call_id, kind, position, title, hint, required, max_length)
		select $1, kind, position, title, hint, required, max_length
		  from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::bool[], $7::int[]) as s (kind, position, title, hint, required, max_length)`
	sqlInsertDocuments = `
		insert into call_documents (call_id, code, position, title, required)
		select $1, code, position, title, required from unnest($2::text[], $3::int[], $4::text[], $5::bool[]) as d (code, position, title, required)`
)

// column turns one field of all rows into an array parameter.
func column[R, F any](rows []R, field func(R) F) any {
	out := make([]F, len(rows))
	for i, r := range rows {
		out[i] = field(r)
	}
	return pq.Array(out)
}

func saveSections(ctx context.Context, tx *work.Tx, id CallID, rows []Section) error {
	if _, err := tx.ExecAll(ctx, sqlDropSections, id); err != nil {
		return fmt.Errorf("drop sections: %w", err)
	}
	_, err := tx.ExecAll(ctx, sqlInsertSections, id,
		column(rows, func(s Section) string { return s.Kind }), column(rows, func(s Section) int { return s.Position }),
		column(rows, func(s Section) string { return s.Title }), column(rows, func(s Section) string { return s.Hint }),
		column(rows, func(s Section) bool { return s.Required }), column(rows, func(s Section) int { return s.MaxLength }))
	if err != nil {
		return fmt.Errorf("save sections: %w", err)
	}
	return nil
}

func saveDocuments(ctx context.Context, tx *work.Tx, id CallID, rows []RequiredDocument) error {
	if _, err := tx.ExecAll(ctx, sqlDropDocuments, id); err != nil {
		return fmt.Errorf("drop required documents: %w", err)
	}
	_, err := tx.ExecAll(ctx, sqlInsertDocuments, id,
		column(rows, func(d RequiredDocument) string { return d.Code }), column(rows, func(d RequiredDocument) int { return d.Position }),
		column(rows, func(d RequiredDocument) string { return d.Title }), column(rows, func(d RequiredDocument) bool { return d.Required }))
	if err != nil {
		return fmt.Errorf("save required documents: %w", err)
	}
	return nil
}
