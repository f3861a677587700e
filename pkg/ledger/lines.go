package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

const sqlOpenLines = `
	insert into accounts (kind, parent_id, limit_total, owner_kind, owner_id, government_id, province_id, program_id)
	select 'line', a.id, l.most, a.owner_kind, a.owner_id, a.government_id, a.province_id, a.program_id
	  from accounts a, unnest($2::bigint[]) with ordinality as l (most, no)
	 where a.id = $1 and a.kind = 'award' order by l.no returning id`

// OpenLines is OpenLine for a whole budget in one query; the ids stand in the order
// of the limits.
func OpenLines(ctx context.Context, tx *work.Tx, award AccountID, limits []money.Amount) ([]AccountID, error) {
	most := make([]int64, len(limits))
	for i, l := range limits {
		most[i] = l.Int64()
	}
	var ids []AccountID
	if err := tx.Select(ctx, &ids, sqlOpenLines, award, pq.Array(most)); err != nil {
		return nil, fmt.Errorf("open line accounts: %w", err)
	}
	if len(ids) != len(limits) {
		return nil, fault.New(fault.NotFound, "계정을 찾을 수 없습니다.")
	}
	slices.Sort(ids)
	return ids, nil
}
