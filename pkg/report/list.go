package report

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// CallItem is a call whose settlement workbook the actor may have: how many of its
// projects they see, and how many of those have a fixed settlement.
type CallItem struct {
	ID         int64  `db:"id" json:"id"`
	Number     string `db:"number" json:"number"`
	Title      string `db:"title" json:"title"`
	Program    string `db:"program" json:"program"`
	FiscalYear int    `db:"fiscal_year" json:"fiscal_year"`
	Awards     int    `db:"awards" json:"awards"`
	Settled    int    `db:"settled" json:"settled"`
}

// AwardItem is one project of a call; Settlement is the state of its settlement,
// empty before it was begun.
type AwardItem struct {
	ID         int64  `db:"id" json:"id"`
	Number     string `db:"number" json:"number"`
	Government string `db:"government" json:"government"`
	Title      string `db:"title" json:"title"`
	State      string `db:"state" json:"state"`
	Settlement string `db:"settlement" json:"settlement"`
}

const (
	sqlCalls = `
		select distinct on (c.id) c.id, c.number, c.title, c.fiscal_year, p.name as program, count(*) over (partition by c.id) as awards,
		       count(*) filter (where s.state in ('fixed', 'notified', 'repaid', 'closed')) over (partition by c.id) as settled
		  from awards w
		  join calls c on c.id = w.call_id
		  join programs p on p.id = w.program_id
		  left join settlements s on s.award_id = w.id
		 where w.state not in ('applied', 'examined', 'cancelled') and `
	sqlCallsOf    = ` and (c.number ilike $1 or c.title ilike $1 or p.name ilike $1) and c.id < $2 order by c.id desc limit `
	sqlCallsCount = `
		select count(distinct c.id)
		  from awards w
		  join calls c on c.id = w.call_id
		  join programs p on p.id = w.program_id
		 where w.state not in ('applied', 'examined', 'cancelled') and (c.number ilike $1 or c.title ilike $1 or p.name ilike $1) and `
	sqlAwardItems = `
		select w.id, w.number, w.title, w.state, coalesce(up.name || ' ', '') || g.name as government, coalesce(s.state, '') as settlement
		  from awards w
		  join organizations g on g.id = w.government_id
		  left join organizations up on up.id = w.province_id
		  left join settlements s on s.award_id = w.id
		 where w.call_id = $1 and w.state not in ('applied', 'examined', 'cancelled') and `
	sqlAwardItemsOf    = ` and (w.number ilike $2 or w.title ilike $2 or coalesce(up.name || ' ', '') || g.name ilike $2) and w.id > $3 order by w.id limit `
	sqlAwardItemsCount = `
		select count(*)
		  from awards w
		  join organizations g on g.id = w.government_id
		  left join organizations up on up.id = w.province_id
		 where w.call_id = $1 and w.state not in ('applied', 'examined', 'cancelled')
		   and (w.number ilike $2 or w.title ilike $2 or coalesce(up.name || ' ', '') || g.name ilike $2) and `
)

// columns are what the scope of every export looks at.
func columns() authz.Columns {
	return authz.Columns{Government: "w.government_id", Province: "w.province_id", Program: "w.program_id"}
}

// pattern is a search word as a like pattern; no word matches everything.
func pattern(r page.Request) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(r.Query)) + "%"
}

// Calls lists the calls of which the actor may export something, the newest first.
func (s *Service) Calls(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[CallItem], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[CallItem], err error) {
		scope, err := tx.Scope("report:export")
		if err != nil {
			return out, err
		}
		var total int
		where, args := scope.Where(columns(), 2)
		if err := tx.Get(ctx, &total, sqlCallsCount+where, append([]any{pattern(r)}, args...)...); err != nil {
			return out, fmt.Errorf("count calls: %w", err)
		}
		before := int64(1) << 62
		if _, err := r.Start(&before); err != nil {
			return out, err
		}
		where, args = scope.Where(columns(), 3)
		var rows []CallItem
		if err := tx.Select(ctx, &rows, sqlCalls+where+sqlCallsOf+strconv.Itoa(r.Limit()+1), append([]any{pattern(r), before}, args...)...); err != nil {
			return out, fmt.Errorf("list calls: %w", err)
		}
		return page.Cut(r, rows, total, func(c CallItem) any { return c.ID }), nil
	})
}

// Projects are a call and those of its projects that the actor may export. A call
// of which they may export nothing is NotFound.
type Projects struct {
	Call   CallItem
	Awards page.Slice[AwardItem]
}

const sqlCallsOne = ` and c.id = $1`

// Projects lists the projects of a call in the order they were granted.
func (s *Service) Projects(ctx context.Context, who authz.Actor, call int64, r page.Request) (Projects, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Projects, err error) {
		scope, err := tx.Scope("report:export")
		if err != nil {
			return out, err
		}
		where, args := scope.Where(columns(), 2)
		found, err := tx.Find(ctx, &out.Call, sqlCalls+where+sqlCallsOne, append([]any{call}, args...)...)
		if err != nil {
			return out, fmt.Errorf("read call: %w", err)
		}
		if !found {
			return out, fault.New(fault.NotFound, "내보낼 사업을 찾을 수 없습니다.")
		}
		var total int
		where, args = scope.Where(columns(), 3)
		if err := tx.Get(ctx, &total, sqlAwardItemsCount+where, append([]any{call, pattern(r)}, args...)...); err != nil {
			return out, fmt.Errorf("count projects: %w", err)
		}
		var after int64
		if _, err := r.Start(&after); err != nil {
			return out, err
		}
		where, args = scope.Where(columns(), 4)
		var rows []AwardItem
		if err := tx.Select(ctx, &rows, sqlAwardItems+where+sqlAwardItemsOf+strconv.Itoa(r.Limit()+1), append([]any{call, pattern(r), after}, args...)...); err != nil {
			return out, fmt.Errorf("list projects: %w", err)
		}
		out.Awards = page.Cut(r, rows, total, func(a AwardItem) any { return a.ID })
		return out, nil
	})
}
