package review

import (
	"context"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlInvitations    = sqlReviewerColumns + `r.person_id = $1 and r.active and r.state = 'invited' order by r.id`
	sqlAnswerReviewer = `
		update reviewers set state = $3, answered_at = $4, refuse_reason = $5, active = active and $3 = 'accepted' where id = $1 and version = $2`
)

// Invitations are the pools that wait for the asking person's answer.
func (s *Service) Invitations(ctx context.Context, who authz.Actor) ([]Reviewer, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Reviewer, err error) {
		if _, err := tx.Scope("reviewer:accept"); err != nil {
			return nil, err
		}
		return out, tx.Select(ctx, &out, sqlInvitations, who.ID)
	})
}

// AcceptInvitation makes the asking person a member of the pool; from here they can
// be assigned.
func (s *Service) AcceptInvitation(ctx context.Context, who authz.Actor, id ReviewerID) (Reviewer, error) {
	return s.answer(ctx, who, id, "accept", "")
}

// RefuseInvitation takes the asking person out of the pool; a reason may be given.
func (s *Service) RefuseInvitation(ctx context.Context, who authz.Actor, id ReviewerID, reason string) (Reviewer, error) {
	return s.answer(ctx, who, id, "refuse", strings.TrimSpace(reason))
}

func (s *Service) answer(ctx context.Context, who authz.Actor, id ReviewerID, verb, reason string) (Reviewer, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Reviewer, err error) {
		var before Reviewer
		if err := tx.Get(ctx, &before, sqlLockReviewer, id); err != nil {
			return out, err
		}
		if err := tx.Allow(ReviewerFlow.Action(verb), before.Object()); err != nil {
			return out, err
		}
		next, err := ReviewerFlow.Next(before.State, verb)
		if err != nil {
			return out, err
		}
		if !before.Active {
			return out, fault.New(fault.Conflict, "위촉이 거두어졌습니다.")
		}
		if utf8.RuneCountInString(reason) > 1000 {
			return out, fault.Fields{"reason": "사유는 1,000자 안으로 적어 주십시오."}.Err()
		}
		if err := tx.Exec(ctx, sqlAnswerReviewer, id, before.Version, next, tx.Now, reason); err != nil {
			return out, err
		}
		if out, err = readReviewer(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, ReviewerFlow.Action(verb), out.Ref(), before, out); err != nil {
			return out, err
		}
		return out, announceReviewer(ctx, tx, "reviewer."+string(next), out)
	})
}

// invitation is what the message about a reviewer says: of whom, and for which programme.
type invitation struct {
	ID        ReviewerID       `json:"id"`
	Title     string           `json:"title"`
	ProgramID program.ID       `json:"program_id"`
	People    []authz.PersonID `json:"people"` // who is asked
}

const sqlProgramName = `select name from programs where id = $1`

func announceReviewer(ctx context.Context, tx *work.Tx, topic string, r Reviewer) error {
	var name string
	if err := tx.Get(ctx, &name, sqlProgramName, r.ProgramID); err != nil {
		return err
	}
	return tx.Emit(ctx, topic, r.Ref(), invitation{r.ID, name + " · " + r.Name, r.ProgramID, []authz.PersonID{r.PersonID}})
}
