package web

import (
	"context"
	"fmt"
	"mime/multipart"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
)

type uploadForm struct {
	partForm
	Code string                `form:"code"`
	File *multipart.FileHeader `form:"file"`
}

func (s *Server) uploadAttachment(c echo.Context) error {
	var in uploadForm
	return post(s, c, command[document.Document]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (document.Document, error) {
			if in.File == nil {
				return document.Document{}, fault.Fields{"file": "올릴 파일을 골라 주십시오."}.Err()
			}
			body, err := in.File.Open()
			if err != nil {
				return document.Document{}, err
			}
			defer func() { _ = body.Close() }()
			return s.Applications.Upload(ctx, who, in.ID, in.Code, in.File.Filename, body)
		},
		To: func(document.Document) string { return planAt(in.ID, application.PartAttachments) }, Done: "파일을 올렸습니다.",
		Again: func(f Form) error {
			p, err := s.part(c.Request().Context(), s.who(c), in.ID, application.PartAttachments, &f)
			if err != nil {
				return err
			}
			return s.render(c, f.Status(), "application/attachments", p)
		},
	})
}

func (s *Server) detachAttachment(c echo.Context) error {
	var in struct {
		ID       application.ID `param:"id"`
		Document document.ID    `param:"document"`
	}
	return post(s, c, command[application.Saved]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (application.Saved, error) {
			return s.Applications.Detach(ctx, who, in.ID, in.Document)
		},
		To: func(application.Saved) string { return planAt(in.ID, application.PartAttachments) }, Done: "파일을 뺐습니다.",
	})
}

// downloadAttachment sends a file of an application through its permission.
func (s *Server) downloadAttachment(c echo.Context) error {
	var in struct {
		ID       application.ID `param:"id"`
		Document document.ID    `param:"document"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Applications.Attachment(c.Request().Context(), s.who(c), in.ID, in.Document)
	if err != nil {
		return err
	}
	return sendFile(c, s.Applications.Documents, file)
}

// documentChoices are the call's documents with what is there, and as choices.
func documentChoices(w application.Workspace) (list []Task, codes []Option) {
	have := map[string]int{}
	for _, a := range w.Plan.Attachments {
		have[a.Code]++
	}
	for _, d := range w.Documents {
		t := Task{Label: d.Title, Hint: "필수", State: Badge{"danger", "없음"}}
		if !d.Required {
			t.Hint, t.State.Tone = "해당할 때만", "neutral"
		}
		if n := have[d.Code]; n > 0 {
			t.State = Badge{"", fmt.Sprintf("%d개 올림", n)}
		}
		list, codes = append(list, t), append(codes, Option{Value: d.Code, Label: d.Title})
	}
	return list, codes
}
