package e2e_test

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/execution"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
	"eoul/pkg/settlement"
)

// purse is what people did to the money of one award, kept beside the product.
type purse struct {
	Granted, Secured, Disbursed, Spent, Disallowed, Interest, Revenue, Carried, Repaid money.BySource
}

func (w *world) purse(id award.ID) *purse {
	if w.purses[id] == nil {
		w.purses[id] = &purse{}
	}
	return w.purses[id]
}

// affordable: no source of any award was spent beyond what came in, nor given out
// beyond what was granted.
func (w *world) affordable() error {
	for id, p := range w.purses {
		in := p.Secured.Add(p.Disbursed)
		if !p.Spent.Add(p.Carried).LessEq(in) || !in.LessEq(p.Granted) || !p.Disallowed.LessEq(p.Spent) {
			return fmt.Errorf("award %d went beyond its money: %+v", id, *p)
		}
	}
	return nil
}

// books compares the counters of the product with the purses.
func (w *world) books() error {
	for id, p := range w.purses {
		if is := w.counted(id); is != *p {
			return fmt.Errorf("award %d counts %+v, people did %+v", id, is, *p)
		}
	}
	return nil
}

// counted are the counters of the product.
func (w *world) counted(id award.ID) purse {
	w.t.Helper()
	var rows []purse
	w.look(&rows, `
		select granted_national "granted.national", granted_sido "granted.sido", granted_sigungu "granted.sigungu", granted_own "granted.own",
		       secured_national "secured.national", secured_sido "secured.sido", secured_sigungu "secured.sigungu", secured_own "secured.own",
		       disbursed_national "disbursed.national", disbursed_sido "disbursed.sido", disbursed_sigungu "disbursed.sigungu", disbursed_own "disbursed.own",
		       spent_national "spent.national", spent_sido "spent.sido", spent_sigungu "spent.sigungu", spent_own "spent.own",
		       disallowed_national "disallowed.national", disallowed_sido "disallowed.sido", disallowed_sigungu "disallowed.sigungu", disallowed_own "disallowed.own",
		       interest_national "interest.national", interest_sido "interest.sido", interest_sigungu "interest.sigungu", interest_own "interest.own",
		       revenue_national "revenue.national", revenue_sido "revenue.sido", revenue_sigungu "revenue.sigungu", revenue_own "revenue.own",
		       carried_national "carried.national", carried_sido "carried.sido", carried_sigungu "carried.sigungu", carried_own "carried.own",
		       repaid_national "repaid.national", repaid_sido "repaid.sido", repaid_sigungu "repaid.sigungu", repaid_own "repaid.own"
		  from accounts where id = (select account_id from awards where id = $1)`, id)
	if len(rows) != 1 {
		w.t.Fatalf("award %d has %d accounts", id, len(rows))
	}
	return rows[0]
}

func ofExpenditure(w *world, id int64) authz.Actor {
	return w.officer(w.number(`select a.government_id from expenditures e join awards a on a.id = e.award_id where e.id = $1`, id))
}

func buying() map[string]verb {
	return map[string]verb{
		"expenditure:create": {"award", ofAward, (*world).buy},
		"expenditure:reverse": {"expenditure", ofExpenditure, func(w *world, c *choice, who authz.Actor, id int64) error {
			e, err := w.spending.Reverse(w.ctx, who, execution.ID(id), pick(c, []string{"두 번 적었습니다.", "다른 사업입니다.", ""}))
			if err == nil {
				w.purse(e.AwardID).Spent = w.purse(e.AwardID).Spent.Sub(e.Amounts)
			}
			return err
		}},
		"expenditure:accept": {"expenditure", always(manager), func(w *world, _ *choice, who authz.Actor, id int64) error {
			e, err := w.spending.Accept(w.ctx, who, execution.ID(id))
			if err == nil && w.rejected[e.ID] {
				w.purse(e.AwardID).Disallowed, w.rejected[e.ID] = w.purse(e.AwardID).Disallowed.Sub(e.Amounts), false
			}
			return err
		}},
		"expenditure:reject": {"expenditure", always(manager), func(w *world, c *choice, who authz.Actor, id int64) error {
			e, err := w.spending.Reject(w.ctx, who, execution.ID(id), pick(c, []string{"목적과 다릅니다.", "증빙이 없습니다.", ""}))
			if err == nil {
				w.purse(e.AwardID).Disallowed, w.rejected[e.ID] = w.purse(e.AwardID).Disallowed.Add(e.Amounts), true
			}
			return err
		}},
	}
}

// buy enters a bill on some line, its sources proposed or chosen at random.
func (w *world) buy(c *choice, who authz.Actor, id int64) error {
	in := execution.Input{OccurredOn: w.day(c)}
	if d, err := w.awards.Show(w.ctx, ofAward(w, id), award.ID(id)); err == nil && len(d.Lines) > 0 {
		l := pick(c, d.Lines)
		in = fixture.Bill(l.Line, w.day(c), 0, 0)
		in.Supply = w.won(c, l.Left.Min(d.Balances.Available().Total()))
		if c.one(3) {
			var b money.BySource
			for _, s := range money.Sources() {
				if left := d.Balances.Available().At(s); left.Sign() > 0 && c.one(2) {
					b = b.With(s, w.won(c, left))
				}
			}
			in.Amounts, in.Supply = &b, b.Total()
		}
	}
	e, err := w.spending.Record(w.ctx, who, award.ID(id), in, "")
	if err == nil {
		w.purse(e.AwardID).Spent = w.purse(e.AwardID).Spent.Add(e.Amounts)
	}
	return err
}

func ofSettlement(w *world, id int64) authz.Actor {
	return w.officer(w.number(`select government_id from settlements where id = $1`, id))
}

func settlingUp() map[string]verb {
	act := func(do func(*settlement.Service, context.Context, authz.Actor, settlement.ID) (settlement.Settlement, error)) func(*world, *choice, authz.Actor, int64) error {
		return func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := do(w.settling, w.ctx, who, settlement.ID(id))
			return err
		}
	}
	checker := func(w *world, id int64) authz.Actor {
		return w.province(w.number(`select government_id from settlements where id = $1`, id))
	}
	finance := always(func(c fixture.Company) authz.Actor { return c.Finance })
	return map[string]verb{
		"settlement:create": {"award", ofAward, func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := w.settling.Create(w.ctx, who, award.ID(id))
			return err
		}},
		"settlement:write": {"settlement", ofSettlement, func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.settling.Write(w.ctx, who, settlement.ID(id), w.version(c, "settlements", id), "사업을 마쳤습니다.")
			return err
		}},
		"settlement:submit":  {"settlement", ofSettlement, act((*settlement.Service).Submit)},
		"settlement:check":   {"settlement", checker, act((*settlement.Service).Check)},
		"settlement:examine": {"settlement", always(manager), act((*settlement.Service).Examine)},
		"settlement:fix":     {"settlement", always(decider), act((*settlement.Service).Fix)},
		"settlement:notify":  {"settlement", finance, act((*settlement.Service).Notify)},
		"settlement:close":   {"settlement", finance, act((*settlement.Service).Close)},
		"settlement:correct": {"settlement", always(manager), func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.settling.Correct(w.ctx, who, settlement.ID(id), pick(c, []string{"이자를 다시 확인해 주십시오.", ""}))
			return err
		}},
	}
}

func paying() map[string]verb {
	return map[string]verb{
		"settlement:enter": {"settlement", ofSettlement, (*world).enter},
		"settlement:void":  {"settlement", ofSettlement, (*world).void},
		"repayment:pay": {"repayment", always(func(c fixture.Company) authz.Actor { return c.Finance }), func(w *world, c *choice, who authz.Actor, id int64) error {
			left := money.Must(w.number(`select amount - paid from repayments where id = $1`, id))
			in := settlement.PayInput{Amount: w.won(c, left), On: w.day(c), ReceiptNo: "수납"}
			r, err := w.settling.Pay(w.ctx, who, settlement.RepaymentID(id), in)
			if err == nil {
				p := w.purse(award.ID(w.number(`select award_id from settlements where id = $1`, r.SettlementID)))
				source, _ := money.ParseSource(r.Source)
				p.Repaid = p.Repaid.With(source, p.Repaid.At(source).Add(in.Amount))
			}
			return err
		}},
	}
}

// book adds an entry's amounts to the purse of its settlement, or takes them out.
func (w *world) book(e settlement.Entry, amounts money.BySource) {
	p := w.purse(award.ID(w.number(`select award_id from settlements where id = $1`, e.SettlementID)))
	switch e.Kind {
	case settlement.Interest:
		p.Interest = p.Interest.Add(amounts)
	case settlement.Revenue:
		p.Revenue = p.Revenue.Add(amounts)
	default:
		p.Carried = p.Carried.Add(amounts)
	}
}

// enter books interest, revenue or a carry-over.
func (w *world) enter(c *choice, who authz.Actor, id int64) error {
	in := settlement.EntryInput{Kind: pick(c, []settlement.EntryKind{settlement.Interest, settlement.Interest, settlement.Revenue, settlement.Carry}),
		AccountTail: "1234", From: calendar.Must(2022, 3, 1), To: w.day(c), Amount: w.won(c, money.Must(100_000)), Note: "승인"}
	if d, err := w.settling.Show(w.ctx, w.c.Auditor, settlement.ID(id)); err == nil && in.Kind == settlement.Carry {
		source := pick(c, []money.Source{money.National, money.Sido, money.Sigungu, money.Own})
		in.Amounts = in.Amounts.With(source, w.won(c, d.Balances.Available().At(source)))
	}
	if in.Kind == settlement.Interest && c.one(4) {
		in.Excluded, in.Ground = w.won(c, in.Amount), settlement.Grounds()[0].Code
	}
	e, err := w.settling.AddEntry(w.ctx, who, settlement.ID(id), in)
	if err == nil {
		w.book(e, e.Amounts)
	}
	return err
}

// void takes some entry back.
func (w *world) void(c *choice, who authz.Actor, id int64) error {
	var gone settlement.Entry
	if d, err := w.settling.Show(w.ctx, w.c.Auditor, settlement.ID(id)); err == nil && len(d.Entries) > 0 {
		gone = pick(c, d.Entries)
	}
	_, err := w.settling.VoidEntry(w.ctx, who, settlement.ID(id), gone.ID, pick(c, []string{"잘못 적었습니다.", ""}))
	if err == nil {
		w.book(gone, gone.Amounts.Neg())
	}
	return err
}
