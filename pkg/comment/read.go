package comment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/identity"
	"eoul/pkg/work"
)

const (
	sqlColumns = `
		select c.id, c.application_id, c.part, c.field, c.quote, coalesce(c.submission_no, 0) as submission_no, c.kind, c.visibility, c.side,
		       coalesce(c.reply_to, 0) as reply_to, c.body, c.mentions, c.author_id, p.name as author_name, c.at, c.retracted_at, c.resolved_at,
		       coalesce(r.name, '') as resolved_by, c.version
		  from comments c
		  join people p on p.id = c.author_id
		  left join people r on r.id = c.resolved_by`
	sqlHeard = sqlColumns + ` where c.application_id = $1 and c.audience = any($2) order by coalesce(c.reply_to, c.id), c.id`
	sqlOne   = sqlColumns + ` where c.id = $1 and c.audience = any($2)`
	sqlWhose = `select application_id from comments where id = $1`
)

// object is what the rules of permission look at: the application it is about.
func object(a application.Application) authz.Object {
	o := a.Object()
	o.Kind = "comment"
	return o
}

// sides are those whose internal comments the actor hears.
func sides(tx *work.Tx, a application.Application) (out []Side) {
	for _, s := range []struct {
		side Side
		on   authz.Object
	}{
		{Government, authz.Object{Kind: "comment", ID: int64(a.ID), Government: int64(a.GovernmentID)}},
		{Province, authz.Object{Kind: "comment", ID: int64(a.ID), Government: int64(a.ProvinceID)}},
		{Ministry, authz.Object{Kind: "comment", ID: int64(a.ID), Program: int64(a.ProgramID)}},
	} {
		if tx.Can("comment:internal", s.on) {
			out = append(out, s.side)
		}
	}
	return out
}

// audiences are the kinds of comments that reach somebody of these sides.
func audiences(of []Side) pq.StringArray {
	out := pq.StringArray{"all"}
	for _, s := range of {
		out = append(out, string(s))
	}
	return out
}

// Board reads what the actor may hear about an application they may read. Who hears
// no comments at all gets NotFound.
func (s *Service) Board(ctx context.Context, who authz.Actor, id application.ID) (Board, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (b Board, err error) {
		if b.Application, err = application.Known(ctx, tx, id); err != nil {
			return b, err
		}
		if err := tx.Allow("comment:read", object(b.Application)); err != nil {
			return b, err
		}
		of := sides(tx, b.Application)
		var rows []Comment
		if err := tx.Select(ctx, &rows, sqlHeard, id, audiences(of)); err != nil {
			return b, fmt.Errorf("read comments: %w", err)
		}
		if b.Side = speaksFor(tx, b.Application, of); b.Side != "" {
			if b.People, err = people(ctx, tx, b.Application, b.Side); err != nil {
				return b, err
			}
		}
		b.Threads = threads(tx, b.Application, b.Side, rows)
		return b, nil
	})
}

// speaksFor is the side whose word the actor may give, empty for none.
func speaksFor(tx *work.Tx, a application.Application, of []Side) Side {
	if len(of) == 0 || !tx.Can("comment:create", object(a)) {
		return ""
	}
	return of[0]
}

// threads puts the answers under what they answer. rows come thread by thread.
func threads(tx *work.Tx, a application.Application, side Side, rows []Comment) (out []Thread) {
	answered := map[ID]bool{}
	for _, c := range rows {
		if c.ReplyTo != 0 {
			answered[c.ReplyTo] = true
		}
	}
	edits := a.State == application.StateReturned && tx.Can("application:edit", a.Object())
	for _, c := range rows {
		may := may(tx, c, side, edits, answered[c.ID])
		if c.RetractedAt != nil {
			c.Body, c.Quote = "", ""
		}
		if c.ReplyTo == 0 {
			out = append(out, Thread{Comment: c, May: may})
		} else if last := len(out) - 1; last >= 0 && out[last].ID == c.ReplyTo {
			out[last].Replies = append(out[last].Replies, Reply{c, may})
		}
	}
	return out
}

// may is what somebody may do with a comment they hear. Items of a return are dealt
// with by who writes the plan, while it may be written.
func may(tx *work.Tx, c Comment, side Side, edits, answered bool) (m May) {
	if side == "" {
		return m
	}
	m.Reply = c.ReplyTo == 0 && c.RetractedAt == nil
	m.Retract = c.Kind == Said && c.RetractedAt == nil && c.ResolvedAt == nil && c.AuthorID == tx.Actor.ID && !answered && tx.Now.Sub(c.At) <= retractable
	closes := c.ReplyTo == 0 && c.RetractedAt == nil && (c.Kind == Said || edits)
	m.Resolve = closes && c.ResolvedAt == nil
	m.Reopen = closes && c.ResolvedAt != nil
	return m
}

// people are those of a side who can be named, without the actor, by name.
func people(ctx context.Context, tx *work.Tx, a application.Application, side Side) ([]Person, error) {
	ids, err := members(ctx, tx, a, side)
	if err != nil {
		return nil, fmt.Errorf("find people of the %s: %w", side, err)
	}
	names, err := identity.Names(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	var out []Person
	for _, id := range ids {
		if id != tx.Actor.ID {
			out = append(out, Person{id, names[id]})
		}
	}
	slices.SortStableFunc(out, func(a, b Person) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// members are the ids of those who speak for a side today.
func members(ctx context.Context, tx *work.Tx, a application.Application, side Side) (out []authz.PersonID, err error) {
	switch side {
	case Government:
		return identity.HoldersAt(ctx, tx, []string{"officer", "approver", "province"}, []int64{int64(a.GovernmentID)}, false)
	case Province:
		return identity.HoldersAt(ctx, tx, []string{"province"}, []int64{int64(a.ProvinceID)}, false)
	case Ministry:
	}
	for _, role := range []string{"manager", "decider"} {
		ids, err := identity.Holders(ctx, tx, role, 0, int64(a.ProgramID))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out, nil
}
