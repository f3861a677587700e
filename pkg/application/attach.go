package application

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Paper says what an uploaded file is to be in the plan. As long as nobody says
// otherwise a file of a code that has one already is its next version.
type Paper struct {
	Code     string      // of the call's required document, empty for another paper
	Replaces document.ID // the file of the draft whose next version it is, 0 for none in particular
	Beside   bool        // one more file of the code beside those there are
}

const (
	sqlPapers = `select id, document_id, code, version from attachments where application_id = $1 order by id`
	sqlAttach = `insert into attachments (application_id, document_id, code) values ($1, $2, $3)`
	sqlRecode = `update attachments set code = $2 where id = $1`
	sqlRetire = `
		insert into attachment_history (attachment_id, version, application_id, document_id, replaced_at)
		select id, version, application_id, document_id, $2 from attachments where id = $1`
	sqlReplace       = `update attachments set document_id = $2, code = $3, version = version + 1 where id = $1`
	sqlDetach        = `delete from attachments where application_id = $1 and document_id = $2`
	sqlUsage         = `select files, bytes, most_files, most_bytes from attachment_usage($1)`
	sqlSubmittedFile = `
		select count(*) from submission_files f join submissions s on s.id = f.submission_id
		 where s.application_id = $1 and f.document_id = $2`
	sqlDraftFile = `
		select (select count(*) from attachments where application_id = $1 and document_id = $2)
		     + (select count(*) from attachment_history where application_id = $1 and document_id = $2)`
)

// Upload stores a file for the application's government and attaches it, both or
// neither. Whether the plan may be written and has room is asked before the first byte
// is read.
func (s *Service) Upload(ctx context.Context, who authz.Actor, id ID, paper Paper, name string, body io.Reader) (document.Document, error) {
	a, err := work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := Get(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if err := allow(tx, a, "edit"); err != nil {
			return a, err
		}
		if err := knownCode(ctx, tx, a, paper.Code); err != nil {
			return a, err
		}
		u, err := usage(ctx, tx, id)
		if err != nil {
			return a, err
		}
		return a, u.room(1)
	})
	if err != nil {
		return document.Document{}, err
	}
	return s.Documents.Upload(ctx, who, document.Upload{Name: name, Government: a.GovernmentID, Body: body,
		With: func(ctx context.Context, tx *work.Tx, d document.Document) error {
			a, _, err := writable(ctx, tx, id)
			if err != nil {
				return err
			}
			if _, _, err := raise(ctx, tx, id, PartAttachments, 0, nil, 0); err != nil {
				return err
			}
			return attach(ctx, tx, a, d, paper)
		}})
}

// filed is a row of the draft's files.
type filed struct {
	ID       int64       `db:"id"`
	Document document.ID `db:"document_id"`
	Code     string      `db:"code"`
	Version  int         `db:"version"`
}

// Attach makes an uploaded file part of the plan. Where it is the next version of
// another one, that stays in the history, and what was chosen as minutes or agreement
// is the new one. A file of another government is NotFound, one too many Invalid for
// field file.
func (s *Service) Attach(ctx context.Context, who authz.Actor, id ID, file document.ID, as Paper) (Saved, error) {
	return s.draft(ctx, who, id, PartAttachments, 0, func(ctx context.Context, tx *work.Tx, a Application, _ program.Call) error {
		d, err := document.Get(ctx, tx, file)
		if err != nil {
			return err
		}
		return attach(ctx, tx, a, d, as)
	})
}

func attach(ctx context.Context, tx *work.Tx, a Application, d document.Document, as Paper) error {
	if d.Government != a.GovernmentID {
		return fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	if err := knownCode(ctx, tx, a, as.Code); err != nil {
		return err
	}
	var have []filed
	if err := tx.Select(ctx, &have, sqlPapers, a.ID); err != nil {
		return fmt.Errorf("read attachments: %w", err)
	}
	if i := slices.IndexFunc(have, func(p filed) bool { return p.Document == d.ID }); i >= 0 {
		return tx.Exec(ctx, sqlRecode, have[i].ID, as.Code)
	}
	var earlier int
	if err := tx.Get(ctx, &earlier, sqlDraftFile, a.ID, d.ID); err != nil {
		return fmt.Errorf("look for earlier versions: %w", err)
	}
	if earlier > 0 {
		return fault.New(fault.Conflict, "이 파일은 지난 판으로 남아 있습니다. 새로 올려 주십시오.")
	}
	u, err := usage(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	if err := u.room(d.Size); err != nil {
		return err
	}
	before, code, err := as.place(have)
	switch {
	case err != nil:
		return err
	case before == nil:
		return tx.Exec(ctx, sqlAttach, a.ID, d.ID, as.Code)
	}
	if err := tx.Exec(ctx, sqlRetire, before.ID, tx.Now); err != nil {
		return err
	}
	return tx.Exec(ctx, sqlReplace, before.ID, d.ID, code)
}

// place finds the file whose next version the paper is, nil for none, and the code it
// will have.
func (as Paper) place(have []filed) (before *filed, code string, err error) {
	for i, p := range have {
		if as.Replaces != 0 && p.Document == as.Replaces {
			return &have[i], cmp.Or(as.Code, p.Code), nil
		}
		if as.Replaces == 0 && !as.Beside && as.Code != "" && p.Code == as.Code {
			before = &have[i] // the last one of the code
		}
	}
	if as.Replaces != 0 {
		return nil, "", fault.Fields{"replaces": "바꿀 파일이 이 계획서에 없습니다. 화면을 새로 고쳐 확인해 주십시오."}.Err()
	}
	return before, as.Code, nil
}

func knownCode(ctx context.Context, tx *work.Tx, a Application, code string) error {
	if code == "" {
		return nil
	}
	documents, err := program.DocumentsOf(ctx, tx, a.CallID)
	if err != nil {
		return err
	}
	for _, d := range documents {
		if d.Code == code {
			return nil
		}
	}
	return fault.Fields{"code": "이 공모의 제출서류 가운데서 골라 주십시오."}.Err()
}

// Detach takes a file with its earlier versions out of the draft; what was handed in keeps it. A file that is
// chosen as minutes or agreement is a Conflict.
func (s *Service) Detach(ctx context.Context, who authz.Actor, id ID, file document.ID) (Saved, error) {
	return s.draft(ctx, who, id, PartAttachments, 0, func(ctx context.Context, tx *work.Tx, _ Application, _ program.Call) error {
		n, err := tx.ExecAll(ctx, sqlDetach, id, file)
		if err == nil && n == 0 {
			return fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		return err
	})
}

// Attachment gives a file through the permission of its application: of what was
// handed in to all who may read that, of the draft and its earlier versions to those
// who may see drafts.
func (s *Service) Attachment(ctx context.Context, who authz.Actor, id ID, file document.ID) (document.Document, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (document.Document, error) {
		a, err := readable(ctx, tx, id)
		if err != nil {
			return document.Document{}, err
		}
		if tx.Can("application:preview", a.Object()) {
			var n int
			if err := tx.Get(ctx, &n, sqlDraftFile, id, file); err != nil {
				return document.Document{}, err
			}
			if n > 0 {
				return document.Get(ctx, tx, file)
			}
		}
		return SubmittedAttachment(ctx, tx, id, file)
	})
}

// SubmittedAttachment is a file of any version handed in, else NotFound. It asks for
// no permission; package review uses it for those the application is assigned to.
func SubmittedAttachment(ctx context.Context, tx *work.Tx, id ID, file document.ID) (document.Document, error) {
	var n int
	if err := tx.Get(ctx, &n, sqlSubmittedFile, id, file); err != nil {
		return document.Document{}, err
	}
	if n == 0 {
		return document.Document{}, fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return document.Get(ctx, tx, file)
}

// readable reads an application for looking at: drafts with application:preview,
// what was handed in with application:read.
func readable(ctx context.Context, tx *work.Tx, id ID) (Application, error) {
	a, err := Get(ctx, tx, id)
	if err != nil {
		return a, err
	}
	if err := visible(tx, a); err != nil {
		return a, err
	}
	if a.HandedIn() {
		return a, tx.Allow("application:read", a.Object())
	}
	return a, tx.Allow("application:preview", a.Object())
}
