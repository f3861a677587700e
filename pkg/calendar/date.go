package calendar

import (
	"cmp"
	"fmt"
	"time"

	"eoul/pkg/fault"
)

// Date is a day of the Gregorian calendar, comparable with ==. The zero value is
// "no date": NULL in PostgreSQL, null in JSON, "" in text.
type Date struct {
	year  int
	month time.Month
	day   int
}

// Of builds a date between the years 1 and 9999; a day that does not exist, such
// as 30 February, is an Invalid fault.
func Of(year int, month time.Month, day int) (Date, error) {
	d := dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	if year < 1 || year > 9999 || d != (Date{year, month, day}) {
		return Date{}, fault.New(fault.Invalid, "달력에 없는 날짜입니다.")
	}
	return d, nil
}

// Must builds a date from constants; it panics when the day does not exist.
func Must(year int, month time.Month, day int) Date {
	d, err := Of(year, month, day)
	if err != nil {
		panic(fmt.Sprintf("calendar: no day %d-%d-%d", year, month, day))
	}
	return d
}

// Parse reads an ISO date, "2022-05-13", as date inputs and files give it. Any
// other form and a day that does not exist are Invalid faults.
func Parse(text string) (Date, error) {
	if text == "" {
		return Date{}, fault.New(fault.Invalid, "날짜를 입력해 주십시오.")
	}
	if !isoShape(text) {
		return Date{}, fault.New(fault.Invalid, "날짜는 2022-05-13과 같은 형식이어야 합니다.")
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1 {
		return Date{}, fault.New(fault.Invalid, "달력에 없는 날짜입니다: "+text)
	}
	return dateOf(t), nil
}

func isoShape(text string) bool {
	if len(text) != len(time.DateOnly) {
		return false
	}
	for i := range len(text) {
		dash := i == 4 || i == 7
		if dash != (text[i] == '-') || (!dash && (text[i] < '0' || text[i] > '9')) {
			return false
		}
	}
	return true
}

// Today is the day in Korea at the instant.
func Today(at time.Time) Date { return dateOf(at.In(KST)) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// utc is the anchor of all arithmetic: midnight in a zone that skips no hour.
func (d Date) utc() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the calendar year, which is the fiscal year of Korean budgets.
func (d Date) Year() int { return d.year }

// Month returns the month.
func (d Date) Month() time.Month { return d.month }

// Day returns the day of the month.
func (d Date) Day() int { return d.day }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// AddDays returns the date n days later, or earlier for a negative n. No date
// stays no date.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return dateOf(d.utc().AddDate(0, 0, n))
}

// DaysUntil counts the days from d to e: 0 today, 1 tomorrow, negative when e has
// passed. It is what D-day shows.
func (d Date) DaysUntil(e Date) int { return int(e.utc().Sub(d.utc()) / (24 * time.Hour)) }

// Cmp returns −1, 0 or +1 as d is before, on or after e; no date is before all.
func (d Date) Cmp(e Date) int {
	return cmp.Or(cmp.Compare(d.year, e.year), cmp.Compare(d.month, e.month), cmp.Compare(d.day, e.day))
}

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.Cmp(e) < 0 }

// After reports whether d is a later day than e.
func (d Date) After(e Date) bool { return d.Cmp(e) > 0 }

// String returns the ISO form "2022-05-13", or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// Korean returns the form of official documents, "2022. 5. 13.", or "".
func (d Date) Korean() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d. %d. %d.", d.year, d.month, d.day)
}

// KoreanWeekday returns "2022. 5. 13.(금)", or "".
func (d Date) KoreanWeekday() string {
	if d.IsZero() {
		return ""
	}
	return d.Korean() + "(" + weekdayShort(d.Weekday()) + ")"
}

func weekdayShort(w time.Weekday) string {
	return [...]string{"일", "월", "화", "수", "목", "금", "토"}[w]
}
