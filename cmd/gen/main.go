// Command gen writes what is derived from the code: the package map in the READMEs,
// the permission matrix beside the policy, the notices of third parties, and the
// state diagrams in the packages' documentation. With -check it writes nothing and fails when something is not
// current.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "only tell what is not current")
	flag.Parse()
	if err := run(".", *check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run brings every generated text below root up to date, or with check lists those
// that are not.
func run(root string, check bool) error {
	files, err := generate(root)
	if err != nil {
		return err
	}
	var stale []string
	for path, text := range files {
		current, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if bytes.Equal(current, text) {
			continue
		}
		if check {
			stale = append(stale, path)
			continue
		}
		if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // source files are readable
			return err
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("not current, run make gen: %s", strings.Join(stale, ", "))
	}
	return nil
}

// generate gives the whole text of each file that holds something derived.
func generate(root string) (map[string][]byte, error) {
	files := map[string][]byte{}
	table, err := packageMap(root)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"README.md", "README.ko.md"} {
		path := root + "/" + name
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if files[path], err = between(text, "<!-- BEGIN packages -->\n", "<!-- END packages -->", table); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if files[root+"/policies/README.md"], err = matrix(); err != nil {
		return nil, err
	}
	path := root + "/THIRD_PARTY_NOTICES.md"
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	list, err := notices(root)
	if err != nil {
		return nil, err
	}
	if files[path], err = between(text, "<!-- BEGIN modules -->\n", "<!-- END modules -->", list); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return files, diagrams(root, files)
}

// between puts a text between two marks that stand once in a file.
func between(file []byte, begin, end, text string) ([]byte, error) {
	head, rest, ok := strings.Cut(string(file), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return nil, fmt.Errorf("the marks %q and %q do not stand in this order", strings.TrimSpace(begin), end)
	}
	return []byte(head + begin + text + end + tail), nil
}
