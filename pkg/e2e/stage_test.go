package e2e_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"eoul"
	"eoul/pkg/api"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/identity"
	"eoul/pkg/notice"
	"eoul/pkg/organization"
	"eoul/pkg/outbox"
	"eoul/pkg/program"
	"eoul/pkg/verify"
	"eoul/pkg/web"
	"eoul/pkg/work"
)

// The real places of the case; the names are those of the people who act for them.
const (
	haengan = "행정안전부"
	daegu   = "대구광역시"
	donggu  = "대구광역시 동구"
	namgu   = "대구광역시 남구"
)

// player is somebody of the cast, who can sign in.
type player struct {
	authz.Actor
	Login, Password string
}

// stage is the whole product on a database of its own: pages and API with real
// sessions and tokens, and a cast with every role of the case.
type stage struct {
	t        testing.TB
	d        *dbtest.DB
	services api.Services
	site     *web.Server // pages and, under /api/v1, the API
	cast     map[string]player
	places   map[string]organization.ID
	tokens   map[string]string // by login, of the present day
}

// system does what is done at the machine: `eoul user`, the timed jobs, `eoul verify`.
var system = authz.System("시험 준비")

// setStage makes the stage with its clock on a working morning of December 2021,
// before the case begins.
func setStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t, d: dbtest.New(t), cast: map[string]player{}, places: map[string]organization.ID{}, tokens: map[string]string{}}
	s.at(2021, time.December, 1, 9)
	store, err := document.NewFolder(t.TempDir())
	s.must(err)
	s.services = api.NewServices(s.d.Work, identity.New(s.d.Work, s.d.DB), store)
	programs, err := api.New(api.Config{Services: s.services, Actor: s.services.People.ActorByToken})
	s.must(err)
	sessions, err := identity.NewSessions(t.Context(), s.d.DB, func(w http.ResponseWriter, r *http.Request, err error) {
		t.Errorf("session of %s: %v", r.URL, err)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	s.must(err)
	s.site, err = web.New(web.Config{
		Services: s.services, API: programs, Files: eoul.Templates, Now: s.now, Log: s.log(),
		Sessions: web.Sessions{Authenticate: sessions.Authenticate, Actor: sessions.Actor, Start: sessions.Start, End: sessions.End},
	})
	s.must(err)
	s.enter()
	return s
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// ServeHTTP makes a stage the handler of a server.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.site.ServeHTTP(w, r) }

// troubled fails the test for every line that is written.
type troubled struct{ t testing.TB }

func (w troubled) Write(line []byte) (int, error) {
	w.t.Errorf("the server reports: %s", line)
	return len(line), nil
}

// log lets no error of the server pass unseen.
func (s *stage) log() *slog.Logger {
	return slog.New(slog.NewJSONHandler(io.Writer(troubled{s.t}), &slog.HandlerOptions{Level: slog.LevelError}))
}

// now is the product's clock.
func (s *stage) now() (at time.Time) {
	if err := s.d.DB.Get(&at, `select app_now()`); err != nil {
		s.t.Errorf("clock: %v", err)
	}
	return at
}

// at moves the product's clock to an hour in Korea. Who was signed in has to sign in
// again, as on any other day.
func (s *stage) at(year int, month time.Month, day, hour int) {
	s.t.Helper()
	s.d.Clock(s.t, calendar.Instant(calendar.Must(year, month, day), hour, 0))
	clear(s.tokens)
}

// tick is what the server does by itself: calls open and close when their hour has
// come, and what was announced reaches those it concerns.
func (s *stage) tick() {
	s.t.Helper()
	_, err := s.services.Programs.Tick(s.t.Context())
	s.must(err)
	worker := outbox.Worker{DB: s.d.DB, Handle: (&notice.Service{Work: s.d.Work}).Handle, Log: s.log()}
	_, err = worker.Deliver(s.t.Context())
	s.must(err)
}

// enter gives everybody of the cast a password and their role.
func (s *stage) enter() {
	s.t.Helper()
	for _, p := range []struct{ login, name string }{
		{"daegu", "대구시 담당자"}, {"daegu2", "대구시 결재자"}, {"donggu", "동구 담당자"}, {"namgu", "남구 담당자"},
		{"manager", "행안부 담당자"}, {"decider", "행안부 결재자"}, {"finance", "행안부 재무"}, {"finance2", "행안부 재무 확인"},
		{"reviewer1", "심사위원 한빛"}, {"reviewer2", "심사위원 두루"}, {"reviewer3", "심사위원 세움"}, {"chair", "위원장 으뜸"},
		{"auditor", "감사관"}, {"admin", "시스템 관리자"},
	} {
		w, err := s.services.People.AddPerson(s.t.Context(), system, identity.PersonInput{Login: p.login, Name: p.name})
		s.must(err)
		s.cast[p.login] = player{authz.Actor{ID: w.ID, Name: w.Name}, p.login, w.Password}
	}
	s.locate()
	for _, role := range []string{"manager", "decider", "finance", "auditor", "admin"} {
		s.grant(role, identity.GrantInput{Role: role, Any: true})
	}
	s.grant("finance2", identity.GrantInput{Role: "finance", Any: true})
	s.grant("daegu", identity.GrantInput{Role: "province", Government: int64(s.places[daegu])})
	s.grant("daegu2", identity.GrantInput{Role: "approver", Government: int64(s.places[daegu])})
	s.grant("donggu", identity.GrantInput{Role: "officer", Government: int64(s.places[donggu])})
	s.grant("namgu", identity.GrantInput{Role: "officer", Government: int64(s.places[namgu])})
}

// seat makes the reviewers and the chair of a programme; until there is one, those
// roles cannot be given.
func (s *stage) seat(id program.ID) {
	s.t.Helper()
	for _, login := range []string{"reviewer1", "reviewer2", "reviewer3", "chair"} {
		s.grant(login, identity.GrantInput{Role: "reviewer", Program: int64(id)})
	}
	s.grant("chair", identity.GrantInput{Role: "chair", Program: int64(id)})
}

// grant gives a role from 2021 on and notes that the player holds it.
func (s *stage) grant(login string, in identity.GrantInput) {
	s.t.Helper()
	p := s.cast[login]
	in.Person, in.From, in.Reason = p.ID, calendar.Must(2021, time.January, 1), "시험"
	g, err := s.services.People.RequestGrant(s.t.Context(), system, in)
	s.must(err)
	p.Grants = append(p.Grants, authz.Grant{Role: g.Role, Any: g.Any, Government: g.Government, Program: g.Program})
	s.cast[login] = p
}

// locate finds the real places among the seeded organizations.
func (s *stage) locate() {
	s.t.Helper()
	admin := authz.Actor{ID: s.cast["admin"].ID, Name: "시스템 관리자", Grants: []authz.Grant{{Role: "admin", Any: true}}}
	_, err := work.View(s.t.Context(), s.d.Work, admin, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if _, err := tx.Scope("organization:read"); err != nil {
			return none, err
		}
		for name, code := range map[string]string{daegu: "2700000000", donggu: "2714000000", namgu: "2720000000"} {
			o, err := organization.ByRegion(ctx, tx, code)
			if err != nil {
				return none, fmt.Errorf("find %s: %w", name, err)
			}
			s.places[name] = o.ID
		}
		ministries, err := organization.OfKinds(ctx, tx, calendar.Today(tx.Now), organization.Ministry)
		for _, o := range ministries {
			if o.Name == haengan {
				s.places[haengan] = o.ID
			}
		}
		return none, err
	})
	s.must(err)
	if s.places[haengan] == 0 {
		s.t.Fatalf("%s is not among the seeded organizations", haengan)
	}
}

// who is a player's identity with the roles given so far.
func (s *stage) who(login string) authz.Actor {
	s.t.Helper()
	p, ok := s.cast[login]
	if !ok {
		s.t.Fatalf("nobody of the cast is called %s", login)
	}
	return p.Actor
}

// token is a bearer token of a player that is good today, as `eoul user token` makes it.
func (s *stage) token(login string) string {
	s.t.Helper()
	if s.tokens[login] == "" {
		secret, err := s.services.People.CreateToken(s.t.Context(), system, s.who(login).ID, "시험", 1)
		s.must(err)
		s.tokens[login] = secret.Text
	}
	return s.tokens[login]
}

// sound fails the test for everything that `eoul verify` finds.
func (s *stage) sound() {
	s.t.Helper()
	found, err := (&verify.Service{Work: s.d.Work}).Run(s.t.Context(), system, nil)
	s.must(err)
	for _, f := range found {
		s.t.Errorf("verify: %s %s: %s %s", f.Check, f.Object, f.Message, f.Detail)
	}
}
