package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
)

// examinationPage is the examination of a request for a grant with its conditions.
type examinationPage struct {
	Base
	Award award.Detail
	Form  Form
}

type examinationForm struct {
	ID         award.ID `param:"id"`
	Conditions string   `form:"conditions"` // one per line
}

func (s *Server) examinationShow(ctx context.Context, who authz.Actor, id award.ID, f *Form) (*examinationPage, error) {
	d, err := s.Awards.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if f == nil {
		filled, err := fill(examinationForm{Conditions: strings.Join(award.DefaultConditions(), "\n")})
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	return &examinationPage{Base: Base{Title: "교부신청 검토", Lead: d.Award.Number + " · " + d.Award.GovernmentName + " · " + d.Award.Title, Wide: true,
		Crumbs: awardCrumbs(Crumb{d.Award.Title, awardPath(d.Award)}), Failed: f.Failed()}, Award: d, Form: *f}, nil
}

func (s *Server) examination(c echo.Context) error {
	var in examinationForm
	return get(s, c, &in, "award/examine", func(ctx context.Context, who authz.Actor) (*examinationPage, error) {
		return s.examinationShow(ctx, who, in.ID, nil)
	})
}

func (s *Server) examineAward(c echo.Context) error {
	var in examinationForm
	return post(s, c, command[award.Award]{
		In: &in, To: awardPath, Done: "검토를 마쳤습니다. 결재자의 교부결정을 기다립니다.",
		Do: func(ctx context.Context, who authz.Actor) (award.Award, error) {
			return s.Awards.Examine(ctx, who, in.ID, strings.Split(in.Conditions, "\n"))
		},
		Again: func(f Form) error {
			return show(s, c, f.Status(), "award/examine", func(ctx context.Context, who authz.Actor) (*examinationPage, error) {
				return s.examinationShow(ctx, who, in.ID, &f)
			})
		},
	})
}

// awardNewPage is the request for a grant: the plan's budget fitted to what was selected.
type awardNewPage struct {
	Base
	Proposal award.Proposal
	Form     Form
	Rows     []int // positions of the lines to show
	Codes    []Option
}

type awardNewForm struct {
	Application application.ID    `form:"application" query:"application"`
	Lines       []award.LineInput `form:"lines"`
}

func (s *Server) awardNew(ctx context.Context, who authz.Actor, in awardNewForm, f *Form) (*awardNewPage, error) {
	p, err := s.Awards.Propose(ctx, who, in.Application)
	if err != nil {
		return nil, err
	}
	if f == nil {
		for _, l := range p.Lines {
			in.Lines = append(in.Lines, award.LineInput{Code: l.Code, Description: l.Description, Basis: l.Basis, Amounts: l.Amounts})
		}
		filled, err := fill(in)
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	page := &awardNewPage{Base: Base{Title: "교부신청", Lead: p.Application.Number + " · " + p.Application.GovernmentName + " · " + p.Application.Title, Wide: true,
		Crumbs: []Crumb{{"신청", "/applications"}, {p.Application.Title, applicationPath(p.Application)}}, Failed: f.Failed()}, Proposal: p, Form: *f}
	for i := range max(len(in.Lines), len(p.Lines)) + 3 {
		page.Rows = append(page.Rows, i)
	}
	for _, code := range p.Codes {
		page.Codes = append(page.Codes, Option{Value: code.Code, Label: code.Code + " " + code.Name})
	}
	return page, nil
}

// Cell is one field of one line of the request.
func (p *awardNewPage) Cell(row int, name, label string) Field {
	f := p.Form.Field(fmt.Sprintf("lines.%d.%s", row, name), fmt.Sprintf("%d번째 %s", row+1, label))
	f.Options = p.Codes
	return f
}

func (s *Server) newAward(c echo.Context) error {
	var in awardNewForm
	return get(s, c, &in, "award/new", func(ctx context.Context, who authz.Actor) (*awardNewPage, error) {
		return s.awardNew(ctx, who, in, nil)
	})
}

func (s *Server) createAward(c echo.Context) error {
	var in awardNewForm
	return post(s, c, command[award.Award]{
		In: &in, To: awardPath, Done: "교부신청을 했습니다. 부처의 검토를 기다립니다.",
		Do: func(ctx context.Context, who authz.Actor) (award.Award, error) {
			return s.Awards.Create(ctx, who, award.Input{ApplicationID: in.Application, Lines: written(in.Lines)})
		},
		Again: func(f Form) error {
			return show(s, c, f.Status(), "award/new", func(ctx context.Context, who authz.Actor) (*awardNewPage, error) {
				return s.awardNew(ctx, who, in, &f)
			})
		},
	})
}

// written leaves out the blank lines at the end of the form.
func written(lines []award.LineInput) []award.LineInput {
	for len(lines) > 0 && lines[len(lines)-1] == (award.LineInput{}) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

type securingPage struct {
	Base
	Award award.Detail
	Form  Form
	Held  money.BySource // still to be secured
}

type securingForm struct {
	ID      award.ID       `param:"id"`
	Amounts money.BySource `form:"amounts"`
	On      calendar.Date  `form:"on"`
	Note    string         `form:"note"`
}

func (s *Server) securingShow(ctx context.Context, who authz.Actor, id award.ID, f *Form) (*securingPage, error) {
	d, err := s.Awards.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	held := d.Award.Held(d.Balances.Undisbursed())
	if f == nil {
		filled, err := fill(securingForm{Amounts: held, On: calendar.Today(s.cfg.Now())})
		if err != nil {
			return nil, err
		}
		f = &filled
	}
	return &securingPage{Base: Base{Title: "자체 부담금 확보", Lead: d.Award.Number + " · " + d.Award.Title,
		Crumbs: awardCrumbs(Crumb{d.Award.Title, awardPath(d.Award)}), Failed: f.Failed()}, Award: d, Form: *f, Held: held}, nil
}

func (s *Server) securing(c echo.Context) error {
	var in struct {
		ID award.ID `param:"id"`
	}
	return get(s, c, &in, "award/secure", func(ctx context.Context, who authz.Actor) (*securingPage, error) {
		return s.securingShow(ctx, who, in.ID, nil)
	})
}

func (s *Server) secureMoney(c echo.Context) error {
	var in securingForm
	return post(s, c, command[ledger.Posting]{
		In: &in, Done: "확보한 금액을 적었습니다.",
		Do: func(ctx context.Context, who authz.Actor) (ledger.Posting, error) {
			return s.Awards.Secure(ctx, who, in.ID, award.SecureInput{Amounts: in.Amounts, On: in.On, Note: in.Note})
		},
		To: func(ledger.Posting) string { return awardAt(in.ID, "") },
		Again: func(f Form) error {
			return show(s, c, f.Status(), "award/secure", func(ctx context.Context, who authz.Actor) (*securingPage, error) {
				return s.securingShow(ctx, who, in.ID, &f)
			})
		},
	})
}

func (s *Server) unsecureMoney(c echo.Context) error {
	var in struct {
		ID      award.ID `param:"id"`
		Year    int      `form:"year"`
		Posting int64    `form:"posting"`
		Reason  string   `form:"reason"`
	}
	return post(s, c, command[ledger.Posting]{
		In: &in, Done: "확보한 금액을 되돌렸습니다.",
		Do: func(ctx context.Context, who authz.Actor) (ledger.Posting, error) {
			return s.Awards.Unsecure(ctx, who, in.ID, ledger.Ref{FiscalYear: in.Year, ID: in.Posting}, in.Reason)
		},
		To: func(ledger.Posting) string { return awardAt(in.ID, "") },
		Again: func(f Form) error {
			return show(s, c, f.Status(), "award/show", func(ctx context.Context, who authz.Actor) (*awardPage, error) {
				return s.awardShow(ctx, who, in.ID, f)
			})
		},
	})
}

// towardsGrant leads from a selected application to its grant.
func (s *Server) towardsGrant(ctx context.Context, who authz.Actor, p *applicationPage) error {
	st, err := s.Awards.StandingOf(ctx, who, p.Application.ID)
	switch {
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return err
	case st.Award != 0:
		p.Todo = Todo{"선정되어 교부 절차를 밟고 있습니다.", "교부 보기", awardAt(st.Award, "")}
	case st.MayCreate:
		p.Todo = Todo{"선정되었습니다. 예산을 선정된 금액에 맞추어 교부신청을 합니다.", "교부신청", fmt.Sprintf("/awards/new?application=%d", p.Application.ID)}
	}
	return nil
}
