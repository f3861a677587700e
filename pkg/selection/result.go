package selection

import (
	"context"
	"strconv"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// ResultInfo is one published result in the public list.
type ResultInfo struct {
	CallID      program.CallID `db:"call_id" json:"call_id"`
	CallNumber  string         `db:"call_number" json:"call_number"`
	CallTitle   string         `db:"call_title" json:"call_title"`
	ProgramName string         `db:"program_name" json:"program_name"`
	FiscalYear  int            `db:"fiscal_year" json:"fiscal_year"`
	PublishedAt time.Time      `db:"published_at" json:"published_at"`
	Note        string         `db:"note" json:"note"`
	No          int            `db:"no" json:"no"`           // 1, and higher once somebody was selected later
	Cause       string         `db:"cause" json:"cause"`     // why, empty for the first
	Applied     int            `db:"applied" json:"applied"` // how many were decided on
	Selected    int            `db:"selected" json:"selected"`
	Amounts     money.BySource `db:"amounts" json:"amounts"` // of the selected
}

// ResultRow is one line of a published result. It has no scores and no names of people.
type ResultRow struct {
	Position       int            `json:"position"` // among its outcome, from 1
	Outcome        Outcome        `json:"outcome"`
	GovernmentName string         `json:"government_name"`
	Title          string         `json:"title"`
	Amounts        money.BySource `json:"amounts"`
}

// Result is a published result: the selected and those in reserve. Who was
// declined is counted, never named.
type Result struct {
	ResultInfo
	Rows []ResultRow `json:"rows"`
}

const (
	sqlResultColumns = `
		select s.call_id, c.number as call_number, c.title as call_title, p.name as program_name, c.fiscal_year, s.published_at, s.note, s.no, s.cause,
		       n.applied, n.selected, n.national as "amounts.national", n.sido as "amounts.sido", n.sigungu as "amounts.sigungu", n.own as "amounts.own"
		  from selections s
		  join calls c on c.id = s.call_id
		  join programs p on p.id = s.program_id
		  cross join lateral (
			select count(*) as applied, count(*) filter (where r.outcome = 'selected') as selected,
			       coalesce(sum(r.national), 0)::bigint as national, coalesce(sum(r.sido), 0)::bigint as sido,
			       coalesce(sum(r.sigungu), 0)::bigint as sigungu, coalesce(sum(r.own), 0)::bigint as own
			  from selection_rows r where r.selection_id = s.id) n
		 where s.state = 'published'
		   and not exists (select from selections x where x.call_id = s.call_id and x.no > s.no and x.state = 'published') and `
	sqlResult       = sqlResultColumns + `s.call_id = $1`
	sqlResultsWhere = sqlResultColumns
	sqlResultsCount = `
		select count(*) from selections s join calls c on c.id = s.call_id where s.state = 'published' and s.no = 1 and `
	sqlResultsOrder = ` order by s.published_at desc, s.call_id desc limit `
	sqlResultRows   = `
		select r.outcome, a.government_name, a.title,` + sqlAmounts + `
		  from selections s
		  join selection_rows r on r.selection_id = s.id and r.outcome in ('selected', 'reserve')
		  join applications a on a.id = r.application_id
		 where s.call_id = $1 and s.state = 'published'
		   and not exists (select from selections x where x.call_id = s.call_id and x.no > s.no and x.state = 'published')
		 order by r.outcome desc, r.position, r.application_id`
)

// resultKey is the place of a row in the public list.
type resultKey struct {
	At time.Time
	ID program.CallID
}

// Results lists what is published, the newest first, for everybody. Filter: year;
// the search word is looked for in the call's number and title.
func (s *Service) Results(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[ResultInfo], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[ResultInfo], err error) {
		if err := tx.Allow("result:read", authz.Object{Kind: "result"}); err != nil {
			return out, err
		}
		where, args := searched("true", nil, req)
		var total int
		if err := tx.Get(ctx, &total, sqlResultsCount+where, args...); err != nil {
			return out, err
		}
		var before resultKey
		if more, err := req.Start(&before); err != nil {
			return out, err
		} else if more {
			args = append(args, before.At, before.ID)
			where += " and (s.published_at, s.call_id) < ($" + strconv.Itoa(len(args)-1) + ", $" + strconv.Itoa(len(args)) + ")"
		}
		var rows []ResultInfo
		if err := tx.Select(ctx, &rows, sqlResultsWhere+where+sqlResultsOrder+strconv.Itoa(req.Limit()+1), args...); err != nil {
			return out, err
		}
		return page.Cut(req, rows, total, func(r ResultInfo) any { return resultKey{r.PublishedAt, r.CallID} }), nil
	})
}

// Result shows the published result of a call to everybody; before the publication
// it is NotFound.
func (s *Service) Result(ctx context.Context, who authz.Actor, call program.CallID) (Result, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Result, err error) {
		if err := tx.Allow("result:read", authz.Object{Kind: "result"}); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out.ResultInfo, sqlResult, call); err != nil {
			return out, err
		}
		var rows []struct {
			Outcome        Outcome        `db:"outcome"`
			GovernmentName string         `db:"government_name"`
			Title          string         `db:"title"`
			Amounts        money.BySource `db:"amounts"`
		}
		if err := tx.Select(ctx, &rows, sqlResultRows, call); err != nil {
			return out, err
		}
		place := map[Outcome]int{}
		for _, r := range rows {
			place[r.Outcome]++
			out.Rows = append(out.Rows, ResultRow{Position: place[r.Outcome], Outcome: r.Outcome, GovernmentName: r.GovernmentName, Title: r.Title, Amounts: r.Amounts})
		}
		return out, nil
	})
}
