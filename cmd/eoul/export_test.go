package main

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eoul/pkg/dbtest"
	"eoul/pkg/demo"
	"eoul/pkg/postgres"
)

// filled is a database with a small finished call, written as `eoul demo --scale` does.
func filled(t *testing.T) *dbtest.DB {
	t.Helper()
	d := dbtest.New(t)
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := demo.Large(demo.Size{Applications: 3, Lines: 2, Expenditures: 20})(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return d
}

// command runs eoul on a database as the app role.
func command(t *testing.T, d *dbtest.DB, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("DATABASE_URL", d.URL(postgres.AppRole))
	t.Setenv("EOUL_OWNER_URL", d.URL(postgres.OwnerRole))
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestExportSettlement(t *testing.T) {
	d := filled(t)
	file := filepath.Join(t.TempDir(), "정산.xlsx")
	for _, which := range [][]string{{"--call", demo.ScaleNumber}, {"--award", "규모-G-00002"}} {
		code, stdout, stderr := command(t, d, append([]string{"export", "settlement", "-o", file}, which...)...)
		if code != 0 || !strings.Contains(stdout, file) {
			t.Fatalf("%v: exit %d, %s%s", which, code, stdout, stderr)
		}
		z, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		sheets := 0
		for _, f := range z.File {
			if strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
				sheets++
			}
		}
		if err := z.Close(); err != nil || sheets != 4 {
			t.Errorf("%v: %d sheets, %v", which, sheets, err)
		}
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v %v, want the workbook alone", left, err)
	}
}

func TestExportRefuses(t *testing.T) {
	d := filled(t)
	folder := t.TempDir()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--call", "없는 공모", "-o", filepath.Join(folder, "a.xlsx")}, exitFailed, "내보낼 사업을 찾을 수 없습니다."},
		{[]string{"--call", demo.ScaleNumber, "-o", filepath.Join(folder, "없는 폴더", "a.xlsx")}, exitFailed, "쓸 수 없습니다"},
		{[]string{"-o", filepath.Join(folder, "a.xlsx")}, exitInput, "이해하지 못했습니다"},
		{[]string{"--call", "1", "--award", "2", "-o", filepath.Join(folder, "a.xlsx")}, exitInput, "이해하지 못했습니다"},
	} {
		code, _, stderr := command(t, d, append([]string{"export", "settlement"}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%v: exit %d, %s", c.args, code, stderr)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("a refused export left %v %v", left, err)
	}
}
