package settlement

import (
	"context"
	"fmt"
	"slices"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/execution"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Detail is a settlement with everything its page shows.
type Detail struct {
	Settlement Settlement      `json:"settlement"`
	Award      award.Award     `json:"award"`
	Rows       Rows            `json:"rows"`
	Total      Row             `json:"total"`
	Checks     []Check         `json:"checks"`
	Entries    []Entry         `json:"entries"`
	Repayments []Repayment     `json:"repayments"`
	Receipts   []Receipt       `json:"receipts"`
	Balances   ledger.Balances `json:"balances"`
	Advice     []string        `json:"advice"`   // other ways of reckoning, for comparison
	Warnings   []string        `json:"warnings"` // what stands against fixing
	May        []string        `json:"may"`
	LateDays   int             `json:"late_days"`
	Unit       int64           `json:"unit"` // to which interest is cut by the rule of today
}

// Can tells whether the viewer may do a verb now.
func (d Detail) Can(verb string) bool { return slices.Contains(d.May, verb) }

// Show reads a settlement for its page; NotFound when it may not be read.
func (s *Service) Show(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d Detail, err error) {
		if d.Settlement, err = Get(ctx, tx, id); err != nil {
			return d, err
		}
		if err := tx.Allow("settlement:read", d.Settlement.Object()); err != nil {
			return d, err
		}
		if err := d.read(ctx, tx); err != nil {
			return d, err
		}
		d.May = verbsOf(tx, d.Settlement)
		return d, d.advise(ctx, tx)
	})
}

func (d *Detail) read(ctx context.Context, tx *work.Tx) (err error) {
	id := d.Settlement.ID
	if d.Award, err = award.Get(ctx, tx, d.Settlement.AwardID); err != nil {
		return err
	}
	if d.Rows, err = RowsOf(ctx, tx, id); err != nil {
		return err
	}
	if d.Entries, err = Entries(ctx, tx, id); err != nil {
		return err
	}
	if d.Repayments, err = Repayments(ctx, tx, id); err != nil {
		return err
	}
	if d.Receipts, err = Receipts(ctx, tx, id); err != nil {
		return err
	}
	balances, err := ledger.BalancesOf(ctx, tx, d.Settlement.AccountID)
	d.Balances = balances[d.Settlement.AccountID]
	d.Total, d.Checks = d.Rows.Total(), d.Rows.Checks(d.Award.Amounts)
	return err
}

// advise compares the rows with the ledger and with the other ways of reckoning.
func (d *Detail) advise(ctx context.Context, tx *work.Tx) error {
	d.Advice, d.Warnings = []string{}, []string{}
	today := calendar.Today(tx.Now)
	d.LateDays = d.Settlement.Late(today)
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return err
	}
	if d.Unit, err = unitOf(rules, today); err != nil {
		return err
	}
	if !d.Settlement.State.Final() {
		if err := d.compare(ctx, tx); err != nil {
			return err
		}
	}
	spent := d.Rows.Of(func(r Row) money.Amount { return r.Accepted })
	short, applies, err := ShortfallOf(d.Award.Amounts, spent)
	if err != nil {
		return err
	}
	if applies {
		d.Advice = append(d.Advice, fmt.Sprintf("자부담 집행이 계획보다 적습니다. 계획한 비율로 다시 나누면 보조금은 %s원이 인정되고 %s원을 더 반납하여야 합니다. (지방보조금 관리기준 §15⑥)",
			short.Recognised.Comma(), short.Return.Comma()))
	}
	balance := d.Total.Balance
	ratio, err := RatioBalance(d.Award.Amounts, balance)
	if err == nil && balance.Sign() > 0 && ratio != d.Rows.Of(func(r Row) money.Amount { return r.Balance }) {
		d.Advice = append(d.Advice, "참고: 잔액을 교부 비율로 나누면 "+words(ratio)+"입니다. 이 정산서는 재원별 실제 잔액을 반납합니다. (통합관리지침 §22⑦)")
	}
	return nil
}

// compare warns where the rows are not what the ledger says now, and of spending that
// nobody has reviewed.
func (d *Detail) compare(ctx context.Context, tx *work.Tx) error {
	stored := d.Rows
	excluded := stored.Of(func(r Row) money.Amount { return r.Excluded })
	planned, changed := stored.Of(func(r Row) money.Amount { return r.Planned }), stored.Of(func(r Row) money.Amount { return r.Changed })
	if Reckon(planned, changed, d.Balances, excluded) != stored {
		d.Warnings = append(d.Warnings, "정산서를 저장한 뒤 원장이 바뀌었습니다. 다음 단계로 넘어가면 다시 계산합니다.")
	}
	rows, err := execution.List(ctx, tx, d.Award.ID)
	if err != nil {
		return err
	}
	unreviewed := 0
	for _, e := range rows {
		if e.State == execution.Unreviewed {
			unreviewed++
		}
	}
	if unreviewed > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("검토하지 않은 집행이 %d건 있습니다. 확정하면 인정한 것으로 계산됩니다.", unreviewed))
	}
	return nil
}

// words says amounts per source, leaving out those of 0 won.
func words(b money.BySource) string {
	out := ""
	for _, s := range money.Sources() {
		if b.At(s).Sign() != 0 {
			if out != "" {
				out += ", "
			}
			out += s.Label() + " " + b.At(s).Comma() + "원"
		}
	}
	return out
}

// verbsOf are the verbs the actor may do on the settlement now, in the order of Flow.
func verbsOf(tx *work.Tx, st Settlement) []string {
	verbs := []string{}
	if st.State.Open() && tx.Can("settlement:update", st.Object()) {
		verbs = append(verbs, "update")
	}
	for _, verb := range []string{"submit", "check", "examine", "fix", "notify", "close", "correct"} {
		if !Flow.Can(st.State, verb) || !tx.Can(Flow.Action(verb), st.Object()) {
			continue
		}
		if verb == "examine" && st.State == Submitted && st.ProvinceID != 0 || verb == "fix" && st.ExaminedBy == tx.Actor.ID {
			continue
		}
		verbs = append(verbs, verb)
	}
	if st.State == Notified && tx.Can("settlement:repay", st.Object()) {
		verbs = append(verbs, "pay")
	}
	return verbs
}
