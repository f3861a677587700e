package dbtest

import (
	"flag"
	"os"
	"strconv"
	"testing"
)

// Tries limits how often rapid tries in this test, a hundred times as often in make
// soak: a try on a database costs what thousands cost without. The setting is one for
// the whole process, so the test must not run beside others that use rapid.
func Tries(t testing.TB, n int) {
	t.Helper()
	if os.Getenv("EOUL_SOAK") == "1" {
		n *= 100
	}
	f := flag.Lookup("rapid.checks")
	if f == nil {
		t.Fatal("rapid is not part of this test")
	}
	was := f.Value.String()
	if err := f.Value.Set(strconv.Itoa(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(was) })
}
