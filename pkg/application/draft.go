package application

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Saved is the answer to one save of a draft: the new version of the part, and of
// the whole plan.
type Saved struct {
	Part    string    `json:"part"`
	Version int       `json:"version"`
	Draft   int       `json:"draft_version"`
	At      time.Time `json:"saved_at"`

	// What a page shows at once, without reading the plan again. An answer to a
	// repeated save leaves them zero.
	Row  Part         `json:"-"` // of the task list
	Plan Plan         `json:"-"` // only the part that was saved, as it is stored now
	Call program.Call `json:"-"`
}

// ErrSavedSince is within the Conflict of a save whose part somebody else, or the
// same person in another window, saved since the version it was made from.
var ErrSavedSince = errors.New("application: the part was saved since")

// Edit is what one save makes of one part. check finds every mistake at once and
// gives the part as it will be stored; write stores it.
type Edit struct {
	part  string
	check func(context.Context, *work.Tx, Application, rules) (Plan, error)
	write func(context.Context, *work.Tx, ID, Plan) error
}

// Part is the name of the part that is edited.
func (e Edit) Part() string { return e.part }

const (
	sqlRaiseDraft = `
		update plans set version = version + 1, updated_by = app_actor(), updated_at = $2 where application_id = $1 returning version`
	// One statement looks at the version and raises it: no row means that somebody
	// was first. A page that did not hear the answer to its own save is not somebody else.
	sqlRaisePart = `
		insert into plan_parts as p (application_id, part, version, updated_at, page, seq, input, problems)
		select $1, $2, 1, $3, nullif($5, ''), nullif($6, 0), $7::jsonb, $8
		 where $4 = 0 or $2 = '` + PartAttachments + `' or exists (select from plan_parts where application_id = $1 and part = $2)
		on conflict (application_id, part) do update
		   set version = p.version + 1, updated_by = app_actor(), updated_at = excluded.updated_at,
		       page = excluded.page, seq = excluded.seq, input = excluded.input, problems = excluded.problems
		 where p.version = $4 or p.part = '` + PartAttachments + `' or (p.page = excluded.page and p.updated_by = app_actor() and p.seq < excluded.seq)
		returning version`
	sqlRepeated = `
		select version, updated_at from plan_parts
		 where application_id = $1 and part = $2 and page = $3 and seq >= $4 and updated_by = app_actor()`
)

type pageKey struct{}

type openPage struct {
	ID  string
	Seq int
}

// OnPage marks the saves of a context as those of one open page, which counts them
// from 1. A save that arrives twice, or after a later one of the same page, is then
// answered without doing it again, and losing an answer makes no conflict.
func OnPage(ctx context.Context, page string, seq int) context.Context {
	if page == "" || seq < 1 {
		return ctx
	}
	return context.WithValue(ctx, pageKey{}, openPage{page, seq})
}

// Save saves one part from the version the person was looking at, 0 before the first
// save. When the part was saved since, it is a Conflict (ErrSavedSince) and nothing
// is lost on either side. Files are the exception: adding or taking out one takes
// nothing from anybody, so their version is not looked at. What was kept of an
// earlier input goes.
func (s *Service) Save(ctx context.Context, who authz.Actor, id ID, version int, e Edit) (Saved, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Saved, error) {
		a, r, err := writable(ctx, tx, id)
		if err != nil {
			return Saved{}, err
		}
		return apply(ctx, tx, a, r, version, e)
	})
}

// Try looks for the mistakes of an edit without saving it.
func (s *Service) Try(ctx context.Context, who authz.Actor, id ID, e Edit) error {
	_, err := work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Plan, error) {
		a, err := previewed(ctx, tx, id)
		if err != nil {
			return Plan{}, err
		}
		r, err := rulesOf(ctx, tx, a)
		if err != nil {
			return Plan{}, err
		}
		return e.check(ctx, tx, a, r)
	})
	return err
}

// apply does one edit within the unit of work of an application that writable read.
func apply(ctx context.Context, tx *work.Tx, a Application, r rules, version int, e Edit) (Saved, error) {
	out, repeated, err := raisePart(ctx, tx, a.ID, e.part, version, nil, 0)
	if err != nil || repeated {
		return out, err
	}
	if out.Plan, err = e.check(ctx, tx, a, r); err != nil {
		return out, err
	}
	if err := out.settle(ctx, tx, a.ID); err != nil {
		return out, err
	}
	if err := e.write(ctx, tx, a.ID, out.Plan); err != nil {
		return out, err
	}
	out.Call = r.Call
	returned, err := openItems(ctx, tx, a)
	out.Row = partOf(out.Plan, r, e.part, progress{saved: map[string]partVersion{e.part: out.by(tx)}, returned: returned})
	return out, err
}

func (s Saved) by(tx *work.Tx) partVersion {
	return partVersion{Part: s.Part, Version: s.Version, UpdatedBy: int64(tx.Actor.ID), SavedBy: tx.Actor.Name, UpdatedAt: s.At}
}

// raise makes the next version of a part and of its plan.
func raise(ctx context.Context, tx *work.Tx, id ID, part string, version int, input []byte, problems int) (Saved, bool, error) {
	out, repeated, err := raisePart(ctx, tx, id, part, version, input, problems)
	if err != nil || repeated {
		return out, repeated, err
	}
	return out, false, out.settle(ctx, tx, id)
}

// raisePart makes the next version of a part, with what is kept of its input. repeated
// tells that this very save was done before. What is not repeated must settle.
func raisePart(ctx context.Context, tx *work.Tx, id ID, part string, version int, input []byte, problems int) (out Saved, repeated bool, err error) {
	out = Saved{Part: part, At: tx.Now}
	page, _ := ctx.Value(pageKey{}).(openPage)
	kept := any(nil)
	if input != nil {
		kept = string(input)
	}
	found, err := tx.Find(ctx, &out.Version, sqlRaisePart, id, part, tx.Now, version, page.ID, page.Seq, kept, problems)
	if err != nil {
		return out, false, fmt.Errorf("raise part version: %w", err)
	}
	if found {
		return out, false, nil
	}
	var was partVersion
	if page.ID != "" {
		if repeated, err = tx.Find(ctx, &was, sqlRepeated, id, part, page.ID, page.Seq); err != nil {
			return out, false, fmt.Errorf("look for the same save: %w", err)
		}
	}
	if !repeated {
		return out, false, fault.Wrap(fault.Conflict, "그사이 다른 사람이 이 부분을 먼저 저장했습니다. 저장된 내용과 비교해 주십시오.", ErrSavedSince)
	}
	out.Version, out.At = was.Version, was.UpdatedAt
	return out, true, nil
}

// settle makes the next version of the plan, and notes that the page is open.
func (s *Saved) settle(ctx context.Context, tx *work.Tx, id ID) error {
	if page, _ := ctx.Value(pageKey{}).(openPage); page.ID != "" {
		if err := see(ctx, tx, id, s.Part); err != nil {
			return err
		}
	}
	return tx.Get(ctx, &s.Draft, sqlRaiseDraft, id, tx.Now)
}

// writable reads an application whose plan the actor may write now, and what its
// call demands. It shares the row with other writers, so that a submission waits for
// them and they for it.
func writable(ctx context.Context, tx *work.Tx, id ID) (a Application, r rules, err error) {
	if err = tx.Get(ctx, &a, sqlShare, id); err != nil {
		return a, r, err
	}
	if err = allow(tx, a, "edit"); err != nil {
		return a, r, err
	}
	if !a.Open() {
		return a, r, fault.New(fault.Conflict, "지금 상태("+a.StateLabel()+")에서는 계획서를 고칠 수 없습니다.")
	}
	r, err = rulesOf(ctx, tx, a)
	return a, r, err
}

// draft is Save for what is no edit of a form: files that are attached and taken out.
func (s *Service) draft(ctx context.Context, who authz.Actor, id ID, part string, version int,
	save func(context.Context, *work.Tx, Application, program.Call) error) (Saved, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Saved, error) {
		a, r, err := writable(ctx, tx, id)
		if err != nil {
			return Saved{}, err
		}
		out, _, err := raise(ctx, tx, id, part, version, nil, 0)
		if err != nil {
			return out, err
		}
		return out, save(ctx, tx, a, r.Call)
	})
}

// replace writes a list part as a whole: what was there goes, rows come in order.
func replace[T any](ctx context.Context, tx *work.Tx, id ID, clear, insert string, rows []T) error {
	if _, err := tx.ExecAll(ctx, clear, id); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("encode rows: %w", err)
	}
	_, err = tx.ExecAll(ctx, insert, id, string(text))
	return err
}

const sqlAttached = `select document_id from attachments where application_id = $1`

// attached is the set of files of the draft, from which minutes and agreements are chosen.
func attached(ctx context.Context, tx *work.Tx, id ID) (map[document.ID]bool, error) {
	var ids []document.ID
	if err := tx.Select(ctx, &ids, sqlAttached, id); err != nil {
		return nil, fmt.Errorf("read attachments: %w", err)
	}
	out := make(map[document.ID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
