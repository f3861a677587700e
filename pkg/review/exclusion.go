package review

import (
	"context"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Exclusion is why what one reviewer scored of one application no longer counts.
type Exclusion struct {
	Kind   string `json:"kind"` // Excluded, Challenged or Recused
	Reason string `json:"reason"`
	Origin string `json:"origin"` // data, declared, challenged or objection
}

const sqlExclude = `
	insert into exclusions (assignment_id, kind, reason, origin, excluded_at) values ($1, $2, $3, $4, $5) returning id`

func (x *Exclusion) clean() error {
	f := fault.Fields{}
	x.Reason = strings.TrimSpace(x.Reason)
	if n := utf8.RuneCountInString(x.Reason); n == 0 || n > 1000 {
		f.Add("reason", "사유를 1,000자 안으로 적어 주십시오.")
	}
	if x.Kind != Excluded && x.Kind != Challenged && x.Kind != Recused {
		f.Add("kind", "제척, 기피, 회피 가운데 하나를 골라 주십시오.")
	}
	return f.Err()
}

// Exclude takes a reviewer's sheet out of the result because a conflict was found
// after the declaration. Before the lock the sheet stays, marked; after it every
// ranking it was part of gets a new version (decisions 15), which only who approves
// selections may cause. An application left without any sheet then is Invalid.
func (s *Service) Exclude(ctx context.Context, who authz.Actor, id AssignmentID, x Exclusion) (Task, error) {
	x.Origin = "data"
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Task, error) {
		task, round, err := lockTask(ctx, tx, id)
		if err != nil {
			return task, err
		}
		on := round.Object()
		on.Kind = "assignment"
		if err := tx.Allow("assignment:exclude", on); err != nil {
			return task, err
		}
		if round.State == Locked {
			on.Kind = "ranking"
			if err := tx.Allow("ranking:renew", on); err != nil {
				return task, err
			}
		}
		return exclude(ctx, tx, task, round, x)
	})
}

// Recuse is the reviewer's own word, after the declaration, that there is a conflict
// after all. Once the round is locked it is a Conflict: the ministry has to act then.
func (s *Service) Recuse(ctx context.Context, who authz.Actor, id AssignmentID, x Exclusion) (Task, error) {
	x.Origin = "declared"
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Task, error) {
		task, round, err := lockTask(ctx, tx, id)
		if err != nil {
			return task, err
		}
		if err := tx.Allow("assignment:recuse", task.Object()); err != nil {
			return task, err
		}
		switch {
		case round.State == Locked:
			return task, fault.New(fault.Conflict, "심사가 확정되었습니다. 뒤늦게 안 이해관계는 부처 담당자에게 알려 주십시오.")
		case task.Conflict == "":
			return task, fault.New(fault.Conflict, "이해관계 확인 화면에서 밝혀 주십시오.")
		case x.Kind == Challenged:
			return task, fault.Fields{"kind": "제척과 회피 가운데 하나를 골라 주십시오."}.Err()
		}
		return exclude(ctx, tx, task, round, x)
	})
}

// lockTask locks the round of an assignment and reads the assignment.
func lockTask(ctx context.Context, tx *work.Tx, id AssignmentID) (task Task, round Round, err error) {
	if err = tx.Get(ctx, &task, sqlTask, id); err != nil {
		return task, round, err
	}
	if round, err = lockRound(ctx, tx, task.RoundID); err != nil {
		return task, round, err
	}
	err = tx.Get(ctx, &task, sqlTask, id)
	return task, round, err
}

// exclude writes the exclusion of a locked round's assignment and what follows from it.
func exclude(ctx context.Context, tx *work.Tx, task Task, round Round, x Exclusion) (out Task, err error) {
	if err := x.clean(); err != nil {
		return out, err
	}
	if task.Closed() {
		return out, fault.New(fault.Conflict, "이미 "+ConflictLabel(task.Conflict)+"로 기록된 배정입니다.")
	}
	var written int64
	if err := tx.Get(ctx, &written, sqlExclude, task.ID, x.Kind, x.Reason, x.Origin, tx.Now); err != nil {
		return out, err
	}
	ref := work.Ref{Kind: "assignment", ID: int64(task.ID)}
	if err := tx.Record(ctx, "assignment:exclude", ref, nil, x); err != nil {
		return out, err
	}
	if round.State == Locked {
		err = renewRankings(ctx, tx, round, "뒤늦게 확인된 "+ConflictLabel(x.Kind)+" ("+task.GovernmentName+")")
	} else {
		err = clearRequest(ctx, tx, round, "assignment:exclude")
	}
	if err != nil {
		return out, err
	}
	if err := tx.Emit(ctx, "assignment.conflict", ref, round); err != nil {
		return out, err
	}
	return out, tx.Get(ctx, &out, sqlTask, task.ID)
}

// renewRankings ranks a locked round again, and the last stage, whose result contains it.
func renewRankings(ctx context.Context, tx *work.Tx, round Round, cause string) error {
	var rounds []Round
	if err := tx.Select(ctx, &rounds, sqlRoundsOfCall, round.CallID); err != nil {
		return err
	}
	for _, r := range rounds { // at most three
		if r.State != Locked || r.ID < round.ID {
			continue
		}
		if _, err := rank(ctx, tx, r, cause); err != nil {
			return err
		}
	}
	return nil
}
