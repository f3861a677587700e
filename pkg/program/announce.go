package program

import (
	"context"
	"errors"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Announce makes a draft call public and its deadlines binding. A call whose
// submission deadline has passed already cannot be announced.
func (s *Service) Announce(ctx context.Context, who authz.Actor, id CallID, version int) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Call, error) {
		c, err := lockFor(ctx, tx, id, "announce")
		if err != nil {
			return c, err
		}
		if c.Version != version {
			return c, stale()
		}
		if !c.ClosesAt.After(tx.Now) {
			return c, fault.New(fault.Conflict, "접수 마감("+calendar.FormatInstant(c.ClosesAt)+")이 이미 지났습니다. 일정을 고친 뒤 공고해 주세요.")
		}
		after, err := MoveCall(ctx, tx, c, "announce")
		if err != nil {
			return c, err
		}
		if _, err := tx.ExecAll(ctx, sqlAnnounceDeadlines, id, tx.Now); err != nil {
			return c, fmt.Errorf("set deadlines: %w", err)
		}
		return after, nil
	})
}

// warnings are what the rules advise against but do not forbid.
func warnings(ctx context.Context, tx *work.Tx, c Call) ([]string, error) {
	rules, err := rule.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	opens, closes := calendar.Today(c.OpensAt), calendar.Today(c.ClosesAt)
	least, r, err := rules.Int(rule.CallWindow, opens)
	if err != nil {
		return nil, err
	}
	var out []string
	if n := opens.DaysUntil(closes); int64(n) < least {
		out = append(out, fmt.Sprintf("접수 기간이 %d일입니다. %s에 따르면 %d일 이상이어야 합니다.", n, r.Source, least))
	}
	if c.OpensAt.Before(tx.Now) {
		out = append(out, "접수 시작 시각이 이미 지나, 공고하면 곧바로 접수를 시작합니다.")
	}
	return out, nil
}

func stale() error {
	return fault.New(fault.Conflict, "그사이 다른 사람이 먼저 고쳤습니다. 화면을 새로 열어 확인해 주세요.")
}

// Open starts receiving, not before the announced instant.
func (s *Service) Open(ctx context.Context, who authz.Actor, id CallID) (Call, error) {
	return s.step(ctx, who, id, "open")
}

// Close ends receiving, not before the last submission deadline of anybody.
func (s *Service) Close(ctx context.Context, who authz.Actor, id CallID) (Call, error) {
	return s.step(ctx, who, id, "close")
}

func (s *Service) step(ctx context.Context, who authz.Actor, id CallID, verb string) (Call, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Call, error) {
		c, err := lockFor(ctx, tx, id, verb)
		if err != nil {
			return c, err
		}
		if _, err := Flow.Next(c.State, verb); err != nil {
			return c, err
		}
		if verb == "open" && tx.Now.Before(c.OpensAt) {
			return c, fault.New(fault.Conflict, "접수 시작 시각("+calendar.FormatInstant(c.OpensAt)+") 전에는 접수를 시작할 수 없습니다.")
		}
		if verb == "close" {
			var last time.Time
			if err := tx.Get(ctx, &last, sqlLastSubmit, id); err != nil {
				return c, fmt.Errorf("read last deadline: %w", err)
			}
			if !tx.Now.After(last) {
				return c, fault.New(fault.Conflict, "제출 기한("+calendar.FormatInstant(last)+")이 남아 있어 마감할 수 없습니다.")
			}
		}
		return MoveCall(ctx, tx, c, verb)
	})
}

const sqlDue = `
	select id, case state when 'announced' then 'open' else 'close' end as verb from calls c
	 where state = 'announced' and opens_at <= app_now()
	    or state = 'open' and app_now() > (select max(at) from deadlines d where d.call_id = c.id and d.kind = 'submit')
	 order by id limit 100`

// due is a call whose time has come.
type due struct {
	ID   CallID `db:"id"`
	Verb string `db:"verb"`
}

// Tick opens and closes the calls whose time has come, by the database clock, each
// in its own unit of work, and tells how many moved. Several servers may tick at
// once: the second one meets a call that has moved and leaves it.
func (s *Service) Tick(ctx context.Context) (moved int, err error) {
	clock := authz.System("공모 개시와 마감")
	list, err := work.View(ctx, s.Work, clock, func(ctx context.Context, tx *work.Tx) (out []due, err error) {
		if _, err := tx.Scope("call:open"); err != nil {
			return nil, err
		}
		return out, tx.Select(ctx, &out, sqlDue)
	})
	if err != nil {
		return 0, fmt.Errorf("find calls whose time has come: %w", err)
	}
	for _, d := range list {
		switch _, e := s.step(ctx, clock, d.ID, d.Verb); {
		case e == nil:
			moved++
		case fault.KindOf(e) != fault.Conflict:
			err = errors.Join(err, fmt.Errorf("%s call %d: %w", d.Verb, d.ID, e))
		}
	}
	return moved, err
}

// CopyOf is a call as the beginning of another one: everything but the dates,
// which lie in the past, and the fiscal year. A draft is NotFound for those who
// may not preview it.
func (s *Service) CopyOf(ctx context.Context, who authz.Actor, id CallID) (CallInput, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (CallInput, error) {
		c, err := CallByID(ctx, tx, id)
		if err != nil {
			return CallInput{}, err
		}
		if err := allowRead(tx, c); err != nil {
			return CallInput{}, err
		}
		r, err := load(ctx, tx, c)
		if err != nil {
			return CallInput{}, err
		}
		in := r.Input()
		in.FiscalYear, in.OpensAt, in.ClosesAt, in.EndorseUntil, in.CorrectUntil = 0, time.Time{}, time.Time{}, time.Time{}, time.Time{}
		in.ProjectFrom, in.ProjectTo = calendar.Date{}, calendar.Date{}
		return in, nil
	})
}

// Input is the call as its form shows it.
func (r Record) Input() CallInput {
	in := CallInput{
		ProgramID: r.ProgramID, FiscalYear: r.FiscalYear, Title: r.Title, Summary: r.Summary, Agenda: r.Agenda,
		OpensAt: r.OpensAt, ClosesAt: r.ClosesAt, EndorseUntil: r.EndorseUntil, CorrectUntil: r.CorrectUntil,
		ProjectFrom: r.ProjectFrom, ProjectTo: r.ProjectTo, Cap: r.Cap, Applicants: r.Applicants, CodeSet: r.CodeSet,
		NeedsDeliberation: r.NeedsDeliberation, NeedsSignoff: r.NeedsSignoff, Matching: r.Matching, DropExtremes: r.DropExtremes, DropFrom: r.DropFrom, TotalFloor: r.TotalFloor,
		Sections: r.Sections, Documents: r.Documents, Hints: r.Hints, Rubric: r.Rubric.Input(),
	}
	return in
}
