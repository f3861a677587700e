package review

import (
	"context"
	"slices"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Minutes shows the minutes of a round: to its chair and reviewers from the discussion
// on, to officers when the chair has asked to lock it. Before, and while nothing is
// written for who may not write them, they are not found.
func (s *Service) Minutes(ctx context.Context, who authz.Actor, id RoundID) (MinutesView, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out MinutesView, err error) {
		if err := tx.Get(ctx, &out.Round, sqlRound, id); err != nil {
			return out, err
		}
		if err := tx.Allow("minutes:read", minutesOf(out.Round)); err != nil {
			return out, err
		}
		return out, out.read(ctx, tx)
	})
}

func minutesOf(r Round) authz.Object {
	on := r.Object()
	on.Kind = "minutes"
	return on
}

func (v *MinutesView) read(ctx context.Context, tx *work.Tx) error {
	written, err := tx.Find(ctx, &v.Minutes, sqlMinutes, v.Round.ID)
	if err != nil {
		return err
	}
	v.CanWrite = v.Round.State == Discussing && tx.Can("minutes:update", minutesOf(v.Round))
	if !written && !v.CanWrite {
		return fault.New(fault.NotFound, "아직 회의록이 없습니다.")
	}
	if err := tx.Select(ctx, &v.Attendees, sqlAttendees, v.Round.ID); err != nil {
		return err
	}
	for i, a := range v.Attendees {
		v.Attendees[i].Present = slices.Contains(v.Minutes.Attendees, int64(a.ReviewerID))
	}
	q := sqlItemsInDiscussion
	on := v.Round.Object()
	if on.Kind = "ranking"; v.Round.State == Locked && tx.Can("ranking:read", on) {
		q = sqlItemsAfterLock
	}
	if err := tx.Select(ctx, &v.Items, q, v.Round.ID); err != nil {
		return err
	}
	changes, err := changesOf(ctx, tx, v.Round)
	if err != nil {
		return err
	}
	shown := map[application.ID]bool{}
	for _, item := range v.Items {
		shown[item.ApplicationID] = true
	}
	for _, list := range changes {
		// The minutes are final with the lock: what an objection corrects later is no part of them.
		list = slices.DeleteFunc(list, func(c ScoreChange) bool { return c.ObjectionID != nil })
		if len(list) > 0 && shown[list[0].ApplicationID] {
			v.Changes = append(v.Changes, list...)
		}
	}
	slices.SortStableFunc(v.Changes, func(a, b ScoreChange) int {
		if c := strings.Compare(a.GovernmentName, b.GovernmentName); c != 0 {
			return c
		}
		return int(a.SheetID - b.SheetID)
	})
	return nil
}

// minutesWritten is a Conflict while a round has no minutes: without them it is not locked.
func minutesWritten(ctx context.Context, tx *work.Tx, id RoundID) error {
	var written bool
	if err := tx.Get(ctx, &written, sqlHasMinutes, id); err != nil {
		return err
	}
	if !written {
		return fault.New(fault.Conflict, "심사 회의록을 먼저 적어 주십시오. 회의록이 없으면 심사를 확정할 수 없습니다.")
	}
	return nil
}

// minutesShown tells whether the page of the minutes can hold anything for the person.
func minutesShown(tx *work.Tx, r Round) bool {
	return tx.Can("minutes:read", minutesOf(r)) && (r.State == Locked ||
		r.State == Discussing && (r.Pending() != "" || tx.Actor.Has("chair") || tx.Actor.Has("reviewer")))
}
