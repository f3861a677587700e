package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// packageMap is a table of our packages with the first sentence of each.
func packageMap(root string) (string, error) {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Doc", "./cmd/...", "./pkg/...") //nolint:noctx // a tool of the developer, stopped by Ctrl-C
	cmd.Dir = root
	text, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list: %w", err)
	}
	var b strings.Builder
	b.WriteString("| package | what it is |\n|---|---|\n")
	for dec := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p struct{ ImportPath, Doc string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return b.String(), nil
		} else if err != nil {
			return "", fmt.Errorf("go list: %w", err)
		}
		path := strings.TrimPrefix(p.ImportPath, "eoul/")
		if p.Doc == "" || path == "pkg" {
			continue
		}
		fmt.Fprintf(&b, "| [`%s`](%s) | %s |\n", path, path, cell(sentence(p.Doc, path)))
	}
}

// sentence is a synopsis without its standing beginning, "Package x owns" becoming "owns".
func sentence(doc, path string) string {
	name := path[strings.LastIndex(path, "/")+1:]
	for _, beginning := range []string{"Package " + name + " ", "Command " + name + " "} {
		doc = strings.TrimPrefix(doc, beginning)
	}
	return doc
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
