package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/calendar"
)

// Countdown is a deadline with the time left by the server's clock; without a script
// it reads as it was when the page was made.
type Countdown struct {
	Name       string // 제출 기한: what ends
	Now, Until time.Time
	Left       string // in words; empty when it is over
	Nonce      string
}

func countdown(name, nonce string, now time.Time, until any) (Countdown, error) {
	at, ok, err := moment(until)
	if err != nil || !ok {
		return Countdown{}, err
	}
	return Countdown{Name: name, Now: now, Until: at, Left: timeLeft(at.Sub(now)), Nonce: nonce}, nil
}

// timeLeft is a span in days, hours and minutes, begun minutes not counted.
func timeLeft(left time.Duration) string {
	if left <= 0 {
		return ""
	}
	days, hours, minutes := int(left.Hours())/24, int(left.Hours())%24, int(left.Minutes())%60
	if days == 0 {
		return fmt.Sprintf("%d시간 %d분", hours, minutes)
	}
	return fmt.Sprintf("%d일 %d시간 %d분", days, hours, minutes)
}

// clock tells pages that were away what time the product has.
func (s *Server) clock(c echo.Context) error {
	return c.String(http.StatusOK, s.cfg.Now().In(calendar.KST).Format(time.RFC3339Nano))
}
