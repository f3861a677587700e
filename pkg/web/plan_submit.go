package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
)

// checkPage shows all of the plan as it will be read, and hands it in.
type checkPage struct {
	Base
	Workspace application.Workspace
	Plan      PlanView
	Form      Form
	Problems  []partProblems
	Balance   []balanceRow
	Why       string // why the plan cannot be handed in now, empty when it can
}

// partProblems is what one part still lacks, each linked to the field it is about.
type partProblems struct {
	Title, Path string
	Problems    []Link
}

// problemAt is where a problem of a part is corrected: its field on the part's page.
func problemAt(id application.ID, part string, p application.Problem) string {
	field := p.Field
	switch rest, _ := strings.CutPrefix(p.Field, part+"."); {
	case part == application.PartTitle || strings.HasPrefix(part, "section."):
		field = "text"
	case part == application.PartAttachments:
		field = "file"
	case part == application.PartDeliberation:
		if field = rest; field == part {
			field = "committee"
		}
	case p.Field == part:
		field = part + ".0." + columnsOf(part)[0].Name
	}
	return planAt(id, part) + "#" + fieldID(field)
}

// whyNot says in words why a plan cannot be handed in now.
func whyNot(w application.Workspace, now time.Time) string {
	switch {
	case !w.Open():
		return "지금 상태(" + w.StateLabel() + ")에서는 제출할 수 없습니다."
	case !w.Can["submit"]:
		return "제출은 이 지자체의 담당자가 할 수 있습니다."
	case w.Deadline != nil && now.After(*w.Deadline):
		return "제출 마감(" + calendar.FormatInstant(*w.Deadline) + ")이 지나 제출할 수 없습니다."
	case !w.Report.Complete():
		return fmt.Sprintf("%d개 항목 가운데 %d개가 남아 있습니다. 위의 ‘제출하기 전에 마칠 일’을 모두 마치면 제출할 수 있습니다.", len(w.Report.Parts), len(w.Report.Parts)-w.Report.Done())
	}
	return ""
}

func (s *Server) checkShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*checkPage, error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &checkPage{
		Base:      Base{Title: "확인하고 제출", Lead: w.Call.Title + " · " + w.GovernmentName, Crumbs: planCrumbs(w.Application), Wide: true, Failed: f.Failed(), Now: s.cfg.Now()},
		Workspace: w, Plan: planView(w.Plan, id).over(w.Call), Form: f, Balance: balanceRows(w.Report.Balance),
	}
	p.Why = whyNot(w, p.Now)
	if w.Can["edit"] {
		p.Plan.Edit = planAt(id, "")
	}
	for _, part := range w.Report.Parts {
		if len(part.Problems) == 0 {
			continue
		}
		todo := partProblems{Title: part.Title, Path: planAt(id, part.Name)}
		for _, problem := range part.Problems {
			todo.Problems = append(todo.Problems, Link{problem.Msg, problemAt(id, part.Name, problem)})
		}
		p.Problems = append(p.Problems, todo)
	}
	return p, nil
}

func (s *Server) checkPlan(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
		return s.checkShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) submitApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id"`
		Version int            `form:"version"`
		Draft   int            `form:"draft_version"`
		Agreed  bool           `form:"agreed"`
	}
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			if !in.Agreed {
				return application.Application{}, fault.Fields{"agreed": "내용을 확인했다는 칸에 표시해 주십시오."}.Err()
			}
			return s.Applications.Submit(ctx, who, in.ID, in.Version, in.Draft)
		},
		To: func(a application.Application) string { return applicationAt(a.ID, "/receipt") },
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/check", func(ctx context.Context, who authz.Actor) (*checkPage, error) {
				return s.checkShow(ctx, who, in.ID, f)
			})
		},
	})
}
