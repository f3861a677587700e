package web

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// Cookies of the browser, not of the session: a sentence for the next page, and
// how pages shall look. __Host- binds them to this host and to TLS.
const (
	cookieFlash = "__Host-flash"
	cookieLook  = "__Host-look"
)

func setCookie(c echo.Context, name, value string, seconds int) {
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// flash leaves a sentence that the next page shows once.
func flash(c echo.Context, sentence string) {
	setCookie(c, cookieFlash, base64.RawURLEncoding.EncodeToString([]byte(sentence)), 60)
}

func takeFlash(c echo.Context) string {
	ck, err := c.Cookie(cookieFlash)
	if err != nil || ck.Value == "" {
		return ""
	}
	setCookie(c, cookieFlash, "", -1)
	b, err := base64.RawURLEncoding.DecodeString(ck.Value)
	if err != nil || len(b) > 400 {
		return ""
	}
	return string(b)
}

// lookOf reads the chosen look; an unknown word is the normal look.
func lookOf(c echo.Context) Look {
	ck, err := c.Cookie(cookieLook)
	if err != nil {
		return Look{}
	}
	contrast, text, _ := strings.Cut(ck.Value, ".")
	return Look{Contrast: oneOf(contrast, "high"), Text: oneOf(text, "large", "larger")}
}

func oneOf(word string, known ...string) string {
	for _, k := range known {
		if word == k {
			return word
		}
	}
	return ""
}

// savePreferences keeps the look in the browser for a year and goes back.
func (s *Server) savePreferences(c echo.Context) error {
	var in struct {
		Contrast string `form:"contrast"`
		Text     string `form:"text"`
		Back     string `form:"back"`
	}
	if _, err := bind(c, &in); err != nil {
		return err
	}
	setCookie(c, cookieLook, oneOf(in.Contrast, "high")+"."+oneOf(in.Text, "large", "larger"), 365*24*3600)
	return c.Redirect(http.StatusSeeOther, localPath(in.Back))
}

// localPath is a path of this site that may be redirected to, "/" for anything else.
func localPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return "/"
	}
	return p
}
