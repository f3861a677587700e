package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/identity"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

const (
	visitors = 60   // so many that nobody meets the limit of requests per person
	requests = 1500 // of one measurement
	atOnce   = 4
)

// visitor is a signed-in person: a token for the API and a cookie for the pages.
type visitor struct{ token, cookie string }

// pages measures the JSON list, the JSON detail and the HTML list through the real
// server, signed in, against the bare handlers.
func (l *lab) pages(ctx context.Context, t *table) error {
	progress("pages")
	cfg, ids, err := l.queries(ctx)
	if err != nil {
		return err
	}
	s, err := l.serve(ctx, l.address()...)
	if err != nil {
		return err
	}
	defer func() { _ = s.stop() }()
	people, err := l.people(ctx, s.url)
	if err != nil {
		return err
	}
	bare, stop, err := startBare(ctx, cfg)
	if err != nil {
		return err
	}
	defer stop()
	list := fmt.Sprintf("/applications?size=50&call=%d", l.call)
	for _, c := range []struct {
		what       string
		ours, bare func(i int) *http.Request
		limit      float64
	}{
		{"(a) JSON list of 50", people.api(s.url + "/api/v1" + list), get(bare + "/list"), 0.5},
		{"(a) JSON detail, 40 budget lines", people.apiOf(s.url+"/api/v1/awards/%d", ids), getOf(bare+"/detail/%d", ids), 0.5},
		{"(b) HTML list of 50", people.page(s.url + list), get(bare + "/list"), 0.2},
	} {
		var rates pairs
		for range rounds {
			ours, err := load(ctx, c.ours)
			if err != nil {
				return fmt.Errorf("%s: %w", c.what, err)
			}
			plain, err := load(ctx, c.bare)
			if err != nil {
				return fmt.Errorf("%s, bare: %w", c.what, err)
			}
			rates = append(rates, pair{ours, plain})
		}
		m := rates.middle()
		t.atLeast(c.what, fmt.Sprintf("%.0f/s", m.ours), fmt.Sprintf("%.0f/s", m.bare), m.ratio(), c.limit)
	}
	return nil
}

// queries runs the use cases once and notes the texts of their queries; the first of
// each opens the unit of work and is none of the handler's.
func (l *lab) queries(ctx context.Context) (cfg bareConfig, ids []int64, err error) {
	service := application.Service{Work: l.run}
	auditor := authz.Actor{ID: -1, Name: "bench", Grants: []authz.Grant{{Role: "auditor", Any: true}}}
	cfg = bareConfig{Database: l.cluster.App(), Call: l.call}
	counting, counter := work.Counting(ctx)
	if _, err := service.List(counting, auditor, page.Request{Size: 50, Filters: map[string]string{"call": fmt.Sprint(l.call)}}); err != nil {
		return cfg, nil, fmt.Errorf("list: %w", err)
	}
	cfg.List = counter.Texts()[1:]
	awards, err := (&award.Service{Work: l.run}).List(ctx, auditor, page.Request{Size: 50, Filters: map[string]string{"call": fmt.Sprint(l.call)}})
	if err != nil {
		return cfg, nil, fmt.Errorf("list: %w", err)
	}
	for _, a := range awards.Items {
		ids = append(ids, int64(a.ID))
	}
	counting, counter = work.Counting(ctx)
	if _, err := (&award.Service{Work: l.run}).Show(counting, auditor, award.ID(ids[0])); err != nil {
		return cfg, nil, fmt.Errorf("detail: %w", err)
	}
	cfg.Detail = counter.Texts()[1:]
	return cfg, ids, nil
}

// crowd is everybody who takes part in a measurement, in turn.
type crowd []visitor

// people makes the visitors by the product's own services and signs them in.
func (l *lab) people(ctx context.Context, site string) (crowd, error) {
	progress("signing %d people in", visitors)
	service := identity.New(l.run, l.app)
	system := authz.System("bench")
	stamp := time.Now().Unix()
	var out crowd
	for i := range visitors {
		p, err := service.AddPerson(ctx, system, identity.PersonInput{Login: fmt.Sprintf("bench%d.%d", stamp, i), Name: "측정"})
		if err != nil {
			return nil, err
		}
		grant := identity.GrantInput{Person: p.ID, Role: "auditor", Any: true, From: calendar.Today(time.Now()), Reason: "속도 측정"}
		if _, err := service.RequestGrant(ctx, system, grant); err != nil {
			return nil, err
		}
		secret, err := service.CreateToken(ctx, system, p.ID, "bench", 1)
		if err != nil {
			return nil, err
		}
		cookie, err := signIn(ctx, site, p.Login, p.Password)
		if err != nil {
			return nil, err
		}
		out = append(out, visitor{secret.Text, cookie})
	}
	return out, nil
}

// signIn fills in the form and gives the session's cookie.
func signIn(ctx context.Context, site, login, password string) (string, error) {
	form := url.Values{"login": {login}, "password": {password}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, site+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := http.DefaultTransport.RoundTrip(r) // the answer redirects; its cookie is what counts
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	for _, c := range resp.Cookies() {
		if c.Name == identity.CookieName {
			return c.Name + "=" + c.Value, nil
		}
	}
	return "", fmt.Errorf("sign-in answered %s without a session", resp.Status)
}

func (c crowd) api(address string) func(int) *http.Request {
	return c.with(get(address), "Authorization", func(v visitor) string { return "Bearer " + v.token })
}

func (c crowd) apiOf(address string, ids []int64) func(int) *http.Request {
	return c.with(getOf(address, ids), "Authorization", func(v visitor) string { return "Bearer " + v.token })
}

func (c crowd) page(address string) func(int) *http.Request {
	return c.with(get(address), "Cookie", func(v visitor) string { return v.cookie })
}

func (c crowd) with(request func(int) *http.Request, header string, value func(visitor) string) func(int) *http.Request {
	return func(i int) *http.Request {
		r := request(i)
		r.Header.Set(header, value(c[i%len(c)]))
		return r
	}
}

func get(address string) func(int) *http.Request { return getOf(address, []int64{0}) }

// getOf asks for one object after the other.
func getOf(address string, ids []int64) func(int) *http.Request {
	return func(i int) *http.Request {
		at := address
		if strings.Contains(at, "%d") {
			at = fmt.Sprintf(address, ids[i%len(ids)])
		}
		u, err := url.Parse(at)
		if err != nil {
			panic(err) // an address of ours
		}
		return &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
	}
}

// load sends requests over a few connections and gives how many were answered in a
// second. Anything but 200 is an error: a quick refusal is no speed.
func load(ctx context.Context, of func(i int) *http.Request) (float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	begin := time.Now()
	for range atOnce {
		group.Go(func() error {
			for i := next.Add(1); i <= requests; i = next.Add(1) {
				if err := ask(client, of(int(i)).WithContext(ctx)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return requests / time.Since(begin).Seconds(), err
}

func ask(client *http.Client, r *http.Request) error {
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || n < 1000) {
		err = fmt.Errorf("%s answered %s with %d bytes", r.URL, resp.Status, n)
	}
	return err
}

// startChild runs a program that prints its address first.
func startChild(ctx context.Context, program string, args ...string) (address string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("%s did not start: %w", args[0], err)
	}
	return strings.TrimSpace(line), stop, nil
}
