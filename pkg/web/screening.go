package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/screening"
)

func screeningRoutes() []Route {
	app := "/applications/:id/screening"
	return []Route{
		{Method: "GET", Path: "/calls/:id/screenings", Action: "screening:read", Handle: (*Server).listScreenings},
		{Method: "POST", Path: "/calls/:id/screenings/items", Action: "screening:setup", Handle: (*Server).saveScreeningItems},
		{Method: "GET", Path: app, Action: "screening:read", Handle: (*Server).showScreening},
		{Method: "POST", Path: app, Action: "screening:pass", Handle: (*Server).screenApplication},
		{Method: "POST", Path: app + "/answer", Action: "screening:answer", Handle: (*Server).answerScreening},
		{Method: "POST", Path: app + "/overturn", Action: "screening:overturn", Handle: (*Server).overturnScreening},
		{Method: "POST", Path: app + "/uphold", Action: "application:disqualify", Handle: (*Server).upholdScreening},
		{Method: "POST", Path: app + "/bonus", Action: "bonus:confirm", Handle: (*Server).confirmFact},
		{Method: "POST", Path: app + "/bonus/revoke", Action: "bonus:revoke", Handle: (*Server).revokeFact},
	}
}

func screeningPages() []PageDef {
	return []PageDef{{"review/screenings", &screeningsPage{}}, {"review/screening", &screeningPage{}}}
}

// screeningsPage is the screening of a whole call.
type screeningsPage struct {
	Base
	List  screening.List
	Tiles []Tile
	Form  Form
	Items string // one a line
	Waits string // what the rows shown wait for, empty: all rows
}

// waitingLabel is what a screening waits for in words, empty for what is no filter.
func waitingLabel(waits string) string {
	return map[string]string{screening.WaitsAnswer: "소명을 기다리는", screening.WaitsDecision: "결정할", screening.WaitsOther: "다른 사람의 결정을 기다리는"}[waits]
}

func screeningPath(id application.ID) string { return at("/applications", id, "/screening") }

func (s *Server) screenings(ctx context.Context, who authz.Actor, id program.CallID, f Form) (*screeningsPage, error) {
	l, err := s.Screenings.OfCall(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &screeningsPage{Base: Base{Title: "자격 심사", Lead: l.Call.Title, Crumbs: []Crumb{{"공모", "/calls"}, {l.Call.Title, callPath(id)}}, Failed: f.Failed()}, List: l, Form: f}
	for _, state := range []screening.State{screening.Open, screening.Eligible, screening.Noticed, screening.Answered, screening.Ineligible} {
		p.Tiles = append(p.Tiles, Tile{Label: screening.Flow.Label(state), Value: strconv.Itoa(l.Counts[state]), Unit: "건"})
	}
	if f.Values == nil {
		var lines []string
		for _, i := range l.Items {
			lines = append(lines, i.Title)
		}
		p.Form.Values = url.Values{"items": {strings.Join(lines, "\n")}}
	}
	return p, nil
}

func (s *Server) listScreenings(c echo.Context) error {
	var in struct {
		ID    program.CallID `param:"id"`
		Waits string         `query:"waits"`
	}
	return get(s, c, &in, "review/screenings", func(ctx context.Context, who authz.Actor) (*screeningsPage, error) {
		p, err := s.screenings(ctx, who, in.ID, Form{})
		if err != nil || waitingLabel(in.Waits) == "" {
			return p, err
		}
		p.Waits = waitingLabel(in.Waits)
		p.List.Rows = slices.DeleteFunc(p.List.Rows, func(r screening.Row) bool { return r.Waits != in.Waits })
		return p, nil
	})
}

// saveScreeningItems takes one item a line; a line that was there keeps its item.
func (s *Server) saveScreeningItems(c echo.Context) error {
	var in struct {
		ID    program.CallID `param:"id"`
		Items string         `form:"items"`
	}
	return post(s, c, command[[]screening.Item]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) ([]screening.Item, error) {
			have, err := s.Screenings.OfCall(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			known := map[string]int64{}
			for _, i := range have.Items {
				known[i.Title] = i.ID
			}
			var items []screening.Item
			for _, line := range strings.Split(in.Items, "\n") {
				if line = strings.TrimSpace(line); line != "" {
					items = append(items, screening.Item{ID: known[line], Title: line})
					delete(known, line)
				}
			}
			out, err := s.Screenings.SetItems(ctx, who, in.ID, items)
			if _, fields := fault.Public(err); fault.KindOf(err) == fault.Invalid {
				msg := "확인할 것을 한 줄에 하나씩, 200자 안으로 30개까지 적어 주십시오."
				if fields["items"] != "" {
					msg = fields["items"]
				}
				err = fault.Fields{"items": msg}.Err()
			}
			return out, err
		},
		To: func([]screening.Item) string { return callPath(in.ID) + "/screenings" }, Done: "확인 항목을 저장했습니다.",
		Again: func(f Form) error {
			return show(s, c, f.Status(), "review/screenings", func(ctx context.Context, who authz.Actor) (*screeningsPage, error) {
				return s.screenings(ctx, who, in.ID, f)
			})
		},
	})
}

// screeningPage is the screening of one application, for the ministry and, from the
// notice on, for the applicant.
type screeningPage struct {
	Base
	Detail screening.Detail
	Rows   []screeningRow
	Facts  []review.Fact // nil for who may not see them
	Form   Form
	Answer Form
	Bonus  bool // may be confirmed now
}

type screeningRow struct {
	Item     screening.Item
	Passed   Field
	Note     Field
	ItemName string
}

// Choices are what can be found of an item.
func (*screeningPage) Choices() []Option {
	return []Option{{Value: "yes", Label: "맞음"}, {Value: "no", Label: "맞지 않음"}}
}

func (s *Server) screeningShow(ctx context.Context, who authz.Actor, id application.ID, f Form) (*screeningPage, error) {
	d, err := s.Screenings.Show(ctx, who, id)
	if err != nil {
		return nil, err
	}
	p := &screeningPage{Base: Base{Title: "자격 심사", Lead: d.GovernmentName + " · " + d.Title, Failed: f.Failed(),
		Crumbs: []Crumb{{"신청", "/applications"}, {d.Number, at("/applications", id, "")}}}, Detail: d, Form: f}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{}
		for i, item := range d.Items {
			if m := d.Marked(item.ID); m != nil {
				p.Form.Values.Set(fmt.Sprintf("marks.%d.passed", i), map[bool]string{true: "yes", false: "no"}[m.Passed])
				p.Form.Values.Set(fmt.Sprintf("marks.%d.note", i), m.Note)
			}
		}
	}
	for i, item := range d.Items {
		name := fmt.Sprintf("marks.%d.", i)
		p.Rows = append(p.Rows, screeningRow{item, p.Form.Field(name+"passed", item.Title), p.Form.Field(name+"note", item.Title+" 메모"), name + "item"})
	}
	if s.Work.Authz().Mentions(who, "bonus:read") {
		if p.Facts, err = s.Reviews.Facts(ctx, who, id); err != nil && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
			return nil, err
		}
		p.Bonus = s.Work.Authz().Mentions(who, "bonus:confirm") && (d.ApplicationState == application.StateReceived || d.ApplicationState == application.StateReviewing)
	}
	return p, nil
}

func (s *Server) showScreening(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "review/screening", func(ctx context.Context, who authz.Actor) (*screeningPage, error) {
		return s.screeningShow(ctx, who, in.ID, Form{})
	})
}

func (s *Server) screeningAgain(c echo.Context, id *application.ID) func(Form) error {
	return func(f Form) error {
		return show(s, c, f.Status(), "review/screening", func(ctx context.Context, who authz.Actor) (*screeningPage, error) {
			return s.screeningShow(ctx, who, *id, f)
		})
	}
}

func toScreening(x screening.Screening) string { return screeningPath(x.ApplicationID) }

// screenApplication is the first look: act says whether it is kept, passed or noticed.
func (s *Server) screenApplication(c echo.Context) error {
	var in struct {
		ID      application.ID `param:"id"`
		Version int            `form:"version"`
		Act     string         `form:"act"`
		Reason  string         `form:"reason"`
		Marks   []struct {
			Item   int64  `form:"item"`
			Passed string `form:"passed"`
			Note   string `form:"note"`
		} `form:"marks"`
	}
	return post(s, c, command[screening.Screening]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (screening.Screening, error) {
			found := screening.Finding{Version: in.Version, Reason: in.Reason}
			for _, m := range in.Marks {
				if m.Passed != "" {
					found.Marks = append(found.Marks, screening.Mark{Item: m.Item, Passed: m.Passed == "yes", Note: m.Note})
				}
			}
			switch in.Act {
			case "pass":
				return s.Screenings.Pass(ctx, who, in.ID, found)
			case "notify":
				return s.Screenings.Notify(ctx, who, in.ID, found)
			}
			return s.Screenings.Mark(ctx, who, in.ID, found)
		},
		To: toScreening, Done: "자격 심사를 저장했습니다.", Again: s.screeningAgain(c, &in.ID),
	})
}

type screeningWords struct {
	ID        application.ID `param:"id"`
	Screening screening.ID   `form:"screening"`
	Version   int            `form:"version"`
	Text      string         `form:"text"`
}

func (s *Server) answerScreening(c echo.Context) error {
	var in screeningWords
	return post(s, c, command[screening.Screening]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (screening.Screening, error) {
			out, err := s.Screenings.Respond(ctx, who, in.Screening, in.Version, in.Text)
			return out, renamed(err, oneField("answer", "text"))
		},
		To: toScreening, Done: "소명을 제출했습니다.", Again: s.screeningAgain(c, &in.ID),
	})
}

func (s *Server) overturnScreening(c echo.Context) error {
	var in screeningWords
	return post(s, c, command[screening.Screening]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (screening.Screening, error) {
			out, err := s.Screenings.Overturn(ctx, who, in.Screening, in.Version, in.Text)
			return out, renamed(err, oneField("reason", "text"))
		},
		To: toScreening, Done: "소명을 받아들였습니다. 신청은 적격입니다.", Again: s.screeningAgain(c, &in.ID),
	})
}

func (s *Server) upholdScreening(c echo.Context) error {
	var in screeningWords
	return post(s, c, command[application.Application]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Application, error) {
			out, err := s.Screenings.Disqualify(ctx, who, in.ID, in.Version, in.Text)
			return out, renamed(err, oneField("reason", "text"))
		},
		To:   func(a application.Application) string { return screeningPath(a.ID) },
		Done: "부적격으로 결정했습니다.", Again: s.screeningAgain(c, &in.ID),
	})
}
