package web

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/report/pdf"
	"eoul/pkg/selection"
)

func letterRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/letters", Action: "letter:read", Handle: (*Server).listLetters},
		{Method: "GET", Path: "/letters/:id", Action: "letter:read", Handle: (*Server).showLetter},
		{Method: "GET", Path: "/letters/:id/letter.pdf", Action: "letter:read", Handle: (*Server).downloadLetter},
		{Method: "GET", Path: "/calls/:id/letters.pdf", Action: "letter:read", Handle: (*Server).downloadLetters},
		{Method: "GET", Path: "/calls/:id/letters.zip", Action: "letter:read", Handle: (*Server).downloadLetterFiles},
		{Method: "GET", Path: "/calls/:id/letter-texts", Action: "letter_template:read", Handle: (*Server).listLetterTexts},
		{Method: "GET", Path: "/calls/:id/letter-texts/:outcome", Action: "letter_template:edit", Handle: (*Server).editLetterText},
		{Method: "POST", Path: "/calls/:id/letter-texts/:outcome", Action: "letter_template:edit", Handle: (*Server).saveLetterText},
		{Method: "POST", Path: "/applications/:id/forfeit", Action: "application:forfeit", Handle: (*Server).forfeitApplication},
	}
}

func letterPages() []PageDef {
	return []PageDef{{"letter/list", &letterListPage{}}, {"letter/show", &letterPage{}}, {"letter/texts", &letterTextsPage{}}, {"letter/edit", &letterTextPage{}}}
}

type letterListPage struct {
	Base
	List    List
	Letters []selection.Letter
	Call    string // narrowed to one call: its id
}

func (s *Server) listLetters(c echo.Context) error {
	l := list(c, listSpec{Search: "문서번호·지자체·사업명", Filters: []Filter{
		{Name: "outcome", Label: "결과", Options: []Option{{Value: "selected", Label: "선정"}, {Value: "reserve", Label: "예비"}, {Value: "declined", Label: "탈락"}}}}})
	l = narrowed(c, l, "call")
	return get(s, c, nil, "letter/list", func(ctx context.Context, who authz.Actor) (*letterListPage, error) {
		slice, err := s.Selections.Letters(ctx, who, l.Request)
		return &letterListPage{Base: Base{Title: "결과 통지서", Lead: "선정 결과를 공개할 때 지자체마다 보낸 통지서입니다."}, List: of(l, slice), Letters: slice.Items, Call: l.Request.Filters["call"]}, err
	})
}

// letterPage is an issued letter, laid out for printing.
type letterPage struct {
	Base
	Issued   selection.Issued
	Checksum string
	Amounts  string // in words, empty unless selected
	Lines    []string
	Form     Form
}

func (s *Server) letter(ctx context.Context, who authz.Actor, id selection.LetterID, f Form) (*letterPage, error) {
	x, err := s.Selections.Letter(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &letterPage{Base: Base{Title: "결과 통지서", Lead: x.Letter.Number, Crumbs: []Crumb{{"결과 통지서", "/letters"}}, Failed: f.Failed()},
		Issued: x, Checksum: fmt.Sprintf("%x", x.Letter.SHA256), Lines: strings.Split(x.Content.Body, "\n"), Form: f}, nil
}

func (s *Server) showLetter(c echo.Context) error {
	var in struct {
		ID selection.LetterID `param:"id"`
	}
	return get(s, c, &in, "letter/show", func(ctx context.Context, who authz.Actor) (*letterPage, error) {
		return s.letter(ctx, who, in.ID, Form{})
	})
}

// outcomeOf is a letter as it is printed.
func outcomeOf(x selection.Issued, demo bool) pdf.Outcome {
	c := x.Content
	o := pdf.Outcome{
		Number: c.Number, IssuedOn: c.IssuedOn.Korean(), Ministry: c.Ministry, Government: c.GovernmentName, Title: c.Title, Call: c.CallTitle, Result: c.Outcome.Label(), Body: c.Body,
		Mean: c.Mean.String(), Bonus: c.Bonus.String(), Total: c.Total.String(), Floor: c.FloorBroken, Reason: c.Reason, SHA256: fmt.Sprintf("%x", x.Letter.SHA256), At: x.Letter.IssuedAt, Demo: demo,
	}
	if c.Outcome == selection.Selected {
		o.Amounts = &c.Amounts
	}
	for _, k := range c.Criteria {
		o.Points = append(o.Points, pdf.OutcomePoints{Title: k.Title, Max: fmt.Sprint(k.Max), Mean: k.Mean.String()})
	}
	return o
}

func (s *Server) downloadLetter(c echo.Context) error {
	var in struct {
		ID selection.LetterID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	x, err := s.Selections.Letter(c.Request().Context(), s.who(c), in.ID)
	if err != nil {
		return err
	}
	return s.sendLetters(c, x.Letter.Number, []selection.Issued{x})
}

func (s *Server) lettersOf(c echo.Context) ([]selection.Issued, error) {
	var in struct {
		Call program.CallID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return nil, err
	}
	letters, err := s.Selections.LettersOf(c.Request().Context(), s.who(c), in.Call)
	if err == nil && len(letters) == 0 {
		err = fault.New(fault.NotFound, "결과 통지서가 없습니다.")
	}
	return letters, err
}

// downloadLetters sends all letters of a call that this person may see as one PDF.
func (s *Server) downloadLetters(c echo.Context) error {
	letters, err := s.lettersOf(c)
	if err != nil {
		return err
	}
	return s.sendLetters(c, letters[0].Content.CallNumber+" 결과 통지서", letters)
}

func (s *Server) sendLetters(c echo.Context, name string, letters []selection.Issued) error {
	var file bytes.Buffer
	out := make([]pdf.Outcome, len(letters))
	for i, x := range letters {
		out[i] = outcomeOf(x, s.cfg.Demo)
	}
	if err := s.letters.Outcomes(&file, out); err != nil {
		return fmt.Errorf("write letters: %w", err)
	}
	return sendBytes(c, name+".pdf", pdf.MediaType, file.Bytes())
}

// downloadLetterFiles sends the same letters as one file each, in a ZIP.
func (s *Server) downloadLetterFiles(c echo.Context) error {
	letters, err := s.lettersOf(c)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, x := range letters {
		w, err := z.CreateHeader(&zip.FileHeader{Name: x.Letter.Number + " " + x.Letter.GovernmentName + ".pdf", Method: zip.Store, Modified: x.Letter.IssuedAt})
		if err != nil {
			return fmt.Errorf("pack letters: %w", err)
		}
		if err := s.letters.Outcomes(w, []pdf.Outcome{outcomeOf(x, s.cfg.Demo)}); err != nil {
			return fmt.Errorf("write letters: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("pack letters: %w", err)
	}
	return sendBytes(c, letters[0].Content.CallNumber+" 결과 통지서.zip", "application/zip", file.Bytes())
}

func (s *Server) forfeitApplication(c echo.Context) error {
	return s.giveReason(c, s.Applications.Forfeit, "선정을 포기했습니다.")
}
