package application

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlColumns = `
		select a.id, a.number, a.call_id, a.program_id, a.fiscal_year, a.government_id, a.government_name,
		       coalesce(a.province_id, 0) as province_id, case when a.receipt_no is null then p.title else a.title end as title,
		       a.state, coalesce(a.receipt_no, '') as receipt_no, coalesce(a.returned_by, '') as returned_by,
		       a.return_reason, a.end_reason, p.version as draft_version, a.version, a.created_at
		  from applications a
		  join plans p on p.application_id = a.id`
	sqlGet      = sqlColumns + ` where a.id = $1`
	sqlLock     = sqlColumns + ` where a.id = $1 for update of a`
	sqlShare    = sqlColumns + ` where a.id = $1 for share of a`
	sqlReceived = sqlColumns + ` where a.call_id = $1 and a.state = 'received' order by a.receipt_no, a.id`
	sqlByIDs    = sqlColumns + ` where a.id = any($1) order by a.id`

	sqlInsert = `
		insert into applications (number, call_id, program_id, fiscal_year, government_id, government_name, province_id, title, state, created_at)
		values ('A-' || $3::int || '-' || lpad(nextval('application_numbers')::text, 5, '0'), $1, $2, $3, $4, $5, nullif($6, 0), $7, 'draft', $8)
		returning id`
	sqlInsertPlan = `insert into plans (application_id, title, updated_at) values ($1, $2, $3)`
	sqlMove       = `
		update applications set state = $3, title = $4, receipt_no = nullif($5, ''), returned_by = nullif($6, ''), return_reason = $7, end_reason = $8
		 where id = $1 and version = $2`
)

// Get reads an application; an unknown id is NotFound. It asks for no permission.
func Get(ctx context.Context, tx *work.Tx, id ID) (a Application, err error) {
	err = tx.Get(ctx, &a, sqlGet, id)
	return a, err
}

// Lock reads an application and holds it against every other change, saves of its
// plan included, until the unit of work ends.
func Lock(ctx context.Context, tx *work.Tx, id ID) (a Application, err error) {
	err = tx.Get(ctx, &a, sqlLock, id)
	return a, err
}

// Received reads the applications of a call that stand at received, by receipt number.
func Received(ctx context.Context, tx *work.Tx, call program.CallID) (out []Application, err error) {
	err = tx.Select(ctx, &out, sqlReceived, call)
	return out, err
}

// ByIDs reads many at once, by id; ids that do not exist are missing.
func ByIDs(ctx context.Context, tx *work.Tx, ids []ID) (out []Application, err error) {
	err = tx.Select(ctx, &out, sqlByIDs, pq.Array(ids))
	return out, err
}

// Move changes the state by a verb with one possible target, records it and
// announces it as "application.<verb>". Permission is the caller's matter; a wrong
// state and a lost race are Conflicts.
func Move(ctx context.Context, tx *work.Tx, a Application, verb string) (Application, error) {
	next, err := Flow.Next(a.State, verb)
	if err != nil {
		return a, err
	}
	out := a
	out.State = next
	return store(ctx, tx, verb, a, out)
}

// store writes what a verb made of an application, with trail and announcement.
func store(ctx context.Context, tx *work.Tx, verb string, before, after Application) (Application, error) {
	if err := write(ctx, tx, before, after); err != nil {
		return before, err
	}
	after.Version = before.Version + 1
	if err := tx.Record(ctx, Flow.Action(verb), after.Ref(), before, after); err != nil {
		return before, err
	}
	return after, tx.Emit(ctx, Flow.Name+"."+verb, after.Ref(), after)
}

func write(ctx context.Context, tx *work.Tx, before, after Application) error {
	return tx.Exec(ctx, sqlMove, before.ID, before.Version, after.State, after.Title, after.ReceiptNo,
		after.ReturnedBy, after.ReturnReason, after.EndReason)
}

func insert(ctx context.Context, tx *work.Tx, c program.Call, gov organization.Organization, title string) (ID, error) {
	var id ID
	err := tx.Get(ctx, &id, sqlInsert, c.ID, c.ProgramID, c.FiscalYear, gov.ID, gov.FullName(), gov.Parent, title, tx.Now)
	if err != nil {
		return 0, fmt.Errorf("insert application: %w", err)
	}
	return id, tx.Exec(ctx, sqlInsertPlan, id, title, tx.Now)
}
