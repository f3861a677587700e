package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/api"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// errorPage is what a person sees of an error.
type errorPage struct {
	Base
	Status int
	Msg    string
	Fields []string
	SignIn string // where to sign in, when that is what helps
	Again  *again // the form as it was typed, to send it once more
}

// again is a form that can be sent once more with the same request key.
type again struct {
	To     string
	Fields []againField
	Files  bool // files were chosen: they must be chosen anew
}

type againField struct{ Name, Value string }

// fail is the only place an error becomes a response.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		s.Log.WarnContext(c.Request().Context(), "error after the response began", "request_id", requestOf(c).ID, "err", err)
		return
	}
	isAPI := api.Owns(c.Request().URL.Path)
	if done, ok := errors.AsType[*work.Replayed](err); ok {
		s.answered(c, s.replay(c, done, isAPI))
		return
	}
	err = fromEcho(err)
	status := statusOf(err)
	if status == http.StatusInternalServerError {
		s.Log.ErrorContext(c.Request().Context(), "request failed",
			"request_id", requestOf(c).ID, "method", c.Request().Method, "route", c.Path(), "err", err)
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	if after := retryAfter(err, status); after > 0 {
		h.Set("Retry-After", strconv.Itoa(int(after.Round(time.Second)/time.Second)))
	}
	msg, fields := fault.Public(err)
	if isAPI {
		s.answered(c, api.WriteProblem(c, api.Problem{Status: status, Detail: msg, Fields: fields, RequestID: requestOf(c).ID}))
		return
	}
	s.answered(c, s.failPage(c, err, status, msg, fields))
}

// answered notes that not even the error could be shown, and says so plainly.
func (s *Server) answered(c echo.Context, err error) {
	if err == nil {
		return
	}
	s.Log.ErrorContext(c.Request().Context(), "error page failed", "request_id", requestOf(c).ID, "err", err)
	if !c.Response().Committed {
		_ = c.String(http.StatusInternalServerError, "처리하지 못했습니다. 요청 번호: "+requestOf(c).ID+"\n")
	}
}

func (s *Server) failPage(c echo.Context, err error, status int, msg string, fields map[string]string) error {
	p := &errorPage{Base: Base{Title: titleOf(status)}, Status: status, Msg: msg}
	for _, name := range fieldOrder(nil, fields) {
		p.Fields = append(p.Fields, fields[name])
	}
	if fault.KindOf(err) == fault.Unauthenticated {
		if c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead {
			return s.toSignIn(c)
		}
		p.SignIn = "/sign-in"
	}
	switch status {
	case http.StatusUnauthorized, http.StatusServiceUnavailable, http.StatusTooManyRequests:
		p.Again = typedAgain(c)
	}
	if partial(c) { // htmx would put the page into the small place the form came from
		c.Response().Header().Set("HX-Retarget", "#main")
		c.Response().Header().Set("HX-Reswap", "innerHTML")
	}
	return s.render(c, status, "error/show", p)
}

// toSignIn sends a person to sign in and remembers where they were going.
func (s *Server) toSignIn(c echo.Context) error {
	to := "/sign-in?next=" + url.QueryEscape(c.Request().URL.RequestURI())
	if c.Request().Header.Get("HX-Request") == "true" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// replay answers a repeated request with the reply of the first one (invariants R-3).
func (s *Server) replay(c echo.Context, done *work.Replayed, isAPI bool) error {
	if isAPI {
		return api.WriteReplay(c, done.Reply)
	}
	return c.Redirect(http.StatusSeeOther, localPath(done.Location))
}

// fromEcho gives echo's own errors a Korean sentence and net/http's limit its kind.
func fromEcho(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(err)
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	he, ok := errors.AsType[*echo.HTTPError](err)
	if !ok {
		return err
	}
	switch he.Code {
	case http.StatusNotFound:
		return fault.Wrap(fault.NotFound, "찾을 수 없는 주소입니다. 주소를 확인해 주세요.", err)
	case http.StatusMethodNotAllowed:
		return fault.Wrap(fault.NotFound, "이 주소에서는 할 수 없는 요청입니다.", err)
	case http.StatusRequestEntityTooLarge:
		return tooLarge(err)
	case http.StatusUnsupportedMediaType, http.StatusBadRequest:
		return fault.Wrap(fault.Invalid, "보낸 내용을 읽을 수 없습니다.", err)
	}
	return err
}

// statusOf is the kind's status; a wrong method keeps its own.
func statusOf(err error) int {
	if he, ok := errors.AsType[*echo.HTTPError](err); ok && he.Code == http.StatusMethodNotAllowed {
		return he.Code
	}
	if _, ok := errors.AsType[*api.BadRequest](err); ok {
		return http.StatusBadRequest
	}
	return fault.KindOf(err).Status()
}

func retryAfter(err error, status int) time.Duration {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Retry > 0 {
		return f.Retry
	}
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		return 5 * time.Second
	}
	return 0
}

func titleOf(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "입력한 내용을 확인해 주세요"
	case http.StatusUnauthorized:
		return "로그인 시간이 끝났습니다"
	case http.StatusForbidden:
		return "권한이 없습니다"
	case http.StatusNotFound:
		return "찾을 수 없습니다"
	case http.StatusMethodNotAllowed:
		return "할 수 없는 요청입니다"
	case http.StatusConflict:
		return "지금은 처리할 수 없습니다"
	case http.StatusRequestEntityTooLarge:
		return "보낸 내용이 너무 큽니다"
	case http.StatusTooManyRequests:
		return "요청이 너무 잦습니다"
	case http.StatusServiceUnavailable:
		return "잠시 뒤 다시 시도해 주세요"
	}
	return "처리하지 못했습니다"
}
