package report_test

import (
	"fmt"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/report"
	"eoul/pkg/work"
)

// waits is the inbox of somebody as "title count", what waits for others in brackets.
func waits(t *testing.T, d *dbtest.DB, who authz.Actor) string {
	t.Helper()
	tasks, err := (&report.Service{Work: d.Work}).Inbox(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, task := range tasks {
		text := fmt.Sprintf("%s %d", task.Title, task.Count)
		if task.Waiting {
			text = "[" + text + "]"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestInboxFollowsAnApplication(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	expect := func(when string, who authz.Actor, want string) {
		t.Helper()
		if got := waits(t, d, who); got != want {
			t.Errorf("%s, %s: %s; want %s", when, who.Name, got, want)
		}
	}
	expect("open", c.Officer, "신청할 수 있는 공모 1")
	expect("open", c.Manager, "[접수 중인 공모 1]")
	expect("open", c.Finance, "")
	expect("open", c.Nobody, "")

	fixture.Drafted(t, d, call, c.Officer2)
	fixture.HandedIn(t, d, call, c.Officer)
	expect("handed in", c.Officer, "[시·도 검토 중인 신청 1]")
	expect("handed in", c.Officer2, "작성 중인 신청 1")
	expect("handed in", c.Province, "신청할 수 있는 공모 1, 검토하고 추천할 신청 1")
	expect("handed in", c.ProvinceOther, "신청할 수 있는 공모 1")
	expect("handed in", c.Manager, "[접수 중인 공모 1]")

	fixture.Submitted(t, d, c, call, c.OfficerOther)
	expect("received", c.OfficerOther, "[접수된 신청 1]")
	expect("received", c.Manager, "접수된 신청 1, [접수 중인 공모 1]")

	tasks, err := (&report.Service{Work: d.Work}).Inbox(t.Context(), c.Officer2)
	if err != nil || tasks[0].Due == nil || !tasks[0].Due.Equal(call.ClosesAt) || tasks[0].Link != "/applications?state=draft&whose=own" {
		t.Errorf("the draft is due %v, the call closes %v (%v)", tasks, call.ClosesAt, err)
	}
}

// TestInboxOfASigner: what waits for a signature is the approver's turn.
func TestInboxOfASigner(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	a := fixture.Drafted(t, d, fixture.Call(t, d, c, fixture.Signed), c.Officer)
	if _, err := fixture.Applications(t, d).Sign(t.Context(), c.Officer, a.ID, a.Version, a.DraftVersion); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who  authz.Actor
		want string
	}{{c.Approver, "결재할 신청 1"}, {c.Officer, "[결재를 기다리는 신청 1]"}, {c.Approver2, ""}, {c.Province, "신청할 수 있는 공모 1"}} {
		if got := waits(t, d, tt.who); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.who.Name, got, tt.want)
		}
	}
}

func TestInboxFollowsAnAward(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	ids := fixture.Published(t, d, call, c.NaruProject())
	if got := waits(t, d, c.Officer); got != "교부를 신청할 사업 1" {
		t.Errorf("selected: %s", got)
	}
	a := fixture.Awarded(t, d, c, c.Officer, ids[0])
	if got := waits(t, d, c.Officer); got != "집행을 시작할 사업 1" {
		t.Errorf("granted: %s", got)
	}
	fixture.Started(t, d, c, c.Officer, a)
	if got := waits(t, d, c.Officer); got != "집행 중인 사업 1" {
		t.Errorf("running: %s", got)
	}
}

func TestInboxOfAnAdministrator(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	if _, err := d.Owner.Exec(`with g as (
			insert into role_grants (person_id, role, everything, valid_from, state, reason, requested_by)
			values ($1, 'auditor', true, '2020-01-01', 'requested', '감사', $2) returning id)
		insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
		select app_now(), $2, '시험', 'test', 'grant:create', 'grant', id, 1, '{"state": "requested"}' from g`, int64(c.Nobody.ID), int64(c.Admin.ID)); err != nil {
		t.Fatal(err)
	}
	if got := waits(t, d, c.Admin); got != "" {
		t.Errorf("who asked is asked to approve: %s", got)
	}
	if got := waits(t, d, c.Admin2); got != "승인할 역할 1" {
		t.Errorf("the second administrator: %s", got)
	}
}

// TestInboxCostsTheSame plans every board for somebody who holds every role, and
// shows that the number of queries does not follow what is found.
func TestInboxCostsTheSame(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	all := authz.Actor{ID: c.Nobody.ID, Name: "모두"}
	for _, who := range append([]authz.Actor{c.Officer, c.Approver, c.Province, c.ProvinceFinance, c.Chair, c.Manager, c.Decider, c.Finance, c.Admin}, c.Reviewers...) {
		all.Grants = append(all.Grants, who.Grants...)
	}
	s := report.Service{Work: d.Work}
	cost := func() int {
		ctx, n := work.Counting(t.Context())
		if _, err := s.Inbox(ctx, all); err != nil {
			t.Fatal(err)
		}
		return n.N()
	}
	before := cost()
	fixture.Submitted(t, d, c, fixture.Call(t, d, c), c.Officer)
	if after := cost(); after != before || before > 15 {
		t.Errorf("%d queries, then %d", before, after)
	}
	everything := authz.Actor{ID: c.Nobody.ID, Name: "전체", Grants: []authz.Grant{{Role: "manager", Any: true}, {Role: "finance", Any: true}}}
	if got := waits(t, d, everything); got != "접수된 신청 1, [접수 중인 공모 1]" {
		t.Errorf("a manager of everything: %s", got)
	}
	if _, err := s.Inbox(t.Context(), authz.Anonymous()); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a visitor has an inbox: %v", err)
	}
}
