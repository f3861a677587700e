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
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

func TestTrancheGoesFromPayerToRecipient(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s, today := service(d), calendar.Today(fixture.Now(t, d))

	_, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(50_000_001)})
	wants(t, "more than granted", err, fault.Invalid)
	field(t, err, "amount")
	_, err = s.RequestTranche(t.Context(), c.Finance, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(1)})
	wants(t, "the payer asks itself", err, fault.Forbidden)
	tr, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(30_000_000)})
	if err != nil {
		t.Fatal(err)
	}
	if tr.PayerID != c.Ministry || tr.No != 1 {
		t.Errorf("tranche %+v", tr)
	}
	_, err = s.Draft(t.Context(), c.Province, tr.ID)
	wants(t, "the 시·도 drafts the ministry's money", err, fault.Forbidden)
	_, err = s.Draft(t.Context(), c.ProvinceOther, tr.ID)
	wants(t, "another 시·도", err, fault.NotFound)
	_, err = s.Confirm(t.Context(), c.Finance2, tr.ID)
	wants(t, "confirmed before the draft", err, fault.Conflict)
	if tr, err = s.Draft(t.Context(), c.Finance, tr.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Withdraw(t.Context(), c.Officer, tr.ID)
	wants(t, "withdrawn while the payer works on it", err, fault.Conflict)
	_, err = s.Confirm(t.Context(), c.Finance, tr.ID)
	wants(t, "the drafter confirms", err, fault.Conflict)
	if tr, err = s.Undo(t.Context(), c.Finance, tr.ID); err != nil || tr.State != award.Requested || tr.MadeBy != 0 {
		t.Fatalf("undone: %+v, %v", tr, err)
	}
	if tr, err = s.Draft(t.Context(), c.Finance2, tr.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Receive(t.Context(), c.Officer, tr.ID, today)
	wants(t, "received before it was sent", err, fault.Conflict)
	if tr, err = s.Confirm(t.Context(), c.Finance, tr.ID); err != nil {
		t.Fatal(err)
	}
	if b := balances(t, d, a, c.Officer); b.Disbursed != fixture.Sources(30_000_000, 0, 0, 0) {
		t.Errorf("disbursed %v", b.Disbursed)
	}
	for _, day := range []calendar.Date{{}, today.AddDays(1), today.AddDays(-1)} {
		_, err = s.Receive(t.Context(), c.Officer, tr.ID, day)
		wants(t, "received on "+day.String(), err, fault.Invalid)
	}
	if tr, err = s.Receive(t.Context(), c.Officer, tr.ID, today); err != nil || tr.ReceivedOn != today {
		t.Fatalf("received: %+v, %v", tr, err)
	}
}

func TestProvincePaysItsOwnShare(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s := service(d)
	tr, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Sido, Amount: won(25_000_000)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Draft(t.Context(), c.Finance, tr.ID)
	wants(t, "the ministry drafts the 시·도's money", err, fault.Forbidden)
	if _, err = s.Draft(t.Context(), c.Province, tr.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Confirm(t.Context(), c.Finance, tr.ID)
	wants(t, "the ministry confirms the 시·도's money", err, fault.Forbidden)
	if _, err = s.Confirm(t.Context(), c.ProvinceApprover, tr.ID); err != nil {
		t.Fatal(err)
	}
	v, err := s.Show(t.Context(), c.Officer, a.ID)
	if err != nil || len(v.Warnings) != 1 {
		t.Errorf("one tranche for all 시도비 is not warned of: %v, %v", v.Warnings, err)
	}
}

func TestOwnMoneyComesBeforeTheLastTranche(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s, today := service(d), calendar.Today(fixture.Now(t, d))
	fixture.Disbursed(t, d, c, c.Officer, a, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(50_000_000)})
	last, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Sido, Amount: won(25_000_000)})
	if err == nil {
		last, err = s.Draft(t.Context(), c.Province, last.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Confirm(t.Context(), c.ProvinceApprover, last.ID)
	wants(t, "own money is missing", err, fault.Conflict)
	if _, err := s.Secure(t.Context(), c.Officer, a.ID, award.SecureInput{Amounts: fixture.Sources(0, 0, 20_000_000, 5_000_000), On: today}); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Confirm(t.Context(), c.ProvinceApprover, last.ID); err != nil {
		t.Error(err)
	}
}

func TestSuspendedAndEndedReceiveNothing(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Granted(t, d, c)
	s := service(d)
	request := func() error {
		_, err := s.RequestTranche(t.Context(), c.Officer, a.ID, award.TrancheInput{PayerKind: organization.Ministry, Amount: won(1_000)})
		return err
	}
	_, err := s.End(t.Context(), c.Officer, a.ID)
	wants(t, "ended before it began", err, fault.Conflict)
	if _, err = s.Start(t.Context(), c.Officer, a.ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.Suspend(t.Context(), c.Officer, a.ID, "보류")
	wants(t, "the recipient suspends", err, fault.Forbidden)
	_, err = s.Suspend(t.Context(), c.Manager, a.ID, " ")
	wants(t, "suspended without a reason", err, fault.Invalid)
	if a, err = s.Suspend(t.Context(), c.Manager, a.ID, "현장 점검"); err != nil || a.Reason != "현장 점검" {
		t.Fatal(err)
	}
	wants(t, "a suspended award asks for money", request(), fault.Conflict)
	if _, err = s.Resume(t.Context(), c.Manager, a.ID, "점검 완료"); err != nil {
		t.Fatal(err)
	}
	wants(t, "a resumed award asks for money", request(), fault.Internal)
	v, err := s.Show(t.Context(), c.Finance, a.ID)
	if err != nil || !v.Tranches[0].Can("draft") || v.Tranches[0].Can("receive") {
		t.Fatalf("finance may %v (%v)", v.Tranches[0].May, err)
	}
	if _, err := s.Draft(t.Context(), c.Finance, v.Tranches[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.End(t.Context(), c.Officer, a.ID)
	wants(t, "ended while money is on its way", err, fault.Conflict)
	if _, err := s.Undo(t.Context(), c.Finance, v.Tranches[0].ID); err != nil {
		t.Fatal(err)
	}
	a, err = s.End(t.Context(), c.Officer, a.ID)
	if err != nil || a.EndedOn != calendar.Today(fixture.Now(t, d)) {
		t.Fatalf("ended: %+v, %v", a, err)
	}
	wants(t, "an ended award asks for money", request(), fault.Conflict)
	if v, err = s.Show(t.Context(), c.Officer, a.ID); err != nil || v.Tranches[0].State != award.Withdrawn || v.Balances.Phase != ledger.Ended {
		t.Errorf("after the end: %v %v %v", v.Tranches[0].State, v.Balances.Phase, err)
	}
}

func TestListShowsWhatMayBeRead(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	apps := fixture.Published(t, d, fixture.Call(t, d, c), c.NaruProject(), c.GaramProject())
	fixture.Disbursed(t, d, c, c.Officer, fixture.Awarded(t, d, c, c.Officer, apps[0]), award.TrancheInput{PayerKind: organization.Ministry, Amount: won(1)})
	fixture.Awarded(t, d, c, c.Province, apps[1])
	s := service(d)
	for _, e := range []struct {
		name             string
		who              authz.Actor
		awards, tranches int
	}{
		{"officer", c.Officer, 1, 1}, {"province", c.Province, 2, 1}, {"manager", c.Manager, 2, 1}, {"auditor", c.Auditor, 2, 1},
		{"other district", c.Officer2, 0, 0}, {"other 시·도", c.ProvinceOther, 0, 0},
	} {
		l, err := s.List(t.Context(), e.who, page.Request{})
		if err != nil || l.Total != e.awards || len(l.Items) != e.awards {
			t.Errorf("%s sees %d awards (%v)", e.name, l.Total, err)
		}
		tr, err := s.ListTranches(t.Context(), e.who, page.Request{})
		if err != nil || tr.Total != e.tranches {
			t.Errorf("%s sees %d tranches (%v)", e.name, tr.Total, err)
		}
	}
	_, err := s.List(t.Context(), c.Nobody, page.Request{})
	wants(t, "nobody", err, fault.Forbidden)
	one, err := s.List(t.Context(), c.Manager, page.Request{Size: 1})
	if err != nil || len(one.Items) != 1 || one.Next == "" {
		t.Fatalf("first page %+v, %v", one, err)
	}
	two, err := s.List(t.Context(), c.Manager, page.Request{Size: 1, After: one.Next})
	if err != nil || len(two.Items) != 1 || two.Items[0].ID == one.Items[0].ID || two.Next != "" {
		t.Errorf("second page %+v, %v", two, err)
	}
	for filter, n := range map[string]int{"granted": 2, "running": 0} {
		l, err := s.List(t.Context(), c.Manager, page.Request{Query: "가람", Filters: map[string]string{"state": filter}})
		if err != nil || l.Total != n {
			t.Errorf("state %s: %d (%v)", filter, l.Total, err)
		}
	}
}
