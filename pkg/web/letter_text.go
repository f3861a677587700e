package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/selection"
)

// letterTextsPage is the three texts of a call.
type letterTextsPage struct {
	Base
	Call  program.CallID
	Texts []selection.Text
	Edit  bool
}

func letterTextsPath(call program.CallID) string { return at("/calls", call, "/letter-texts") }

func (s *Server) listLetterTexts(c echo.Context) error {
	var in struct {
		Call program.CallID `param:"id"`
	}
	return get(s, c, &in, "letter/texts", func(ctx context.Context, who authz.Actor) (*letterTextsPage, error) {
		texts, err := s.Selections.Texts(ctx, who, in.Call)
		return &letterTextsPage{Base: Base{Title: "통지서 문안", Lead: "선정 결과를 공개할 때 지자체마다 보내는 통지서의 문안입니다. 보낸 통지서는 바뀌지 않습니다.", Crumbs: selectionCrumbs()},
			Call: in.Call, Texts: texts, Edit: s.Work.Authz().Mentions(who, "letter_template:edit")}, err
	})
}

type letterTextForm struct {
	Call    program.CallID    `param:"id"`
	Outcome selection.Outcome `param:"outcome"`
	Version int               `form:"version"`
	Body    string            `form:"body"`
	Act     string            `form:"act"`
}

// letterTextPage is one text with what it would say of a made-up application.
type letterTextPage struct {
	Base
	Call    program.CallID
	Text    selection.Text
	Version int
	Form    Form
	Preview []string
}

func (s *Server) letterText(ctx context.Context, who authz.Actor, in letterTextForm, f Form) (*letterTextPage, error) {
	texts, err := s.Selections.Texts(ctx, who, in.Call)
	if err != nil {
		return nil, err
	}
	for _, t := range texts {
		if t.Outcome != in.Outcome {
			continue
		}
		p := &letterTextPage{Base: Base{Title: t.Outcome.Label() + " 통지서 문안", Crumbs: selectionCrumbs(Crumb{"통지서 문안", letterTextsPath(in.Call)})},
			Call: in.Call, Text: t, Version: in.Version, Form: f}
		if f.Values == nil {
			in.Body, p.Version = t.Body, t.Version
			if p.Form, err = fill(letterTextForm{Body: t.Body}); err != nil {
				return nil, err
			}
		}
		preview, err := s.Selections.Preview(ctx, who, in.Call, in.Outcome, in.Body)
		switch {
		case fault.KindOf(err) == fault.Invalid && err != nil:
			p.Form = p.Form.With(err)
		case err != nil:
			return nil, err
		default:
			p.Preview = strings.Split(preview.Body, "\n")
		}
		p.Failed = p.Form.Failed()
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "찾을 수 없습니다.")
}

func (s *Server) editLetterText(c echo.Context) error {
	var in letterTextForm
	return get(s, c, &in, "letter/edit", func(ctx context.Context, who authz.Actor) (*letterTextPage, error) {
		return s.letterText(ctx, who, in, Form{})
	})
}

// saveLetterText keeps a text, or with the other button only shows what it would say.
func (s *Server) saveLetterText(c echo.Context) error {
	var in letterTextForm
	again := func(f Form) error {
		p, err := s.letterText(c.Request().Context(), s.who(c), in, f)
		if err != nil {
			return err
		}
		return s.render(c, max(p.Form.Status(), http.StatusOK), "letter/edit", p)
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	if values, _, err := readBody(c); err == nil && values.Get("act") == "preview" {
		f, err := bind(c, &in)
		if err != nil {
			return err
		}
		return again(f)
	}
	return post(s, c, command[selection.Text]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (selection.Text, error) {
			return s.Selections.SaveText(ctx, who, in.Call, in.Outcome, in.Version, in.Body)
		},
		To:    func(t selection.Text) string { return letterTextsPath(t.CallID) },
		Done:  fmt.Sprintf("%s 통지서 문안을 저장했습니다.", in.Outcome.Label()),
		Again: again,
	})
}
