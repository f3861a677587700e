package web

import (
	"fmt"

	"eoul/pkg/authz"
	"eoul/pkg/selection"
)

// selectionLinks are the pages beside a selection, empty where this person has none.
type selectionLinks struct{ Simulator, Texts, Letters, Objections, Workbook, Allowances string }

func (s *Server) selectionLinks(who authz.Actor, x selection.Selection) (l selectionLinks) {
	may := func(action string) bool { return s.Work.Authz().Mentions(who, action) }
	if x.RankingID == nil {
		return l
	}
	if may("scenario:read") {
		l.Simulator = at("/calls", x.CallID, "/simulator")
	}
	if may("ranking:export") {
		l.Workbook = at("/calls", x.CallID, "/judging.xlsx")
	}
	if may("allowance:export") {
		l.Allowances = at("/calls", x.CallID, "/allowances.xlsx")
	}
	if may("letter_template:read") {
		l.Texts = letterTextsPath(x.CallID)
	}
	if x.State != selection.Published {
		return l
	}
	if may("letter:read") {
		l.Letters = fmt.Sprintf("/letters?call=%d", x.CallID)
	}
	if may("objection:read") {
		l.Objections = fmt.Sprintf("/objections?call=%d", x.CallID)
	}
	return l
}
