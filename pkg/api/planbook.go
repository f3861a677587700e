package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/planbook"
	"eoul/pkg/report/xlsx"
)

func planbookRoutes() []Route {
	at := Prefix + "/applications/:id"
	return []Route{
		{Method: "GET", Path: at + "/workbook", Action: "application:preview", Handle: (*Server).downloadWorkbook},
		{Method: "POST", Path: at + "/import", Action: "application:edit", Handle: (*Server).importWorkbook, BodyLimit: "11M"},
		{Method: "POST", Path: at + "/import/apply", Action: "application:edit", Handle: (*Server).applyImport},
	}
}

// maxFindings bounds a reply; errors and warnings count all of them.
const maxFindings = 2000

// importDTO is what a file holds, held against the draft.
type importDTO struct {
	ID        planbook.ID            `json:"id"`
	Name      string                 `json:"name"`
	CreatedAt time.Time              `json:"created_at"`
	Errors    int                    `json:"errors"`
	Warnings  int                    `json:"warnings"`
	Ready     bool                   `json:"ready"`
	Findings  []planbook.Finding     `json:"findings"`
	Notes     []string               `json:"notes"`
	Versions  map[string]int         `json:"versions"`
	Since     []sinceDTO             `json:"since"`
	Changes   application.Comparison `json:"changes"`
}

// sinceDTO is a part that was saved after the file was downloaded.
type sinceDTO struct {
	Part    string    `json:"part"`
	Title   string    `json:"title"`
	SavedBy string    `json:"saved_by"`
	SavedAt time.Time `json:"saved_at"`
}

func importOut(i planbook.Import) importDTO {
	out := importDTO{
		ID: i.ID, Name: i.Name, CreatedAt: i.CreatedAt, Errors: i.Errors, Warnings: i.Warnings, Ready: i.Ready(),
		Findings: append([]planbook.Finding{}, i.Findings[:min(len(i.Findings), maxFindings)]...), Notes: append([]string{}, i.Notes...),
		Versions: i.Versions, Since: []sinceDTO{}, Changes: i.Changes,
	}
	for _, s := range i.Since {
		out.Since = append(out.Since, sinceDTO{s.Part, s.Title, s.By, s.At})
	}
	return out
}

// downloadWorkbook sends the workbook of the draft.
func (s *Server) downloadWorkbook(c echo.Context) error {
	var in applicationIn
	if _, err := bind(c, &in); err != nil {
		return err
	}
	file, err := s.Planbooks.Workbook(c.Request().Context(), who(c), in.ID)
	return sendWorkbook(c, file, err)
}

// sendWorkbook sends a workbook, or gives back the error of making it: every row is
// written before the first byte leaves.
func sendWorkbook(c echo.Context, file xlsx.File, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", xlsx.MediaType)
	h.Set("Content-Disposition", document.Disposition(file.Name))
	c.Response().WriteHeader(http.StatusOK)
	_, err = file.WriteTo(c.Response())
	return err
}

// importWorkbook takes the bytes of a file as the body and says what it would change.
func (s *Server) importWorkbook(c echo.Context) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	var in struct {
		ID   application.ID `param:"id"`
		Name string         `query:"name"`
	}
	binder := &echo.DefaultBinder{}
	if err := errors.Join(binder.BindPathParams(c, &in), binder.BindQueryParams(c, &in)); err != nil {
		return badRequest("주소의 조건을 읽을 수 없습니다.")
	}
	data, err := io.ReadAll(c.Request().Body)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return err
	} else if err != nil {
		return badRequest("보낸 내용을 끝까지 읽지 못했습니다.")
	}
	return once(c, key, sha256.Sum256(data), http.StatusOK, func(ctx context.Context, who authz.Actor) (planbook.Import, error) {
		return s.Planbooks.Upload(ctx, who, in.ID, in.Name, data)
	}, importOut)
}

func (s *Server) applyImport(c echo.Context) error {
	var in struct {
		ID        application.ID `param:"id" json:"-"`
		Import    planbook.ID    `json:"import_id"`
		Versions  partVersions   `json:"versions"`
		Overwrite bool           `json:"overwrite"`
	}
	return post(c, &in, http.StatusOK, func(ctx context.Context, who authz.Actor) ([]application.Saved, error) {
		return s.Planbooks.Apply(ctx, who, in.ID, in.Import, planbook.Agreement{Versions: in.Versions.byPart(), Overwrite: in.Overwrite})
	}, func(saved []application.Saved) []application.Saved { return saved })
}

// partVersions are the versions that a reply to an import named; a part that the file
// does not change is left out.
type partVersions struct {
	Lines      *int `json:"lines"`
	Partners   *int `json:"partners"`
	Activities *int `json:"activities"`
	Indicators *int `json:"indicators"`
}

func (v partVersions) byPart() map[string]int {
	out := map[string]int{}
	for part, n := range map[string]*int{
		application.PartLines: v.Lines, application.PartPartners: v.Partners, application.PartActivities: v.Activities, application.PartIndicators: v.Indicators,
	} {
		if n != nil {
			out[part] = *n
		}
	}
	return out
}
