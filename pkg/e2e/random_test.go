package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/verify"
)

// How many lives a run tries; with EOUL_SOAK=1 a hundred times as many.
const lives = 4

// TestRandomLives: whatever people do in whatever order, forbidden things included,
// the books stay sound, what was refused left no trace, nothing breaks, and the money
// is what was done to it.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	dbtest.Tries(t, lives)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		begin := rapid.SampledFrom(beginnings()).Draw(rt, "begin")
		steps := rapid.SliceOfN(rapid.Uint64(), 80, 250).Draw(rt, "steps")
		n++
		var err error
		// Each life has a database of its own, which goes when its subtest ends.
		t.Run(fmt.Sprintf("%d from the %s", n, begin), func(t *testing.T) {
			w := newWorld(t, begin)
			err = w.live(steps)
		})
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// TestRandomLivesReachTheirEnd: the lives above are no idle chatter. One that always
// does what comes next ends with a settlement that is closed, from either beginning.
func TestRandomLivesReachTheirEnd(t *testing.T) {
	t.Parallel()
	for _, begin := range beginnings() {
		t.Run(begin, func(t *testing.T) {
			w := newWorld(t, begin)
			w.tame = true
			for seed := uint64(1); seed < 1000 && w.done["settlement:close"] == 0; seed += 50 {
				steps := make([]uint64, 50)
				for i := range steps {
					steps[i] = seed + uint64(i)
				}
				if err := w.live(steps); err != nil {
					t.Fatal(err)
				}
			}
			if w.done["settlement:close"] == 0 {
				t.Errorf("no settlement was closed; done %v, refused %v\n%s", w.done, w.refused, strings.Join(w.story, "\n"))
			}
		})
	}
}

// beginnings are where a life may begin.
func beginnings() []string { return []string{"call", "award", "money"} }

// verb is one thing people do. turn is whose it is to do it on an object.
type verb struct {
	kind string // of the object
	turn func(*world, int64) authz.Actor
	do   func(*world, *choice, authz.Actor, int64) error
}

// choice draws everything that one step decides.
type choice struct{ *rand.Rand }

// one in n.
func (c choice) one(n int) bool { return c.IntN(n) == 0 }

func pick[T any](c *choice, all []T) T { return all[c.IntN(len(all))] }

// live does the steps one after the other and then has everything verified.
func (w *world) live(steps []uint64) error {
	for _, seed := range steps {
		c := &choice{rand.New(rand.NewPCG(seed, 1))}
		if !w.tame && c.one(12) {
			w.later(c)
			continue
		}
		if err := w.step(c); err != nil {
			return fmt.Errorf("%w\nbefore it:\n%s", err, strings.Join(w.story[max(0, len(w.story)-40):], "\n"))
		}
	}
	found, err := (&verify.Service{Work: w.d.Work}).Run(w.ctx, authz.System("점검"), nil)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("verify finds %+v\nafter:\n%s", found, strings.Join(w.story, "\n"))
	}
	return w.books()
}

// step lets somebody do something: mostly what comes next, by whose turn it is; else
// anything, by anybody, to anything.
func (w *world) step(c *choice) error {
	name, id := w.next(c)
	var who authz.Actor
	switch wild := !w.tame && c.one(3); {
	case wild || name == "":
		name, id = w.anything(c)
		if who = pick(c, w.cast); c.one(2) {
			who = w.verbs[name].turn(w, id)
		}
	case !w.tame && c.one(10):
		who = pick(c, w.cast)
	default:
		who = w.verbs[name].turn(w, id)
	}
	before := w.sum()
	err := w.act(c, name, who, id)
	w.story = append(w.story, fmt.Sprintf("  %s %d by %s: %v", name, id, who.Name, err))
	if err == nil {
		w.done[name]++
		return w.affordable()
	}
	w.refused[name]++
	switch kind := fault.KindOf(err); {
	case kind == fault.Internal || kind == fault.Unavailable:
		return fmt.Errorf("%s of %d by %s breaks: %w", name, id, who.Name, err)
	case w.stranger(who, w.verbs[name].kind, id) && kind != fault.NotFound:
		return fmt.Errorf("%s of %d tells the stranger %s that it exists: %w", name, id, who.Name, err)
	}
	if after := w.sum(); after != before {
		return fmt.Errorf("%s of %d by %s was refused (%w) and changed\n%s\nto\n%s", name, id, who.Name, err, before, after)
	}
	return nil
}

// act makes a panic an error, so that the life that led to it is told.
func (w *world) act(c *choice, name string, who authz.Actor, id int64) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return w.verbs[name].do(w, c, who, id)
}

// later moves the clock on, by minutes or by weeks, and lets the timed job run.
func (w *world) later(c *choice) {
	by := time.Duration(1+c.IntN(600)) * time.Minute
	if c.one(6) {
		by = time.Duration(1+c.IntN(30)) * 24 * time.Hour
	}
	w.wait(by)
}

func (w *world) wait(by time.Duration) {
	w.t.Helper()
	w.d.Clock(w.t, w.now().Add(by))
	if _, err := w.programs.Tick(w.ctx); err != nil {
		w.t.Fatalf("timed job: %v", err)
	}
	w.story = append(w.story, "  it is "+w.now().Format(time.RFC3339))
}

// sum tells whether anything that lasts was changed.
func (w *world) sum() (s string) {
	w.t.Helper()
	if err := w.d.Owner.GetContext(context.WithoutCancel(w.ctx), &s, `
		select concat_ws(' ', (select count(*) || '/' || max(id) from audit_events), (select count(*) || '/' || max(id) from postings),
		       (select count(*) from outbox), (select count(*) from requests), (select count(*) from conflicts), (select count(*) from receipts),
		       (select md5(string_agg(s::text, ',' order by kind, id)) from tracked_states s),
		       (select md5(string_agg(a::text, ',' order by id)) from accounts a),
		       (select md5(string_agg(r::text, ',' order by settlement_id, source)) from settlement_rows r),
		       (select md5(string_agg(e::text, ',' order by id)) from settlement_entries e))`); err != nil {
		w.t.Fatalf("sum: %v", err)
	}
	return s
}
