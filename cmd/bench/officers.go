package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/demo"
	"eoul/pkg/identity"
	"eoul/pkg/program"
)

// Everybody who writes a plan on the last day: each saves by itself twice a minute.
const (
	officers    = 2_000
	pace        = 30 * time.Second / officers // from one save to the next of all
	warmUp      = 3 * time.Second
	measureFor  = 20 * time.Second
	slowestP95  = 150 // ms
	patientPost = 30 * time.Second
)

// ownerSections gives the call the texts that are written.
const ownerSections = `
	insert into call_sections (call_id, kind, position, title, required)
	select c.id, k.kind, k.position, k.kind, false from calls c, unnest($2::text[]) with ordinality k (kind, position) where c.number = $1`

const (
	ownerPeopleOff = `alter table people disable trigger user; alter table role_grants disable trigger user`
	ownerPeople    = `insert into people (login, name, created_at) select $1 || '.' || n, '측정', app_now() from generate_series(1, $2::int) n`
	ownerKnown     = `
		insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
		select app_now(), -1, '시스템: 측정', 'system', 'person:create', 'person', id, version, jsonb_build_object('login', login) from people where login like $1 || '.%'`
	ownerGrants = `
		insert into role_grants (person_id, role, government_id, valid_from, state, reason, requested_by, approved_by)
		select w.person_id, 'officer', w.government_id, current_date - 1, 'active', '속도 측정', -1, -1 from writers w`
	// The nth officer writes the nth text: each government's plan has as many writers
	// as it has parts before the next round begins, and no two share a part.
	ownerWriters = `
		create temporary table writers on commit drop as
		with drafts as (
			select a.id, a.government_id, row_number() over (order by a.id) - 1 as n, count(*) over () as all_of_them
			  from applications a join calls c on c.id = a.call_id where c.number = $1
		), people_ as (
			select id, row_number() over (order by id) - 1 as n from people where login like $2 || '.%'
		)
		select p.id as person_id, d.government_id, d.id as application_id, (p.n / d.all_of_them)::int as text
		  from people_ p join drafts d on d.n = p.n % d.all_of_them`
	ownerPeopleOn = `
		set constraints all immediate;
		alter table people enable trigger user; alter table role_grants enable trigger user;
		analyze people; analyze role_grants`
	selectWriters = `select person_id, application_id, text from writers order by person_id`
)

// typist is an officer with the text that only this officer writes.
type typist struct {
	Person      int64 `db:"person_id"`
	Application int64 `db:"application_id"`
	Text        int   `db:"text"`
	cookie      string
}

// officers measures what the people at the keyboard wait for when 2,000 of them write
// at once: saves over HTTP, signed in, sent when they are due whether or not the
// earlier ones are answered, and timed from that instant.
func (l *lab) officers(ctx context.Context, t *table) error {
	progress("signing %d officers in", officers)
	writers, err := l.writers(ctx)
	if err != nil {
		return err
	}
	s, err := l.serve(ctx, l.address()...)
	if err != nil {
		return err
	}
	defer func() { _ = s.stop() }()
	progress("%d officers at %s each", officers, 30*time.Second)
	took, err := storm(ctx, s.url, writers)
	if err != nil {
		return err
	}
	slices.Sort(took)
	at := func(percent int) float64 { return took[(len(took)-1)*percent/100].Seconds() * 1000 }
	what := fmt.Sprintf("(f) %d officers autosaving every 30 s, p95", officers)
	t.atMost(what, fmt.Sprintf("%d saves, p50 %.0f ms, p99 %.0f ms", len(took), at(50), at(99)), "", at(95), slowestP95, " ms")
	return nil
}

// writers makes the officers with their grants in one set each and begins a session
// of the product for every one: what is measured is no sign-in.
func (l *lab) writers(ctx context.Context) (out []typist, err error) {
	call, err := l.written(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := l.owner.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	stamp := fmt.Sprintf("writer%d", time.Now().Unix())
	for _, s := range []struct {
		text string
		args []any
	}{
		{ownerTriggersOff, nil}, {ownerPeopleOff, nil}, {ownerPeople, []any{stamp, officers}}, {ownerKnown, []any{stamp}}, {ownerWriters, []any{call, stamp}},
		{ownerGrants, nil}, {ownerTrail, nil}, {ownerPeopleOn, nil}, {ownerTriggersOn, nil},
	} {
		if _, err := tx.ExecContext(ctx, s.text, s.args...); err != nil {
			return nil, fmt.Errorf("writers: %s: %w", s.text, err)
		}
	}
	if err := tx.SelectContext(ctx, &out, selectWriters); err != nil {
		return nil, err
	}
	if len(out) != officers || out[officers-1].Text >= len(sections()) {
		return nil, fmt.Errorf("%d officers were made; the last writes text %d of %d", len(out), out[len(out)-1].Text, len(sections()))
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	return out, l.sessions(ctx, out)
}

func (l *lab) sessions(ctx context.Context, writers []typist) error {
	var failed error
	sessions, err := identity.NewSessions(ctx, l.app, func(_ http.ResponseWriter, _ *http.Request, err error) { failed = err })
	if err != nil {
		return err
	}
	for i, w := range writers {
		answer := httptest.NewRecorder()
		sessions.Authenticate(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			failed = sessions.Start(r.Context(), authz.PersonID(w.Person))
		})).ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
		if failed != nil {
			return fmt.Errorf("begin a session: %w", failed)
		}
		for _, c := range answer.Result().Cookies() {
			writers[i].cookie = c.Name + "=" + c.Value
		}
	}
	return nil
}

// written makes a call with drafts whose texts are empty, and gives its number.
func (l *lab) written(ctx context.Context) (call string, err error) {
	if call, err = l.drafts(ctx, demo.ScaleNumber); err != nil {
		return "", err
	}
	var kinds []string
	for _, s := range program.DefaultSections() {
		kinds = append(kinds, s.Kind)
	}
	tx, err := l.owner.BeginTxx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, ownerSections, call, pq.Array(kinds)); err != nil {
		return "", err
	}
	return call, tx.Commit()
}

// sections are the addresses of a plan's texts in the order of the officers' rounds.
func sections() []string {
	out := []string{"title"}
	for _, s := range program.DefaultSections() {
		out = append(out, "sections/"+s.Kind)
	}
	return out
}

// storm sends the saves when they are due and gives how long each took from then.
func storm(ctx context.Context, site string, writers []typist) ([]time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}, Timeout: patientPost}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var took []time.Duration
	var wrong error
	var group sync.WaitGroup
	begin := time.Now()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for i := range int((warmUp + measureFor) / pace) {
		due := begin.Add(time.Duration(i) * pace)
		for time.Now().Before(due) {
			<-tick.C
		}
		group.Go(func() {
			err := save(ctx, client, site, writers[i%len(writers)], i)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				wrong = err
			} else if due.Sub(begin) >= warmUp {
				took = append(took, time.Since(due))
			}
		})
	}
	group.Wait()
	return took, wrong
}

// save sends what autosave.js sends. Anything but a stored text is an error.
func save(ctx context.Context, client *http.Client, site string, w typist, n int) error {
	text := body(n)
	if w.Text == 0 {
		text = fmt.Sprint("사업 ", n)
	}
	form := url.Values{"text": {text}, "version": {"0"}, "act": {"auto"}, "page": {fmt.Sprint("page", w.Person)}, "seq": {fmt.Sprint(n + 1)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/applications/%d/%s", site, w.Application, sections()[w.Text]), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", w.cookie)
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct{ State string }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK || answer.State != "saved" {
		return fmt.Errorf("%s answered %s, %q: %w", r.URL, resp.Status, answer.State, err)
	}
	return nil
}
