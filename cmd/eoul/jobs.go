package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/document"
	"eoul/pkg/notice"
	"eoul/pkg/outbox"
	"eoul/pkg/planbook"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// tickEvery is how often the server looks whether a call must open or close. What
// was handed in late is refused by the database clock, however late the job comes.
const tickEvery = 5 * time.Second

// scanEvery is how often it looks for files that wait for the scanner, scanPause how
// long it leaves a scanner or a store alone that failed, and sweepEvery how often it
// takes away files that nothing refers to.
const (
	scanEvery  = time.Second
	scanPause  = 10 * time.Second
	sweepEvery = time.Hour
)

// jobs are what a server does without being asked: it delivers what was announced,
// opens and closes calls on time, has files scanned and takes unused ones away.
// Several servers may do so at once.
type jobs struct {
	db        *sqlx.DB
	run       *work.Runner
	log       *slog.Logger
	documents *document.Service
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
	wait.Go(func() { j.scan(ctx) })
	wait.Go(func() { j.sweep(ctx) })
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

// scan has the scanner look at new files, about a second after they came. Without a
// scanner there is nothing to do.
func (j jobs) scan(ctx context.Context) {
	if j.documents.Scanner == nil {
		return
	}
	for {
		wait := scanEvery
		if _, err := j.documents.ScanDue(ctx); err != nil && ctx.Err() == nil {
			j.log.WarnContext(ctx, "files were not scanned and stay pending", "err", err)
			wait = scanPause
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (j jobs) sweep(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		out, err := j.documents.Sweep(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			j.log.ErrorContext(ctx, "unused files were not swept", "err", err)
		case out != (document.Swept{}):
			j.log.InfoContext(ctx, "unused files were swept", "documents", out.Documents, "objects", out.Objects)
		}
		if _, err := (&planbook.Service{Work: j.run}).Forget(ctx); err != nil && ctx.Err() == nil {
			j.log.ErrorContext(ctx, "workbooks that were sent were not forgotten", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
