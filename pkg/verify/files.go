package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/work"
)

// storedFile is one content of the store with the first document that has it.
type storedFile struct {
	Document document.ID `db:"id"`
	SHA256   string      `db:"sha256"`
	Size     int64       `db:"size"`
}

const (
	sqlStored = `
		select min(id) as id, encode(sha256, 'hex') as sha256, max(size) as size from documents
		 where sha256 > decode($1, 'hex') group by documents.sha256 order by documents.sha256 limit $2`
	sqlStillThere = `select count(*) from documents where sha256 = decode($1, 'hex')`
)

// filesAtOnce is how many names are read in one transaction: reading their bytes takes
// long, and no transaction stays open meanwhile.
const filesAtOnce = 500

// files reads every stored content that a document has and compares its checksum. A
// store that cannot be reached is an error, not a finding.
func (s *Service) files(ctx context.Context, who authz.Actor, progress func(done, total int)) (out []Finding, err error) {
	for after, done := "", 0; ; {
		some, err := look(ctx, s, who, func(ctx context.Context, tx *work.Tx) (some []storedFile, err error) {
			err = tx.Select(ctx, &some, sqlStored, after, filesAtOnce)
			return some, err
		})
		if err != nil || len(some) == 0 {
			return out, err
		}
		for i, f := range some {
			progress(done+i, done+len(some))
			found, err := s.file(ctx, who, f)
			if err != nil {
				return out, err
			}
			out = append(out, found...)
		}
		done, after = done+len(some), some[len(some)-1].SHA256
		progress(done, done)
	}
}

func (s *Service) file(ctx context.Context, who authz.Actor, f storedFile) ([]Finding, error) {
	body, err := s.Files.Open(ctx, f.SHA256)
	if err == nil {
		return nil, body.Close()
	}
	missing := errors.Is(err, fs.ErrNotExist)
	if !missing && !errors.Is(err, document.ErrDamaged) {
		return nil, fmt.Errorf("read file %s: %w", f.SHA256, err)
	}
	// It may have been swept since its name was read.
	n, lookErr := look(ctx, s, who, func(ctx context.Context, tx *work.Tx) (n int, err error) {
		err = tx.Get(ctx, &n, sqlStillThere, f.SHA256)
		return n, err
	})
	if lookErr != nil || n == 0 {
		return nil, lookErr
	}
	detail := "SHA-256 " + f.SHA256 + ": 내용이 다릅니다"
	if missing {
		detail = "SHA-256 " + f.SHA256 + ": 없습니다"
	}
	return []Finding{{Check: "stored", Object: fmt.Sprintf("document:%d", f.Document), Message: messageOf("stored"), Detail: detail}}, nil
}

func look[T any](ctx context.Context, s *Service, who authz.Actor, fn func(context.Context, *work.Tx) (T, error)) (T, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (none T, err error) {
		if err := tx.Allow("report:verify", authz.Object{Kind: "report"}); err != nil {
			return none, err
		}
		return fn(ctx, tx)
	})
}
