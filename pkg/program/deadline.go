package program

import (
	"context"
	"fmt"
	"slices"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

const (
	sqlDeadlineOf = `
		select max(at) as at from deadlines
		 where call_id = $1 and kind = $3 and (government_id is null or government_id = $2)
		having max(at) is not null`
	sqlDeadlines = `
		select d.id, d.call_id, coalesce(d.government_id, 0) as government_id, coalesce(concat_ws(' ', up.name, o.name), '') as government_name,
		       d.kind, d.at, d.reason, d.set_by, d.set_at
		  from deadlines d
		  left join organizations o on o.id = d.government_id
		  left join organizations up on up.id = o.parent_id
		 where d.call_id = $1 order by d.id`
	sqlAnnounceDeadlines = `
		insert into deadlines (call_id, kind, at, reason, set_at)
		select id, k.kind, k.at, '공고', $2 from calls
		 cross join lateral (values ('submit', closes_at), ('endorse', endorse_until), ('correct', correct_until)) k (kind, at)
		 where id = $1`
	// The deadlines in force for one government, or for all with government 0.
	sqlInForce = `
		select kind, max(at) as at from deadlines
		 where call_id = $1 and (government_id is null or government_id = $2) group by kind`
	sqlExtend = `
		insert into deadlines (call_id, government_id, kind, at, reason, set_at)
		select $1, nullif($2, 0), kind, at, $5, $6 from unnest($3::text[], $4::timestamptz[]) as n (kind, at) returning id`
	sqlLastSubmit = `select max(at) as at from deadlines where call_id = $1 and kind = 'submit' having max(at) is not null`
)

// DeadlineOf is the last instant at which a government may hand in (Submit), be
// endorsed (Endorse) or hand in a correction (Correct), extensions included. ok is
// false before the announcement. The trigger on submissions reads the same rows
// under lock; this is for telling people and for refusing early.
func DeadlineOf(ctx context.Context, tx *work.Tx, id CallID, government organization.ID, kind string) (at time.Time, ok bool, err error) {
	if ok, err = tx.Find(ctx, &at, sqlDeadlineOf, id, government, kind); err != nil {
		err = fmt.Errorf("read deadline: %w", err)
	}
	return at, ok, err
}

// Deadlines are all acts that set deadlines of a call, oldest first.
func Deadlines(ctx context.Context, tx *work.Tx, id CallID) (out []Deadline, err error) {
	if err = tx.Select(ctx, &out, sqlDeadlines, id); err != nil {
		return nil, fmt.Errorf("read deadlines: %w", err)
	}
	return out, nil
}

func mayExtend(c Call, kind string) error {
	switch c.State {
	case StateAnnounced, StateOpen, StateClosed:
		return nil
	case StateReviewing:
		if kind == Correct {
			return nil
		}
	case StateDraft, StateDecided, StatePublished:
	}
	return fault.New(fault.Conflict, "지금 상태("+Flow.Label(c.State)+")에서는 이 기한을 늘릴 수 없습니다.")
}

// Governments are those whom a call invites, for the form of an extension; a
// fictitious programme invites fictitious governments.
func (s *Service) Governments(ctx context.Context, who authz.Actor, id CallID) ([]organization.Organization, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]organization.Organization, error) {
		c, err := CallByID(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := allowRead(tx, c); err != nil {
			return nil, err
		}
		all, err := organization.OfKinds(ctx, tx, today(tx), c.Applicants...)
		return slices.DeleteFunc(all, func(o organization.Organization) bool { return o.Fictitious != c.Fictitious }), err
	})
}
