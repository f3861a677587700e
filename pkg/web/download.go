package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/document"
)

// sendFile sends a stored file to be saved, never shown within the site. Permission
// is the caller's matter.
func sendFile(c echo.Context, store *document.Store, file document.Document) error {
	body, err := store.Open(file.SHA256)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", file.MediaType)
	h.Set("Content-Disposition", file.Disposition())
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(c.Response(), c.Request(), "", file.UploadedAt, body)
	return nil
}
