package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/comment"
	"eoul/pkg/money"
)

// comparePage shows how one version of a plan came to be another, part by part, with
// the items of the return that asked for it.
type comparePage struct {
	Base
	Compared application.Compared
	Parts    []comparedPart // that changed, or that the return spoke of
	Alike    []string       // titles of the others
	Versions []Option
	From, To string
}

// comparedPart is one part with its budget, when it is the budget.
type comparedPart struct {
	application.PartChange
	Lines *application.LinesChange
	Items []talkThread
}

// Differs tells whether anything of the part changed.
func (p comparedPart) Differs() bool {
	return p.Changed() || p.Lines != nil && p.Lines.Changed()
}

// Signed is an amount with its sign, as 증감 is read.
func (comparePage) Signed(a money.Amount) string {
	if a.Sign() > 0 {
		return "+" + a.Comma()
	}
	return a.Comma()
}

func versionText(no int) string {
	if no == application.DraftNo {
		return "draft"
	}
	return strconv.Itoa(no)
}

// versionNo reads a version from the address; nothing, and what is no version, is the latest.
func versionNo(text string) int {
	if text == "draft" {
		return application.DraftNo
	}
	if no, err := strconv.Atoi(text); err == nil && no > 0 {
		return no
	}
	return application.LatestNo
}

func (s *Server) compareVersions(c echo.Context) error {
	var in struct {
		ID   application.ID `param:"id"`
		From string         `query:"from"`
		To   string         `query:"to"`
	}
	return get(s, c, &in, "application/compare", func(ctx context.Context, who authz.Actor) (*comparePage, error) {
		v, err := s.Applications.CompareVersions(ctx, who, in.ID, versionNo(in.From), versionNo(in.To))
		if err != nil {
			return nil, err
		}
		b, err := s.board(ctx, who, in.ID)
		if err != nil {
			return nil, err
		}
		p := &comparePage{
			Base: Base{Title: "제출본 비교", Lead: applicationName(v.Application) + " · " + v.From.Label() + " → " + v.To.Label(), Wide: true,
				Crumbs: applicationCrumbs(Crumb{applicationName(v.Application), applicationPath(v.Application)})},
			Compared: v, From: versionText(v.From.No), To: versionText(v.To.No),
		}
		for _, sub := range v.Submissions {
			p.Versions = append(p.Versions, Option{Value: versionText(sub.No), Label: application.Version{No: sub.No}.Label()})
		}
		if v.Previews {
			p.Versions = append(p.Versions, Option{Value: "draft", Label: application.Version{}.Label()})
		}
		p.fill(b)
		return p, nil
	})
}

// fill puts the budget and the items of the return of the earlier version to their parts.
func (p *comparePage) fill(b *comment.Board) {
	items := map[string][]talkThread{}
	if b != nil && p.Compared.From.No != application.DraftNo {
		for _, t := range b.Returned(p.Compared.From.No) {
			items[t.Part] = append(items[t.Part], talkThread{Thread: t, Place: t.Where(), At: talkAt{}})
		}
	}
	for _, part := range p.Compared.Comparison.Parts {
		p.add(comparedPart{PartChange: part, Items: items[part.Part]})
		if part.Part == application.PartActivities { // the budget stands where a plan has it
			p.add(comparedPart{
				PartChange: application.PartChange{Part: application.PartLines, Title: "예산"},
				Lines:      &p.Compared.Comparison.Lines, Items: items[application.PartLines],
			})
		}
	}
}

func (p *comparePage) add(part comparedPart) {
	if part.Differs() || len(part.Items) > 0 {
		p.Parts = append(p.Parts, part)
	} else {
		p.Alike = append(p.Alike, part.Title)
	}
}

// ChangedLines are the budget lines that differ.
func (p comparedPart) ChangedLines() (out []application.LineChange) {
	for _, l := range p.Lines.Rows {
		if l.Change != application.Same {
			out = append(out, l)
		}
	}
	return out
}

// AlikeLines counts the budget lines that do not differ.
func (p comparedPart) AlikeLines() int { return len(p.Lines.Rows) - len(p.ChangedLines()) }
