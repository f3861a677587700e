package review

import (
	"context"
	"strconv"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlRoundsWhere = sqlRoundColumns
	sqlRoundsCount = `select count(*) from rounds o join calls c on c.id = o.call_id where `
	sqlRoundsOrder = ` order by o.id desc limit `
	sqlWaiting     = `
		select c.id, c.number, c.title, c.fiscal_year,
		       (select count(*) from applications a where a.call_id = c.id and a.state in ('received', 'reviewing')) as received,
		       (select u.stage from rubrics u where u.call_id = c.id and not exists (select from rounds o where o.call_id = c.id and o.stage = u.stage)
		         order by array_position(array['paper', 'site', 'presentation'], u.stage) limit 1) as stage
		  from calls c
		 where (c.state = 'closed' or c.state = 'reviewing' and not exists (select from rounds o where o.call_id = c.id and o.state <> 'locked')
		        and (select count(*) from rubrics u where u.call_id = c.id) > (select count(*) from rounds o where o.call_id = c.id))
		   and `
	sqlWaitingOrder = ` order by c.id`
)

// WaitingCall is a closed call whose review the actor may begin.
type WaitingCall struct {
	ID         program.CallID `db:"id" json:"id"`
	Number     string         `db:"number" json:"number"`
	Title      string         `db:"title" json:"title"`
	FiscalYear int            `db:"fiscal_year" json:"fiscal_year"`
	Received   int            `db:"received" json:"received"`
	Stage      string         `db:"stage" json:"stage"` // that would begin
}

// StageLabel is the Korean name of the stage.
func (w WaitingCall) StageLabel() string { return program.StageLabel(w.Stage) }

// List is the rounds the actor may see, the newest first, and the closed calls
// whose review they may begin.
type List struct {
	page.Slice[Round]
	Waiting []WaitingCall `json:"waiting"`
}

// Rounds lists rounds. Filters: state and year; the search word is looked for in
// the call's number and title.
func (s *Service) Rounds(ctx context.Context, who authz.Actor, req page.Request) (List, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out List, err error) {
		if scope, err := tx.Scope("round:create"); err == nil {
			cond, args := scope.Where(authz.Columns{Program: "c.program_id"}, 1)
			if err := tx.Select(ctx, &out.Waiting, sqlWaiting+cond+sqlWaitingOrder, args...); err != nil {
				return out, err
			}
		}
		scope, err := tx.Scope("round:read")
		if err != nil {
			return out, err
		}
		w := page.Begin(scope.Where(authz.Columns{Program: "o.program_id"}, 1))
		if state := req.Filter("state"); state != "" {
			w.And("o.state = $$", state)
		}
		if year, err := strconv.Atoi(req.Filter("year")); err == nil {
			w.And("c.fiscal_year = $$", year)
		}
		if q := strings.TrimSpace(req.Query); q != "" {
			w.And("(c.title like $$ or c.number like $$)", page.Like(q))
		}
		var total int
		if err := tx.Get(ctx, &total, sqlRoundsCount+w.String(), w.Args...); err != nil {
			return out, err
		}
		var before RoundID
		if more, err := req.Start(&before); err != nil {
			return out, err
		} else if more {
			w.And("o.id < $$", before)
		}
		var rows []Round
		if err := tx.Select(ctx, &rows, sqlRoundsWhere+w.String()+sqlRoundsOrder+strconv.Itoa(req.Limit()+1), w.Args...); err != nil {
			return out, err
		}
		out.Slice = page.Cut(req, rows, total, func(r Round) any { return r.ID })
		return out, nil
	})
}
