package main

import (
	"go/format"
	"strings"
	"testing"
)

// TestCurrent fails when something derived was not written again.
func TestCurrent(t *testing.T) {
	if err := run("../..", true); err != nil {
		t.Error(err)
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
