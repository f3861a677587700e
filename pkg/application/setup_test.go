package application_test

import (
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/comment"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
)

// world is a database with the company, an open call and the service.
type world struct {
	*dbtest.DB
	fixture.Company
	call     program.Call
	apps     *application.Service
	comments *comment.Service // sends back
}

func setup(t testing.TB, change ...func(*program.CallInput)) world {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.KST))
	w := world{DB: d, Company: fixture.Cast(t, d), apps: fixture.Applications(t, d), comments: &comment.Service{Work: d.Work}}
	w.call = fixture.Call(t, d, w.Company, change...)
	return w
}

// create starts an application of the actor's own government.
func (w world) create(t testing.TB, who authz.Actor) application.Application {
	t.Helper()
	a, err := w.apps.Create(t.Context(), who, w.call.ID, orgOf(who), "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}
