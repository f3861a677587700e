package application

import (
	"context"
	"fmt"
	"io"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

const (
	sqlAttach = `
		insert into attachments (application_id, document_id, code) values ($1, $2, $3)
		on conflict (application_id, document_id) do update set code = excluded.code`
	sqlDetach        = `delete from attachments where application_id = $1 and document_id = $2`
	sqlSubmittedFile = `
		select count(*) from submissions
		 where application_id = $1 and content -> 'attachments' @> jsonb_build_array(jsonb_build_object('document_id', $2::bigint))`
	sqlDraftFile = `select count(*) from attachments where application_id = $1 and document_id = $2`
)

// Upload stores a file for the application's government and attaches it. Whether
// the plan may be written is asked first, so that nothing is kept in vain.
func (s *Service) Upload(ctx context.Context, who authz.Actor, id ID, code, name string, body io.Reader) (document.Document, error) {
	a, err := work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := Get(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if err := allow(tx, a, "edit"); err != nil {
			return a, err
		}
		return a, knownCode(ctx, tx, a, code)
	})
	if err != nil {
		return document.Document{}, err
	}
	file, err := s.Documents.Upload(ctx, who, document.Upload{Name: name, Government: a.GovernmentID, Body: body})
	if err != nil {
		return document.Document{}, err
	}
	_, err = s.Attach(ctx, who, id, file.ID, code)
	return file, err
}

// Attach makes an uploaded file part of the plan, as the call's required document
// of a code or, with an empty code, as another paper. A file of another government
// is NotFound.
func (s *Service) Attach(ctx context.Context, who authz.Actor, id ID, file document.ID, code string) (Saved, error) {
	return s.draft(ctx, who, id, PartAttachments, 0, func(ctx context.Context, tx *work.Tx, a Application, _ program.Call) error {
		d, err := document.Get(ctx, tx, file)
		if err != nil {
			return err
		}
		if d.Government != a.GovernmentID {
			return fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		if err := knownCode(ctx, tx, a, code); err != nil {
			return err
		}
		have, err := attached(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(have) >= maxFiles && !have[file] {
			return fault.Fields{"file": fmt.Sprintf("파일은 %d개까지 올릴 수 있습니다.", maxFiles)}.Err()
		}
		return tx.Exec(ctx, sqlAttach, id, file, code)
	})
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

// Detach takes a file out of the draft; what was handed in keeps it. A file that is
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
// handed in to all who may read that, of the draft to those who may see drafts.
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
