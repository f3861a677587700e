package web_test

import (
	"os"
	"path/filepath"
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

// TestLook opens every component at both widths: accessible, within the window,
// with targets large enough and without a word from the browser's console.
func TestLook(t *testing.T) {
	site, _ := gallery(t)
	b := browsertest.New(t, site.For(officer()))
	for _, path := range []string{"/gallery", "/gallery/list", "/gallery/list?q=없음&state=draft", "/gallery/edit", "/gallery/fail/forbidden", "/nowhere"} {
		for name, width := range map[string]int64{"desk": browsertest.Desk, "phone": browsertest.Phone} {
			b.Width(width)
			b.Open(path)
			b.Axe()
			b.Fits()
			b.SmallTargets()
			picture(t, b, filepath.Base(path)+"-"+name)
		}
	}
}
