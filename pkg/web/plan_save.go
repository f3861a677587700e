package web

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

// partInput is the form of one part, as bind reads it.
type partInput interface {
	common() *partForm
	// edit says what the form makes of the part; unread are the fields that could not
	// be read, by their names in the form.
	edit(unread map[string]string) partEdit
}

// partEdit is an edit with what the page must know of it.
type partEdit struct {
	application.Edit
	back  string              // what follows the part's address after a save: query and fragment
	field func(string) string // the form's name of a field of what was sent on; nil: the same
	show  func(partFigures) (outputs, values map[string]string)
}

// partFigures is what a part may show of while it is typed: outputs go as text into
// the elements with data-output=name, values into the fields of the form.
type partFigures struct {
	application.Saved      // Plan is empty while the form has mistakes
	Form              Form // as typed, with its mistakes
}

func (e partEdit) mistakes(err error) error {
	if e.field == nil {
		return err
	}
	return renamed(err, e.field)
}

// partForm is what every part's form carries.
type partForm struct {
	ID      application.ID `param:"id"`
	Version int            `form:"version"`
	Act     string         `form:"act"`  // save, done, add, propose, restore or auto
	Page    string         `form:"page"` // of autosave.js: which open page sends this
	Seq     int            `form:"seq"`  // and its how manieth save it is
}

func (f *partForm) common() *partForm { return f }

type textForm struct {
	partForm
	Text string `form:"text"`
}

func (f *textForm) edit(map[string]string) partEdit {
	return partEdit{Edit: application.TitleEdit(f.Text), field: oneField("title", "text")}
}

type sectionForm struct {
	textForm
	Kind string `param:"kind"`
}

func (f *sectionForm) edit(map[string]string) partEdit {
	return partEdit{Edit: application.SectionEdit(f.Kind, f.Text), field: oneField("body", "text")}
}

// inputOf is the empty form of a part.
func inputOf(part string) (partInput, bool) {
	if kind, ok := strings.CutPrefix(part, "section."); ok {
		return &sectionForm{Kind: kind}, true
	}
	switch part {
	case application.PartTitle:
		return &textForm{}, true
	case application.PartLines:
		return &linesForm{}, true
	case application.PartDeliberation:
		return &deliberationForm{}, true
	case application.PartPartners:
		return &partnersForm{}, true
	case application.PartActivities:
		return &activitiesForm{}, true
	case application.PartIndicators:
		return &indicatorsForm{}, true
	}
	return nil, false
}

// savePart saves one part. What has mistakes is kept as it was typed and shown again
// with them; what somebody else saved since is shown beside it. "줄 더하기" and
// restoring unsent text only show the form.
func (s *Server) savePart(c echo.Context, in partInput) error {
	f, unread := bind(c, in)
	if f.Values == nil {
		return unread
	}
	e, at := in.edit(f.Errors), in.common()
	switch at.Act {
	case "auto":
		return s.autosave(c, at, e, f, unread)
	case "add", "restore":
		return s.partAgain(c, at, e.Part(), f.calm())
	}
	saved, err := s.keepPart(c, at, e, f, unread)
	if err == nil {
		flash(c, "저장했습니다.")
		if at.Act == "done" {
			return c.Redirect(http.StatusSeeOther, applicationAt(at.ID, "/plan"))
		}
		return c.Redirect(http.StatusSeeOther, planAt(at.ID, saved.Part)+e.back)
	}
	if k := fault.KindOf(err); k == fault.Invalid || errors.Is(err, application.ErrSavedSince) {
		return s.partAgain(c, at, e.Part(), f.With(err))
	}
	return err
}

// calm is the form as typed, without its mistakes: nobody asked to save it.
func (f Form) calm() Form {
	f.Msg, f.Errors, f.failed = "", nil, false
	return f
}

func (s *Server) partAgain(c echo.Context, at *partForm, part string, f Form) error {
	p, err := s.part(c.Request().Context(), s.who(c), at.ID, part, &f)
	if err != nil {
		return err
	}
	// Text from before somebody else's save is not put over it unseen.
	if at.Act == "restore" && at.Version != p.Part.Version {
		p.compare()
	}
	return s.render(c, f.Status(), partTemplate(part), p)
}

// keepPart saves a part, or keeps what was typed when it has mistakes: the error is
// then Invalid and saved is the answer to keeping it.
func (s *Server) keepPart(c echo.Context, at *partForm, e partEdit, f Form, unread error) (saved application.Saved, err error) {
	ctx, who := application.OnPage(c.Request().Context(), at.Page, at.Seq), s.who(c)
	if unread == nil {
		saved, err = s.Applications.Save(ctx, who, at.ID, at.Version, e.Edit)
		err = e.mistakes(err)
	} else {
		err = bothMistakes(unread, e.mistakes(s.Applications.Try(ctx, who, at.ID, e.Edit)))
	}
	if fault.KindOf(err) != fault.Invalid {
		return saved, err
	}
	_, fields := fault.Public(err)
	kept, failed := s.Applications.KeepInput(ctx, who, at.ID, e.Part(), at.Version, f.typed(), max(len(fields), 1))
	if failed != nil {
		return kept, failed
	}
	return kept, err
}

// typed is what was typed into the fields of the form itself.
func (f Form) typed() url.Values {
	out := url.Values{}
	for _, name := range f.order {
		if !slices.Contains([]string{"version", "act", "page", "seq"}, name) && f.Values.Has(name) {
			out[name] = f.Values[name]
		}
	}
	return out
}

// bothMistakes adds the mistakes of the rules to those of reading; a field that could
// not be read keeps its own message. Anything but a mistake is the error itself.
func bothMistakes(unread, rules error) error {
	if rules != nil && fault.KindOf(rules) != fault.Invalid {
		return rules
	}
	_, all := fault.Public(unread)
	_, more := fault.Public(rules)
	out := fault.Fields{}
	maps.Copy(out, more)
	maps.Copy(out, all)
	return out.Err()
}

func (s *Server) saveTitle(c echo.Context) error   { return s.savePart(c, &textForm{}) }
func (s *Server) saveSection(c echo.Context) error { return s.savePart(c, &sectionForm{}) }

// keptForm is the input that is kept of a part, with the mistakes it has today.
func (s *Server) keptForm(ctx context.Context, who authz.Actor, id application.ID, part string) (Form, error) {
	in, ok := inputOf(part)
	if !ok {
		return Form{}, fault.New(fault.NotFound, "이 계획서에 없는 항목입니다.")
	}
	input, err := s.Applications.Kept(ctx, who, id, part)
	if err != nil {
		return Form{}, err
	}
	f, unread := bindValues(input, nil, in)
	if f.Values == nil {
		f.Values = url.Values{}
	}
	e := in.edit(f.Errors)
	err = e.mistakes(s.Applications.Try(ctx, who, id, e.Edit))
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return f, err
	}
	return f.With(bothMistakes(unread, err)), nil
}

// keep drops the rows that are empty or marked for removal.
func keep[F, T any](rows []F, drop func(F) bool, make func(F) T) (out []T, kept []int) {
	out = []T{}
	for i, row := range rows {
		if !drop(row) {
			out, kept = append(out, make(row)), append(kept, i)
		}
	}
	return out, kept
}
