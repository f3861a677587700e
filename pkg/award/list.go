package award

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/ledger"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Item is one row of the list: an award with its money.
type Item struct {
	Award
	Balances ledger.Balances `json:"balances"`
}

const (
	sqlListCount = `
		select count(*) from awards w
		  join organizations g on g.id = w.government_id
		  left join organizations p on p.id = w.province_id
		 where `
	sqlListOrder        = ` order by w.id desc limit `
	sqlTrancheListCount = `
		select count(*) from tranches t
		  join awards w on w.id = t.award_id
		  join organizations g on g.id = w.government_id
		  left join organizations p on p.id = w.province_id
		 where `
	sqlTrancheListOrder = ` order by t.id desc limit `
)

// filter collects the conditions of a list, made of constant fragments.
type filter struct{ page.Where }

// common are the filters of both lists: state, fiscal year, call and search word.
func (f *filter) common(r page.Request, state string) {
	if v := r.Filter("state"); v != "" {
		f.And(state+" = $$", v)
	}
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

// List shows the awards the actor may read, the newest first. Filters: state,
// fiscal_year, call; the search word is looked for in government, title and number.
func (s *Service) List(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Item], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Item], err error) {
		scope, err := tx.Scope("award:read")
		if err != nil {
			return out, err
		}
		cond, args := scope.Where(authz.Columns{Government: "w.government_id", Province: "w.province_id", Program: "w.program_id"}, 1)
		f := filter{page.Begin(cond, args)}
		f.common(r, "w.state")
		var total int
		if err := tx.Get(ctx, &total, sqlListCount+f.String(), f.Args...); err != nil {
			return out, fmt.Errorf("count awards: %w", err)
		}
		var after ID
		if more, err := r.Start(&after); err != nil {
			return out, err
		} else if more {
			f.And("w.id < $$", after)
		}
		var rows []Award
		if err := tx.Select(ctx, &rows, sqlAward+f.String()+sqlListOrder+strconv.Itoa(r.Limit()+1), f.Args...); err != nil {
			return out, fmt.Errorf("list awards: %w", err)
		}
		items, err := withBalances(ctx, tx, rows)
		return page.Cut(r, items, total, func(i Item) any { return i.ID }), err
	})
}

func withBalances(ctx context.Context, tx *work.Tx, rows []Award) ([]Item, error) {
	ids := make([]ledger.AccountID, len(rows))
	for i, a := range rows {
		ids[i] = a.AccountID
	}
	balances, err := ledger.BalancesOf(ctx, tx, ids...)
	if err != nil {
		return nil, err
	}
	items := make([]Item, len(rows))
	for i, a := range rows {
		items[i] = Item{Award: a, Balances: balances[a.AccountID]}
	}
	return items, nil
}

// ListTranches shows the tranches the actor may read, the newest first. Filters:
// state, fiscal_year, call, payer_kind, award.
func (s *Service) ListTranches(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Tranche], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Tranche], err error) {
		scope, err := tx.Scope("tranche:read")
		if err != nil {
			return out, err
		}
		cond, args := scope.Where(authz.Columns{Government: "w.government_id", Province: "w.province_id", Program: "t.program_id"}, 1)
		f := filter{page.Begin(cond, args)}
		f.common(r, "t.state")
		if v := r.Filter("payer_kind"); v != "" {
			f.And("t.payer_kind = $$", v)
		}
		if id, err := strconv.ParseInt(r.Filter("award"), 10, 64); err == nil {
			f.And("t.award_id = $$", id)
		}
		var total int
		if err := tx.Get(ctx, &total, sqlTrancheListCount+f.String(), f.Args...); err != nil {
			return out, fmt.Errorf("count tranches: %w", err)
		}
		var after TrancheID
		if more, err := r.Start(&after); err != nil {
			return out, err
		} else if more {
			f.And("t.id < $$", after)
		}
		var rows []Tranche
		if err := tx.Select(ctx, &rows, sqlTranche+f.String()+sqlTrancheListOrder+strconv.Itoa(r.Limit()+1), f.Args...); err != nil {
			return out, fmt.Errorf("list tranches: %w", err)
		}
		return page.Cut(r, rows, total, func(t Tranche) any { return t.ID }), nil
	})
}
