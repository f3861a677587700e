package selection

import (
	"context"
	"strconv"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlEntries = `
		select r.application_id, r.outcome, r.position, r.reason,` + sqlAmounts + `,
		       a.number, a.government_name, a.title, k.application_id is not null as ranked, k.rank, coalesce(k.shared, false) as shared,
		       coalesce(k.below_floor, false) as below_floor, coalesce(k.floor_broken, '') as floor_broken,
		       coalesce(k.mean, 0) as mean, coalesce(k.bonus, 0) as bonus, coalesce(k.total, 0) as total, coalesce(b.outcome, '') as before
		  from selections s
		  join selection_rows r on r.selection_id = s.id
		  left join selections p on p.call_id = s.call_id and p.no = s.no - 1
		  left join selection_rows b on b.selection_id = p.id and b.application_id = r.application_id
		  join applications a on a.id = r.application_id
		  left join ranking_rows k on k.ranking_id = s.ranking_id and k.application_id = r.application_id
		 where s.id = $1
		 order by r.position, r.application_id`
	sqlListWhere = sqlColumns
	sqlListCount = `select count(*) from selections s join calls c on c.id = s.call_id where `
	sqlListOrder = ` order by s.id desc limit `
	sqlWaiting   = `
		select c.id, c.number, c.title, c.fiscal_year
		  from calls c
		 where exists (select from rounds o where o.call_id = c.id)
		   and not exists (select from rubrics u where u.call_id = c.id
		                      and not exists (select from rounds o where o.call_id = c.id and o.stage = u.stage and o.state = 'locked'))
		   and not exists (select from selections s where s.call_id = c.id) and `
	sqlWaitingOrder = ` order by c.id`
)

// Show reads a selection with everything it was decided from.
func (s *Service) Show(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Detail, err error) {
		if err := tx.Get(ctx, &out.Selection, sqlGet, id); err != nil {
			return out, err
		}
		if err := tx.Allow("selection:read", out.Selection.Object()); err != nil {
			return out, err
		}
		return out, show(ctx, tx, &out)
	})
}

func show(ctx context.Context, tx *work.Tx, out *Detail) error {
	sel := out.Selection
	if err := tx.Select(ctx, &out.Entries, sqlEntries, sel.ID); err != nil {
		return err
	}
	ids := make([]application.ID, len(out.Entries))
	for i, e := range out.Entries {
		ids[i] = e.ApplicationID
	}
	requested, err := application.SubmissionTotals(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range out.Entries {
		out.Entries[i].Requested = requested[out.Entries[i].ApplicationID]
	}
	call, err := program.CallByID(ctx, tx, sel.CallID)
	if err != nil {
		return err
	}
	if out.Budget, err = budgetOf(ctx, tx, call); err != nil {
		return err
	}
	out.fill()
	may := func(verb string) bool { return tx.Can(Flow.Action(verb), sel.Object()) }
	out.Can = map[string]bool{
		"update":  sel.State == Drafted && may("update"),
		"approve": sel.State == Drafted && sel.DraftedBy != tx.Actor.ID && may("approve"),
		"publish": sel.State == Approved && may("publish"),
		"promote": sel.State == Published && newest(ctx, tx, sel) == nil && may("promote"),
	}
	return nil
}

// WaitingCall is a call whose locked ranking waits for a selection.
type WaitingCall struct {
	ID         program.CallID `db:"id" json:"id"`
	Number     string         `db:"number" json:"number"`
	Title      string         `db:"title" json:"title"`
	FiscalYear int            `db:"fiscal_year" json:"fiscal_year"`
}

// List is the selections the actor may see, the newest first, and the calls whose
// selection they may draft.
type List struct {
	page.Slice[Selection]
	Waiting []WaitingCall `json:"waiting"`
}

// List lists selections. Filters: state and year; the search word is looked for in
// the call's number and title.
func (s *Service) List(ctx context.Context, who authz.Actor, req page.Request) (List, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out List, err error) {
		if scope, err := tx.Scope("selection:create"); err == nil {
			cond, args := scope.Where(authz.Columns{Program: "c.program_id"}, 1)
			if err := tx.Select(ctx, &out.Waiting, sqlWaiting+cond+sqlWaitingOrder, args...); err != nil {
				return out, err
			}
		}
		scope, err := tx.Scope("selection:read")
		if err != nil {
			return out, err
		}
		where, args := scope.Where(authz.Columns{Program: "s.program_id"}, 1)
		if state := req.Filter("state"); state != "" {
			args = append(args, state)
			where += " and s.state = $" + strconv.Itoa(len(args))
		}
		where, args = searched(where, args, req)
		out.Slice, err = list(ctx, tx, where, args, req)
		return out, err
	})
}

// searched adds the fiscal year and the search word, which every list here has.
func searched(where string, args []any, req page.Request) (string, []any) {
	if year, err := strconv.Atoi(req.Filter("year")); err == nil {
		args = append(args, year)
		where += " and c.fiscal_year = $" + strconv.Itoa(len(args))
	}
	if q := strings.TrimSpace(req.Query); q != "" {
		args = append(args, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)+"%")
		n := "$" + strconv.Itoa(len(args))
		where += " and (c.title like " + n + " or c.number like " + n + ")"
	}
	return where, args
}

func list(ctx context.Context, tx *work.Tx, where string, args []any, req page.Request) (out page.Slice[Selection], err error) {
	var total int
	if err := tx.Get(ctx, &total, sqlListCount+where, args...); err != nil {
		return out, err
	}
	var before ID
	if more, err := req.Start(&before); err != nil {
		return out, err
	} else if more {
		args = append(args, before)
		where += " and s.id < $" + strconv.Itoa(len(args))
	}
	var rows []Selection
	if err := tx.Select(ctx, &rows, sqlListWhere+where+sqlListOrder+strconv.Itoa(req.Limit()+1), args...); err != nil {
		return out, err
	}
	return page.Cut(req, rows, total, func(s Selection) any { return s.ID }), nil
}
