package program

import (
	"context"
	"fmt"
	"slices"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

const (
	sqlDeadlineOf = `
		select max(at) as at from deadlines
		 where call_id = $1 and kind = $3 and (government_id is null or government_id = $2)
		having max(at) is not null`
	sqlDeadlineForAll = `
		select max(at) as at from deadlines where call_id = $1 and kind = $2 and government_id is null having max(at) is not null`
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
	sqlExtend = `
		insert into deadlines (call_id, government_id, kind, at, reason, set_at) values ($1, nullif($2, 0), $3, $4, $5, $6) returning id`
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

// Extension moves one deadline later, for one government or for all.
type Extension struct {
	Kind         string          `json:"kind"`
	GovernmentID organization.ID `json:"government_id"` // 0 for all
	At           time.Time       `json:"at"`
	Reason       string          `json:"reason"`
}

// Extend moves a deadline later by a new row with its reason; what was announced
// stays readable. A closed call takes applications again when its submission
// deadline is extended. A call under review has only its correction deadline left.
func (s *Service) Extend(ctx context.Context, who authz.Actor, id CallID, in Extension) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Call, error) {
		c, err := lockFor(ctx, tx, id, "extend")
		if err != nil {
			return c, err
		}
		if err := mayExtend(c, in.Kind); err != nil {
			return c, err
		}
		if err := in.check(ctx, tx, c); err != nil {
			return c, err
		}
		var row int64
		if err := tx.Get(ctx, &row, sqlExtend, id, in.GovernmentID, in.Kind, in.At, in.Reason, tx.Now); err != nil {
			return c, fmt.Errorf("extend deadline: %w", err)
		}
		if c.State == StateClosed && in.Kind == Submit {
			return moveCall(ctx, tx, c, "extend", in.Reason)
		}
		// The call itself stays as it is, so the trail gets an event without a version.
		if err := tx.Record(ctx, "call:extend", work.Ref{Kind: "call", ID: int64(id)}, nil, in); err != nil {
			return c, err
		}
		after, err := CallByID(ctx, tx, id)
		if err != nil {
			return c, err
		}
		return after, tx.Emit(ctx, "call.extend", work.Ref{Kind: "deadline", ID: row, Version: 1}, after)
	})
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

func (in *Extension) check(ctx context.Context, tx *work.Tx, c Call) error {
	f := fault.Fields{}
	if DeadlineLabel(in.Kind) == in.Kind {
		f.Add("kind", "늘릴 기한을 골라 주세요.")
	}
	words(f, "reason", &in.Reason, maxText, "기한을 늘리는 사유를 적어 주세요. 공고 화면에 함께 보입니다.")
	if in.GovernmentID != 0 {
		gov, err := organization.Get(ctx, tx, in.GovernmentID)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			f.Add("government_id", "지자체를 골라 주세요.")
		case err != nil:
			return err
		case !c.Invites(gov.Kind):
			f.Add("government_id", "이 공모에 신청할 수 있는 지자체를 골라 주세요.")
		}
	}
	was, known, err := in.was(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	switch {
	case in.At.IsZero():
		f.Add("at", "새 기한을 적어 주세요.")
	case !in.At.After(tx.Now):
		f.Add("at", "새 기한은 지금보다 뒤여야 합니다.")
	case known && !in.At.After(was):
		f.Add("at", "기한은 늘릴 수만 있습니다. 지금 기한 "+calendar.FormatInstant(was)+"보다 뒤로 적어 주세요.")
	}
	return f.Err()
}

// was is the deadline in force for those whom the extension is for.
func (in *Extension) was(ctx context.Context, tx *work.Tx, id CallID) (time.Time, bool, error) {
	if in.GovernmentID != 0 {
		return DeadlineOf(ctx, tx, id, in.GovernmentID, in.Kind)
	}
	var at time.Time
	ok, err := tx.Find(ctx, &at, sqlDeadlineForAll, id, in.Kind)
	return at, ok, err
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
