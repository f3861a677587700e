package authz_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"eoul"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

const testPolicy = `# a comment line
p, officer,   letter:read,   own
p, officer,   letter:send,   own
p, province,  letter:read,   under
p, manager,   letter:read,   programme
p, reviewer,  letter:read,   assigned
p, auditor,   letter:read,   programme
p, anonymous, letter:count,  any
p, person,    letter:create, any
`

func authorizer(t testing.TB, policy string) *authz.Authorizer {
	t.Helper()
	conf, err := eoul.Policies.ReadFile("policies/model.conf")
	if err != nil {
		t.Fatal(err)
	}
	a, err := authz.New(fstest.MapFS{
		"policies/model.conf": {Data: conf},
		"policies/policy.csv": {Data: []byte(policy)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestCheck(t *testing.T) {
	a := authorizer(t, testPolicy)
	letter := authz.Object{Kind: "letter", ID: 9, Government: 20, Province: 2, Program: 7, Assigned: []authz.PersonID{5}}
	person := func(id authz.PersonID, g ...authz.Grant) authz.Actor { return authz.Actor{ID: id, Grants: g} }
	for _, c := range []struct {
		name   string
		who    authz.Actor
		action string
		want   fault.Kind // Internal stands for allowed
		rule   string
	}{
		{"own government", person(1, authz.Grant{Role: "officer", Government: 20}), "letter:send", 0, "officer letter:send own"},
		{"other government looks like nothing there", person(1, authz.Grant{Role: "officer", Government: 21}), "letter:send", fault.NotFound, ""},
		{"province reads below", person(1, authz.Grant{Role: "province", Government: 2}), "letter:read", 0, "province letter:read under"},
		{"province may read but not send", person(1, authz.Grant{Role: "province", Government: 2}), "letter:send", fault.Forbidden, ""},
		{"manager of the programme", person(1, authz.Grant{Role: "manager", Program: 7}), "letter:read", 0, "manager letter:read programme"},
		{"manager of another", person(1, authz.Grant{Role: "manager", Program: 8}), "letter:read", fault.NotFound, ""},
		{"auditor of everything", person(1, authz.Grant{Role: "auditor", Any: true}), "letter:read", 0, "auditor letter:read programme"},
		{"auditor of one government only", person(1, authz.Grant{Role: "auditor", Government: 20}), "letter:read", fault.NotFound, ""},
		{"assigned reviewer", person(5, authz.Grant{Role: "reviewer", Program: 7}), "letter:read", 0, "reviewer letter:read assigned"},
		{"reviewer of others", person(6, authz.Grant{Role: "reviewer", Program: 7}), "letter:read", fault.NotFound, ""},
		{"anybody", authz.Anonymous(), "letter:count", 0, "anonymous letter:count any"},
		{"nobody is not a person", authz.Anonymous(), "letter:create", fault.NotFound, ""},
		{"any person", person(3), "letter:create", 0, "person letter:create any"},
		{"an action without a rule", person(1, authz.Grant{Role: "officer", Government: 20}), "letter:burn", fault.Forbidden, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule, err := a.Check(c.who, c.action, letter)
			if c.want == fault.Internal {
				if err != nil || rule != c.rule {
					t.Fatalf("got %q, %v; want %q", rule, err, c.rule)
				}
				return
			}
			if err == nil || fault.KindOf(err) != c.want {
				t.Fatalf("got %q, %v; want kind %d", rule, err, c.want)
			}
		})
	}
}

// TestScopeIsCheckRowByRow is the promise of every list: it shows what could be opened.
func TestScopeIsCheckRowByRow(t *testing.T) {
	a := authorizer(t, testPolicy)
	roles := []string{"officer", "province", "manager", "reviewer", "auditor"}
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.Int64Range(0, 3)
		var who authz.Actor
		who.ID = authz.PersonID(rapid.Int64Range(0, 3).Draw(t, "person"))
		for range rapid.IntRange(0, 3).Draw(t, "grants") {
			who.Grants = append(who.Grants, authz.Grant{
				Role: rapid.SampledFrom(roles).Draw(t, "role"), Any: rapid.Bool().Draw(t, "any"),
				Government: small.Draw(t, "gov"), Program: small.Draw(t, "prog")})
		}
		on := authz.Object{Kind: "letter", ID: 1, Government: small.Draw(t, "og"), Province: small.Draw(t, "op"),
			Program: small.Draw(t, "opr"), Assigned: []authz.PersonID{authz.PersonID(small.Draw(t, "oa"))}}
		_, err := a.Check(who, "letter:read", on)
		if got, want := a.Scope(who, "letter:read").Matches(on), err == nil; got != want {
			t.Fatalf("list says %v, check says %v for %+v on %+v", got, want, who, on)
		}
	})
}

func TestWhere(t *testing.T) {
	cols := authz.Columns{Government: "a.government_id", Province: "g.parent_id", Program: "c.program_id",
		Assigned: "exists (select from assignments s where s.reviewer_id = $person)"}
	cond, args := authz.Scope{Own: []int64{1}, Programs: []int64{2}, Person: 9}.Where(cols, 3)
	want := "(a.government_id = any($3) or c.program_id = any($4) or exists (select from assignments s where s.reviewer_id = $5))"
	if cond != want || len(args) != 3 {
		t.Errorf("cond = %s %v", cond, args)
	}
	if cond, _ := (authz.Scope{}).Where(cols, 1); cond != "false" {
		t.Errorf("an empty scope is %q, want false", cond)
	}
	if cond, _ := (authz.Scope{Under: []int64{1}}).Where(authz.Columns{Government: "x"}, 1); cond != "false" {
		t.Errorf("a relation the list does not know is %q, want false", cond)
	}
}

func TestPolicyFileIsSound(t *testing.T) {
	a, err := authz.New(eoul.Policies)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range a.Rules() {
		if seen[r.String()] {
			t.Errorf("twice: %s", r)
		}
		seen[r.String()] = true
		if !strings.Contains(r.Action, ":") {
			t.Errorf("action without noun: %s", r)
		}
	}
	for _, bad := range []string{"", "p, officer, letter:read, own # why\n", "p, officer, letter:read, mine\n", "p, officer, letter:read\n"} {
		conf, _ := eoul.Policies.ReadFile("policies/model.conf")
		if _, err := authz.New(fstest.MapFS{"policies/model.conf": {Data: conf}, "policies/policy.csv": {Data: []byte(bad)}}); err == nil {
			t.Errorf("policy %q was accepted", bad)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	a, err := authz.New(eoul.Policies)
	if err != nil {
		b.Fatal(err)
	}
	who := authz.Actor{ID: 1, Grants: []authz.Grant{{Role: "manager", Program: 7}}}
	on := authz.Object{Kind: "application", ID: 9, Government: 20, Program: 7}
	for b.Loop() {
		if _, err := a.Check(who, "application:read", on); err != nil {
			b.Fatal(err)
		}
	}
}
