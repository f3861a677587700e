package web

import (
	"strconv"

	"eoul/pkg/fault"
)

// renamed gives the mistakes a service named the names their fields have in the form.
// Everything else passes as it is.
func renamed(err error, name func(field string) string) error {
	msg, fields := fault.Public(err)
	if err == nil || fault.KindOf(err) != fault.Invalid || len(fields) == 0 {
		return err
	}
	out := make(map[string]string, len(fields))
	for field, sentence := range fields {
		out[name(field)] = sentence
	}
	return &fault.Error{Kind: fault.Invalid, Msg: msg, Fields: out, Err: err}
}

// oneField renames a single field.
func oneField(from, to string) func(string) string {
	return func(field string) string {
		if field == from {
			return to
		}
		return field
	}
}

// fieldRows renames the fields of a list: row says in which row of the form the thing that
// the service calls list.n stands; what stands in none keeps its name.
func fieldRows(list string, row func(n int) (int, bool)) func(string) string {
	return func(field string) string {
		n, rest, ok := itemIndex(field, list+".")
		if !ok {
			return field
		}
		at, known := row(n)
		if !known {
			return field
		}
		return list + "." + strconv.Itoa(at) + "." + rest
	}
}

// typedRows renames the rows that were sent on to the rows that were typed: typed[j] is the
// typed row of the sent row j.
func typedRows(list string, typed []int) func(string) string {
	return fieldRows(list, func(n int) (int, bool) {
		if n >= len(typed) {
			return 0, false
		}
		return typed[n], true
	})
}

// rowsByID renames fields that carry an id, such as scores.17.points, to the row of the
// form where that id stands, such as scores.2.points.
func rowsByID(list string, ids []int64) func(string) string {
	row := make(map[int]int, len(ids))
	for i, id := range ids {
		row[int(id)] = i
	}
	return fieldRows(list, func(n int) (int, bool) { i, known := row[n]; return i, known })
}
