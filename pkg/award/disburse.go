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
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// TrancheInput is a request for money from one payer.
type TrancheInput struct {
	PayerKind string       `json:"payer_kind"` // ministry for 국비, sido for the 시도비 of a 시·군·구
	Amount    money.Amount `json:"amount"`
	Condition string       `json:"condition"` // such as the interim check before a second tranche
}

// RequestTranche asks a payer for money. More than is granted and not yet asked for,
// and a payer that sends nothing to this recipient, are Invalid.
func (s *Service) RequestTranche(ctx context.Context, who authz.Actor, id ID, in TrancheInput) (Tranche, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Tranche, error) {
		a, err := Lock(ctx, tx, id)
		if err != nil {
			return Tranche{}, err
		}
		on := a.Object()
		if err := tx.Allow("award:read", on); err != nil {
			return Tranche{}, err
		}
		if err := tx.Allow("tranche:create", authz.Object{Kind: "tranche", Government: on.Government, Province: on.Province, Program: on.Program}); err != nil {
			return Tranche{}, err
		}
		if !a.Receiving() {
			return Tranche{}, fault.New(fault.Conflict, fmt.Sprintf("지금 상태(%s)에서는 교부를 요청할 수 없습니다.", Flow.Label(a.State)))
		}
		others, err := Tranches(ctx, tx, a.ID)
		if err != nil {
			return Tranche{}, err
		}
		if err := checkRequest(a, others, in); err != nil {
			return Tranche{}, err
		}
		return insertTranche(ctx, tx, a, in)
	})
}

// Unrequested is what may still be asked for of one source.
func (a Award) Unrequested(tranches []Tranche, s money.Source) money.Amount {
	if !a.Sent(s) {
		return money.Amount{}
	}
	left := a.Amounts.At(s)
	for _, t := range tranches {
		if t.live() {
			left = left.Sub(t.Amounts.At(s))
		}
	}
	return left
}

func checkRequest(a Award, others []Tranche, in TrancheInput) error {
	f := fault.Fields{}
	source := money.National
	switch {
	case in.PayerKind == organization.Sido && a.ProvinceID != 0:
		source = money.Sido
	case in.PayerKind == organization.Sido:
		f.Add("payer_kind", "시·도의 사업에는 시·도가 교부할 수 없습니다. 시도비는 확보로 적어 주십시오.")
	case in.PayerKind != organization.Ministry:
		f.Add("payer_kind", "교부 기관을 골라 주십시오.")
	}
	left := a.Unrequested(others, source)
	switch {
	case in.Amount.Sign() <= 0:
		f.Add("amount", "요청 금액은 1원 이상이어야 합니다.")
	case len(f) == 0 && in.Amount.Cmp(left) > 0:
		f.Add("amount", fmt.Sprintf("%s 금액은 %s원까지 더 요청할 수 있습니다. 적은 금액은 %s원입니다.", source.Label(), left.Comma(), in.Amount.Comma()))
	}
	if utf8.RuneCountInString(in.Condition) > maxText {
		f.Add("condition", "교부 조건은 2,000자 이내로 적어 주십시오.")
	}
	return f.Err()
}

func insertTranche(ctx context.Context, tx *work.Tx, a Award, in TrancheInput) (Tranche, error) {
	payer, amounts := a.ProvinceID, money.BySource{Sido: in.Amount}
	if in.PayerKind == organization.Ministry {
		call, err := program.CallByID(ctx, tx, a.CallID)
		if err != nil {
			return Tranche{}, err
		}
		payer, amounts = call.MinistryID, money.BySource{National: in.Amount}
	}
	var id TrancheID
	err := tx.Get(ctx, &id, sqlInsertTranche, a.ID, a.ProgramID, payer, in.PayerKind, amounts.National, amounts.Sido, strings.TrimSpace(in.Condition))
	if err != nil {
		return Tranche{}, fmt.Errorf("insert tranche: %w", err)
	}
	var t Tranche
	if err := tx.Get(ctx, &t, sqlTrancheGet, id); err != nil {
		return t, fmt.Errorf("read tranche: %w", err)
	}
	if err := tx.Record(ctx, "tranche:create", t.Ref(), nil, t); err != nil {
		return t, err
	}
	return t, tx.Emit(ctx, "tranche.create", t.Ref(), t)
}

// actOnTranche is the shape of every verb of a tranche: lock, allow, do. At the payer
// means that the payer's people act; whoever may read the tranche but is not of its
// payer is Forbidden.
func (s *Service) actOnTranche(ctx context.Context, who authz.Actor, id TrancheID, verb string, atPayer bool,
	do func(context.Context, *work.Tx, Award, Tranche) (Tranche, error)) (Tranche, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Tranche, error) {
		t, a, err := lockTranche(ctx, tx, id)
		if err != nil {
			return t, err
		}
		if err := tx.Allow("tranche:read", t.Object()); err != nil {
			return t, err
		}
		on := t.Object()
		if atPayer {
			on = t.AtPayer()
			if !t.PaidBy(who) || !tx.Can(TrancheFlow.Action(verb), on) {
				return t, fault.New(fault.Forbidden, "이 교부는 "+t.PayerName+"의 담당자만 처리할 수 있습니다.")
			}
		}
		if err := tx.Allow(TrancheFlow.Action(verb), on); err != nil {
			return t, err
		}
		if _, err := TrancheFlow.Next(t.State, verb); err != nil {
			return t, err
		}
		return do(ctx, tx, a, t)
	})
}

// Draft is the payer's first person: the request becomes an order to pay.
func (s *Service) Draft(ctx context.Context, who authz.Actor, id TrancheID) (Tranche, error) {
	return s.actOnTranche(ctx, who, id, "draft", true, func(ctx context.Context, tx *work.Tx, a Award, t Tranche) (Tranche, error) {
		if !a.Receiving() {
			return t, notReceiving(a)
		}
		after := t
		after.MadeBy = who.ID
		return moveTranche(ctx, tx, t, "draft", after)
	})
}

// Undo takes an order to pay back to a request.
func (s *Service) Undo(ctx context.Context, who authz.Actor, id TrancheID) (Tranche, error) {
	return s.actOnTranche(ctx, who, id, "undo", true, func(ctx context.Context, tx *work.Tx, _ Award, t Tranche) (Tranche, error) {
		after := t
		after.MadeBy = 0
		return moveTranche(ctx, tx, t, "undo", after)
	})
}

// Withdraw takes a request back before the payer has drafted it.
func (s *Service) Withdraw(ctx context.Context, who authz.Actor, id TrancheID) (Tranche, error) {
	return s.actOnTranche(ctx, who, id, "withdraw", false, func(ctx context.Context, tx *work.Tx, _ Award, t Tranche) (Tranche, error) {
		return moveTranche(ctx, tx, t, "withdraw", t)
	})
}

// Confirm is the payer's second person: the money is sent and posted. The drafter
// cannot confirm (Conflict); the tranche that completes the money waits until the
// holder's own money is secured (Conflict).
func (s *Service) Confirm(ctx context.Context, who authz.Actor, id TrancheID) (Tranche, error) {
	return s.actOnTranche(ctx, who, id, "confirm", true, func(ctx context.Context, tx *work.Tx, a Award, t Tranche) (Tranche, error) {
		if t.MadeBy == who.ID {
			return t, fault.New(fault.Conflict, "지급을 기안한 사람은 확정할 수 없습니다. 다른 사람이 확정해야 합니다.")
		}
		if !a.Receiving() {
			return t, notReceiving(a)
		}
		b, err := ledger.Lock(ctx, tx, a.AccountID)
		if err != nil {
			return t, err
		}
		if err := ownMoneyFirst(a, b, t); err != nil {
			return t, err
		}
		after := t
		after.ConfirmedBy, after.SentOn = who.ID, calendar.Today(tx.Now)
		_, err = ledger.Post(ctx, tx, ledger.Posting{
			FiscalYear: a.FiscalYear, Account: a.AccountID, Kind: ledger.Disburse, BySource: t.Amounts, OccurredOn: after.SentOn,
			SourceKind: "tranche", SourceID: int64(t.ID), RequestKey: ledger.KeyFor("disburse", int64(t.ID)),
		})
		if err != nil {
			return t, err
		}
		return moveTranche(ctx, tx, t, "confirm", after)
	})
}

func notReceiving(a Award) error {
	return fault.New(fault.Conflict, fmt.Sprintf("사업이 ‘%s’ 상태이므로 교부할 수 없습니다.", Flow.Label(a.State)))
}

// ownMoneyFirst refuses the tranche after which nothing more would be sent while the
// holder still owes its own share.
func ownMoneyFirst(a Award, b ledger.Balances, t Tranche) error {
	after := b.Undisbursed().Sub(t.Amounts)
	missing := a.Held(after)
	if after.Sub(missing).IsZero() && !missing.IsZero() {
		return fault.New(fault.Conflict, fmt.Sprintf("마지막 교부에 앞서 자체 재원 %s원을 먼저 확보해야 합니다.", missing.Total().Comma()))
	}
	return nil
}

// Receive tells the day on which the money arrived; interest counts from it. A day
// before it was sent or in the future is Invalid.
func (s *Service) Receive(ctx context.Context, who authz.Actor, id TrancheID, on calendar.Date) (Tranche, error) {
	return s.actOnTranche(ctx, who, id, "receive", false, func(ctx context.Context, tx *work.Tx, _ Award, t Tranche) (Tranche, error) {
		f := fault.Fields{}
		checkDay(f, "received_on", on, calendar.Today(tx.Now))
		if !on.IsZero() && on.Before(t.SentOn) {
			f.Add("received_on", "수령일은 지급일("+t.SentOn.Korean()+")보다 빠를 수 없습니다.")
		}
		if err := f.Err(); err != nil {
			return t, err
		}
		after := t
		after.ReceivedOn = on
		return moveTranche(ctx, tx, t, "receive", after)
	})
}
