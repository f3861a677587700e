package application

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Usage is how much of its quota the files of one plan take, earlier versions
// included (rules attachments.files and attachments.bytes).
type Usage struct {
	Files     int   `db:"files" json:"files"`
	Bytes     int64 `db:"bytes" json:"bytes"`
	MostFiles int   `db:"most_files" json:"most_files"`
	MostBytes int64 `db:"most_bytes" json:"most_bytes"`
}

// Text is the usage as people say it: "3개, 1.2 MB".
func (u Usage) Text() string { return fmt.Sprintf("%d개, %s", u.Files, sizeText(u.Bytes)) }

// Most is the quota as people say it: "50개, 200.0 MB".
func (u Usage) Most() string { return fmt.Sprintf("%d개, %s", u.MostFiles, sizeText(u.MostBytes)) }

// room refuses one more file of a size that does not fit any more.
func (u Usage) room(size int64) error {
	if u.Files < u.MostFiles && u.Bytes+size <= u.MostBytes {
		return nil
	}
	return fault.Fields{"file": "신청서 하나에 올릴 수 있는 파일은 지난 판까지 더해 " + u.Most() + "까지입니다. 지금 " + u.Text() +
		"를 올려 두었습니다. 쓰지 않는 파일을 빼고 다시 올려 주십시오."}.Err()
}

func usage(ctx context.Context, tx *work.Tx, id ID) (u Usage, err error) {
	if err = tx.Get(ctx, &u, sqlUsage, id); err != nil {
		return u, fmt.Errorf("read usage of files: %w", err)
	}
	return u, nil
}

// Edition is an earlier version of a file of the draft.
type Edition struct {
	Current    document.ID `db:"current" json:"current"` // the file that has its place now
	DocumentID document.ID `db:"document_id" json:"document_id"`
	Version    int         `db:"version" json:"version"`
	Name       string      `db:"name" json:"name"`
	Size       int64       `db:"size" json:"size"`
	SHA256     string      `db:"sha256" json:"sha256"`
	ScanState  string      `db:"scan_state" json:"scan_state"`
	ReplacedAt time.Time   `db:"replaced_at" json:"replaced_at"`
}

// SizeText is the size as people say it.
func (e Edition) SizeText() string { return sizeText(e.Size) }

// Papers is what the plan does not say of the draft's files.
type Papers struct {
	Usage   Usage     `json:"usage"`
	History []Edition `json:"history"` // newest first
}

// Before are the earlier versions of a file, newest first.
func (p Papers) Before(file document.ID) (out []Edition) {
	for _, e := range p.History {
		if e.Current == file {
			out = append(out, e)
		}
	}
	return out
}

const sqlEditions = `
	select a.document_id as current, h.document_id, h.version, d.name, d.size, encode(d.sha256, 'hex') as sha256, d.scan_state, h.replaced_at
	  from attachment_history h
	  join attachments a on a.id = h.attachment_id
	  join documents d on d.id = h.document_id
	 where h.application_id = $1 order by a.id, h.version desc`

// Papers reads the earlier versions of the draft's files and how much room is left.
// Who may not see drafts gets NotFound for what was never handed in, Forbidden after.
func (s *Service) Papers(ctx context.Context, who authz.Actor, id ID) (Papers, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Papers, err error) {
		if _, err := previewed(ctx, tx, id); err != nil {
			return out, err
		}
		out.History = []Edition{}
		if err := tx.Select(ctx, &out.History, sqlEditions, id); err != nil {
			return out, fmt.Errorf("read earlier versions: %w", err)
		}
		out.Usage, err = usage(ctx, tx, id)
		return out, err
	})
}
