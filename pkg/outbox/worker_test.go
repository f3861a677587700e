package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"eoul/pkg/dbtest"
	"eoul/pkg/outbox"
	"eoul/pkg/work"
)

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

// announce leaves n messages as committed work would.
func announce(t *testing.T, d *dbtest.DB, n int) {
	t.Helper()
	if _, err := d.Owner.Exec(`insert into outbox (topic, key, payload, due_at)
		select 'application.submit', 'application:' || n || '/3', '{"a": 1}', app_now() from generate_series(1, $1::int) n`, n); err != nil {
		t.Fatal(err)
	}
}

func worker(d *dbtest.DB, handle func(context.Context, outbox.Message) error) outbox.Worker {
	return outbox.Worker{DB: d.DB, Handle: handle, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Every: 5 * time.Millisecond}
}

func count(t *testing.T, d *dbtest.DB, where string) (n int) {
	t.Helper()
	if err := d.Owner.Get(&n, `select count(*) from outbox where `+where); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestManyWorkersHandleEachMessageOnce(t *testing.T) {
	d := dbtest.New(t)
	announce(t, d, 50)
	var mu sync.Mutex
	seen := map[work.Ref]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := worker(d, func(_ context.Context, m outbox.Message) error {
				mu.Lock()
				defer mu.Unlock()
				seen[m.Object]++
				if m.Topic != "application.submit" || string(m.Payload) != `{"a": 1}` || m.Attempt != 1 {
					t.Errorf("message %+v", m)
				}
				return nil
			}).Deliver(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(seen) != 50 || count(t, d, "done_at is null") != 0 {
		t.Errorf("%d of 50 messages seen, %d left", len(seen), count(t, d, "done_at is null"))
	}
	for ref, n := range seen {
		if n != 1 || ref.Version != 3 || ref.Kind != "application" {
			t.Errorf("%v was handled %d times", ref, n)
		}
	}
}

func TestFailuresWaitLongerAndEnd(t *testing.T) {
	d := dbtest.New(t)
	announce(t, d, 1)
	tries := 0
	w := worker(d, func(context.Context, outbox.Message) error {
		if tries++; tries%2 == 0 {
			panic("gone wrong")
		}
		return errors.New("mail server away")
	})
	now := time.Now()
	var pauses []string
	for range 20 {
		if n, err := w.Deliver(t.Context()); n != 0 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
		var pause float64
		if err := d.Owner.Get(&pause, `select round(extract(epoch from due_at - app_now())) from outbox`); err != nil {
			t.Fatal(err)
		}
		if tries == len(pauses)+1 {
			pauses = append(pauses, fmt.Sprint(pause))
		}
		now = now.Add(61 * time.Minute)
		d.Clock(t, now)
	}
	if want := "30 60 120 240 480 960 1920 3600 3600 3600 3600 3600"; strings.Join(pauses, " ") != want || tries != 12 {
		t.Errorf("%d tries with pauses %v", tries, pauses)
	}
	if count(t, d, "done_at is null and attempts = 12 and last_error like 'panic: gone wrong%'") != 1 {
		t.Error("the last error is not kept")
	}
}

func TestNoSecondTryBeforeItsTime(t *testing.T) {
	d := dbtest.New(t)
	announce(t, d, 1)
	tries := 0
	w := worker(d, func(context.Context, outbox.Message) error { tries++; return errors.New("no") })
	for range 3 {
		if _, err := w.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if tries != 1 {
		t.Errorf("%d tries at once", tries)
	}
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	d := dbtest.New(t)
	announce(t, d, 2)
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	w := worker(d, func(ctx context.Context, _ outbox.Message) error {
		n++
		stop()
		return ctx.Err()
	})
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the worker does not stop")
	}
	if n != 1 || count(t, d, "done_at is not null") != 1 || count(t, d, "attempts = 0") != 1 {
		t.Errorf("%d handled; %d done, %d untouched", n, count(t, d, "done_at is not null"), count(t, d, "attempts = 0"))
	}
}
