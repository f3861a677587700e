package page

import (
	"strconv"
	"strings"
)

// Where collects the conditions of a list from constant fragments, and their
// arguments. It begins with the scope, so that a filter can only narrow it.
type Where struct {
	cond []string
	Args []any
}

// Begin starts with a condition whose placeholders are numbered from 1.
func Begin(cond string, args []any) Where { return Where{[]string{cond}, args} }

// And adds a condition in which every $$ stands for the argument.
func (w *Where) And(text string, arg any) {
	w.Args = append(w.Args, arg)
	w.cond = append(w.cond, strings.ReplaceAll(text, "$$", "$"+strconv.Itoa(len(w.Args))))
}

// String is all conditions together, as SQL.
func (w *Where) String() string { return strings.Join(w.cond, " and ") }

// Like is a search word as a pattern of SQL's like: what was typed, anywhere.
func Like(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word) + "%"
}
