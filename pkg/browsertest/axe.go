package browsertest

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

// axe-core 4.14.1 by Deque Systems, MPL-2.0 (axe-LICENSE.txt); for tests only.
//
//go:embed axe.min.js
var axeSource string

// axeRun checks WCAG 2.2 A and AA and answers one line per element that fails.
const axeRun = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"]})
	.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + " " + n.failureSummary.replace(/\s+/g, " "))))`

// Axe fails the test for every violation of WCAG 2.2 A or AA on the page.
func (b *Browser) Axe() {
	b.t.Helper()
	for _, v := range b.AxeViolations() {
		b.t.Errorf("axe at %s: %s", b.Path(), v)
	}
}

// AxeViolations are the findings, one line each.
func (b *Browser) AxeViolations() []string {
	b.t.Helper()
	b.settle()
	ctx, cancel := b.step()
	defer cancel()
	if !eval[bool](b, `typeof axe === "object"`) {
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](axeSource)); err != nil {
			b.t.Fatalf("browser: load axe: %v", err)
		}
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("browser: axe: %v", err)
	}
	return found
}

// Fits fails the test when the page is wider than the window: at 400 px only
// regions made for it may scroll sideways.
func (b *Browser) Fits() {
	b.t.Helper()
	over := eval[[]string](b, `(() => { const w = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= w) return [];
		const wide = [...document.querySelectorAll("body *")].filter(el => {
			if (el.closest(".table-region, .site-nav ul, .sr-only, .skip")) return false;
			return el.getBoundingClientRect().right > w + 1;
		});
		return ["page " + document.documentElement.scrollWidth + " px", ...wide.slice(0, 5).map(el => el.tagName.toLowerCase() + "." + el.className)];
	})()`)
	if len(over) > 0 {
		b.t.Errorf("%s is wider than the window: %s", b.Path(), strings.Join(over, ", "))
	}
}

// SmallTargets fails the test for buttons, links and fields below 24 by 24 px,
// links inside a sentence excepted (WCAG 2.2, 2.5.8).
func (b *Browser) SmallTargets() {
	b.t.Helper()
	for _, s := range eval[[]string](b, fmt.Sprintf(`[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")].filter(el => {
		const stretched = getComputedStyle(el, "::after").position === "absolute" && el.offsetParent !== el;
		const r = (stretched && getComputedStyle(el).position === "static" ? el.offsetParent : el).getBoundingClientRect();
		if (r.width === 0 || r.height === 0 || el.closest(".skip") || (el.tagName === "A" && el.closest("p, dd"))) return false;
		if (el.closest("label") && el.closest("label").getBoundingClientRect().height >= %[1]d) return false;
		return r.width < %[1]d - 0.5 || r.height < %[1]d - 0.5;
	}).map(el => el.outerHTML.slice(0, 120))`, 24)) {
		b.t.Errorf("%s has a target below 24 px: %s", b.Path(), s)
	}
}
