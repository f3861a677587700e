package identity_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/work"
)

func TestEveryRefusalLooksTheSame(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	hire(t, s, c.Admin, "present")
	off := hire(t, s, c.Admin, "disabled")
	if _, err := s.Disable(t.Context(), c.Admin, off.ID, off.Version); err != nil {
		t.Fatal(err)
	}
	said, asked := map[string]string{}, map[string]int{}
	for name, try := range map[string][2]string{
		"unknown": {"nobody-here", good}, "wrong": {"present", good + "!"}, "disabled": {"disabled", good},
		"no password": {"naru.officer", good}, "empty": {"present", ""}, "huge": {"present", string(make([]byte, 10_000))},
	} {
		ctx, n := work.Counting(t.Context())
		_, err := s.SignIn(ctx, try[0], try[1], "10.0.0."+fmt.Sprint(len(said)))
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		said[name], _ = fault.Public(err)
		asked[name] = n.N()
	}
	for name := range said {
		if said[name] != said["unknown"] || asked[name] != asked["unknown"] {
			t.Errorf("%s: %q after %d queries, unknown: %q after %d", name, said[name], asked[name], said["unknown"], asked["unknown"])
		}
	}
	var rows []string
	if err := d.Owner.Select(&rows, `select distinct after ->> 'login' from audit_events where action = 'session:refuse' order by 1`); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(rows) != "[(모르는 아이디) disabled naru.officer present]" {
		t.Errorf("the trail names %v", rows)
	}
}

func TestSuccessStandsInTheTrail(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	p := hire(t, s, c.Admin, "present")
	ctx := work.WithRequest(t.Context(), work.Request{ID: "r1", IP: "192.0.2.7"})
	a, err := s.SignIn(ctx, "present", good, "192.0.2.7")
	if err != nil || a.ID != p.ID || a.Name != "새사람" {
		t.Fatalf("%+v, %v", a, err)
	}
	var row struct {
		Actor int64  `db:"actor_id"`
		Name  string `db:"actor_name"`
		IP    string `db:"ip"`
	}
	if err := d.Owner.Get(&row, `select actor_id, actor_name, ip from audit_events where action = 'session:create'`); err != nil ||
		row.Actor != int64(p.ID) || row.Name != "새사람" || row.IP != "192.0.2.7" {
		t.Errorf("the trail says %+v (%v)", row, err)
	}
	if err := s.SignOut(ctx, a); err != nil {
		t.Errorf("sign out: %v", err)
	}
}

func TestThrottlePerLoginAndAddress(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	hire(t, s, c.Admin, "victim")
	for range 5 {
		if _, err := s.SignIn(t.Context(), "victim", "아닌비밀번호입니다", "203.0.113.9"); fault.KindOf(err) != fault.Invalid {
			t.Fatalf("an early failure got %v", err)
		}
	}
	_, err := s.SignIn(t.Context(), "victim", good, "203.0.113.9")
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.TooMany || f.Retry < 14*time.Minute || f.Retry > 15*time.Minute {
		t.Fatalf("the sixth try got %v", err)
	}
	if _, err := s.SignIn(t.Context(), "victim", good, "192.0.2.7"); err != nil {
		t.Errorf("the victim's own device is locked out: %v", err)
	}
	if _, err := s.SignIn(t.Context(), "victim", good, "203.0.113.9"); fault.KindOf(err) != fault.TooMany {
		t.Errorf("a success elsewhere opened the door: %v", err)
	}
	d.Clock(t, time.Now().Add(16*time.Minute))
	if _, err := s.SignIn(t.Context(), "victim", good, "203.0.113.9"); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

func TestThrottlePerAddress(t *testing.T) {
	d := dbtest.New(t)
	s := identity.New(d.Work, d.DB)
	for i := range 20 {
		if _, err := s.SignIn(t.Context(), fmt.Sprintf("guess%d", i), good, "203.0.113.9"); fault.KindOf(err) != fault.Invalid {
			t.Fatalf("guess %d got %v", i, err)
		}
	}
	if _, err := s.SignIn(t.Context(), "guess20", good, "203.0.113.9"); fault.KindOf(err) != fault.TooMany {
		t.Errorf("the 21st guess got %v", err)
	}
}

func TestGuessingAtOnceGetsNoMoreTries(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := identity.New(d.Work, d.DB)
	hire(t, s, c.Admin, "victim")
	var wg sync.WaitGroup
	kinds := make([]fault.Kind, 8)
	for i := range kinds {
		wg.Go(func() {
			_, err := s.SignIn(t.Context(), "victim", fmt.Sprintf("아닌비밀번호입니다%d", i), "203.0.113.9")
			kinds[i] = fault.KindOf(err)
		})
	}
	wg.Wait()
	tried := 0
	for _, k := range kinds {
		if k == fault.Invalid {
			tried++
		} else if k != fault.TooMany {
			t.Errorf("a guess got kind %d", k)
		}
	}
	if tried != 5 {
		t.Errorf("%d guesses were looked at, want 5", tried)
	}
}
