package main

import (
	"context"
	"os"
	"testing"

	"eoul/pkg/intake"
)

// TestMain lets the test binary be the child that the server starts: the whole
// program with its hidden command.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == intake.Argument {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func TestReadsFilesInAChild(t *testing.T) {
	got, err := intake.NewReader().Read(t.Context(), []byte("비목·세목,국비\n210-01,1000\n"))
	if err != nil || len(got.Sheets) != 1 || len(got.Sheets[0].Rows) != 2 {
		t.Errorf("%+v %v", got, err)
	}
}
