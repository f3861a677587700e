package e2e_test

import (
	"io/fs"
	"strings"
	"testing"

	"eoul"
	"eoul/pkg/api"
	"eoul/pkg/api/apitest"
	"eoul/pkg/web"
)

// TestTheDescriptionIsTheAPI: what openapi.yaml describes is what there is, no less
// and no more.
func TestTheDescriptionIsTheAPI(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, r := range api.Routes() {
		there[r.Method+" "+strings.ReplaceAll(r.Path, ":id", "{id}")] = true
	}
	described := map[string]bool{}
	for path, item := range apitest.Load(t).Doc.Paths.Map() {
		for method := range item.Operations() {
			if name := method + " " + path; !there[name] {
				t.Errorf("openapi.yaml describes %s, which is not there", name)
			} else {
				described[name] = true
			}
		}
	}
	for name := range there {
		if !described[name] {
			t.Errorf("openapi.yaml says nothing of %s", name)
		}
	}
}

// TestEveryRouteHasItsRule: every address of the pages and of the API is either open
// to everybody or asks for an action that some rule allows to somebody.
func TestEveryRouteHasItsRule(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(eoul.Policies, "policies/policy.csv")
	if err != nil {
		t.Fatal(err)
	}
	ruled := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(line, ","); len(f) == 4 && f[0] == "p" {
			ruled[strings.TrimSpace(f[2])] = true
		}
	}
	check := func(name, action string, public bool) {
		t.Helper()
		if public == (action != "") || action != "" && !ruled[action] {
			t.Errorf("%s asks for %q, public %t", name, action, public)
		}
	}
	for _, r := range api.Routes() {
		check(r.Method+" "+r.Path, r.Action, r.Public)
	}
	for _, r := range web.Routes() {
		check(r.Method+" "+r.Path, r.Action, r.Public)
	}
}
