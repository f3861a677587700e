//go:build !race

package intake_test

import (
	"strings"
	"testing"
	"time"

	"eoul/pkg/fault"
	"eoul/pkg/intake"
)

// TestMemoryIsLimited: a million short texts need more than the child may have. Not
// under the race detector, whose own memory is beyond any limit.
func TestMemoryIsLimited(t *testing.T) {
	t.Parallel()
	file := minimal(`<row r="1"><c r="A1"><v>1</v></c></row>`).
		with("xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>"+strings.Repeat("가", 30)+"</t></si>", 390_000)+"</sst>").with("x", noise(1<<20)).pack(t)
	if _, err := intake.NewReader().Read(t.Context(), file); err != nil {
		t.Fatalf("with the usual memory: %v", err)
	}
	_, err := intake.Limited(20, 32<<20, time.Minute).Read(t.Context(), file)
	if _, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || !strings.Contains(fields["file"], "시간이나 메모리") {
		t.Errorf("with little memory: %v", err)
	}
}
