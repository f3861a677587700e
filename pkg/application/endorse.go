package application

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Endorse is the 시·도's recommendation of what its district handed in last, with an
// opinion and, when it ranks them, a place that no other of its districts has in
// this call.
func (s *Service) Endorse(ctx context.Context, who authz.Actor, id ID, version int, opinion string, rank *int) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := lockedForProvince(ctx, tx, id, version, "endorse")
		if err != nil {
			return a, err
		}
		f := fault.Fields{}
		words(f, "opinion", &opinion, maxLong, true)
		if err := checkRank(ctx, tx, f, a, rank); err != nil {
			return a, err
		}
		if err := f.Err(); err != nil {
			return a, err
		}
		if err := endorsement(ctx, tx, a, "endorsed", rank, opinion); err != nil {
			return a, err
		}
		return Move(ctx, tx, a, "endorse")
	})
}

// lockedForProvince locks the applications of the 시·도's districts in this call, in
// order, so that two endorsements cannot take the same place.
func lockedForProvince(ctx context.Context, tx *work.Tx, id ID, version int, verb string) (Application, error) {
	a, err := Get(ctx, tx, id)
	if err != nil {
		return a, err
	}
	if err := allow(tx, a, verb); err != nil {
		return a, err
	}
	var locked_ []ID
	if err := tx.Select(ctx, &locked_, sqlLockSiblings, a.CallID, a.ProvinceID); err != nil {
		return a, fmt.Errorf("lock applications of the province: %w", err)
	}
	return locked(ctx, tx, id, version, verb)
}

func checkRank(ctx context.Context, tx *work.Tx, f fault.Fields, a Application, rank *int) error {
	if rank == nil {
		return nil
	}
	if *rank < 1 || *rank > 1000 {
		f.Add("rank", "추천 순위는 1부터 적어 주십시오.")
		return nil
	}
	var other string
	taken, err := tx.Find(ctx, &other, sqlRankTaken, a.CallID, a.ProvinceID, a.ID, *rank)
	if err != nil {
		return fmt.Errorf("look for the rank: %w", err)
	}
	if taken {
		f.Add("rank", fmt.Sprintf("%d순위는 이미 %s에 주었습니다.", *rank, other))
	}
	return nil
}

func endorsement(ctx context.Context, tx *work.Tx, a Application, decision string, rank *int, opinion string) error {
	last, err := LatestSubmission(ctx, tx, a.ID)
	if err != nil {
		return fmt.Errorf("read submission to endorse: %w", err)
	}
	return tx.Exec(ctx, sqlInsertEndorsement, last.ID, a.ProvinceID, decision, rank, opinion)
}

// Return is the 시·도's: before it endorses it sends the application back with reasons.
func (s *Service) Return(ctx context.Context, who authz.Actor, id ID, version int, reason string) (Application, error) {
	return s.sendBack(ctx, who, id, version, "return", ByProvince, reason)
}

// Correct is the ministry's return of a received application with reasons. It is a
// Conflict outside the correction period: nothing could be handed in again.
func (s *Service) Correct(ctx context.Context, who authz.Actor, id ID, version int, reason string) (Application, error) {
	return s.sendBack(ctx, who, id, version, "correct", ByMinistry, reason)
}

func (s *Service) sendBack(ctx context.Context, who authz.Actor, id ID, version int, verb, by, reason string) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := locked(ctx, tx, id, version, verb)
		if err != nil {
			return a, err
		}
		f := fault.Fields{}
		words(f, "reason", &reason, maxLong, true)
		if err := f.Err(); err != nil {
			return a, err
		}
		if by == ByProvince {
			err = endorsement(ctx, tx, a, "returned", nil, reason)
		} else {
			err = correctable(ctx, tx, a)
		}
		if err != nil {
			return a, err
		}
		out := a
		out.State, out.ReturnedBy, out.ReturnReason = StateReturned, by, reason
		return store(ctx, tx, verb, a, out)
	})
}

// correctable tells whether the correction period still runs for the government.
func correctable(ctx context.Context, tx *work.Tx, a Application) error {
	until, ok, err := program.DeadlineOf(ctx, tx, a.CallID, a.GovernmentID, "correct")
	switch {
	case err != nil:
		return err
	case !ok:
		return fault.New(fault.Conflict, "이 공모에는 보완 기간이 없습니다. 보완 기한을 먼저 정해 주십시오.")
	case tx.Now.After(until):
		return fault.New(fault.Conflict, "보완 기한("+calendar.FormatInstant(until)+")이 지났습니다. 기한을 먼저 연장해 주십시오.")
	}
	return nil
}
