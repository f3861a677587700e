package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
)

type textForm struct {
	partForm
	Text string `form:"text"`
}

type sectionForm struct {
	textForm
	Kind string `param:"kind"`
}

// savePart runs the save of one part: "줄 더하기" only shows the form with more rows.
func (s *Server) savePart(c echo.Context, in any, common *partForm, part string, save func(context.Context, authz.Actor) (application.Saved, error)) error {
	again := func(f Form) error {
		p, err := s.part(c.Request().Context(), s.who(c), common.ID, part, &f)
		if err != nil {
			return err
		}
		return s.render(c, f.Status(), partTemplate(part), p)
	}
	if f, err := bind(c, in); common.Act == "add" && (err == nil || f.Failed()) {
		return again(f)
	}
	return post(s, c, command[application.Saved]{
		In: in, Do: save, Again: again, Done: "저장했습니다.",
		To: func(application.Saved) string {
			if common.Act == "done" {
				return applicationAt(common.ID, "/plan")
			}
			return planAt(common.ID, part)
		},
	})
}

func (s *Server) saveTitle(c echo.Context) error {
	var in textForm
	return s.savePart(c, &in, &in.partForm, application.PartTitle, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		saved, err := s.Applications.SaveTitle(ctx, who, in.ID, in.Version, in.Text)
		return saved, renamed(err, "title", "text")
	})
}

func (s *Server) saveSection(c echo.Context) error {
	var in sectionForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.savePart(c, &in, &in.partForm, "section."+in.Kind, func(ctx context.Context, who authz.Actor) (application.Saved, error) {
		saved, err := s.Applications.SaveSection(ctx, who, in.ID, in.Kind, in.Version, in.Text)
		return saved, renamed(err, "body", "text")
	})
}

// renamed moves the mistake of a service's field to the field of the form.
func renamed(err error, from, to string) error {
	msg, fields := fault.Public(err)
	if err == nil || fields[from] == "" {
		return err
	}
	return &fault.Error{Kind: fault.KindOf(err), Msg: msg, Fields: map[string]string{to: fields[from]}, Err: err}
}

// renumbered moves mistakes of the rows that were sent on to the rows that were
// typed: kept[j] is the typed row of the sent row j.
func renumbered(err error, list string, kept []int) error {
	msg, fields := fault.Public(err)
	if err == nil || fault.KindOf(err) != fault.Invalid {
		return err
	}
	out := map[string]string{}
	for name, sentence := range fields {
		if i, rest, ok := itemIndex(name, list+"."); ok && i < len(kept) {
			name = fmt.Sprintf("%s.%d.%s", list, kept[i], rest)
		}
		out[name] = sentence
	}
	return &fault.Error{Kind: fault.Invalid, Msg: msg, Fields: out, Err: err}
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
