package web_test

import (
	"fmt"
	"net/url"
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/notice"
	"eoul/pkg/outbox"
)

// TestIdentityLook opens sign-in, work, people, organizations, the trail and notices
// at both widths.
func TestIdentityLook(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	fixture.HandedIn(t, d, fixture.Call(t, d, c), c.Officer)
	site := house(t, d)
	if err := (&notice.Service{Work: d.Work}).Handle(t.Context(), outbox.Message{ID: 1, Topic: "application.submit", Payload: fmt.Appendf(nil,
		`{"id": 1, "title": "나루 어울림 장터", "state": "endorsing", "government_name": "가람도 나루군", "province_id": %d}`, c.Garam)}); err != nil {
		t.Fatal(err)
	}
	admin := site.As(c.Admin)
	admin.Post(fmt.Sprintf("/people/%d/grants", c.Nobody.ID), url.Values{"role": {"auditor"}, "scope": {"any"}, "valid_from": {"2026-01-01"}, "reason": {"정기 감사"}})
	admin.Post(fmt.Sprintf("/people/%d/tokens", c.Nobody.ID), url.Values{"name": {"연계"}, "days": {"30"}})
	person, district := fmt.Sprintf("/people/%d", c.Nobody.ID), fmt.Sprintf("/organizations/%d", c.Garam)

	look(t, browsertest.New(t, site.Handler), "visitor", []string{"/sign-in"})
	look(t, browsertest.New(t, site.For(c.Province)), "province", []string{"/", "/me", "/notices", "/organizations", district})
	look(t, browsertest.New(t, site.For(c.Admin2)), "admin", []string{"/people", "/people/new", person, person + "/edit", person + "/grants/new", "/people/grants", "/organizations/new", district + "/edit"})
	look(t, browsertest.New(t, site.For(c.Auditor)), "auditor", []string{"/audit", fmt.Sprintf("/audit?kind=grant&actor=%s", url.QueryEscape(c.Admin.Name)), fmt.Sprintf("/audit?kind=person&id=%d", c.Nobody.ID)})
}

// TestSignInInABrowser goes through the door with the keyboard, by way of the page
// that was asked for.
func TestSignInInABrowser(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	c := fixture.Cast(t, d)
	site := house(t, d, withSessions(t, d))
	site2 := house(t, d)
	secret := site2.As(c.Admin).Post("/people", url.Values{"login": {"hong"}, "name": {"홍길동"}}).Want(t, 200)
	password := between(t, secret.Body, `<code class="mono">`, "</code>")
	b := browsertest.New(t, site.Handler)
	b.Open("/organizations")
	b.See("로그인")
	b.Type("#f-login", "hong")
	b.Type("#f-password", "wrong-password")
	b.Follow(".form-actions button")
	b.See("아이디나 비밀번호가 맞지 않습니다.")
	if got := b.Value("#f-login"); got != "hong" {
		t.Errorf("the login is %q after a mistake", got)
	}
	b.Axe()
	b.Type("#f-password", password)
	b.Follow(".form-actions button")
	b.See("행정구역 코드")
	b.Follow(`form[action="/sign-out"] button`)
	b.See("아이디")
}
