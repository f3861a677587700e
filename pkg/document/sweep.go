package document

import (
	"context"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/rule"
	"eoul/pkg/work"
)

const (
	// The function leaves alone whatever any foreign key still needs.
	sqlDropUnused = `
		select id, encode(sha256, 'hex') as sha256, name, media_type, size, scan_state, finding,
		       coalesce(government_id, 0) as government_id, uploaded_by, uploaded_at
		  from drop_unused_documents($1, $2)`
	// The row stays locked until its bytes are gone, so that an upload of the same bytes
	// waits and then stores them anew.
	sqlDropObject = `
		delete from stored_objects where sha256 = (
			select o.sha256 from stored_objects o
			 where o.claimed_at < $1 and not exists (select from documents d where d.sha256 = o.sha256)
			 order by o.claimed_at limit 1 for update skip locked)
		returning encode(sha256, 'hex')`
)

// claimTime is how long bytes without a document are left alone: their upload may be
// under way. sweepBatch is how many documents go in one transaction.
const (
	claimTime  = 24 * time.Hour
	sweepBatch = 100
)

// Swept is what one sweep took away.
type Swept struct{ Documents, Objects int }

// Sweep takes away documents that nothing has referred to for the days of rule
// document.unused_days (a file uploaded with a form that was refused), each with a
// row in the trail, and bytes that no document has any more. Bytes that several
// documents share stay with the last of them.
func (s *Service) Sweep(ctx context.Context) (out Swept, err error) {
	for ctx.Err() == nil {
		n, err := s.dropUnused(ctx)
		out.Documents += n
		if err != nil {
			return out, fmt.Errorf("sweep documents: %w", err)
		}
		if n < sweepBatch {
			break
		}
	}
	for ctx.Err() == nil {
		found, err := s.dropObject(ctx)
		if err != nil {
			return out, fmt.Errorf("sweep bytes: %w", err)
		}
		if !found {
			break
		}
		out.Objects++
	}
	return out, nil
}

func (s *Service) dropUnused(ctx context.Context) (int, error) {
	gone, err := work.Draft(ctx, s.Work, authz.System("파일 정리"), func(ctx context.Context, tx *work.Tx) (gone []Document, err error) {
		if err := tx.Allow("document:sweep", authz.Object{Kind: "document"}); err != nil {
			return nil, err
		}
		rules, err := rule.Load(ctx, tx)
		if err != nil {
			return nil, err
		}
		days, _, err := rules.Int(rule.DocumentUnusedDays, calendar.Today(tx.Now))
		if err != nil {
			return nil, err
		}
		if err := tx.Select(ctx, &gone, sqlDropUnused, tx.Now.AddDate(0, 0, -int(days)), sweepBatch); err != nil {
			return nil, err
		}
		events := make([]work.Event, len(gone))
		for i, d := range gone {
			events[i] = work.Event{Ref: d.Ref(), Before: d}
		}
		return gone, tx.RecordAll(ctx, "document:sweep", events)
	})
	return len(gone), err
}

// dropObject takes the bytes away before it commits that they are gone. Where the
// commit fails their row stays without bytes; no document has them, and the next
// upload of the same bytes stores them again.
func (s *Service) dropObject(ctx context.Context) (found bool, err error) {
	_, err = work.Draft(ctx, s.Work, authz.System("파일 정리"), func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if err := tx.Allow("document:sweep", authz.Object{Kind: "document"}); err != nil {
			return none, err
		}
		var sum string
		if found, err = tx.Find(ctx, &sum, sqlDropObject, tx.Now.Add(-claimTime)); err != nil || !found {
			return none, err
		}
		return none, s.Store.Remove(ctx, sum)
	})
	return found, err
}
