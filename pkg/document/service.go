package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// Service holds the use cases of files.
type Service struct {
	Work  *work.Runner
	Store *Store
}

// Upload is a file on its way in. Government is whose it will be; 0 for a file of
// the ministry.
type Upload struct {
	Name       string
	Government organization.ID
	Body       io.Reader
}

const (
	sqlColumns = `
		select id, encode(sha256, 'hex') as sha256, name, media_type, size, scan_state,
		       coalesce(government_id, 0) as government_id, uploaded_by, uploaded_at
		  from documents`
	sqlGet    = sqlColumns + ` where id = $1`
	sqlByIDs  = sqlColumns + ` where id = any($1)`
	sqlInsert = `
		insert into documents (sha256, name, media_type, size, government_id, uploaded_by, uploaded_at)
		values (decode($1, 'hex'), $2, $3, $4, nullif($5, 0), $6, $7) returning id`
)

// Get reads one document; an unknown id is NotFound.
func Get(ctx context.Context, tx *work.Tx, id ID) (d Document, err error) {
	err = tx.Get(ctx, &d, sqlGet, id)
	return d, err
}

// ByIDs reads many at once; ids that do not exist are missing in the map.
func ByIDs(ctx context.Context, tx *work.Tx, ids []ID) (map[ID]Document, error) {
	var rows []Document
	if err := tx.Select(ctx, &rows, sqlByIDs, pq.Array(ids)); err != nil {
		return nil, err
	}
	out := make(map[ID]Document, len(rows))
	for _, d := range rows {
		out[d.ID] = d
	}
	return out, nil
}

// Upload stores a file. Permission is asked before the first byte is read. A file
// beyond 10 MB is TooLarge as soon as it is noticed; one that is not of the six
// kinds, or not what its name says, is Invalid for field file.
func (s *Service) Upload(ctx context.Context, who authz.Actor, up Upload) (Document, error) {
	on := authz.Object{Kind: "document", Government: int64(up.Government)}
	if _, err := work.View(ctx, s.Work, who, func(_ context.Context, tx *work.Tx) (none struct{}, err error) {
		return none, tx.Allow("document:create", on)
	}); err != nil {
		return Document{}, err
	}
	name := tidyName(up.Name)
	if name == "" {
		f := fault.Fields{}
		f.Add("file", "파일 이름이 없습니다.")
		return Document{}, f.Err()
	}
	sp, err := s.Store.spool(up.Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			err = fault.Wrap(fault.TooLarge, "파일은 10MB까지 올릴 수 있습니다.", err)
		}
		return Document{}, err
	}
	defer sp.drop()
	mediaType, err := kindOf(name, sp.file, sp.size)
	if err != nil {
		return Document{}, err
	}
	if err := s.Store.keep(sp); err != nil {
		return Document{}, err
	}
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d Document, err error) {
		if err := tx.Allow("document:create", on); err != nil {
			return d, err
		}
		var id ID
		if err := tx.Get(ctx, &id, sqlInsert, sp.sum, name, mediaType, sp.size, up.Government, who.ID, tx.Now); err != nil {
			return d, fmt.Errorf("insert document: %w", err)
		}
		if d, err = Get(ctx, tx, id); err != nil {
			return d, err
		}
		return d, tx.Record(ctx, "document:create", d.Ref(), nil, d)
	})
}
