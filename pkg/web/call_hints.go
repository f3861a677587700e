package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
)

// callHint is the help beside one part of the plan.
type callHint struct {
	Field string `form:"field"`
	Body  string `form:"body"`
}

// callHintsOf are the rows of a form: every part that is no text, with its hint.
func callHintsOf(hints []program.Hint) []callHint {
	body := map[string]string{}
	for _, h := range hints {
		body[h.Field] = h.Body
	}
	var out []callHint
	for _, part := range program.HintParts() {
		out = append(out, callHint{part[0], body[part[0]]})
	}
	return out
}

func hintsIn(rows []callHint) []program.Hint {
	var out []program.Hint
	for _, r := range rows {
		out = append(out, program.Hint{Field: r.Field, Body: r.Body})
	}
	return out
}

// hintTitles are the Korean names of the parts.
func hintTitles(sections []program.Section) map[string]string {
	out := map[string]string{}
	for _, part := range program.HintParts() {
		out[part[0]] = part[1]
	}
	for _, s := range sections {
		out[program.SectionPrefix+s.Kind] = s.Title
	}
	return out
}

// hintField is one textarea with the name of its part, and how it reads.
type hintField struct {
	Field, Name string
	Body        Field
	Preview     string // Markdown, empty without
}

// hintFields are the rows of a form as typed. The names of parts come from the form
// that was sent or from what is stored; unknown ones keep their code.
func hintFields(f Form, rows []callHint, titles map[string]string, preview bool) []hintField {
	var out []hintField
	for i, r := range rows {
		title := titles[r.Field]
		if title == "" {
			title = r.Field
		}
		h := hintField{Field: r.Field, Name: fmt.Sprintf("hints.%d.field", i), Body: f.Field(fmt.Sprintf("hints.%d.body", i), title)}
		if preview {
			h.Preview = h.Body.Value
		}
		out = append(out, h)
	}
	return out
}

type callHintsForm struct {
	ID      program.CallID `param:"id"`
	Version int            `form:"version"`
	Hints   []callHint     `form:"hints"`
	Act     string         `form:"act"` // save, or preview: shown and not saved
}

// callHintsPage is all the help of a call, which may change while it is open.
type callHintsPage struct {
	Base
	Call    program.CallDetail
	Version int
	Form    Form
	Rows    []hintField
	Preview bool
}

func (s *Server) callHints(ctx context.Context, who authz.Actor, in callHintsForm, f *Form) (*callHintsPage, error) {
	d, err := s.Programs.Call(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	if !d.Can["hint"] {
		return nil, fault.New(fault.Forbidden, "이 공모의 작성 안내를 고칠 수 없습니다.")
	}
	if f == nil {
		in.Version, in.Hints = d.Version, nil
		for _, sec := range d.Sections {
			in.Hints = append(in.Hints, callHint{program.SectionPrefix + sec.Kind, sec.Hint})
		}
		in.Hints = append(in.Hints, callHintsOf(d.Hints)...)
		stored, err := fill(in)
		if err != nil {
			return nil, err
		}
		f = &stored
	}
	p := &callHintsPage{Base: Base{Title: "작성 안내", Lead: d.Title, Crumbs: []Crumb{{"공모", "/calls"}, {d.Title, callPath(d.ID)}}},
		Call: d, Version: in.Version, Form: *f, Preview: in.Act == "preview"}
	p.Rows = hintFields(*f, in.Hints, hintTitles(d.Sections), p.Preview)
	return p, nil
}

func (s *Server) editHints(c echo.Context) error {
	var in callHintsForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return get(s, c, nil, "call/hints", func(ctx context.Context, who authz.Actor) (*callHintsPage, error) {
		return s.callHints(ctx, who, in, nil)
	})
}

func (s *Server) saveHints(c echo.Context) error {
	var in callHintsForm
	again := func(f Form) error {
		return show(s, c, f.Status(), "call/hints", func(ctx context.Context, who authz.Actor) (*callHintsPage, error) {
			return s.callHints(ctx, who, in, &f)
		})
	}
	if typed, err := bind(c, &in); err != nil || in.Act == "preview" {
		if typed.Values == nil {
			return err
		}
		return again(typed)
	}
	return post(s, c, command[program.Call]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (program.Call, error) {
			return s.Programs.SaveHints(ctx, who, in.ID, in.Version, hintsIn(in.Hints))
		},
		To:    func(x program.Call) string { return callPath(x.ID) + "/hints" },
		Done:  "작성 안내를 저장했습니다. 작성하는 사람에게 바로 보입니다.",
		Again: again,
	})
}
