package award

import (
	"context"
	"fmt"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/work"
)

// SecureInput is money the holder itself puts in (확보), with the day it was put into
// the project's account and what shows it.
type SecureInput struct {
	Amounts money.BySource `json:"amounts"`
	On      calendar.Date  `json:"on"`
	Note    string         `json:"note"` // 증빙: transfer, budget act …
}

// Secure records money of sources that nobody sends. A source that is sent by a
// tranche, more than is still missing, and a day in the future are Invalid.
func (s *Service) Secure(ctx context.Context, who authz.Actor, id ID, in SecureInput) (ledger.Posting, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (ledger.Posting, error) {
		a, err := Lock(ctx, tx, id)
		if err != nil {
			return ledger.Posting{}, err
		}
		if err := tx.Allow("award:secure", a.Object()); err != nil {
			return ledger.Posting{}, err
		}
		if !a.Receiving() {
			return ledger.Posting{}, wrongState(a, "secure")
		}
		b, err := ledger.Lock(ctx, tx, a.AccountID)
		if err != nil {
			return ledger.Posting{}, err
		}
		if err := checkSecure(a, b, in, calendar.Today(tx.Now)); err != nil {
			return ledger.Posting{}, err
		}
		p, err := ledger.Post(ctx, tx, ledger.Posting{
			FiscalYear: a.FiscalYear, Account: a.AccountID, Kind: ledger.Secure, BySource: in.Amounts, OccurredOn: in.On,
			Reason: strings.TrimSpace(in.Note), SourceKind: "award", SourceID: int64(a.ID), RequestKey: ledger.NewKey(),
		})
		if err != nil {
			return p, err
		}
		if err := tx.Record(ctx, "award:secure", a.Event(), nil, p); err != nil {
			return p, err
		}
		return p, tx.Emit(ctx, "award.secure", work.Ref{Kind: "posting", ID: p.ID}, a)
	})
}

func checkSecure(a Award, b ledger.Balances, in SecureInput, today calendar.Date) error {
	f := fault.Fields{}
	missing := a.Held(b.Undisbursed())
	for _, s := range money.Sources() {
		amount, left := in.Amounts.At(s), missing.At(s)
		switch field := "amounts." + s.Code(); {
		case amount.Sign() < 0:
			f.Add(field, "금액은 0원 이상이어야 합니다.")
		case amount.Sign() > 0 && a.Sent(s):
			f.Add(field, s.Label()+" 금액은 교부받는 재원이므로 확보로 적을 수 없습니다.")
		case amount.Cmp(left) > 0:
			f.Add(field, fmt.Sprintf("%s 금액은 %s원까지 더 확보할 수 있습니다. 적은 금액은 %s원입니다.", s.Label(), left.Comma(), amount.Comma()))
		}
	}
	if in.Amounts.IsZero() {
		f.Add("amounts", "확보한 금액을 적어 주십시오.")
	}
	checkDay(f, "on", in.On, today)
	return f.Err()
}

// checkDay demands a day that is not in the future.
func checkDay(f fault.Fields, field string, day, today calendar.Date) {
	switch {
	case day.IsZero():
		f.Add(field, "날짜를 적어 주십시오.")
	case day.After(today):
		f.Add(field, "오늘("+today.Korean()+")보다 뒤의 날짜는 적을 수 없습니다.")
	}
}

// Unsecure takes a Secure posting of this award back, with a reason. What was spent
// of it meanwhile cannot be taken back (Conflict).
func (s *Service) Unsecure(ctx context.Context, who authz.Actor, id ID, posting ledger.Ref, reason string) (ledger.Posting, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (ledger.Posting, error) {
		a, err := Lock(ctx, tx, id)
		if err != nil {
			return ledger.Posting{}, err
		}
		if err := tx.Allow("award:secure", a.Object()); err != nil {
			return ledger.Posting{}, err
		}
		if !a.Receiving() {
			return ledger.Posting{}, wrongState(a, "secure")
		}
		if reason, err = checkReason(reason); err != nil {
			return ledger.Posting{}, err
		}
		before, err := ledger.PostingOf(ctx, tx, posting)
		if err != nil {
			return ledger.Posting{}, err
		}
		if before.Account != a.AccountID || before.Kind != ledger.Secure {
			return ledger.Posting{}, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		p, err := ledger.Reverse(ctx, tx, posting, reason, calendar.Today(tx.Now), ledger.KeyFor("unsecure", before.ID))
		if err != nil {
			return p, err
		}
		return p, tx.Record(ctx, "award:secure", a.Event(), before, p)
	})
}

// wrongState is the Conflict of an act that moves no state but needs one.
func wrongState(a Award, verb string) error {
	return fault.New(fault.Conflict, fmt.Sprintf("지금 상태(%s)에서는 ‘%s’ 처리를 할 수 없습니다.", Flow.Label(a.State), Flow.VerbLabel(verb)))
}
