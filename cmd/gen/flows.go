package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/award"
	"eoul/pkg/execution"
	"eoul/pkg/identity"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/screening"
	"eoul/pkg/selection"
	"eoul/pkg/settlement"
)

// flows are the state machines by package and variable; each is drawn in its
// package's doc.go between "// BEGIN Name" and "// END Name".
func flows() map[string]string {
	return map[string]string{
		"identity.Flow":           identity.Flow.Mermaid(),
		"program.Flow":            program.Flow.Mermaid(),
		"application.Flow":        application.Flow.Mermaid(),
		"screening.Flow":          screening.Flow.Mermaid(),
		"review.Flow":             review.Flow.Mermaid(),
		"review.SheetFlow":        review.SheetFlow.Mermaid(),
		"review.ReviewerFlow":     review.ReviewerFlow.Mermaid(),
		"review.ChallengeFlow":    review.ChallengeFlow.Mermaid(),
		"selection.Flow":          selection.Flow.Mermaid(),
		"selection.ObjectionFlow": selection.ObjectionFlow.Mermaid(),
		"award.Flow":              award.Flow.Mermaid(),
		"award.TrancheFlow":       award.TrancheFlow.Mermaid(),
		"execution.Flow":          execution.Flow.Mermaid(),
		"settlement.Flow":         settlement.Flow.Mermaid(),
	}
}

// diagrams adds every doc.go with marks to files. A machine without marks and
// marks without a machine are errors: both would leave a reader without a picture.
func diagrams(root string, files map[string][]byte) error {
	machines := flows()
	docs, err := filepath.Glob(filepath.Join(root, "pkg", "*", "doc.go"))
	if err != nil {
		return err
	}
	marks := regexp.MustCompile(`(?m)^// BEGIN (\w+)$`)
	for _, path := range docs {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range marks.FindAllSubmatch(text, -1) {
			variable := string(m[1])
			name := filepath.Base(filepath.Dir(path)) + "." + variable
			mermaid, ok := machines[name]
			if !ok {
				return fmt.Errorf("%s has marks for %s, which cmd/gen does not know", path, name)
			}
			delete(machines, name)
			if text, err = between(text, "// BEGIN "+variable+"\n", "// END "+variable, comment(mermaid)); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			files[path] = text
		}
		formatted, err := format.Source(text)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !bytes.Equal(formatted, text) {
			return fmt.Errorf("%s is not as gofmt writes it; an empty line between two diagrams makes a heading of a mark", path)
		}
	}
	for name := range machines {
		return fmt.Errorf("%s is drawn nowhere: put // BEGIN and // END marks into its doc.go", name)
	}
	return nil
}

// comment makes a diagram a code block of a Go comment, as gofmt leaves it.
func comment(mermaid string) string {
	var b strings.Builder
	b.WriteString("//\n")
	for line := range strings.SplitSeq(strings.TrimRight(mermaid, "\n"), "\n") {
		b.WriteString("//\t" + line + "\n")
	}
	b.WriteString("//\n")
	return b.String()
}
