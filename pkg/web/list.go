package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/page"
)

// listSpec says how a list may be asked for. What is not named here is ignored, so
// that an old bookmark still opens.
type listSpec struct {
	Search  string // label of the search field; empty has none
	Sorts   []Option
	Filters []Filter
}

// Filter is one choice above a list.
type Filter struct {
	Name, Label string
	Options     []Option
	Value       string // chosen
}

// List is a list as its page shows it: the filter bar, the total, the way on.
type List struct {
	Request page.Request
	Spec    listSpec
	Filters []Filter
	Total   int
	Shown   int
	path    string
	trail   []string // cursors of the pages before, for 이전
	next    string
}

// keepTrail bounds how far back 이전 reaches; before that it leads to the first page.
const keepTrail = 20

// list reads a list request from the address: q, sort, size, after and the filters.
func list(c echo.Context, spec listSpec) List {
	q := c.QueryParams()
	l := List{Spec: spec, path: c.Request().URL.Path}
	l.Request = page.Request{After: q.Get("after"), Query: clean(strings.TrimSpace(q.Get("q"))), Filters: map[string]string{}}
	l.Request.Size, _ = strconv.Atoi(q.Get("size"))
	for _, s := range spec.Sorts {
		if q.Get("sort") == s.Value {
			l.Request.Sort = s.Value
		}
	}
	for _, f := range spec.Filters {
		f.Value = choice(f.Options, q.Get(f.Name))
		if f.Value != "" {
			l.Request.Filters[f.Name] = f.Value
		}
		l.Filters = append(l.Filters, f)
	}
	if t := q.Get("trail"); t != "" && l.Request.After != "" {
		l.trail = strings.Split(t, "~")
	}
	return l
}

func choice(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return value
		}
	}
	return ""
}

// of completes a list with what the service answered.
func of[T any](l List, s page.Slice[T]) List {
	l.Total, l.Shown, l.next = s.Total, len(s.Items), s.Next
	return l
}

// query is the address of this list without its position.
func (l List) query() url.Values {
	q := url.Values{}
	if l.Request.Query != "" {
		q.Set("q", l.Request.Query)
	}
	if l.Request.Sort != "" {
		q.Set("sort", l.Request.Sort)
	}
	if l.Request.Size > 0 && l.Request.Size != page.DefaultSize {
		q.Set("size", strconv.Itoa(l.Request.Limit()))
	}
	for name, v := range l.Request.Filters {
		q.Set(name, v)
	}
	return q
}

func (l List) address(q url.Values) string {
	if len(q) == 0 {
		return l.path
	}
	return l.path + "?" + q.Encode()
}

// With is this list's address with one more parameter: a download, another sort.
func (l List) With(name, value string) string {
	q := l.query()
	q.Set(name, value)
	return l.address(q)
}

// Without is the first page with one filter taken away.
func (l List) Without(name string) string {
	q := l.query()
	q.Del(name)
	return l.address(q)
}

// Plain is the list without any filter.
func (l List) Plain() string { return l.path }

// Path is where the filter bar is sent to.
func (l List) Path() string { return l.path }

// Filtered tells whether anything narrows the list.
func (l List) Filtered() bool { return l.Request.Query != "" || len(l.Request.Filters) > 0 }

// Next is the address of the next page, empty at the end.
func (l List) Next() string {
	if l.next == "" {
		return ""
	}
	q := l.query()
	q.Set("after", l.next)
	if l.Request.After != "" {
		trail := append(l.trail[:len(l.trail):len(l.trail)], l.Request.After)
		if len(trail) > keepTrail {
			trail = trail[len(trail)-keepTrail:]
		}
		q.Set("trail", strings.Join(trail, "~"))
	}
	return l.address(q)
}

// Prev is the address of the page before, empty on the first.
func (l List) Prev() string {
	if l.Request.After == "" {
		return ""
	}
	q := l.query()
	if n := len(l.trail); n > 0 {
		q.Set("after", l.trail[n-1])
		if n > 1 {
			q.Set("trail", strings.Join(l.trail[:n-1], "~"))
		}
	}
	return l.address(q)
}

// Chip is one filter in use, with the address that takes it away.
type Chip struct{ Label, Remove string }

// Chips are the filters in use.
func (l List) Chips() []Chip {
	var out []Chip
	if l.Request.Query != "" {
		out = append(out, Chip{"검색어: " + l.Request.Query, l.Without("q")})
	}
	for _, f := range l.Filters {
		for _, o := range f.Options {
			if f.Value != "" && o.Value == f.Value {
				out = append(out, Chip{f.Label + ": " + o.Label, l.Without(f.Name)})
			}
		}
	}
	return out
}
