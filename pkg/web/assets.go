package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/fault"
)

// assetPrefix is where static files live; their names hold a hash of their content.
const assetPrefix = "/assets/"

// sheets are the style sheets in the order they are joined into app.css.
func sheets() []string {
	return []string{"tokens", "base", "layout", "header", "controls", "forms", "tables", "patterns", "records", "call", "application", "grid", "planbook", "autosave", "comment", "review", "print"}
}

// assets is a fixed map built at start: what is not in it is not there, so no path
// of a request ever reaches a file system.
type assets struct {
	byName map[string]asset  // "app-1f2e3d4c.css" -> content
	path   map[string]string // "app.css" -> "/assets/app-1f2e3d4c.css"
}

type asset struct {
	body, gzip []byte
	mime, etag string
}

func newAssets(files fs.FS) (*assets, error) {
	a := &assets{byName: map[string]asset{}, path: map[string]string{}}
	for _, pattern := range []string{"fonts/*.woff2", "js/*.js", "img/*"} {
		names, err := fs.Glob(files, "templates/static/"+pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			body, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, err
			}
			if err := a.add(path.Base(name), body); err != nil {
				return nil, err
			}
		}
	}
	css, err := a.joinSheets(files)
	if err != nil {
		return nil, err
	}
	return a, a.add("app.css", css)
}

// urlPattern finds the files a style sheet refers to.
var urlPattern = regexp.MustCompile(`url\("?([^")]+)"?\)`)

// joinSheets makes one style sheet and points its urls at hashed names.
func (a *assets) joinSheets(files fs.FS) ([]byte, error) {
	var css bytes.Buffer
	for _, name := range sheets() {
		b, err := fs.ReadFile(files, "templates/static/css/"+name+".css")
		if err != nil {
			return nil, err
		}
		css.Write(b)
		css.WriteByte('\n')
	}
	var missing error
	out := urlPattern.ReplaceAllFunc(css.Bytes(), func(m []byte) []byte {
		ref := string(urlPattern.FindSubmatch(m)[1])
		to, ok := a.path[path.Base(ref)]
		if !ok {
			missing = fmt.Errorf("style sheet refers to %s, which is no asset", ref)
		}
		return []byte(`url("` + to + `")`)
	})
	return out, missing
}

func (a *assets) add(name string, body []byte) error {
	mime, packed := mimeOf(name)
	if mime == "" {
		return fmt.Errorf("asset %s has no known type", name)
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
	as := asset{body: body, mime: mime, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	if !packed {
		var buf bytes.Buffer
		w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(body); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		as.gzip = buf.Bytes()
	}
	a.byName[hashed], a.path[name] = as, assetPrefix+hashed
	return nil
}

// mimeOf is the type of a file and whether it is compressed by itself.
func mimeOf(name string) (mime string, packed bool) {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8", false
	case ".js":
		return "text/javascript; charset=utf-8", false
	case ".svg":
		return "image/svg+xml", false
	case ".woff2":
		return "font/woff2", true
	case ".png":
		return "image/png", true
	}
	return "", false
}

// of is the address of an asset; a template that names an unknown one does not render.
func (a *assets) of(name string) (string, error) {
	p, ok := a.path[name]
	if !ok {
		return "", fmt.Errorf("no asset named %q", name)
	}
	return p, nil
}

func isAsset(c echo.Context) bool { return strings.HasPrefix(c.Path(), assetPrefix) }

func (a *assets) serve(c echo.Context) error {
	as, ok := a.byName[c.Param("name")]
	if !ok {
		return fault.New(fault.NotFound, "찾을 수 없는 파일입니다.")
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", as.etag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(c.Request().Header.Get("If-None-Match"), as.etag) {
		return c.NoContent(http.StatusNotModified)
	}
	if as.gzip != nil && strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, as.mime, as.gzip)
	}
	return c.Blob(http.StatusOK, as.mime, as.body)
}
