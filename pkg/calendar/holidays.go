package calendar

import (
	"fmt"
	"time"

	"eoul/pkg/fault"
)

// Holiday is one named public holiday (공휴일 or 대체공휴일).
type Holiday struct {
	Day  Date
	Name string
}

// Holidays is the set of public holidays of whole years. A year with no row is
// not covered: nothing can be said about its working days.
type Holidays struct {
	names       map[Date]string
	years       map[int]bool
	first, last int // of years, for the message
}

// NewHolidays builds the set; two holidays on one day share it ("부처님오신날·어린이날").
func NewHolidays(rows []Holiday) Holidays {
	h := Holidays{names: make(map[Date]string, len(rows)), years: map[int]bool{}}
	for _, r := range rows {
		if before, ok := h.names[r.Day]; ok {
			h.names[r.Day] = before + "·" + r.Name
		} else {
			h.names[r.Day] = r.Name
		}
		year := r.Day.Year()
		if len(h.years) == 0 {
			h.first, h.last = year, year
		}
		h.first, h.last = min(h.first, year), max(h.last, year)
		h.years[year] = true
	}
	return h
}

// Covers reports whether the table knows the year.
func (h Holidays) Covers(year int) bool { return h.years[year] }

// Name returns the holiday's name, or "" on other days.
func (h Holidays) Name(d Date) string { return h.names[d] }

// Rest tells why no work is done on the day: "토요일", "일요일", a holiday's name, or
// "일요일, 삼일절"; "" is a working day. A year outside the table is an Invalid fault,
// because a working day there would be a guess.
func (h Holidays) Rest(d Date) (string, error) {
	if !h.Covers(d.Year()) {
		return "", fault.New(fault.Invalid, fmt.Sprintf(
			"%d년의 공휴일 자료가 없어 기한을 계산할 수 없습니다(자료가 있는 해: %d~%d년).", d.Year(), h.first, h.last))
	}
	name := h.Name(d)
	weekend := map[time.Weekday]string{time.Saturday: "토요일", time.Sunday: "일요일"}[d.Weekday()]
	if weekend != "" && name != "" {
		return weekend + ", " + name, nil
	}
	return weekend + name, nil
}
