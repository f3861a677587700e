package program_test

import (
	"strings"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/program"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// want fails unless err is a fault of the kind that says the words.
func want(t *testing.T, what string, err error, kind fault.Kind, words string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		t.Errorf("%s: %v, want kind %d with %q", what, err, kind, words)
	}
}

// audited is how often an action stands in the trail for an object.
func audited(t *testing.T, d *dbtest.DB, action, kind string, id int64) int {
	t.Helper()
	var n int
	if err := d.DB.Get(&n, `select count(*) from audit_events where action = $1 and kind = $2 and object_id = $3`, action, kind, id); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).DB, ".") }

func TestProgrammes(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	in := program.ProgramInput{MinistryID: c.Ministry, Name: " 새 사업 ", Purpose: "목적", Agenda: program.Words{"판로", "판로", " "}, Fictitious: true}
	if _, err := s.CreateProgram(t.Context(), c.Officer, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an officer made a programme: %v", err)
	}
	_, err := s.CreateProgram(t.Context(), c.Manager, program.ProgramInput{MinistryID: c.Garam})
	_, fields := fault.Public(err)
	if fault.KindOf(err) != fault.Invalid || fields["name"] == "" || fields["purpose"] == "" || fields["ministry_id"] == "" {
		t.Errorf("an empty programme of a 시·도: %v", err)
	}
	p := must[program.Program](t)(s.CreateProgram(t.Context(), c.Manager, in))
	if p.Name != "새 사업" || len(p.Agenda) != 1 || p.MinistryName != "가상부" || p.Version != 1 {
		t.Errorf("made %+v", p)
	}
	// Her grant is for another programme, so she reads it but may not write it.
	if _, err := s.UpdateProgram(t.Context(), c.Manager, p.ID, 1, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("another programme's manager: %v", err)
	}
	mine := must[program.ProgramDetail](t)(s.Program(t.Context(), c.Manager, program.ID(c.Program)))
	in.Name = "어울림 사업 2"
	after := must[program.Program](t)(s.UpdateProgram(t.Context(), c.Manager, mine.ID, mine.Version, in))
	if _, err := s.UpdateProgram(t.Context(), c.Manager2, mine.ID, mine.Version, in); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an old version: %v", err)
	}
	if after.Version != mine.Version+1 || audited(t, d, "program:update", "program", int64(mine.ID)) != 1 {
		t.Errorf("updated to version %d, audited %d times", after.Version, audited(t, d, "program:update", "program", int64(mine.ID)))
	}
	list := must[page.Slice[program.Program]](t)(s.Programs(t.Context(), authz.Anonymous(), page.Request{Query: "어울림"}))
	if list.Total != 1 || list.Items[0].Name != "어울림 사업 2" {
		t.Errorf("the public finds %+v", list)
	}
}

func TestAppropriations(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	id := program.ID(c.Program)
	won := func(n int64) *money.Amount { a := money.Must(n); return &a }
	in := program.AppropriationInput{FiscalYear: 2022, Limits: ledger.Limits{National: won(1_000)}, Reason: "본예산"}
	if _, err := s.CreateAppropriation(t.Context(), c.Manager, id, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a manager made an appropriation: %v", err)
	}
	_, err := s.CreateAppropriation(t.Context(), c.Finance, id, program.AppropriationInput{FiscalYear: 22, Limits: ledger.Limits{Sido: won(-1)}})
	_, fields := fault.Public(err)
	for _, f := range []string{"fiscal_year", "limits.national", "limits.sido", "reason"} {
		if fields[f] == "" {
			t.Errorf("no message for %s: %v", f, err)
		}
	}
	a := must[program.Appropriation](t)(s.CreateAppropriation(t.Context(), c.Finance, id, in))
	want1 := func(err error) { want(t, "the same year again", err, fault.Conflict, "이미 있습니다") }
	_, err = s.CreateAppropriation(t.Context(), c.Finance, id, in)
	want1(err)
	fixture.Funded(t, d, c, a.AccountID, money.BySource{National: money.Must(600), Sido: money.Must(600)})
	in.Limits, in.Reason = ledger.Limits{National: won(599)}, "감액"
	_, err = s.UpdateAppropriation(t.Context(), c.Finance, a.ID, a.Version, in)
	want(t, "below what is granted", err, fault.Conflict, "국비 600원")
	in.Limits, in.Reason = ledger.Limits{National: won(600), Sido: won(700)}, "감액추경"
	b := must[program.Appropriation](t)(s.UpdateAppropriation(t.Context(), c.Finance, a.ID, a.Version, in))
	if *b.Limits.National != money.Must(600) || b.Granted.National != money.Must(600) || b.Left(money.National).Sign() != 0 || *b.Left(money.Sido) != money.Must(100) || b.Left(money.Own) != nil {
		t.Errorf("changed to %+v", b)
	}
	if _, err := s.UpdateAppropriation(t.Context(), c.Finance2, a.ID, a.Version, in); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an old version: %v", err)
	}
	var kept string
	if err := d.DB.Get(&kept, `select before -> 'limits' ->> 'national' || ' ' || (after -> 'limits' ->> 'national') || ' ' || (after ->> 'reason') from audit_events where action = 'appropriation:update'`); err != nil || kept != "1000 600 감액추경" {
		t.Errorf("the trail keeps %q, %v", kept, err)
	}
	if _, err := s.Appropriation(t.Context(), c.Officer, a.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an officer reads the appropriation: %v", err)
	}
	st := must[ledger.Statement](t)((&ledger.Service{Work: d.Work}).Statement(t.Context(), c.Finance, a.AccountID, page.Request{}))
	if st.Postings.Total != 1 || st.Postings.Items[0].Kind != ledger.Grant {
		t.Errorf("the appropriation's postings are %+v", st.Postings)
	}
}

// TestLifeOfACall moves a call by the clock and by people through its states.
func TestLifeOfACall(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := &program.Service{Work: d.Work}
	d.Clock(t, time.Date(2021, 12, 20, 0, 0, 0, 0, time.UTC))
	fixture.Appropriation(t, d, c)
	in := fixture.CallInput(c, fixture.Now(t, d))
	in.OpensAt, in.ClosesAt = in.OpensAt.Add(3*time.Hour), in.OpensAt.Add(10*24*time.Hour)
	call := must[program.Call](t)(s.CreateCall(t.Context(), c.Manager, in))
	if call.Number != "2021-001" || call.State != program.StateDraft {
		t.Errorf("made %s %s", call.Number, call.State)
	}
	next := must[program.Call](t)(s.CreateCall(t.Context(), c.Manager, in))
	if next.Number != "2021-002" {
		t.Errorf("the next number is %s", next.Number)
	}
	for name, who := range map[string]authz.Actor{"the public": authz.Anonymous(), "an officer": c.Officer} {
		if _, err := s.Call(t.Context(), who, call.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s reads a draft: %v", name, err)
		}
		if _, err := s.Announce(t.Context(), who, call.ID, call.Version); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s announces a draft: %v", name, err)
		}
		if _, err := s.CopyOf(t.Context(), who, call.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s copies a draft: %v", name, err)
		}
		if l := must[page.Slice[program.Call]](t)(s.Calls(t.Context(), who, page.Request{})); l.Total != 0 {
			t.Errorf("%s lists %d drafts", name, l.Total)
		}
	}
	seen := must[program.CallDetail](t)(s.Call(t.Context(), c.Manager, call.ID))
	if len(seen.Warnings) != 1 || !strings.Contains(seen.Warnings[0], "15일 이상") || !seen.Can["announce"] || seen.Can["extend"] {
		t.Errorf("before the announcement: %v, %v", seen.Warnings, seen.Can)
	}
	if _, err := s.Announce(t.Context(), c.Finance, call.ID, call.Version); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
		t.Errorf("finance announces: %v", err)
	}
	if _, err := s.Announce(t.Context(), c.Manager, call.ID, call.Version+7); fault.KindOf(err) != fault.Conflict {
		t.Errorf("announced another version: %v", err)
	}
	call = must[program.Call](t)(s.Announce(t.Context(), c.Manager, call.ID, call.Version))
	_, err := s.UpdateCall(t.Context(), c.Manager, call.ID, call.Version, in)
	want(t, "rewritten after the announcement", err, fault.Conflict, "공고한 뒤")
	_, err = s.Open(t.Context(), c.Manager, call.ID)
	want(t, "opened early", err, fault.Conflict, "전에는")
	if n := must[int](t)(s.Tick(t.Context())); n != 0 {
		t.Errorf("the clock moved %d calls early", n)
	}
	d.Clock(t, in.OpensAt)
	if n := must[int](t)(s.Tick(t.Context())); n != 1 {
		t.Errorf("the clock opened %d calls", n)
	}
	_, err = s.Close(t.Context(), c.Manager, call.ID)
	want(t, "closed early", err, fault.Conflict, "남아 있어")
	d.Clock(t, in.ClosesAt.Add(-time.Minute))
	if n := must[int](t)(s.Tick(t.Context())); n != 0 {
		t.Errorf("the clock closed %d calls in time", n)
	}
	d.Clock(t, in.ClosesAt.Add(time.Second))
	closed := must[program.Call](t)(s.Close(t.Context(), c.Manager, call.ID))
	if n := must[int](t)(s.Tick(t.Context())); n != 0 || closed.State != program.StateClosed {
		t.Errorf("closed twice: %d, %s", n, closed.State)
	}
	if got := must[page.Slice[program.Call]](t)(s.Calls(t.Context(), authz.Anonymous(), page.Request{Filters: map[string]string{"state": "closed", "fiscal_year": "2021"}})); got.Total != 1 || got.Items[0].ID != call.ID {
		t.Errorf("the public lists %+v", got)
	}
}
