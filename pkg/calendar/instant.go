package calendar

import "time"

// KST is Korea Standard Time, UTC+9 without summer time. It is fixed here so that
// no time zone database is needed; nothing assigns it again.
var KST = time.FixedZone("KST", 9*60*60)

// Instant is a clock time in Korea on a day: Instant(d, 18, 0) is 18:00:00.
func Instant(d Date, hour, minute int) time.Time {
	return time.Date(d.year, d.month, d.day, hour, minute, 0, 0, KST)
}

// FormatInstant returns the Korean clock time "2022. 5. 13.(금) 18:00", or "" for
// the zero time.
func FormatInstant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(KST)
	return dateOf(at).KoreanWeekday() + " " + at.Format("15:04")
}
