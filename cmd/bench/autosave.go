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
	"eoul/pkg/work"
)

// section is the text that is saved again and again.
const section = "overview"

// body is a text of the length people write, another one each time.
func body(n int) string {
	return strings.Repeat("지역의 사회적경제 조직이 함께 여는 장터를 매달 운영합니다. ", 30) + fmt.Sprint(n)
}

// autosaves measures saving one section of a plan while it is written: the use case
// with its permission, its rules and its versions, against its writes alone.
func (l *lab) autosaves(ctx context.Context, t *table) error {
	progress("autosaves")
	call, err := l.written(ctx)
	if err != nil {
		return err
	}
	var all []draft
	if err := l.owner.SelectContext(ctx, &all, selectDrafts, call, 2*each); err != nil {
		return err
	}
	if len(all) < 2*each {
		return fmt.Errorf("%d drafts are there, measuring takes %d", len(all), 2*each)
	}
	var person int64 // who types; who has a part open must be somebody
	if err := l.owner.GetContext(ctx, &person, `select min(id) from people`); err != nil {
		return err
	}
	texts, err := l.typed(ctx, person, all[:each], 0) // the first time inserts, as for the others below
	if err != nil {
		return err
	}
	bare, stop, err := l.typing(ctx, person, texts)
	if err != nil {
		return err
	}
	defer stop()
	if err := bare(all[each:], 0); err != nil {
		return err
	}
	var took pairs
	for version := 1; version <= 2*rounds; version++ {
		begin := time.Now()
		if _, err := l.typed(ctx, person, all[:each], version); err != nil {
			return err
		}
		whole := time.Since(begin).Seconds()
		begin = time.Now()
		if err := bare(all[each:], version); err != nil {
			return err
		}
		took = append(took, pair{time.Since(begin).Seconds(), whole}) // of seconds, the other way round
	}
	m := took.middle()
	t.atLeast("(e) autosave one section", fmt.Sprintf("%.2f ms", m.bare/each*1000), fmt.Sprintf("%.2f ms", m.ours/each*1000), m.ratio(), 0.5)
	return nil
}

// typed saves a section of each draft from a version and gives the texts of what the
// use case wrote.
func (l *lab) typed(ctx context.Context, person int64, drafts []draft, version int) ([]string, error) {
	service := application.Service{Work: l.run}
	var counter *work.Counter
	for _, d := range drafts {
		var counting context.Context
		counting, counter = work.Counting(application.OnPage(ctx, "bench", version+1))
		officer := authz.Actor{ID: authz.PersonID(person), Name: "bench", Grants: []authz.Grant{{Role: "officer", Government: d.Government}}}
		if _, err := service.SaveSection(counting, officer, application.ID(d.ID), section, version, body(version)); err != nil {
			return nil, fmt.Errorf("autosave: %w", err)
		}
	}
	return slices.DeleteFunc(counter.Texts()[1:], func(q string) bool {
		word, _, _ := strings.Cut(strings.TrimSpace(q), " ")
		return strings.EqualFold(strings.TrimSpace(word), "select")
	}), nil
}

// typing prepares the same writes without anything around them.
func (l *lab) typing(ctx context.Context, person int64, texts []string) (save func([]draft, int) error, stop func(), err error) {
	var statements []*sqlx.Stmt
	stop = func() {
		for _, s := range statements {
			_ = s.Close()
		}
	}
	for _, q := range append([]string{fmt.Sprintf(`select set_config('app.actor', '%d', true)`, person)}, texts...) {
		s, err := l.app.PreparexContext(ctx, q)
		if err != nil {
			stop()
			return nil, nil, err
		}
		statements = append(statements, s)
	}
	return func(drafts []draft, version int) error {
		for _, d := range drafts {
			if err := l.typeOne(ctx, statements, texts, d, version); err != nil {
				return err
			}
		}
		return nil
	}, stop, nil
}

func (l *lab) typeOne(ctx context.Context, statements []*sqlx.Stmt, texts []string, d draft, version int) error {
	tx, err := l.app.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.StmtxContext(ctx, statements[0]).ExecContext(ctx); err != nil {
		return err
	}
	for i, q := range texts {
		args, err := keystrokes(q, d, version)
		if err != nil {
			return err
		}
		if _, err := tx.StmtxContext(ctx, statements[i+1]).ExecContext(ctx, args...); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return tx.Commit()
}

// keystrokes are the arguments of one of the writes; a text nobody knows means that
// the use case writes something new and the measurement must follow.
func keystrokes(q string, d draft, version int) ([]any, error) {
	now, part := time.Now(), "section."+section
	switch {
	case strings.Contains(q, "insert into plan_parts"):
		return []any{d.ID, part, now, version, "bench", version + 1, nil, 0}, nil
	case strings.Contains(q, "insert into plan_presence"):
		return []any{d.ID, part, now}, nil
	case strings.Contains(q, "update plans"):
		return []any{d.ID, now}, nil
	case strings.Contains(q, "insert into plan_sections"):
		return []any{d.ID, section, body(version)}, nil
	}
	return nil, fmt.Errorf("the use case writes what the bare side does not know: %s", q)
}
