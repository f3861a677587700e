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
	"eoul/pkg/review"
	"eoul/pkg/work"
)

const (
	sqlColumns = `
		select s.id, s.call_id, s.program_id, c.number as call_number, c.title as call_title, c.fiscal_year, s.ranking_id, s.state,
		       s.drafted_by, s.approved_by, s.approved_at, s.published_at, s.note, s.version
		  from selections s join calls c on c.id = s.call_id
		 where `
	sqlGet    = sqlColumns + `s.id = $1`
	sqlLock   = sqlColumns + `s.id = $1 for update of s`
	sqlOfCall = sqlColumns + `s.call_id = $1`

	sqlAmounts = `
		r.national as "amounts.national", r.sido as "amounts.sido", r.sigungu as "amounts.sigungu", r.own as "amounts.own"`
	sqlRows = `
		select r.application_id, r.outcome, r.position, r.reason,` + sqlAmounts + `
		  from selection_rows r where r.selection_id = $1 order by r.position, r.application_id`
	sqlRowOf = `
		select r.application_id, r.outcome, r.position, r.reason,` + sqlAmounts + `, r.selection_id
		  from selection_rows r join selections s on s.id = r.selection_id
		 where r.application_id = $1 and s.state <> 'drafted'`

	sqlInsert = `
		insert into selections (call_id, program_id, ranking_id, state, note) values ($1, $2, $3, 'drafted', $4) returning id`
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
		  join selections s on s.call_id = c.id and s.state <> 'drafted' and s.id <> $2
		  join selection_rows r on r.selection_id = s.id and r.outcome = 'selected'
		 where c.appropriation_id = $1`
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
func insert(ctx context.Context, tx *work.Tx, c program.Call, ranking *review.RankingID, note string, rows []Row) (out Selection, err error) {
	var id ID
	if err := tx.Get(ctx, &id, sqlInsert, c.ID, c.ProgramID, ranking, note); err != nil {
		return out, err
	}
	if err := writeRows(ctx, tx, sqlInsertRows, id, rows); err != nil {
		return out, err
	}
	if err := tx.Get(ctx, &out, sqlGet, id); err != nil {
		return out, err
	}
	if err := tx.Record(ctx, "selection:create", out.Ref(), nil, trail{out, rows}); err != nil {
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
// approved selections, so the greater of both is committed already.
func budgetOf(ctx context.Context, tx *work.Tx, c program.Call, but ID) (Budget, error) {
	all, err := ledger.BalancesOf(ctx, tx, c.AppropriationAccount)
	if err != nil {
		return Budget{}, fmt.Errorf("read appropriation: %w", err)
	}
	return committed(ctx, tx, c, but, all[c.AppropriationAccount])
}

// lockBudget is budgetOf with the account locked until the unit of work ends.
func lockBudget(ctx context.Context, tx *work.Tx, c program.Call, but ID) (Budget, error) {
	account, err := ledger.Lock(ctx, tx, c.AppropriationAccount)
	if err != nil {
		return Budget{}, fmt.Errorf("lock appropriation: %w", err)
	}
	return committed(ctx, tx, c, but, account)
}

func committed(ctx context.Context, tx *work.Tx, c program.Call, but ID, account ledger.Balances) (Budget, error) {
	var elsewhere money.BySource
	if err := tx.Get(ctx, &elsewhere, sqlSelectedElsewhere, c.AppropriationID, but); err != nil {
		return Budget{}, fmt.Errorf("read other selections: %w", err)
	}
	b := Budget{Limits: account.Limits, Committed: elsewhere}
	for _, s := range money.Sources() {
		if g := account.Granted.At(s); g.Cmp(b.Committed.At(s)) > 0 {
			b.Committed = b.Committed.With(s, g)
		}
	}
	return b, nil
}
