package main

import (
	"fmt"
	"slices"
	"strings"

	"eoul"
	"eoul/pkg/authz"
)

const matrixHead = `# Who may do what

Generated from policy.csv by ` + "`make gen`" + `; do not edit. A row is an action, a column a role. The cell names the
relation the person must have to the object; an empty cell means never.

- **own**: the object is my government's. **under**: it belongs to a district of my 시·도.
- **assigned**: it was given to me. **programme**: it is of my programme. **any**: no relation is asked for.
- **person** is everyone who is signed in, **anonymous** everyone else, **system** the program's own jobs.

Beyond this table, PostgreSQL and the use cases ask for a second person where one is due (maker and checker), and for
the right state. What a person may not read is not found; what they may read but not do is forbidden.
`

// roles are the columns, in the order of the life of an application.
func roles() []string {
	return []string{"anonymous", "person", "officer", "approver", "province", "reviewer", "chair", "manager", "decider", "finance", "auditor", "admin", "system"}
}

// matrix is policies/README.md: one table per noun.
func matrix() ([]byte, error) {
	policy, err := authz.New(eoul.Policies)
	if err != nil {
		return nil, err
	}
	cells := map[string]map[string][]string{} // action -> role -> relations
	var nouns, actions []string
	for _, r := range policy.Rules() {
		if !slices.Contains(roles(), r.Role) {
			return nil, fmt.Errorf("policy.csv: the role %q has no column in the matrix", r.Role)
		}
		if cells[r.Action] == nil {
			cells[r.Action] = map[string][]string{}
			actions = append(actions, r.Action)
		}
		if noun, _, _ := strings.Cut(r.Action, ":"); !slices.Contains(nouns, noun) {
			nouns = append(nouns, noun)
		}
		cells[r.Action][r.Role] = append(cells[r.Action][r.Role], r.Relation)
	}
	var b strings.Builder
	b.WriteString(matrixHead)
	for _, noun := range nouns {
		columns := slices.DeleteFunc(roles(), func(role string) bool {
			return !slices.ContainsFunc(actions, func(a string) bool {
				return strings.HasPrefix(a, noun+":") && len(cells[a][role]) > 0
			})
		})
		fmt.Fprintf(&b, "\n## %s\n\n| action | %s |\n|---%s|\n", noun, strings.Join(columns, " | "), strings.Repeat("|---", len(columns)))
		for _, action := range actions {
			verb, ok := strings.CutPrefix(action, noun+":")
			if !ok {
				continue
			}
			fmt.Fprintf(&b, "| %s", verb)
			for _, role := range columns {
				fmt.Fprintf(&b, " | %s", strings.Join(cells[action][role], ", "))
			}
			b.WriteString(" |\n")
		}
	}
	return []byte(b.String()), nil
}
