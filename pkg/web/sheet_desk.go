package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// keepSheet answers a save that the scoring screen made by itself: what is sound is
// stored, the rest is named and stays in the browser.
func (s *Server) keepSheet(c echo.Context, in sheetForm) error {
	input, ids := in.input()
	content, wrong, err := s.Reviews.KeepDraft(c.Request().Context(), s.who(c), in.ID, input)
	if fault.KindOf(err) == fault.Conflict && retryAfter(err, 0) == 0 {
		msg, _ := fault.Public(err)
		return c.JSON(http.StatusConflict, autoAnswer{State: autoClosed, Message: msg, Version: in.Draft})
	}
	if err != nil {
		return err
	}
	_, problems := fault.Public(renamed(fault.Fields(wrong).Err(), rowsByID("scores", ids)))
	out := autoAnswer{
		State: autoSaved, Version: content.Draft, SavedAt: clock(s.cfg.Now()), Problems: problems,
		Outputs: map[string]string{"total": content.Total.String(), "left": leftToScore(content.Left)},
	}
	if len(problems) > 0 {
		out.State = autoPartly
	}
	for i, score := range content.Scores {
		out.Outputs["done."+strconv.Itoa(i)] = scoredWord(score)
	}
	return c.JSON(http.StatusOK, out)
}

func leftToScore(n int) string {
	if n == 0 {
		return "모든 항목을 채점했습니다"
	}
	return fmt.Sprintf("채점하지 않은 항목 %d개", n)
}

// scoredWord tells whether a criterion has all it needs.
func scoredWord(s review.Score) string {
	if s.Points != nil && s.Justification != "" {
		return "작성 완료"
	}
	return "남음"
}

// shown are the kinds a browser shows by itself without running anything of them.
var shown = []string{"application/pdf", "image/jpeg", "image/png"}

// framed lets a page show our own files in a frame.
func framed(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
}

// viewOfSheet shows an attachment of the plan beside the sheet. It can be framed by
// our own pages alone, and what a browser would run of it finds nothing allowed.
func (s *Server) viewOfSheet(c echo.Context) error {
	file, err := s.fileOfSheet(c)
	if err != nil {
		return err
	}
	if !slices.Contains(shown, file.MediaType) {
		return fault.New(fault.NotFound, "이 파일은 화면에서 바로 볼 수 없습니다. 받아서 여십시오.")
	}
	body, err := s.Documents.Open(c.Request().Context(), file)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", file.MediaType)
	h.Set("Content-Disposition", "inline")
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(c.Response(), c.Request(), "", file.UploadedAt, body)
	return nil
}

func (s *Server) downloadOfSheet(c echo.Context) error {
	file, err := s.fileOfSheet(c)
	if err != nil {
		return err
	}
	return sendFile(c, s.Documents, file)
}

func (s *Server) fileOfSheet(c echo.Context) (document.Document, error) {
	var in struct {
		ID       review.SheetID `param:"id"`
		Document document.ID    `param:"document"`
	}
	if err := bindAddress(c, &in); err != nil {
		return document.Document{}, err
	}
	return s.Reviews.Attached(c.Request().Context(), s.who(c), in.ID, in.Document)
}

// besideSheet is an attachment in the reader beside the sheet.
type besideSheet struct {
	Name, Title, Size, Path string
	Shown                   bool
}

// attachments are the files of a plan with the way to look at them.
func (v PlanView) attachments() (out []besideSheet) {
	for _, a := range v.Plan.Attachments {
		f := besideSheet{Name: a.Name, Title: a.Title, Size: a.SizeText(), Path: v.Files + fmt.Sprint(a.DocumentID), Shown: slices.Contains(shown, a.MediaType)}
		if f.Shown {
			f.Path += "/view"
		}
		out = append(out, f)
	}
	return out
}

func criterionOf(r program.Rubric, id int64) program.Criterion {
	for _, k := range r.Criteria {
		if k.ID == id {
			return k
		}
	}
	return program.Criterion{}
}
