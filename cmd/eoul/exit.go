package main

import "eoul/pkg/fault"

// Exit codes of the commands. Anything unforeseen ends with exitFailed too.
const (
	exitFailed = 1 // the answer is no, or the work could not be done
	exitInput  = 2 // what was typed cannot be used
)

// Exit ends the program with a code and one Korean sentence on standard error.
type Exit struct {
	Code int
	Msg  string
}

// Error is the sentence.
func (e Exit) Error() string { return e.Msg }

// ExitCode tells kong which code to end with.
func (e Exit) ExitCode() int { return e.Code }

// badInput turns a fault about what was typed into an Exit with its sentence; any
// other error stays what it is.
func badInput(err error) error {
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	msg, _ := fault.Public(err)
	return Exit{Code: exitInput, Msg: msg}
}
