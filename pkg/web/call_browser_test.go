package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

// TestCallLook opens every page of programmes, budgets, calls and the ledger at
// both widths.
func TestCallLook(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c)
	appropriation := int64(1)
	var account int64
	if err := d.DB.Get(&account, `select account_id from appropriations where id = $1`, appropriation); err != nil {
		t.Fatal(err)
	}
	award, line := fixture.Funded(t, d, c, 1, money.BySource{National: money.Must(50_000_000), Sido: money.Must(50_000_000)})
	manager := site.As(c.Manager)
	manager.Post(fmt.Sprintf("/calls/%d/extend", call.ID), url.Values{"kind": {"submit"}, "government_id": {fmt.Sprint(c.Naru)},
		"at": {afterAll().Format("2006-01-02T15:04")}, "endorse_at": {afterAll().Format("2006-01-02T15:04")}, "correct_at": {afterAll().Format("2006-01-02T15:04")}, "reason": {"정전"}}).Leads(t, fmt.Sprintf("/calls/%d", call.ID))
	draft := manager.Post("/calls", filledCall(c)).Header.Get("Location")
	one, programme := fmt.Sprintf("/calls/%d", call.ID), fmt.Sprintf("/programs/%d", c.Program)
	look(t, browsertest.New(t, site.For(c.Manager)), "manager", []string{"/programs", "/programs/new", programme, programme + "/edit", "/appropriations/1",
		"/calls", "/calls/new?program=" + fmt.Sprint(c.Program), draft, draft + "/edit", one, one + "/extend", one + "/rubric", one + "/hints", "/outages",
		"/ledger", fmt.Sprintf("/ledger/%d", account), fmt.Sprintf("/ledger/%d", award), fmt.Sprintf("/ledger/%d", line)})
	look(t, browsertest.New(t, site.For(c.Finance)), "finance", []string{programme + "/appropriations/new", "/appropriations/1/edit"})
	look(t, browsertest.New(t, site.Handler), "public", []string{"/public", fmt.Sprintf("/public/calls/%d", call.ID)})
}

// afterAll is a later day than every deadline of fixture.Call.
func afterAll() time.Time { return time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC) }

// TestCountdown watches the time left run by the server's clock, whatever the
// visitor's own clock says.
func TestCountdown(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c)
	b := browsertest.New(t, site.Handler)
	b.Open(fmt.Sprintf("/public/calls/%d", call.ID))
	b.Wait(`/^19일 \d\d:\d\d:\d\d$/.test(document.querySelector("[data-countdown]").textContent)`)
	first := b.Text("[data-countdown]")
	b.Wait(`document.querySelector("[data-countdown]").textContent !== ` + fmt.Sprintf("%q", first))
	if !strings.HasPrefix(first, "19일 23:59:") {
		t.Errorf("%q is left of twenty days", first)
	}
}

// TestWriteCallInABrowser writes and announces a call as a manager does, with a
// mistake on the way.
func TestWriteCallInABrowser(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	fixture.Appropriation(t, d, c)
	b := browsertest.New(t, site.For(c.Manager))
	b.Open(fmt.Sprintf("/calls/new?program=%d", c.Program))
	form := filledCall(c)
	for _, name := range []string{"title", "summary", "opens_at", "closes_at", "endorse_until", "correct_until", "project_from", "project_to"} {
		b.Fill("#f-"+name, form.Get(name))
	}
	b.Fill("#f-rubric-criteria-6-title", "덧붙인 항목")
	b.Fill("#f-cap", "100,000,000")
	b.Follow(".form-actions .button-primary")
	b.See("배점은 1점부터")
	b.Axe()
	b.Fill("#f-rubric-criteria-6-max", "5")
	b.Follow(".form-actions .button-primary")
	b.See("공모를 만들었습니다")
	b.See("덧붙인 항목")
	b.Click("[data-confirm]")
	b.See("일정과 규칙을 고칠 수 없습니다")
	b.Follow("dialog .button-primary")
	b.See("공고했습니다")
	b.See("접수 시작을 기다리고 있습니다")
}
