package calendar

import (
	"fmt"
	"time"

	"eoul/pkg/fault"
)

// The longest periods that are counted; longer ones are a slip of the keyboard.
const (
	maxMonths = 1_200
	maxDays   = 36_500
)

// Skip is a day on which a period cannot end, with the reason.
type Skip struct {
	Day Date
	Why string
}

// Reckoning is a last day with the steps that led to it.
type Reckoning struct {
	From    Date   // the day of the event, not counted (민법 §157)
	Start   Date   // the first counted day
	Nominal Date   // the last day by the calendar (민법 §160)
	Skipped []Skip // Saturdays and holidays after which it ends (민법 §161)
	Last    Date   // the last day on which the act is in time
}

// Deadline returns the last day of a period of months or of days that runs from
// an event on the day from. Exactly one of months and days is positive. The day
// of the event is not counted (민법 §157); months are calendar months, and where
// the last month has no such day its last day counts (§160); an end on a
// Saturday, Sunday or holiday moves to the next working day (§161). A year
// outside the holiday table is an Invalid fault.
func Deadline(from Date, months, days int, h Holidays) (Date, error) {
	r, err := Reckon(from, months, days, h)
	return r.Last, err
}

// Reckon is Deadline with its steps, for people who check the count.
func Reckon(from Date, months, days int, h Holidays) (Reckoning, error) {
	switch {
	case from.IsZero():
		return Reckoning{}, fault.New(fault.Invalid, "기산일을 입력해 주십시오.")
	case (months > 0) == (days > 0) || months < 0 || days < 0:
		return Reckoning{}, fault.New(fault.Invalid, "기간은 개월 수나 일수 중 하나를 1 이상으로 정해야 합니다.")
	case months > maxMonths || days > maxDays:
		return Reckoning{}, fault.New(fault.Invalid, fmt.Sprintf("기간은 %d개월 또는 %d일을 넘을 수 없습니다.", maxMonths, maxDays))
	}
	r := Reckoning{From: from, Start: from.AddDays(1)}
	if months > 0 {
		r.Nominal = endOfMonths(r.Start, months)
	} else {
		r.Nominal = from.AddDays(days)
	}
	for r.Last = r.Nominal; ; r.Last = r.Last.AddDays(1) {
		why, err := h.Rest(r.Last)
		if err != nil {
			return Reckoning{}, err
		}
		if why == "" {
			return r, nil
		}
		r.Skipped = append(r.Skipped, Skip{r.Last, why})
	}
}

// endOfMonths returns the last day of n calendar months that begin with the day
// start: the day before its namesake, or the end of a month that has none.
func endOfMonths(start Date, n int) Date {
	month := time.Date(start.year, start.month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := month.AddDate(0, 1, -1).Day()
	if start.day > last {
		return dateOf(month.AddDate(0, 0, last-1))
	}
	return dateOf(month.AddDate(0, 0, start.day-2))
}
