package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jmoiron/sqlx"

	"eoul/pkg/dbtest"
	"eoul/pkg/fault"
	"eoul/pkg/postgres"
)

// blank is a database of its own without any table.
func blank(t *testing.T) (db *sqlx.DB, address string) {
	t.Helper()
	address = dbtest.Blank(t)
	db, err := postgres.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db, address
}

func steps(t *testing.T, files fstest.MapFS) []postgres.Step {
	t.Helper()
	s, err := postgres.Steps(files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func versions(t *testing.T, db *sqlx.DB) (out []int) {
	t.Helper()
	if err := db.Select(&out, `select version from schema_versions order by version`); err != nil {
		t.Fatal(err)
	}
	return out
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestFreshDatabaseGetsSchemaSeedsAndNewestVersion(t *testing.T) {
	db, _ := blank(t)
	r := postgres.Release{
		Schema: `create table noun (n int)`,
		Steps:  steps(t, fstest.MapFS{"0002_more.sql": file(`alter table noun add column m int`)}),
		Seeds: []postgres.Seed{func(ctx context.Context, tx *sqlx.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into noun values (7)`)
			return err
		}},
	}
	for range 2 { // the second time finds nothing to do
		if err := r.Apply(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	var n []int
	if err := db.Select(&n, `select n from noun`); err != nil || len(n) != 1 || n[0] != 7 {
		t.Fatalf("the seed left %v, %v", n, err)
	}
	if v := versions(t, db); len(v) != 1 || v[0] != 2 {
		t.Fatalf("versions %v, want only 2", v)
	}
}

func TestFailedSeedLeavesNothing(t *testing.T) {
	db, _ := blank(t)
	r := postgres.Release{Schema: `create table noun (n int)`, Seeds: []postgres.Seed{
		func(context.Context, *sqlx.Tx) error { return errors.New("no facts") },
	}}
	if err := r.Apply(t.Context(), db); err == nil {
		t.Fatal("a failed seed passed")
	}
	var left *string
	if err := db.Get(&left, `select to_regclass('noun')::text`); err != nil || left != nil {
		t.Fatalf("left %v, %v", left, err)
	}
}

// TestEachStepAppliesOnce lets several programs upgrade at once; a step that ran
// twice would count to two.
func TestEachStepAppliesOnce(t *testing.T) {
	db, _ := blank(t)
	old := postgres.Release{Schema: `create table counts (n int); insert into counts values (0)`}
	if err := old.Apply(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	next := postgres.Release{Steps: steps(t, fstest.MapFS{
		"0002_count.sql": file(`update counts set n = n + 1`),
		"0003_ten.sql":   file(`update counts set n = n + 10`),
	})}
	var wg sync.WaitGroup
	errs := make(chan error, 4)
	for range 4 {
		wg.Go(func() { errs <- next.Apply(t.Context(), db) })
	}
	wg.Wait()
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var n int
	if err := db.Get(&n, `select n from counts`); err != nil || n != 11 {
		t.Fatalf("counted %d, %v", n, err)
	}
	if v := versions(t, db); len(v) != 3 {
		t.Fatalf("versions %v", v)
	}
}

func TestHalfFailingStepLeavesNothing(t *testing.T) {
	db, _ := blank(t)
	if err := (postgres.Release{Schema: `create table noun (n int)`}).Apply(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	broken := postgres.Release{Steps: steps(t, fstest.MapFS{
		"0002_half.sql": file(`alter table noun add column m int; alter table nothing add column m int`),
	})}
	if err := broken.Apply(t.Context(), db); err == nil {
		t.Fatal("a broken step passed")
	}
	if v := versions(t, db); len(v) != 1 || v[0] != 1 {
		t.Fatalf("versions %v, want only 1", v)
	}
	var columns int
	if err := db.Get(&columns, `select count(*) from information_schema.columns where table_name = 'noun'`); err != nil || columns != 1 {
		t.Fatalf("%d columns, %v", columns, err)
	}
}

func TestNewerAndForeignDatabasesAreRefused(t *testing.T) {
	db, _ := blank(t)
	newer := postgres.Release{Schema: `create table noun (n int)`, Steps: steps(t, fstest.MapFS{"0002_a.sql": file(`select 1`)})}
	if err := newer.Apply(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := (postgres.Release{}).Apply(t.Context(), db); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("a newer database: %v", err)
	}
	if err := postgres.CheckVersion(t.Context(), db); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("a server on it: %v", err)
	}
	foreign, _ := blank(t)
	tx := foreign.MustBegin()
	tx.MustExec(`create table customers (n int)`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := postgres.Upgrade(t.Context(), foreign); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("a foreign database: %v", err)
	}
}

func TestStepNames(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"gap":      {"0002_a.sql": file(""), "0004_b.sql": file("")},
		"twice":    {"0002_a.sql": file(""), "0002_b.sql": file("")},
		"from one": {"0001_a.sql": file("")},
		"shape":    {"2-a.sql": file("")},
	} {
		if _, err := postgres.Steps(files); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestUpgradesLeadToSchema compares the last published schema plus the scripts
// after it with schema.sql. Before the second release nothing is published, and
// the same comparison is shown to see a column, an index and a grant.
func TestUpgradesLeadToSchema(t *testing.T) {
	current, err := postgres.Current()
	if err != nil {
		t.Fatal(err)
	}
	fresh := build(t, current)
	base, err := os.ReadFile("testdata/base.sql")
	switch {
	case err == nil:
		m := regexp.MustCompile(`^-- release (\d+)\n`).FindSubmatch(base)
		if m == nil {
			t.Fatal("testdata/base.sql does not begin with its release")
		}
		n, _ := strconv.Atoi(string(m[1]))
		if got := build(t, postgres.Release{Schema: string(base), Steps: current.Steps[:n-1]}, current); got != fresh {
			t.Errorf("the upgrades do not lead to schema.sql:\n%s", difference(got, fresh))
		}
	case !errors.Is(err, fs.ErrNotExist) || len(current.Steps) > 0:
		t.Fatalf("upgrades without a published schema to start from: %v", err)
	}
	for name, step := range map[string]string{
		"column": `alter table calls add column nobody_declared int`,
		"index":  `create index nobody_declared on calls (id)`,
		"grant":  `grant update on regions to eoul_app`,
	} {
		altered := current
		altered.Steps = append(altered.Steps[:len(altered.Steps):len(altered.Steps)],
			postgres.Step{Version: current.Newest() + 1, Name: "drift", SQL: step})
		if build(t, current, altered) == fresh {
			t.Errorf("a %s that only an upgrade makes is not noticed", name)
		}
	}
}

// build applies releases one after the other and gives the dump of the result.
func build(t *testing.T, releases ...postgres.Release) string {
	t.Helper()
	db, address := blank(t)
	for _, r := range releases {
		if err := r.Apply(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	bin, err := postgres.FindBinaries(0)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), bin.Path("pg_dump"), "-s", "-d", address).Output()
	if err != nil {
		t.Fatal(err)
	}
	// pg_dump seals its scripts with a random word since 2025.
	return regexp.MustCompile(`(?m)^\\(un)?restrict .*$`).ReplaceAllString(string(out), "")
}

func difference(got, want string) string {
	have := map[string]bool{}
	for line := range strings.SplitSeq(want, "\n") {
		have[line] = true
	}
	var b strings.Builder
	for line := range strings.SplitSeq(got, "\n") {
		if !have[line] {
			b.WriteString("+ " + line + "\n")
		}
		delete(have, line)
	}
	for line := range have {
		b.WriteString("- " + line + "\n")
	}
	return b.String()
}
