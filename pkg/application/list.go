package application

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Item is one row of a list. Totals is what was handed in last, nil before.
type Item struct {
	Application
	Totals   *money.BySource `json:"totals"`
	Versions int             `json:"versions"` // how many were handed in
}

const (
	sqlListWhere = sqlColumns + ` where `
	sqlListOrder = ` order by a.id desc limit `
	sqlCount     = `select count(*) from applications a join plans p on p.application_id = a.id where `
)

// List reads one page of the applications the actor may open: what was handed in by
// application:read, drafts by application:preview. Filters: state, call, government,
// year, and whose (own or under); the search word is looked for in number, receipt
// number, title and government.
func (s *Service) List(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Item], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Item], err error) {
		cond, err := seen(tx)
		if err != nil {
			return out, err
		}
		cond.filter(req)
		var total int
		if err := tx.Get(ctx, &total, sqlCount+cond.String(), cond.Args...); err != nil {
			return out, fmt.Errorf("count applications: %w", err)
		}
		var after ID
		if ok, err := req.Start(&after); err != nil {
			return out, err
		} else if ok {
			cond.And("a.id < $$", after)
		}
		var rows []Item
		if err := tx.Select(ctx, &rows, sqlListWhere+cond.String()+sqlListOrder+strconv.Itoa(req.Limit()+1), cond.Args...); err != nil {
			return out, fmt.Errorf("list applications: %w", err)
		}
		return page.Cut(req, rows, total, func(i Item) any { return i.ID }), addTotals(ctx, tx, rows)
	})
}

func addTotals(ctx context.Context, tx *work.Tx, rows []Item) error {
	ids := make([]ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	last, err := lastSubmissions(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i, r := range rows {
		if sub, ok := last[r.ID]; ok {
			rows[i].Totals, rows[i].Versions = &sub.Amounts, sub.No
		}
	}
	return nil
}

// condition is which rows a list shows.
type condition struct {
	page.Where
	own   []int64 // governments of the actor, for the filter whose
	under []int64
}

// seen is the rows the actor may open. Who may read nothing is Forbidden.
func seen(tx *work.Tx) (c condition, err error) {
	drafts, draftErr := tx.Scope("application:preview")
	handed, err := tx.Scope("application:read")
	if fault.KindOf(err) == fault.Forbidden && draftErr == nil {
		err = nil
	}
	if err != nil {
		return c, err
	}
	columns := authz.Columns{Government: "a.government_id", Province: "a.province_id", Program: "a.program_id"}
	read, args := handed.Where(columns, 1)
	preview, more := drafts.Where(columns, 1+len(args))
	c.Where = page.Begin("(a.receipt_no is not null and "+read+" or a.receipt_no is null and "+preview+")", append(args, more...))
	c.own, c.under = handed.Own, handed.Under
	return c, nil
}

func (c *condition) filter(req page.Request) {
	if state := req.Filter("state"); state != "" {
		c.And("a.state = $$", state)
	}
	for _, f := range []struct{ name, text string }{
		{"call", "a.call_id = $$"}, {"government", "a.government_id = $$"}, {"year", "a.fiscal_year = $$"},
	} {
		if id, err := strconv.ParseInt(req.Filter(f.name), 10, 64); err == nil {
			c.And(f.text, id)
		}
	}
	switch req.Filter("whose") {
	case "own":
		c.And("a.government_id = any($$)", pq.Array(c.own))
	case "under":
		c.And("a.province_id = any($$)", pq.Array(c.under))
	}
	if q := strings.TrimSpace(req.Query); q != "" {
		c.And("concat_ws(' ', a.number, a.receipt_no, a.government_name, case when a.receipt_no is null then p.title else a.title end) ilike $$", page.Like(q))
	}
}
