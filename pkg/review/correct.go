package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Corrected names for whom, by which objection and why a correction is made.
type Corrected struct {
	Call        program.CallID
	Application application.ID
	Objection   int64
	Cause       string // of the new version of the ranking
}

const (
	sqlGiveBonus = `
		insert into bonus_claims (application_id, bonus_item_id, evidence, confirmed_at, objection_id) values ($1, $2, $3, $4, $5)`
	sqlLiftBonus = `
		insert into bonus_lifts (application_id, bonus_item_id, objection_id, lifted_at) values ($1, $2, $3, $4)`
	sqlTakeOut = `
		insert into exclusions (assignment_id, kind, reason, origin, excluded_at, objection_id)
		select a.id, $4, $5, 'objection', $6, $7
		  from assignments a
		  join rounds o on o.id = a.round_id and o.call_id = $1 and o.state = 'locked'
		  join sheets s on s.assignment_id = a.id
		 where a.application_id = $2 and a.reviewer_id = $3 and not exists (select from exclusions e where e.assignment_id = a.id)
		 order by a.id
		returning assignment_id`
	sqlRoundsOfAssignments = `select distinct round_id from assignments where id = any($1)`
	sqlRoundOfSheet        = `select a.round_id from sheets s join assignments a on a.id = s.assignment_id where s.id = $1`
)

// Correct writes the rows of a correction whose objection was upheld in the same unit
// of work, each naming the objection, and ranks again what follows from them: the
// stages it touches and the result. PostgreSQL refuses rows that the objection does not
// say; of a wrong score it has written the row itself. What was corrected by then in
// another way is a Conflict. Permission is the caller's matter.
func Correct(ctx context.Context, tx *work.Tx, of Corrected, c Correction) (out Ranking, err error) {
	var rounds []Round
	if err := tx.Select(ctx, &rounds, sqlRoundsOfCall, of.Call); err != nil {
		return out, err
	}
	for i := range rounds { // at most three
		if rounds[i], err = lockRound(ctx, tx, rounds[i].ID); err != nil {
			return out, err
		}
	}
	hit, err := c.write(ctx, tx, of)
	if err != nil {
		return out, err
	}
	var result Round
	if err := tx.Get(ctx, &result, sqlRoundOfCall, of.Call); err != nil {
		return out, err
	}
	for _, r := range rounds {
		if r.State == Locked && r.ID != result.ID && slices.Contains(hit, r.ID) {
			if _, err := rank(ctx, tx, r, of.Cause); err != nil {
				return out, err
			}
		}
	}
	return NewVersion(ctx, tx, of.Call, of.Cause)
}

// write writes the rows with their trail and tells in which rounds points change.
func (c Correction) write(ctx context.Context, tx *work.Tx, of Corrected) (hit []RoundID, err error) {
	app := work.Ref{Kind: "application", ID: int64(of.Application)}
	switch c.Kind {
	case CorrectBonus:
		if err := tx.Exec(ctx, sqlGiveBonus, of.Application, *c.BonusItemID, c.Evidence, tx.Now, of.Objection); err != nil {
			return nil, err
		}
		return nil, tx.Record(ctx, "bonus:confirm", app, nil, c)
	case CorrectPenalty:
		if err := tx.Exec(ctx, sqlLiftBonus, of.Application, *c.BonusItemID, of.Objection, tx.Now); err != nil {
			return nil, err
		}
		return nil, tx.Record(ctx, "bonus:lift", app, c, nil)
	case CorrectReviewer:
		return c.takeOut(ctx, tx, of)
	case CorrectScore:
		if err := tx.Select(ctx, &hit, sqlRoundOfSheet, *c.SheetID); err != nil {
			return nil, err
		}
		return hit, tx.Record(ctx, "sheet:correct", work.Ref{Kind: "sheet", ID: int64(*c.SheetID)}, nil, c)
	}
	return nil, fmt.Errorf("correction of kind %q", c.Kind)
}

// takeOut takes the sheets of a reviewer out of the mean, of all stages.
func (c Correction) takeOut(ctx context.Context, tx *work.Tx, of Corrected) (hit []RoundID, err error) {
	var ids []int64
	x := Exclusion{Kind: c.Conflict, Reason: c.Evidence, Origin: "objection"}
	if err := tx.Select(ctx, &ids, sqlTakeOut, of.Call, of.Application, *c.ReviewerID, x.Kind, x.Reason, tx.Now, of.Objection); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fault.New(fault.Conflict, "그사이 이 위원의 평가표가 이미 평균에서 빠졌습니다. 답변을 돌려보내 주십시오.")
	}
	events := make([]work.Event, len(ids))
	for i, id := range ids {
		events[i] = work.Event{Ref: work.Ref{Kind: "assignment", ID: id}, After: x}
	}
	if err := tx.RecordAll(ctx, "assignment:exclude", events); err != nil {
		return nil, err
	}
	return hit, tx.Select(ctx, &hit, sqlRoundsOfAssignments, pq.Array(ids))
}

// Foresee is the row of an application in the newest result, and what it would be with
// a correction that is not made yet. Nothing is written.
func Foresee(ctx context.Context, tx *work.Tx, of Corrected, c Correction) (before, after RankingRow, err error) {
	var result Round
	if err := tx.Get(ctx, &result, sqlRoundOfCall, of.Call); err != nil {
		return before, after, err
	}
	in, err := inputsOf(ctx, tx, result)
	if err != nil {
		return before, after, err
	}
	if before, err = in.rowOf(of.Application); err != nil {
		return before, after, err
	}
	items, err := program.RubricOf(ctx, tx, of.Call, program.Paper)
	if err != nil {
		return before, after, err
	}
	for i := range in.Applications {
		if in.Applications[i].ID == of.Application {
			c.apply(&in.Applications[i], items.Bonus)
		}
	}
	after, err = in.rowOf(of.Application)
	return before, after, err
}

func (in Inputs) rowOf(app application.ID) (RankingRow, error) {
	rows, err := Rank(in)
	if err != nil {
		return RankingRow{}, err
	}
	i := slices.IndexFunc(rows, func(r RankingRow) bool { return r.ApplicationID == app })
	if i < 0 {
		return RankingRow{}, fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return rows[i], nil
}

// apply changes the inputs of an application as the correction would.
func (c Correction) apply(a *InputApplication, items []program.BonusItem) {
	switch c.Kind {
	case CorrectBonus:
		if i := slices.IndexFunc(items, func(b program.BonusItem) bool { return b.ID == *c.BonusItemID }); i >= 0 {
			a.Bonus = append(a.Bonus, InputBonus{Item: items[i].ID, Points: items[i].Points, Evidence: c.Evidence})
		}
	case CorrectPenalty:
		a.Bonus = slices.DeleteFunc(a.Bonus, func(b InputBonus) bool { return b.Item == *c.BonusItemID })
	case CorrectReviewer:
		a.Sheets = slices.DeleteFunc(a.Sheets, func(s InputSheet) bool { return s.Reviewer == int64(*c.ReviewerID) })
	case CorrectScore:
		for _, s := range a.Sheets {
			if s.ID == int64(*c.SheetID) {
				s.Points[*c.CriterionID] = *c.After
			}
		}
	}
}
