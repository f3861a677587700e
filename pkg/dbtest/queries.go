package dbtest

import (
	"context"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

// Queries makes PostgreSQL plan every string constant named sql… of the package in
// dir, each in a subtest of its name, so that a wrong column, type or missing grant
// of the connected role fails where one can see it. A constant that ends in "where"
// or "and" is completed by "true"; one that does not begin like a query is a
// fragment and is planned where it is used.
func Queries(t *testing.T, db *sqlx.DB, dir string) {
	t.Helper()
	planned := 0
	for name, text := range queries(t, dir) {
		if !isQuery(text) {
			continue
		}
		planned++
		t.Run(name, func(t *testing.T) {
			if err := plan(db, text); err != nil {
				t.Error(err)
			}
		})
	}
	if planned == 0 {
		t.Error("the package has no sql… constant to plan")
	}
}

func isQuery(text string) bool {
	return regexp.MustCompile(`(?is)^\s*(select|insert|update|delete|with|values|merge)\b`).MatchString(text)
}

// plan asks for the plan with every parameter null: unlike a bare prepare, this
// also checks what the role may touch.
func plan(db *sqlx.DB, text string) (err error) {
	ctx := context.Background()
	conn, err := db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if regexp.MustCompile(`(?i)\b(where|and)\s*$`).MatchString(text) {
		text += " true"
	}
	if _, err := conn.ExecContext(ctx, `prepare planned as `+text); err != nil {
		return err
	}
	// The connection goes back to its pool.
	defer func() { _, _ = conn.ExecContext(ctx, `deallocate planned`) }()
	var parameters int
	if err := conn.GetContext(ctx, &parameters, `select cardinality(parameter_types) from pg_prepared_statements where name = 'planned'`); err != nil {
		return err
	}
	call := `explain execute planned`
	if parameters > 0 {
		call += "(null" + strings.Repeat(", null", parameters-1) + ")"
	}
	_, err = conn.ExecContext(ctx, call)
	return err
}

// queries folds the constants of a package without loading what it imports.
func queries(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	config := types.Config{Importer: nothing{}, Error: func(error) {}}
	pkg, _ := config.Check(dir, fset, files, nil)
	found := map[string]string{}
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || !strings.HasPrefix(name, "sql") {
			continue
		}
		if c.Val().Kind() != constant.String {
			t.Errorf("%s is not put together from constants of its own package", name)
			continue
		}
		found[name] = constant.StringVal(c.Val())
	}
	return found
}

// nothing stands in for every import: constants of this package need none.
type nothing struct{}

func (nothing) Import(path string) (*types.Package, error) {
	return types.NewPackage(path, filepath.Base(path)), nil
}
