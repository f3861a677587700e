package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// Problem is the body of every error (RFC 9457). Title is English for programs,
// Detail and Fields are Korean for people.
type Problem struct {
	Type      string            `json:"type"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail"`
	RequestID string            `json:"request_id"`
	Fields    map[string]string `json:"fields,omitempty"`
}

// WriteProblem sends a problem document.
func WriteProblem(c echo.Context, p Problem) error {
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	if p.Status == http.StatusUnauthorized {
		c.Response().Header().Set("WWW-Authenticate", `Bearer realm="eoul"`)
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, "application/problem+json", b)
}

// WriteReplay sends the reply of the first of several equal requests.
func WriteReplay(c echo.Context, r work.Reply) error {
	c.Response().Header().Set("Idempotency-Replayed", "true")
	return send(c, r)
}

func send(c echo.Context, r work.Reply) error {
	if r.Location != "" {
		c.Response().Header().Set("Location", r.Location)
	}
	if len(r.Body) == 0 {
		return c.NoContent(r.Status)
	}
	return c.JSONBlob(r.Status, r.Body)
}

// BadRequest is a request that does not follow the protocol, such as a POST
// without an Idempotency-Key: 400, where a wrong value is Invalid (422).
type BadRequest struct{ cause error }

func badRequest(msg string) error { return &BadRequest{fault.New(fault.Invalid, msg)} }

// Error is the sentence for the log.
func (b *BadRequest) Error() string { return b.cause.Error() }

// Unwrap gives the fault with the sentence for the caller.
func (b *BadRequest) Unwrap() error { return b.cause }
