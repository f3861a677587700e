package application_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/postgres"
	"eoul/pkg/program"
)

const insertLate = `
	insert into submissions (application_id, no, submitted_at, deadline_kind, content, sha256, national, sido, sigungu, own)
	values ($1, $2, '2000-01-01', 'submit', '{}', sha256('x'), 1, 0, 0, 0)`

// TestNothingIsLate is invariant I-10: transactions opened before the deadline insert
// around it, with a false time in their row, while the manager moves the deadline
// once. 1,000 tries, 10,000 with EOUL_SOAK=1; no row is later than its deadline.
func TestNothingIsLate(t *testing.T) {
	t.Parallel()
	tries := 1000
	if os.Getenv("EOUL_SOAK") == "1" {
		tries = 10_000
	}
	w := setup(t)
	a := w.create(t, w.Officer)
	db, err := postgres.Connect(t.Context(), w.URL(postgres.AppRole), postgres.Pool(32))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const before = 400 * time.Millisecond
	w.Clock(t, w.call.ClosesAt.Add(-before))
	var wg sync.WaitGroup
	var accepted, late atomic.Int32
	next := make(chan int, tries)
	for no := range tries {
		next <- no + 1
	}
	close(next)
	moved := make(chan error, 1)
	go func() { // the deadline moves 300 ms on, 100 ms after it has passed
		time.Sleep(before + 100*time.Millisecond)
		_, err := (&program.Service{Work: w.Work}).Extend(context.WithoutCancel(t.Context()), w.Manager, w.call.ID,
			program.Extension{Kind: program.Submit, At: w.call.ClosesAt.Add(400 * time.Millisecond), Reason: "장애"})
		moved <- err
	}()
	start := time.Now()
	pace := time.Second / time.Duration(tries)
	for range 32 {
		wg.Go(func() {
			for no := range next {
				time.Sleep(time.Until(start.Add(time.Duration(no) * pace)))
				handInAcross(t, db, a.ID, no, &accepted, &late)
			}
		})
	}
	wg.Wait()
	if err := <-moved; err != nil {
		t.Fatalf("extend: %v", err)
	}
	var rows, tooLate int
	if err := w.DB.DB.Get(&rows, `select count(*) from submissions where submitted_at > '2020-01-01'`); err != nil {
		t.Fatal(err)
	}
	if err := w.DB.DB.Get(&tooLate, `select count(*) from submissions where submitted_at > (select max(at) from deadlines where kind = 'submit')`); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d accepted, %d refused", accepted.Load(), late.Load())
	if tooLate != 0 || rows != int(accepted.Load()) || accepted.Load() == 0 || late.Load() == 0 || int(accepted.Load()+late.Load()) != tries {
		t.Errorf("%d late rows; %d rows for %d accepted, %d refused of %d", tooLate, rows, accepted.Load(), late.Load(), tries)
	}
}

// handInAcross opens a transaction, waits a little, and only then hands in.
func handInAcross[I ~int64](t *testing.T, db *sqlx.DB, id I, no int, accepted, late *atomic.Int32) {
	tx, err := db.BeginTxx(context.Background(), nil)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`select set_config('app.actor', '1', true)`); err != nil {
		t.Error(err)
		return
	}
	time.Sleep(rand.N(20 * time.Millisecond)) // #nosec G404 -- jitter
	_, err = tx.Exec(insertLate, int64(id), no)
	if err == nil {
		err = tx.Commit()
	}
	e, ok := errors.AsType[*pq.Error](err)
	switch {
	case err == nil:
		accepted.Add(1)
	case ok && e.Code == "P0D01":
		late.Add(1)
	default:
		t.Errorf("submission %s: %v", strconv.Itoa(no), err)
	}
}

// TestSubmitAtTheDeadline does the same with the real use case: whole plans handed in
// around the instant are either in time with a receipt, or refused without a trace.
func TestSubmitAtTheDeadline(t *testing.T) {
	t.Parallel()
	w := setup(t)
	officers := w.districts(t, 16)
	type try struct{ version, draft int }
	tries := make([]try, len(officers))
	ids := make([]int64, len(officers))
	for i, who := range officers {
		a := fixture.Drafted(t, w.DB, w.call, who)
		ids[i], tries[i] = int64(a.ID), try{a.Version, a.DraftVersion}
	}
	if _, err := w.apps.Submit(t.Context(), officers[0], appID(ids[0]), tries[0].version, tries[0].draft); err != nil {
		t.Fatal(err)
	}
	w.Clock(t, w.call.ClosesAt.Add(-60*time.Millisecond))
	var late atomic.Int32
	var wg sync.WaitGroup
	for i := 1; i < len(officers); i++ {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * 8 * time.Millisecond)
			_, err := w.apps.Submit(context.Background(), officers[i], appID(ids[i]), tries[i].version, tries[i].draft)
			if fault.KindOf(err) == fault.Conflict {
				late.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var numbers []string
	if err := w.DB.DB.Select(&numbers, `select receipt_no from applications where receipt_no is not null order by receipt_no`); err != nil {
		t.Fatal(err)
	}
	var in int
	if err := w.DB.DB.Get(&in, `select count(*) from submissions s join applications a on a.id = s.application_id where s.submitted_at <= $1 and a.state = 'endorsing'`, w.call.ClosesAt); err != nil {
		t.Fatal(err)
	}
	if in != len(numbers) || in+int(late.Load()) != len(officers) || late.Load() == 0 {
		t.Errorf("%d in time, %d receipts, %d late of %d", in, len(numbers), late.Load(), len(officers))
	}
	// The numbers have no gap: the last one ends with how many there are.
	last := numbers[len(numbers)-1]
	if n, err := strconv.Atoi(last[len(last)-4:]); err != nil || n != len(numbers) {
		t.Errorf("%d receipts, the last is %s (%v)", len(numbers), last, err)
	}
}
