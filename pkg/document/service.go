package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/organization"
	"eoul/pkg/work"
)

// Service holds the use cases of files. Without a Scanner new files are unscanned.
type Service struct {
	Work    *work.Runner
	Store   Store
	Scanner *Scanner
}

// Upload is a file on its way in. Government is whose it will be; 0 for a file of
// the ministry.
type Upload struct {
	Name       string
	Government organization.ID
	Body       io.Reader
	// With does more in the transaction that makes the document, such as attaching it;
	// its error leaves no document. nil does nothing.
	With func(ctx context.Context, tx *work.Tx, d Document) error
}

const (
	sqlColumns = `
		select id, encode(sha256, 'hex') as sha256, name, media_type, size, scan_state, finding,
		       coalesce(government_id, 0) as government_id, uploaded_by, uploaded_at
		  from documents`
	sqlGet   = sqlColumns + ` where id = $1`
	sqlByIDs = sqlColumns + ` where id = any($1)`
	sqlClaim = `
		insert into stored_objects (sha256, size, claimed_at) values (decode($1, 'hex'), $2, $3)
		on conflict (sha256) do update set claimed_at = excluded.claimed_at`
	sqlInsert = `
		insert into documents (sha256, name, media_type, size, scan_state, scan_due, government_id, uploaded_by, uploaded_at)
		values (decode($1, 'hex'), $2, $3, $4, $5, case $5 when 'pending' then $8::timestamptz end, nullif($6, 0), $7, $8) returning id`
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
		return Document{}, fault.Fields{"file": "파일 이름이 없습니다."}.Err()
	}
	sp, err := spool(up.Body)
	if err != nil {
		return Document{}, err
	}
	defer func() { _ = sp.file.Close() }()
	mediaType, err := kindOf(name, sp.file, sp.size)
	if err != nil {
		return Document{}, err
	}
	if err := s.keep(ctx, who, on, sp); err != nil {
		return Document{}, err
	}
	state := Unscanned
	if s.Scanner != nil {
		state = Pending
	}
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d Document, err error) {
		if err := tx.Allow("document:create", on); err != nil {
			return d, err
		}
		var id ID
		if err := tx.Get(ctx, &id, sqlInsert, sp.sum, name, mediaType, sp.size, state, up.Government, who.ID, tx.Now); err != nil {
			return d, fmt.Errorf("insert document: %w", err)
		}
		if d, err = Get(ctx, tx, id); err != nil {
			return d, err
		}
		if err := tx.Record(ctx, "document:create", d.Ref(), nil, d); err != nil || up.With == nil {
			return d, err
		}
		return d, up.With(ctx, tx, d)
	})
}

// keep claims the bytes and stores them. The claim commits first: from then on Sweep
// leaves them alone for a day.
func (s *Service) keep(ctx context.Context, who authz.Actor, on authz.Object, sp spooled) error {
	if _, err := work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("document:create", on); err != nil {
			return none, err
		}
		return none, tx.Exec(ctx, sqlClaim, sp.sum, sp.size, tx.Now)
	}); err != nil {
		return fmt.Errorf("claim bytes: %w", err)
	}
	if _, err := sp.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	return s.Store.Keep(ctx, sp.sum, sp.size, sp.file)
}

// Open gives the bytes of a document. One that waits for the scanner, and one that is
// infected, is a Conflict: nobody gets it. Permission is the caller's matter.
func (s *Service) Open(ctx context.Context, d Document) (io.ReadSeekCloser, error) {
	switch d.ScanState {
	case Pending:
		return nil, fault.New(fault.Conflict, "‘"+d.Name+"’ 파일의 악성코드 검사가 아직 끝나지 않았습니다. 잠시 뒤 다시 내려받아 주십시오.")
	case Infected:
		return nil, fault.New(fault.Conflict, "‘"+d.Name+"’ 파일에서 악성코드가 발견되어 내려받을 수 없습니다.")
	}
	return s.Store.Open(ctx, d.SHA256)
}

// spooled is an upload on its way: on disk, counted and hashed, not yet kept.
type spooled struct {
	file *os.File
	size int64
	sum  string
}

// spool writes an upload to a temporary file and stops at the first byte too many.
func spool(body io.Reader) (sp spooled, err error) {
	if sp.file, err = scratch(); err != nil {
		return sp, err
	}
	defer func() {
		if err != nil {
			_ = sp.file.Close()
		}
	}()
	h := sha256.New()
	sp.size, err = io.Copy(io.MultiWriter(sp.file, h), io.LimitReader(body, MaxSize+1))
	if _, long := errors.AsType[*http.MaxBytesError](err); long || sp.size > MaxSize {
		return sp, fault.Wrap(fault.TooLarge, "파일은 하나에 10MB까지 올릴 수 있습니다.", err)
	}
	switch {
	case err != nil:
		return sp, fmt.Errorf("spool upload: %w", err)
	case sp.size == 0:
		return sp, fault.Fields{"file": "빈 파일입니다."}.Err()
	}
	sp.sum = hex.EncodeToString(h.Sum(nil))
	return sp, nil
}
