package execution

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/award"
	"eoul/pkg/document"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

const (
	columns = `
		select e.id, e.award_id, w.number as award_number, w.program_id, w.government_id, coalesce(w.province_id, 0) as province_id,
		       concat_ws(' ', p.name, g.name) as government_name, e.no, e.line_account_id, l.code, c.category, c.name as code_name,
		       e.occurred_on, e.item, e.payee, e.business_no, e.method, e.supply, e.vat,
		       e.national "amounts.national", e.sido "amounts.sido", e.sigungu "amounts.sigungu", e.own "amounts.own",
		       e.evidence_kind, e.evidence_no, e.state, e.disallowed_reason, e.fiscal_year, e.posting_id,
		       coalesce(e.disallowed_year, 0) as disallowed_year, coalesce(e.disallowed_id, 0) as disallowed_id,
		       coalesce(e.reversal_of, 0) as reversal_of, coalesce(x.id, 0) as reversed_by, e.reason, e.created_by, e.created_at, e.version`
	from = `
		  from expenditures e
		  join awards w on w.id = e.award_id
		  join organizations g on g.id = w.government_id
		  left join organizations p on p.id = w.province_id
		  left join expenditures x on x.reversal_of = e.id
		  join lateral (select a.code_set, a.code from award_lines a where a.award_id = e.award_id and a.account_id = e.line_account_id
		                 order by a.version_id desc limit 1) l on true
		  join expense_codes c on c.code_set = l.code_set and c.code = l.code
		 where `
	sqlExpenditure = columns + from
	sqlGet         = sqlExpenditure + `e.id = $1`
	sqlLock        = sqlExpenditure + `e.id = $1 for update of e`
	sqlOfAward     = sqlExpenditure + `e.award_id = $1 order by e.occurred_on, e.id`

	sqlNextID = `select nextval(pg_get_serial_sequence('expenditures', 'id'))`
	sqlInsert = `
		insert into expenditures (id, award_id, line_account_id, no, occurred_on, item, payee, business_no, method, supply, vat,
		                          national, sido, sigungu, own, evidence_kind, evidence_no, state, fiscal_year, posting_id, reversal_of, reason, created_at)
		overriding system value
		select $1, $2, $3, coalesce(max(no), 0) + 1, $4::date, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, nullif($20::bigint, 0), $21, $22::timestamptz
		  from expenditures where award_id = $2`
	sqlUpdate = `
		update expenditures set state = $2, disallowed_reason = $3, disallowed_year = nullif($4::int, 0), disallowed_id = nullif($5::bigint, 0)
		 where id = $1 and version = $6`
	sqlInsertEvidences = `
		insert into evidences (expenditure_id, document_id, kind) select $1, d, $3 from unnest($2::bigint[]) as d
		on conflict do nothing`
	sqlEvidences = `
		select document_id, kind, added_at from evidences where expenditure_id = $1 order by added_at, document_id`
	sqlTwins = `
		select e.no from expenditures e
		 where e.award_id = $1 and e.id <> $2 and e.evidence_no <> '' and e.evidence_kind = $3 and e.evidence_no = $4
		   and e.state not in ('reversed', 'correction') order by e.no`
	sqlByLine = `
		select line_account_id, sum(case state when 'correction' then -national else national end)::bigint "amounts.national",
		       sum(case state when 'correction' then -sido else sido end)::bigint "amounts.sido",
		       sum(case state when 'correction' then -sigungu else sigungu end)::bigint "amounts.sigungu",
		       sum(case state when 'correction' then -own else own end)::bigint "amounts.own"
		  from expenditures where award_id = $1 group by line_account_id`
)

// List is every expenditure of an award in the order of days, corrections included.
func List(ctx context.Context, tx *work.Tx, id award.ID) ([]Expenditure, error) {
	var rows []Expenditure
	if err := tx.Select(ctx, &rows, sqlOfAward, id); err != nil {
		return nil, fmt.Errorf("read expenditures: %w", err)
	}
	return rows, nil
}

// ByLine adds the expenditures of an award up per budget line, from the records
// themselves: the second path beside the counters of the ledger.
func ByLine(ctx context.Context, tx *work.Tx, id award.ID) (map[ledger.AccountID]money.BySource, error) {
	var rows []struct {
		Line    ledger.AccountID `db:"line_account_id"`
		Amounts money.BySource   `db:"amounts"`
	}
	if err := tx.Select(ctx, &rows, sqlByLine, id); err != nil {
		return nil, fmt.Errorf("add up expenditures: %w", err)
	}
	out := make(map[ledger.AccountID]money.BySource, len(rows))
	for _, r := range rows {
		out[r.Line] = r.Amounts
	}
	return out, nil
}

// Evidences are the files of an expenditure in the order they came.
func Evidences(ctx context.Context, tx *work.Tx, id ID) ([]Evidence, error) {
	var rows []Evidence
	if err := tx.Select(ctx, &rows, sqlEvidences, id); err != nil {
		return nil, fmt.Errorf("read evidences: %w", err)
	}
	return rows, nil
}

func get(ctx context.Context, tx *work.Tx, id ID) (Expenditure, error) {
	var e Expenditure
	if err := tx.Get(ctx, &e, sqlGet, id); err != nil {
		return e, fmt.Errorf("read expenditure: %w", err)
	}
	return e, nil
}

// lock locks the award first, as every act on its money does, and then the expenditure.
func lock(ctx context.Context, tx *work.Tx, id ID) (Expenditure, award.Award, error) {
	e, err := get(ctx, tx, id)
	if err != nil {
		return e, award.Award{}, err
	}
	a, err := award.Lock(ctx, tx, e.AwardID)
	if err != nil {
		return e, a, err
	}
	if err := tx.Get(ctx, &e, sqlLock, id); err != nil {
		return e, a, fmt.Errorf("lock expenditure: %w", err)
	}
	return e, a, nil
}

// insert writes an expenditure under its own id, which its posting already names.
func insert(ctx context.Context, tx *work.Tx, e Expenditure) (Expenditure, error) {
	err := tx.Exec(ctx, sqlInsert, e.ID, e.AwardID, e.LineAccount, e.OccurredOn, e.Item, e.Payee, e.BusinessNo, e.Method, e.Supply, e.VAT,
		e.Amounts.National, e.Amounts.Sido, e.Amounts.Sigungu, e.Amounts.Own, e.EvidenceKind, e.EvidenceNo, e.State, e.FiscalYear, e.PostingID,
		e.ReversalOf, e.Reason, tx.Now)
	if err != nil {
		return e, fmt.Errorf("insert expenditure: %w", err)
	}
	return get(ctx, tx, e.ID)
}

// move takes an expenditure along one edge of Flow and records it.
func move(ctx context.Context, tx *work.Tx, before Expenditure, verb string, after Expenditure) (Expenditure, error) {
	next, err := Flow.Next(before.State, verb)
	if err != nil {
		return before, err
	}
	after.State = next
	if err := tx.Exec(ctx, sqlUpdate, after.ID, after.State, after.DisallowedReason, after.DisallowedYear, after.DisallowedID, before.Version); err != nil {
		return before, fmt.Errorf("%s expenditure: %w", verb, err)
	}
	after.Version++
	if err := tx.Record(ctx, Flow.Action(verb), after.Ref(), before, after); err != nil {
		return before, err
	}
	return after, tx.Emit(ctx, "expenditure."+verb, after.Ref(), after)
}

func attach(ctx context.Context, tx *work.Tx, e Expenditure, docs []document.ID) error {
	if len(docs) == 0 {
		return nil
	}
	if _, err := tx.ExecAll(ctx, sqlInsertEvidences, e.ID, pq.Array(docs), string(e.EvidenceKind)); err != nil {
		return fmt.Errorf("attach evidence: %w", err)
	}
	return nil
}
