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
	"os"
	"os/exec"
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
	t   testing.TB
	ctx context.Context
	URL string // of the server, without a slash at the end

	mu      sync.Mutex
	trouble []string
}

// New starts a browser and a server on loopback for the handler; both end with the test.
func New(t testing.TB, handler http.Handler) *Browser {
	t.Helper()
	path := find()
	if path == "" {
		if os.Getenv("EOUL_BROWSER") == "required" {
			t.Fatal("no Chromium was found, and EOUL_BROWSER=required asks for one")
		}
		t.Skip("no Chromium was found; install Debian's package chromium to run the browser tests")
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(Desk, 900),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
	)
	if os.Geteuid() == 0 { // Chromium refuses its sandbox to root
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	return open(t, alloc, server.URL)
}

// Window is another person's window of the same browser: it shares no cookie, no
// storage and no cache with the others. It ends with the test.
func (b *Browser) Window() *Browser {
	b.t.Helper()
	return open(b.t, b.ctx, b.URL, chromedp.WithNewBrowserContext())
}

// open opens a tab, which is the first of a browser where the parent has none.
func open(t testing.TB, parent context.Context, url string, opts ...chromedp.ContextOption) *Browser {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, opts...)
	b := &Browser{t: t, ctx: ctx, URL: url}
	t.Cleanup(func() {
		cancel()
		for _, text := range b.Trouble() {
			t.Errorf("the browser reports: %s", text)
		}
	})
	// The tab is opened without a time limit: the limit would be the browser's life.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a browser: %v", err)
	}
	if err := chromedp.Listen(b.ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	b.Width(Desk)
	return b
}

// find is the browser to use: EOUL_CHROMIUM, or one of the usual names.
func find() string {
	if path := os.Getenv("EOUL_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// listen notes what the browser complains about. That a page answered with a
// status such as 422 is no complaint: pages with mistakes do.
func (b *Browser) listen(ev any) {
	var text string
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && (e.Entry.Source != log.EntrySourceNetwork || strings.Contains(e.Entry.URL, "/assets/")) {
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
		b.mu.Lock()
		b.trouble = append(b.trouble, text)
		b.mu.Unlock()
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
}

// NoJS switches scripts off for the pages opened from now on.
func (b *Browser) NoJS() {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Offline cuts the window off from every server, or connects it again.
func (b *Browser) Offline(cut bool) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		conditions := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}}}
		if _, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, conditions); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	}))
}
