package main

import (
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGenerate: whether the files are current is asked by make lint; here, that
// every kind of them comes out.
func TestGenerate(t *testing.T) {
	files, err := generate("../..")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"../../README.md":             "[`pkg/money`](pkg/money)",
		"../../policies/README.md":    "## application",
		"../../pkg/program/doc.go":    "//\t  draft --> announced",
		"../../pkg/settlement/doc.go": "//\tstateDiagram-v2",
	} {
		if !strings.Contains(string(files[path]), want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
}

func TestBetween(t *testing.T) {
	got, err := between([]byte("a\n<<\nold\n>>\nb"), "<<\n", ">>", "new\n")
	if err != nil || string(got) != "a\n<<\nnew\n>>\nb" {
		t.Errorf("%q, %v", got, err)
	}
	for _, text := range []string{"no marks", "<<\nopen", ">>\n<<\n"} {
		if _, err := between([]byte(text), "<<\n", ">>", ""); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// TestDiagramsAreStable: gofmt must not touch what was generated, or the check
// would never pass.
func TestDiagramsAreStable(t *testing.T) {
	text := "// Package x is an example.\n//\n// BEGIN Flow\n" + comment("stateDiagram-v2\n  [*] --> a\n") + "// END Flow\npackage x\n"
	got, err := format.Source([]byte(text))
	if err != nil || string(got) != text {
		t.Errorf("gofmt makes\n%s\nof\n%s", got, text)
	}
}

func TestMatrix(t *testing.T) {
	text, err := matrix()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## session\n\n| action | anonymous | person |\n|---|---|---|\n| create | any |  |\n| end |  | any |\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the matrix lacks %q", want)
		}
	}
}

func TestSentence(t *testing.T) {
	if got := sentence("Package money is exact.", "pkg/money"); got != "is exact." {
		t.Errorf("%q", got)
	}
}

// TestEveryMachineIsDrawn looks for machines in the sources, so that a new one
// cannot be forgotten in flows.
func TestEveryMachineIsDrawn(t *testing.T) {
	files, err := filepath.Glob("../../pkg/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^var (\w+) = workflow\.Machine\[`)
	known, found := flows(), 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllSubmatch(text, -1) {
			found++
			if name := filepath.Base(filepath.Dir(file)) + "." + string(m[1]); known[name] == "" {
				t.Errorf("%s is not in flows", name)
			}
		}
	}
	if found != len(known) {
		t.Errorf("%d machines are declared, flows knows %d", found, len(known))
	}
}
