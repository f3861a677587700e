package identity_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

const good = "맑은하늘아래우리동네"

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

func TestFlowIsTheDatabases(t *testing.T) {
	d := dbtest.New(t)
	var rows []string
	if err := d.DB.Select(&rows, `select concat_ws('|', machine, from_state, verb, to_state) from transitions where machine = 'grant'`); err != nil {
		t.Fatal(err)
	}
	want := identity.Flow.Rows()
	slices.Sort(rows)
	slices.Sort(want)
	if !slices.Equal(rows, want) {
		t.Errorf("the database has %v, the code %v", rows, want)
	}
}

// hire makes a person with the good password.
func hire(t *testing.T, s *identity.Service, admin authz.Actor, login string) identity.Person {
	t.Helper()
	w, err := s.AddPerson(t.Context(), admin, identity.PersonInput{Login: login, Name: "새사람", Password: good})
	if err != nil {
		t.Fatal(err)
	}
	return w.Person
}

func TestAddPerson(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	in := identity.PersonInput{Login: " Kim.Cheolsu ", Name: "김철수", Email: "kim@example.kr"}
	if _, err := s.AddPerson(t.Context(), c.Officer, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an officer added a person: %v", err)
	}
	w, err := s.AddPerson(t.Context(), c.Admin, in)
	if err != nil || w.Login != "kim.cheolsu" || len(w.Password) < 16 {
		t.Fatalf("added %+v, %v", w, err)
	}
	if _, err := s.SignIn(t.Context(), "KIM.cheolsu", w.Password, "10.0.0.1"); err != nil {
		t.Errorf("the made-up password does not fit: %v", err)
	}
	_, err = s.AddPerson(t.Context(), c.Admin, in)
	if _, fields := fault.Public(err); fields["login"] == "" {
		t.Errorf("a second %s got %v", in.Login, err)
	}
	_, err = s.AddPerson(t.Context(), c.Admin, identity.PersonInput{Login: "ㄱ", Email: "x", Password: "1234567890"})
	if _, fields := fault.Public(err); len(fields) != 4 {
		t.Errorf("not all four mistakes were named: %v", err)
	}
	var leaked int
	if err := d.Owner.Get(&leaked, `select count(*) from audit_events where (after::text || coalesce(before::text, '')) like '%argon2%'
		or after::text like '%' || $1 || '%'`, w.Password); err != nil || leaked != 0 {
		t.Errorf("%d rows of the trail hold a password (%v)", leaked, err)
	}
}

func TestUpdatePerson(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	p := hire(t, s, c.Admin, "newcomer")
	in := identity.PersonInput{Name: "이영희"}
	if _, err := s.UpdatePerson(t.Context(), c.Auditor, p.ID, p.Version, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an auditor changed a person: %v", err)
	}
	if _, err := s.UpdatePerson(t.Context(), c.Officer, p.ID, p.Version, in); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an officer learned of a person: %v", err)
	}
	got, err := s.UpdatePerson(t.Context(), c.Admin, p.ID, p.Version, in)
	if err != nil || got.Name != "이영희" || got.Login != "newcomer" {
		t.Fatalf("updated %+v, %v", got, err)
	}
	if _, err := s.UpdatePerson(t.Context(), c.Admin, p.ID, p.Version, in); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a stale version got %v", err)
	}
	if a, err := s.SignIn(t.Context(), "newcomer", good, "10.0.0.1"); err != nil || a.Name != "이영희" {
		t.Errorf("the password was lost: %v", err)
	}
}

func TestDisableShutsOutAtOnce(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	p := hire(t, s, c.Admin, "leaver")
	secret, err := s.CreateToken(t.Context(), c.Admin, p.ID, "연계", 30)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Disable(t.Context(), c.Officer, p.ID, p.Version); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an officer disabled a person: %v", err)
	}
	if _, err := s.Disable(t.Context(), c.Admin, p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Disable(t.Context(), c.Admin, p.ID, p.Version+1); fault.KindOf(err) != fault.Conflict {
		t.Errorf("disabled twice: %v", err)
	}
	if _, err := s.SignIn(t.Context(), "leaver", good, "10.0.0.1"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a disabled person signed in: %v", err)
	}
	if _, err := s.ActorByToken(t.Context(), secret.Text); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a disabled person's token works: %v", err)
	}
	in := identity.GrantInput{Person: p.ID, Role: "officer", Government: int64(c.Naru), From: calendar.Must(2020, 1, 1), Reason: "배치"}
	if _, err := s.RequestGrant(t.Context(), c.Admin, in); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a disabled person got a role: %v", err)
	}
}

func TestChangeAndResetPassword(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	p := hire(t, s, c.Admin, "changer")
	me := authz.Actor{ID: p.ID, Name: p.Name}
	err := s.ChangePassword(t.Context(), me, "틀린비밀번호입니다만", "강물처럼흐르는이야기", "10.0.0.1")
	if _, fields := fault.Public(err); fields["present"] == "" {
		t.Errorf("a wrong present password got %v", err)
	}
	err = s.ChangePassword(t.Context(), me, good, "1234567890", "10.0.0.1")
	if _, fields := fault.Public(err); fields["password"] == "" {
		t.Errorf("a weak password got %v", err)
	}
	if err := s.ChangePassword(t.Context(), me, good, "강물처럼흐르는이야기", "10.0.0.1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(t.Context(), "changer", good, "10.0.0.2"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the old password fits: %v", err)
	}
	if _, err := s.ResetPassword(t.Context(), c.Manager, p.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a manager reset a password: %v", err)
	}
	w, err := s.ResetPassword(t.Context(), c.Admin, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(t.Context(), "changer", w.Password, "10.0.0.3"); err != nil {
		t.Errorf("the reset password does not fit: %v", err)
	}
}

func TestPeopleAndPerson(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	got, err := s.People(t.Context(), c.Admin, page.Request{Query: "naru", Size: 1})
	if err != nil || got.Total != 2 || len(got.Items) != 1 || got.Next == "" {
		t.Fatalf("search gave %+v, %v", got, err)
	}
	next, err := s.People(t.Context(), c.Admin, page.Request{Query: "naru", Size: 1, After: got.Next})
	if err != nil || len(next.Items) != 1 || next.Items[0].ID == got.Items[0].ID || next.Next != "" {
		t.Errorf("the second page is %+v, %v", next, err)
	}
	if _, err := s.People(t.Context(), c.Officer, page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an officer listed people: %v", err)
	}
	one, err := s.Person(t.Context(), c.Admin, c.Officer.ID)
	if err != nil || len(one.Grants) != 1 || one.Grants[0].Role != "officer" || !one.May["person:disable"] {
		t.Errorf("the officer is %+v, %v", one, err)
	}
	if seen, err := s.Person(t.Context(), c.Auditor, c.Officer.ID); err != nil || seen.May["person:disable"] {
		t.Errorf("the auditor sees %+v, %v", seen.May, err)
	}
	if _, err := s.Person(t.Context(), c.Officer, c.Officer2.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an officer opened a person: %v", err)
	}
}

func TestNamesAndActor(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	_, err := work.View(t.Context(), d.Work, c.Admin, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if _, err := tx.Scope("person:read"); err != nil {
			return none, err
		}
		names, err := identity.Names(ctx, tx, []authz.PersonID{c.Officer.ID, 999999})
		if err != nil || len(names) != 1 || names[c.Officer.ID] != "나담당" {
			t.Errorf("names %v, %v", names, err)
		}
		a, err := identity.ActorOf(ctx, tx, c.Manager.ID)
		if err != nil || !slices.Equal(a.Grants, c.Manager.Grants) || a.Name != c.Manager.Name {
			t.Errorf("the manager is %+v, %v", a, err)
		}
		if _, err := identity.ActorOf(ctx, tx, 999999); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody is %v", err)
		}
		return none, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoginIsCutAndLowered(t *testing.T) {
	if got := identity.NormalLogin(" Ab\x00C" + strings.Repeat("가", 40)); !strings.HasPrefix(got, "abc") || len(got) > 64 {
		t.Errorf("%q", got)
	}
}
