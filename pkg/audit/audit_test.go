package audit_test

import (
	"strings"
	"testing"
	"time"

	"eoul"
	"eoul/pkg/audit"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/organization"
	"eoul/pkg/page"
)

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

func TestChanges(t *testing.T) {
	e := audit.Event{
		Before: []byte(`{"version": 1, "title": "옛 이름", "state": "draft", "amounts": {"national": 999999999999999, "own": 0}, "tags": ["가", "나"], "gone": "x", "same": [1]}`),
		After:  []byte(`{"version": 2, "title": "새 이름", "state": "draft", "amounts": {"national": 999999999999998, "own": 0}, "tags": ["가"], "on": true, "same": [1]}`),
	}
	got, err := e.Changes()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range got {
		lines = append(lines, c.Label+": "+c.Before+" → "+c.After)
	}
	want := "국비: 999999999999999 → 999999999999998 | gone: x →  | on:  → 예 | tags: 가, 나 → 가 | 제목: 옛 이름 → 새 이름"
	if s := strings.Join(lines, " | "); s != want {
		t.Errorf(" got %s\nwant %s", s, want)
	}
	first, err := audit.Event{After: []byte(`{"name": "가"}`)}.Changes()
	if err != nil || len(first) != 1 || first[0].Before != "" {
		t.Errorf("a first version changes %v, %v", first, err)
	}
	if nothing, err := (audit.Event{Before: []byte(`null`), After: []byte(`null`)}).Changes(); err != nil || len(nothing) != 0 {
		t.Errorf("a look changes %v, %v", nothing, err)
	}
}

// TestEveryActionHasWords fails when a verb of the policy would be shown as code.
func TestEveryActionHasWords(t *testing.T) {
	az, err := authz.New(eoul.Policies)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range az.Rules() {
		label := audit.Label(r.Action)
		if _, verb, _ := strings.Cut(r.Action, ":"); verb == "preview" || verb == "mark" || strings.HasPrefix(r.Action, "result:") || strings.HasPrefix(r.Action, "home:") || strings.HasPrefix(r.Action, "ledger:") || strings.HasPrefix(r.Action, "audit:") {
			continue // nothing is recorded under these
		}
		if strings.ContainsFunc(label, func(r rune) bool { return 'a' <= r && r <= 'z' }) {
			t.Errorf("%s is shown as %q", r.Action, label)
		}
	}
}

// story leaves three versions of one partner in the trail.
func story(t *testing.T, d *dbtest.DB, c fixture.Company) organization.Organization {
	t.Helper()
	s := organization.Service{Work: d.Work}
	in := organization.Input{Kind: organization.Partner, Name: "두레", ValidFrom: calendar.Must(2020, 1, 1)}
	o, err := s.Create(t.Context(), c.Admin, in)
	for _, name := range []string{"새두레", "큰두레"} {
		if err != nil {
			t.Fatal(err)
		}
		in.Name = name
		o, err = s.Update(t.Context(), c.Admin2, o.ID, o.Version, in)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestObject(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	o := story(t, d, c)
	s := audit.Service{Work: d.Work}
	got, err := s.Object(t.Context(), c.Auditor, "organization", int64(o.ID))
	if err != nil || len(got) != 3 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	last := got[2]
	changes, err := last.Changes()
	if err != nil || len(changes) != 1 || changes[0].Before != "새두레" || changes[0].After != "큰두레" {
		t.Errorf("the last event changed %v, %v", changes, err)
	}
	if last.ActorName != c.Admin2.Name || last.Rule != "admin organization:update any" || last.Label() != "기관 고치기" || last.Version != 3 || last.At.IsZero() {
		t.Errorf("the last event is %+v", last)
	}
	if _, err := s.Object(t.Context(), c.Auditor, "organization", 999999); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown record got %v", err)
	}
	regional := authz.Actor{ID: 99, Name: "시도감사", Grants: []authz.Grant{{Role: "auditor", Government: int64(c.Garam)}}}
	for _, who := range []authz.Actor{c.Admin, c.Officer, c.Manager, regional, authz.Anonymous()} {
		if _, err := s.Object(t.Context(), who, "organization", int64(o.ID)); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s read the trail: %v", who.Name, err)
		}
	}
}

func TestList(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	d.Clock(t, time.Date(2030, 5, 13, 14, 59, 0, 0, time.UTC)) // 23:59 in Korea
	story(t, d, c)
	s := audit.Service{Work: d.Work}
	for name, q := range map[string]struct {
		filters map[string]string
		want    int
	}{
		"that day":      {map[string]string{"from": "2030-05-13", "to": "2030-05-13"}, 3},
		"the day after": {map[string]string{"from": "2030-05-14"}, 0},
		"the name":      {map[string]string{"from": "2030-05-13", "actor": c.Admin2.Name}, 2},
		"the kind":      {map[string]string{"from": "2030-05-13", "kind": "call"}, 0},
		"the action":    {map[string]string{"from": "2030-05-13", "action": "organization:create"}, 1},
	} {
		got, err := s.List(t.Context(), c.Auditor, page.Request{Filters: q.filters})
		if err != nil || got.Total != q.want || len(got.Items) != q.want {
			t.Errorf("%s: %d of %d, %v; want %d", name, len(got.Items), got.Total, err, q.want)
		}
	}
	first, err := s.List(t.Context(), c.Auditor, page.Request{Size: 2, Filters: map[string]string{"kind": "organization", "from": "2030-05-13"}})
	if err != nil || len(first.Items) != 2 || first.Items[0].ID < first.Items[1].ID || first.Next == "" {
		t.Fatalf("first page %+v, %v", first, err)
	}
	rest, err := s.List(t.Context(), c.Auditor, page.Request{Size: 2, After: first.Next, Filters: map[string]string{"kind": "organization", "from": "2030-05-13"}})
	if err != nil || len(rest.Items) != 1 || rest.Items[0].Action != "organization:create" || rest.Next != "" {
		t.Errorf("second page %+v, %v", rest, err)
	}
	if _, err := s.List(t.Context(), c.Auditor, page.Request{Filters: map[string]string{"from": "어제", "person": "x"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("unreadable filters got %v", err)
	}
	if _, err := s.List(t.Context(), c.Admin, page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an administrator read the trail: %v", err)
	}
}
