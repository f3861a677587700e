package award

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/work"
)

// maxText bounds reasons and conditions, in characters.
const maxText = 2000

// act is the shape of every verb of an award: lock, allow, do.
func (s *Service) act(ctx context.Context, who authz.Actor, id ID, verb string, do func(context.Context, *work.Tx, Award) (Award, error)) (Award, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Award, error) {
		a, err := Lock(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if err := tx.Allow(Flow.Action(verb), a.Object()); err != nil {
			return a, err
		}
		if _, err := Flow.Next(a.State, verb); err != nil {
			return a, err
		}
		return do(ctx, tx, a)
	})
}

// Examine settles that the request is in order (보조금법 §17①) and under which
// conditions it may be granted; without conditions it is Invalid.
func (s *Service) Examine(ctx context.Context, who authz.Actor, id ID, conditions []string) (Award, error) {
	return s.act(ctx, who, id, "examine", func(ctx context.Context, tx *work.Tx, a Award) (Award, error) {
		texts, err := checkConditions(conditions)
		if err != nil {
			return a, err
		}
		if err := setConditions(ctx, tx, a.ID, texts); err != nil {
			return a, err
		}
		after := a
		after.ExaminedBy = who.ID
		return move(ctx, tx, a, "examine", after)
	})
}

func checkConditions(in []string) ([]string, error) {
	f := fault.Fields{}
	var out []string
	for i, c := range in {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		if utf8.RuneCountInString(c) > maxText {
			f.Add(fmt.Sprintf("conditions.%d", i), "교부조건은 2,000자 이내로 적어 주십시오.")
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		f.Add("conditions", "교부조건을 하나 이상 적어 주십시오.")
	}
	return out, f.Err()
}

// Grant is the grant decision (교부결정, 보조금법 §17): it posts the amounts on the
// award below its appropriation. Whoever examined the request cannot decide it
// (Conflict); an appropriation that does not suffice is a Conflict.
func (s *Service) Grant(ctx context.Context, who authz.Actor, id ID) (Award, error) {
	return s.act(ctx, who, id, "grant", func(ctx context.Context, tx *work.Tx, a Award) (Award, error) {
		if a.ExaminedBy == who.ID {
			return a, fault.New(fault.Conflict, "교부신청을 검토한 사람은 교부결정을 할 수 없습니다. 다른 결재자가 결정해야 합니다.")
		}
		after := a
		after.GrantedBy, after.GrantedOn = who.ID, calendar.Today(tx.Now)
		_, err := ledger.Post(ctx, tx, ledger.Posting{
			FiscalYear: a.FiscalYear, Account: a.AccountID, Kind: ledger.Grant, BySource: a.Amounts, OccurredOn: after.GrantedOn,
			SourceKind: "award", SourceID: int64(a.ID), RequestKey: ledger.KeyFor("grant", int64(a.ID)),
		})
		if err != nil {
			return a, err
		}
		return move(ctx, tx, a, "grant", after)
	})
}

// Start tells that the project has begun.
func (s *Service) Start(ctx context.Context, who authz.Actor, id ID) (Award, error) {
	return s.act(ctx, who, id, "start", func(ctx context.Context, tx *work.Tx, a Award) (Award, error) {
		return move(ctx, tx, a, "start", a)
	})
}

// Suspend stops receiving and spending (보조금법 §26); the reason is required.
func (s *Service) Suspend(ctx context.Context, who authz.Actor, id ID, reason string) (Award, error) {
	return s.withReason(ctx, who, id, "suspend", reason)
}

// Resume lets a suspended project go on; the reason is required.
func (s *Service) Resume(ctx context.Context, who authz.Actor, id ID, reason string) (Award, error) {
	return s.withReason(ctx, who, id, "resume", reason)
}

// Cancel takes a request back before it is decided; the reason is required.
func (s *Service) Cancel(ctx context.Context, who authz.Actor, id ID, reason string) (Award, error) {
	return s.withReason(ctx, who, id, "cancel", reason)
}

func (s *Service) withReason(ctx context.Context, who authz.Actor, id ID, verb, reason string) (Award, error) {
	return s.act(ctx, who, id, verb, func(ctx context.Context, tx *work.Tx, a Award) (Award, error) {
		reason, err := checkReason(reason)
		if err != nil {
			return a, err
		}
		after := a
		after.Reason = reason
		return move(ctx, tx, a, verb, after)
	})
}

func checkReason(reason string) (string, error) {
	f := fault.Fields{}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		f.Add("reason", "사유를 적어 주십시오.")
	case utf8.RuneCountInString(reason) > maxText:
		f.Add("reason", "사유는 2,000자 이내로 적어 주십시오.")
	}
	return reason, f.Err()
}

// End stops disbursing and spending for ever. Money that was sent must have been
// received, and no tranche may be under way at its payer (Conflict); tranches that
// were only asked for lapse.
func (s *Service) End(ctx context.Context, who authz.Actor, id ID) (Award, error) {
	return s.act(ctx, who, id, "end", func(ctx context.Context, tx *work.Tx, a Award) (Award, error) {
		tranches, err := Tranches(ctx, tx, a.ID)
		if err != nil {
			return a, err
		}
		for _, t := range tranches {
			if t.State == Drafted || t.State == Confirmed {
				return a, fault.New(fault.Conflict, fmt.Sprintf("%d차 교부가 아직 ‘%s’ 단계입니다. 수령을 확인한 뒤 마감해 주십시오.", t.No, TrancheFlow.Label(t.State)))
			}
		}
		for _, t := range tranches {
			if t.State != Requested {
				continue
			}
			if _, err := moveTranche(ctx, tx, t, "withdraw", t); err != nil {
				return a, err
			}
		}
		if err := ledger.SetPhase(ctx, tx, a.AccountID, ledger.Ended); err != nil {
			return a, err
		}
		after := a
		after.EndedOn = calendar.Today(tx.Now)
		return move(ctx, tx, a, "end", after)
	})
}
