package settlement

import (
	"eoul/pkg/ledger"
	"eoul/pkg/money"
)

// Figure is one number of the settlement with how it came about.
type Figure struct {
	Name    string       `json:"name"`
	Label   string       `json:"label"`
	Amount  money.Amount `json:"amount"`
	Formula string       `json:"formula"`
	Kind    ledger.Kind  `json:"kind,omitempty"` // postings that add up to it; empty when it is computed
}

// Figures explains every number of a row, in the order of the form.
func (r Row) Figures() []Figure {
	won := func(a money.Amount) string { return a.Comma() + "원" }
	return []Figure{
		{"planned", "예산액(당초)", r.Planned, "교부결정한 예산 항목의 합계", ""},
		{"changed", "변경 후 예산", r.Changed, "지금 예산 항목의 합계", ""},
		{"secured", "확보액", r.Secured, "원장의 확보 기록 합계", ledger.Secure},
		{"disbursed", "교부액", r.Disbursed, "원장의 교부 기록 합계", ledger.Disburse},
		{"spent", "집행액", r.Spent, "원장의 집행 기록 합계(정정은 뺍니다)", ledger.Spend},
		{"disallowed", "불인정액", r.Disallowed, "원장의 불인정 기록 합계", ledger.Disallow},
		{"accepted", "인정집행액", r.Accepted, "집행 " + won(r.Spent) + " − 불인정 " + won(r.Disallowed) + " = " + won(r.Accepted), ""},
		{"carried", "이월액", r.Carried, "원장의 이월 기록 합계", ledger.Carry},
		{"balance", "집행잔액", r.Balance, "확보 " + won(r.Secured) + " + 교부 " + won(r.Disbursed) + " − 집행 " + won(r.Spent) + " − 이월 " + won(r.Carried) + " = " + won(r.Balance), ""},
		{"interest", "이자", r.Interest, "통장 이자를 재원별로 나누고 끝수를 버린 금액의 합계", ledger.Interest},
		{"excluded", "제외 이자", r.Excluded, "반납에서 제외한 이자(보조금법 시행령 §13①)", ""},
		{"revenue", "수익금", r.Revenue, "수익금을 재원별로 나눈 금액의 합계", ledger.Revenue},
		{"due", "반납할 금액", r.Due, "잔액 " + won(r.Balance) + " + 불인정 " + won(r.Disallowed) + " + (이자 " + won(r.Interest) + " − 제외 " + won(r.Excluded) +
			") + 수익금 " + won(r.Revenue) + " = " + won(r.Due), ""},
	}
}

// Check is one identity of the settlement as it is printed under the table.
type Check struct {
	Label string `json:"label"`
	Left  string `json:"left"`
	Right string `json:"right"`
	Holds bool   `json:"holds"`
}

// Checks recomputes the identities of the rows: money that came in went somewhere,
// what is due has its parts, and the sources add up to the total.
func (r Rows) Checks(budget money.BySource) []Check {
	t := r.Total()
	in, out := t.Secured.Add(t.Disbursed), money.Sum(t.Accepted, t.Disallowed, t.Carried, t.Balance)
	parts := money.Sum(t.Balance, t.Disallowed, t.Interest, t.Excluded.Neg(), t.Revenue)
	planned := r.Of(func(x Row) money.Amount { return x.Planned })
	checks := []Check{
		check("확보 + 교부 = 인정집행 + 불인정 + 이월 + 잔액", in, out),
		check("반납 = 잔액 + 불인정 + (이자 − 제외) + 수익금", t.Due, parts),
		check("재원별 반납액의 합 = 반납 합계", r.Due().Total(), t.Due),
		check("예산 항목의 합 = 교부결정액", planned.Total(), budget.Total()),
	}
	return checks
}

func check(label string, left, right money.Amount) Check {
	return Check{Label: label, Left: left.Comma(), Right: right.Comma(), Holds: left == right}
}
