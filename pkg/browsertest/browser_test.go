package browsertest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"eoul/pkg/browsertest"
)

// page serves one page with mistakes of every kind the harness must find.
func page() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		_, _ = io.WriteString(w, `<!doctype html><html lang="ko"><head><title>x</title><link rel="icon" href="data:,"></head><body><main>
			<h1>제목</h1><a id="file" href="/file">받기</a><input id="unnamed"><button style="width:9px;height:9px;padding:0" aria-label="작은 단추"></button>
			<div style="width:700px">넓은 상자</div><script>document.title = "run"</script></main></body></html>`)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="table.csv"`)
		_, _ = fmt.Fprint(w, "a,b\n1,2\n")
	})
	return mux
}

// recorder takes the failures of a check that must fail.
type recorder struct {
	testing.TB
	found []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.found = append(r.found, fmt.Sprintf(format, args...))
}

// TestTheHarnessFindsMistakes: a check that cannot fail would be worth nothing.
func TestTheHarnessFindsMistakes(t *testing.T) {
	r := &recorder{TB: t}
	b := browsertest.New(r, page())
	b.Open("/")
	if trouble := strings.Join(b.Trouble(), "\n"); !strings.Contains(trouble, "Content Security Policy") {
		t.Errorf("the stopped script is reported as %q", trouble)
	}
	for name, check := range map[string]func(){"axe": b.Axe, "wide": b.Fits, "small": b.SmallTargets} {
		b.Width(browsertest.Phone)
		r.found = nil
		check()
		if len(r.found) == 0 {
			t.Errorf("%s finds nothing wrong", name)
		}
	}
}

func TestDownload(t *testing.T) {
	b := browsertest.New(t, page())
	b.Open("/")
	b.Trouble()
	name, content := b.Download("#file")
	if name != "table.csv" || string(content) != "a,b\n1,2\n" {
		t.Errorf("got %q with %q", name, content)
	}
}

// TestWindowsShareNothing: what is kept in one window is not there in another.
func TestWindowsShareNothing(t *testing.T) {
	mine := browsertest.New(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if _, err := r.Cookie("known"); err == nil {
			_, _ = io.WriteString(w, `<link rel="icon" href="data:,">known`)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "known", Value: "yes", Path: "/"})
		_, _ = io.WriteString(w, `<link rel="icon" href="data:,">stranger`)
	}))
	mine.Open("/")
	yours := mine.Window()
	yours.Open("/")
	mine.Open("/")
	if got := mine.Text("body") + ", " + yours.Text("body"); got != "known, stranger" {
		t.Errorf("the windows are %s", got)
	}
}
