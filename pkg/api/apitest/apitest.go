// Package apitest holds real replies of the API against openapi.yaml, so that the
// description cannot say something else than the program does.
package apitest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"eoul/pkg/api"
)

// Spec is the description, loaded and checked once per test.
type Spec struct {
	Doc    *openapi3.T
	router routers.Router
}

// Load reads the embedded description; a description that is not valid OpenAPI
// fails the test.
func Load(t testing.TB) *Spec {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI())
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return &Spec{Doc: doc, router: router}
}

// Validate holds one reply against the description: its path and method are
// described, and its status, media type and body are as described.
func (s *Spec) Validate(t testing.TB, r *http.Request, w *httptest.ResponseRecorder) {
	t.Helper()
	route, params, err := s.router.FindRoute(r)
	if err != nil {
		t.Errorf("%s %s is not in openapi.yaml: %v", r.Method, r.URL.Path, err)
		return
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil {
		t.Errorf("%s %s answers %d, not as openapi.yaml describes: %v\n%s", r.Method, r.URL.Path, w.Code, err, w.Body)
	}
}

// Do sends a request to a handler and holds the reply against the description.
func (s *Spec) Do(t testing.TB, h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	s.Validate(t, r, w)
	return w
}
