// Package fault is the one error vocabulary of Eoul. A rule that knows why it
// refuses makes a fault with a Korean sentence a person can act on; every other
// error is Internal, is logged once at the edge and never shown.
package fault

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind tells what went wrong in terms of what the caller can do about it.
type Kind uint8

// The kinds and their HTTP status (decisions 23). Do not reorder.
const (
	Internal        Kind = iota // 500: ours; a person sees a request id only
	Invalid                     // 422: the input must be corrected
	Unauthenticated             // 401: sign in first
	Forbidden                   // 403: may be read but not done
	NotFound                    // 404: is not there, or may not be known to be there
	Conflict                    // 409: the state or somebody else's change stands against it
	TooLarge                    // 413: more than is accepted
	TooMany                     // 429: slow down
	Unavailable                 // 503: try again shortly
)

// Error is a fault. Msg and Fields are safe to show; Err is only logged.
type Error struct {
	Kind   Kind
	Msg    string
	Fields map[string]string // form field or JSON path -> sentence
	Retry  time.Duration     // when trying again makes sense, for the Retry-After header
	Err    error
}

// Error joins what a person sees with what only the log may hold.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Msg)
	for _, k := range slices.Sorted(maps.Keys(e.Fields)) {
		b.WriteString(" [" + k + ": " + e.Fields[k] + "]")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the hidden cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// New makes a fault with a sentence for the person.
func New(k Kind, msg string) error { return &Error{Kind: k, Msg: msg} }

// Wrap makes a fault that keeps its cause for the log.
func Wrap(k Kind, msg string, cause error) error { return &Error{Kind: k, Msg: msg, Err: cause} }

// KindOf is the kind of the first fault in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Public is what a person may see of err: never text of the database or of Go.
func Public(err error) (msg string, fields map[string]string) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.Msg, e.Fields
	}
	return "처리하지 못했습니다. 잠시 뒤 다시 시도해 주세요. 같은 문제가 이어지면 요청 번호를 알려 주세요.", nil
}

// Fields collects every mistake of one input, so that a person learns of all at once.
type Fields map[string]string

// Add notes a mistake; the first sentence of a field stays.
func (f Fields) Add(field, msg string) {
	if _, ok := f[field]; !ok {
		f[field] = msg
	}
}

// Merge adds the field messages of another Invalid fault under a prefix and
// returns any other error unchanged.
func (f Fields) Merge(prefix string, err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != Invalid {
		return err
	}
	if len(e.Fields) == 0 {
		f.Add(strings.TrimSuffix(prefix, "."), e.Msg)
	}
	for k, msg := range e.Fields {
		f.Add(prefix+k, msg)
	}
	return nil
}

// Err is nil when nothing was noted, else an Invalid fault with every field.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Msg: "입력한 내용을 확인해 주세요.", Fields: f}
}
