package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/browsertest"
)

// picture writes what the browser shows to the folder EOUL_PICTURES names.
func picture(t *testing.T, b *browsertest.Browser, name string) {
	t.Helper()
	if dir := os.Getenv("EOUL_PICTURES"); dir != "" {
		b.Screenshot(filepath.Join(dir, name+".png"))
	}
}

// look opens pages and checks each at both widths.
func look(t *testing.T, b *browsertest.Browser, who string, paths []string) {
	t.Helper()
	for _, path := range paths {
		b.Open(path)
		looks(t, b, who+strings.NewReplacer("/", "-", "?", "-").Replace(path))
	}
}

// looks checks the page that is open at both widths: accessible, within the window
// and with targets large enough.
func looks(t *testing.T, b *browsertest.Browser, name string) {
	t.Helper()
	check := func(at string) {
		b.Axe()
		b.Fits()
		b.SmallTargets()
		picture(t, b, name+"-"+at)
	}
	b.Width(browsertest.Phone)
	check("phone")
	b.Width(browsertest.Desk)
	check("desk")
}

// TestLook opens every component at both widths, without a word from the browser's
// console.
func TestLook(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	look(t, b, "officer", []string{"/gallery", "/gallery/list", "/gallery/list?q=없음&state=draft", "/gallery/edit", "/gallery/fail/forbidden", "/nowhere"})
}

// TestFormInABrowser goes through a form as a person does.
func TestFormInABrowser(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	b.Open("/gallery/edit")
	b.Fill("#f-title", "")
	b.Fill("#f-amount-sido", "")
	b.Type("#f-amount-sido", "126000000")
	b.Fill("#f-amount-national", "팔")
	if got := b.Text("[data-total]"); got != "–" {
		t.Errorf("the sum of something unreadable is %q", got)
	}
	b.Follow("form.form .button-primary")
	b.See("금액은 숫자와")
	if focus := browsertest.Eval[string](b, "document.activeElement.className"); focus != "summary-of-errors" {
		t.Errorf("the focus is on %q, want the list of mistakes", focus)
	}
	if got := b.Value("#f-amount-sido"); got != "126,000,000" {
		t.Errorf("typed text came back as %q", got)
	}
	b.Axe()
	b.Width(browsertest.Phone)
	b.Fits()
	b.Axe()
	picture(t, b, "mistakes-phone")
	b.Width(browsertest.Desk)
	picture(t, b, "mistakes-desk")

	b.Fill("#f-title", "거점 조성")
	b.Fill("#f-amount-national", "210000000")
	b.Fill("#f-amount-sido", "126000000")
	b.Click("#f-title") // leaving the field groups its digits
	if got := b.Text("[data-total]"); got != "336,000,000" {
		t.Errorf("the sum is %q", got)
	}
	b.Follow("form.form .button-primary")
	b.See("저장했습니다.")
}

// TestConfirm: a dangerous button asks first, and can be called off.
func TestConfirm(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	b.Open("/gallery")
	b.Click("[data-confirm]")
	b.See("제출한 뒤에는 고칠 수 없습니다.")
	b.Axe()
	picture(t, b, "confirm")
	b.Click("dialog .button:not(.button-primary)")
	b.Wait(`!document.querySelector("dialog")`)
	if p := b.Path(); p != "/gallery" {
		t.Errorf("calling off leads to %s", p)
	}
	b.Click("[data-confirm]")
	b.Follow("dialog .button-primary")
	b.See("제출했습니다.")
}

// TestWithoutScripts: the same form works as plain HTML.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	b.NoJS()
	b.Open("/gallery/edit")
	b.Fill("#f-amount-national", "0")
	b.Follow("form.form .button-primary")
	b.See("국비는 총사업비의 50%인 210,000,000원이어야 합니다.")
	b.Fill("#f-amount-national", "5,000")
	b.Follow("form.form .button-primary")
	b.See("저장했습니다.")
	b.Open("/gallery")
	b.Follow("[data-confirm]")
	b.See("제출했습니다.")
}

// TestHighContrast holds the accessibility rules for the other looks too.
func TestHighContrast(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	b.Open("/gallery/list")
	b.Click("details.menu > summary")
	b.Click("input[name=contrast][value=high]")
	b.Click("input[name=text][value=larger]")
	picture(t, b, "menu")
	b.Follow(".menu-body .button")
	if got := browsertest.Eval[string](b, "document.documentElement.dataset.contrast"); got != "high" {
		t.Fatalf("contrast is %q after choosing it", got)
	}
	look(t, b, "contrast", []string{"/gallery", "/gallery/list", "/gallery/edit"})
	b.Open("/gallery")
	picture(t, b, "contrast")
	if pdf := b.PDF(); len(pdf) < 10_000 {
		t.Errorf("printing gives %d bytes", len(pdf))
	}
}

// TestHtmxUnderThePolicy: htmx works with the nonce of the page, and what carries
// none, as injected text would, is left alone.
func TestHtmxUnderThePolicy(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	b.Open("/gallery")
	b.Click("#more")
	b.See("모두 31건")
	if got := b.Count("main h1"); got != 1 {
		t.Errorf("the page has %d titles after the swap", got)
	}
	if p, title := b.Path(), browsertest.Eval[string](b, "document.title"); p != "/gallery/list" || title != "신청 목록 | 어울" {
		t.Errorf("the browser is at %s, titled %q", p, title)
	}
	b.Axe()

	b.Open("/gallery")
	browsertest.Eval[bool](b, `(() => { const el = document.createElement("a"); el.id = "evil"; el.textContent = "x";
		el.setAttribute("hx-get", "/gallery/list"); el.setAttribute("hx-target", "#main"); document.querySelector("main").append(el); htmx.process(el); return true; })()`)
	b.Wait(`!document.querySelector("#evil").hasAttribute("hx-get")`)
	if trouble := b.Trouble(); len(trouble) != 1 {
		t.Errorf("an element without the nonce is reported as %q, want one line", trouble)
	}
}

// TestPolicyStopsScripts makes sure that the harness sees a violation.
func TestPolicyStopsScripts(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	b.Open("/gallery")
	browsertest.Eval[bool](b, `(() => { try { document.body.innerHTML = "<b>x</b>"; } catch { window.refused = true; } return true; })()`)
	b.Wait("window.refused")
	b.Wait("document.querySelectorAll('main').length === 1")
	if trouble := b.Trouble(); len(trouble) == 0 {
		t.Error("a refused write of HTML went unnoticed")
	}
}
