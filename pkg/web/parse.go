package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template/parse"
)

// parsePages parses each templates/<noun>/<page>.html with the partials (_*.html)
// of its own folder and of the root.
func parsePages(files fs.FS, funcs template.FuncMap) (map[string]*template.Template, error) {
	all, err := fs.Glob(files, "templates/*/*.html")
	if err != nil {
		return nil, err
	}
	fresh := func() *template.Template { return template.New("").Option("missingkey=error").Funcs(funcs) }
	root, err := fresh().ParseFS(files, "templates/_*.html")
	if err != nil {
		return nil, err
	}
	folders, err := parseFolders(files, all, fresh)
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	for _, file := range all {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		t, err := fresh().ParseFS(files, file)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		if t.Lookup("main") == nil {
			return nil, fmt.Errorf("%s does not define main", file)
		}
		lenders := []*template.Template{folders[path.Dir(file)], root}
		for _, whole := range []string{"layout", "fragment"} { // what render asks for
			if err := lend(lenders, t, whole, map[string]bool{}); err != nil {
				return nil, err
			}
		}
		out[name] = t
	}
	return out, nil
}

// parseFolders parses the partials of each noun's folder.
func parseFolders(files fs.FS, all []string, fresh func() *template.Template) (map[string]*template.Template, error) {
	out := map[string]*template.Template{}
	for _, file := range all {
		folder := path.Dir(file)
		if out[folder] == nil {
			out[folder] = fresh()
		}
		if !strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		if _, err := out[folder].ParseFS(files, file); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lend copies a template of the first lender that has it, and what it needs in turn,
// into a page that does not have it. A page owns its copies, because escaping changes
// them; copies of all partials in every page would fill the memory.
func lend(lenders []*template.Template, page *template.Template, name string, seen map[string]bool) error {
	if seen[name] {
		return nil
	}
	seen[name] = true
	t := page.Lookup(name)
	if t == nil {
		i := slices.IndexFunc(lenders, func(l *template.Template) bool { return l.Lookup(name) != nil })
		if i < 0 {
			return fmt.Errorf("there is no template %q", name)
		}
		var err error
		if t, err = page.AddParseTree(name, lenders[i].Lookup(name).Tree.Copy()); err != nil {
			return err
		}
	}
	for _, needed := range used(t.Tree.Root) {
		if err := lend(lenders, page, needed, seen); err != nil {
			return err
		}
	}
	return nil
}

// used are the names of the templates that a part of a template calls.
func used(node parse.Node) (out []string) {
	branch := func(b parse.BranchNode) {
		out = append(out, used(b.List)...)
		if b.ElseList != nil {
			out = append(out, used(b.ElseList)...)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				out = append(out, used(child)...)
			}
		}
	case *parse.TemplateNode:
		out = append(out, n.Name)
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	default: // text, actions and the like call no template
	}
	return out
}
