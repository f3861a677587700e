package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/money"
)

// client is a program that speaks for the people of a stage by their tokens. Every
// reply is held against openapi.yaml.
type client struct {
	t      *testing.T
	s      *stage
	spec   *apitest.Spec
	routes map[string]bool // "POST /api/v1/calls/:id/open" that were used
	pace   map[string]*rate.Limiter
}

func newClient(t *testing.T, s *stage) *client {
	t.Helper()
	return &client{t: t, s: s, spec: apitest.Load(t), routes: map[string]bool{}, pace: map[string]*rate.Limiter{}}
}

// wait keeps a person below the number of requests that the server takes from one.
func (c *client) wait(login string, n int) {
	c.t.Helper()
	if c.pace[login] == nil {
		c.pace[login] = rate.NewLimiter(18, 90)
	}
	c.s.must(c.pace[login].WaitN(c.t.Context(), n))
}

// object is a JSON object, sent or received.
type object map[string]any

// at finds a value: "award.lines.0.account".
func (o object) at(t *testing.T, path string) any {
	t.Helper()
	var v any = map[string]any(o)
	for _, name := range strings.Split(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(in) {
				t.Fatalf("no %s in %v", path, o)
			}
			v = in[i]
		default:
			t.Fatalf("no %s in %v", path, o)
		}
	}
	return v
}

func (o object) num(t *testing.T, path string) int64 {
	t.Helper()
	n, ok := o.at(t, path).(json.Number)
	if !ok {
		t.Fatalf("%s is no number in %v", path, o)
	}
	i, err := n.Int64()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return i
}

func (o object) str(t *testing.T, path string) string {
	t.Helper()
	s, ok := o.at(t, path).(string)
	if !ok {
		t.Fatalf("%s is no text in %v", path, o)
	}
	return s
}

func (o object) list(t *testing.T, path string) (out []object) {
	t.Helper()
	all, ok := o.at(t, path).([]any)
	if !ok {
		t.Fatalf("%s is no list in %v", path, o)
	}
	for _, v := range all {
		out = append(out, v.(map[string]any))
	}
	return out
}

// money reads the four amounts and makes sure that they add up to their total.
func (o object) money(t *testing.T, path string) (b money.BySource) {
	t.Helper()
	for _, s := range money.Sources() {
		b = b.With(s, money.Must(o.num(t, strings.Trim(path+"."+s.Code(), "."))))
	}
	if got := o.num(t, strings.Trim(path+".total", ".")); got != b.Total().Int64() {
		t.Errorf("%s has the total %d, its sources sum to %s", path, got, b.Total())
	}
	return b
}

// send makes one request; a login that is empty comes without a token.
func (c *client) send(login, key, method, path string, body []byte) *httptest.ResponseRecorder {
	c.t.Helper()
	c.wait(login, 1)
	r := httptest.NewRequestWithContext(c.t.Context(), method, "/api/v1"+path, bytes.NewReader(body))
	if login != "" {
		r.Header.Set("Authorization", "Bearer "+c.s.token(login))
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := c.spec.Do(c.t, c.s, r)
	c.routes[method+" "+regexp.MustCompile(`/\d+(/|$)`).ReplaceAllString(r.URL.Path, "/:id$1")] = true
	return w
}

func (c *client) encode(body object) []byte {
	c.t.Helper()
	b, err := json.Marshal(body)
	c.s.must(err)
	return b
}

func (c *client) decode(w *httptest.ResponseRecorder) object {
	c.t.Helper()
	out := object{}
	d := json.NewDecoder(w.Body)
	d.UseNumber()
	c.s.must(d.Decode(&out))
	return out
}

func (c *client) get(login, path string) object {
	c.t.Helper()
	w := c.send(login, "", http.MethodGet, path, nil)
	if w.Code != http.StatusOK {
		c.t.Fatalf("%s gets %s: %d %s", login, path, w.Code, w.Body)
	}
	return c.decode(w)
}

// saves are drafts: a version keeps them apart and no key is remembered (decisions 20).
var saves = regexp.MustCompile(`/(title|section|lines|deliberation|partners|activities|indicators|attach|detach|score)$`)

// post does something and says it again, as a program does that lost the answer: the
// second time it gets the first answer, marked, and nothing more happens.
func (c *client) post(login, path string, body object) object {
	c.t.Helper()
	key, sent := uuid.NewString(), c.encode(body)
	first := c.send(login, key, http.MethodPost, path, sent)
	if first.Code != http.StatusOK && first.Code != http.StatusCreated {
		c.t.Fatalf("%s posts %s %s: %d %s", login, path, sent, first.Code, first.Body)
	}
	text := first.Body.String()
	if !saves.MatchString(path) || strings.HasPrefix(path, "/expenditures") {
		again := c.send(login, key, http.MethodPost, path, sent)
		if again.Code != first.Code || again.Body.String() != text || again.Header().Get("Idempotency-Replayed") != "true" ||
			again.Header().Get("Location") != first.Header().Get("Location") || first.Header().Get("Idempotency-Replayed") != "" {
			c.t.Fatalf("%s posts %s again: %d %v %s, first %d %v %s", login, path, again.Code, again.Header(), again.Body, first.Code, first.Header(), text)
		}
	}
	return c.decode(first)
}

// refused expects a problem with this status; a GET is told by a nil body. Who has no
// role for such an act at all gets 404, as if there were no such thing.
func (c *client) refused(status int, login, path string, body object) (p api.Problem) {
	c.t.Helper()
	var w *httptest.ResponseRecorder
	if body == nil {
		w = c.send(login, "", http.MethodGet, path, nil)
	} else {
		w = c.send(login, uuid.NewString(), http.MethodPost, path, c.encode(body))
	}
	if w.Code != status || w.Header().Get("Content-Type") != "application/problem+json" {
		c.t.Errorf("%s at %s: %d %s, want %d", login, path, w.Code, w.Body, status)
	}
	c.s.must(json.Unmarshal(w.Body.Bytes(), &p))
	return p
}

// alike makes sure that what another government has and what is not there cannot be
// told apart: neither by what the answer says nor by its headers.
func (c *client) alike(login, there, nowhere string, body object) {
	c.t.Helper()
	a, b := c.refused(http.StatusNotFound, login, there, body), c.refused(http.StatusNotFound, login, nowhere, body)
	a.RequestID, b.RequestID = "", ""
	if fmt.Sprint(a) != fmt.Sprint(b) {
		c.t.Errorf("%s learns that %s exists: %+v, while %s is %+v", login, there, a, nowhere, b)
	}
}
