package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/demo"
	"eoul/pkg/work"
)

// draft is an application that can be handed in.
type draft struct {
	ID         int64  `db:"id"`
	Version    int    `db:"version"`
	Draft      int    `db:"draft"`
	Government int64  `db:"government_id"`
	Program    int64  `db:"program_id"`
	Title      string `db:"title"`
	CallID     int64  `db:"call_id"`
}

const (
	selectDrafts = `
		select a.id, a.version, p.version as draft, a.government_id, a.program_id, p.title, a.call_id
		  from applications a join calls c on c.id = a.call_id join plans p on p.application_id = a.id
		 where c.number = $1 and a.state = 'draft' order by a.id limit $2`
	selectHanded = `
		select s.content::text as content, s.sha256, s.national, s.sido, s.sigungu, s.own, e.before::text as before, e.after::text as after, o.payload::text as payload
		  from submissions s
		  join audit_events e on e.kind = 'application' and e.object_id = s.application_id and e.version = 2
		  join outbox o on o.topic = 'application.submit' and o.key = 'application:' || s.application_id || '/2'
		 where s.application_id = $1`
)

// handed is what one submission wrote; the bare side writes the same for others.
type handed struct {
	Content, Before, After, Payload string
	SHA256                          []byte
	National, Sido, Sigungu, Own    int64
}

// each is how many submissions one measurement makes.
const each = 25

// submits measures handing in a complete plan of 40 lines: the use case with its
// checks, its permission and its trail, against its writes alone.
func (l *lab) submits(ctx context.Context, t *table) error {
	progress("submissions")
	call, err := l.drafts(ctx, demo.ScaleNumber)
	if err != nil {
		return err
	}
	var texts []string
	var sample handed
	var took pairs
	for round := range rounds + 1 { // the first round warms both sides up
		var todo []draft
		if err := l.owner.SelectContext(ctx, &todo, selectDrafts, call, 2*each); err != nil {
			return err
		}
		if len(todo) < 2*each {
			return fmt.Errorf("%d drafts are left, measuring takes %d", len(todo), 2*each)
		}
		begin := time.Now()
		for _, d := range todo[:each] {
			written, err := l.submit(ctx, d)
			if err != nil {
				return err
			}
			texts = written
		}
		whole := time.Since(begin).Seconds()
		if err := l.owner.GetContext(ctx, &sample, selectHanded, todo[0].ID); err != nil {
			return err
		}
		plain, err := l.write(ctx, texts, sample, todo[each:])
		if err != nil {
			return err
		}
		if round > 0 {
			took = append(took, pair{plain, whole}) // of seconds, the other way round
		}
	}
	m := took.middle()
	t.atLeast("(c) hand in a plan of 40 lines", fmt.Sprintf("%.1f ms", m.bare/each*1000), fmt.Sprintf("%.1f ms", m.ours/each*1000), m.ratio(), 0.5)
	return nil
}

// submit runs the use case and gives the texts of what it wrote.
func (l *lab) submit(ctx context.Context, d draft) ([]string, error) {
	service := application.Service{Work: l.run}
	officer := authz.Actor{ID: -1, Name: "bench", Grants: []authz.Grant{{Role: "officer", Government: d.Government}, {Role: "approver", Government: d.Government}}}
	counting, counter := work.Counting(ctx)
	if _, err := service.Submit(counting, officer, application.ID(d.ID), d.Version, d.Draft); err != nil {
		return nil, fmt.Errorf("submit: %w", err)
	}
	return slices.DeleteFunc(counter.Texts()[1:], func(q string) bool {
		word, _, _ := strings.Cut(strings.TrimSpace(q), " ")
		return strings.EqualFold(word, "select")
	}), nil
}

// write does the same writes with prepared statements, one transaction each, and
// gives the seconds it took.
func (l *lab) write(ctx context.Context, texts []string, s handed, drafts []draft) (float64, error) {
	actor, err := l.app.PreparexContext(ctx, `select set_config('app.actor', '-1', true)`)
	if err != nil {
		return 0, err
	}
	defer func() { _ = actor.Close() }()
	statements := make([]*sqlx.Stmt, len(texts))
	for i, q := range texts {
		if statements[i], err = l.app.PreparexContext(ctx, q); err != nil {
			return 0, err
		}
		defer func() { _ = statements[i].Close() }()
	}
	begin := time.Now()
	for _, d := range drafts {
		if err := l.writeOne(ctx, actor, statements, texts, s, d); err != nil {
			return 0, err
		}
	}
	return time.Since(begin).Seconds(), nil
}

func (l *lab) writeOne(ctx context.Context, actor *sqlx.Stmt, statements []*sqlx.Stmt, texts []string, s handed, d draft) error {
	tx, err := l.app.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.StmtxContext(ctx, actor).ExecContext(ctx); err != nil {
		return err
	}
	receipt := fmt.Sprintf("bare-%d", d.ID)
	for i, q := range texts {
		args, err := arguments(q, s, d, receipt)
		if err != nil {
			return err
		}
		if _, err := tx.StmtxContext(ctx, statements[i]).ExecContext(ctx, args...); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return tx.Commit()
}

// arguments are those of one of the writes; a text nobody knows means that the use
// case writes something new and the measurement must follow.
func arguments(q string, s handed, d draft, receipt string) ([]any, error) {
	now := time.Now()
	switch {
	case strings.Contains(q, "insert into submissions"):
		return []any{d.ID, 1, "submit", s.Content, s.SHA256, s.National, s.Sido, s.Sigungu, s.Own}, nil
	case strings.Contains(q, "update call_receipts"):
		return []any{d.CallID}, nil
	case strings.Contains(q, "update applications"):
		return []any{d.ID, d.Version, "endorsing", d.Title, receipt, "", "", ""}, nil
	case strings.Contains(q, "insert into audit_events"):
		return []any{now, "bench", "rule", "application:submit", "application", d.ID, d.Version + 1, s.Before, s.After, ""}, nil
	case strings.Contains(q, "insert into outbox"):
		return []any{"application.submit", fmt.Sprintf("application:%d/%d", d.ID, d.Version+1), s.Payload, now}, nil
	}
	return nil, fmt.Errorf("the use case writes what the bare side does not know: %s", q)
}
