package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"eoul/pkg/document"
	"eoul/pkg/report/xlsx"
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

// sendBytes sends a file that was made for this request.
func sendBytes(c echo.Context, name, mediaType string, body []byte) error {
	h := c.Response().Header()
	h.Set("Content-Disposition", document.Disposition(name))
	h.Set("Cache-Control", "private, no-store")
	return c.Blob(http.StatusOK, mediaType, body)
}

// sendWorkbook sends a workbook, or gives back the error of making it: every row is
// written before the first byte leaves, so that a failure is a page and not half a file.
func sendWorkbook(c echo.Context, file xlsx.File, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := c.Response().Header()
	h.Set("Content-Type", xlsx.MediaType)
	h.Set("Content-Disposition", document.Disposition(file.Name))
	h.Set("Cache-Control", "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
	_, err = file.WriteTo(c.Response())
	return err
}
