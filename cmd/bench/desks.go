package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// desks measures the scoring screen, the plan on the left and the sheet on the right,
// through the real server, signed in as its reviewer, against the bare handler.
func (l *lab) desks(ctx context.Context, t *table) error {
	progress("desks: a round of %d applications and %d reviewers", judged, visitors)
	seats, err := l.panel(ctx)
	if err != nil {
		return err
	}
	cfg, err := l.deskQueries(ctx, seats[0])
	if err != nil {
		return err
	}
	s, err := l.serve(ctx, l.address()...)
	if err != nil {
		return err
	}
	defer func() { _ = s.stop() }()
	ours := func(i int) *http.Request {
		at := seats[i%len(seats)]
		r := get(fmt.Sprintf("%s/assignments/%d", s.url, at.tasks[i/len(seats)%judged].ID))(i)
		r.Header.Set("Cookie", at.cookie)
		return r
	}
	if cfg.Size, err = sizeOf(ours(0).WithContext(ctx), "sheet-form"); err != nil {
		return err
	}
	bare, stop, err := startBareDesk(ctx, cfg)
	if err != nil {
		return err
	}
	defer stop()
	ids := make([]int64, judged)
	for i, task := range seats[0].tasks {
		ids[i] = int64(task.ID)
	}
	var rates pairs
	for round := range rounds + 1 { // the first round warms both sides up
		page, err := load(ctx, ours)
		if err != nil {
			return fmt.Errorf("desks: %w", err)
		}
		plain, err := load(ctx, getOf(bare+"/desk/%d", ids))
		if err != nil {
			return fmt.Errorf("desks, bare: %w", err)
		}
		if round > 0 {
			rates = append(rates, pair{page, plain})
		}
	}
	m := rates.middle()
	t.atLeast(fmt.Sprintf("scoring screen, %d KB", cfg.Size/1024), fmt.Sprintf("%.0f/s", m.ours), fmt.Sprintf("%.0f/s", m.bare), m.ratio(), 0.2)
	return nil
}

// deskQueries opens a desk once and notes the texts of its queries; the first opens the
// unit of work and is none of the handler's.
func (l *lab) deskQueries(ctx context.Context, at seat) (deskConfig, error) {
	counting, counter := work.Counting(ctx)
	who := at.reviewer(int64(at.tasks[0].ProgramID))
	if _, err := (&review.Service{Work: l.run}).Open(counting, who, at.tasks[0].ID); err != nil {
		return deskConfig{}, fmt.Errorf("desk: %w", err)
	}
	// Row level security shows a score to its reviewer only, so the bare connections
	// are of one reviewer from their start and need no transaction to say who asks.
	database := l.cluster.App() + fmt.Sprintf("&options=-c%%20app.actor%%3D%d", at.Person)
	return deskConfig{Database: database, Person: authz.PersonID(at.Person), Queries: counter.Texts()[1:]}, nil
}

// sizeOf is how many bytes a page has; it must be the page with this text on it.
func sizeOf(r *http.Request, text string) (int, error) {
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), text) {
		return 0, fmt.Errorf("%s answered %s without %q", r.URL, resp.Status, text)
	}
	return len(body), nil
}

// startBareDesk runs bareDeskServer in a child process and gives its address.
func startBareDesk(ctx context.Context, cfg deskConfig) (url string, stop func(), err error) {
	self, selfErr := os.Executable()
	text, err := json.Marshal(cfg)
	if err := errors.Join(selfErr, err); err != nil {
		return "", nil, err
	}
	return startChild(ctx, self, "bare-desk", string(text))
}
