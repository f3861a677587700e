package notice

import (
	"context"
	"strconv"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// ID identifies a notice.
type ID int64

// Notice is one sentence for one person, with a place to go.
type Notice struct {
	ID     ID         `db:"id" json:"id"`
	Title  string     `db:"title" json:"title"`
	Link   string     `db:"link" json:"link"`
	At     time.Time  `db:"at" json:"at"`
	ReadAt *time.Time `db:"read_at" json:"read_at,omitempty"`
}

// Service holds the use cases of notices.
type Service struct{ Work *work.Runner }

const (
	sqlListWhere  = `select id, title, link, at, read_at from notices where person_id = $1 and `
	sqlCountWhere = `select count(*) from notices where person_id = $1 and `
	sqlUnread     = `select count(*) from notices where person_id = $1 and read_at is null`
	sqlMark       = `update notices set read_at = $2 where person_id = $1 and read_at is null and id <= $3`
)

// List shows a person's own notices, newest first. Filter state: unread.
func (s *Service) List(ctx context.Context, who authz.Actor, req page.Request) (page.Slice[Notice], error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out page.Slice[Notice], err error) {
		if err := tx.Allow("notice:read", authz.Object{Kind: "notice"}); err != nil {
			return out, err
		}
		cond, args := "true", []any{int64(who.ID)}
		if req.Filter("state") == "unread" {
			cond = "read_at is null"
		}
		var total int
		if err := tx.Get(ctx, &total, sqlCountWhere+cond, args...); err != nil {
			return out, err
		}
		var before ID
		if ok, err := req.Start(&before); err != nil {
			return out, err
		} else if ok {
			args, cond = append(args, before), cond+" and id < $2"
		}
		var rows []Notice
		if err := tx.Select(ctx, &rows, sqlListWhere+cond+" order by id desc limit "+strconv.Itoa(req.Limit()+1), args...); err != nil {
			return out, err
		}
		return page.Cut(req, rows, total, func(n Notice) any { return n.ID }), nil
	})
}

// Unread is how many notices a person has not read.
func (s *Service) Unread(ctx context.Context, who authz.Actor) (int, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (n int, err error) {
		if err := tx.Allow("notice:read", authz.Object{Kind: "notice"}); err != nil {
			return 0, err
		}
		return n, tx.Get(ctx, &n, sqlUnread, who.ID)
	})
}

// MarkRead notes that a person has seen their notices up to one of them. It leaves
// no row in the trail: nobody but the reader is concerned.
func (s *Service) MarkRead(ctx context.Context, who authz.Actor, upTo ID) (int64, error) {
	return work.Draft(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (int64, error) {
		if err := tx.Allow("notice:mark", authz.Object{Kind: "notice"}); err != nil {
			return 0, err
		}
		return tx.ExecAll(ctx, sqlMark, who.ID, tx.Now, upTo)
	})
}
