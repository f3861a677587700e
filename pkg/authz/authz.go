// Package authz decides who may do what. It is the only importer of casbin; its
// rules are policies/policy.csv, embedded and unchanged while the program runs.
//
// A rule names a role, an action ("application:submit") and a relation between
// the person's grant and the object: own, under, assigned, programme or any
// (roles.md). The same rules give the row filter of every list (Scope), so that a
// list shows exactly what could be opened one by one.
package authz

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"eoul/pkg/fault"
)

// Rule is one row of the policy.
type Rule struct{ Role, Action, Relation string }

// String is how a rule is kept in the trail: "officer application:submit own".
func (r Rule) String() string { return r.Role + " " + r.Action + " " + r.Relation }

// Authorizer answers from one small enforcer per action: a check then looks at
// the few rules of its action instead of all of them (decisions 19).
type Authorizer struct {
	rules    []Rule
	byAction map[string][]Rule
	enforcer map[string]*casbin.Enforcer
}

// New reads policies/model.conf and policies/policy.csv. A malformed or empty
// policy is an error: nothing is served without rules.
func New(policies fs.FS) (*Authorizer, error) {
	conf, err := fs.ReadFile(policies, "policies/model.conf")
	if err != nil {
		return nil, fmt.Errorf("read policy model: %w", err)
	}
	rules, err := readRules(policies)
	if err != nil {
		return nil, err
	}
	a := &Authorizer{rules: rules, byAction: map[string][]Rule{}, enforcer: map[string]*casbin.Enforcer{}}
	for _, r := range rules {
		a.byAction[r.Action] = append(a.byAction[r.Action], r)
	}
	for action, rules := range a.byAction {
		if a.enforcer[action], err = enforcer(string(conf), rules); err != nil {
			return nil, fmt.Errorf("policy of %s: %w", action, err)
		}
	}
	return a, nil
}

func readRules(policies fs.FS) ([]Rule, error) {
	f, err := policies.Open("policies/policy.csv")
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, 4
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	if len(rows) == 0 {
		return nil, errors.New("the policy has no rules")
	}
	out := make([]Rule, 0, len(rows))
	for i, row := range rows {
		rule := Rule{Role: strings.TrimSpace(row[1]), Action: strings.TrimSpace(row[2]), Relation: strings.TrimSpace(row[3])}
		if row[0] != "p" || strings.Contains(strings.Join(row, ""), "#") || !knownRelation(rule.Relation) {
			return nil, fmt.Errorf("policy row %d is malformed: %v", i+1, row)
		}
		out = append(out, rule)
	}
	return out, nil
}

func knownRelation(rel string) bool {
	switch rel {
	case "own", "under", "assigned", "programme", "any":
		return true
	}
	return false
}

func enforcer(conf string, rules []Rule) (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(conf)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	e.AddFunction("holds", func(args ...any) (any, error) {
		return holds(args[0].(Actor), args[1].(string), args[2].(string), args[3].(Object)), nil
	})
	for _, r := range rules {
		if _, err := e.AddPolicy(r.Role, r.Action, r.Relation); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Check returns the rule that allows the action on the object. Without one it is
// NotFound when the actor may not read the object either, so that what may not be
// seen looks like what is not there; otherwise Forbidden (decisions 18).
func (a *Authorizer) Check(who Actor, action string, on Object) (rule string, err error) {
	ok, rule, err := a.enforce(who, action, on)
	if err != nil || ok {
		return rule, err
	}
	noun, _, _ := strings.Cut(action, ":")
	if read := noun + ":read"; read != action && on.ID != 0 {
		if ok, _, err = a.enforce(who, read, on); err != nil {
			return "", err
		}
		if !ok {
			return "", fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		return "", fault.New(fault.Forbidden, "이 일을 할 권한이 없습니다.")
	}
	if on.ID != 0 {
		return "", fault.New(fault.NotFound, "찾을 수 없습니다.")
	}
	return "", fault.New(fault.Forbidden, "이 일을 할 권한이 없습니다.")
}

func (a *Authorizer) enforce(who Actor, action string, on Object) (bool, string, error) {
	e, ok := a.enforcer[action]
	if !ok {
		return false, "", nil
	}
	ok, why, err := e.EnforceEx(who, action, on)
	if err != nil {
		return false, "", fmt.Errorf("check %s: %w", action, err)
	}
	return ok, strings.Join(why, " "), nil
}

// Mentions tells whether any grant of the actor occurs in a rule of the action.
// It is the coarse gate of routes and menus; the decision is Check.
func (a *Authorizer) Mentions(who Actor, action string) bool {
	for _, r := range a.byAction[action] {
		if who.Has(r.Role) {
			return true
		}
	}
	return false
}

// Rules returns every policy row, for the matrix and for the tests that compare
// the policy with the code.
func (a *Authorizer) Rules() []Rule { return a.rules }
