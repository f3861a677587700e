package browsertest

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// running is the one browser of this process. It starts with the first test that
// needs it and stops with the last: a start costs as much as ten pages.
var running struct {
	sync.Mutex
	tests int // that use it
	ctx   context.Context
	stop  context.CancelFunc
}

// enter gives the running browser to a test until it ends.
func enter(t testing.TB) context.Context {
	t.Helper()
	path := find()
	if path == "" {
		if os.Getenv("EOUL_BROWSER") == "required" {
			t.Fatal("no Chromium was found, and EOUL_BROWSER=required asks for one")
		}
		t.Skip("no Chromium was found; install Debian's package chromium-headless-shell to run the browser tests")
	}
	running.Lock()
	defer running.Unlock()
	if running.tests == 0 {
		ctx, stop, err := start(path)
		if err != nil {
			stop()
			t.Fatalf("start the browser: %v", err)
		}
		running.ctx, running.stop = ctx, stop
	}
	running.tests++
	t.Cleanup(leave)
	return running.ctx
}

func leave() {
	running.Lock()
	defer running.Unlock()
	if running.tests--; running.tests == 0 {
		running.stop()
	}
}

// start starts a browser with an empty profile; stop ends it and removes the profile.
func start(path string) (ctx context.Context, stop context.CancelFunc, err error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.WindowSize(Desk, 900),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
	)
	if os.Geteuid() == 0 { // Chromium refuses its sandbox to root
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	return ctx, func() { cancel(); end() }, chromedp.Do(ctx)
}

// find is the browser to use: EOUL_CHROMIUM, or one of the usual names. The one without
// windows of its own comes first: it does the same at half the price.
func find() string {
	if path := os.Getenv("EOUL_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}
