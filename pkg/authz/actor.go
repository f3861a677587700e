package authz

import "slices"

// PersonID identifies a person; 0 is nobody (the public) and -1 the system itself.
type PersonID int64

// Grant is one role held by a person within one scope: everything (Any), one
// government, or one programme.
type Grant struct {
	Role       string `json:"role"`
	Any        bool   `json:"any,omitempty"`
	Government int64  `json:"government,omitempty"`
	Program    int64  `json:"program,omitempty"`
}

// Actor is who acts. Everyone holds the role anonymous; everyone who signed in
// also holds the role person.
type Actor struct {
	ID     PersonID
	Name   string
	Grants []Grant
}

// Anonymous is a visitor who has not signed in.
func Anonymous() Actor { return Actor{Name: "익명"} }

// System is the product itself at work, named after its job.
func System(job string) Actor {
	return Actor{ID: -1, Name: "시스템: " + job, Grants: []Grant{{Role: "system", Any: true}}}
}

// SignedIn tells whether the actor is a known person.
func (a Actor) SignedIn() bool { return a.ID > 0 }

// Has tells whether the actor holds a role in any scope. It is for menus and
// words on the screen, never for a decision.
func (a Actor) Has(role string) bool {
	return slices.ContainsFunc(a.grants(), func(g Grant) bool { return g.Role == role })
}

// grants are the granted roles and those that follow from being here at all.
func (a Actor) grants() []Grant {
	out := make([]Grant, 0, len(a.Grants)+2)
	out = append(out, a.Grants...)
	if a.SignedIn() {
		out = append(out, Grant{Role: "person"})
	}
	return append(out, Grant{Role: "anonymous"})
}

// Object is what a rule may look at. Province is the 시·도 above a district's
// government and 0 for a 시·도 itself. Assigned are the people the object was given to.
type Object struct {
	Kind       string
	ID         int64
	Government int64
	Province   int64
	Program    int64
	Assigned   []PersonID
}

// holds tells whether one of the actor's grants has the role and stands in the
// relation to the object.
func holds(who Actor, role, rel string, on Object) bool {
	switch role {
	case "anonymous":
		return related(who, Grant{Role: role}, rel, on)
	case "person":
		return who.SignedIn() && related(who, Grant{Role: role}, rel, on)
	}
	for _, g := range who.Grants {
		if g.Role == role && related(who, g, rel, on) {
			return true
		}
	}
	return false
}

// related is the list of relations of roles.md.
func related(who Actor, g Grant, rel string, on Object) bool {
	switch rel {
	case "any":
		return true
	case "programme":
		return g.Any || g.Program != 0 && g.Program == on.Program
	case "own":
		return g.Government != 0 && g.Government == on.Government
	case "under":
		return g.Government != 0 && g.Government == on.Province
	case "assigned":
		return who.SignedIn() && slices.Contains(on.Assigned, who.ID)
	}
	return false
}
