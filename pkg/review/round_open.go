package review

import (
	"context"
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/screening"
	"eoul/pkg/work"
)

// CreateRound opens the review of a closed call in its first stage: its received
// applications and the call itself move to reviewing. A call without a rubric, without
// a received application, or with a screening whose answer is still out is a Conflict.
// Once a stage is locked it opens the next one.
func (s *Service) CreateRound(ctx context.Context, who authz.Actor, call program.CallID) (Round, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Round, err error) {
		c, err := program.LockCall(ctx, tx, call)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("round:create", authz.Object{Kind: "round", Program: int64(c.ProgramID)}); err != nil {
			return out, err
		}
		stage, err := nextStage(ctx, tx, call)
		if err != nil {
			return out, err
		}
		if stage != program.Paper {
			return openRound(ctx, tx, c, stage)
		}
		if err := screening.Settled(ctx, tx, call); err != nil {
			return out, err
		}
		apps, err := application.Received(ctx, tx, call)
		if err != nil {
			return out, fmt.Errorf("read received applications: %w", err)
		}
		if len(apps) == 0 {
			return out, fault.New(fault.Conflict, "접수된 신청이 없어 심사를 시작할 수 없습니다.")
		}
		if _, err := program.MoveCall(ctx, tx, c, "review"); err != nil {
			return out, err
		}
		if out, err = openRound(ctx, tx, c, stage); err != nil {
			return out, err
		}
		_, err = application.MoveAll(ctx, tx, apps, "review")
		return out, err
	})
}

func openRound(ctx context.Context, tx *work.Tx, c program.Call, stage string) (out Round, err error) {
	var id RoundID
	if err := tx.Get(ctx, &id, sqlInsertRound, c.ID, c.ProgramID, stage); err != nil {
		return out, err
	}
	if err := tx.Get(ctx, &out, sqlRound, id); err != nil {
		return out, err
	}
	if err := tx.Record(ctx, "round:create", out.Ref(), nil, out); err != nil {
		return out, err
	}
	return out, tx.Emit(ctx, "round.created", out.Ref(), out.ID)
}

// nextStage is the first stage of the call that has no round yet; the one before it
// must be locked. Without any it is paper, so that the state of the call refuses.
func nextStage(ctx context.Context, tx *work.Tx, call program.CallID) (string, error) {
	rubrics, err := program.RubricsOf(ctx, tx, call)
	if err != nil {
		return "", err
	}
	var rounds []Round
	if err := tx.Select(ctx, &rounds, sqlRoundsOfCall, call); err != nil {
		return "", err
	}
	for _, r := range rubrics {
		if len(r.Criteria) == 0 {
			return "", fault.New(fault.Conflict, program.StageLabel(r.Stage)+"의 배점표가 없어 심사를 시작할 수 없습니다.")
		}
		if len(rounds) == 0 {
			return r.Stage, nil
		}
		if rounds[0].State != Locked && r.Stage != rubrics[len(rubrics)-1].Stage {
			return "", fault.New(fault.Conflict, rounds[0].StageLabel()+"를 확정한 뒤에 다음 단계를 시작할 수 있습니다.")
		}
		rounds = rounds[1:]
	}
	return program.Paper, nil
}
