package screening

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

// Service holds the use cases of screening; each method is one unit of work.
type Service struct{ Work *work.Runner }

const maxWords = 4_000

// words trims a text and demands it.
func words(f fault.Fields, field string, text *string, missing string) {
	*text = strings.TrimSpace(*text)
	switch n := utf8.RuneCountInString(*text); {
	case n == 0 && missing != "":
		f.Add(field, missing)
	case n > maxWords:
		f.Add(field, fmt.Sprintf("4,000자까지 적을 수 있습니다. 지금 %d자입니다.", n))
	}
}

// Finding is the outcome of a first look: what was found by hand and, for a notice, why
// the application is ineligible. Version is that of the screening, 0 before it began.
type Finding struct {
	Version int
	Marks   []Mark
	Reason  string
}

func (in *Finding) check(items []Item, f fault.Fields) {
	known := map[int64]bool{}
	for _, i := range items {
		known[i.ID] = true
	}
	for i := range in.Marks {
		m, at := &in.Marks[i], fmt.Sprintf("marks.%d", i)
		m.Note = strings.TrimSpace(m.Note)
		if !known[m.Item] {
			f.Add(at+".item", "이 공모의 확인 항목이 아니거나 두 번 적혔습니다.")
		}
		known[m.Item] = false
		if !m.Passed && m.Note == "" {
			f.Add(at+".note", "맞지 않는 까닭을 적어 주십시오.")
		}
		if utf8.RuneCountInString(m.Note) > 1000 {
			f.Add(at+".note", "1,000자 안으로 적어 주십시오.")
		}
	}
}

// Mark keeps what was found by hand so far, without a decision.
func (s *Service) Mark(ctx context.Context, who authz.Actor, id application.ID, in Finding) (Screening, error) {
	return s.look(ctx, who, id, "mark", in, func(_ context.Context, _ *work.Tx, _ Screening, _ Checks, _ fault.Fields) error { return nil })
}

// Pass finds an application eligible. Something computed or by hand that is not
// fulfilled needs the reason for passing it all the same; every item must be marked.
func (s *Service) Pass(ctx context.Context, who authz.Actor, id application.ID, in Finding) (Screening, error) {
	return s.look(ctx, who, id, "pass", in, func(ctx context.Context, tx *work.Tx, at Screening, all Checks, f fault.Fields) error {
		if all.Failed() > 0 {
			words(f, "reason", &in.Reason, "맞지 않는 항목이 있습니다. 그래도 적격으로 보는 까닭을 적어 주십시오.")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if in.Reason != "" {
			all = append(all, Check{Key: "note", Title: "담당자의 판단", Passed: true, Reason: strings.TrimSpace(in.Reason)})
		}
		return tx.Exec(ctx, sqlPass, at.ID, at.Version, Eligible, all, who.ID, tx.Now)
	})
}

// Notify tells the applicant that the application is found ineligible, why, and until
// when they can answer: rule screening.answer, to the end of the last day.
func (s *Service) Notify(ctx context.Context, who authz.Actor, id application.ID, in Finding) (Screening, error) {
	return s.look(ctx, who, id, "notify", in, func(ctx context.Context, tx *work.Tx, at Screening, all Checks, f fault.Fields) error {
		words(f, "reason", &in.Reason, "부적격으로 보는 사유를 적어 주십시오. 신청한 지자체가 그대로 읽습니다.")
		if err := f.Err(); err != nil {
			return err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return err
		}
		last, _, err := rules.Deadline(calendar.Today(tx.Now), rule.ScreeningAnswer)
		if err != nil {
			return err
		}
		until := calendar.Instant(last, 23, 59).Add(59 * time.Second)
		return tx.Exec(ctx, sqlNotify, at.ID, at.Version, Noticed, all, who.ID, tx.Now, in.Reason, until)
	})
}

// look is what the first three verbs share: lock, allow, the state, the marks.
func (s *Service) look(ctx context.Context, who authz.Actor, id application.ID, verb string, in Finding,
	decide func(context.Context, *work.Tx, Screening, Checks, fault.Fields) error) (Screening, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Screening, err error) {
		app, err := application.Lock(ctx, tx, id)
		if err != nil {
			return out, err
		}
		on := authz.Object{Kind: Flow.Name, ID: int64(app.ID), Program: int64(app.ProgramID)}
		if err := tx.Allow(Flow.Action(verb), on); err != nil {
			return out, err
		}
		if err := begin(ctx, tx, app, in.Version); err != nil {
			return out, err
		}
		before, err := read(ctx, tx, sqlByApplication, id)
		if err != nil {
			return out, err
		}
		if before.State != Open {
			return out, fault.New(fault.Conflict, "이미 판정한 신청입니다("+before.StateLabel()+").")
		}
		f := fault.Fields{}
		all, err := found(ctx, tx, before, in, f, verb)
		if err != nil {
			return out, err
		}
		if err := decide(ctx, tx, before, all, f); err != nil {
			return out, err
		}
		if verb == "mark" {
			if err := f.Err(); err != nil {
				return out, err
			}
			return before, tx.Record(ctx, Flow.Action(verb), work.Ref{Kind: Flow.Name, ID: int64(before.ID)}, nil, in.Marks)
		}
		return s.moved(ctx, tx, verb, before)
	})
}

// begin makes the screening of a received application, once.
func begin(ctx context.Context, tx *work.Tx, app application.Application, version int) error {
	if app.State != application.StateReceived {
		return fault.New(fault.Conflict, "접수된 신청만 자격을 심사할 수 있습니다. 지금은 "+application.Flow.Label(app.State)+" 상태입니다.")
	}
	made, err := tx.ExecAll(ctx, sqlBegin, app.ID)
	if err != nil {
		return err
	}
	now, err := read(ctx, tx, sqlByApplication, app.ID)
	if err != nil {
		return err
	}
	if made == 1 {
		return tx.Record(ctx, Flow.Action("create"), now.Ref(), nil, now)
	}
	if now.Version != version {
		return fault.New(fault.Conflict, "그사이 다른 사람이 먼저 고쳤습니다. 화면을 새로 열어 확인해 주십시오.")
	}
	return nil
}

// found saves the marks and puts them behind what is computed. A decision needs every
// item marked.
func found(ctx context.Context, tx *work.Tx, at Screening, in Finding, f fault.Fields, verb string) (Checks, error) {
	var items []Item
	if err := tx.Select(ctx, &items, sqlItems, at.CallID); err != nil {
		return nil, err
	}
	in.check(items, f)
	if verb == "pass" && len(in.Marks) < len(items) {
		f.Add("marks", "모든 확인 항목에 답해 주십시오.")
	}
	call, err := program.CallByID(ctx, tx, at.CallID)
	if err != nil {
		return nil, err
	}
	all, err := computed(ctx, tx, call, []application.ID{at.ApplicationID})
	if err != nil || f.Err() != nil {
		return all[at.ApplicationID], err
	}
	if _, err := tx.ExecAll(ctx, sqlDropMarks, at.ID); err != nil {
		return nil, err
	}
	items_, passed, notes := make([]int64, len(in.Marks)), make([]bool, len(in.Marks)), make([]string, len(in.Marks))
	for i, m := range in.Marks {
		items_[i], passed[i], notes[i] = m.Item, m.Passed, m.Note
	}
	_, err = tx.ExecAll(ctx, sqlSaveMarks, at.ID, pq.Array(items_), pq.Array(passed), pq.Array(notes))
	return slices.Concat(all[at.ApplicationID], byHand(items, in.Marks)), err
}

// moved reads, records and announces what a verb made.
func (s *Service) moved(ctx context.Context, tx *work.Tx, verb string, before Screening) (Screening, error) {
	after, err := read(ctx, tx, sqlByID, before.ID)
	if err != nil {
		return after, err
	}
	if err := tx.Record(ctx, Flow.Action(verb), after.Ref(), before, after); err != nil {
		return after, err
	}
	return after, tx.Emit(ctx, Flow.Name+"."+verb, after.Ref(), after)
}

func read(ctx context.Context, tx *work.Tx, q string, id any) (s Screening, err error) {
	err = tx.Get(ctx, &s, q, id)
	return s, err
}
