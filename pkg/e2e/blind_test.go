package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eoul/pkg/api"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/review"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

// blindWorlds is how many worlds are compared, by those who have most to learn and by
// what only reads; with EOUL_SOAK=1 a hundred, by everybody and by what writes, too.
const blindWorlds = 1

// TestNobodySeesAnothersScores is non-interference (I-17, decisions 26): two worlds
// that differ only in what other reviewers scored, with the same clock and the same
// ids, give everybody the same answers on every route, in as many queries: while the
// round is scoring to all people, in the discussion to all who do not discuss. That
// another reviewer has handed in, or not, changes nothing for a reviewer or an officer.
func TestNobodySeesAnothersScores(t *testing.T) {
	t.Parallel()
	worlds := blindWorlds
	b := newBlind(t)
	if b.soak = os.Getenv("EOUL_SOAK") == "1"; b.soak {
		worlds = 100
	}
	for n := range worlds {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(n), 17)) // the same worlds every time
			one, other := b.world(t), b.world(t)
			b.judge(t, one, random, true)
			b.judge(t, other, random, true)
			b.compare(t, "scoring", one, other, b.everybody())
			b.discuss(t, one)
			b.discuss(t, other)
			b.compare(t, "discussing", one, other, b.outside())
			third, fourth := b.world(t), b.world(t)
			b.judge(t, third, random, true)
			b.judge(t, fourth, random, false)
			b.compare(t, "handed in or not", third, fourth, b.uninformed())
		})
	}
}

// TestLeaksAreFound: once the round is locked, the same comparison finds differences;
// a comparison that sees none would prove nothing.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	b := newBlind(t)
	random := rand.New(rand.NewPCG(7, 17)) // the same worlds every time
	one, other := b.world(t), b.world(t)
	for _, w := range []*blindWorld{one, other} {
		b.judge(t, w, random, true)
		b.discuss(t, w)
	}
	if len(b.differences(t, one, other, map[string]authz.Actor{"chair": b.Chair})) == 0 {
		t.Error("the chair's discussion shows no difference between different scores")
	}
}

// blind is a call under review: everybody declared, the first reviewer has written
// a sheet, the others nothing yet.
type blind struct {
	fixture.Company
	base *dbtest.DB
	at   time.Time // when the worlds stand still
	soak bool
}

// blindWorld is one continuation of it.
type blindWorld struct {
	*dbtest.DB
	handler http.Handler
}

func newBlind(t *testing.T) blind {
	t.Helper()
	b := blind{base: dbtest.New(t)}
	b.base.Clock(t, webtest.Now())
	b.Company = fixture.Cast(t, b.base)
	call := fixture.Call(t, b.base, b.Company)
	for _, who := range []authz.Actor{b.Province, b.Officer, b.OfficerOther} {
		fixture.Submitted(t, b.base, b.Company, call, who)
	}
	fixture.Assigned(t, b.base, b.Company, call, 3)
	for i, who := range b.Reviewers {
		for _, task := range fixture.Tasks(t, b.base, who) {
			sheet := fixture.Declared(t, b.base, who, task.ID)
			if i == 0 {
				fixture.Scored(t, b.base, who, sheet, 1)
			}
		}
	}
	if err := b.base.DB.Get(&b.at, `select app_now()`); err != nil {
		t.Fatal(err)
	}
	return b
}

// world is a copy of the base with the whole product on it and a clock that stands.
func (b blind) world(t *testing.T) *blindWorld {
	t.Helper()
	w := &blindWorld{DB: b.base.Twin(t)}
	w.Freeze(t, b.at)
	store, err := document.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	services := api.NewServices(w.Work, identity.New(w.Work, w.DB.DB), store)
	people := b.everybody()
	people["chair"] = b.Chair
	programs, err := api.New(api.Config{Services: services, Actor: func(_ context.Context, token string) (authz.Actor, error) {
		who, ok := people[token]
		if !ok {
			return who, fault.New(fault.Unauthenticated, "모르는 토큰입니다.")
		}
		return who, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	w.handler = webtest.New(t, services, func(c *web.Config) { c.API, c.Pace = programs, 1_000_000 }).Handler
	return w
}

// judge has every reviewer but the first score at random, and hand in.
func (b blind) judge(t *testing.T, w *blindWorld, random *rand.Rand, handIn bool) {
	t.Helper()
	reviews := fixture.Reviews(w.DB)
	for _, who := range b.Reviewers[1:] {
		for _, task := range fixture.Tasks(t, w.DB, who) {
			content := fixture.Scored(t, w.DB, who, task.SheetID, random.IntN(15))
			sheet, err := reviews.Read(t.Context(), who, task.SheetID)
			if err != nil {
				t.Fatal(err)
			}
			in := review.Input{Draft: content.Draft, Opinion: strings.Repeat("의견 ", 1+random.IntN(20))}
			for _, k := range sheet.Rubric.Criteria {
				in.Scores = append(in.Scores, review.ScoreInput{CriterionID: k.ID, Points: strconv.Itoa(random.IntN(k.Max + 1)), Justification: strings.Repeat("근거 ", 1+random.IntN(9))})
			}
			if content, err = reviews.SaveDraft(t.Context(), who, task.SheetID, in); err == nil && handIn {
				_, err = reviews.Submit(t.Context(), who, task.SheetID, content.Draft)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// discuss hands in what the first reviewer wrote and opens the discussion.
func (b blind) discuss(t *testing.T, w *blindWorld) {
	t.Helper()
	reviews, me := fixture.Reviews(w.DB), b.Reviewers[0]
	var round review.RoundID
	for _, task := range fixture.Tasks(t, w.DB, me) {
		round = task.RoundID
		sheet, err := reviews.Read(t.Context(), me, task.SheetID)
		if err == nil {
			_, err = reviews.Submit(t.Context(), me, task.SheetID, sheet.Content.Draft)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	asked, err := reviews.RequestDiscussion(t.Context(), b.Chair, round)
	if err == nil {
		_, err = reviews.ConfirmDiscussion(t.Context(), b.Manager, round, asked.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// outside is everybody who takes no part in the review.
func (b blind) outside() map[string]authz.Actor {
	out := map[string]authz.Actor{"manager": b.Manager}
	if b.soak {
		maps.Copy(out, map[string]authz.Actor{"officer": b.Officer, "auditor": b.Auditor, "decider": b.Decider, "finance": b.Finance, "admin": b.Admin,
			"approver": b.Approver, "province": b.Province, "nobody": b.Nobody, "anyone": authz.Anonymous()})
	}
	return out
}

// everybody is them, a reviewer who scored nothing that differs, and the chair.
func (b blind) everybody() map[string]authz.Actor {
	out := b.outside()
	out["reviewer"] = b.Reviewers[0]
	if b.soak {
		out["chair"] = b.Chair
	}
	return out
}

// uninformed is who must not know that another reviewer has handed in: that is for
// the chair, and for those who read the trail.
func (b blind) uninformed() map[string]authz.Actor {
	out := b.outside()
	out["reviewer"] = b.Reviewers[0]
	for name, who := range out {
		if who.Has("auditor") || who.Has("admin") {
			delete(out, name)
		}
	}
	return out
}

func (b blind) compare(t *testing.T, when string, one, other *blindWorld, people map[string]authz.Actor) {
	t.Helper()
	for _, d := range b.differences(t, one, other, people) {
		t.Errorf("%s: %s", when, d)
	}
}

// differences asks every route of pages and API in both worlds: what reads first,
// then, of those who are in the middle of it, what writes.
func (b blind) differences(t *testing.T, one, other *blindWorld, people map[string]authz.Actor) (out []string) {
	t.Helper()
	asked, found := 0, 0
	for _, name := range slices.Sorted(maps.Keys(people)) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if method == http.MethodPost && !(b.soak && slices.Contains([]string{"reviewer", "manager"}, name)) {
				continue
			}
			for _, path := range b.addresses(method) {
				a, z := one.ask(t, name, people[name], method, path), other.ask(t, name, people[name], method, path)
				asked++
				if a.status < 300 {
					found++
				}
				if d := a.differs(z); d != "" {
					out = append(out, fmt.Sprintf("%s: %s %s: %s", name, method, path, d))
				}
			}
		}
	}
	if asked < 150*len(people) || found < 10*len(people) {
		t.Errorf("%d questions were asked, %d of them found something", asked, found)
	}
	return out
}

// addresses is every route of one method with its parameters filled in: the records
// that exist have small numbers.
func (b blind) addresses(method string) (out []string) {
	add := func(m, path string) {
		if m != method || strings.Contains(path, "*") || strings.HasSuffix(path, "/sign-out") {
			return
		}
		first := true
		filled := []string{path}
		for strings.Contains(filled[0], ":") {
			var next []string
			for _, p := range filled {
				before, rest, _ := strings.Cut(p, ":")
				name, after, more := strings.Cut(rest, "/")
				if more {
					after = "/" + after
				}
				for _, v := range b.values(name, first) {
					next = append(next, before+v+after)
				}
			}
			filled, first = next, false
		}
		out = append(out, filled...)
	}
	for _, r := range web.Routes() {
		add(r.Method, r.Path)
	}
	for _, r := range api.Routes() {
		add(r.Method, r.Path)
	}
	return out
}

func (b blind) values(name string, first bool) []string {
	switch name {
	case "part":
		return []string{"lines", "title"}
	case "stage":
		return []string{"paper"}
	}
	if first && b.soak {
		return []string{"1", "2"}
	}
	return []string{"1"}
}

// reply is what one question was answered, without what is different every time.
type reply struct {
	status, queries int
	header, body    string
}

var (
	everTime = regexp.MustCompile(`nonce="[^"]*"|nonce-[A-Za-z0-9+/=_-]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[A-Z2-7]{26}\b`)
	// A workbook is packed: its length tells of it, its bytes carry the hour.
	packed = regexp.MustCompile(`^PK\x03\x04`)
)

func (w *blindWorld) ask(t *testing.T, name string, who authz.Actor, method, path string) reply {
	t.Helper()
	answer, queries := w.send(t, name, who, method, path)
	out := reply{status: answer.Code, queries: queries}
	for _, key := range slices.Sorted(maps.Keys(answer.Header())) {
		out.header += key + ": " + everTime.ReplaceAllString(strings.Join(answer.Header()[key], ", "), "~") + "\n"
	}
	out.body = everTime.ReplaceAllString(answer.Body.String(), "~")
	if packed.MatchString(out.body) {
		out.body = strconv.Itoa(len(out.body))
	}
	return out
}

func (w *blindWorld) send(t *testing.T, name string, who authz.Actor, method, path string) (*httptest.ResponseRecorder, int) {
	t.Helper()
	ctx, n := work.Counting(webtest.As(t.Context(), who))
	r := httptest.NewRequestWithContext(ctx, method, path, nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Idempotency-Key", "0190d6a4-0000-7000-8000-000000000000")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.HasPrefix(path, api.Prefix) {
		r.Header.Set("Authorization", "Bearer "+name)
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/json")
		}
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer, n.N()
}

// differs says in a few words where two answers part.
func (a reply) differs(b reply) string {
	switch {
	case a.status != b.status:
		return fmt.Sprintf("status %d and %d", a.status, b.status)
	case a.queries != b.queries:
		return fmt.Sprintf("%d and %d queries", a.queries, b.queries)
	case a.header != b.header:
		return fmt.Sprintf("headers\n%s\n%s", a.header, b.header)
	case a.body != b.body:
		i := 0
		for i < min(len(a.body), len(b.body)) && a.body[i] == b.body[i] {
			i++
		}
		from := max(0, i-60)
		return fmt.Sprintf("…%q… and …%q…", a.body[from:min(len(a.body), i+60)], b.body[from:min(len(b.body), i+60)])
	}
	return ""
}
