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
	return []NavItem{
		{Label: "내 업무", Path: "/", Action: "home:read"},
		{Label: "공모", Path: "/calls", Action: "call:read"},
		{Label: "사업·예산", Path: "/programs", Action: "appropriation:read"},
		{Label: "신청", Path: "/applications", Action: "application:read"},
		{Label: "시·도 검토", Path: "/endorsements", Action: "application:endorse"},
		{Label: "내 심사", Path: "/assignments", Action: "assignment:declare"},
		{Label: "심사", Path: "/rounds", Action: "round:read"},
		{Label: "선정", Path: "/selections", Action: "selection:read"},
		{Label: "결과 통지서", Path: "/letters", Action: "letter:read"},
		{Label: "이의신청", Path: "/objections", Action: "objection:read"},
		{Label: "선정 결과", Path: "/results", Action: "result:read"},
		{Label: "보고서", Path: "/reports", Action: "report:export"},
		{Label: "교부", Path: "/awards", Action: "award:read"},
		{Label: "집행", Path: "/expenditures", Action: "expenditure:read"},
		{Label: "정산", Path: "/settlements", Action: "settlement:read"},
		{Label: "원장", Path: "/ledger", Action: "ledger:read"},
		{Label: "기관", Path: "/organizations", Action: "organization:read"},
		{Label: "사람과 역할", Path: "/people", Action: "person:read"},
		{Label: "감사 이력", Path: "/audit", Action: "audit:read"},
	}
}

// nav is the menu of a person. Of two entries that both contain the path, the
// longer one is where the person is.
func (s *Server) nav(who authz.Actor, path string) []NavItem {
	var out []NavItem
	current, length := -1, 0
	for _, item := range s.menu {
		if !s.Work.Authz().Mentions(who, item.Action) {
			continue
		}
		out = append(out, item)
		if (path == item.Path || strings.HasPrefix(path, item.Path+"/")) && len(item.Path) > length {
			current, length = len(out)-1, len(item.Path)
		}
	}
	if current >= 0 {
		out[current].Current = true
	}
	return out
}
