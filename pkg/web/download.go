package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/document"
)

// sendFile sends a stored file to be saved, never shown within the site; one that is
// not known to be clean is refused. Permission is the caller's matter.
func sendFile(c echo.Context, files *document.Service, file document.Document) error {
	body, err := files.Open(c.Request().Context(), file)
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
