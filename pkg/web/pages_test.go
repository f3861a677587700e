package web_test

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/jba/templatecheck"

	"eoul"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

// TestPages checks every template against the struct it is rendered with, so that
// a misspelt field fails here and not in front of a person.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]struct {
		files fs.FS
		pages []web.PageDef
	}{
		"product": {eoul.Templates, web.Pages()},
		"gallery": {galleryFiles(t), append(web.GalleryPages(), errorPage(t))},
	} {
		t.Run(name, func(t *testing.T) { checkPages(t, set.files, set.pages) })
	}
}

func errorPage(t *testing.T) web.PageDef {
	t.Helper()
	for _, p := range web.Pages() {
		if p.Name == "error/show" {
			return p
		}
	}
	t.Fatal("the error page is not listed")
	return web.PageDef{}
}

func checkPages(t *testing.T, files fs.FS, defs []web.PageDef) {
	cfg := webtest.Config(web.Services{Work: work.New(nil, galleryPolicy(t))})
	s, err := web.Build(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := web.ParsePages(files, s.TemplateFunctions())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, d := range defs {
		if known[d.Name] {
			t.Errorf("%s is listed twice in Pages", d.Name)
		}
		known[d.Name] = true
		page, ok := pages[d.Name]
		if !ok {
			t.Errorf("Pages lists %s, which has no template", d.Name)
			continue
		}
		for _, block := range []string{"layout", "fragment"} {
			if err := templatecheck.CheckHTML(page.Lookup(block), d.Data); err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
		}
	}
	for name := range pages {
		if !known[name] {
			t.Errorf("templates/%s.html is not listed in Pages", name)
		}
	}
}

// TestPagesCatchesMistakes makes sure that the check above can fail.
func TestPagesCatchesMistakes(t *testing.T) {
	t.Parallel()
	cfg := webtest.Config(web.Services{Work: work.New(nil, galleryPolicy(t))})
	s, err := web.Build(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := galleryFiles(t)
	b, err := fs.ReadFile(files, "templates/gallery/show.html")
	if err != nil {
		t.Fatal(err)
	}
	files["templates/gallery/show.html"] = &fstest.MapFile{Data: bytes.Replace(b, []byte("{{.Lead}}"), []byte("{{.Laed}}"), 1)}
	pages, err := web.ParsePages(files, s.TemplateFunctions())
	if err != nil {
		t.Fatal(err)
	}
	if err := templatecheck.CheckHTML(pages["gallery/show"].Lookup("layout"), web.GalleryPages()[0].Data); err == nil {
		t.Error("a misspelt field was not found")
	}
}
