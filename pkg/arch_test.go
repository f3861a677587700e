// Package arch_test keeps the shape of the program: who may import whom.
package arch_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// order is every package of ours from the leaves up. A package may import only
// those above it here; a leaf only those it names. What has to speak the other way
// goes through the outbox.
var order = []struct {
	name string
	only []string // nil: everything above
}{
	// Leaves.
	{"fault", []string{}},
	{"money", []string{"fault"}},
	{"calendar", []string{"fault"}},
	{"korean", []string{"fault", "money"}},
	{"workflow", []string{"fault"}},
	{"page", []string{"fault"}},
	// Platform.
	{"postgres", []string{"fault"}},
	{"authz", []string{"fault"}},
	{"work", nil},
	{"audit", nil},
	{"outbox", nil},
	{"rule", nil},
	// Domain, in the order money flows.
	{"organization", nil},
	{"identity", nil},
	{"document", nil},
	{"ledger", []string{"fault", "money", "calendar", "page", "authz", "work", "rule"}},
	{"program", nil},
	{"application", nil},
	{"comment", nil},
	{"screening", nil},
	{"review", nil},
	{"selection", nil},
	{"award", nil},
	{"execution", nil},
	{"settlement", nil},
	{"notice", nil},
	{"report/xlsx", []string{"fault", "money", "calendar", "korean"}},
	{"intake", []string{"fault", "korean", "report/xlsx"}},
	{"planbook", nil},
	{"report/pdf", []string{"fault", "money", "calendar", "korean"}},
	{"report", nil},
	// Putting together.
	{"install", nil},
	{"verify", nil},
	{"demo", nil},
	// Transport.
	{"api", nil},
	{"web", nil},
}

// support is for tests alone: no package above may import it outside its tests.
var support = []string{"dbtest", "dbtest/cluster", "fixture", "browsertest", "filetest", "web/webtest", "api/apitest"}

// outside are libraries that one place alone may touch.
var outside = map[string][]string{
	"github.com/casbin/casbin":            {"authz"},
	"github.com/xuri/excelize":            {"report/xlsx"},
	"github.com/labstack/echo":            {"web", "api"},
	"github.com/jmoiron/sqlx":             {"work", "outbox", "postgres", "dbtest", "install", "rule", "organization", "program", "identity", "fixture", "verify", "demo"},
	"github.com/alecthomas/kong":          {},
	"github.com/prometheus/client_golang": {},
	"golang.org/x/crypto":                 {"identity"},
	"github.com/alexedwards/scs":          {"identity", "web"},
	"github.com/yuin/goldmark":            {"web"},
	"github.com/signintech/gopdf":         {"report/pdf"},
	"github.com/gabriel-vasile/mimetype":  {"document"},
	"github.com/minio/minio-go":           {"document"},
	"github.com/schollz/progressbar":      {},
	"github.com/chromedp":                 {"browsertest"},
	"github.com/getkin/kin-openapi":       {"api/apitest"},
	"github.com/go-playground/validator":  {"web", "api"},
	"golang.org/x/text/encoding/korean":   {"korean"},
	"github.com/jba/templatecheck":        {},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) (out []goPackage) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "eoul/pkg/...", "eoul/cmd/...")
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.Imports) > 0 {
			out = append(out, p)
		}
	}
}

func TestImportsPointUp(t *testing.T) {
	position := map[string]int{}
	for i, p := range order {
		position[p.name] = i
	}
	for _, p := range packages(t) {
		name, ours := strings.CutPrefix(p.ImportPath, "eoul/pkg/")
		at, placed := position[name]
		helper := slices.Contains(support, name)
		if ours && !placed && !helper {
			t.Errorf("%s has no place in the order of packages; give it one in this test", name)
			continue
		}
		for _, imported := range p.Imports {
			target, ok := strings.CutPrefix(imported, "eoul/pkg/")
			switch {
			case !ok || helper:
			case slices.Contains(support, target):
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, target)
			case ours && position[target] >= at:
				t.Errorf("%s imports %s, which stands below it", name, target)
			case ours && order[at].only != nil && !slices.Contains(order[at].only, target):
				t.Errorf("%s imports %s; it may import only %v", name, target, order[at].only)
			}
		}
	}
}

func TestLibrariesStayInTheirPlace(t *testing.T) {
	for _, p := range packages(t) {
		name, ours := strings.CutPrefix(p.ImportPath, "eoul/pkg/")
		if !ours { // commands put everything together
			continue
		}
		for _, imported := range p.Imports {
			for library, allowed := range outside {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(allowed, name) {
					t.Errorf("%s imports %s; only %v may", name, imported, allowed)
				}
			}
		}
	}
}

// source calls visit for every Go file of ours that is no test.
func source(t *testing.T, visit func(path string, fset *token.FileSet, f *ast.File)) {
	t.Helper()
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, path, nil, 0)
			if err == nil {
				visit(path, fset, f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSizes keeps files and functions readable at one sitting.
func TestSizes(t *testing.T) {
	source(t, func(path string, fset *token.FileSet, f *ast.File) {
		if n := fset.Position(f.FileEnd).Line; n > 301 {
			t.Errorf("%s has %d lines", path, n)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > 60 {
				t.Errorf("%s: %s has %d lines", path, fn.Name.Name, n)
			}
		}
	})
}

// TestWritesHaveATransaction: lib/pq runs a plain Exec again when its reply is
// lost, so that an insert happens twice (issue 939 of lib/pq). Inside a transaction
// it does not. Every Exec is therefore called on something named tx, or on a
// statement or handle that belongs to one.
func TestWritesHaveATransaction(t *testing.T) {
	inside := []string{"tx", "tx.raw", "u.raw", "tx.stmt", "tx.StmtxContext"}
	harmless := map[string]string{
		"postgres/furnish.go": "create database and create role refuse to happen twice",
		"dbtest/":             "a test database that exists twice fails its test",
	}
	source(t, func(path string, fset *token.FileSet, f *ast.File) {
		for prefix := range harmless {
			if strings.HasPrefix(path, prefix) {
				return
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"Exec", "ExecContext", "MustExec", "MustExecContext", "NamedExec", "NamedExecContext"}, sel.Sel.Name) {
				return true
			}
			if on := receiver(sel.X); !slices.Contains(inside, on) {
				t.Errorf("%s: %s.%s changes data outside a transaction", fset.Position(call.Pos()), on, sel.Sel.Name)
			}
			return true
		})
	})
}

// receiver writes tx.raw for the expression before a method's name.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return receiver(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		return receiver(e.Fun)
	}
	return "?"
}

// TestPackagesSayWhatTheyOwn: a package without a comment is a riddle for the next person.
func TestPackagesSayWhatTheyOwn(t *testing.T) {
	said := map[string]bool{}
	for _, root := range []string{".", "../cmd"} {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				return err
			}
			said[filepath.Dir(path)] = said[filepath.Dir(path)] || f.Doc != nil
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment", dir)
		}
	}
}

// TestSchemaHasOneClock: now() is the time a transaction began, so that one opened
// before a deadline could submit after it; app_now() goes on.
func TestSchemaHasOneClock(t *testing.T) {
	text, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	other := regexp.MustCompile(`(?i)(^|[^_a-z])now\(\)|current_timestamp|current_date|localtimestamp`)
	for i, line := range strings.Split(string(text), "\n") {
		code, _, _ := strings.Cut(line, "--")
		if other.MatchString(code) {
			t.Errorf("schema.sql:%d: %s", i+1, strings.TrimSpace(line))
		}
	}
}
