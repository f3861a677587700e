package selection

import (
	"context"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

const (
	sqlByNo  = sqlColumns + `s.call_id = $1 and s.no = $2`
	sqlRenew = `update selections set drafted_by = $2, ranking_id = $3 where id = $1 and state = 'drafted'`
)

// newestRanking is a Conflict when the ranking was corrected after the draft was made,
// or when somebody gave up since: what is approved is what holds now.
func newestRanking(ctx context.Context, tx *work.Tx, sel Selection) error {
	if sel.RankingID != nil {
		ranking, _, err := review.LatestRanking(ctx, tx, sel.CallID)
		if err != nil {
			return err
		}
		if ranking.ID != *sel.RankingID {
			return fault.New(fault.Conflict, "선정안을 만든 뒤 순위가 바로잡혔습니다. 선정안을 새 순위로 다시 만들어 주십시오.")
		}
	}
	rows, err := rowsOf(ctx, tx, sel.ID)
	if err != nil {
		return err
	}
	gone, err := withdrawn(ctx, tx, rows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if gone[r.ApplicationID] != (r.Outcome == Withdrawn) {
			return fault.New(fault.Conflict, "선정안을 만든 뒤 선정을 포기한 지자체가 있습니다. 선정안을 다시 만들어 주십시오.")
		}
	}
	return nil
}

// Renew makes a draft anew from the newest ranking and from who is still there; what
// was decided by hand in it is lost. reserves counts only in the first selection.
func (s *Service) Renew(ctx context.Context, who authz.Actor, id ID, version, reserves int) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("selection:update", before.Object()); err != nil {
			return out, err
		}
		switch {
		case before.State != Drafted:
			return out, fault.New(fault.Conflict, "승인한 선정안은 고칠 수 없습니다.")
		case before.Version != version:
			return out, changed()
		case before.RankingID == nil && before.No == 1:
			return out, fault.New(fault.Conflict, "순위가 없는 선정안은 다시 만들 수 없습니다.")
		case reserves < 0:
			return out, fault.Fields{"reserves": "예비 건수는 0 이상으로 적어 주십시오."}.Err()
		}
		call, err := program.CallByID(ctx, tx, before.CallID)
		if err != nil {
			return out, err
		}
		next, rows, err := renewed(ctx, tx, before, call, reserves)
		if err != nil {
			return out, err
		}
		if err := updateRows(ctx, tx, id, rows); err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlRenew, id, who.ID, next.RankingID); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlGet, id); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "selection:update", out.Ref(), before, trail{out, rows})
	})
}

func renewed(ctx context.Context, tx *work.Tx, sel Selection, call program.Call, reserves int) (Selection, []Row, error) {
	if sel.RankingID != nil {
		ranking, _, err := review.LatestRanking(ctx, tx, sel.CallID)
		if err != nil {
			return sel, nil, err
		}
		sel.RankingID = &ranking.ID
	}
	if sel.No > 1 {
		var previous Selection
		if err := tx.Get(ctx, &previous, sqlByNo, sel.CallID, sel.No-1); err != nil {
			return sel, nil, err
		}
		rows, _, err := supplement(ctx, tx, sel, previous, call)
		return sel, rows, err
	}
	list, err := candidatesOf(ctx, tx, sel, nil)
	if err != nil {
		return sel, nil, err
	}
	budget, err := budgetOf(ctx, tx, call)
	if err != nil {
		return sel, nil, err
	}
	return sel, Propose(list, budget, reserves), nil
}

// keepWithdrawn adds to rows as a person wrote them those who gave up, who are not
// theirs to decide.
func keepWithdrawn(rows, old []Row) []Row {
	gone := map[application.ID]bool{}
	for _, r := range old {
		gone[r.ApplicationID] = r.Outcome == Withdrawn
	}
	out := make([]Row, 0, len(old))
	for _, r := range rows {
		if !gone[r.ApplicationID] {
			out = append(out, r)
		}
	}
	for _, r := range old {
		if gone[r.ApplicationID] {
			out = append(out, r)
		}
	}
	return out
}
