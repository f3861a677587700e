package settlement

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Item is one row of the list: a settlement with what came in, was spent and is due.
type Item struct {
	Settlement
	Funds money.BySource `db:"funds" json:"funds"`
	Spent money.BySource `db:"spent" json:"spent"`
	Due   money.BySource `db:"due" json:"due"`
}

const (
	sqlItems = columns + `,
		       n.secured + n.disbursed "funds.national", i.secured + i.disbursed "funds.sido", u.secured + u.disbursed "funds.sigungu", o.secured + o.disbursed "funds.own",
		       n.spent "spent.national", i.spent "spent.sido", u.spent "spent.sigungu", o.spent "spent.own",
		       n.due "due.national", i.due "due.sido", u.due "due.sigungu", o.due "due.own"
		  from settlements s
		  join awards w on w.id = s.award_id
		  join organizations g on g.id = s.government_id
		  left join organizations p on p.id = s.province_id
		  join settlement_rows n on n.settlement_id = s.id and n.source = 'national'
		  join settlement_rows i on i.settlement_id = s.id and i.source = 'sido'
		  join settlement_rows u on u.settlement_id = s.id and u.source = 'sigungu'
		  join settlement_rows o on o.settlement_id = s.id and o.source = 'own'
		 where `
	sqlItemsOrder = ` order by s.id desc limit `
	sqlItemsCount = `
		select count(*) from settlements s
		  join awards w on w.id = s.award_id
		  join organizations g on g.id = s.government_id
		  left join organizations p on p.id = s.province_id
		 where `
	sqlRepaymentsOrder = ` order by r.id desc limit `
	sqlRepaymentsCount = `
		select count(*) from repayments r
		  join settlements s on s.id = r.settlement_id
		  join awards w on w.id = s.award_id
		  join organizations g on g.id = s.government_id
		  left join organizations p on p.id = s.province_id
		 where `
)

// filter collects the conditions of a list, made of constant fragments.
type filter struct{ page.Where }

func scoped(tx *work.Tx, action string) (filter, error) {
	scope, err := tx.Scope(action)
	if err != nil {
		return filter{}, err
	}
	cond, args := scope.Where(authz.Columns{Government: "s.government_id", Province: "s.province_id", Program: "s.program_id"}, 1)
	return filter{page.Begin(cond, args)}, nil
}

// common are the filters of both lists.
func (f *filter) common(r page.Request) {
	if y, err := strconv.Atoi(r.Filter("fiscal_year")); err == nil {
		f.And("w.fiscal_year = $$", y)
	}
	if id, err := strconv.ParseInt(r.Filter("call"), 10, 64); err == nil {
		f.And("w.call_id = $$", id)
	}
	if q := strings.TrimSpace(r.Query); q != "" {
		f.And("(concat_ws(' ', p.name, g.name) like $$ or w.title like $$ or w.number like $$)", page.Like(q))
	}
}

// List shows the settlements the actor may read, the newest first. Filters: state,
// fiscal_year, call, award.
func (s *Service) List(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Item], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Item], err error) {
		f, err := scoped(tx, "settlement:read")
		if err != nil {
			return out, err
		}
		f.common(r)
		if v := r.Filter("state"); v != "" {
			f.And("s.state = $$", v)
		}
		if id, err := strconv.ParseInt(r.Filter("award"), 10, 64); err == nil {
			f.And("s.award_id = $$", id)
		}
		var total int
		if err := tx.Get(ctx, &total, sqlItemsCount+f.String(), f.Args...); err != nil {
			return out, fmt.Errorf("count settlements: %w", err)
		}
		var after ID
		if more, err := r.Start(&after); err != nil {
			return out, err
		} else if more {
			f.And("s.id < $$", after)
		}
		var rows []Item
		if err := tx.Select(ctx, &rows, sqlItems+f.String()+sqlItemsOrder+strconv.Itoa(r.Limit()+1), f.Args...); err != nil {
			return out, fmt.Errorf("list settlements: %w", err)
		}
		return page.Cut(r, rows, total, func(i Item) any { return i.ID }), nil
	})
}

// ListRepayments shows the repayments the actor may read, the newest first. Filters:
// paid ("yes" or "no"), source, fiscal_year, call, settlement.
func (s *Service) ListRepayments(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Repayment], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Repayment], err error) {
		f, err := scoped(tx, "repayment:read")
		if err != nil {
			return out, err
		}
		f.common(r)
		if v := r.Filter("paid"); v == "yes" || v == "no" {
			f.And("(r.paid = r.amount) = $$", v == "yes")
		}
		if v := r.Filter("source"); v != "" {
			f.And("r.source = $$", v)
		}
		if id, err := strconv.ParseInt(r.Filter("settlement"), 10, 64); err == nil {
			f.And("r.settlement_id = $$", id)
		}
		var total int
		if err := tx.Get(ctx, &total, sqlRepaymentsCount+f.String(), f.Args...); err != nil {
			return out, fmt.Errorf("count repayments: %w", err)
		}
		var after RepaymentID
		if more, err := r.Start(&after); err != nil {
			return out, err
		} else if more {
			f.And("r.id < $$", after)
		}
		var rows []Repayment
		if err := tx.Select(ctx, &rows, sqlRepayment+f.String()+sqlRepaymentsOrder+strconv.Itoa(r.Limit()+1), f.Args...); err != nil {
			return out, fmt.Errorf("list repayments: %w", err)
		}
		return page.Cut(r, rows, total, func(p Repayment) any { return p.ID }), nil
	})
}

// ShowRepayment reads one repayment; NotFound when it may not be read.
func (s *Service) ShowRepayment(ctx context.Context, who authz.Actor, id RepaymentID) (RepaymentDetail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d RepaymentDetail, err error) {
		if err := tx.Get(ctx, &d.Repayment, sqlRepaymentGet, id); err != nil {
			return d, fmt.Errorf("read repayment: %w", err)
		}
		if err := tx.Allow("repayment:read", d.Object()); err != nil {
			return d, err
		}
		all, err := Receipts(ctx, tx, d.SettlementID)
		if err != nil {
			return d, err
		}
		d.Receipts = []Receipt{}
		for _, r := range all {
			if r.RepaymentID == id {
				d.Receipts = append(d.Receipts, r)
			}
		}
		d.MayPay = d.Left().Sign() > 0 && tx.Can("repayment:pay", d.Object())
		d.Today = calendar.Today(tx.Now)
		return d, nil
	})
}

// RepaymentDetail is a repayment with what came in for it.
type RepaymentDetail struct {
	Repayment
	Receipts []Receipt     `json:"receipts"`
	MayPay   bool          `json:"may_pay"`
	Today    calendar.Date `json:"-"`
}
