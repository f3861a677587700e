package identity_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
)

// site is a small server with sessions: /in/<id> starts one, /out ends it, / says who is there.
type site struct {
	http.Handler
	t *testing.T
}

func newSite(t *testing.T, d *dbtest.DB) site {
	t.Helper()
	s, err := identity.NewSessions(t.Context(), d.DB, func(w http.ResponseWriter, _ *http.Request, err error) {
		t.Errorf("session: %v", err)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	if err != nil {
		t.Fatal(err)
	}
	return site{t: t, Handler: s.Authenticate(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var id authz.PersonID
		if n, _ := fmt.Sscanf(r.URL.Path, "/in/%d", &id); n == 1 {
			if err := s.Start(r.Context(), id); err != nil {
				t.Errorf("start: %v", err)
			}
		}
		if r.URL.Path == "/out" {
			if err := s.End(r.Context()); err != nil {
				t.Errorf("end: %v", err)
			}
		}
		_, _ = fmt.Fprintf(w, "%d", s.Actor(r.Context()).ID)
	}))}
}

// visit sends a request with a session token and gives the body and the new cookie.
func (s site) visit(path, token string) (string, *http.Cookie) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	if token != "" {
		r.AddCookie(&http.Cookie{Name: identity.CookieName, Value: token})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		return w.Body.String(), c
	}
	return w.Body.String(), nil
}

// enter signs somebody in and gives the token.
func (s site) enter(id authz.PersonID, token string) string {
	s.t.Helper()
	_, c := s.visit(fmt.Sprintf("/in/%d", id), token)
	if c == nil || c.Value == "" || c.Value == token {
		s.t.Fatalf("no new cookie: %v", c)
	}
	return c.Value
}

func TestSessionCookie(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := newSite(t, d)
	if body, cookie := s.visit("/", ""); body != "0" || cookie != nil {
		t.Errorf("a visitor is %s with cookie %v", body, cookie)
	}
	_, cookie := s.visit(fmt.Sprintf("/in/%d", c.Officer.ID), "")
	if cookie.Name != "__Host-eoul" || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode ||
		cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != 0 || len(cookie.Value) < 22 {
		t.Errorf("cookie %+v", cookie)
	}
	body, again := s.visit("/", cookie.Value)
	if body != fmt.Sprint(c.Officer.ID) || again != nil {
		t.Errorf("with the cookie: %s, %v", body, again)
	}
	var n int
	if err := d.Owner.Get(&n, `select count(*) from sessions where encode(token_hash, 'escape') like '%' || $1 || '%' or encode(data, 'escape') like '%' || $1 || '%'`, cookie.Value); err != nil || n != 0 {
		t.Errorf("the token is stored (%d, %v)", n, err)
	}
}

func TestSessionFixation(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := newSite(t, d)
	planted := strings.Repeat("A", 43)
	s.enter(c.Officer.ID, planted)
	if body, _ := s.visit("/", planted); body != "0" {
		t.Errorf("a planted token became %s", body)
	}
	attacker := s.enter(c.Officer2.ID, "")
	mine := s.enter(c.Officer.ID, attacker)
	if body, _ := s.visit("/", attacker); body != "0" {
		t.Errorf("the token from before the sign-in is %s", body)
	}
	if body, _ := s.visit("/", mine); body != fmt.Sprint(c.Officer.ID) {
		t.Errorf("the new token is %s", body)
	}
}

func TestSessionEnds(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := newSite(t, d)
	start := time.Now()
	token := s.enter(c.Officer.ID, "")
	for i := 1; i <= 20; i++ { // every 29 minutes, for 9 h 40 min
		d.Clock(t, start.Add(time.Duration(i)*29*time.Minute))
		if body, _ := s.visit("/", token); body == "0" {
			t.Fatalf("gone after %d minutes in use", i*29)
		}
	}
	d.Clock(t, start.Add(10*time.Hour+time.Minute))
	if body, _ := s.visit("/", token); body != "0" {
		t.Error("still there after ten hours")
	}

	d.Clock(t, start)
	token = s.enter(c.Officer.ID, "")
	d.Clock(t, start.Add(31*time.Minute))
	if body, _ := s.visit("/", token); body != "0" {
		t.Error("still there after half an hour of silence")
	}

	token = s.enter(c.Officer.ID, "")
	if _, cookie := s.visit("/out", token); cookie == nil || cookie.MaxAge >= 0 {
		t.Errorf("sign-out leaves the cookie %v", cookie)
	}
	if body, _ := s.visit("/", token); body != "0" {
		t.Error("a copied token outlives the sign-out")
	}

	token = s.enter(c.Officer.ID, "")
	svc := identity.New(d.Work, d.DB)
	if _, err := svc.ResetPassword(t.Context(), c.Admin, c.Officer.ID); err != nil {
		t.Fatal(err)
	}
	if body, _ := s.visit("/", token); body != "0" {
		t.Error("a session outlives the password")
	}
}

func TestSessionWritesOnceAMinute(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := newSite(t, d)
	token := s.enter(c.Officer.ID, "")
	writes := func() (n int) {
		t.Helper()
		var xmin string
		if err := d.Owner.Get(&xmin, `select string_agg(xmin::text, ',') from sessions`); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(xmin, "%d", &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := writes()
	for range 5 {
		s.visit("/", token)
	}
	if writes() != before {
		t.Error("looking around wrote to the session")
	}
	d.Clock(t, time.Now().Add(2*time.Minute))
	s.visit("/", token)
	if writes() == before {
		t.Error("after two minutes the session was not kept alive")
	}
}
