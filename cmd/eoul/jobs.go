package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/notice"
	"eoul/pkg/outbox"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// tickEvery is how often the server looks whether a call must open or close. What
// was handed in late is refused by the database clock, however late the job comes.
const tickEvery = 5 * time.Second

// jobs are what a server does without being asked: it delivers what was announced
// and opens and closes calls on time. Several servers may do so at once.
type jobs struct {
	db  *sqlx.DB
	run *work.Runner
	log *slog.Logger
}

// start begins the jobs and gives a function that ends them and waits for what is
// under way.
func (j jobs) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	worker := outbox.Worker{DB: j.db, Handle: (&notice.Service{Work: j.run}).Handle, Log: j.log}
	wait.Go(func() {
		if err := worker.Run(ctx); err != nil && ctx.Err() == nil {
			j.log.ErrorContext(ctx, "notices stopped", "err", err)
		}
	})
	wait.Go(func() { j.tick(ctx) })
	return func() {
		cancel()
		wait.Wait()
	}
}

func (j jobs) tick(ctx context.Context) {
	calls := &program.Service{Work: j.run}
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		if _, err := calls.Tick(ctx); err != nil && ctx.Err() == nil {
			j.log.ErrorContext(ctx, "calls were not opened or closed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
