package comment_test

import (
	"strings"
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/comment"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
)

// world is a database with the company, an open call and the services.
type world struct {
	*dbtest.DB
	fixture.Company
	call program.Call
	apps *application.Service
	s    *comment.Service
}

func setup(t testing.TB) world {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.KST))
	w := world{DB: d, Company: fixture.Cast(t, d), apps: fixture.Applications(t, d), s: &comment.Service{Work: d.Work}}
	w.call = fixture.Call(t, d, w.Company)
	return w
}

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

// say leaves a comment and demands that it works.
func (w world) say(t testing.TB, who authz.Actor, id application.ID, in comment.Input) comment.Comment {
	t.Helper()
	if in.Visibility == "" && in.ReplyTo == 0 {
		in.Visibility = comment.Next
	}
	c, err := w.s.Add(t.Context(), who, id, in)
	if err != nil {
		t.Fatalf("%s says %q: %v", who.Name, in.Body, err)
	}
	return c
}

// hears is everything a person hears of an application, in one line.
func (w world) hears(t testing.TB, who authz.Actor, id application.ID) (string, error) {
	t.Helper()
	b, err := w.s.Board(t.Context(), who, id)
	var out []string
	for _, th := range b.Threads {
		out = append(out, th.Body)
		for _, r := range th.Replies {
			out = append(out, r.Body)
		}
	}
	return strings.Join(out, " "), err
}

func wantKind(t testing.TB, err error, want fault.Kind, text string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want %v with %q", err, want, text)
	}
}
