package review

import (
	"context"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// DecideChallenge upholds or dismisses a challenge with a reason that the applicant
// reads. An upheld one keeps the reviewer from the application; what they scored of it
// in a round that is not locked no longer counts.
func (s *Service) DecideChallenge(ctx context.Context, who authz.Actor, id ChallengeID, version int, uphold bool, decision string) (Challenge, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Challenge, err error) {
		var before Challenge
		if err := tx.Get(ctx, &before, sqlChallenge, id); err != nil {
			return out, err
		}
		if err := tx.Allow("challenge:decide", before.Object()); err != nil {
			return out, err
		}
		hit, err := lockHit(ctx, tx, before, uphold)
		if err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &before, sqlLockChallenge, id); err != nil {
			return out, err
		}
		verb := "dismiss"
		if uphold {
			verb = "uphold"
		}
		next, err := ChallengeFlow.Next(before.State, verb)
		if err != nil {
			return out, err
		}
		if decision = strings.TrimSpace(decision); decision == "" || utf8.RuneCountInString(decision) > 2000 {
			return out, fault.Fields{"decision": "결정의 까닭을 2,000자 안으로 적어 주십시오. 신청한 지자체가 그대로 읽습니다."}.Err()
		}
		if err := tx.Exec(ctx, sqlDecideChallenge, id, version, next, decision, who.ID, tx.Now); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlChallenge, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, ChallengeFlow.Action(verb), out.Ref(), before, out); err != nil {
			return out, err
		}
		for _, h := range hit { // one per stage at most
			if _, err := exclude(ctx, tx, h.task, h.round, Exclusion{Challenged, "기피 신청을 받아들임: " + decision, "challenged"}); err != nil {
				return out, err
			}
		}
		return out, tx.Emit(ctx, "challenge.decide", out.Ref(), out)
	})
}

// assigned is an assignment with its locked round.
type assigned struct {
	task  Task
	round Round
}

// lockHit locks the rounds in which an upheld challenge takes a sheet out, before the
// challenge, as everywhere.
func lockHit(ctx context.Context, tx *work.Tx, c Challenge, uphold bool) (out []assigned, err error) {
	if !uphold {
		return nil, nil
	}
	var ids []AssignmentID
	if err := tx.Select(ctx, &ids, sqlHit, c.ApplicationID, c.ReviewerID); err != nil {
		return nil, err
	}
	for _, id := range ids { // one per stage at most
		task, round, err := lockTask(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if round.State != Locked && !task.Closed() {
			out = append(out, assigned{task, round})
		}
	}
	return out, nil
}
