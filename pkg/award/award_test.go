package award_test

import (
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
)

func service(d *dbtest.DB) *award.Service { return &award.Service{Work: d.Work} }

func won(n int64) money.Amount { return money.Must(n) }

// wants fails unless err is of the kind; Internal stands for no error.
func wants(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if (err == nil) != (kind == fault.Internal) || err != nil && fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want kind %d", what, err, kind)
	}
}

// field fails unless err names a mistake of the field.
func field(t *testing.T, err error, name string) {
	t.Helper()
	if _, fields := fault.Public(err); fields[name] == "" {
		t.Errorf("%q is not named: %v", name, err)
	}
}

func balances(t *testing.T, d *dbtest.DB, a award.Award, who authz.Actor) ledger.Balances {
	t.Helper()
	v, err := service(d).Show(t.Context(), who, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v.Balances
}

func TestCreateFitsTheBudgetToWhatWasSelected(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	p := c.NaruProject()
	p.Selected = fixture.Sources(45_000_001, 22_500_000, 18_000_000, 4_500_000)
	app := fixture.Published(t, d, fixture.Call(t, d, c), p)[0]
	s := service(d)

	for name, who := range map[string]authz.Actor{"another district": c.Officer2, "a signed-in stranger": c.Nobody} {
		_, err := s.Create(t.Context(), who, award.Input{ApplicationID: app})
		wants(t, name, err, fault.NotFound)
	}
	for name, who := range map[string]authz.Actor{"the 시·도 above": c.Province, "the ministry": c.Manager, "the auditor": c.Auditor} {
		_, err := s.Create(t.Context(), who, award.Input{ApplicationID: app})
		wants(t, name, err, fault.Forbidden)
	}
	proposal, err := s.Propose(t.Context(), c.Officer, app)
	if err != nil || award.LineTotals(proposal.Lines) != p.Selected {
		t.Fatalf("proposal %v, %v", proposal.Lines, err)
	}
	short := []award.LineInput{{Code: "210-01", Amounts: fixture.Sources(45_000_001, 22_500_000, 18_000_000, 4_499_999)}, {Code: "999-99", Amounts: fixture.Sources(1, 0, 0, -1)}}
	_, err = s.Create(t.Context(), c.Officer, award.Input{ApplicationID: app, Lines: short})
	wants(t, "lines that do not add up", err, fault.Invalid)
	for _, name := range []string{"lines.1.code", "lines.1.amounts.own", "amounts.national", "amounts.own"} {
		field(t, err, name)
	}

	a, err := s.Create(t.Context(), c.Officer, award.Input{ApplicationID: app})
	if err != nil {
		t.Fatal(err)
	}
	if a.State != award.Applied || a.Amounts != p.Selected || a.Regime != award.National || a.Number[:2] != "G-" {
		t.Errorf("award %+v", a)
	}
	v, err := s.Show(t.Context(), c.Officer, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	var sum money.BySource
	for _, l := range v.Lines {
		sum = sum.Add(l.Amounts)
		if l.Left != l.Amounts.Total() {
			t.Errorf("line %s has %v left", l.Code, l.Left)
		}
	}
	if sum != p.Selected {
		t.Errorf("lines add up to %v", sum)
	}
	_, err = s.Create(t.Context(), c.Officer, award.Input{ApplicationID: app})
	wants(t, "twice", err, fault.Conflict)

	if _, err := s.Cancel(t.Context(), c.Officer, a.ID, ""); err == nil {
		t.Error("cancelled without a reason")
	}
	if _, err := s.Cancel(t.Context(), c.Officer, a.ID, "예산을 다시 짭니다."); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), c.Officer, award.Input{ApplicationID: app}); err != nil {
		t.Errorf("again after a cancellation: %v", err)
	}
}

func TestGrantTakesTwoPeopleAndTheAppropriation(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	app := fixture.Published(t, d, fixture.Call(t, d, c), c.NaruProject())[0]
	s := service(d)
	a, err := s.Create(t.Context(), c.Officer, award.Input{ApplicationID: app})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Grant(t.Context(), c.Decider, a.ID)
	wants(t, "grant before the examination", err, fault.Conflict)
	_, err = s.Examine(t.Context(), c.Officer, a.ID, award.DefaultConditions())
	wants(t, "the applicant examines", err, fault.Forbidden)
	_, err = s.Examine(t.Context(), c.OfficerOther, a.ID, award.DefaultConditions())
	wants(t, "a stranger examines", err, fault.NotFound)
	_, err = s.Examine(t.Context(), c.Manager, a.ID, []string{"", "  "})
	wants(t, "no conditions", err, fault.Invalid)
	both := c.Manager
	both.Grants = append([]authz.Grant{{Role: "decider", Program: c.Program}}, both.Grants...)
	if _, err = s.Examine(t.Context(), both, a.ID, award.DefaultConditions()); err != nil {
		t.Fatal(err)
	}
	_, err = s.Grant(t.Context(), both, a.ID)
	wants(t, "the examiner decides", err, fault.Conflict)
	_, err = s.Grant(t.Context(), c.Manager2, a.ID)
	wants(t, "a manager decides", err, fault.Forbidden)
	a, err = s.Grant(t.Context(), c.Decider, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if a.State != award.Granted || a.GrantedOn != calendar.Today(fixture.Now(t, d)) || a.GrantedBy != c.Decider.ID {
		t.Errorf("granted %+v", a)
	}
	if b := balances(t, d, a, c.Officer); b.Granted != a.Amounts {
		t.Errorf("the ledger granted %v", b.Granted)
	}
	_, err = s.Grant(t.Context(), c.Decider2, a.ID)
	wants(t, "granted twice", err, fault.Conflict)
	_, err = s.Cancel(t.Context(), c.Officer, a.ID, "그만둡니다.")
	wants(t, "cancelled after the decision", err, fault.Conflict)
	if _, err := d.DB.Exec(`delete from conditions where award_id = $1`, a.ID); err == nil {
		t.Error("conditions were deleted after the decision")
	}
}

func TestGrantStopsAtTheAppropriation(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	apps := fixture.Published(t, d, call, c.NaruProject(), c.GaramProject())
	var other int64
	if err := d.Owner.Get(&other, `update accounts set limit_national = 60000000 where id = $1 returning id`, call.AppropriationAccount); err != nil {
		t.Fatal(err)
	}
	first := fixture.Awarded(t, d, c, c.Officer, apps[0])
	if b := balances(t, d, first, c.Manager); b.Granted.National != won(50_000_000) {
		t.Fatalf("granted %v", b.Granted)
	}
	s := service(d)
	a, err := s.Create(t.Context(), c.Province, award.Input{ApplicationID: apps[1]})
	if err == nil {
		a, err = s.Examine(t.Context(), c.Manager, a.ID, award.DefaultConditions())
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Grant(t.Context(), c.Decider, a.ID)
	wants(t, "beyond the appropriation", err, fault.Conflict)
}

func TestSecureIsForMoneyNobodySends(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s, today := service(d), calendar.Today(fixture.Now(t, d))
	in := award.SecureInput{Amounts: fixture.Sources(1, 0, 20_000_001, 0), On: today.AddDays(1)}
	_, err := s.Secure(t.Context(), c.Officer, a.ID, in)
	wants(t, "wrong sources", err, fault.Invalid)
	for _, name := range []string{"amounts.national", "amounts.sigungu", "on"} {
		field(t, err, name)
	}
	in = award.SecureInput{Amounts: fixture.Sources(0, 0, 20_000_000, 1_000_000), On: today, Note: "2회 추경"}
	_, err = s.Secure(t.Context(), c.Province, a.ID, in)
	wants(t, "the 시·도 secures for its district", err, fault.Forbidden)
	_, err = s.Secure(t.Context(), c.Officer2, a.ID, in)
	wants(t, "another district", err, fault.NotFound)
	p, err := s.Secure(t.Context(), c.Officer, a.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Unsecure(t.Context(), c.Officer, a.ID, p.Ref(), "금액을 잘못 적었습니다."); err != nil {
		t.Fatal(err)
	}
	_, err = s.Unsecure(t.Context(), c.Officer, a.ID, p.Ref(), "다시")
	wants(t, "taken back twice", err, fault.Conflict)
	if b := balances(t, d, a, c.Officer); !b.Secured.IsZero() {
		t.Errorf("still secured %v", b.Secured)
	}
}
