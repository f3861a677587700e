package web

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"eoul/pkg/fault"
)

// DefaultPace is how many requests a person, or an address without a sign-in, may send
// in a second on average; five times as many at once. It stops a script gone wild, not
// a busy officer with ten tabs.
const DefaultPace = 20

const burst = 5 // seconds' worth at once

// limiter keeps one bucket per person or address. It holds at most two
// generations of maxBuckets, so that a flood of addresses cannot fill the memory.
type limiter struct {
	mu        sync.Mutex
	young     map[string]*rate.Limiter
	old       map[string]*rate.Limiter
	perSecond rate.Limit
	atOnce    int
}

const maxBuckets = 20_000

func newLimiter(pace int) *limiter {
	return &limiter{young: map[string]*rate.Limiter{}, perSecond: rate.Limit(pace), atOnce: pace * burst}
}

func (l *limiter) allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.young[key]
	if !ok {
		if b, ok = l.old[key]; !ok {
			b = rate.NewLimiter(l.perSecond, l.atOnce)
		}
		if len(l.young) >= maxBuckets {
			l.old, l.young = l.young, map[string]*rate.Limiter{}
		}
		l.young[key] = b
	}
	return b.Allow()
}

func (s *Server) rateLimit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isAsset(c) || s.limits.allow(limitKey(s.who(c), c)) {
			return next(c)
		}
		return tooMany()
	}
}

func tooMany() error {
	return &fault.Error{Kind: fault.TooMany, Msg: "요청이 너무 잦습니다. 잠시 뒤 다시 시도해 주세요.", Retry: 5 * time.Second}
}

// bodyLimit refuses a body beyond the route's limit, at once when its length is
// announced, else while it is read.
func (s *Server) bodyLimit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		limit := int64(defaultBody)
		if m, ok := s.route(c); ok {
			limit = m.limit
		}
		r := c.Request()
		if r.ContentLength > limit {
			return tooLarge(nil)
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
			if limit > defaultBody {
				r.Body = &patientBody{ReadCloser: r.Body, rc: http.NewResponseController(c.Response().Writer)}
			}
		}
		return next(c)
	}
}

func tooLarge(cause error) error {
	return fault.Wrap(fault.TooLarge, "보낸 내용이 너무 큽니다. 나누어 보내거나 파일 크기를 줄여 주세요.", cause)
}

// patientBody gives a slow upload time as long as it makes progress: each read may
// take progressTime, all of it uploadTime.
type patientBody struct {
	io.ReadCloser
	rc   *http.ResponseController
	stop time.Time
}

const (
	progressTime = 20 * time.Second
	uploadTime   = 10 * time.Minute
)

func (b *patientBody) Read(p []byte) (int, error) {
	now := time.Now() //nolint:forbidigo // a deadline of the connection, no date of the product
	if b.stop.IsZero() {
		b.stop = now.Add(uploadTime)
	}
	if now.After(b.stop) {
		return 0, errors.New("web: the upload took too long")
	}
	// A connection without deadlines, as in tests, reads on without one.
	_ = b.rc.SetReadDeadline(now.Add(progressTime))
	_ = b.rc.SetWriteDeadline(now.Add(progressTime + time.Minute))
	return b.ReadCloser.Read(p)
}
