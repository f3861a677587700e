// Package browsertest drives a real browser against a handler of ours, for tests
// of whole pages: what a person sees, keyboard and forms, accessibility (axe), the
// content security policy and narrow screens.
//
//	b := browsertest.New(t, site.For(officer))
//	b.Open("/awards/1")
//	b.Fill("#f-title", "거점 조성")
//	b.Follow("button.button-primary")
//	b.See("저장했습니다")
//	b.Axe()
//
// A test is skipped where no Chromium is installed, and fails there when
// EOUL_BROWSER=required (make test sets it). Every console error, every uncaught
// exception and every violation of the policy fails the test by itself.
package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a step may take before the test fails.
const patience = 15 * time.Second

// The two widths every page must work at: a desk and a telephone.
const (
	Desk  = 1280
	Phone = 400
)

// Browser is one window with one tab in front of one server.
type Browser struct {
	t       testing.TB
	program context.Context // of the browser that the window belongs to
	ctx     context.Context
	URL     string // of the server, without a slash at the end

	noJS bool

	mu      sync.Mutex
	offline bool
	trouble []string
}

// New opens a window in front of a server on loopback for the handler; both end with
// the test. It shares no cookie, no storage and no cache with other windows.
func New(t testing.TB, handler http.Handler) *Browser {
	t.Helper()
	program := enter(t)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return open(t, program, server.URL)
}

// Window is another person's window in front of the same server, as separate as one
// of New. It ends with the test.
func (b *Browser) Window() *Browser {
	b.t.Helper()
	return open(b.t, b.program, b.URL)
}

func open(t testing.TB, program context.Context, url string) *Browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(program, chromedp.WithNewBrowserContext())
	b := &Browser{t: t, program: program, ctx: ctx, URL: url}
	t.Cleanup(func() {
		cancel()
		for _, text := range b.Trouble() {
			t.Errorf("the browser reports: %s", text)
		}
	})
	// The window is opened without a time limit: the limit would be its life.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	if err := chromedp.Listen(b.ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	b.Width(Desk)
	return b
}

// listen notes what the browser complains about. That a page answered with a
// status such as 422 is no complaint: pages with mistakes do. Nor is what is missing
// while the test itself cuts the window off.
func (b *Browser) listen(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var text string
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && (e.Entry.Source != log.EntrySourceNetwork || !b.offline && strings.Contains(e.Entry.URL, "/assets/")) {
			text = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		text = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			text = "console:"
			for _, a := range e.Args {
				text += " " + string(a.Value) + a.Description
			}
		}
	}
	if text != "" {
		b.trouble = append(b.trouble, text)
	}
}

// Trouble is what the browser complained about and takes it off the list; what is
// left at the end of the test fails it.
func (b *Browser) Trouble() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.trouble
	b.trouble = nil
	return out
}

// step limits one action to the patience of the tests.
func (b *Browser) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, patience)
}

func (b *Browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// Width sets the width of the window: Desk or Phone.
func (b *Browser) Width(px int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(px, 900))
	b.settle()
}

// settle waits two frames: until the page's own observers have seen what changed.
func (b *Browser) settle() {
	b.t.Helper()
	if !b.noJS {
		b.do(chromedp.Evaluate[chromedp.Void](`new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(() => seen())))`, chromedp.EvalAwaitPromise))
	}
}

// NoJS switches scripts off for the pages opened from now on.
func (b *Browser) NoJS() {
	b.t.Helper()
	b.noJS = true
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Offline cuts the window off from every server, or connects it again.
func (b *Browser) Offline(cut bool) {
	b.t.Helper()
	b.mu.Lock()
	b.offline = b.offline || cut // for good: what was asked for before the connection came back is told after
	b.mu.Unlock()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		conditions := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}}}
		if _, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, conditions); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}
