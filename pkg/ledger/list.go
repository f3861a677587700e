package ledger

import (
	"context"
	"fmt"
	"strconv"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

const (
	sqlPostings = `
		select ` + postingColumns + `, coalesce(r.id, 0) as reversed_by
		  from postings p
		  join accounts a on a.id = p.account_id
		  left join postings r on r.reverses_year = p.fiscal_year and r.reverses = p.id
		 where `
	sqlPostingsOrder = ` order by p.id desc limit `
	sqlPostingsCount = `
		select count(*) from postings p join accounts a on a.id = p.account_id where `
)

// scopeColumns is how the lists of the ledger are scoped.
func scopeColumns() authz.Columns {
	return authz.Columns{Government: "a.government_id", Province: "a.province_id", Program: "a.program_id"}
}

// Postings are the postings of accounts, the latest first. Kinds, fiscal year
// ("fiscal_year") and cause ("source_kind", "source_id") narrow them.
func Postings(ctx context.Context, tx *work.Tx, accounts []AccountID, kinds []Kind, r page.Request) (page.Slice[Posting], error) {
	return postings(ctx, tx, page.Begin("a.id = any($1)", []any{pq.Array(accounts)}), kinds, r)
}

// postings reads one page of those that w is true for.
func postings(ctx context.Context, tx *work.Tx, w page.Where, kinds []Kind, r page.Request) (page.Slice[Posting], error) {
	if len(kinds) > 0 {
		w.And("p.kind = any($$)", pq.Array(kinds))
	}
	if y, err := strconv.Atoi(r.Filter("fiscal_year")); err == nil {
		w.And("p.fiscal_year = $$", y)
	}
	if k := r.Filter("source_kind"); k != "" {
		w.And("p.source_kind = $$", k)
	}
	if id, err := strconv.ParseInt(r.Filter("source_id"), 10, 64); err == nil {
		w.And("p.source_id = $$", id)
	}
	var total int
	if err := tx.Get(ctx, &total, sqlPostingsCount+w.String(), w.Args...); err != nil {
		return page.Slice[Posting]{}, fmt.Errorf("count postings: %w", err)
	}
	var after int64
	if more, err := r.Start(&after); err != nil {
		return page.Slice[Posting]{}, err
	} else if more {
		w.And("p.id < $$", after)
	}
	var rows []Posting
	if err := tx.Select(ctx, &rows, sqlPostings+w.String()+sqlPostingsOrder+strconv.Itoa(r.Limit()+1), w.Args...); err != nil {
		return page.Slice[Posting]{}, fmt.Errorf("list postings: %w", err)
	}
	return page.Cut(r, rows, total, func(p Posting) any { return p.ID }), nil
}

// kindsOf is the "kind" filter of a list; an unknown word filters nothing out.
func kindsOf(r page.Request) []Kind {
	for _, k := range Kinds() {
		if string(k) == r.Filter("kind") {
			return []Kind{k}
		}
	}
	return nil
}
