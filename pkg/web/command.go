package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// fieldRequestKey is the hidden field of every form that makes sending it twice
// the same as sending it once (invariants R-3, decisions 21).
const fieldRequestKey = "request_key"

// command is one thing a person does with a form.
type command[T any] struct {
	In    any                                                   // pointer to the form struct, nil without fields
	Do    func(ctx context.Context, who authz.Actor) (T, error) // the service's use case, returning what work.Do returned
	To    func(T) string                                        // where to go next
	Done  string                                                // the sentence the next page shows
	Again func(Form) error                                      // shows the form again with its mistakes; nil shows the error page
}

// post runs a command: bind, do it at most once, remember the answer, redirect.
// Invalid and Conflict show the form again with what was typed.
func post[T any](s *Server, c echo.Context, cmd command[T]) error {
	in := cmd.In
	if in == nil {
		in = &struct{}{}
	}
	form, err := bind(c, in)
	var out T
	if err == nil {
		var ctx context.Context
		if ctx, err = keyed(c, cmd.To); err == nil {
			out, err = cmd.Do(ctx, s.who(c))
		}
	}
	if err == nil {
		if cmd.Done != "" {
			flash(c, cmd.Done)
		}
		return c.Redirect(http.StatusSeeOther, cmd.To(out))
	}
	if k := fault.KindOf(err); cmd.Again != nil && form.Values != nil && (k == fault.Invalid || k == fault.Conflict) {
		return cmd.Again(form.With(err))
	}
	return err
}

// show shows a page with a status: a form again with its mistakes.
func show[P pager](s *Server, c echo.Context, status int, name string, call func(context.Context, authz.Actor) (P, error)) error {
	data, err := call(c.Request().Context(), s.who(c))
	if err != nil {
		return err
	}
	return s.render(c, status, name, data)
}

// keyed attaches the request key of the form. What is kept for a repetition is
// where the first request led to.
func keyed[T any](c echo.Context, to func(T) string) (context.Context, error) {
	r := c.Request()
	key := formValue(r, fieldRequestKey)
	if _, err := uuid.Parse(key); err != nil {
		return nil, fault.New(fault.Invalid, "요청 번호가 없는 화면입니다. 화면을 새로 고친 뒤 다시 시도해 주세요.")
	}
	hash, err := bodyHash(r)
	if err != nil {
		return nil, fmt.Errorf("hash form: %w", err)
	}
	req := requestOf(c)
	req.Key, req.Route, req.BodyHash = key, r.Method+" "+r.URL.Path, hash
	req.Encode = func(result any) (work.Reply, error) {
		out, ok := result.(T)
		if !ok {
			return work.Reply{}, fmt.Errorf("the use case keeps a %T, its handler expects a %T", result, out)
		}
		return work.Reply{Status: http.StatusSeeOther, Location: to(out)}, nil
	}
	return work.WithRequest(r.Context(), req), nil
}

func formValue(r *http.Request, name string) string {
	if r.MultipartForm != nil {
		return url.Values(r.MultipartForm.Value).Get(name)
	}
	return r.PostForm.Get(name)
}

// bodyHash is the same for the same fields and files, however the browser packed them.
func bodyHash(r *http.Request) (out [32]byte, err error) {
	h := sha256.New()
	values, files := r.PostForm, map[string][]*multipart.FileHeader(nil)
	if r.MultipartForm != nil {
		values, files = url.Values(r.MultipartForm.Value), r.MultipartForm.File
	}
	_, _ = io.WriteString(h, values.Encode())
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, fh := range files[name] {
			_, _ = fmt.Fprintf(h, "\n%q %q %d\n", name, fh.Filename, fh.Size)
			if err := hashFile(h, fh); err != nil {
				return out, err
			}
		}
	}
	return [32]byte(h.Sum(nil)), nil
}

func hashFile(h io.Writer, fh *multipart.FileHeader) error {
	f, err := fh.Open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	_, err = io.Copy(h, f)
	return err
}

// typedAgain is the form of this request for sending it once more, nil when there
// was none. Passwords and codes are never shown again.
func typedAgain(c echo.Context) *again {
	if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead {
		return nil
	}
	values, files, err := readBody(c)
	if err != nil || len(values) == 0 {
		return nil
	}
	out := &again{To: c.Request().URL.RequestURI(), Files: len(files) > 0}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if strings.Contains(name, "password") || name == "code" {
			return nil
		}
		for _, v := range values[name] {
			out.Fields = append(out.Fields, againField{name, v})
		}
	}
	return out
}
