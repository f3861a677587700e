package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"eoul/pkg/fault"
)

// table covers 2022 to 2026 with the days that the vectors meet.
func table(t *testing.T) Holidays {
	var rows []Holiday
	for _, r := range [][2]string{
		{"2022-01-01", "신정"}, {"2022-06-01", "전국동시지방선거"}, {"2022-06-06", "현충일"}, {"2022-09-09", "추석 연휴"}, {"2022-09-10", "추석"},
		{"2022-09-11", "추석 연휴"}, {"2022-09-12", "추석 대체"}, {"2023-01-01", "신정"}, {"2023-03-01", "삼일절"}, {"2024-01-01", "신정"},
		{"2024-03-01", "삼일절"}, {"2025-05-05", "부처님오신날"}, {"2025-05-05", "어린이날"}, {"2025-05-06", "부처님오신날 대체"}, {"2026-01-01", "신정"},
		{"2026-03-01", "삼일절"}, {"2026-03-02", "삼일절 대체"},
	} {
		rows = append(rows, Holiday{day(t, r[0]), r[1]})
	}
	return NewHolidays(rows)
}

func TestDeadlineVectors(t *testing.T) {
	h := table(t)
	for _, c := range []struct {
		from         string
		months, days int
		want         string
	}{
		{"2022-12-31", 2, 0, "2023-02-28"},
		{"2022-12-31", 3, 0, "2023-03-31"},
		{"2022-11-30", 2, 0, "2023-01-31"},
		{"2022-06-30", 2, 0, "2022-08-31"},
		{"2022-12-15", 2, 0, "2023-02-15"},
		{"2022-12-30", 2, 0, "2023-02-28"},
		{"2023-12-31", 2, 0, "2024-02-29"},
		{"2025-12-31", 2, 0, "2026-03-03"}, // Saturday, Sunday 삼일절, its substitute
		{"2022-05-13", 0, 30, "2022-06-13"},
		{"2022-05-13", 0, 20, "2022-06-02"},
		{"2022-05-31", 0, 1, "2022-06-02"}, // an election is a holiday
		{"2022-08-09", 1, 0, "2022-09-13"}, // 추석 with its substitute
		{"2022-08-10", 1, 0, "2022-09-13"},
		{"2025-04-05", 1, 0, "2025-05-07"}, // two holidays on one day
		{"2023-01-28", 1, 0, "2023-02-28"}, // no 29 February
		{"2024-01-28", 1, 0, "2024-02-28"},
		{"2024-01-29", 1, 0, "2024-02-29"},
		{"2023-02-28", 12, 0, "2024-02-29"}, // the period begins on 1 March and ends with February
		{"2023-12-29", 0, 1, "2024-01-02"},  // over the turn of the year
		{"2021-12-31", 0, 3, "2022-01-03"},  // only the end needs the table
	} {
		got, err := Deadline(day(t, c.from), c.months, c.days, h)
		if err != nil || got.String() != c.want {
			t.Errorf("%s + %d months %d days = %s, %v; want %s", c.from, c.months, c.days, got, err, c.want)
		}
	}
}

func TestReckonTellsItsSteps(t *testing.T) {
	r, err := Reckon(day(t, "2025-12-31"), 2, 0, table(t))
	if err != nil {
		t.Fatal(err)
	}
	if r.From.String() != "2025-12-31" || r.Start.String() != "2026-01-01" || r.Nominal.String() != "2026-02-28" || r.Last.String() != "2026-03-03" {
		t.Errorf("%+v", r)
	}
	want := []Skip{{day(t, "2026-02-28"), "토요일"}, {day(t, "2026-03-01"), "일요일, 삼일절"}, {day(t, "2026-03-02"), "삼일절 대체"}}
	if len(r.Skipped) != len(want) {
		t.Fatalf("skipped %v", r.Skipped)
	}
	for i := range want {
		if r.Skipped[i] != want[i] {
			t.Errorf("skip %d is %v, want %v", i, r.Skipped[i], want[i])
		}
	}
}

func TestDeadlineRefuses(t *testing.T) {
	h := table(t)
	for _, c := range []struct {
		from         Date
		months, days int
	}{
		{Date{}, 1, 0}, {day(t, "2022-01-01"), 0, 0}, {day(t, "2022-01-01"), 1, 1}, {day(t, "2022-01-01"), -1, 0}, {day(t, "2022-01-01"), 1, -1},
		{day(t, "2022-01-01"), 1_201, 0}, {day(t, "2022-01-01"), 0, 36_501}, {day(t, "2026-12-31"), 1, 0}, {day(t, "2020-12-31"), 0, 5},
		{day(t, "2026-12-25"), 0, 8}, {day(t, "9999-12-31"), 0, 1},
	} {
		got, err := Deadline(c.from, c.months, c.days, h)
		wantInvalid(t, err)
		if !got.IsZero() {
			t.Errorf("%v gave %s beside the error", c, got)
		}
	}
}

func TestHolidays(t *testing.T) {
	h := table(t)
	if got := h.Name(day(t, "2025-05-05")); got != "부처님오신날·어린이날" {
		t.Error(got)
	}
	if !h.Covers(2022) || h.Covers(2021) || h.Covers(2027) {
		t.Error("Covers")
	}
	if why, err := h.Rest(day(t, "2022-06-02")); why != "" || err != nil {
		t.Errorf("a working day rests for %q, %v", why, err)
	}
	_, err := h.Rest(day(t, "2027-01-01"))
	wantInvalid(t, err)
	if msg, _ := fault.Public(err); msg != "2027년의 공휴일 자료가 없어 기한을 계산할 수 없습니다(자료가 있는 해: 2022~2026년)." {
		t.Error(msg)
	}
}

// A plain count, day by day, is the second path: the nominal end is the last day
// before the period's namesake day, or the month's end; the last day works.
func TestDeadlineProperties(t *testing.T) {
	h := table(t)
	rapid.Check(t, func(t *rapid.T) {
		from := Must(2022, 1, 1).AddDays(rapid.IntRange(0, 1_000).Draw(t, "from"))
		months := rapid.IntRange(1, 12).Draw(t, "months")
		r, err := Reckon(from, months, 0, h)
		if err != nil {
			t.Fatal(err)
		}
		end := r.Nominal.AddDays(1)
		if end.Day() != r.Start.Day() && (end.Day() != 1 || r.Start.Day() <= r.Nominal.Day()) {
			t.Fatalf("%s + %d months ends on %s", from, months, r.Nominal)
		}
		passed := (r.Nominal.Year()-r.Start.Year())*12 + int(r.Nominal.Month()-r.Start.Month())
		if want := months; passed != want && (r.Start.Day() != 1 || passed != want-1) {
			t.Fatalf("%s + %d months ends on %s", from, months, r.Nominal)
		}
		if why, _ := h.Rest(r.Last); why != "" || len(r.Skipped) != r.Nominal.DaysUntil(r.Last) {
			t.Fatalf("ends on %s (%s), skipped %v", r.Last, why, r.Skipped)
		}
		next, err := Deadline(from.AddDays(1), months, 0, h)
		if err != nil || next.Before(r.Last) {
			t.Fatalf("a later event %s ends earlier: %s, %v", from.AddDays(1), next, err)
		}
		days := rapid.IntRange(1, 400).Draw(t, "days")
		if r, err = Reckon(from, 0, days, h); err != nil || r.Start.DaysUntil(r.Nominal) != days-1 || r.Last.Weekday() == time.Sunday {
			t.Fatalf("%s + %d days: %+v, %v", from, days, r, err)
		}
	})
}
