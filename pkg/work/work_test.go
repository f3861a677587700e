package work_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// The tests play with organizations: a versioned table without a state machine.
var (
	admin   = authz.Actor{ID: 7, Name: "관리자", Grants: []authz.Grant{{Role: "admin", Any: true}}}
	officer = authz.Actor{ID: 8, Name: "담당자", Grants: []authz.Grant{{Role: "officer", Government: 1}}}
)

const (
	sqlInsert = `insert into organizations (kind, name, valid_from) values ('partner', $1, '2022-01-01') returning id`
	sqlRename = `update organizations set name = $2 where id = $1`
	sqlCount  = `select count(*) from organizations where name = $1`
)

func create(name string) func(context.Context, *work.Tx) (int64, error) {
	return func(ctx context.Context, tx *work.Tx) (int64, error) {
		if err := tx.Allow("organization:create", authz.Object{Kind: "organization"}); err != nil {
			return 0, err
		}
		var id int64
		if err := tx.Get(ctx, &id, sqlInsert, name); err != nil {
			return 0, err
		}
		ref := work.Ref{Kind: "organization", ID: id, Version: 1}
		if err := tx.Record(ctx, "organization:create", ref, nil, map[string]any{"name": name}); err != nil {
			return 0, err
		}
		return id, tx.Emit(ctx, "organization.created", ref, id)
	}
}

func count(t *testing.T, d *dbtest.DB, q string, args ...any) int {
	t.Helper()
	var n int
	if err := d.Owner.GetContext(t.Context(), &n, q, args...); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDoLeavesEverythingOrNothing(t *testing.T) {
	d := dbtest.New(t)
	id, err := work.Do(t.Context(), d.Work, admin, create("가람협동조합"))
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, `select count(*) from audit_events where kind = 'organization' and object_id = $1 and actor_id = 7 and rule = 'admin organization:create any'`, id); n != 1 {
		t.Errorf("audit rows = %d, want 1 with actor and rule", n)
	}
	if n := count(t, d, `select count(*) from outbox where topic = 'organization.created'`); n != 1 {
		t.Errorf("outbox rows = %d, want 1", n)
	}

	boom := errors.New("boom")
	_, err = work.Do(t.Context(), d.Work, admin, func(ctx context.Context, tx *work.Tx) (int64, error) {
		if _, err := create("사라질 조합")(ctx, tx); err != nil {
			return 0, err
		}
		return 0, boom
	})
	if !errors.Is(err, boom) || count(t, d, sqlCount, "사라질 조합") != 0 {
		t.Errorf("a failed unit left something behind: %v", err)
	}
}

func TestDoRefusesTheForgetful(t *testing.T) {
	d := dbtest.New(t)
	for name, c := range map[string]struct {
		fn   func(context.Context, *work.Tx) (int, error)
		want error
	}{
		"nobody was asked": {func(context.Context, *work.Tx) (int, error) { return 0, nil }, work.ErrUnchecked},
		"nothing recorded": {func(_ context.Context, tx *work.Tx) (int, error) {
			return 0, tx.Allow("organization:create", authz.Object{})
		}, work.ErrUnrecorded},
		"recorded before asking": {func(ctx context.Context, tx *work.Tx) (int, error) {
			return 0, tx.Record(ctx, "organization:create", work.Ref{Kind: "organization", ID: 1}, nil, nil)
		}, work.ErrUnchecked},
	} {
		if _, err := work.Do(t.Context(), d.Work, admin, c.fn); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := work.View(t.Context(), d.Work, admin, func(context.Context, *work.Tx) (int, error) { return 0, nil }); !errors.Is(err, work.ErrUnchecked) {
		t.Errorf("View without a check: %v", err)
	}
}

// TestEveryChangeNeedsItsAuditRow is invariant I-13: a change recorded under another
// version, or not at all, cannot commit, not even as a draft.
func TestEveryChangeNeedsItsAuditRow(t *testing.T) {
	d := dbtest.New(t)
	id, err := work.Do(t.Context(), d.Work, admin, create("가람협동조합"))
	if err != nil {
		t.Fatal(err)
	}
	rename := func(recorded int) func(context.Context, *work.Tx) (int, error) {
		return func(ctx context.Context, tx *work.Tx) (int, error) {
			if err := tx.Allow("organization:update", authz.Object{}); err != nil {
				return 0, err
			}
			if err := tx.Exec(ctx, sqlRename, id, "새 이름"); err != nil || recorded == 0 {
				return 0, err
			}
			return 0, tx.Record(ctx, "organization:update", work.Ref{Kind: "organization", ID: id, Version: recorded}, nil, nil)
		}
	}
	if _, err := work.Draft(t.Context(), d.Work, admin, rename(0)); fault.KindOf(err) != fault.Internal || !isForeignKey(err) {
		t.Errorf("a draft changed a recorded table: %v", err)
	}
	if _, err := work.Do(t.Context(), d.Work, admin, rename(3)); !isForeignKey(err) {
		t.Errorf("a change was recorded under a version it does not have: %v", err)
	}
	if _, err := work.Do(t.Context(), d.Work, admin, rename(2)); err != nil {
		t.Errorf("an honest change was refused: %v", err)
	}
}

func isForeignKey(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "23503"
}

func TestAllowHidesWhatMayNotBeSeen(t *testing.T) {
	d := dbtest.New(t)
	_, err := work.Do(t.Context(), d.Work, officer, create("몰래"))
	if fault.KindOf(err) != fault.Forbidden {
		t.Errorf("officer creates an organization: %v, want Forbidden", err)
	}
	_, err = work.View(t.Context(), d.Work, officer, func(_ context.Context, tx *work.Tx) (int, error) {
		return 0, tx.Allow("award:grant", authz.Object{Kind: "award", ID: 5, Government: 2, Program: 1})
	})
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("another government's award: %v, want NotFound", err)
	}
}

func TestViewCannotWrite(t *testing.T) {
	d := dbtest.New(t)
	_, err := work.View(t.Context(), d.Work, admin, create("보기만 합니다"))
	if e, ok := errors.AsType[*pq.Error](err); !ok || e.Code != "25006" {
		t.Errorf("View wrote: %v", err)
	}
}

func TestNowIsTheDatabaseClock(t *testing.T) {
	d := dbtest.New(t)
	want := time.Date(2022, 2, 10, 9, 0, 0, 0, time.UTC)
	d.Clock(t, want)
	got, err := work.View(t.Context(), d.Work, admin, func(_ context.Context, tx *work.Tx) (time.Time, error) {
		return tx.Now, tx.Allow("organization:read", authz.Object{ID: 1})
	})
	if err != nil || got.Sub(want) < 0 || got.Sub(want) > time.Minute {
		t.Errorf("Now = %v, %v; want just after %v", got, err, want)
	}
}

func TestRetriesThenGivesUp(t *testing.T) {
	d := dbtest.New(t)
	for failures, want := range map[int]fault.Kind{2: fault.Internal, 3: fault.Unavailable} {
		runs := 0
		_, err := work.Do(t.Context(), d.Work, admin, func(ctx context.Context, tx *work.Tx) (int64, error) {
			if runs++; runs <= failures {
				return 0, &pq.Error{Code: "40001"}
			}
			return create("끈기")(ctx, tx)
		})
		if failures < 3 && (err != nil || runs != failures+1) {
			t.Errorf("%d failures: %d runs, %v; want success", failures, runs, err)
		}
		if failures >= 3 && (fault.KindOf(err) != want || runs != 3) {
			t.Errorf("%d failures: %d runs, %v; want Unavailable after 3", failures, runs, err)
		}
	}
}

func request(key, body string) work.Request {
	r := work.Request{ID: "r1", Key: key, Route: "POST /organizations",
		Encode: func(result any) (work.Reply, error) {
			return work.Reply{Status: 201, Body: []byte(`{"id":` + strings.TrimSpace(strings.Repeat("1", int(result.(int64)%3+1))) + `}`)}, nil
		}}
	copy(r.BodyHash[:], body)
	return r
}

func TestSameKeyHappensOnce(t *testing.T) {
	d := dbtest.New(t)
	ctx := work.WithRequest(t.Context(), request("key-00001", "body"))
	if _, err := work.Do(ctx, d.Work, admin, create("한 번만")); err != nil {
		t.Fatal(err)
	}
	_, err := work.Do(ctx, d.Work, admin, create("한 번만"))
	replay, ok := errors.AsType[*work.Replayed](err)
	if !ok || replay.Status != 201 || len(replay.Body) == 0 {
		t.Errorf("second: %v, want the stored reply", err)
	}
	if n := count(t, d, sqlCount, "한 번만"); n != 1 {
		t.Errorf("created %d times", n)
	}
	other := work.WithRequest(t.Context(), request("key-00001", "another body"))
	if _, err := work.Do(other, d.Work, admin, create("다른 것")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("same key, other body: %v, want Invalid", err)
	}
	refused := work.WithRequest(t.Context(), request("key-00002", "body"))
	if _, err := work.Do(refused, d.Work, officer, create("권한 없음")); fault.KindOf(err) != fault.Forbidden {
		t.Fatal(err)
	}
	if n := count(t, d, `select count(*) from requests where key = 'key-00002'`); n != 0 {
		t.Error("a refusal used up its key")
	}
}

func TestFiftyAtOnceHappenOnce(t *testing.T) {
	d := dbtest.New(t)
	ctx := work.WithRequest(t.Context(), request("key-00050", "body"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	done, replayed := 0, 0
	for range 50 {
		wg.Go(func() {
			_, err := work.Do(ctx, d.Work, admin, create("오십 번"))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if _, ok := errors.AsType[*work.Replayed](err); ok {
				replayed++
			}
		})
	}
	wg.Wait()
	if done != 1 || replayed != 49 || count(t, d, sqlCount, "오십 번") != 1 {
		t.Errorf("done %d, replayed %d; want 1 and 49", done, replayed)
	}
}

func TestOneConnectionIsEnough(t *testing.T) {
	d := dbtest.New(t)
	d.DB.SetMaxOpenConns(1)
	for range 3 { // the later rounds run on prepared statements
		if _, err := work.Do(t.Context(), d.Work, admin, create("하나로")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestQueriesAreCounted(t *testing.T) {
	d := dbtest.New(t)
	ctx, counter := work.Counting(t.Context())
	if _, err := work.Do(ctx, d.Work, admin, create("세기")); err != nil {
		t.Fatal(err)
	}
	if counter.N() != 4 { // open, insert, audit, outbox
		t.Errorf("counted %d queries, want 4", counter.N())
	}
}

func TestEachStreamsAndCloses(t *testing.T) {
	d := dbtest.New(t)
	type row struct {
		N int `db:"n"`
	}
	stop := errors.New("enough")
	seen := 0
	_, err := work.Snapshot(t.Context(), d.Work, admin, func(ctx context.Context, tx *work.Tx) (int, error) {
		if err := tx.Allow("organization:read", authz.Object{ID: 1}); err != nil {
			return 0, err
		}
		if err := work.Each(ctx, tx, `select n from generate_series(1, $1) n`, []any{1000}, func(r row) error {
			if seen++; r.N == 10 {
				return stop
			}
			return nil
		}); !errors.Is(err, stop) {
			t.Errorf("Each = %v", err)
		}
		var one int
		return one, tx.Get(ctx, &one, `select 1`) // the connection is free again
	})
	if err != nil || seen != 10 {
		t.Errorf("seen %d, %v", seen, err)
	}
}

func TestSecretsStayOutOfTheTrail(t *testing.T) {
	d := dbtest.New(t)
	type person struct {
		Login string `json:"login"`
		Hash  string `json:"hash" audit:"secret"`
	}
	_, err := work.Do(t.Context(), d.Work, admin, func(ctx context.Context, tx *work.Tx) (int, error) {
		if err := tx.Allow("person:create", authz.Object{}); err != nil {
			return 0, err
		}
		return 0, tx.Record(ctx, "person:create", work.Ref{Kind: "person", ID: 1}, nil, &person{"kim", "$argon2id$secret"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, d, `select count(*) from audit_events where after::text like '%argon2id%'`); n != 0 {
		t.Error("a secret reached the trail")
	}
	if n := count(t, d, `select count(*) from audit_events where after ->> 'login' = 'kim'`); n != 1 {
		t.Error("the rest of the record is missing")
	}
}

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).DB, ".") }
