package ledger

import (
	"context"
	"fmt"

	"eoul/pkg/money"
	"eoul/pkg/work"
)

// Difference is a counter that is not the sum of its postings.
type Difference struct {
	Account  AccountID      `db:"id" json:"account"`
	Kind     Kind           `db:"kind" json:"kind"`
	Counter  money.BySource `db:"counter" json:"counter"`
	Postings money.BySource `db:"postings" json:"postings"`
}

const sqlRecount = `
	select a.id, c.kind,
	       c.national "counter.national", c.sido "counter.sido", c.sigungu "counter.sigungu", c.own "counter.own",
	       coalesce(r.national, 0) "postings.national", coalesce(r.sido, 0) "postings.sido", coalesce(r.sigungu, 0) "postings.sigungu", coalesce(r.own, 0) "postings.own"
	  from accounts a
	 cross join lateral (values
		('grant', granted_national, granted_sido, granted_sigungu, granted_own),
		('secure', secured_national, secured_sido, secured_sigungu, secured_own),
		('disburse', disbursed_national, disbursed_sido, disbursed_sigungu, disbursed_own),
		('spend', spent_national, spent_sido, spent_sigungu, spent_own),
		('disallow', disallowed_national, disallowed_sido, disallowed_sigungu, disallowed_own),
		('interest', interest_national, interest_sido, interest_sigungu, interest_own),
		('revenue', revenue_national, revenue_sido, revenue_sigungu, revenue_own),
		('carry', carried_national, carried_sido, carried_sigungu, carried_own),
		('repay', repaid_national, repaid_sido, repaid_sigungu, repaid_own),
		('adjust', adjusted_national, adjusted_sido, adjusted_sigungu, adjusted_own)) c (kind, national, sido, sigungu, own)
	  left join recounted r on r.account_id = a.id and r.kind = c.kind
	 where (c.national, c.sido, c.sigungu, c.own) is distinct from
	       (coalesce(r.national, 0), coalesce(r.sido, 0), coalesce(r.sigungu, 0), coalesce(r.own, 0))
	 order by a.id, c.kind`

// Recount adds all postings up again and returns every counter that disagrees;
// none is what always holds.
func Recount(ctx context.Context, tx *work.Tx) ([]Difference, error) {
	var out []Difference
	if err := tx.Select(ctx, &out, sqlRecount); err != nil {
		return nil, fmt.Errorf("recount: %w", err)
	}
	return out, nil
}
