package application

import (
	"context"
	"encoding/json"
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
}

const (
	sqlRaiseDraft = `
		update plans set version = version + 1, updated_by = app_actor(), updated_at = $2 where application_id = $1 returning version`
	sqlPartVersion = `select version from plan_parts where application_id = $1 and part = $2`
	sqlRaisePart   = `
		insert into plan_parts (application_id, part, version, updated_at) values ($1, $2, 1, $3)
		on conflict (application_id, part) do update
		   set version = plan_parts.version + 1, updated_by = app_actor(), updated_at = excluded.updated_at
		returning version`
	sqlSaveTitle   = `update plans set title = $2 where application_id = $1`
	sqlSaveSection = `
		insert into plan_sections (application_id, kind, body) values ($1, $2, $3)
		on conflict (application_id, kind) do update set body = excluded.body`
)

// draft is the frame of every save of one part. version is the one the person was
// looking at, 0 before the first save; when somebody else saved the part since, it
// is a Conflict and nothing is lost on either side. Files are the exception: adding
// or taking out one takes nothing from anybody, so their version is not looked at.
func (s *Service) draft(ctx context.Context, who authz.Actor, id ID, part string, version int,
	save func(context.Context, *work.Tx, Application, program.Call) error) (Saved, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Saved, error) {
		out := Saved{Part: part, At: tx.Now}
		a, c, err := writable(ctx, tx, id)
		if err != nil {
			return out, err
		}
		// This row keeps the saves of one plan in order; a submission excludes all of them.
		if err := tx.Get(ctx, &out.Draft, sqlRaiseDraft, id, tx.Now); err != nil {
			return out, fmt.Errorf("raise draft version: %w", err)
		}
		var is int
		if _, err := tx.Find(ctx, &is, sqlPartVersion, id, part); err != nil {
			return out, fmt.Errorf("read part version: %w", err)
		}
		if is != version && part != PartAttachments {
			return out, fault.New(fault.Conflict, "그사이 다른 사람이 이 부분을 먼저 저장했습니다. 저장된 내용과 비교해 주십시오.")
		}
		if err := save(ctx, tx, a, c); err != nil {
			return out, err
		}
		return out, tx.Get(ctx, &out.Version, sqlRaisePart, id, part, tx.Now)
	})
}

// writable reads an application whose plan the actor may write now. It shares the
// row with other writers, so that a submission waits for them and they for it.
func writable(ctx context.Context, tx *work.Tx, id ID) (a Application, c program.Call, err error) {
	if err = tx.Get(ctx, &a, sqlShare, id); err != nil {
		return a, c, err
	}
	if err = allow(tx, a, "edit"); err != nil {
		return a, c, err
	}
	if !a.Open() {
		return a, c, fault.New(fault.Conflict, "지금 상태("+a.StateLabel()+")에서는 계획서를 고칠 수 없습니다.")
	}
	c, err = program.CallByID(ctx, tx, a.CallID)
	return a, c, err
}

// SaveTitle saves the name of the project.
func (s *Service) SaveTitle(ctx context.Context, who authz.Actor, id ID, version int, title string) (Saved, error) {
	return s.draft(ctx, who, id, PartTitle, version, func(ctx context.Context, tx *work.Tx, _ Application, _ program.Call) error {
		f := fault.Fields{}
		words(f, "title", &title, maxShort, false)
		if err := f.Err(); err != nil {
			return err
		}
		return tx.Exec(ctx, sqlSaveTitle, id, title)
	})
}

// SaveSection saves one text of the plan; a kind the call does not have is NotFound.
func (s *Service) SaveSection(ctx context.Context, who authz.Actor, id ID, kind string, version int, body string) (Saved, error) {
	return s.draft(ctx, who, id, sectionPrefix+kind, version, func(ctx context.Context, tx *work.Tx, a Application, _ program.Call) error {
		sections, err := program.SectionsOf(ctx, tx, a.CallID)
		if err != nil {
			return err
		}
		for _, section := range sections {
			if section.Kind != kind {
				continue
			}
			f := fault.Fields{}
			words(f, "body", &body, section.MaxLength, false)
			if err := f.Err(); err != nil {
				return err
			}
			return tx.Exec(ctx, sqlSaveSection, id, kind, body)
		}
		return fault.New(fault.NotFound, "이 공모의 계획서에는 없는 항목입니다.")
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
