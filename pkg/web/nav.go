package web

import (
	"strings"

	"eoul/pkg/authz"
)

// NavItem is one entry of the main menu. It is shown to people whose grants
// mention its action; the list behind it is scoped by the same rules.
type NavItem struct {
	Label, Path, Action string
	Current             bool
}

// navItems is the main menu in its order: one line per noun that has a list.
func navItems() []NavItem {
	return []NavItem{}
}

func (s *Server) nav(who authz.Actor, path string) []NavItem {
	var out []NavItem
	for _, item := range navItems() {
		if !s.Work.Authz().Mentions(who, item.Action) {
			continue
		}
		item.Current = path == item.Path || strings.HasPrefix(path, item.Path+"/")
		out = append(out, item)
	}
	return out
}
