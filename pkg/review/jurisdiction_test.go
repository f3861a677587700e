package review_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
)

// pair is one government as an applicant and one as a reviewer's.
type pair struct {
	Application int64 `db:"application_id"`
	Reviewer    int64 `db:"reviewer_id"`
	Asido       int64 `db:"a_sido"`
	Asgg        int64 `db:"a_sgg"`
	Rsido       int64 `db:"r_sido"`
	Rsgg        int64 `db:"r_sgg"`
}

func (p pair) own() bool {
	return review.Jurisdiction{Sido: p.Rsido, Sigungu: p.Rsgg}.Overlaps(review.Jurisdiction{Sido: p.Asido, Sigungu: p.Asgg})
}

// everybody gives every 시·도 and 시·군·구 of the country an application in a round
// that is scoring, and an official in the pool of its programme.
func everybody(t *testing.T) (world, review.Round, []pair) {
	t.Helper()
	w := setup(t)
	w.DB.Broken = true // applications are written, not handed in
	round := fixture.Round(t, w.DB, w.Company, w.call)
	tx, err := w.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range []string{
		`alter table applications disable trigger user`,
		`alter table reviewers disable trigger flow`,
		`insert into applications (number, call_id, program_id, fiscal_year, government_id, government_name, province_id, title, state, receipt_no, created_by, created_at)
		 select 'X-' || g.id, c.id, c.program_id, c.fiscal_year, g.id, g.name, g.parent_id, '시험', 'reviewing', 'X-' || g.id, 1, app_now()
		   from calls c cross join organizations g
		  where g.kind in ('sido', 'sigungu') and not exists (select from applications a where a.government_id = g.id)`,
		`insert into people (login, name, created_at) select 'official' || id, '공무원' || id, app_now() from organizations where kind in ('sido', 'sigungu')`,
		`insert into reviewers (program_id, person_id, state, answered_at, government_id, government_kind, province_id)
		 select c.program_id, p.id, 'accepted', app_now(), g.id, g.kind, g.parent_id from calls c cross join organizations g join people p on p.login = 'official' || g.id`,
		`insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version)
		 select app_now(), -1, '시험 준비', 'fixture', k.kind || ':create', k.kind, k.id, 1
		   from (select 'application' as kind, id from applications union all select 'person', id from people union all select 'reviewer', id from reviewers) k
		 on conflict do nothing`,
		`set constraints all immediate`,
		`alter table applications enable trigger user`,
		`alter table reviewers enable trigger flow`,
	} {
		if _, err := tx.Exec(q); err != nil {
			t.Fatalf("%v in %s", err, q)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var pairs []pair
	if err := w.DB.DB.Select(&pairs, `
		select a.id as application_id, r.id as reviewer_id, a.sido_id as a_sido, a.sigungu_id as a_sgg, r.sido_id as r_sido, r.sigungu_id as r_sgg
		  from applications a cross join reviewers r order by 1, 2`); err != nil {
		t.Fatal(err)
	}
	return w, round, pairs
}

const insertAssignment = `
	insert into assignments (round_id, application_id, reviewer_id, a_sido_id, a_sigungu_id, r_sido_id, r_sigungu_id)
	values ($1, $2, $3, $4, $5, $6, $7)`

// TestOwnJurisdictionIsImpossible tries pairs of governments by SQL as the app role:
// a sample that holds every own pair of its rows, or, with EOUL_SOAK, all of them.
func TestOwnJurisdictionIsImpossible(t *testing.T) {
	w, round, pairs := everybody(t)
	soak := os.Getenv("EOUL_SOAK") != ""
	var tx *sqlx.Tx
	begin := func() {
		if tx != nil {
			_ = tx.Rollback()
		}
		var err error
		if tx, err = w.DB.DB.Beginx(); err == nil {
			_, err = tx.Exec(`select set_config('app.actor', '1', true)`)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	begin()
	defer func() { _ = tx.Rollback() }()
	own, other := 0, 0
	for i, p := range pairs {
		if (own+other)%500 == 499 { // savepoints add up until the transaction ends
			begin()
		}
		if !soak && (i%311 != 0 && (!p.own() || i%7 != 0)) {
			continue
		}
		err := try(t, tx, func() error {
			_, err := tx.Exec(insertAssignment, round.ID, p.Application, p.Reviewer, p.Asido, p.Asgg, p.Rsido, p.Rsgg)
			return err
		})
		if refused := err != nil; refused != p.own() {
			t.Fatalf("%+v: own jurisdiction %v, but the database said %v", p, p.own(), err)
		}
		if !p.own() {
			other++
			continue
		}
		own++
		if e, ok := errors.AsType[*pq.Error](err); !ok || e.Constraint != "assignment_not_own_jurisdiction" {
			t.Fatalf("%+v was refused by %v", p, err)
		}
		// A forged jurisdiction on either side does not exist.
		for _, f := range [][4]int64{{p.Asido + 1_000_000, 0, p.Rsido, p.Rsgg}, {p.Asido, p.Asgg, 0, 0}, {p.Asido, p.Asgg, p.Rsido + 1_000_000, p.Rsgg}} {
			err := try(t, tx, func() error {
				if _, err := tx.Exec(insertAssignment, round.ID, p.Application, p.Reviewer, f[0], f[1], f[2], f[3]); err != nil {
					return err
				}
				_, err := tx.Exec(`set constraints all immediate`)
				return err
			})
			if err == nil {
				t.Fatalf("%+v passed with the forged jurisdiction %v", p, f)
			}
		}
	}
	if own < 100 || other < 150 || soak && own+other != len(pairs) {
		t.Errorf("only %d own and %d other pairs were tried", own, other)
	}
}

// try runs one statement and takes its effect and its failure back.
func try(t *testing.T, tx *sqlx.Tx, fn func() error) error {
	t.Helper()
	if _, err := tx.Exec(`savepoint one`); err != nil {
		t.Fatal(err)
	}
	err := fn()
	if _, back := tx.Exec(`rollback to savepoint one`); back != nil {
		t.Fatal(back)
	}
	return err
}

func TestOwnJurisdictionInWords(t *testing.T) {
	w := setup(t)
	ctx := t.Context()
	round := fixture.Round(t, w.DB, w.Company, w.call)
	enter := func(i int, in review.ReviewerInput) review.Reviewer {
		in.Person = w.Reviewers[i].ID
		r, err := w.reviews.AddReviewer(ctx, w.Manager, round.ProgramID, in)
		if err != nil {
			t.Fatal(err)
		}
		if r, err = w.reviews.AcceptInvitation(ctx, w.Reviewers[i], r.ID); err != nil {
			t.Fatal(err)
		}
		return r
	}
	naru := enter(0, review.ReviewerInput{Government: w.Naru})
	free := enter(1, review.ReviewerInput{})
	for _, a := range w.apps[:2] { // 가람도's own and 나루군's
		_, err := w.reviews.Assign(ctx, w.Manager, round.ID, []review.Pair{{Application: a.ID, Reviewer: naru.ID}})
		_, fields := fault.Public(err)
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["pairs.0"], "자기 지역") {
			t.Errorf("assigned to own jurisdiction: %v", err)
		}
	}
	_, err := w.reviews.AutoAssign(ctx, w.Manager, round.ID, 2)
	if msg, _ := fault.Public(err); fault.KindOf(err) != fault.Conflict || !strings.Contains(msg, "나루군") || strings.Contains(msg, "바람군") {
		t.Errorf("automatic assignment with too small a pool: %v", err)
	}
	list, err := w.reviews.AutoAssign(ctx, w.Manager, round.ID, 1)
	if err != nil || len(list) != 3 {
		t.Fatalf("one each: %v, %v", list, err)
	}
	for _, a := range list {
		if a.ReviewerID == naru.ID && a.ApplicationID != w.apps[2].ID {
			t.Errorf("an official of 나루군 got application %d", a.ApplicationID)
		}
	}
	// Moving the reviewer into the jurisdiction of what they were given is refused,
	// moving elsewhere goes into the assignments with its trail.
	given := review.AssignmentID(0)
	for _, a := range list {
		if a.ReviewerID == free.ID {
			given = a.ID
		}
	}
	_, err = w.reviews.UpdateReviewer(ctx, w.Manager, free.ID, free.Version, review.ReviewerInput{Active: true, Government: w.Dasom})
	want(t, "moving into an assigned jurisdiction", err, fault.Conflict)
	if _, err = w.reviews.UpdateReviewer(ctx, w.Manager, naru.ID, naru.Version, review.ReviewerInput{Active: true, Government: w.Dasom}); err != nil {
		t.Errorf("moving elsewhere: %v", err)
	}
	if given == 0 {
		t.Error("the free reviewer got nothing")
	}
}
