// Package workflow declares a state machine once. The same table answers the
// code (Next), the policy (Action), the database (Rows, compared with the
// transitions table of schema.sql), the screen (labels) and the documentation
// (Mermaid).
package workflow

import (
	"fmt"
	"strings"

	"eoul/pkg/fault"
)

// Edge is one permitted move.
type Edge[S ~string] struct {
	From S
	Verb string
	To   S
}

// Machine is every state of a noun and every verb that moves it.
type Machine[S ~string] struct {
	Name   string // the noun in policies and in the transitions table
	Start  S
	Edges  []Edge[S]
	States map[S]string      // Korean label of each state
	Verbs  map[string]string // Korean label of each verb
}

// Next is the state after verb, or a Conflict that says what stands against it.
func (m Machine[S]) Next(from S, verb string) (S, error) {
	for _, e := range m.Edges {
		if e.From == from && e.Verb == verb {
			return e.To, nil
		}
	}
	return from, fault.New(fault.Conflict, fmt.Sprintf("지금 상태(%s)에서는 ‘%s’ 처리를 할 수 없습니다.", m.Label(from), m.VerbLabel(verb)))
}

// Can tells whether verb is possible from a state.
func (m Machine[S]) Can(from S, verb string) bool {
	_, err := m.Next(from, verb)
	return err == nil
}

// Action is the permission name of a verb, such as "application:submit".
func (m Machine[S]) Action(verb string) string { return m.Name + ":" + verb }

// Label is the Korean name of a state.
func (m Machine[S]) Label(s S) string {
	if l, ok := m.States[s]; ok {
		return l
	}
	return string(s)
}

// VerbLabel is the Korean name of a verb.
func (m Machine[S]) VerbLabel(verb string) string {
	if l, ok := m.Verbs[verb]; ok {
		return l
	}
	return verb
}

// Rows is what the transitions table must hold for this machine, as machine|from|verb|to.
func (m Machine[S]) Rows() []string {
	out := []string{m.Name + "||create|" + string(m.Start)}
	for _, e := range m.Edges {
		out = append(out, strings.Join([]string{m.Name, string(e.From), e.Verb, string(e.To)}, "|"))
	}
	return out
}

// Mermaid draws the machine for the package documentation.
func (m Machine[S]) Mermaid() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n  [*] --> %s\n", m.Start)
	for _, e := range m.Edges {
		from := string(e.From)
		if from == "" { // a row that starts in another state than the rest
			from = "[*]"
		}
		fmt.Fprintf(&b, "  %s --> %s: %s\n", from, e.To, e.Verb)
	}
	return b.String()
}
