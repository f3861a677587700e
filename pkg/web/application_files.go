package web

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

// uploadForm is one file on its way into a plan. Place is where it goes: empty is the
// next version of the code's file where there is one, "beside" one more file of the
// code, a number the next version of that file.
type uploadForm struct {
	ID    application.ID        `param:"id"`
	Code  string                `form:"code"`
	Place string                `form:"place"`
	File  *multipart.FileHeader `form:"file"`
}

const placeBeside = "beside"

func (in uploadForm) paper() (application.Paper, error) {
	out := application.Paper{Code: in.Code, Beside: in.Place == placeBeside}
	if in.Place == "" || out.Beside {
		return out, nil
	}
	n, err := strconv.ParseInt(in.Place, 10, 64)
	if err != nil || n <= 0 {
		return out, fault.Fields{"place": "올리는 방법을 목록에서 골라 주십시오."}.Err()
	}
	out.Replaces = document.ID(n)
	return out, nil
}

func (s *Server) takeUpload(ctx context.Context, who authz.Actor, in uploadForm) (document.Document, error) {
	if in.File == nil {
		return document.Document{}, fault.Fields{"file": "올릴 파일을 골라 주십시오."}.Err()
	}
	paper, err := in.paper()
	if err != nil {
		return document.Document{}, err
	}
	body, err := in.File.Open()
	if err != nil {
		return document.Document{}, err
	}
	defer func() { _ = body.Close() }()
	file, err := s.Applications.Upload(ctx, who, in.ID, paper, in.File.Filename, body)
	return file, renamed(err, oneField("replaces", "place"))
}

func (s *Server) uploadAttachment(c echo.Context) error {
	var in uploadForm
	to := func(document.Document) string { return planAt(in.ID, application.PartAttachments) }
	if strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON) {
		return s.uploadFetched(c, &in, to)
	}
	return post(s, c, command[document.Document]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (document.Document, error) {
			return s.takeUpload(ctx, who, in)
		},
		To: to, Done: "파일을 올렸습니다.",
		Again: func(f Form) error {
			p, err := s.part(c.Request().Context(), s.who(c), in.ID, application.PartAttachments, &f)
			if err != nil {
				return err
			}
			return s.render(c, f.Status(), "application/attachments", p)
		},
	})
}

// uploaded is what upload.js hears of one file.
type uploaded struct {
	State   string `json:"state"` // saved or refused
	Message string `json:"message,omitempty"`
	Scan    string `json:"scan_state,omitempty"`
}

// uploadFetched is uploadAttachment for the script that shows progress: it does the
// same and answers with a word instead of a page. What is nobody's mistake goes the
// way of every error.
func (s *Server) uploadFetched(c echo.Context, in *uploadForm, to func(document.Document) string) error {
	_, err := bind(c, in)
	var file document.Document
	if err == nil {
		var ctx context.Context
		if ctx, err = keyed(c, to); err == nil {
			file, err = s.takeUpload(ctx, s.who(c), *in)
		}
	}
	if _, done := errors.AsType[*work.Replayed](err); done || err == nil {
		return c.JSON(http.StatusOK, uploaded{State: "saved", Scan: file.ScanState})
	}
	switch kind := fault.KindOf(err); kind {
	case fault.Invalid, fault.Conflict, fault.TooLarge, fault.Forbidden, fault.NotFound:
		msg, fields := fault.Public(err)
		for _, name := range fieldOrder([]string{"file", "code", "place"}, fields)[:min(len(fields), 1)] {
			msg = fields[name]
		}
		return c.JSON(kind.Status(), uploaded{State: "refused", Message: msg})
	default:
		return err
	}
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

// paperRow is one of the call's documents with the files that are there; the last row
// is of other papers.
type paperRow struct {
	Code, Title, Need string
	State             Badge
	Files             []paperFile
}

// paperFile is one file of the draft.
type paperFile struct {
	application.Attachment
	Scan   Badge // empty when there is nothing to say
	Opens  bool
	Before []application.Edition
}

func scanBadge(state string) Badge {
	switch state {
	case document.Pending:
		return Badge{"warning", "악성코드 검사 중"}
	case document.Infected:
		return Badge{"danger", "악성코드 발견"}
	case document.Clean:
		return Badge{"success", "검사 마침"}
	}
	return Badge{}
}

// documentChoices are the call's documents with what is there, as choices, and the
// places where a file may go.
func documentChoices(w application.Workspace, papers application.Papers) (rows []paperRow, codes, places []Option) {
	files := map[string][]paperFile{}
	places = []Option{{Value: placeBeside, Label: "있는 파일은 두고 하나 더 올립니다"}}
	for _, a := range w.Plan.Attachments {
		files[a.Code] = append(files[a.Code], paperFile{
			Attachment: a, Scan: scanBadge(a.ScanState), Before: papers.Before(a.DocumentID),
			Opens: a.ScanState == document.Clean || a.ScanState == document.Unscanned,
		})
		places = append(places, Option{Value: fmt.Sprint(a.DocumentID), Label: "‘" + a.Name + "’의 새 판으로 바꿉니다"})
	}
	for _, d := range w.Documents {
		row := paperRow{Code: d.Code, Title: d.Title, Need: "필수", Files: files[d.Code], State: Badge{"danger", "없음"}}
		if !d.Required {
			row.Need, row.State.Tone = "해당할 때만", "neutral"
		}
		if len(row.Files) > 0 {
			row.State = Badge{"success", fmt.Sprintf("%d개 올림", len(row.Files))}
		}
		delete(files, d.Code)
		rows, codes = append(rows, row), append(codes, Option{Value: d.Code, Label: d.Title})
	}
	other := paperRow{Title: "그 밖의 참고자료", Need: "선택", State: Badge{"neutral", "없음"}}
	for _, code := range slices.Sorted(maps.Keys(files)) { // codes the call no longer has are other papers
		other.Files = append(other.Files, files[code]...)
	}
	if n := len(other.Files); n > 0 {
		other.State = Badge{"success", fmt.Sprintf("%d개 올림", n)}
	}
	return append(rows, other), codes, places
}

// MaxFile is the most bytes of one file.
func (p *partPage) MaxFile() int { return document.MaxSize }

// Pending tells whether a file still waits for the scanner.
func (p *partPage) Pending() bool {
	return slices.ContainsFunc(p.Workspace.Plan.Attachments, func(a application.Attachment) bool { return a.ScanState == document.Pending })
}

// papers adds to the page of the attachments what the plan does not say.
func (s *Server) papers(ctx context.Context, who authz.Actor, p *partPage) (err error) {
	if p.Papers, err = s.Applications.Papers(ctx, who, p.Workspace.ID); err != nil {
		return err
	}
	p.Checklist, p.Codes, p.Places = documentChoices(p.Workspace, p.Papers)
	return nil
}

// choose sets the fields of the upload form that a link on the page named.
func (p *partPage) choose(code, place string) {
	if p.Part.Name != application.PartAttachments || p.Form.Failed() {
		return
	}
	for name, value := range map[string]string{"code": code, "place": place} {
		if value != "" {
			p.Form.Values.Set(name, value)
		}
	}
}
