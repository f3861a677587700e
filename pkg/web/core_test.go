package web_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

// gallery is the core with the gallery's routes and pages; the log goes to a buffer.
func gallery(t testing.TB, change ...func(*web.Config)) (*webtest.Site, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	cfg := webtest.Config(web.Services{Work: work.New(nil, galleryPolicy(t))})
	cfg.Log = slog.New(slog.NewJSONHandler(&log, nil))
	cfg.Files = galleryFiles(t)
	cfg.Demo = true
	for _, f := range change {
		f(&cfg)
	}
	s, err := web.Build(cfg, web.GalleryRoutes())
	if err != nil {
		t.Fatal(err)
	}
	s.SetMenu(web.NavItem{Label: "내 업무", Path: "/gallery", Action: "gallery:read"},
		web.NavItem{Label: "신청", Path: "/gallery/list", Action: "gallery:read"},
		web.NavItem{Label: "공모 관리", Path: "/gallery/edit", Action: "gallery:edit"},
		web.NavItem{Label: "감춘 차림", Path: "/gallery/secret", Action: "gallery:hide"})
	return &webtest.Site{Handler: s}, &log
}

func galleryPolicy(t testing.TB) *authz.Authorizer {
	t.Helper()
	conf, err := fs.ReadFile(eoul.Policies, "policies/model.conf")
	if err != nil {
		t.Fatal(err)
	}
	rules := "p, officer, gallery:read, own\np, officer, gallery:edit, own\np, admin, gallery:hide, any\n"
	az, err := authz.New(fstest.MapFS{
		"policies/model.conf": {Data: conf}, "policies/policy.csv": {Data: []byte(rules)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return az
}

// galleryFiles are the product's shared templates and assets with the gallery's pages.
func galleryFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	add := func(fsys fs.FS, root, prefix string, keep func(string) bool) {
		err := fs.WalkDir(fsys, root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !keep(p) {
				return err
			}
			b, err := fs.ReadFile(fsys, p)
			out[prefix+p] = &fstest.MapFile{Data: b}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	add(eoul.Templates, "templates", "", func(p string) bool {
		return strings.HasPrefix(path.Base(p), "_") && path.Dir(p) == "templates" ||
			strings.HasPrefix(p, "templates/static/") || strings.HasPrefix(p, "templates/error/")
	})
	add(os.DirFS("testdata"), ".", "templates/", func(string) bool { return true })
	return out
}

func officer() authz.Actor {
	return authz.Actor{ID: 7, Name: "김민준", Grants: []authz.Grant{{Role: "officer", Government: 1}}}
}

func TestGalleryShows(t *testing.T) {
	t.Parallel()
	site, _ := gallery(t)
	site.As(officer()).Get("/gallery").Want(t, http.StatusOK,
		"<title>동구 사회적경제 활성화 | 어울</title>", "시연용 가상 자료", "김민준", "420,000,000", "2026. 3. 5.(목) 15:00", "D-3")
}
