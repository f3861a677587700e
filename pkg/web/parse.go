package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"text/template/parse"
)

// parsePages parses each templates/<noun>/<page>.html with the partials (_*.html)
// of the root and of its own folder.
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
	out := map[string]*template.Template{}
	for _, file := range all {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		t := fresh()
		folder := path.Dir(file) + "/_*.html"
		if partials, err := fs.Glob(files, folder); err != nil {
			return nil, err
		} else if len(partials) > 0 {
			if t, err = t.ParseFS(files, folder); err != nil {
				return nil, err
			}
		}
		if t, err = t.ParseFS(files, file); err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		if t.Lookup("main") == nil {
			return nil, fmt.Errorf("%s does not define main", file)
		}
		for _, whole := range []string{"layout", "fragment"} { // what render asks for
			if err := lend(root, t, whole, map[string]bool{}); err != nil {
				return nil, err
			}
		}
		out[name] = t
	}
	return out, nil
}

// lend copies a template of root, and what it needs in turn, into a page that does not
// have it. A page owns its copies, because escaping changes them; copies of all of
// root in every page would fill the memory.
func lend(root, page *template.Template, name string, seen map[string]bool) error {
	if seen[name] {
		return nil
	}
	seen[name] = true
	t := page.Lookup(name)
	if t == nil {
		lent := root.Lookup(name)
		if lent == nil {
			return fmt.Errorf("there is no template %q", name)
		}
		var err error
		if t, err = page.AddParseTree(name, lent.Tree.Copy()); err != nil {
			return err
		}
	}
	for _, needed := range used(t.Tree.Root) {
		if err := lend(root, page, needed, seen); err != nil {
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
