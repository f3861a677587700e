package application_test

import (
	"testing"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// world is a database with the company, an open call and the service.
type world struct {
	*dbtest.DB
	fixture.Company
	call program.Call
	apps *application.Service
}

func setup(t testing.TB) world {
	t.Helper()
	d := dbtest.New(t)
	w := world{DB: d, Company: fixture.Cast(t, d), apps: fixture.Applications(t, d)}
	w.call = openCall(t, w)
	return w
}

func openCall(t testing.TB, w world) program.Call {
	t.Helper()
	ctx := t.Context()
	day := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.KST)
	w.Clock(t, day)
	s := &program.Service{Work: w.Work}
	full := money.Must(10_000_000_000)
	if _, err := s.CreateAppropriation(ctx, w.Finance, program.ID(w.Program), program.AppropriationInput{FiscalYear: 2026, Limits: ledger.Limits{National: &full}, Reason: "본예산"}); err != nil {
		t.Fatal(err)
	}
	c, err := s.CreateCall(ctx, w.Manager, program.CallInput{
		ProgramID: program.ID(w.Program), FiscalYear: 2026, Title: "어울림 사업 2026년 공모", Summary: "지역 문제를 함께 풉니다.", Agenda: program.Words{"판로 확대"},
		OpensAt: day, ClosesAt: day.AddDate(0, 0, 30), EndorseUntil: day.AddDate(0, 0, 37), CorrectUntil: day.AddDate(0, 0, 50),
		ProjectFrom: calendar.Must(2026, 4, 1), ProjectTo: calendar.Must(2026, 12, 31), Cap: money.Must(100_000_000),
		Applicants: program.Words{"sido", "sigungu"}, CodeSet: "national", NeedsDeliberation: true,
		Matching: program.Matching{NationalBps: 5000, NationalExact: true, SidoMax: 10000, SigunguMax: 10000, OwnMax: 10000},
		Sections: program.DefaultSections(), Documents: program.DefaultDocuments(),
		Rubric: program.RubricInput{Criteria: []program.Criterion{{Title: "필요성", Max: 100}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = s.Announce(ctx, w.Manager, c.ID, c.Version); err != nil {
		t.Fatal(err)
	}
	if c, err = s.Open(ctx, w.Manager, c.ID); err != nil {
		t.Fatal(err)
	}
	return c
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
