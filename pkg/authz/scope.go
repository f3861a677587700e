package authz

import (
	"strconv"
	"strings"

	"github.com/lib/pq"
)

// Scope is which rows of a list an actor may see for an action.
type Scope struct {
	All      bool     // every row
	Own      []int64  // rows of these governments
	Under    []int64  // rows of districts below these 시·도
	Programs []int64  // rows of these programmes
	Person   PersonID // rows assigned to this person, 0 for none
}

// Scope turns the rules of an action into a row filter for the actor.
func (a *Authorizer) Scope(who Actor, action string) Scope {
	var s Scope
	for _, r := range a.byAction[action] {
		for _, g := range who.grants() {
			if g.Role == r.Role {
				s.widen(who, g, r.Relation)
			}
		}
	}
	return s
}

func (s *Scope) widen(who Actor, g Grant, relation string) {
	switch {
	case relation == "any", relation == "programme" && g.Any:
		s.All = true
	case relation == "programme" && g.Program != 0:
		s.Programs = append(s.Programs, g.Program)
	case relation == "own" && g.Government != 0:
		s.Own = append(s.Own, g.Government)
	case relation == "under" && g.Government != 0:
		s.Under = append(s.Under, g.Government)
	case relation == "assigned" && who.SignedIn():
		s.Person = who.ID
	}
}

// None tells that no row at all is visible.
func (s Scope) None() bool {
	return !s.All && len(s.Own) == 0 && len(s.Under) == 0 && len(s.Programs) == 0 && s.Person == 0
}

// Columns names, in the SQL of one list, what a Scope filters by. An empty name
// means that the relation cannot occur there. Assigned is a whole condition in
// which $person stands for the person.
type Columns struct{ Government, Province, Program, Assigned string }

// Where is the scope as an SQL condition made of constant fragments, with its
// placeholders numbered from first, and their arguments. A scope without rows is "false".
func (s Scope) Where(c Columns, first int) (cond string, args []any) {
	if s.All {
		return "true", nil
	}
	var or []string
	in := func(column string, ids []int64) {
		if column != "" && len(ids) > 0 {
			or = append(or, column+" = any($"+strconv.Itoa(first+len(args))+")")
			args = append(args, pq.Array(ids))
		}
	}
	in(c.Government, s.Own)
	in(c.Province, s.Under)
	in(c.Program, s.Programs)
	if c.Assigned != "" && s.Person != 0 {
		or = append(or, strings.ReplaceAll(c.Assigned, "$person", "$"+strconv.Itoa(first+len(args))))
		args = append(args, int64(s.Person))
	}
	if len(or) == 0 {
		return "false", nil
	}
	return "(" + strings.Join(or, " or ") + ")", args
}

// Matches is what Where says, for one object: the tests compare the two.
func (s Scope) Matches(on Object) bool {
	in := func(id int64, ids []int64) bool {
		for _, x := range ids {
			if x == id && id != 0 {
				return true
			}
		}
		return false
	}
	if s.All || in(on.Government, s.Own) || in(on.Province, s.Under) || in(on.Program, s.Programs) {
		return true
	}
	for _, p := range on.Assigned {
		if p == s.Person && s.Person != 0 {
			return true
		}
	}
	return false
}
