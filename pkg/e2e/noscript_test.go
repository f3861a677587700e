package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// TestHandInWithoutScripts: who allows no scripts signs in, writes a plan with its
// budget and its file, and hands it in like everybody else.
func TestHandInWithoutScripts(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	call := s.openCall()
	p := &pages{walk: newWalk(t, s), call: call}
	p.NoJS()
	p.scripts = false
	p.s.at(2022, time.February, 8, 10)
	a := projects()[1]
	p.begin(a)
	p.prefill(a, false)
	p.complete(a)
	if a.receipt == "" {
		t.Error("no receipt number is shown")
	}
	p.leave()
	s.sound()
}

// openCall opens the call of 2022 by the use cases and gives its path.
func (s *stage) openCall() string {
	s.t.Helper()
	ctx, manager := s.t.Context(), s.who("manager")
	made, err := s.services.Programs.CreateProgram(ctx, manager, program.ProgramInput{MinistryID: s.places[haengan], Name: "사회적경제 민·관 협업체계 구축사업",
		Purpose: "지역 현안을 민·관이 함께 풀도록 지원합니다.", LegalBasis: "보조금 관리에 관한 법률", Agenda: program.Words{"판로 확대"}})
	s.must(err)
	national := money.Must(150_000_000)
	_, err = s.services.Programs.CreateAppropriation(ctx, s.who("finance"), made.ID, program.AppropriationInput{FiscalYear: 2022,
		Limits: ledger.Limits{National: &national}, Reason: "본예산"})
	s.must(err)
	day := func(month time.Month, day int) calendar.Date { return calendar.Must(2022, month, day) }
	s.at(2021, time.December, 6, 10)
	call, err := s.services.Programs.CreateCall(ctx, manager, program.CallInput{
		ProgramID: made.ID, FiscalYear: 2022, Title: "2022년 사회적경제 민·관 협업체계 구축사업", Summary: "시·도도 처음으로 신청할 수 있습니다.",
		OpensAt: calendar.Instant(calendar.Must(2021, time.December, 22), 9, 0), ClosesAt: calendar.Instant(day(time.February, 10), 18, 0),
		EndorseUntil: calendar.Instant(day(time.February, 17), 18, 0), CorrectUntil: calendar.Instant(day(time.February, 22), 18, 0),
		ProjectFrom: day(time.March, 1), ProjectTo: day(time.December, 31), Cap: money.Must(100_000_000), Applicants: program.Words{"sido", "sigungu"},
		CodeSet: program.NationalCodes, NeedsDeliberation: true, DropFrom: 3, Sections: program.DefaultSections(), Documents: program.DefaultDocuments(),
		Agenda: program.Words{"판로 확대"}, Matching: program.Matching{NationalBps: 5_000, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000},
		Rubric: program.RubricInput{Criteria: []program.Criterion{{Title: "필요성", Max: 60}, {Title: "실현가능성", Max: 40}}},
	})
	s.must(err)
	_, err = s.services.Programs.Announce(ctx, manager, call.ID, call.Version)
	s.must(err)
	s.at(2021, time.December, 22, 9)
	s.tick()
	return fmt.Sprintf("/calls/%d", call.ID)
}
