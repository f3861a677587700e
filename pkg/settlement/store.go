package settlement

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

const (
	columns = `
		select s.id, s.award_id, w.number as award_number, w.title, s.program_id, w.call_id, s.government_id, coalesce(s.province_id, 0) as province_id,
		       concat_ws(' ', p.name, g.name) as government_name, w.fiscal_year, w.account_id, s.state, s.due_on, s.due_rule,
		       coalesce(s.submitted_by, 0) as submitted_by, s.submitted_at, coalesce(s.examined_by, 0) as examined_by,
		       coalesce(s.fixed_by, 0) as fixed_by, s.fixed_at, s.correction, s.report, s.version`
	sqlSettlement = columns + `
		  from settlements s
		  join awards w on w.id = s.award_id
		  join organizations g on g.id = s.government_id
		  left join organizations p on p.id = s.province_id
		 where `
	sqlGet     = sqlSettlement + `s.id = $1`
	sqlLock    = sqlSettlement + `s.id = $1 for update of s`
	sqlOfAward = sqlSettlement + `s.award_id = $1`

	sqlInsert = `
		insert into settlements (award_id, program_id, government_id, province_id, state, due_on, due_rule)
		values ($1, $2, $3, nullif($4::bigint, 0), 'preparing', $5, $6) returning id`
	sqlUpdate = `
		update settlements set state = $2, submitted_by = nullif($3::bigint, 0), submitted_at = $4, examined_by = nullif($5::bigint, 0),
		       fixed_by = nullif($6::bigint, 0), fixed_at = $7, correction = $8, report = $9
		 where id = $1 and version = $10`
	sqlRows = `
		select source, planned, changed, secured, disbursed, spent, disallowed, accepted, carried, balance, interest, excluded, revenue, due
		  from settlement_rows where settlement_id = $1
		 order by array_position(array['national', 'sido', 'sigungu', 'own'], source)`
	sqlSaveRows = `
		insert into settlement_rows (settlement_id, source, planned, changed, secured, disbursed, spent, disallowed, accepted, carried, balance,
		                             interest, excluded, revenue, due)
		select $1, u.source, u.planned, u.changed, u.secured, u.disbursed, u.spent, u.disallowed, u.accepted, u.carried, u.balance,
		       u.interest, u.kept, u.revenue, u.due
		  from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
		              $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
		       as u (source, planned, changed, secured, disbursed, spent, disallowed, accepted, carried, balance, interest, kept, revenue, due)
		on conflict (settlement_id, source) do update set
		       planned = excluded.planned, changed = excluded.changed, secured = excluded.secured, disbursed = excluded.disbursed,
		       spent = excluded.spent, disallowed = excluded.disallowed, accepted = excluded.accepted, carried = excluded.carried,
		       balance = excluded.balance, interest = excluded.interest, excluded = excluded.excluded, revenue = excluded.revenue, due = excluded.due`
	sqlExcluded = `
		select coalesce(sum(excluded_national), 0)::bigint as national, coalesce(sum(excluded_sido), 0)::bigint as sido,
		       coalesce(sum(excluded_sigungu), 0)::bigint as sigungu, coalesce(sum(excluded_own), 0)::bigint as own
		  from settlement_entries where settlement_id = $1 and voided_at is null`
)

// Get reads a settlement; NotFound when there is none.
func Get(ctx context.Context, tx *work.Tx, id ID) (Settlement, error) {
	var s Settlement
	if err := tx.Get(ctx, &s, sqlGet, id); err != nil {
		return s, fmt.Errorf("read settlement: %w", err)
	}
	return s, nil
}

// OfAward finds the settlement of an award.
func OfAward(ctx context.Context, tx *work.Tx, id award.ID) (s Settlement, found bool, err error) {
	if found, err = tx.Find(ctx, &s, sqlOfAward, id); err != nil {
		return s, false, fmt.Errorf("read settlement of award: %w", err)
	}
	return s, found, nil
}

// FindOfAward tells a reader of an award which settlement it has: 0 when there is
// none, or none this person may read.
func (s *Service) FindOfAward(ctx context.Context, who authz.Actor, id award.ID) (ID, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (ID, error) {
		a, err := award.Get(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		if err := tx.Allow("award:read", a.Object()); err != nil {
			return 0, err
		}
		st, found, err := OfAward(ctx, tx, id)
		if err != nil || !found || !tx.Can("settlement:read", st.Object()) {
			return 0, err
		}
		return st.ID, nil
	})
}

// RowsOf are the stored rows of a settlement.
func RowsOf(ctx context.Context, tx *work.Tx, id ID) (Rows, error) {
	var rows []Row
	if err := tx.Select(ctx, &rows, sqlRows, id); err != nil {
		return Rows{}, fmt.Errorf("read settlement rows: %w", err)
	}
	var out Rows
	copy(out[:], rows)
	return out, nil
}

// lock locks the award first, as every act on its money does, and then the settlement.
func lock(ctx context.Context, tx *work.Tx, id ID) (Settlement, award.Award, error) {
	s, err := Get(ctx, tx, id)
	if err != nil {
		return s, award.Award{}, err
	}
	a, err := award.Lock(ctx, tx, s.AwardID)
	if err != nil {
		return s, a, err
	}
	if err := tx.Get(ctx, &s, sqlLock, id); err != nil {
		return s, a, fmt.Errorf("lock settlement: %w", err)
	}
	return s, a, nil
}

// reckon computes the rows from the ledger as it stands, with the account locked.
func reckon(ctx context.Context, tx *work.Tx, s Settlement) (Rows, error) {
	b, err := ledger.Lock(ctx, tx, s.AccountID)
	if err != nil {
		return Rows{}, err
	}
	original, err := award.OriginalLines(ctx, tx, s.AwardID)
	if err != nil {
		return Rows{}, err
	}
	current, err := award.Lines(ctx, tx, s.AwardID)
	if err != nil {
		return Rows{}, err
	}
	var excluded money.BySource
	if err := tx.Get(ctx, &excluded, sqlExcluded, s.ID); err != nil {
		return Rows{}, fmt.Errorf("add up excluded interest: %w", err)
	}
	return Reckon(award.LineTotals(original), award.LineTotals(current), b, excluded), nil
}

// saveRows computes the rows and stores them.
func saveRows(ctx context.Context, tx *work.Tx, s Settlement) (Rows, error) {
	rows, err := reckon(ctx, tx, s)
	if err != nil {
		return rows, err
	}
	sources := make([]string, len(rows))
	columns := make([][]int64, 13)
	for i, r := range rows {
		sources[i] = r.Source
		for j, a := range []money.Amount{r.Planned, r.Changed, r.Secured, r.Disbursed, r.Spent, r.Disallowed, r.Accepted, r.Carried, r.Balance,
			r.Interest, r.Excluded, r.Revenue, r.Due} {
			columns[j] = append(columns[j], a.Int64())
		}
	}
	args := []any{s.ID, pq.Array(sources)}
	for _, c := range columns {
		args = append(args, pq.Array(c))
	}
	if _, err := tx.ExecAll(ctx, sqlSaveRows, args...); err != nil {
		return rows, fmt.Errorf("save settlement rows: %w", err)
	}
	return rows, nil
}

// recorded is a settlement with its rows as the trail keeps it.
type recorded struct {
	Settlement
	Rows Rows `json:"rows"`
}

// update writes a settlement in its new state and records it with its rows.
func update(ctx context.Context, tx *work.Tx, verb string, before, after Settlement) (Settlement, error) {
	err := tx.Exec(ctx, sqlUpdate, after.ID, after.State, after.SubmittedBy, after.SubmittedAt, after.ExaminedBy, after.FixedBy, after.FixedAt,
		after.Correction, after.Report, before.Version)
	if err != nil {
		return before, fmt.Errorf("%s settlement: %w", verb, err)
	}
	after.Version++
	rows, err := RowsOf(ctx, tx, after.ID)
	if err != nil {
		return before, err
	}
	return after, tx.Record(ctx, Flow.Action(verb), after.Ref(), before, recorded{after, rows})
}

// move takes a settlement along one edge of Flow, records and announces it.
func move(ctx context.Context, tx *work.Tx, before Settlement, verb string, after Settlement) (Settlement, error) {
	next, err := Flow.Next(before.State, verb)
	if err != nil {
		return before, err
	}
	after.State = next
	if after, err = update(ctx, tx, verb, before, after); err != nil {
		return before, err
	}
	return after, tx.Emit(ctx, "settlement."+verb, after.Ref(), after)
}
