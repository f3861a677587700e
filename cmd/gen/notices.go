package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// module is one Go module that is part of the binary.
type module struct{ path, version, dir string }

// modules are what cmd/eoul is built from, other than ourselves.
func modules(root string) ([]module, error) {
	list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/eoul") //nolint:noctx // a tool that ends with its command
	list.Dir = root
	var problem bytes.Buffer
	list.Stderr = &problem
	text, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list modules: %w: %s", err, problem.String())
	}
	seen := map[string]module{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			seen[f[0]] = module{f[0], f[1], f[2]}
		}
	}
	out := make([]module, 0, len(seen))
	for _, m := range seen {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return out, nil
}

// licence is the text a module comes with.
func (m module) licence() (string, error) {
	for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "License*"} {
		files, err := filepath.Glob(filepath.Join(m.dir, pattern))
		if err != nil {
			return "", err
		}
		if len(files) > 0 {
			text, err := os.ReadFile(files[0])
			return strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")), err
		}
	}
	return "", fmt.Errorf("module %s has no licence file", m.path)
}

// licenceName recognises the licences we meet by words that only they have.
func licenceName(text string) (string, error) {
	flat := strings.Join(strings.Fields(text), " ")
	for _, known := range []struct{ words, name string }{
		{"Apache License Version 2.0", "Apache-2.0"},
		{"Mozilla Public License Version 2.0", "MPL-2.0"},
		{"Neither the name of", "BSD-3-Clause"},
		{"Redistribution and use in source and binary forms", "BSD-2-Clause"},
		{"Permission is hereby granted, free of charge", "MIT"},
		{"Permission to use, copy, modify, and/or distribute", "ISC"},
	} {
		if strings.Contains(flat, known.words) {
			return known.name, nil
		}
	}
	return "", errors.New("an unknown licence")
}

// notices is the list of modules and each different licence text once.
func notices(root string) (string, error) {
	list, err := modules(root)
	if err != nil {
		return "", err
	}
	var table, texts strings.Builder
	table.WriteString("\n| module | version | licence |\n|---|---|---|\n")
	users := map[string][]string{}
	var order []string
	for _, m := range list {
		text, err := m.licence()
		if err != nil {
			return "", err
		}
		name, err := licenceName(text)
		if err != nil {
			return "", fmt.Errorf("module %s: %w", m.path, err)
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", m.path, m.version, name)
		if users[text] == nil {
			order = append(order, text)
		}
		users[text] = append(users[text], m.path)
	}
	for _, text := range order {
		fmt.Fprintf(&texts, "\n### %s\n\n", strings.Join(users[text], ", "))
		for line := range strings.Lines(text) {
			texts.WriteString(strings.TrimRight("    "+line, " \n\t") + "\n")
		}
	}
	return table.String() + texts.String(), nil
}
