package main

import (
	"os"

	"eoul/pkg/intake"
)

// ReadCmd is the child process that reads a file somebody sent; the server starts it.
// It has no help: its standard input is an order of package intake.
type ReadCmd struct{}

// Run reads one file and ends.
func (ReadCmd) Run() error {
	if code := intake.Child(os.Stdin, os.Stdout, os.Stderr); code != 0 {
		return Exit{Code: code, Msg: "파일을 읽지 못했습니다."}
	}
	return nil
}
