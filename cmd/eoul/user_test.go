package main

import (
	"strings"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/identity"
	"eoul/pkg/postgres"
)

// typed runs a command and gives its exit code and what it wrote.
func typed(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e terminal
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestUserCommands(t *testing.T) {
	clean(t)
	d := dbtest.New(t)
	t.Setenv("DATABASE_URL", d.URL(postgres.AppRole))
	s := identity.New(d.Work, d.DB)

	code, out, errs := typed(t, "user", "add", "--login", "First", "--name", "첫관리자", "--role", "admin", "--any")
	if code != 0 || !strings.HasPrefix(out, "아이디 first, 처음 비밀번호 ") {
		t.Fatalf("add: %d, %q, %q", code, out, errs)
	}
	admin, err := s.SignIn(t.Context(), "first", strings.Fields(out)[4], "10.0.0.1")
	if err != nil || !admin.Has("admin") {
		t.Fatalf("the first administrator is %+v, %v", admin, err)
	}

	if code, out, errs := typed(t, "user", "add", "--login", "kim", "--name", "김담당", "--role", "officer", "--government", "2714000000"); code != 0 {
		t.Fatalf("add by code: %d, %q, %q", code, out, errs)
	}
	if code, out, errs := typed(t, "user", "grant", "--login", "kim", "--role", "officer", "--government", "대구광역시 남구"); code != 0 || !strings.Contains(out, "시·군·구 담당자") {
		t.Fatalf("grant by name: %d, %q, %q", code, out, errs)
	}
	code, out, errs = typed(t, "user", "token", "--login", "kim", "--name", "연계", "--days", "7")
	if code != 0 {
		t.Fatalf("token: %d, %q, %q", code, out, errs)
	}
	kim, err := s.ActorByToken(t.Context(), strings.Fields(out)[0])
	if err != nil || kim.Name != "김담당" || len(kim.Grants) != 2 {
		t.Errorf("the token acts as %+v, %v", kim, err)
	}
	if code, out, errs := typed(t, "user", "reset", "--login", "kim"); code != 0 || !strings.Contains(out, "새 비밀번호 ") {
		t.Errorf("reset: %d, %q, %q", code, out, errs)
	}

	refused(t, "이미 쓰고 있는 아이디입니다.", "user", "add", "--login", "kim", "--name", "또김")
	refused(t, "찾지 못했습니다", "user", "add", "--login", "lee", "--name", "이담당", "--role", "officer", "--government", "동구")
	refused(t, "범위를 하나만", "user", "add", "--login", "lee", "--name", "이담당", "--role", "officer")
	refused(t, "찾을 수 없습니다", "user", "reset", "--login", "lee")

	var actors []string
	if err := d.Owner.Select(&actors, `select distinct actor_id || ' ' || actor_name from audit_events where kind in ('person', 'grant', 'token')`); err != nil ||
		strings.Join(actors, ",") != "-1 시스템: 명령" {
		t.Errorf("the trail names %v (%v)", actors, err)
	}
	var n int
	if err := d.Owner.Get(&n, `select count(*) from people where login = 'lee'`); err != nil || n != 0 {
		t.Errorf("a refused command left %d people (%v)", n, err)
	}
}
