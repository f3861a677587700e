package review_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"pgregory.net/rapid"

	"eoul/pkg/authz"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// raw runs statements as the owner with every guard of the schema off, for worlds
// that are written instead of lived.
func raw(t testing.TB, w world, fn func(*sqlx.Tx) error) {
	t.Helper()
	const tables = `{rounds,assignments,conflicts,sheets,opinions,scores,round_minutes,bonus_claims,rankings,ranking_rows,criteria,calls}`
	const switchAll = `
		do $$ declare x text; begin
			foreach x in array '%s'::text[] loop execute format('alter table %%s %s trigger user', x); end loop;
			foreach x in array '{scores,opinions,round_minutes}'::text[] loop execute format('alter table %%s %s row level security', x); end loop;
		end $$`
	tx, err := w.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(fmt.Sprintf(switchAll, tables, "disable", "no force")); err != nil {
		t.Fatal(err)
	}
	if err := fn(tx); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`set constraints all immediate`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(fmt.Sprintf(switchAll, tables, "enable", "force")); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// recorded leaves the audit rows that versioned tables need.
const recorded = `
	insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version)
	select app_now(), -1, '시험 준비', 'fixture', k.kind || ':create', k.kind, k.id, k.version
	  from (select 'round' as kind, id, version from rounds union all select 'assignment', id, version from assignments
	        union all select 'sheet', id, version from sheets union all select 'minutes', id, version from round_minutes union all select 'call', id, version from calls) k
	on conflict do nothing`

func recompute(t testing.TB, w world, id review.RoundID) []review.Difference {
	t.Helper()
	diff, err := work.View(context.WithoutCancel(t.Context()), w.DB.Work, w.Decider, func(ctx context.Context, tx *work.Tx) ([]review.Difference, error) {
		if err := tx.Allow("ranking:read", authz.Object{Kind: "ranking", Program: w.Program}); err != nil {
			return nil, err
		}
		return review.Recompute(ctx, tx, id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return diff
}

// TestSecondPath draws rounds and demands that SQL over the rows and Rank agree.
func TestSecondPath(t *testing.T) {
	w := setup(t)
	w.DB.Broken = true // rounds are written, not lived
	for _, who := range []authz.Actor{w.Officer2, w.ProvinceOther} {
		w.apps = append(w.apps, fixture.Submitted(t, w.DB, w.Company, w.call, who))
	}
	panel := fixture.Panel(t, w.DB, w.Company)
	round := fixture.Round(t, w.DB, w.Company, w.call)
	raw(t, w, func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`update rounds set state = 'locked', discuss_requested_by = 1, discuss_confirmed_by = 2, lock_requested_by = 1, lock_confirmed_by = 2, locked_at = app_now()`)
		return err
	})
	round.State = review.Locked
	ties, floors := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		raw(t, w, func(tx *sqlx.Tx) error { return draw(r, tx, w, panel, round.ID) })
		_, err := work.Do(context.WithoutCancel(t.Context()), w.DB.Work, w.Decider, func(ctx context.Context, tx *work.Tx) (review.Ranking, error) {
			if err := tx.Allow("round:confirm", round.Object()); err != nil {
				return review.Ranking{}, err
			}
			k, err := review.RankRound(ctx, tx, round, "시험")
			if err != nil {
				return k, err
			}
			return k, tx.Record(ctx, "round:confirm", work.Ref{Kind: "round", ID: int64(round.ID)}, nil, nil)
		})
		if err != nil {
			r.Fatal(err)
		}
		for _, d := range recompute(t, w, round.ID) {
			r.Errorf("application %d, %s: Go says %s, SQL says %s", d.ApplicationID, d.Field, d.Stored, d.Computed)
		}
		var n struct{ Ties, Floors int }
		if err := w.DB.DB.Get(&n, `select count(*) filter (where tie_broken_by <> '' or shared) as ties, count(*) filter (where below_floor) as floors from ranking_rows`); err != nil {
			r.Fatal(err)
		}
		ties, floors = max(ties, n.Ties), max(floors, n.Floors)
	})
	if ties == 0 || floors == 0 {
		t.Errorf("the worlds were too tame: %d ties, %d below a floor", ties, floors)
	}

	// A ranking that somebody bends is found, in whichever of its places.
	raw(t, w, func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`create table kept as select * from rankings; create table kept_rows as select * from ranking_rows; create table kept_scores as select * from scores`)
		return err
	})
	for name, q := range map[string]string{
		"a total": `update ranking_rows set bonus = bonus + 1, total = total + 1`, "a hash": `update rankings set sha256 = sha256('x')`,
		"the inputs": `update rankings set inputs = jsonb_set(inputs, '{total_floor}', '99')`, "a score": `update scores set points = 0.01`,
	} {
		raw(t, w, func(tx *sqlx.Tx) error { _, err := tx.Exec(q); return err })
		if len(recompute(t, w, round.ID)) == 0 {
			t.Errorf("%s was bent and nothing was found", name)
		}
		raw(t, w, func(tx *sqlx.Tx) error {
			_, err := tx.Exec(`
				update rankings x set sha256 = k.sha256, inputs = k.inputs from kept k where k.id = x.id;
				update ranking_rows x set bonus = k.bonus, total = k.total from kept_rows k where (k.ranking_id, k.application_id) = (x.ranking_id, x.application_id);
				update scores x set points = k.points from kept_scores k where (k.sheet_id, k.criterion_id) = (x.sheet_id, x.criterion_id)`)
			return err
		})
		if diff := recompute(t, w, round.ID); len(diff) > 0 {
			t.Fatalf("after %s was put back: %v", name, diff)
		}
	}
}

// draw writes a random round: who scores what, how much, with which rule.
func draw(r *rapid.T, tx *sqlx.Tx, w world, panel []review.Reviewer, id review.RoundID) error {
	for _, q := range []string{`delete from ranking_rows`, `delete from rankings`, `delete from bonus_claims`, `delete from scores`, `delete from opinions`,
		`delete from sheets`, `delete from conflicts`, `delete from assignments`} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`update calls set drop_extremes = $1, drop_from = $2, total_floor = $3 where id = $4`,
		rapid.Bool().Draw(r, "drop"), rapid.IntRange(3, 5).Draw(r, "from"), rapid.SampledFrom([]int{0, 6, 9}).Draw(r, "floor"), w.call.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(`update criteria set floor = case when position = 2 then $1 else 0 end`, rapid.IntRange(0, 2).Draw(r, "criterion floor")); err != nil {
		return err
	}
	var apps, people, sheets []int64
	var points []string
	for i, a := range w.apps {
		for j := range rapid.IntRange(1, len(panel)).Draw(r, "sheets") {
			apps, people = append(apps, int64(a.ID)), append(people, int64(panel[(i+j)%len(panel)].ID))
		}
		if rapid.Bool().Draw(r, "bonus") {
			if _, err := tx.Exec(`insert into bonus_claims (application_id, bonus_item_id, evidence, confirmed_by, confirmed_at) select $1, min(id), '근거', 1, app_now() from bonus_items`, a.ID); err != nil {
				return err
			}
		}
	}
	if err := tx.Select(&sheets, `
		with a as (insert into assignments (round_id, application_id, reviewer_id, a_sido_id, a_sigungu_id, r_sido_id, r_sigungu_id)
			select $1, p.id, n.r, p.sido_id, p.sigungu_id, 0, 0 from unnest($2::bigint[], $3::bigint[]) as n (a, r) join applications p on p.id = n.a returning id),
		c as (insert into conflicts (assignment_id, kind, declared_by, declared_at) select id, 'none', 1, app_now() from a)
		insert into sheets (assignment_id, state, submitted_at) select id, 'locked', app_now() from a returning id`, id, pq.Array(apps), pq.Array(people)); err != nil {
		return err
	}
	palette := rapid.SampledFrom([][]string{{"0", "1", "1.5", "2", "1.33", "3.25"}, {"1", "2"}, {"1.5"}}).Draw(r, "palette")
	for range sheets {
		for range 6 {
			points = append(points, rapid.SampledFrom(palette).Draw(r, "points"))
		}
	}
	if _, err := tx.Exec(`
		insert into scores (sheet_id, criterion_id, points, justification)
		select s.id, k.id, ($2::text[])[(s.n - 1) * 6 + k.position]::numeric, '근거'
		  from unnest($1::bigint[]) with ordinality as s (id, n) cross join criteria k`, pq.Array(sheets), pq.Array(points)); err != nil {
		return err
	}
	_, err := tx.Exec(recorded)
	return err
}
