package program

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// today is the day in Korea of this unit of work.
func today(tx *work.Tx) calendar.Date { return calendar.Today(tx.Now) }

const (
	sqlCalls      = `select ` + callColumns + callTables + ` where `
	sqlCallsCount = `select count(*) from calls c join programs p on p.id = c.program_id where `
	sqlCallsOrder = ` order by c.id desc limit `

	sqlNumberLock = `select pg_advisory_xact_lock(hashtext('calls.number'))::text`
	sqlNextNumber = `
		select $1::int || '-' || lpad((coalesce(max(split_part(number, '-', 2)::int), 0) + 1)::text, 3, '0')
		  from calls where fiscal_year = $1 and number ~ '^[0-9]{4}-[0-9]+$'`
	sqlInsertCall = `
		insert into calls (number, program_id, appropriation_id, fiscal_year, title, summary, agenda, state, opens_at, closes_at, endorse_until, correct_until,
		       project_from, project_to, cap, applicants, code_set, needs_deliberation, national_bps, national_exact, sido_min_bps, sido_max_bps,
		       sigungu_min_bps, sigungu_max_bps, own_min_bps, own_max_bps, drop_extremes, drop_from, total_floor, needs_signoff)
		values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
		returning id`
	sqlInsertReceipts = `insert into call_receipts (call_id) values ($1)`
	sqlUpdateCall     = `
		update calls set program_id = $3, appropriation_id = $4, fiscal_year = $5, title = $6, summary = $7, agenda = $8,
		       opens_at = $9, closes_at = $10, endorse_until = $11, correct_until = $12, project_from = $13, project_to = $14, cap = $15,
		       applicants = $16, code_set = $17, needs_deliberation = $18, national_bps = $19, national_exact = $20, sido_min_bps = $21, sido_max_bps = $22,
		       sigungu_min_bps = $23, sigungu_max_bps = $24, own_min_bps = $25, own_max_bps = $26, drop_extremes = $27, drop_from = $28, total_floor = $29, needs_signoff = $30
		 where id = $1 and version = $2`
)

// visible is the condition of calls the actor may know of: all that were announced,
// and drafts of their programmes. The first condition's arguments come first.
func visible(tx *work.Tx, cond string, args ...any) page.Where {
	scope, err := tx.Scope("call:preview")
	if err != nil { // no drafts at all
		return page.Begin(cond+" and c.state <> 'draft'", args)
	}
	drafts, more := scope.Where(authz.Columns{Program: "c.program_id"}, len(args)+1)
	return page.Begin(cond+" and (c.state <> 'draft' or "+drafts+")", append(args, more...))
}

// Calls lists calls, the latest first. Filters: state, fiscal_year, program; the
// search word is looked for in titles and numbers.
func (s *Service) Calls(ctx context.Context, who authz.Actor, r page.Request) (page.Slice[Call], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Call], err error) {
		if _, err := tx.Scope("call:read"); err != nil {
			return out, err
		}
		w := visible(tx, "true")
		if v := r.Filter("state"); v != "" {
			w.And("c.state = $$", v)
		}
		if v, err := strconv.Atoi(r.Filter("fiscal_year")); err == nil {
			w.And("c.fiscal_year = $$", v)
		}
		if v, err := strconv.ParseInt(r.Filter("program"), 10, 64); err == nil {
			w.And("c.program_id = $$", v)
		}
		if r.Query != "" {
			w.And("c.number || ' ' || c.title || ' ' || p.name like $$", page.Like(r.Query))
		}
		var after CallID
		var rows []Call
		total, err := list(ctx, tx, w, r, &rows, sqlCallsCount, sqlCalls, "c.id < $$", &after, sqlCallsOrder)
		if err != nil {
			return out, fmt.Errorf("list calls: %w", err)
		}
		return page.Cut(r, rows, total, func(c Call) any { return c.ID }), nil
	})
}

// CallDetail is a call with everything that hangs on it and what the viewer may do.
type CallDetail struct {
	Record
	Deadlines []Deadline      `json:"deadlines"`
	Warnings  []string        `json:"warnings"` // what a manager should know before announcing
	Now       time.Time       `json:"now"`      // the database clock, from which D-day counts
	Can       map[string]bool `json:"-"`        // verbs that this person may do in this state
}

// Call shows one call. A draft is NotFound for those who may not preview it.
func (s *Service) Call(ctx context.Context, who authz.Actor, id CallID) (CallDetail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d CallDetail, err error) {
		c, err := CallByID(ctx, tx, id)
		if err != nil {
			return d, err
		}
		if err := allowRead(tx, c); err != nil {
			return d, err
		}
		d.Now = tx.Now
		if d.Record, err = load(ctx, tx, c); err != nil {
			return d, err
		}
		if d.Deadlines, err = Deadlines(ctx, tx, id); err != nil {
			return d, err
		}
		d.Can = verbs(tx, d.Call)
		if d.State == StateDraft {
			d.Warnings, err = warnings(ctx, tx, d.Call)
		}
		return d, err
	})
}

// allowRead asks for call:read, or call:preview while the call is a draft.
func allowRead(tx *work.Tx, c Call) error {
	if c.State != StateDraft {
		return tx.Allow("call:read", c.Object())
	}
	if !tx.Can("call:preview", c.Object()) {
		return fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return tx.Allow("call:preview", c.Object())
}

// lockFor locks a call for a verb: who may not know of it gets NotFound, who may
// not do it Forbidden.
func lockFor(ctx context.Context, tx *work.Tx, id CallID, verb string) (Call, error) {
	c, err := LockCall(ctx, tx, id)
	if err != nil {
		return c, err
	}
	if err := allowRead(tx, c); err != nil {
		return c, err
	}
	return c, tx.Allow(Flow.Action(verb), c.Object())
}

func load(ctx context.Context, tx *work.Tx, c Call) (r Record, err error) {
	r.Call = c
	if r.Sections, err = SectionsOf(ctx, tx, c.ID); err != nil {
		return r, err
	}
	if r.Documents, err = DocumentsOf(ctx, tx, c.ID); err != nil {
		return r, err
	}
	if r.Hints, err = hintsOf(ctx, tx, c.ID); err != nil {
		return r, err
	}
	r.Rubrics, err = RubricsOf(ctx, tx, c.ID)
	r.Rubric, _ = OfStage(r.Rubrics, Paper) // every call has one
	return r, err
}

// verbs are what the person may do with the call now, for its buttons.
func verbs(tx *work.Tx, c Call) map[string]bool {
	on := c.Object()
	can := map[string]bool{
		"update":   c.State == StateDraft && tx.Can("call:update", on),
		"announce": Flow.Can(c.State, "announce") && tx.Can("call:announce", on),
		"open":     Flow.Can(c.State, "open") && !tx.Now.Before(c.OpensAt) && tx.Can("call:open", on),
		"close":    Flow.Can(c.State, "close") && tx.Now.After(c.SubmitUntil) && tx.Can("call:close", on),
		"extend":   mayExtend(c, Correct) == nil && tx.Can("call:extend", on),
		"hint":     mayHint(c) == nil && tx.Can("call:hint", on),
		"rubric":   c.RubricOpen() && tx.Can("rubric:update", on),
		"copy":     tx.Can("call:create", authz.Object{Kind: "call", Program: on.Program}),
	}
	return can
}

// CreateCall makes a draft call with its sections, documents and rubric. Its
// fiscal year must have an appropriation.
func (s *Service) CreateCall(ctx context.Context, who authz.Actor, in CallInput) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (c Call, err error) {
		if err := tx.Allow("call:create", authz.Object{Kind: "call", Program: int64(in.ProgramID)}); err != nil {
			return c, err
		}
		budget, err := in.budget(ctx, tx)
		if err != nil {
			return c, err
		}
		var lock, number string
		if err := tx.Get(ctx, &lock, sqlNumberLock); err != nil {
			return c, fmt.Errorf("lock call numbers: %w", err)
		}
		if err := tx.Get(ctx, &number, sqlNextNumber, in.FiscalYear); err != nil {
			return c, fmt.Errorf("next call number: %w", err)
		}
		var id CallID
		if err := tx.Get(ctx, &id, sqlInsertCall, append([]any{number}, in.columns(budget)...)...); err != nil {
			return c, fmt.Errorf("insert call: %w", err)
		}
		if err := tx.Exec(ctx, sqlInsertReceipts, id); err != nil {
			return c, fmt.Errorf("insert receipt counter: %w", err)
		}
		var rubric RubricID
		if err := tx.Get(ctx, &rubric, sqlInsertRubric, id, Paper); err != nil {
			return c, fmt.Errorf("insert rubric: %w", err)
		}
		return s.saved(ctx, tx, id, rubric, "call:create", in, nil)
	})
}

// UpdateCall rewrites a draft call; after the announcement it is a Conflict, as is
// a version other than the one looked at.
func (s *Service) UpdateCall(ctx context.Context, who authz.Actor, id CallID, version int, in CallInput) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Call, error) {
		c, err := lockFor(ctx, tx, id, "update")
		if err != nil {
			return c, err
		}
		if c.State != StateDraft {
			return c, fault.New(fault.Conflict, "공고한 뒤에는 공모를 고칠 수 없습니다. 기한 연장이나 배점표 정정을 이용해 주세요.")
		}
		if in.ProgramID != c.ProgramID { // moving it elsewhere is making one there
			if err := tx.Allow("call:create", authz.Object{Kind: "call", Program: int64(in.ProgramID)}); err != nil {
				return c, err
			}
		}
		before, err := load(ctx, tx, c)
		if err != nil {
			return c, err
		}
		if len(in.Rubric.Criteria) == 0 {
			in.Rubric = before.Rubric.Input()
		}
		budget, err := in.budget(ctx, tx)
		if err != nil {
			return c, err
		}
		if err := tx.Exec(ctx, sqlUpdateCall, append([]any{id, version}, in.columns(budget)...)...); err != nil {
			return c, fmt.Errorf("update call: %w", err)
		}
		return s.saved(ctx, tx, id, before.Rubric.ID, "call:update", in, before)
	})
}

// saved writes what hangs on a call and records the whole.
func (s *Service) saved(ctx context.Context, tx *work.Tx, id CallID, rubric RubricID, action string, in CallInput, before any) (c Call, err error) {
	err = errors.Join(saveSections(ctx, tx, id, in.Sections), saveDocuments(ctx, tx, id, in.Documents),
		saveHints(ctx, tx, id, in.Hints))
	if err != nil {
		return c, err
	}
	if in.RubricFrom != 0 && before == nil {
		err = copyRubrics(ctx, tx, in.RubricFrom, id)
	} else {
		err = saveRubric(ctx, tx, rubric, in.Rubric)
	}
	if err != nil {
		return c, err
	}
	if c, err = CallByID(ctx, tx, id); err != nil {
		return c, err
	}
	after, err := load(ctx, tx, c)
	if err != nil {
		return c, err
	}
	return c, tx.Record(ctx, action, c.Ref(), before, after)
}

// budget checks the input and finds the appropriation of its programme and year.
func (in *CallInput) budget(ctx context.Context, tx *work.Tx) (int64, error) {
	f := fault.Fields{}
	if err := f.Merge("", in.check()); err != nil {
		return 0, err
	}
	var a Appropriation
	found, err := tx.Find(ctx, &a, sqlAppropriationOf, in.ProgramID, in.FiscalYear)
	if err != nil {
		return 0, fmt.Errorf("read appropriation: %w", err)
	}
	if !found {
		f.Add("fiscal_year", strconv.Itoa(in.FiscalYear)+"년 예산이 없습니다. 재무담당자가 이 사업의 예산을 먼저 등록해야 합니다.")
	}
	return a.ID, f.Err()
}
