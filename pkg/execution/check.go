package execution

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/korean"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
)

// Propose is the split of a bill between the sources by the award's amounts, given
// what was spent so far (decisions 7).
func Propose(a award.Award, spent money.BySource, bill money.Amount) (money.BySource, error) {
	return money.ProposeSplit(spent, bill, a.Amounts)
}

// books are the accounts an expenditure is checked against, under lock.
type books struct {
	award ledger.Balances
	lines []award.LineBalance
}

// line finds a budget line by its account.
func (b books) line(id ledger.AccountID) (award.LineBalance, bool) {
	i := slices.IndexFunc(b.lines, func(l award.LineBalance) bool { return l.AccountID == id })
	if i < 0 {
		return award.LineBalance{}, false
	}
	return b.lines[i], true
}

// check names every mistake of an input at once and gives the expenditure it makes.
func check(a award.Award, b books, in Input, today calendar.Date) (Expenditure, error) {
	f := fault.Fields{}
	e := Expenditure{
		AwardID: a.ID, LineAccount: in.Line, OccurredOn: in.OccurredOn, Item: strings.TrimSpace(in.Item), Payee: strings.TrimSpace(in.Payee),
		Method: in.Method, Supply: in.Supply, VAT: in.VAT, EvidenceKind: in.EvidenceKind, EvidenceNo: strings.TrimSpace(in.EvidenceNo),
		FiscalYear: a.FiscalYear,
	}
	checkTexts(f, e)
	if strings.TrimSpace(in.BusinessNo) != "" {
		n, err := korean.ParseBusinessNo(in.BusinessNo)
		if err := f.Merge("business_no.", err); err != nil {
			return e, err
		}
		e.BusinessNo = n
	}
	checkDay(f, a, e.OccurredOn, today)
	if err := checkMoney(f, a, b, in, &e); err != nil {
		return e, err
	}
	return e, f.Err()
}

func checkTexts(f fault.Fields, e Expenditure) {
	for _, t := range []struct {
		field, text, label string
		most               int
		required           bool
	}{
		{"item", e.Item, "집행용도", 500, true},
		{"payee", e.Payee, "거래처명", 200, true},
		{"evidence_no", e.EvidenceNo, "증빙번호", 100, false},
	} {
		switch {
		case t.required && t.text == "":
			f.Add(t.field, t.label+" 항목을 적어 주십시오.")
		case utf8.RuneCountInString(t.text) > t.most:
			f.Add(t.field, fmt.Sprintf("%s 항목은 %d자 이내로 적어 주십시오.", t.label, t.most))
		}
	}
	if !slices.Contains(Methods(), e.Method) {
		f.Add("method", "지급 방식은 계좌이체나 전용카드 중에서 골라 주십시오. 현금 지급은 인정되지 않습니다.")
	}
	if !slices.Contains(EvidenceKinds(), e.EvidenceKind) {
		f.Add("evidence_kind", "증빙 종류를 골라 주십시오.")
	}
}

// checkDay holds an expenditure inside the project period, after the grant decision
// and not in the future.
func checkDay(f fault.Fields, a award.Award, day, today calendar.Date) {
	switch {
	case day.IsZero():
		f.Add("occurred_on", "집행일을 적어 주십시오.")
	case day.Before(a.ProjectFrom) || day.After(a.ProjectTo):
		f.Add("occurred_on", fmt.Sprintf("집행일은 사업기간(%s ~ %s) 안이어야 합니다.", a.ProjectFrom.Korean(), a.ProjectTo.Korean()))
	case day.Before(a.GrantedOn):
		f.Add("occurred_on", fmt.Sprintf("교부결정일(%s) 전의 집행은 인정되지 않습니다.", a.GrantedOn.Korean()))
	case day.After(today):
		f.Add("occurred_on", fmt.Sprintf("오늘(%s)보다 뒤의 날짜는 적을 수 없습니다.", today.Korean()))
	}
}

// checkMoney settles the split and compares it with the bill, the line and what is
// left of each source.
func checkMoney(f fault.Fields, a award.Award, b books, in Input, e *Expenditure) error {
	if in.Supply.Sign() < 0 {
		f.Add("supply", "공급가액은 0원 이상이어야 합니다.")
	}
	if in.VAT.Sign() < 0 {
		f.Add("vat", "부가세는 0원 이상이어야 합니다.")
	}
	bill := in.Supply.Add(in.VAT)
	if bill.Sign() <= 0 {
		f.Add("supply", "집행 금액을 1원 이상 적어 주십시오.")
		return nil
	}
	if _, err := money.Of(bill.Int64()); err != nil {
		return f.Merge("supply.", err)
	}
	if len(f) > 0 && (f["supply"] != "" || f["vat"] != "") {
		return nil
	}
	if in.Amounts == nil {
		split, err := Propose(a, b.award.Spent, bill)
		if err != nil {
			return fmt.Errorf("propose split: %w", err)
		}
		e.Amounts = split
	} else {
		e.Amounts = *in.Amounts
	}
	checkSources(f, b, bill, e.Amounts)
	checkLine(f, b, in.Line, bill)
	return nil
}

func checkSources(f fault.Fields, b books, bill money.Amount, amounts money.BySource) {
	available := b.award.Available()
	for _, s := range money.Sources() {
		amount, left := amounts.At(s), available.At(s)
		switch field := "amounts." + s.Code(); {
		case amount.Sign() < 0:
			f.Add(field, "금액은 0원 이상이어야 합니다.")
		case amount.Cmp(left) > 0:
			f.Add(field, fmt.Sprintf("%s 금액은 %s원 남아 있어 %s원을 쓸 수 없습니다. %s원이 모자랍니다.",
				s.Label(), left.Comma(), amount.Comma(), amount.Sub(left).Comma()))
		}
	}
	if sum := amounts.Total(); sum != bill {
		f.Add("amounts", fmt.Sprintf("재원별 금액의 합계(%s원)가 공급가액과 부가세의 합계(%s원)와 다릅니다. 차액은 %s원입니다.",
			sum.Comma(), bill.Comma(), bill.Sub(sum).Comma()))
	}
}

func checkLine(f fault.Fields, b books, id ledger.AccountID, bill money.Amount) {
	line, ok := b.line(id)
	switch {
	case !ok:
		f.Add("line", "이 사업의 예산 항목을 골라 주십시오.")
	case bill.Cmp(line.Left) > 0:
		f.Add("line", fmt.Sprintf("‘%s’ 예산은 %s원 남아 있어 %s원을 쓸 수 없습니다. %s원이 모자랍니다.",
			line.CodeName, line.Left.Comma(), bill.Comma(), bill.Sub(line.Left).Comma()))
	}
}
