package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
)

// Base is what every page has. A handler sets the first group; render fills the
// rest. A page struct embeds it and is passed by pointer.
type Base struct {
	Title  string  // of the page and its h1
	Lead   string  // one sentence under the title, or empty
	Crumbs []Crumb // from the start page to the parent; the title itself is added
	Wide   bool    // uses the whole width: budget tables

	Site      Site
	Person    Person
	Nav       []NavItem
	Flash     string
	Nonce     string // for hx-nonce on elements with htmx attributes
	Failed    bool   // the title begins with 오류
	RequestID string
	Path      string // of this request, to come back to
	Now       time.Time
	Look      Look
}

// Site is what this installation shows of itself.
type Site struct {
	Name         string // of the programme
	Demo         bool
	ForgetUnsent bool
}

// Person is who looks at the page.
type Person struct {
	ID       authz.PersonID
	Name     string
	SignedIn bool
}

// Crumb is one step of the breadcrumb.
type Crumb struct{ Label, Path string }

// Look is how this person's browser wants pages (screens §4.2, 25).
type Look struct{ Contrast, Text string }

func (b *Base) base() *Base { return b }

// pager is a pointer to a page struct.
type pager interface{ base() *Base }

// PageDef ties a template to the struct it is rendered with, for the test that
// checks every page against its struct.
type PageDef struct {
	Name string // "application/show"
	Data pager
}

// Pages lists every template that a handler renders: one line per noun.
func Pages() []PageDef {
	return slices.Concat(
		corePages(),
		sessionPages(),
		homePages(),
		noticePages(),
		organizationPages(),
		personPages(),
		auditPages(),
		publicPages(),
		programPages(),
		callPages(),
		ledgerPages(),
		applicationPages(),
		duplicatePages(),
		copyPages(),
		planbookPages(),
		awardPages(),
		expenditurePages(),
		settlementPages(),
		reviewPages(),
		selectionPages(),
		reportPages(),
	)
}

func corePages() []PageDef {
	return []PageDef{{"error/show", &errorPage{}}}
}

// render sends a page: the whole of it, or its main block to htmx. It is written
// into a buffer first, so that a broken template never sends half a page.
func (s *Server) render(c echo.Context, status int, page string, data pager) error {
	t, ok := s.pages[page]
	if !ok {
		return fmt.Errorf("render: no template %s", page)
	}
	s.fill(c, data.base())
	data.base().Failed = status >= http.StatusBadRequest
	block := "layout"
	if partial(c) {
		block = "fragment"
	}
	c.Response().Header().Add("Vary", "HX-Request")
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, block, data); err != nil {
		return fmt.Errorf("render %s: %w", page, err)
	}
	return c.HTMLBlob(status, b.Bytes())
}

// partial tells whether htmx asked for a part of the page.
func partial(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Request-Type") != "full"
}

func (s *Server) fill(c echo.Context, b *Base) {
	who := s.who(c)
	b.Site = Site{Name: s.cfg.Name, Demo: s.cfg.Demo, ForgetUnsent: s.cfg.ForgetUnsent}
	b.Person = Person{ID: who.ID, Name: who.Name, SignedIn: who.SignedIn()}
	b.Path = c.Request().URL.RequestURI()
	b.Nav = s.nav(who, c.Request().URL.Path)
	b.Nonce, _ = c.Get(keyNonce).(string)
	b.RequestID = requestOf(c).ID
	b.Now = s.cfg.Now()
	b.Look = lookOf(c)
	b.Flash = takeFlash(c)
}

// get shows a page: bind the address, ask the service, render. in may be nil.
//
//	return get(s, c, &in, "application/show", func(ctx context.Context, who authz.Actor) (*applicationPage, error) {…})
func get[P pager](s *Server, c echo.Context, in any, page string, call func(context.Context, authz.Actor) (P, error)) error {
	if in != nil {
		if err := bindAddress(c, in); err != nil {
			return err
		}
	}
	data, err := call(c.Request().Context(), s.who(c))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, page, data)
}
