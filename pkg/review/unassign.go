package review

import (
	"context"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

const (
	sqlAssignment = `
		select id, round_id, application_id, reviewer_id, version from assignments where id = $1`
	sqlDeclared = `select exists (select from conflicts where assignment_id = $1)`
	sqlUnassign = `delete from assignments where id = $1`
)

// Unassign takes an application back from a reviewer who has not declared anything yet.
func (s *Service) Unassign(ctx context.Context, who authz.Actor, id AssignmentID) (Assignment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Assignment, err error) {
		if err := tx.Get(ctx, &out, sqlAssignment, id); err != nil {
			return out, err
		}
		round, err := lockRound(ctx, tx, out.RoundID)
		if err != nil {
			return out, err
		}
		on := round.Object()
		on.Kind = "assignment"
		if err := tx.Allow("assignment:remove", on); err != nil {
			return out, err
		}
		var declared bool
		if err := tx.Get(ctx, &declared, sqlDeclared, id); err != nil {
			return out, err
		}
		if declared || round.State != Scoring {
			return out, fault.New(fault.Conflict, "위원이 이미 이해관계를 밝힌 배정은 거둘 수 없습니다.")
		}
		if err := tx.Exec(ctx, sqlUnassign, id); err != nil {
			return out, err
		}
		gone := out.Ref()
		gone.Version = 0
		return out, tx.Record(ctx, "assignment:remove", gone, out, nil)
	})
}
