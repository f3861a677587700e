package web

import (
	"context"
	"errors"
	"fmt"
	"mime/multipart"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// saveDeliberation saves the part; a file that comes with it is uploaded before and is
// then the minutes that were chosen.
func (s *Server) saveDeliberation(c echo.Context) error {
	var at partForm
	if err := bindAddress(c, &at); err != nil {
		return err
	}
	values, files, err := readBody(c)
	if err != nil {
		return err
	}
	file := chosen(files["file"])
	if act := values.Get("act"); file == nil || act != "save" && act != "done" {
		return s.savePart(c, &deliberationForm{})
	}
	page := planAt(at.ID, application.PartDeliberation)
	ctx, err := keyed(c, func(document.Document) string { return page })
	if err != nil {
		return err
	}
	d, err := s.takeMinutes(ctx, s.who(c), at.ID, file)
	if _, done := errors.AsType[*work.Replayed](err); done {
		return c.Redirect(303, page) // the first request saves the rest
	}
	if fault.KindOf(err) == fault.Invalid {
		f, unread := bind(c, &deliberationForm{})
		if f.Values == nil {
			return unread
		}
		return s.partAgain(c, &at, application.PartDeliberation, f.With(bothMistakes(err, unread)))
	}
	if err != nil {
		return err
	}
	values.Set("document_id", fmt.Sprint(d.ID)) // what bind reads, and what is shown again after a mistake
	return s.savePart(c, &deliberationForm{})
}

// chosen is the file a person picked, nil when the field was left empty.
func chosen(files []*multipart.FileHeader) *multipart.FileHeader {
	if len(files) == 0 || files[0].Filename == "" {
		return nil
	}
	return files[0]
}

// takeMinutes makes a file one of the plan's papers: that of the call's code for a
// deliberation where it has one, whose earlier file stays as its last version.
func (s *Server) takeMinutes(ctx context.Context, who authz.Actor, id application.ID, file *multipart.FileHeader) (d document.Document, err error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return d, err
	}
	in := uploadForm{ID: id, File: file}
	for _, paper := range w.Documents {
		if paper.Code == application.PartDeliberation {
			in.Code = paper.Code
		}
	}
	d, err = s.takeUpload(ctx, who, in)
	if fault.KindOf(err) == fault.TooLarge {
		msg, _ := fault.Public(err)
		return d, fault.Fields{"file": msg}.Err()
	}
	return d, err
}
