package notice_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/fixture"
	"eoul/pkg/notice"
	"eoul/pkg/outbox"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

func TestQueries(t *testing.T) {
	dbtest.Queries(t, dbtest.New(t).DB, ".")
}

func TestWhoHearsOfWhat(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := notice.Service{Work: d.Work}
	district := map[string]any{"id": 42, "title": "꽃길", "government_id": c.Naru, "government_name": "가람도 나루군", "province_id": c.Garam, "program_id": c.Program}
	with := func(more map[string]any) map[string]any {
		out := map[string]any{}
		for _, m := range []map[string]any{district, more} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	for i, q := range []struct {
		topic   string
		payload any
		want    string // logins
		link    string
		title   string
	}{
		{"application.submit", with(map[string]any{"state": "endorsing"}), "garam.officer garam.officer2", "/applications/42", "검토할 신청이 들어왔습니다: 가람도 나루군 · 꽃길"},
		{"application.submit", with(map[string]any{"state": "received"}), "manager manager2", "/applications/42", "신청이 접수되었습니다: 가람도 나루군 · 꽃길"},
		{"application.return", district, "naru.officer", "/applications/42", ""},
		{"application.sign", district, "naru.approver", "/applications/42/signoff", "결재할 신청이 올라왔습니다: 가람도 나루군 · 꽃길"},
		{"application.reject", district, "naru.officer", "/applications/42", ""},
		{"application.recall", district, "", "", ""},
		{"application.approve", with(map[string]any{"state": "endorsing"}), "garam.officer garam.officer2", "/applications/42", ""},
		{"comment.create", with(map[string]any{"comment_id": 7, "people": []authz.PersonID{c.Approver.ID}}), "naru.approver", "/applications/42/comments#comment-7", "의견에서 불렀거나 답글을 남겼습니다: 가람도 나루군 · 꽃길"},
		{"comment.create", district, "", "", ""},
		{"application.endorse", district, "manager manager2 naru.officer", "/applications/42", ""},
		{"application.select", district, "", "", ""}, // nobody learns of it before it is published
		{"application.decline", district, "", "", ""},
		{"award.grant", district, "finance finance2 naru.approver naru.officer", "/awards/42", ""},
		{"award.examine", district, "decider decider2", "/awards/42", ""},
		{"tranche.draft", with(map[string]any{"award_id": 7, "payer_kind": "sido", "payer_id": c.Garam}), "garam.approver", "/awards/7", ""},
		{"tranche.draft", with(map[string]any{"award_id": 7, "payer_kind": "ministry", "payer_id": c.Ministry}), "finance finance2", "/awards/7", ""},
		{"tranche.confirm", with(map[string]any{"award_id": 7}), "naru.officer", "/awards/7", ""},
		{"settlement.submit", district, "garam.officer garam.officer2", "/settlements/42", ""},
		{"settlement.submit", with(map[string]any{"province_id": 0}), "manager manager2", "/settlements/42", ""},
		{"settlement.examine", district, "decider decider2", "/settlements/42", ""},
		{"settlement.notify", district, "naru.approver naru.officer", "/settlements/42", ""},
		{"call.announce", map[string]any{"id": 3, "title": "2022년 공모"}, "baram.officer dasom.officer garam.officer garam.officer2 maru.officer naru.officer", "/calls/3", "새 공모가 공고되었습니다: 2022년 공모"},
		{"call.close", map[string]any{"id": 3, "title": "2022년 공모", "program_id": c.Program}, "manager manager2", "/calls/3", ""},
		{"call.extend", map[string]any{"id": 3, "title": "2022년 공모", "kind": "submit", "until": "2022-02-11T09:00:00Z"}, "baram.officer dasom.officer garam.officer garam.officer2 maru.officer naru.officer", "/calls/3",
			"신청서 제출 기한이 2022. 2. 11.(금) 18:00까지로 늘어났습니다: 2022년 공모"},
		{"call.extend", with(map[string]any{"id": 3, "title": "2022년 공모", "kind": "submit", "until": "2022-02-11T09:00:00Z"}), "garam.officer garam.officer2 naru.officer", "/calls/3", ""},
		{"call.extend", map[string]any{"id": 3, "title": "2022년 공모", "government_id": c.Garam, "kind": "submit"}, "garam.officer garam.officer2", "/calls/3", ""},
		{"call.extend", map[string]any{"id": 3, "title": "2022년 공모", "kind": "correct"}, "", "/calls/3", ""}, // nobody writes in it
		{"call.put_off", map[string]any{"id": 3, "title": "2022년 공모", "program_id": c.Program, "until": "2022-02-11T09:00:00Z"}, "manager manager2", "/calls/3",
			"장애로 공모의 기한이 2022. 2. 11.(금) 18:00까지로 미루어졌습니다: 2022년 공모"},
		{"expenditure.create", district, "", "", ""},
		{"organization.created", 5, "", "", ""},
		{"something.else", "text", "", "", ""},
	} {
		payload, err := json.Marshal(q.payload)
		if err != nil {
			t.Fatal(err)
		}
		m := outbox.Message{ID: int64(i + 1), Topic: q.topic, Object: work.Ref{Kind: "x", ID: 42, Version: 1}, Payload: payload}
		for range 2 { // delivered twice
			if err := s.Handle(t.Context(), m); err != nil {
				t.Fatalf("%s: %v", q.topic, err)
			}
		}
		var rows []struct {
			Login, Link, Title string
		}
		if err := d.Owner.Select(&rows, `select login, link, title from notices n join people p on p.id = n.person_id where message_id = $1 order by login`, m.ID); err != nil {
			t.Fatal(err)
		}
		var logins []string
		for _, r := range rows {
			logins = append(logins, r.Login)
			if r.Link != q.link || q.title != "" && r.Title != q.title {
				t.Errorf("%s: %q leads to %s", q.topic, r.Title, r.Link)
			}
		}
		if got := strings.Join(logins, " "); got != q.want {
			t.Errorf("%s went to %q, want %q", q.topic, got, q.want)
		}
	}
}

func TestRoundIsFoundInTheTrail(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	if _, err := d.Owner.Exec(`insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
		values (app_now(), -1, '시험', 'test', 'round:create', 'round', 9, 1, jsonb_build_object('id', 9, 'program_id', $1::bigint, 'call_title', '2022년 공모'))`, c.Program); err != nil {
		t.Fatal(err)
	}
	s := notice.Service{Work: d.Work}
	if err := s.Handle(t.Context(), outbox.Message{ID: 1, Topic: "round.lock_requested", Payload: []byte("9")}); err != nil {
		t.Fatal(err)
	}
	got, err := s.List(t.Context(), c.Decider, page.Request{})
	if err != nil || got.Total != 1 || got.Items[0].Link != "/rounds/9" || !strings.HasSuffix(got.Items[0].Title, "2022년 공모") {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.Handle(t.Context(), outbox.Message{ID: 2, Topic: "round.locked", Payload: []byte("10")}); err == nil {
		t.Error("a round that the trail does not know was taken")
	}
}

func TestOwnNoticesOnly(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	s := notice.Service{Work: d.Work}
	for i := range 3 {
		payload := fmt.Sprintf(`{"id": %d, "title": "가", "government_id": %d, "program_id": %d}`, i+1, c.Naru, c.Program)
		if err := s.Handle(t.Context(), outbox.Message{ID: int64(i + 1), Topic: "award.grant", Payload: []byte(payload)}); err != nil {
			t.Fatal(err)
		}
	}
	first, err := s.List(t.Context(), c.Officer, page.Request{Size: 2})
	if err != nil || first.Total != 3 || len(first.Items) != 2 || first.Items[0].Link != "/awards/3" {
		t.Fatalf("%+v, %v", first, err)
	}
	rest, err := s.List(t.Context(), c.Officer, page.Request{Size: 2, After: first.Next})
	if err != nil || len(rest.Items) != 1 || rest.Next != "" {
		t.Errorf("%+v, %v", rest, err)
	}
	if n, err := s.MarkRead(t.Context(), c.Officer, first.Items[1].ID); err != nil || n != 2 {
		t.Errorf("marked %d, %v", n, err)
	}
	if n, err := s.Unread(t.Context(), c.Officer); err != nil || n != 1 {
		t.Errorf("%d unread, %v", n, err)
	}
	if unread, err := s.List(t.Context(), c.Officer, page.Request{Filters: map[string]string{"state": "unread"}}); err != nil || unread.Total != 1 {
		t.Errorf("%+v, %v", unread, err)
	}
	if n, err := s.Unread(t.Context(), c.Approver); err != nil || n != 3 {
		t.Errorf("another person's notices were marked: %d left, %v", n, err)
	}
	if got, err := s.List(t.Context(), c.Officer2, page.Request{}); err != nil || got.Total != 0 {
		t.Errorf("somebody else sees %+v, %v", got, err)
	}
	if _, err := s.List(t.Context(), authz.Anonymous(), page.Request{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a visitor sees notices: %v", err)
	}
}

// TestWritersHearOfADeadline: while nobody else may hand in, an extension of the
// corrections is news to those who write and to the 시·도 above them alone.
func TestWritersHearOfADeadline(t *testing.T) {
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	call := fixture.Call(t, d, c)
	if _, err := fixture.Applications(t, d).Create(t.Context(), c.Officer2, call.ID, c.Dasom, "꽃길"); err != nil {
		t.Fatal(err)
	}
	s := notice.Service{Work: d.Work}
	payload := fmt.Sprintf(`{"id": %d, "title": "공모", "kind": "correct"}`, call.ID)
	if err := s.Handle(t.Context(), outbox.Message{ID: 900, Topic: "call.extend", Payload: []byte(payload)}); err != nil {
		t.Fatal(err)
	}
	var logins []string
	if err := d.Owner.Select(&logins, `select login from notices n join people p on p.id = n.person_id where message_id = 900 order by login`); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(logins, " "); got != "dasom.officer garam.officer garam.officer2" {
		t.Errorf("it went to %q", got)
	}
}
