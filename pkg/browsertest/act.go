package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Open goes to a path of the server and waits until the page is loaded.
func (b *Browser) Open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.URL + path))
}

// Path is where the browser is now: path and query.
func (b *Browser) Path() string {
	b.t.Helper()
	return strings.TrimPrefix(eval[string](b, "location.href"), b.URL)
}

// Fill replaces what a field holds, as typing does: input and change are announced.
func (b *Browser) Fill(sel, text string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(sel)), chromedp.Focus(chromedp.CSS(sel)))
	eval[bool](b, fmt.Sprintf(`(() => { const el = document.querySelector(%q); el.value = %q;
		el.dispatchEvent(new Event("input", {bubbles: true})); el.dispatchEvent(new Event("change", {bubbles: true})); return true; })()`, sel, text))
}

// Type presses keys in a field.
func (b *Browser) Type(sel, keys string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(sel), keys))
}

// Press presses keys wherever the focus is.
func (b *Browser) Press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// Upload chooses a file.
func (b *Browser) Upload(sel, file string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS(sel), []string{file}))
}

// Click clicks something that stays on the page.
func (b *Browser) Click(sel string) {
	b.t.Helper()
	b.still(sel)
	b.do(chromedp.Click(chromedp.CSS(sel)))
}

// still waits until an element rests in the middle of the window: a page just loaded
// may yet scroll to its fragment, and a click would miss.
func (b *Browser) still(sel string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(sel)))
	where := fmt.Sprintf(`(() => { const el = document.querySelector(%q); el?.scrollIntoView({block: "center", behavior: "instant"}); const r = el?.getBoundingClientRect(); return r ? [r.x, r.y, r.width, r.height].join() : ""; })()`, sel)
	last := ""
	for range int(patience / (20 * time.Millisecond)) {
		now := eval[string](b, where)
		if now == last {
			return
		}
		last = now
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("browser: %s at %s does not come to rest", sel, b.Path())
}

// Follow clicks something that leads to another page and waits until it is loaded.
func (b *Browser) Follow(sel string) {
	b.t.Helper()
	b.still(sel)
	ctx, cancel := b.step()
	defer cancel()
	loaded := chromedp.Events(ctx, page.LoadEventFired)
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(sel))); err != nil {
		b.t.Fatalf("browser: click %s: %v", sel, err)
	}
	for _, err := range loaded {
		if err != nil {
			b.t.Fatalf("browser: after a click on %s no page was loaded: %v", sel, err)
		}
		return
	}
}

// Text is the visible text of the first match.
func (b *Browser) Text(sel string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, sel))
}

// Value is what a field holds.
func (b *Browser) Value(sel string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector(%q)?.value ?? ""`, sel))
}

// Count is how many elements match.
func (b *Browser) Count(sel string) int {
	b.t.Helper()
	return eval[int](b, fmt.Sprintf(`document.querySelectorAll(%q).length`, sel))
}

// Eval is the value of an expression in the page.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	return eval[T](b, expression)
}

func eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("browser: %s: %v", expression, err)
	}
	return v
}

// See waits until the page shows a text and fails the test when it does not.
func (b *Browser) See(text string) {
	b.t.Helper()
	b.Wait(fmt.Sprintf(`document.body.innerText.includes(%q)`, text))
}

// Wait waits until an expression is true.
func (b *Browser) Wait(expression string) {
	b.t.Helper()
	for range int(patience / (50 * time.Millisecond)) {
		if eval[bool](b, "!!("+expression+")") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("browser: %s stayed false at %s; the page shows:\n%s", expression, b.Path(), b.Text("main"))
}

// Screenshot writes a picture of the whole page as PNG.
func (b *Browser) Screenshot(file string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(file, png, 0o600)
	}
	if err != nil {
		b.t.Fatalf("browser: screenshot: %v", err)
	}
}

// PDF is the page as it is printed.
func (b *Browser) PDF() []byte {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		b.t.Fatalf("browser: print: %v", err)
	}
	return pdf
}

// Download clicks a link to a file and returns the file's name and content.
func (b *Browser) Download(sel string) (name string, content []byte) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	dir, announce := b.t.TempDir(), true
	_, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: &announce,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
	})
	if err != nil {
		b.t.Fatalf("browser: allow downloads: %v", err)
	}
	done := make(chan string, 1)
	if err := chromedp.ListenBrowser(ctx, func(ev any) {
		switch e := ev.(type) {
		case *browser.EventDownloadWillBegin:
			name = e.SuggestedFilename
		case *browser.EventDownloadProgress:
			if e.State == browser.DownloadProgressStateCompleted {
				done <- e.GUID
			}
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	b.Click(sel)
	select {
	case guid := <-done:
		content, err = os.ReadFile(filepath.Join(dir, filepath.Base(guid))) // #nosec G304 -- our own temporary folder
		if err != nil {
			b.t.Fatal(err)
		}
		return name, content
	case <-ctx.Done():
		b.t.Fatalf("browser: %s gave no file: %v", sel, context.Cause(ctx))
		return "", nil
	}
}
