package review

import (
	"context"
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
}

const (
	sqlBonuses = `
		select b.application_id, b.bonus_item_id, i.title, i.points, b.evidence, b.confirmed_at
		  from bonus_claims b
		  join bonus_items i on i.id = b.bonus_item_id
		  join rubrics u on u.id = i.rubric_id
		  join rounds o on o.call_id = u.call_id and o.stage = u.stage
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

// ConfirmBonus gives an application a bonus item of the round's rubric, with the
// evidence for it, until the round is locked. A second time is a Conflict.
func (s *Service) ConfirmBonus(ctx context.Context, who authz.Actor, id RoundID, app application.ID, item int64, evidence string) (Bonus, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Bonus, err error) {
		round, err := bonusRound(ctx, tx, id, "bonus:confirm")
		if err != nil {
			return out, err
		}
		if evidence = strings.TrimSpace(evidence); evidence == "" || utf8.RuneCountInString(evidence) > 1000 {
			return out, fault.Fields{"evidence": "가점·감점의 근거를 1,000자 안으로 적어 주십시오."}.Err()
		}
		rubric, err := program.RubricOf(ctx, tx, round.CallID, program.Paper)
		if err != nil {
			return out, err
		}
		known := false
		for _, b := range rubric.Bonus {
			known = known || b.ID == item
		}
		if !known {
			return out, fault.Fields{"bonus_item_id": "이 배점표의 가점·감점 항목이 아닙니다."}.Err()
		}
		if err := tx.Exec(ctx, sqlConfirmBonus, app, item, evidence, tx.Now); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlBonus, app, item); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "bonus:confirm", work.Ref{Kind: "round", ID: int64(id)}, nil, out)
	})
}

// RevokeBonus takes a bonus item back until the round is locked.
func (s *Service) RevokeBonus(ctx context.Context, who authz.Actor, id RoundID, app application.ID, item int64) (Bonus, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Bonus, err error) {
		if _, err := bonusRound(ctx, tx, id, "bonus:revoke"); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlBonus, app, item); err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlRevokeBonus, app, item); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "bonus:revoke", work.Ref{Kind: "round", ID: int64(id)}, out, nil)
	})
}

func bonusRound(ctx context.Context, tx *work.Tx, id RoundID, action string) (Round, error) {
	round, err := shareRound(ctx, tx, id)
	if err != nil {
		return round, err
	}
	on := round.Object()
	on.Kind = "bonus"
	if err := tx.Allow(action, on); err != nil {
		return round, err
	}
	if round.State == Locked {
		return round, fault.New(fault.Conflict, "심사가 확정되어 가점과 감점을 바꿀 수 없습니다.")
	}
	return round, nil
}
