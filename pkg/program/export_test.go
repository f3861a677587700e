package program

import "eoul/pkg/fault"

// MatchingError is what saving would say of the matching rule alone.
func (in *CallInput) MatchingError() error {
	f := fault.Fields{}
	in.Matching.check(f, "")
	return f.Err()
}
