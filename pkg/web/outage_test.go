package web_test

import (
	"fmt"
	"net/url"
	"regexp"
	"testing"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/fixture"
)

var sealField = regexp.MustCompile(`name="seal" value="([0-9a-f]+)"`)

// TestOutagePages looks first, then puts off, and finds the record of it afterwards.
func TestOutagePages(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c)
	d.Clock(t, call.ClosesAt.Add(3*time.Hour))
	typed := func(at time.Time) string { return at.In(calendar.KST).Format("2006-01-02T15:04") }
	manager := site.As(c.Manager)
	manager.Get("/calls").Want(t, 200, `href="/outages"`)
	site.As(c.Officer).Get("/calls").Lacks(t, `href="/outages"`)
	site.As(c.Officer).Get("/outages").Want(t, 404)
	site.As(c.Admin).Get("/outages").Want(t, 200, "장애로 기한 미루기", "아직 없습니다")
	form := url.Values{"from": {typed(call.ClosesAt)}, "until": {""}, "put_off": {""}}
	manager.Post("/outages/preview", form).Want(t, 422, "복구된 때를 적어", `value="`+typed(call.ClosesAt)+`"`)
	form.Set("until", typed(call.ClosesAt.Add(time.Hour)))
	form.Set("from", typed(call.ClosesAt.Add(-2*time.Hour)))
	page := manager.Post("/outages/preview", form).Want(t, 200, "어울림 사업 공모", "기한 1건 미루기", "국가종합전자조달시스템 이용약관", "모두", "제안하는 시각")
	seal := sealField.FindStringSubmatch(page.Body)
	if seal == nil {
		t.Fatal("no seal on the page")
	}
	put := call.ClosesAt.Add(48 * time.Hour)
	form.Set("put_off", typed(put))
	form.Set("seal", seal[1]) // of another instant
	form.Set("reason", "전산실 정전")
	page = manager.Post("/outages", form).Want(t, 409, "목록이 바뀌었습니다", "전산실 정전", calendar.FormatInstant(put))
	form.Set("seal", sealField.FindStringSubmatch(page.Body)[1])
	form.Set("reason", "")
	manager.Post("/outages", form).Want(t, 422, "어떤 장애였는지")
	form.Set("reason", "전산실 정전")
	manager.Post("/outages", form).Leads(t, "/outages")
	manager.Get("/outages").Want(t, 200, "전산실 정전", calendar.FormatInstant(put))
	site.Anyone().Get(fmt.Sprintf("/public/calls/%d", call.ID)).Want(t, 200, calendar.FormatInstant(put), "장애로 미룸: 전산실 정전")
	manager.Post("/outages/preview", form).Want(t, 200, "이 시간에 닥친 기한이 없습니다").Lacks(t, `formaction="/outages"`)
}

// TestClock is what a page that was away asks.
func TestClock(t *testing.T) {
	t.Parallel()
	_, _, site := callSite(t)
	site.Anyone().Get("/clock").Want(t, 200, "2026-03-02T12:00:00+09:00")
}
