package review_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
)

// racer is one round with one reopened sheet.
type racer struct {
	Round review.RoundID `db:"round_id"`
	Sheet review.SheetID `db:"sheet_id"`
}

// discussingRounds writes n rounds in discussion, each with one application and one
// sheet that the chair just reopened.
func discussingRounds(t *testing.T, w world, n int) (out []racer) {
	t.Helper()
	panel := fixture.Panel(t, w.DB, w.Company)
	round := fixture.Round(t, w.DB, w.Company, w.call)
	raw(t, w, func(tx *sqlx.Tx) error {
		for _, q := range []string{
			`alter table rounds drop constraint round_once`,
			`insert into rounds (call_id, program_id, stage, state, discuss_requested_by, discuss_confirmed_by)
			 select call_id, program_id, stage, 'discussing', 1, 2 from rounds, generate_series(1, $1::int)`,
		} {
			var args []any
			if q[0] == 'i' {
				args = []any{n}
			}
			if _, err := tx.Exec(q, args...); err != nil {
				return err
			}
		}
		err := tx.Select(&out, `
			with a as (insert into assignments (round_id, application_id, reviewer_id, a_sido_id, a_sigungu_id, r_sido_id, r_sigungu_id)
				select o.id, p.id, $2, p.sido_id, p.sigungu_id, 0, 0 from rounds o cross join applications p where o.id <> $1 returning id, round_id),
			c as (insert into conflicts (assignment_id, kind, declared_by, declared_at) select id, 'none', 1, app_now() from a),
			s as (insert into sheets (assignment_id, state, submitted_at, reopen_reason) select id, 'reopened', app_now(), '시험' from a returning id, assignment_id),
			o as (insert into opinions (sheet_id, updated_at) select id, app_now() from s),
			x as (insert into scores (sheet_id, criterion_id, points, justification) select s.id, k.id, 1, '근거' from s cross join criteria k)
			select a.round_id, s.id as sheet_id from a join s on s.assignment_id = a.id`, round.ID, panel[0].ID)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(`insert into round_minutes (round_id, held_at, place, attendees, written_by)
			select id, app_now(), '회의실', array[$2::bigint], 1 from rounds where id <> $1`, round.ID, panel[0].ID); err != nil {
			return err
		}
		_, err = tx.Exec(recorded)
		return err
	})
	return out
}

// TestLockRacesSave lets the reviewer go on saving in one window while the sheet is
// handed in from another, and the chair and a second person lock. Afterwards no score differs from what was ranked: the
// lock waited for the save under way and the next save was refused (I-18).
func TestLockRacesSave(t *testing.T) {
	d := setupOne(t)
	n := 200 // each one locks a whole round
	if os.Getenv("EOUL_SOAK") != "" {
		n = 10_000
	}
	rounds := discussingRounds(t, d, n)
	var criterion int64
	if err := d.DB.DB.Get(&criterion, `select min(id) from criteria`); err != nil {
		t.Fatal(err)
	}
	todo := make(chan racer)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for r := range todo {
				if err := d.raceOnce(t.Context(), r, criterion); err != nil {
					t.Errorf("round %d: %v", r.Round, err)
				}
			}
		})
	}
	for _, r := range rounds {
		todo <- r
	}
	close(todo)
	workers.Wait()

	var violations, locked, saved int
	for q, dst := range map[string]*int{
		// The scores as they are against the scores that were ranked.
		`select count(*) from rankings k join assignments a on a.round_id = k.round_id join sheets s on s.assignment_id = a.id join scores c on c.sheet_id = s.id
		  where (k.inputs #>> array['applications', '0', 'sheets', '0', 'points', c.criterion_id::text])::numeric is distinct from c.points`: &violations,
		`select count(*) from rounds where state = 'locked'`: &locked,
		`select count(*) from scores where points > 1`:       &saved,
	} {
		if err := visible(d, dst, q); err != nil {
			t.Fatal(err)
		}
	}
	if violations > 0 || locked != n {
		t.Errorf("%d scores changed after their lock; %d of %d rounds are locked", violations, locked, n)
	}
	if saved == 0 {
		t.Error("no save ever came before a lock: nothing raced")
	}
	for _, r := range rounds[:20] {
		if diff := recompute(t, d, r.Round); len(diff) > 0 {
			t.Errorf("round %d: %v", r.Round, diff)
		}
	}
}

// setupOne is setup with a single application.
func setupOne(t *testing.T) world {
	t.Helper()
	w := setupWith(t, 1)
	w.DB.Broken = true
	return w
}

func visible(w world, dst any, q string) error {
	tx, err := w.DB.DB.Beginx()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`select set_config('app.actor', '-1', true)`); err != nil {
		return err
	}
	return tx.Get(dst, q)
}

// raceOnce lets the reviewer save in one window, again and again until it is
// refused, while the sheet is handed in from another and the round is locked.
func (w world) raceOnce(ctx context.Context, r racer, criterion int64) error {
	me, draft := w.Reviewers[0], 1
	saver := make(chan error, 1)
	go func() {
		for i := range 3 {
			out, err := w.reviews.SaveDraft(ctx, me, r.Sheet, review.Input{Draft: draft + i, Scores: []review.ScoreInput{
				{CriterionID: criterion, Points: strconv.Itoa(2 + i), Justification: "근거", Reason: "토의"}}})
			if err != nil {
				saver <- err
				return
			}
			if out.Draft != draft+i+1 {
				saver <- fmt.Errorf("save %d made draft %d", i, out.Draft)
				return
			}
		}
		saver <- nil
	}()
	lock := func() error {
		now, err := w.reviews.Read(ctx, me, r.Sheet)
		if err != nil {
			return err
		}
		if now.Sheet.State != review.SheetSubmitted {
			if _, err := w.reviews.Submit(ctx, me, r.Sheet, now.Content.Draft); err != nil {
				return err
			}
		}
		asked, err := w.reviews.RequestLock(ctx, w.Chair, r.Round)
		if err != nil {
			return err
		}
		_, err = w.reviews.ConfirmLock(ctx, w.Decider, r.Round, asked.Version)
		return err
	}
	err := lock()
	for fault.KindOf(err) == fault.Conflict {
		err = lock()
	}
	if saved := <-saver; saved != nil && fault.KindOf(saved) != fault.Conflict {
		return errors.Join(err, saved)
	}
	return err
}
