package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// The length of an Idempotency-Key; a UUID has 36 characters.
const (
	minKey = 8
	maxKey = 100
)

// get answers a read with 200 and one object.
func get[T, D any](c echo.Context, in any, call func(context.Context, authz.Actor) (T, error), out func(T) D) error {
	if _, err := bind(c, in); err != nil {
		return err
	}
	v, err := call(c.Request().Context(), who(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out(v))
}

// getPage answers a list with {items, next, total}; items is never null.
func getPage[T, D any](c echo.Context, in any, call func(context.Context, authz.Actor) (page.Slice[T], error), out func(T) D) error {
	if _, err := bind(c, in); err != nil {
		return err
	}
	s, err := call(c.Request().Context(), who(c))
	if err != nil {
		return err
	}
	items := make([]D, len(s.Items))
	for i, v := range s.Items {
		items[i] = out(v)
	}
	return c.JSON(http.StatusOK, page.Slice[D]{Items: items, Next: s.Next, Total: s.Total})
}

// pageRequest reads size, after, q, sort and the named filters from the query. An
// unknown sort or a size that is no number is refused, not ignored: a program that
// asks for what does not exist should learn it.
func pageRequest(c echo.Context, sorts, filters []string) (page.Request, error) {
	q := c.QueryParams()
	r := page.Request{After: q.Get("after"), Query: q.Get("q"), Sort: q.Get("sort"), Filters: map[string]string{}}
	if text := q.Get("size"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > page.MaxSize {
			return r, badRequest(fmt.Sprintf("size는 1 이상 %d 이하의 정수여야 합니다.", page.MaxSize))
		}
		r.Size = n
	}
	if r.Sort != "" && !has(sorts, r.Sort) {
		return r, badRequest("정렬할 수 없는 기준입니다: " + r.Sort)
	}
	for name := range q {
		switch {
		case has(filters, name):
			r.Filters[name] = q.Get(name)
		case !has([]string{"size", "after", "q", "sort"}, name):
			return r, badRequest("알 수 없는 조건입니다: " + name)
		}
	}
	return r, nil
}

func has(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// post runs a use case at most once per Idempotency-Key and answers with status
// and the object. call returns what work.Do returned: the reply that is kept for a
// repetition is made from it in the same transaction. A type with a method
// `Path() string` is answered with that Location as well.
func post[T, D any](c echo.Context, in any, status int, call func(context.Context, authz.Actor) (T, error), out func(T) D) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	body, err := bind(c, in)
	if err != nil {
		return err
	}
	return once(c, key, sha256.Sum256(body), status, call, out)
}

// requestKey is the key that every POST must carry.
func requestKey(c echo.Context) (string, error) {
	key := c.Request().Header.Get("Idempotency-Key")
	if len(key) < minKey || len(key) > maxKey {
		return "", badRequest("Idempotency-Key 머리글이 필요합니다. 요청마다 새 UUID를 보내 주세요.")
	}
	return key, nil
}

// once is the part of post after its body was read; hash tells one body from another.
func once[T, D any](c echo.Context, key string, hash [sha256.Size]byte, status int, call func(context.Context, authz.Actor) (T, error), out func(T) D) error {
	encode := func(v T) (work.Reply, error) {
		d := out(v)
		b, err := json.Marshal(d)
		r := work.Reply{Status: status, Body: b}
		if at, ok := any(d).(interface{ Path() string }); ok {
			r.Location = at.Path()
		}
		return r, err
	}
	req, _ := c.Get("request").(work.Request)
	req.Key, req.Route, req.BodyHash = key, c.Request().Method+" "+c.Request().URL.Path, hash
	req.Encode = func(result any) (work.Reply, error) {
		v, ok := result.(T)
		if !ok {
			return work.Reply{}, fmt.Errorf("the use case keeps a %T, its handler expects a %T", result, v)
		}
		return encode(v)
	}
	v, err := call(work.WithRequest(c.Request().Context(), req), who(c))
	if err != nil {
		return err
	}
	reply, err := encode(v)
	if err != nil {
		return fmt.Errorf("encode reply: %w", err)
	}
	return send(c, reply)
}
