package settlement

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/rule"
)

// entryOf checks an input and computes its split.
func entryOf(st Settlement, b ledger.Balances, in EntryInput, rules rule.Set, today calendar.Date) (Entry, error) {
	f := fault.Fields{}
	e := Entry{SettlementID: st.ID, Kind: in.Kind, AccountTail: strings.TrimSpace(in.AccountTail), From: in.From, To: in.To,
		Amount: in.Amount, Unit: in.Unit, Ground: in.Ground, Note: strings.TrimSpace(in.Note)}
	if utf8.RuneCountInString(e.Note) > 2000 {
		f.Add("note", "비고는 2,000자 이내로 적어 주십시오.")
	}
	if !e.From.IsZero() && !e.To.IsZero() && e.To.Before(e.From) {
		f.Add("to", "기간의 끝이 시작보다 빠릅니다.")
	}
	if e.To.After(today) {
		f.Add("to", "오늘("+today.Korean()+")보다 뒤의 날짜는 적을 수 없습니다.")
	}
	switch in.Kind {
	case Interest, Revenue:
		err := e.divide(f, b, in, rules, today)
		if err != nil {
			return e, err
		}
	case Carry:
		e.carry(f, b, in)
	default:
		f.Add("kind", "이자, 수익금, 이월 중에서 골라 주십시오.")
	}
	return e, f.Err()
}

// carry takes the amounts of a carry-over as they are; they must be left.
func (e *Entry) carry(f fault.Fields, b ledger.Balances, in EntryInput) {
	e.Amounts, e.Amount, e.Unit, e.Sources = in.Amounts, in.Amounts.Total(), 1, codes(in.Amounts)
	left := b.Available()
	for _, s := range money.Sources() {
		switch a := in.Amounts.At(s); {
		case a.Sign() < 0:
			f.Add("amounts."+s.Code(), "금액은 0원 이상이어야 합니다.")
		case a.Cmp(left.At(s)) > 0:
			f.Add("amounts."+s.Code(), fmt.Sprintf("%s 잔액은 %s원입니다. %s원을 이월할 수 없습니다.", s.Label(), left.At(s).Comma(), a.Comma()))
		}
	}
	if e.Amount.Sign() <= 0 {
		f.Add("amounts", "이월할 금액을 적어 주십시오.")
	}
	if e.Note == "" {
		f.Add("note", "이월 승인 근거를 적어 주십시오.")
	}
}

// divide splits an amount of a bank book by the money of the sources in the account.
func (e *Entry) divide(f fault.Fields, b ledger.Balances, in EntryInput, rules rule.Set, today calendar.Date) error {
	if len(e.AccountTail) != 4 || strings.Trim(e.AccountTail, "0123456789") != "" {
		f.Add("account_tail", "계좌번호의 뒷 4자리 숫자를 적어 주십시오.")
	}
	if e.From.IsZero() || e.To.IsZero() {
		f.Add("from", "이자나 수익이 생긴 기간을 적어 주십시오.")
	}
	if in.Amount.Sign() <= 0 {
		f.Add("amount", "발생한 금액을 1원 이상 적어 주십시오.")
	}
	if err := e.unit(f, rules, today); err != nil {
		return err
	}
	e.excludable(f, in)
	funds, err := pool(b, in.Sources)
	if err := f.Merge("sources.", err); err != nil {
		return err
	}
	if len(f) > 0 {
		return nil
	}
	e.Sources = codes(funds)
	share, err := Divide(in.Amount, funds, e.Unit)
	if err != nil {
		return fmt.Errorf("split entry: %w", err)
	}
	e.Amounts, e.Cut = share.Parts, share.Cut
	e.Excluded, err = Exclude(in.Excluded, funds, e.Unit, share.Parts)
	if e.Excluded.IsZero() {
		e.Ground = ""
	}
	return err
}

func (e *Entry) unit(f fault.Fields, rules rule.Set, today calendar.Date) error {
	switch {
	case e.Unit == 0 && e.Kind == Revenue:
		e.Unit = 1
	case e.Unit == 0:
		n, err := unitOf(rules, today)
		if err != nil {
			return err
		}
		e.Unit = n
	case e.Unit != 1 && e.Unit != 10:
		f.Add("unit", "끝수는 1원 또는 10원 단위로만 정리할 수 있습니다.")
	}
	return nil
}

// excludable checks the part of an interest that may be kept.
func (e *Entry) excludable(f fault.Fields, in EntryInput) {
	switch {
	case in.Excluded.Sign() < 0:
		f.Add("excluded", "제외액은 0원 이상이어야 합니다.")
	case in.Excluded.Sign() > 0 && in.Kind != Interest:
		f.Add("excluded", "이자만 반납에서 제외할 수 있습니다.")
	case in.Excluded.Cmp(in.Amount) > 0:
		f.Add("excluded", "제외액은 발생한 이자보다 클 수 없습니다.")
	case in.Excluded.Sign() > 0 && (in.Ground == "" || GroundLabel(in.Ground) == in.Ground):
		f.Add("ground", "반납에서 제외하는 법적 근거를 골라 주십시오. (보조금법 시행령 §13①)")
	}
}

// pool is the money that lay in the account: of the chosen sources, or of those that
// were disbursed, or else of all that were secured.
func pool(b ledger.Balances, chosen []string) (money.BySource, error) {
	funds := b.Funds()
	if len(chosen) > 0 {
		var out money.BySource
		for _, code := range chosen {
			s, err := money.ParseSource(code)
			if err != nil {
				return out, err
			}
			out = out.With(s, funds.At(s))
		}
		funds = out
	} else if !b.Disbursed.IsZero() {
		funds = b.Disbursed
	}
	if funds.IsZero() {
		return funds, fault.New(fault.Invalid, "고른 재원에 교부받거나 확보한 돈이 없어 나눌 수 없습니다.")
	}
	return funds, nil
}

// codes are the sources that have money, in their order, joined by spaces.
func codes(b money.BySource) string {
	var out []string
	for _, s := range money.Sources() {
		if b.At(s).Sign() > 0 {
			out = append(out, s.Code())
		}
	}
	return strings.Join(out, " ")
}

// GroundLabel is why a part of the interest may be kept, in words; empty when none is.
func (e Entry) GroundLabel() string {
	if e.Ground == "" {
		return ""
	}
	return GroundLabel(e.Ground)
}
