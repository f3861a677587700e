package identity_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/work"
)

// actor reads somebody as they act now.
func actor(t *testing.T, d *dbtest.DB, id authz.PersonID) authz.Actor {
	t.Helper()
	a, err := work.View(t.Context(), d.Work, authz.System("시험"), func(ctx context.Context, tx *work.Tx) (authz.Actor, error) {
		if _, err := tx.Scope("person:read"); err != nil {
			return authz.Anonymous(), err
		}
		return identity.ActorOf(ctx, tx, id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPlainGrantCountsAtOnce(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	in := identity.GrantInput{Person: c.Nobody.ID, Role: "officer", Government: int64(c.Naru), From: calendar.Must(2020, 1, 1), Reason: "인사발령"}
	if _, err := s.RequestGrant(t.Context(), c.Manager, in); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a manager gave a role: %v", err)
	}
	g, err := s.RequestGrant(t.Context(), c.Admin, in)
	if err != nil || g.State != identity.Active || g.ApprovedBy != c.Admin.ID || g.Version != 2 {
		t.Fatalf("granted %+v, %v", g, err)
	}
	want := []authz.Grant{{Role: "officer", Government: int64(c.Naru)}}
	if got := actor(t, d, c.Nobody.ID).Grants; !slices.Equal(got, want) {
		t.Errorf("acts with %v", got)
	}
	if _, err := s.EndGrant(t.Context(), c.Auditor, g.ID, g.Version); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an auditor ended a grant: %v", err)
	}
	if _, err := s.EndGrant(t.Context(), c.Officer, g.ID, g.Version); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an officer learned of a grant: %v", err)
	}
	if _, err := s.EndGrant(t.Context(), c.Admin, g.ID, g.Version); err != nil {
		t.Fatal(err)
	}
	if got := actor(t, d, c.Nobody.ID).Grants; len(got) != 0 {
		t.Errorf("an ended grant still counts: %v", got)
	}
	if _, err := s.EndGrant(t.Context(), c.Admin, g.ID, g.Version+1); fault.KindOf(err) != fault.Conflict {
		t.Errorf("ended twice: %v", err)
	}
}

func TestPowerfulGrantTakesTwo(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	for role, in := range map[string]identity.GrantInput{
		"decider": {Program: c.Program}, "finance": {Government: int64(c.Garam)}, "auditor": {Any: true}, "admin": {Any: true},
	} {
		in.Person, in.Role, in.From, in.Reason = c.Nobody.ID, role, calendar.Must(2020, 1, 1), "필요"
		g, err := s.RequestGrant(t.Context(), c.Admin, in)
		if err != nil || g.State != identity.Requested {
			t.Fatalf("%s: %+v, %v", role, g, err)
		}
		if actor(t, d, c.Nobody.ID).Has(role) {
			t.Errorf("%s counts before it is approved", role)
		}
		if _, err := s.ApproveGrant(t.Context(), c.Admin, g.ID, g.Version); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: approved by who asked: %v", role, err)
		}
		if waiting, err := s.Waiting(t.Context(), c.Admin2); err != nil || len(waiting) != 1 || waiting[0].ID != g.ID {
			t.Errorf("%s: waiting are %v, %v", role, waiting, err)
		}
		if _, err := s.ApproveGrant(t.Context(), c.Decider, g.ID, g.Version); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: approved by a decider: %v", role, err)
		}
		if g, err = s.ApproveGrant(t.Context(), c.Admin2, g.ID, g.Version); err != nil || g.State != identity.Active {
			t.Errorf("%s: %+v, %v", role, g, err)
		}
		if !actor(t, d, c.Nobody.ID).Has(role) {
			t.Errorf("%s does not count after it was approved", role)
		}
	}
}

func TestTheMachineNamesTheFirstAdministrator(t *testing.T) {
	d := dbtest.New(t)
	s := identity.New(d.Work, d.DB)
	w, err := s.AddPerson(t.Context(), authz.System("명령"), identity.PersonInput{Login: "first", Name: "첫사람"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.RequestGrant(t.Context(), authz.System("명령"), identity.GrantInput{Person: w.ID, Role: "admin", Any: true, From: calendar.Must(2020, 1, 1), Reason: "설치"})
	if err != nil || g.State != identity.Active || !actor(t, d, w.ID).Has("admin") {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestApproveRace(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	g, err := s.RequestGrant(t.Context(), c.Admin, identity.GrantInput{Person: c.Nobody.ID, Role: "auditor", Any: true, From: calendar.Must(2020, 1, 1), Reason: "감사"})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	won := make([]error, 8)
	for i := range won {
		wg.Go(func() { _, won[i] = s.ApproveGrant(t.Context(), c.Admin2, g.ID, g.Version) })
	}
	wg.Wait()
	n := 0
	for _, err := range won {
		if err == nil {
			n++
		} else if fault.KindOf(err) != fault.Conflict {
			t.Errorf("a loser got %v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d winners", n)
	}
}

func TestGrantInput(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	from := calendar.Must(2020, 1, 1)
	for name, c := range map[string]struct {
		in   identity.GrantInput
		want []string
	}{
		"no role":                {identity.GrantInput{}, []string{"role"}},
		"unknown role":           {identity.GrantInput{Role: "king", Any: true, From: from, Reason: "x"}, []string{"role"}},
		"nothing but a role":     {identity.GrantInput{Role: "officer"}, []string{"scope", "valid_from", "reason"}},
		"two scopes":             {identity.GrantInput{Role: "finance", Government: int64(c.Naru), Program: c.Program, From: from, Reason: "x"}, []string{"scope"}},
		"officer of everything":  {identity.GrantInput{Role: "officer", Any: true, From: from, Reason: "x"}, []string{"scope"}},
		"reviewer of a 시·군·구":    {identity.GrantInput{Role: "reviewer", Government: int64(c.Naru), From: from, Reason: "x"}, []string{"scope"}},
		"admin of a programme":   {identity.GrantInput{Role: "admin", Program: c.Program, From: from, Reason: "x"}, []string{"scope"}},
		"ends before it begins":  {identity.GrantInput{Role: "auditor", Any: true, From: from, To: from.AddDays(-1), Reason: "x"}, []string{"valid_to"}},
		"a government not there": {identity.GrantInput{Role: "officer", Government: 999999, From: from, Reason: "x"}, []string{"scope"}},
		"a programme not there":  {identity.GrantInput{Role: "reviewer", Program: 999999, From: from, Reason: "x"}, []string{"scope"}},
	} {
		c.in.Person = 1
		_, err := s.RequestGrant(t.Context(), authz.Actor{ID: 1, Name: "관", Grants: []authz.Grant{{Role: "admin", Any: true}}}, c.in)
		_, fields := fault.Public(err)
		for _, f := range c.want {
			if fields[f] == "" {
				t.Errorf("%s: no sentence for %s in %v", name, f, err)
			}
		}
		if len(fields) != len(c.want) {
			t.Errorf("%s: %v", name, fields)
		}
	}
}

func TestGrantCountsOnItsDaysInKorea(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	if _, err := s.RequestGrant(t.Context(), c.Admin, identity.GrantInput{Person: c.Nobody.ID, Role: "province", Government: int64(c.Maru),
		From: calendar.Must(2022, 3, 1), To: calendar.Must(2022, 3, 31), Reason: "직무대리"}); err != nil {
		t.Fatal(err)
	}
	for at, counts := range map[string]bool{
		"2022-02-28T23:59:59+09:00": false, "2022-03-01T00:00:01+09:00": true,
		"2022-03-31T23:59:50+09:00": true, "2022-04-01T00:00:01+09:00": false,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		d.Clock(t, when)
		if got := actor(t, d, c.Nobody.ID).Has("province"); got != counts {
			t.Errorf("%s: counts is %t", at, got)
		}
	}
}

func TestHolders(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	_, err := work.View(t.Context(), d.Work, c.Admin, func(ctx context.Context, tx *work.Tx) (none struct{}, err error) {
		if _, err := tx.Scope("person:read"); err != nil {
			return none, err
		}
		for _, q := range []struct {
			role                string
			government, program int64
			want                []authz.PersonID
		}{
			{"officer", int64(c.Naru), 0, []authz.PersonID{c.Officer.ID}},
			{"province", int64(c.Garam), 0, []authz.PersonID{c.Province.ID, c.Province2.ID}},
			{"manager", 0, c.Program, []authz.PersonID{c.Manager.ID, c.Manager2.ID}},
			{"auditor", 0, c.Program, []authz.PersonID{c.Auditor.ID}},
			{"manager", 0, 999, nil},
			{"manager", 0, 0, nil},
		} {
			if got, err := identity.Holders(ctx, tx, q.role, q.government, q.program); err != nil || !slices.Equal(got, q.want) {
				t.Errorf("%+v: %v, %v", q, got, err)
			}
		}
		return none, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTokens(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	if _, err := s.CreateToken(t.Context(), c.Officer, c.Officer.ID, "연계", 30); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an officer made a token: %v", err)
	}
	if _, err := s.CreateToken(t.Context(), c.Admin, c.Officer.ID, "", 0); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a token without name and days: %v", err)
	}
	k, err := s.CreateToken(t.Context(), c.Admin, c.Officer.ID, "연계", 30)
	if err != nil || len(k.Text) != len("eoul_")+43 {
		t.Fatalf("%+v, %v", k, err)
	}
	a, err := s.ActorByToken(t.Context(), k.Text)
	if err != nil || a.ID != c.Officer.ID || !slices.Equal(a.Grants, c.Officer.Grants) {
		t.Errorf("acts as %+v, %v", a, err)
	}
	for _, bad := range []string{"", "eoul_", k.Text + "x", k.Text[5:], "eoul_' or 1=1"} {
		if _, err := s.ActorByToken(t.Context(), bad); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%q: %v", bad, err)
		}
	}
	var n int
	if err := d.Owner.Get(&n, `select count(*) from api_tokens, audit_events where after::text like '%' || $1 || '%' or encode(token_hash, 'escape') like '%' || $1 || '%'`, k.Text[5:]); err != nil || n != 0 {
		t.Errorf("the token itself is stored (%d, %v)", n, err)
	}
	d.Clock(t, time.Now().Add(31*24*time.Hour))
	if _, err := s.ActorByToken(t.Context(), k.Text); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("an expired token works: %v", err)
	}
	d.Clock(t, time.Now())
	if _, err := s.RevokeToken(t.Context(), c.Finance, k.ID, k.Version); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a finance officer revoked it: %v", err)
	}
	if _, err := s.RevokeToken(t.Context(), c.Admin, k.ID, k.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RevokeToken(t.Context(), c.Admin, k.ID, k.Version+1); fault.KindOf(err) != fault.Conflict {
		t.Errorf("revoked twice: %v", err)
	}
	if _, err := s.ActorByToken(t.Context(), k.Text); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a revoked token works: %v", err)
	}
}
