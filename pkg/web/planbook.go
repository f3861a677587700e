package web

import (
	"context"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/intake"
	"eoul/pkg/planbook"
	"eoul/pkg/report/xlsx"
)

func planbookRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/applications/:id/workbook", Action: "application:preview", Handle: (*Server).downloadWorkbook},
		{Method: "GET", Path: "/applications/:id/import", Action: "application:edit", Handle: (*Server).newImport},
		{Method: "POST", Path: "/applications/:id/import", Action: "application:edit", Handle: (*Server).uploadWorkbook, BodyLimit: "11M"},
		{Method: "GET", Path: "/applications/:id/import/:import", Action: "application:edit", Handle: (*Server).showImport},
		{Method: "GET", Path: "/applications/:id/import/:import/file", Action: "application:edit", Handle: (*Server).downloadMarked},
		{Method: "POST", Path: "/applications/:id/import/:import/apply", Action: "application:edit", Handle: (*Server).applyImport},
	}
}

func planbookPages() []PageDef {
	return []PageDef{
		{"application/import", &importPage{}},
		{"application/import-report", &importResultPage{}},
		{"application/import-diff", &importResultPage{}},
	}
}

// importPage is where a workbook is fetched and sent.
type importPage struct {
	Base
	Workspace application.Workspace
	Form      Form
}

func importAt(id application.ID, file planbook.ID) string {
	return applicationAt(id, "/import/"+strconv.FormatInt(int64(file), 10))
}

func (s *Server) importPage(ctx context.Context, who authz.Actor, id application.ID, f Form) (*importPage, error) {
	w, err := s.Applications.Workspace(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return &importPage{
		Base:      Base{Title: "엑셀로 작성", Lead: w.Call.Title + " · " + w.GovernmentName, Crumbs: planCrumbs(w.Application), Failed: f.Failed()},
		Workspace: w, Form: f,
	}, nil
}

func (s *Server) newImport(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	return get(s, c, &in, "application/import", func(ctx context.Context, who authz.Actor) (*importPage, error) {
		return s.importPage(ctx, who, in.ID, Form{})
	})
}

// downloadWorkbook sends the workbook of the draft.
func (s *Server) downloadWorkbook(c echo.Context) error {
	var in struct {
		ID application.ID `param:"id"`
	}
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	file, err := s.Planbooks.Workbook(c.Request().Context(), s.who(c), in.ID)
	return sendWorkbook(c, file, err)
}

func (s *Server) uploadWorkbook(c echo.Context) error {
	var in struct {
		ID   application.ID        `param:"id"`
		File *multipart.FileHeader `form:"file"`
	}
	return post(s, c, command[planbook.Import]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) (planbook.Import, error) {
			if in.File == nil {
				return planbook.Import{}, intake.Refuse("올릴 파일을 골라 주십시오.")
			}
			data, err := bytesOf(in.File)
			if err != nil {
				return planbook.Import{}, err
			}
			return s.Planbooks.Upload(ctx, who, in.ID, in.File.Filename, data)
		},
		To: func(i planbook.Import) string { return importAt(in.ID, i.ID) },
		Again: func(f Form) error {
			return show(s, c, f.Status(), "application/import", func(ctx context.Context, who authz.Actor) (*importPage, error) {
				return s.importPage(ctx, who, in.ID, f)
			})
		},
	})
}

// bytesOf reads an upload, at most one byte more than is taken.
func bytesOf(file *multipart.FileHeader) (data []byte, err error) {
	body, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	defer func() { _ = body.Close() }()
	return io.ReadAll(io.LimitReader(body, intake.MaxSize+1))
}

// importResultPage is the report of a file with mistakes, or what it would change.
type importResultPage struct {
	Base
	Workspace application.Workspace
	Import    planbook.Import
	Form      Form
	Versions  string // of what is shown, for the form that applies it
	Path      string
	Parts     []application.PartChange // that differ, budget left out
	Lines     []application.LineChange // that differ
	Budget    []amountChange
	Since     []sinceChange
}

// amountChange is one source, or the total, before and after.
type amountChange struct {
	Label         string
	Was, Is, Diff string
}

// sinceChange is what others saved after the file was downloaded.
type sinceChange struct {
	planbook.Since
	Parts []application.PartChange
	Lines []application.LineChange
}

type importForm struct {
	ID       application.ID `param:"id"`
	Import   planbook.ID    `param:"import"`
	Versions string         `form:"versions"`
	Agreed   bool           `form:"overwrite"`
}

func (s *Server) showImport(c echo.Context) error {
	var in importForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	return s.importResult(c, in, Form{})
}

func (s *Server) importResult(c echo.Context, in importForm, f Form) error {
	i, err := s.Planbooks.Show(c.Request().Context(), s.who(c), in.ID, in.Import)
	if err != nil {
		return err
	}
	crumbs := append(planCrumbs(i.Workspace.Application), Crumb{"엑셀로 작성", applicationAt(in.ID, "/import")})
	p := &importResultPage{
		Base:      Base{Title: "바뀌는 내용 확인", Crumbs: crumbs, Wide: true, Failed: f.Failed()},
		Workspace: i.Workspace, Import: i, Form: f, Versions: versionsText(i.Versions), Path: importAt(in.ID, in.Import),
	}
	if i.Errors > 0 {
		p.Title, p.Failed = "파일 확인 결과", true
		return s.render(c, f.Status(), "application/import-report", p)
	}
	p.Parts, p.Lines = differing(i.Changes)
	if len(p.Lines) > 0 {
		p.Budget = amountChanges(i.Changes.Lines)
	}
	for _, since := range i.Since {
		parts, lines := differing(since.Changes)
		p.Since = append(p.Since, sinceChange{since, parts, lines})
	}
	return s.render(c, f.Status(), "application/import-diff", p)
}

// differing leaves out what is the same.
func differing(c application.Comparison) (parts []application.PartChange, lines []application.LineChange) {
	for _, p := range c.Parts {
		if p.Changed() {
			parts = append(parts, p)
		}
	}
	for _, l := range c.Lines.Rows {
		if l.Change != application.Same {
			lines = append(lines, l)
		}
	}
	return parts, lines
}

func (s *Server) applyImport(c echo.Context) error {
	var in importForm
	return post(s, c, command[[]application.Saved]{
		In: &in,
		Do: func(ctx context.Context, who authz.Actor) ([]application.Saved, error) {
			versions, err := parseVersions(in.Versions)
			if err != nil {
				return nil, err
			}
			return s.Planbooks.Apply(ctx, who, in.ID, in.Import, planbook.Agreement{Versions: versions, Overwrite: in.Agreed})
		},
		To:    func([]application.Saved) string { return applicationAt(in.ID, "/plan") },
		Done:  "엑셀 파일의 내용을 반영했습니다.",
		Again: func(f Form) error { return s.importResult(c, in, f) },
	})
}

// versionsText and parseVersions carry the versions of several parts in one field.
func versionsText(versions map[string]int) string {
	out := url.Values{}
	for _, part := range slices.Sorted(maps.Keys(versions)) {
		out.Set(part, strconv.Itoa(versions[part]))
	}
	return out.Encode()
}

func parseVersions(text string) (map[string]int, error) {
	values, err := url.ParseQuery(text)
	out := make(map[string]int, len(values))
	for part := range values {
		n, bad := strconv.Atoi(values.Get(part))
		if err == nil {
			err = bad
		}
		out[part] = n
	}
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, "화면이 오래되었습니다. 바뀌는 내용을 다시 확인해 주십시오.", err)
	}
	return out, nil
}

func (s *Server) downloadMarked(c echo.Context) error {
	var in importForm
	if err := bindAddress(c, &in); err != nil {
		return err
	}
	name, data, err := s.Planbooks.Marked(c.Request().Context(), s.who(c), in.ID, in.Import)
	if err != nil {
		return err
	}
	return sendBytes(c, name, xlsx.MediaType, data)
}
