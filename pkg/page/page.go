// Package page is how lists are asked for and answered: a page size, a search
// word, filters, a sort key from a whitelist, and a cursor instead of an offset,
// so that page 1,000 costs what page 1 costs.
package page

import (
	"encoding/base64"
	"encoding/json"

	"eoul/pkg/fault"
)

// The page sizes a person may choose from; anything else becomes DefaultSize or MaxSize.
const (
	DefaultSize = 50
	MaxSize     = 200
)

// Request is one list request as it came in.
type Request struct {
	Size    int
	After   string // the cursor of the page before, empty for the first
	Query   string // what was typed into the search field
	Sort    string
	Filters map[string]string
}

// Slice is one page of a list: its items, the cursor of the next page (empty at
// the end) and how many items there are in all.
type Slice[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
	Total int    `json:"total"`
}

// Limit is the page size to use, between 1 and MaxSize.
func (r Request) Limit() int {
	switch {
	case r.Size <= 0:
		return DefaultSize
	case r.Size > MaxSize:
		return MaxSize
	}
	return r.Size
}

// Filter is the value of a filter, empty when it is not set.
func (r Request) Filter(name string) string { return r.Filters[name] }

// Cursor packs the sort key of the last row of a page.
func Cursor(key any) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic("page: cursor key cannot be encoded: " + err.Error()) // keys are plain structs of ours
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Start unpacks a cursor into key; an empty cursor leaves key as it is and gives
// false. A cursor nobody gave out is Invalid.
func (r Request) Start(key any) (bool, error) {
	if r.After == "" {
		return false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(r.After)
	if err == nil {
		err = json.Unmarshal(b, key)
	}
	if err != nil {
		return false, fault.Wrap(fault.Invalid, "목록의 위치를 알 수 없습니다. 첫 쪽부터 다시 열어 주세요.", err)
	}
	return true, nil
}

// Cut makes a Slice of rows that were read with limit Limit()+1: the extra row
// only tells that there is a next page.
func Cut[T any](r Request, rows []T, total int, key func(T) any) Slice[T] {
	out := Slice[T]{Items: rows, Total: total}
	if n := r.Limit(); len(rows) > n {
		out.Items = rows[:n]
		out.Next = Cursor(key(rows[n-1]))
	}
	return out
}
