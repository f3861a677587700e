package e2e_test

import (
	"context"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
)

// won is an amount near what is left of something: all of it, one won more, nothing,
// less than nothing, or some part.
func (w *world) won(c *choice, left money.Amount) money.Amount {
	if !w.tame {
		switch c.IntN(10) {
		case 0:
			return left.Add(money.Must(1))
		case 1:
			return money.Amount{}
		case 2:
			return money.Must(-1 - c.Int64N(1000))
		case 3:
			return money.Must(1 + c.Int64N(200_000_000))
		}
	}
	if left.Sign() <= 0 || c.one(3) {
		return left
	}
	return money.Must(1 + c.Int64N(left.Int64()))
}

// day is today, at times another one.
func (w *world) day(c *choice) calendar.Date {
	if !w.tame && c.one(8) {
		return w.today().AddDays(c.IntN(60) - 40)
	}
	return w.today()
}

// ofAward is the turn of the award's holder.
func ofAward(w *world, id int64) authz.Actor {
	return w.officer(w.number(`select government_id from awards where id = $1`, id))
}

func granting() map[string]verb {
	return map[string]verb{
		"award:create": {"application", ofApplication(false), func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := w.awards.Create(w.ctx, who, award.Input{ApplicationID: application.ID(id)})
			return err
		}},
		"award:examine": {"award", always(manager), func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := w.awards.Examine(w.ctx, who, award.ID(id), award.DefaultConditions())
			return err
		}},
		"award:grant": {"award", always(decider), func(w *world, _ *choice, who authz.Actor, id int64) error {
			a, err := w.awards.Grant(w.ctx, who, award.ID(id))
			if err == nil {
				w.purse(a.ID).Granted = a.Amounts
			}
			return err
		}},
		"award:start":   {"award", ofAward, ofState((*award.Service).Start)},
		"award:end":     {"award", ofAward, ofState((*award.Service).End)},
		"award:suspend": {"award", always(manager), explained((*award.Service).Suspend)},
		"award:resume":  {"award", always(manager), explained((*award.Service).Resume)},
		"award:cancel":  {"award", ofAward, explained((*award.Service).Cancel)},
		"award:secure":  {"award", ofAward, (*world).secure},
		"award:unsecure": {"award", ofAward, func(w *world, c *choice, who authz.Actor, id int64) error {
			ref := ledger.Ref{FiscalYear: w.today().Year(), ID: w.number(`
				select p.id from postings p join awards a on a.account_id = p.account_id where a.id = $1 and p.kind = 'secure' and p.reverses is null order by p.id desc limit 1`, id)}
			p, err := w.awards.Unsecure(w.ctx, who, award.ID(id), ref, pick(c, []string{"다른 사업의 돈입니다.", ""}))
			if err == nil {
				w.purse(award.ID(id)).Secured = w.purse(award.ID(id)).Secured.Sub(p.BySource)
			}
			return err
		}},
	}
}

func ofState(do func(*award.Service, context.Context, authz.Actor, award.ID) (award.Award, error)) func(*world, *choice, authz.Actor, int64) error {
	return func(w *world, _ *choice, who authz.Actor, id int64) error {
		_, err := do(w.awards, w.ctx, who, award.ID(id))
		return err
	}
}

func explained(do func(*award.Service, context.Context, authz.Actor, award.ID, string) (award.Award, error)) func(*world, *choice, authz.Actor, int64) error {
	return func(w *world, c *choice, who authz.Actor, id int64) error {
		_, err := do(w.awards, w.ctx, who, award.ID(id), pick(c, []string{"사정이 바뀌었습니다.", "점검이 끝났습니다.", ""}))
		return err
	}
}

// secure puts in what the holder owes, or a part of it, or a source that is sent.
func (w *world) secure(c *choice, who authz.Actor, id int64) error {
	in := award.SecureInput{On: w.day(c), Note: "세출예산"}
	if d, err := w.awards.Show(w.ctx, ofAward(w, id), award.ID(id)); err == nil {
		left := d.Award.Held(d.Balances.Undisbursed())
		for _, s := range money.Sources() {
			if left.At(s).Sign() > 0 || !w.tame && c.one(20) {
				in.Amounts = in.Amounts.With(s, w.won(c, left.At(s)))
			}
		}
	}
	p, err := w.awards.Secure(w.ctx, who, award.ID(id), in)
	if err == nil {
		w.purse(award.ID(id)).Secured = w.purse(award.ID(id)).Secured.Add(p.BySource)
	}
	return err
}

// ofTranche is the holder's turn; ofPayer the first or the second person's of the payer.
func ofTranche(w *world, id int64) authz.Actor {
	return w.officer(w.number(`select a.government_id from tranches t join awards a on a.id = t.award_id where t.id = $1`, id))
}

func ofPayer(second bool) func(*world, int64) authz.Actor {
	return func(w *world, id int64) authz.Actor {
		province := w.number(`select a.province_id from tranches t join awards a on a.id = t.award_id where t.id = $1 and t.payer_kind = 'sido'`, id)
		switch {
		case province == 0 && second:
			return w.c.Finance2
		case province == 0:
			return w.c.Finance
		case second:
			return w.c.ProvinceApprover
		}
		return w.province(province)
	}
}

func disbursing() map[string]verb {
	tranche := func(do func(*award.Service, context.Context, authz.Actor, award.TrancheID) (award.Tranche, error)) func(*world, *choice, authz.Actor, int64) error {
		return func(w *world, _ *choice, who authz.Actor, id int64) error {
			_, err := do(w.awards, w.ctx, who, award.TrancheID(id))
			return err
		}
	}
	return map[string]verb{
		"tranche:create":   {"award", ofAward, (*world).ask},
		"tranche:draft":    {"tranche", ofPayer(false), tranche((*award.Service).Draft)},
		"tranche:undo":     {"tranche", ofPayer(false), tranche((*award.Service).Undo)},
		"tranche:withdraw": {"tranche", ofTranche, tranche((*award.Service).Withdraw)},
		"tranche:confirm": {"tranche", ofPayer(true), func(w *world, _ *choice, who authz.Actor, id int64) error {
			t, err := w.awards.Confirm(w.ctx, who, award.TrancheID(id))
			if err == nil {
				w.purse(t.AwardID).Disbursed = w.purse(t.AwardID).Disbursed.Add(t.Amounts)
			}
			return err
		}},
		"tranche:receive": {"tranche", ofTranche, func(w *world, c *choice, who authz.Actor, id int64) error {
			_, err := w.awards.Receive(w.ctx, who, award.TrancheID(id), w.day(c))
			return err
		}},
	}
}

// ask is a request for a tranche of one of the payers.
func (w *world) ask(c *choice, who authz.Actor, id int64) error {
	in := award.TrancheInput{PayerKind: pick(c, []string{organization.Ministry, organization.Sido}), Amount: money.Must(1000)}
	if d, err := w.awards.Show(w.ctx, ofAward(w, id), award.ID(id)); err == nil {
		if w.tame {
			in.PayerKind = pick(c, d.Award.Payers())
		}
		source, all := money.National, []award.Tranche(nil)
		if in.PayerKind == organization.Sido {
			source = money.Sido
		}
		for _, t := range d.Tranches {
			all = append(all, t.Tranche)
		}
		in.Amount = w.won(c, d.Award.Unrequested(all, source))
	}
	_, err := w.awards.RequestTranche(w.ctx, who, award.ID(id), in)
	return err
}
