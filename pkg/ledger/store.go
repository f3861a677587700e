package ledger

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

const (
	sqlOpenAppropriation = `
		insert into accounts (kind, limit_national, limit_sido, limit_sigungu, limit_own)
		values ('appropriation', $1, $2, $3, $4) returning id`
	sqlOpenAward = `
		insert into accounts (kind, parent_id)
		select 'award', id from accounts where id = $1 and kind = 'appropriation' returning id`
	sqlOpenLine = `
		insert into accounts (kind, parent_id, limit_total, owner_kind, owner_id, government_id, province_id, program_id)
		select 'line', id, $2, owner_kind, owner_id, government_id, province_id, program_id
		  from accounts where id = $1 and kind = 'award' returning id`
	sqlOwn = `
		update accounts set owner_kind = $2, owner_id = $3, government_id = nullif($4, 0), province_id = nullif($5, 0), program_id = $6
		 where (id = $1 or parent_id = $1 and kind = 'line') and owner_kind is null`
	sqlSetLimits = `
		update accounts set limit_national = $2, limit_sido = $3, limit_sigungu = $4, limit_own = $5
		 where id = $1 and kind = 'appropriation'`
	sqlSetLineLimit = `update accounts set limit_total = $2 where id = $1 and kind = 'line'`
	sqlSetPhase     = `update accounts set phase = $2 where id = $1 and kind = 'award'`
)

// OpenAppropriation makes the account of a fiscal year's appropriation.
func OpenAppropriation(ctx context.Context, tx *work.Tx, l Limits) (AccountID, error) {
	var id AccountID
	if err := tx.Get(ctx, &id, sqlOpenAppropriation, l.National, l.Sido, l.Sigungu, l.Own); err != nil {
		return 0, fmt.Errorf("open appropriation account: %w", err)
	}
	return id, nil
}

// OpenAward makes the account of an award below an appropriation; NotFound when
// that is not an appropriation. Own follows as soon as the award has its id.
func OpenAward(ctx context.Context, tx *work.Tx, appropriation AccountID) (AccountID, error) {
	var id AccountID
	if err := tx.Get(ctx, &id, sqlOpenAward, appropriation); err != nil {
		return 0, fmt.Errorf("open award account: %w", err)
	}
	return id, nil
}

// OpenLine makes the account of a budget line below an award; limit is what it may
// spend, all sources together.
func OpenLine(ctx context.Context, tx *work.Tx, award AccountID, limit money.Amount) (AccountID, error) {
	var id AccountID
	if err := tx.Get(ctx, &id, sqlOpenLine, award, limit); err != nil {
		return 0, fmt.Errorf("open line account: %w", err)
	}
	return id, nil
}

// Own writes once whose an account and its lines are. Until then only the record's
// own package can read its postings.
func Own(ctx context.Context, tx *work.Tx, id AccountID, o Owner) error {
	n, err := tx.ExecAll(ctx, sqlOwn, id, o.Kind, o.ID, o.Government, o.Province, o.Program)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "이 계정은 이미 다른 기록에 매여 있습니다.")
	}
	if err != nil {
		return fmt.Errorf("own account %d: %w", id, err)
	}
	return nil
}

// SetLimits changes what an appropriation may grant; a Conflict when more is granted already.
func SetLimits(ctx context.Context, tx *work.Tx, id AccountID, l Limits) error {
	b, err := Lock(ctx, tx, id)
	if err != nil {
		return err
	}
	b.Limits = l
	if over := overAppropriation(b); over != (money.BySource{}) {
		if err := breach(b); err != nil {
			return fault.Wrap(fault.Conflict, "이미 교부결정한 금액보다 예산을 적게 둘 수 없습니다. 교부결정액: "+perSource(b.Granted)+".", err)
		}
	}
	if err := tx.Exec(ctx, sqlSetLimits, id, l.National, l.Sido, l.Sigungu, l.Own); err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	return nil
}

// perSource is the amounts in words, the sources that pay nothing left out.
func perSource(a money.BySource) string {
	out := ""
	for _, s := range money.Sources() {
		if !a.At(s).IsZero() {
			out += s.Label() + " " + a.At(s).Comma() + "원, "
		}
	}
	if out == "" {
		return "0원"
	}
	return out[:len(out)-2]
}

// SetLineLimit changes what a budget line may spend; a Conflict when more is spent already.
func SetLineLimit(ctx context.Context, tx *work.Tx, line AccountID, limit money.Amount) error {
	b, err := Lock(ctx, tx, line)
	if err != nil {
		return err
	}
	if spent := b.Spent.Total(); limit.Cmp(spent) < 0 {
		return fault.New(fault.Conflict, "이미 "+spent.Comma()+"원을 집행한 비목의 예산을 "+limit.Comma()+"원으로 줄일 수 없습니다.")
	}
	if err := tx.Exec(ctx, sqlSetLineLimit, line, limit); err != nil {
		return fmt.Errorf("set line limit: %w", err)
	}
	return nil
}

// SetPhase moves an award account on; a Conflict when it would go back.
func SetPhase(ctx context.Context, tx *work.Tx, id AccountID, p Phase) error {
	if err := tx.Exec(ctx, sqlSetPhase, id, p); err != nil {
		return fmt.Errorf("set phase: %w", err)
	}
	return nil
}

// columns reads an account with its counters as Balances.
const columns = `
	a.id, a.kind, coalesce(a.parent_id, 0) as parent_id, a.phase,
	a.limit_national "limits.national", a.limit_sido "limits.sido", a.limit_sigungu "limits.sigungu", a.limit_own "limits.own", a.limit_total,
	a.granted_national "granted.national", a.granted_sido "granted.sido", a.granted_sigungu "granted.sigungu", a.granted_own "granted.own",
	a.secured_national "secured.national", a.secured_sido "secured.sido", a.secured_sigungu "secured.sigungu", a.secured_own "secured.own",
	a.disbursed_national "disbursed.national", a.disbursed_sido "disbursed.sido", a.disbursed_sigungu "disbursed.sigungu", a.disbursed_own "disbursed.own",
	a.spent_national "spent.national", a.spent_sido "spent.sido", a.spent_sigungu "spent.sigungu", a.spent_own "spent.own",
	a.disallowed_national "disallowed.national", a.disallowed_sido "disallowed.sido", a.disallowed_sigungu "disallowed.sigungu", a.disallowed_own "disallowed.own",
	a.interest_national "interest.national", a.interest_sido "interest.sido", a.interest_sigungu "interest.sigungu", a.interest_own "interest.own",
	a.revenue_national "revenue.national", a.revenue_sido "revenue.sido", a.revenue_sigungu "revenue.sigungu", a.revenue_own "revenue.own",
	a.carried_national "carried.national", a.carried_sido "carried.sido", a.carried_sigungu "carried.sigungu", a.carried_own "carried.own",
	a.repaid_national "repaid.national", a.repaid_sido "repaid.sido", a.repaid_sigungu "repaid.sigungu", a.repaid_own "repaid.own",
	a.adjusted_national "adjusted.national", a.adjusted_sido "adjusted.sido", a.adjusted_sigungu "adjusted.sigungu", a.adjusted_own "adjusted.own"`

const (
	sqlBalances = `select ` + columns + ` from accounts a where a.id = any($1)`
	sqlLock     = `select ` + columns + ` from accounts a where a.id = $1 for update`
	sqlChildren = `select ` + columns + ` from accounts a where a.parent_id = $1 order by a.id`
	// A line with its award, an award with its appropriation, locked from the top
	// down as the posting trigger does.
	sqlLockChain = `
		select ` + columns + ` from accounts a
		 where a.id in (select $1::bigint
		                union all
		                select parent_id from accounts where id = $1 and (kind = 'line' or $2))
		 order by a.id for update`
)

// BalancesOf reads accounts with their counters in one query; ids that do not
// exist are missing from the map.
func BalancesOf(ctx context.Context, tx *work.Tx, ids ...AccountID) (map[AccountID]Balances, error) {
	var rows []Balances
	if err := tx.Select(ctx, &rows, sqlBalances, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("read balances: %w", err)
	}
	out := make(map[AccountID]Balances, len(rows))
	for _, b := range rows {
		out[b.Account] = b
	}
	return out, nil
}

// Children are the accounts directly below one: awards of an appropriation, lines of an award.
func Children(ctx context.Context, tx *work.Tx, id AccountID) ([]Balances, error) {
	var rows []Balances
	if err := tx.Select(ctx, &rows, sqlChildren, id); err != nil {
		return nil, fmt.Errorf("read accounts below: %w", err)
	}
	return rows, nil
}

// Lock reads an account and keeps it from changing until this unit of work ends.
// Whoever locks an award and its lines locks the award first.
func Lock(ctx context.Context, tx *work.Tx, id AccountID) (Balances, error) {
	var b Balances
	if err := tx.Get(ctx, &b, sqlLock, id); err != nil {
		return b, fmt.Errorf("lock account: %w", err)
	}
	return b, nil
}
