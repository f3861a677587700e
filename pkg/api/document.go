package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/authz"
	"eoul/pkg/document"
	"eoul/pkg/organization"
)

func documentRoutes() []Route {
	return []Route{
		{Method: "POST", Path: Prefix + "/documents", Action: "document:create", Handle: (*Server).uploadDocument, BodyLimit: "11M"},
	}
}

// documentOut is an uploaded file without its bytes.
type documentOut struct {
	ID           document.ID     `json:"id"`
	Name         string          `json:"name"`
	MediaType    string          `json:"media_type"`
	Size         int64           `json:"size"`
	SHA256       string          `json:"sha256"`
	ScanState    string          `json:"scan_state"`
	GovernmentID organization.ID `json:"government_id"` // 0 for a file of the ministry
	UploadedAt   time.Time       `json:"uploaded_at"`
}

func documentDTO(d document.Document) documentOut {
	return documentOut{d.ID, d.Name, d.MediaType, d.Size, d.SHA256, d.ScanState, d.Government, d.UploadedAt}
}

// uploadDocument takes the bytes of one file as the body; its name and whose it is
// are in the query. They are kept on disk while they come in: a request has its key
// checked against all of them before it has an effect.
func (s *Server) uploadDocument(c echo.Context) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	var in struct {
		Name       string          `query:"name"`
		Government organization.ID `query:"government"`
	}
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &in); err != nil {
		return badRequest("주소의 조건을 읽을 수 없습니다.")
	}
	file, err := os.CreateTemp("", "eoul-upload-*")
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	defer func() { _, _ = file.Close(), os.Remove(file.Name()) }()
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%d %q ", in.Government, in.Name) // a hash takes everything
	if _, err := io.Copy(io.MultiWriter(file, h), c.Request().Body); errors.Is(err, io.ErrUnexpectedEOF) {
		return badRequest("보낸 내용을 끝까지 읽지 못했습니다.")
	} else if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	return once(c, key, [sha256.Size]byte(h.Sum(nil)), http.StatusCreated, func(ctx context.Context, who authz.Actor) (document.Document, error) {
		return s.Documents.Upload(ctx, who, document.Upload{Name: in.Name, Government: in.Government, Body: file})
	}, documentDTO)
}
