package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eoul/pkg/browsertest"
	"eoul/pkg/calendar"
	"eoul/pkg/fixture"
	"eoul/pkg/program"
)

// TestCountdownSpeaks: near the end the time left is said once at a minute and once
// when it is over, politely; nothing is taken away from who writes.
func TestCountdownSpeaks(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Officer))
	b.Open(fmt.Sprintf("/applications/%d/plan/section.overview", a.ID))
	b.Wait(`/^19일 \d\d:\d\d:\d\d$/.test(document.querySelector("[data-countdown]").textContent)`)
	if said := b.Text("[data-countdown-says]"); said != "" {
		t.Errorf("it speaks without being asked: %q", said)
	}
	if politely := browsertest.Eval[string](b, `document.querySelector("[data-countdown-says]").getAttribute("role") + " " + document.querySelector("[data-countdown]").getAttribute("role")`); politely != "status timer" {
		t.Errorf("roles %q", politely)
	}
	// The page thinks that the server has a minute and a second left: the script asks
	// the server again only when the page was away.
	browsertest.Eval[bool](b, `(() => {
		const was = document.querySelector("[data-countdown]"), el = was.cloneNode(true);
		el.dataset.countdown = "";
		el.dataset.until = new Date(Date.parse(el.dataset.now) + 61500).toISOString();
		was.replaceWith(el);
		document.dispatchEvent(new Event("htmx:after:swap"));
		return true;
	})()`)
	b.Wait(`document.querySelector("[data-countdown-says]").textContent === "제출 기한까지 1분 남았습니다."`)
	browsertest.Eval[bool](b, `(() => {
		const was = document.querySelector("[data-countdown]"), el = was.cloneNode(true);
		el.dataset.countdown = "";
		el.dataset.until = new Date(Date.parse(el.dataset.now) + 1200).toISOString();
		was.replaceWith(el);
		document.dispatchEvent(new Event("htmx:after:swap"));
		return true;
	})()`)
	b.Wait(`document.querySelector("[data-countdown-says]").textContent.startsWith("제출 기한이 지났습니다")`)
	b.Fill("#f-text", "기한이 지났다고 보여도 글은 그대로 적을 수 있습니다.")
	if v := b.Value("#f-text"); !strings.HasPrefix(v, "기한이") {
		t.Errorf("the text is %q", v)
	}
	b.Axe()
}

// TestHintsAreReadWhileWriting: what the manager writes and previews stands beside
// the part, at both widths.
func TestHintsAreReadWhileWriting(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	programs := &program.Service{Work: s.db.Work}
	if _, err := programs.SaveHints(t.Context(), s.Manager, s.call.ID, s.call.Version, []program.Hint{
		{Field: "lines", Body: "- 인건비는 **30%**까지입니다.\n- [과목 안내](https://www.law.go.kr)"}, {Field: "section.overview", Body: "한 쪽으로 적습니다."}}); err != nil {
		t.Fatal(err)
	}
	a := fixture.Drafted(t, s.db, s.call, s.Officer)
	b := browsertest.New(t, s.For(s.Officer))
	look(t, b, "officer", []string{fmt.Sprintf("/applications/%d/plan/lines", a.ID)})
	if got := b.Text(".part-hint strong"); got != "30%" {
		t.Errorf("the hint says %q", got)
	}
	b.Open(fmt.Sprintf("/applications/%d/plan/section.overview", a.ID))
	b.See("한 쪽으로 적습니다.")
}

// TestCopyInABrowser takes an earlier plan's parts over without a script, on a narrow
// screen.
func TestCopyInABrowser(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	gone, now := rewritten(t, s)
	b := browsertest.New(t, s.For(s.Officer))
	b.Width(browsertest.Phone)
	b.Open(fmt.Sprintf("/applications/%d/copy?from=%d", now.ID, gone.ID))
	b.Axe()
	b.NoJS()
	b.Open(fmt.Sprintf("/applications/%d/copy", now.ID))
	b.Fits()
	b.Follow(fmt.Sprintf(`a[href="/applications/%d/copy?from=%d"]`, now.ID, gone.ID))
	b.See("미리 골라 두었습니다")
	b.Follow(".form-actions .button-primary")
	b.See("10개 항목을 가져왔습니다")
	b.See("협약일과 협약서는 가져오지 않습니다")
	b.See("사회적경제위원회 논의는 이번 사업으로")
	b.Fits()
}

// TestOutageInABrowser looks first and puts off then, as a manager does.
func TestOutageInABrowser(t *testing.T) {
	t.Parallel()
	d, c, site := callSite(t)
	call := fixture.Call(t, d, c)
	d.Clock(t, call.ClosesAt.Add(3*time.Hour))
	b := browsertest.New(t, site.For(c.Manager))
	b.Open("/outages")
	typed := func(at time.Time) string { return at.In(calendar.KST).Format("2006-01-02T15:04") }
	b.Fill("#f-from", typed(call.ClosesAt.Add(-time.Hour)))
	b.Fill("#f-until", typed(call.ClosesAt.Add(time.Hour)))
	b.Follow(`form[action="/outages/preview"] .button:not(.button-primary)`)
	b.See("기한 1건 미루기")
	b.See(call.Title)
	b.Fits()
	b.Axe()
	b.Fill("#f-reason", "전산실 정전")
	b.Click("[data-confirm]")
	b.See("되돌릴 수 없습니다")
	b.Follow("dialog .button-primary")
	b.See("기한을 미루고 관계된 지자체에 알렸습니다")
	b.See("전산실 정전")
}

// TestDuplicatesLook shows the 시·도 what is alike while it decides.
func TestDuplicatesLook(t *testing.T) {
	t.Parallel()
	s := newApplicationSite(t)
	mine := fixture.HandedIn(t, s.db, s.call, s.Officer)
	theirs := fixture.HandedIn(t, s.db, s.call, s.Officer2)
	b := browsertest.New(t, s.For(s.Province))
	look(t, b, "city", []string{fmt.Sprintf("/applications/%d/endorse", mine.ID)})
	b.See("같은 사업자등록번호")
	b.Open(fmt.Sprintf("/applications/%d/duplicates", mine.ID))
	b.Axe()
	b.Follow(fmt.Sprintf(`main a[href="/applications/%d"]`, theirs.ID))
	b.See("중복 확인")
}
