package review

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Bonus is a bonus or penalty item that a manager confirmed for an application.
type Bonus struct {
	ApplicationID application.ID `db:"application_id" json:"application_id"`
	ItemID        int64          `db:"bonus_item_id" json:"bonus_item_id"`
	Title         string         `db:"title" json:"title"`
	Points        int            `db:"points" json:"points"` // negative: a penalty
	Evidence      string         `db:"evidence" json:"evidence"`
	ConfirmedAt   time.Time      `db:"confirmed_at" json:"confirmed_at"`
	LiftedAt      *time.Time     `db:"lifted_at" json:"lifted_at"` // when an upheld objection took it out of the ranking
}

const (
	sqlBonuses = `
		select b.application_id, b.bonus_item_id, i.title, i.points, b.evidence, b.confirmed_at, l.lifted_at
		  from bonus_claims b
		  left join bonus_lifts l on l.application_id = b.application_id and l.bonus_item_id = b.bonus_item_id
		  join bonus_items i on i.id = b.bonus_item_id
		  join rubrics u on u.id = i.rubric_id
		  join rounds o on o.call_id = u.call_id
		 where o.id = $1
		 order by b.application_id, i.position`
	sqlBonus = `
		select b.application_id, b.bonus_item_id, i.title, i.points, b.evidence, b.confirmed_at
		  from bonus_claims b join bonus_items i on i.id = b.bonus_item_id
		 where b.application_id = $1 and b.bonus_item_id = $2`
	sqlConfirmBonus = `
		insert into bonus_claims (application_id, bonus_item_id, evidence, confirmed_at) values ($1, $2, $3, $4)`
	sqlRevokeBonus = `delete from bonus_claims where application_id = $1 and bonus_item_id = $2`
)

// ConfirmBonus gives an application a bonus item of the round's call, with the
// evidence for it, until the last stage is locked. A second time is a Conflict.
func (s *Service) ConfirmBonus(ctx context.Context, who authz.Actor, id RoundID, app application.ID, item int64, evidence string) (Bonus, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Bonus, err error) {
		round, err := shareRound(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := bonusAllowed(ctx, tx, round.CallID, int64(round.ProgramID), "bonus:confirm"); err != nil {
			return out, err
		}
		return confirmBonus(ctx, tx, round.CallID, app, item, evidence, work.Ref{Kind: "round", ID: int64(id)})
	})
}

// RevokeBonus takes a bonus item back until the last stage is locked.
func (s *Service) RevokeBonus(ctx context.Context, who authz.Actor, id RoundID, app application.ID, item int64) (Bonus, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Bonus, err error) {
		round, err := shareRound(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := bonusAllowed(ctx, tx, round.CallID, int64(round.ProgramID), "bonus:revoke"); err != nil {
			return out, err
		}
		return revokeBonus(ctx, tx, app, item, work.Ref{Kind: "round", ID: int64(id)})
	})
}

// ConfirmFact is ConfirmBonus from the screening on, before there is a round. It is the
// same fact: the ranking counts it once.
func (s *Service) ConfirmFact(ctx context.Context, who authz.Actor, app application.ID, item int64, evidence string) (Bonus, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Bonus, err error) {
		a, err := application.Hold(ctx, tx, app)
		if err != nil {
			return out, err
		}
		if err := bonusAllowed(ctx, tx, a.CallID, int64(a.ProgramID), "bonus:confirm"); err != nil {
			return out, err
		}
		return confirmBonus(ctx, tx, a.CallID, app, item, evidence, work.Ref{Kind: "application", ID: int64(app)})
	})
}

// RevokeFact is RevokeBonus from the screening on.
func (s *Service) RevokeFact(ctx context.Context, who authz.Actor, app application.ID, item int64) (Bonus, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Bonus, err error) {
		a, err := application.Hold(ctx, tx, app)
		if err != nil {
			return out, err
		}
		if err := bonusAllowed(ctx, tx, a.CallID, int64(a.ProgramID), "bonus:revoke"); err != nil {
			return out, err
		}
		return revokeBonus(ctx, tx, app, item, work.Ref{Kind: "application", ID: int64(app)})
	})
}

const sqlResultLocked = `
	select exists (select from rounds o where o.call_id = $1 and o.state = 'locked' and o.stage = ` + lastStage + `)`

// bonusAllowed asks for permission and refuses once the result is locked.
func bonusAllowed(ctx context.Context, tx *work.Tx, call program.CallID, in int64, action string) error {
	if err := tx.Allow(action, authz.Object{Kind: "bonus", ID: int64(call), Program: in}); err != nil {
		return err
	}
	var locked bool
	if err := tx.Get(ctx, &locked, sqlResultLocked, call); err != nil {
		return err
	}
	if locked {
		return fault.New(fault.Conflict, "심사가 확정되어 가점과 감점을 바꿀 수 없습니다.")
	}
	return nil
}

func confirmBonus(ctx context.Context, tx *work.Tx, call program.CallID, app application.ID, item int64, evidence string, ref work.Ref) (out Bonus, err error) {
	if evidence = strings.TrimSpace(evidence); evidence == "" || utf8.RuneCountInString(evidence) > 1000 {
		return out, fault.Fields{"evidence": "가점·감점의 근거를 1,000자 안으로 적어 주십시오."}.Err()
	}
	rubric, err := program.RubricOf(ctx, tx, call, program.Paper)
	if err != nil {
		return out, err
	}
	if !slices.ContainsFunc(rubric.Bonus, func(b program.BonusItem) bool { return b.ID == item }) {
		return out, fault.Fields{"bonus_item_id": "이 배점표의 가점·감점 항목이 아닙니다."}.Err()
	}
	if err := tx.Exec(ctx, sqlConfirmBonus, app, item, evidence, tx.Now); err != nil {
		return out, err
	}
	if err := tx.Get(ctx, &out, sqlBonus, app, item); err != nil {
		return out, err
	}
	return out, tx.Record(ctx, "bonus:confirm", ref, nil, out)
}

func revokeBonus(ctx context.Context, tx *work.Tx, app application.ID, item int64, ref work.Ref) (out Bonus, err error) {
	if err := tx.Get(ctx, &out, sqlBonus, app, item); err != nil {
		return out, err
	}
	if err := tx.Exec(ctx, sqlRevokeBonus, app, item); err != nil {
		return out, err
	}
	return out, tx.Record(ctx, "bonus:revoke", ref, out, nil)
}

const sqlFacts = `
	select i.id as bonus_item_id, i.title, i.points, i.evidence as wanted, coalesce(b.evidence, '') as evidence, b.confirmed_at, l.lifted_at
	  from applications a
	  join rubrics u on u.call_id = a.call_id and u.stage = 'paper'
	  join bonus_items i on i.rubric_id = u.id
	  left join bonus_claims b on b.bonus_item_id = i.id and b.application_id = a.id
	  left join bonus_lifts l on l.bonus_item_id = i.id and l.application_id = a.id
	 where a.id = $1
	 order by i.position`

// Fact is one bonus item of a call and whether an application has it.
type Fact struct {
	ItemID      int64      `db:"bonus_item_id" json:"bonus_item_id"`
	Title       string     `db:"title" json:"title"`
	Points      int        `db:"points" json:"points"`
	Wanted      string     `db:"wanted" json:"wanted"` // what proves it
	Evidence    string     `db:"evidence" json:"evidence"`
	ConfirmedAt *time.Time `db:"confirmed_at" json:"confirmed_at"` // nil: not confirmed
	LiftedAt    *time.Time `db:"lifted_at" json:"lifted_at"`       // when an upheld objection took it out of the ranking
}

// Facts are the bonus items of an application's call with what was confirmed.
func (s *Service) Facts(ctx context.Context, who authz.Actor, app application.ID) ([]Fact, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Fact, err error) {
		a, err := application.Get(ctx, tx, app)
		if err != nil {
			return nil, err
		}
		if err := tx.Allow("bonus:read", authz.Object{Kind: "bonus", ID: int64(a.CallID), Program: int64(a.ProgramID)}); err != nil {
			return nil, err
		}
		return out, tx.Select(ctx, &out, sqlFacts, app)
	})
}
