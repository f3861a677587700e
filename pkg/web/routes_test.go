package web_test

import (
	"io"
	"log/slog"
	"testing"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/web"
	"eoul/pkg/web/webtest"
	"eoul/pkg/work"
)

// TestRoutes builds the product's own server: New refuses a route without action, a
// route whose action no rule mentions, and one that is declared twice.
func TestRoutes(t *testing.T) {
	az, err := authz.New(eoul.Policies)
	if err != nil {
		t.Fatal(err)
	}
	webtest.New(t, web.Services{Work: work.New(nil, az)})
}

func TestRoutesAreRefused(t *testing.T) {
	t.Parallel()
	handle := web.GalleryRoutes()[0].Handle
	for name, routes := range map[string][]web.Route{
		"neither action nor public": {{Method: "GET", Path: "/x", Handle: handle}},
		"action and public":         {{Method: "GET", Path: "/x", Handle: handle, Action: "gallery:read", Public: true}},
		"unknown action":            {{Method: "GET", Path: "/x", Handle: handle, Action: "gallery:fly"}},
		"twice":                     {{Method: "GET", Path: "/x", Handle: handle, Public: true}, {Method: "GET", Path: "/x", Handle: handle, Public: true}},
		"body limit":                {{Method: "GET", Path: "/x", Handle: handle, Public: true, BodyLimit: "big"}},
	} {
		cfg := webtest.Config(web.Services{Work: work.New(nil, galleryPolicy(t))})
		cfg.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
		if _, err := web.Build(cfg, routes); err == nil {
			t.Errorf("%s: the route table was accepted", name)
		}
	}
}
