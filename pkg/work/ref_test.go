package work_test

import (
	"testing"

	"eoul/pkg/work"
)

func TestParseRef(t *testing.T) {
	for _, want := range []work.Ref{{Kind: "application", ID: 42, Version: 3}, {Kind: "posting", ID: 7}} {
		if got, err := work.ParseRef(want.String()); err != nil || got != want {
			t.Errorf("%v came back as %v, %v", want, got, err)
		}
	}
	for _, bad := range []string{"", "application", "application:42", "application:x/1", "application:1/x", ":1/1"} {
		if got, err := work.ParseRef(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
