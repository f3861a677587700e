package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"eoul/pkg/api"
	"eoul/pkg/fault"
)

// trust decides whose word about addresses and schemes counts: nobody's, or one
// configured proxy's. Loopback and private addresses are not trusted by themselves.
func (s *Server) trust(e *echo.Echo) error {
	e.IPExtractor, e.SchemeExtractor = echo.ExtractIPDirect(), echo.ExtractSchemeDirect()
	if s.cfg.TrustedProxy == "" {
		return nil
	}
	_, cidr, err := net.ParseCIDR(s.cfg.TrustedProxy)
	if err != nil {
		return fmt.Errorf("trusted proxy: %w", err)
	}
	only := []echo.TrustOption{
		echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false), echo.TrustIPRange(cidr),
	}
	e.IPExtractor = echo.ExtractIPFromXFFHeader(only...)
	e.SchemeExtractor = echo.ExtractSchemeFromHeaders(only...)
	return nil
}

// policy is the content security policy: no inline script or style, scripts by the
// nonce of this response, and htmx alone may write HTML (screens §2.3).
func policy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'nonce-" + nonce + "'", "style-src 'self'", "connect-src 'self'",
		"img-src 'self' data:", "font-src 'self'", "form-action 'self'", "base-uri 'none'", "object-src 'none'",
		"frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types htmx",
	}, "; ")
}

// secureHeaders stand on every response, errors and assets included (S-15).
func (s *Server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		nonce := rand.Text()
		c.Set(keyNonce, nonce)
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy(nonce))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		return next(c)
	}
}

// crossOrigin refuses what another site made a browser send. Beyond the standard
// check, a form without Sec-Fetch-Site and without Origin is refused: every browser
// we serve sends one of them. The API has no cookies and needs no such check.
func (s *Server) crossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	check := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		r := c.Request()
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
			return next(c)
		}
		if api.Owns(r.URL.Path) {
			return next(c)
		}
		err := check.Check(r)
		if err == nil && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "" {
			err = errors.New("neither Sec-Fetch-Site nor Origin")
		}
		if err != nil {
			return fault.Wrap(fault.Forbidden, "다른 사이트에서 보낸 요청은 처리하지 않습니다. 이 사이트의 화면에서 다시 시도해 주세요.", err)
		}
		return next(c)
	}
}
