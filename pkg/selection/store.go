package selection

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlColumns = `
		select s.id, s.call_id, s.program_id, c.number as call_number, c.title as call_title, c.fiscal_year, s.no, s.cause, s.ranking_id, s.state,
		       s.drafted_by, s.approved_by, s.approved_at, s.published_at, s.note, s.version
		  from selections s join calls c on c.id = s.call_id
		 where `
	sqlGet    = sqlColumns + `s.id = $1`
	sqlLock   = sqlColumns + `s.id = $1 for update of s`
	sqlNewest = sqlColumns + `s.call_id = $1 order by s.no desc limit 1`

	sqlAmounts = `
		r.national as "amounts.national", r.sido as "amounts.sido", r.sigungu as "amounts.sigungu", r.own as "amounts.own"`
	sqlRows = `
		select r.application_id, r.outcome, r.position, r.reason,` + sqlAmounts + `
		  from selection_rows r where r.selection_id = $1 order by r.position, r.application_id`
	sqlRowOf = `
		select r.application_id, r.outcome, r.position, r.reason,` + sqlAmounts + `, r.selection_id
		  from selection_rows r join selections s on s.id = r.selection_id
		 where r.application_id = $1 and s.state <> 'drafted'
		 order by s.no desc limit 1`

	sqlInsert = `
		insert into selections (call_id, program_id, ranking_id, state, note, no, cause) values ($1, $2, $3, 'drafted', $4, $5, $6) returning id`
	sqlInsertRows = `
		insert into selection_rows (selection_id, application_id, outcome, position, national, sido, sigungu, own, reason)
		select $1, n.application_id, n.outcome, n.position, n.national, n.sido, n.sigungu, n.own, n.reason
		  from unnest($2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[])
		       as n (application_id, outcome, position, national, sido, sigungu, own, reason)`
	sqlUpdateRows = `
		update selection_rows r
		   set outcome = n.outcome, position = n.position, national = n.national, sido = n.sido, sigungu = n.sigungu, own = n.own, reason = n.reason
		  from unnest($2::bigint[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[])
		       as n (application_id, outcome, position, national, sido, sigungu, own, reason)
		 where r.selection_id = $1 and r.application_id = n.application_id`
	sqlUpdate  = `update selections set drafted_by = $2, note = $3 where id = $1 and state = 'drafted'`
	sqlApprove = `update selections set state = $2, approved_by = $3, approved_at = $4 where id = $1 and state = 'drafted'`
	sqlPublish = `update selections set state = $2, published_at = $3 where id = $1 and state = 'approved'`

	sqlSelectedElsewhere = `
		select coalesce(sum(r.national), 0)::bigint as national, coalesce(sum(r.sido), 0)::bigint as sido,
		       coalesce(sum(r.sigungu), 0)::bigint as sigungu, coalesce(sum(r.own), 0)::bigint as own
		  from calls c
		  join selections_in_force s on s.call_id = c.id
		  join selection_rows r on r.selection_id = s.id and r.outcome = 'selected'
		 where c.appropriation_id = $1 and c.id <> $2`
	sqlGrantedHere = `
		select coalesce(sum(a.granted_national), 0)::bigint as national, coalesce(sum(a.granted_sido), 0)::bigint as sido,
		       coalesce(sum(a.granted_sigungu), 0)::bigint as sigungu, coalesce(sum(a.granted_own), 0)::bigint as own
		  from awards w join accounts a on a.id = w.account_id
		 where w.call_id = $1`
)

func lock(ctx context.Context, tx *work.Tx, id ID) (s Selection, err error) {
	err = tx.Get(ctx, &s, sqlLock, id)
	return s, err
}

func rowsOf(ctx context.Context, tx *work.Tx, id ID) (rows []Row, err error) {
	err = tx.Select(ctx, &rows, sqlRows, id)
	return rows, err
}

// RowOf is the decision on an application once it is approved; before that it is
// NotFound. It asks for no permission.
func RowOf(ctx context.Context, tx *work.Tx, app application.ID) (Row, Selection, error) {
	var found struct {
		Row
		SelectionID ID `db:"selection_id"`
	}
	if err := tx.Get(ctx, &found, sqlRowOf, app); err != nil {
		return Row{}, Selection{}, err
	}
	var s Selection
	err := tx.Get(ctx, &s, sqlGet, found.SelectionID)
	return found.Row, s, err
}

// insert writes a draft with its rows and records it.
func insert(ctx context.Context, tx *work.Tx, c program.Call, s Selection, rows []Row) (out Selection, err error) {
	var id ID
	if err := tx.Get(ctx, &id, sqlInsert, c.ID, c.ProgramID, s.RankingID, s.Note, s.No, s.Cause); err != nil {
		return out, err
	}
	if err := writeRows(ctx, tx, sqlInsertRows, id, rows); err != nil {
		return out, err
	}
	if err := tx.Get(ctx, &out, sqlGet, id); err != nil {
		return out, err
	}
	verb := "create"
	if out.No > 1 {
		verb = "promote"
	}
	if err := tx.Record(ctx, Flow.Action(verb), out.Ref(), nil, trail{out, rows}); err != nil {
		return out, err
	}
	return out, tx.Emit(ctx, "selection.create", out.Ref(), out)
}

func updateRows(ctx context.Context, tx *work.Tx, id ID, rows []Row) error {
	return writeRows(ctx, tx, sqlUpdateRows, id, rows)
}

// writeRows writes every row in one statement.
func writeRows(ctx context.Context, tx *work.Tx, q string, id ID, rows []Row) error {
	n := len(rows)
	apps, outcomes, positions, reasons := make([]int64, n), make([]string, n), make([]int64, n), make([]string, n)
	var sources [4][]money.Amount
	for i := range sources {
		sources[i] = make([]money.Amount, n)
	}
	for i, r := range rows {
		apps[i], outcomes[i], positions[i], reasons[i] = int64(r.ApplicationID), string(r.Outcome), int64(r.Position), r.Reason
		for _, s := range money.Sources() {
			sources[s][i] = r.Amounts.At(s)
		}
	}
	written, err := tx.ExecAll(ctx, q, id, pq.Array(apps), pq.Array(outcomes), pq.Array(positions),
		pq.Array(sources[money.National]), pq.Array(sources[money.Sido]), pq.Array(sources[money.Sigungu]), pq.Array(sources[money.Own]), pq.Array(reasons))
	if err != nil {
		return fmt.Errorf("write selection rows: %w", err)
	}
	if written != int64(n) {
		return fault.New(fault.Conflict, "그사이 선정안의 신청이 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
	}
	return nil
}

// budgetOf is what a call's selection has to stay within. Grants follow from
// approved selections, so the greater of both is committed already by other calls.
func budgetOf(ctx context.Context, tx *work.Tx, c program.Call) (Budget, error) {
	all, err := ledger.BalancesOf(ctx, tx, c.AppropriationAccount)
	if err != nil {
		return Budget{}, fmt.Errorf("read appropriation: %w", err)
	}
	return committed(ctx, tx, c, all[c.AppropriationAccount])
}

// lockBudget is budgetOf with the account locked until the unit of work ends.
func lockBudget(ctx context.Context, tx *work.Tx, c program.Call) (Budget, error) {
	account, err := ledger.Lock(ctx, tx, c.AppropriationAccount)
	if err != nil {
		return Budget{}, fmt.Errorf("lock appropriation: %w", err)
	}
	return committed(ctx, tx, c, account)
}

func committed(ctx context.Context, tx *work.Tx, c program.Call, account ledger.Balances) (Budget, error) {
	var elsewhere, here money.BySource
	if err := tx.Get(ctx, &elsewhere, sqlSelectedElsewhere, c.AppropriationID, c.ID); err != nil {
		return Budget{}, fmt.Errorf("read other selections: %w", err)
	}
	if err := tx.Get(ctx, &here, sqlGrantedHere, c.ID); err != nil {
		return Budget{}, fmt.Errorf("read grants of the call: %w", err)
	}
	b := Budget{Limits: account.Limits, Committed: elsewhere}
	granted := account.Granted.Sub(here)
	for _, s := range money.Sources() {
		if g := granted.At(s); g.Cmp(b.Committed.At(s)) > 0 {
			b.Committed = b.Committed.With(s, g)
		}
	}
	return b, nil
}
