package settlement

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Notify tells each public budget's share that is to be paid back, with a number and
// a due date (보조금법 §31, 시행령 §14). When nothing is due the settlement is repaid at once.
func (s *Service) Notify(ctx context.Context, who authz.Actor, id ID) (Settlement, error) {
	return s.act(ctx, who, id, "notify", func(ctx context.Context, tx *work.Tx, _ award.Award, st Settlement) (Settlement, error) {
		rows, err := RowsOf(ctx, tx, st.ID)
		if err != nil {
			return st, err
		}
		due := Notifiable(rows.Due())
		out, err := move(ctx, tx, st, "notify", st)
		if err != nil {
			return st, err
		}
		if due.IsZero() {
			return repaid(ctx, tx, out)
		}
		return out, insertRepayments(ctx, tx, out, due)
	})
}

func insertRepayments(ctx context.Context, tx *work.Tx, st Settlement, due money.BySource) error {
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return err
	}
	today := calendar.Today(tx.Now)
	until, _, err := rules.Deadline(today, returnNotice)
	if err != nil {
		return fmt.Errorf("due date of repayment: %w", err)
	}
	call, err := program.CallByID(ctx, tx, st.CallID)
	if err != nil {
		return err
	}
	var sources []string
	var amounts, payees []int64
	for _, source := range money.Sources() {
		if due.At(source).Sign() > 0 {
			sources, amounts = append(sources, source.Code()), append(amounts, due.At(source).Int64())
			payees = append(payees, int64(payee(st, call, source)))
		}
	}
	if _, err := tx.ExecAll(ctx, sqlInsertRepayment, st.ID, pq.Array(sources), pq.Array(amounts), pq.Array(payees), today, until); err != nil {
		return fmt.Errorf("insert repayments: %w", err)
	}
	made, err := Repayments(ctx, tx, st.ID)
	if err != nil {
		return err
	}
	for _, r := range made {
		if err := tx.Record(ctx, "repayment:create", r.Ref(), nil, r); err != nil {
			return err
		}
	}
	return nil
}

// payee is who gets a source back: the ministry, the 시·도, or the district's own budget.
func payee(st Settlement, call program.Call, s money.Source) organization.ID {
	switch {
	case s == money.National:
		return call.MinistryID
	case s == money.Sido && st.ProvinceID != 0:
		return st.ProvinceID
	}
	return st.GovernmentID
}

// repaid moves a notified settlement on when nothing is left to pay.
func repaid(ctx context.Context, tx *work.Tx, st Settlement) (Settlement, error) {
	if err := tx.Allow("settlement:repay", st.Object()); err != nil {
		return st, err
	}
	return move(ctx, tx, st, "repay", st)
}

// PayInput is money that came in.
type PayInput struct {
	Amount    money.Amount  `json:"amount"`
	On        calendar.Date `json:"on"`
	ReceiptNo string        `json:"receipt_no"`
}

// Pay records money that came in for a repayment and posts it. More than is left, and
// a day before the notice or in the future, are Invalid. The last won of the last
// repayment makes the settlement repaid.
func (s *Service) Pay(ctx context.Context, who authz.Actor, id RepaymentID, in PayInput) (Repayment, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Repayment, error) {
		var r Repayment
		if err := tx.Get(ctx, &r, sqlRepaymentGet, id); err != nil {
			return r, fmt.Errorf("read repayment: %w", err)
		}
		if err := tx.Allow("repayment:pay", r.Object()); err != nil {
			return r, err
		}
		st, _, err := lock(ctx, tx, r.SettlementID)
		if err != nil {
			return r, err
		}
		if st.State != Notified {
			return r, fault.New(fault.Conflict, fmt.Sprintf("정산이 ‘%s’ 상태이므로 수납을 적을 수 없습니다.", Flow.Label(st.State)))
		}
		all, err := repayments(ctx, tx, sqlRepaymentsLock, st.ID)
		if err != nil {
			return r, err
		}
		left := money.Amount{}
		for _, other := range all {
			if other.ID == id {
				r = other
			}
			left = left.Add(other.Left())
		}
		if err := checkPay(r, in, calendar.Today(tx.Now)); err != nil {
			return r, err
		}
		if r, err = pay(ctx, tx, st, r, in); err != nil {
			return r, err
		}
		if left == in.Amount {
			_, err = repaid(ctx, tx, st)
		}
		return r, err
	})
}

func checkPay(r Repayment, in PayInput, today calendar.Date) error {
	f := fault.Fields{}
	switch {
	case in.Amount.Sign() <= 0:
		f.Add("amount", "수납한 금액을 1원 이상 적어 주십시오.")
	case in.Amount.Cmp(r.Left()) > 0:
		f.Add("amount", fmt.Sprintf("남은 반납액은 %s원입니다. %s원을 수납할 수 없습니다.", r.Left().Comma(), in.Amount.Comma()))
	}
	switch {
	case in.On.IsZero():
		f.Add("on", "수납한 날짜를 적어 주십시오.")
	case in.On.Before(r.NotifiedOn):
		f.Add("on", "수납일은 고지일("+r.NotifiedOn.Korean()+")보다 빠를 수 없습니다.")
	case in.On.After(today):
		f.Add("on", "오늘("+today.Korean()+")보다 뒤의 날짜는 적을 수 없습니다.")
	}
	if len([]rune(in.ReceiptNo)) > 100 {
		f.Add("receipt_no", "수납번호는 100자 이내로 적어 주십시오.")
	}
	return f.Err()
}

func pay(ctx context.Context, tx *work.Tx, st Settlement, before Repayment, in PayInput) (Repayment, error) {
	source, err := money.ParseSource(before.Source)
	if err != nil {
		return before, err
	}
	p, err := ledger.Post(ctx, tx, ledger.Posting{
		FiscalYear: st.FiscalYear, Account: st.AccountID, Kind: ledger.Repay, BySource: money.BySource{}.With(source, in.Amount), OccurredOn: in.On,
		Reason: before.NoticeNo, SourceKind: "repayment", SourceID: int64(before.ID), RequestKey: ledger.KeyFor("repay", int64(before.ID), int64(before.Version)),
	})
	if err != nil {
		return before, err
	}
	after := before
	after.Paid, after.PaidOn = before.Paid.Add(in.Amount), in.On
	if err := tx.Exec(ctx, sqlPay, after.ID, after.Paid, after.PaidOn, before.Version); err != nil {
		return before, fmt.Errorf("pay: %w", err)
	}
	after.Version++
	if err := tx.Exec(ctx, sqlInsertReceipt, after.ID, in.Amount, in.On, strings.TrimSpace(in.ReceiptNo), p.FiscalYear, p.ID, tx.Now); err != nil {
		return before, fmt.Errorf("insert receipt: %w", err)
	}
	if err := tx.Record(ctx, "repayment:pay", after.Ref(), before, after); err != nil {
		return before, err
	}
	return after, tx.Emit(ctx, "repayment.pay", after.Ref(), after)
}
