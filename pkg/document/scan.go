package document

import (
	"context"
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/work"
)

// A claim puts the file off for longer than a scan may take, so that it is in one
// hand only, and a file the scanner could not look at comes again by itself.
const (
	sqlNextToScan = `
		update documents set scan_due = $1::timestamptz + interval '30 seconds'
		 where id = (select id from documents where scan_state = 'pending' and scan_due <= $1
		              order by scan_due, id limit 1 for update skip locked)
		returning id, encode(sha256, 'hex') as sha256, name, media_type, size, scan_state, finding,
		          coalesce(government_id, 0) as government_id, uploaded_by, uploaded_at`
	sqlScanned = `update documents set scan_state = $2, finding = $3, scan_due = null where id = $1 and scan_state = 'pending'`
)

// ScanDue has the scanner look at every file that waits for it and tells how many got
// their answer. An error of the scanner or the store ends it; the file stays pending.
// Without a scanner it does nothing: what waits goes on waiting for one.
func (s *Service) ScanDue(ctx context.Context) (n int, err error) {
	if s.Scanner == nil {
		return 0, nil
	}
	for ctx.Err() == nil {
		d, found, err := s.nextToScan(ctx)
		if err != nil || !found {
			return n, err
		}
		finding, err := s.look(ctx, d)
		if err != nil {
			return n, fmt.Errorf("scan document %d: %w", d.ID, err)
		}
		if err := s.scanned(ctx, d, finding); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (s *Service) nextToScan(ctx context.Context) (d Document, found bool, err error) {
	d, err = work.Draft(ctx, s.Work, authz.System("악성코드 검사"), func(ctx context.Context, tx *work.Tx) (d Document, err error) {
		if err := tx.Allow("document:scan", authz.Object{Kind: "document"}); err != nil {
			return d, err
		}
		found, err = tx.Find(ctx, &d, sqlNextToScan, tx.Now)
		return d, err
	})
	return d, found, err
}

func (s *Service) look(ctx context.Context, d Document) (finding string, err error) {
	body, err := s.Store.Open(ctx, d.SHA256)
	if err != nil {
		return "", err
	}
	defer func() { _ = body.Close() }()
	return s.Scanner.Scan(ctx, body)
}

// Found is the message document.infected: who uploaded the file is told.
type Found struct {
	ID     ID               `json:"id"`
	Title  string           `json:"title"` // the file's name
	People []authz.PersonID `json:"people"`
}

// scanned writes the answer, once: a file that has one keeps it. Of an infected one
// its uploader hears.
func (s *Service) scanned(ctx context.Context, d Document, finding string) error {
	after := d
	after.ScanState, after.Finding = Clean, finding
	if finding != "" {
		after.ScanState = Infected
	}
	_, err := work.Do(ctx, s.Work, authz.System("악성코드 검사"), func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("document:scan", d.Object()); err != nil {
			return none, err
		}
		if err := tx.Exec(ctx, sqlScanned, d.ID, after.ScanState, after.Finding); err != nil {
			return none, err
		}
		if err := tx.Record(ctx, "document:scan", d.Ref(), d, after); err != nil || after.ScanState != Infected || d.UploadedBy <= 0 {
			return none, err // the system uploads too, and reads no notices
		}
		return none, tx.Emit(ctx, "document.infected", d.Ref(), Found{d.ID, d.Name, []authz.PersonID{d.UploadedBy}})
	})
	return err
}
