package calendar

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eoul/pkg/fault"
)

func wantInvalid(t *testing.T, err error) {
	t.Helper()
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("error %v, want an Invalid fault", err)
	}
}

func day(t interface{ Fatal(...any) }, iso string) Date {
	d, err := Parse(iso)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func anyDate(t *rapid.T, label string) Date {
	return Must(1900, 1, 1).AddDays(rapid.IntRange(0, 100_000).Draw(t, label))
}

func TestOfAndParse(t *testing.T) {
	if d, err := Of(2024, 2, 29); err != nil || d != day(t, "2024-02-29") || d.Year() != 2024 || d.Month() != 2 || d.Day() != 29 {
		t.Errorf("%v, %v", d, err)
	}
	for _, c := range [][3]int{{2023, 2, 29}, {2023, 4, 31}, {2023, 13, 1}, {2023, 0, 1}, {2023, 1, 0}, {0, 1, 1}, {10_000, 1, 1}, {-1, 1, 1}} {
		_, err := Of(c[0], time.Month(c[1]), c[2])
		wantInvalid(t, err)
	}
	for _, text := range []string{"", "2023-02-29", "2023-2-1", "23-02-01", "2023/02/01", "20230201", "2023-02-01T00:00", "2023-13-01", "0000-01-01",
		"2023-02-0a", " 2023-02-01", "２０２３-02-01", "+023-02-01", "2023-00-10"} {
		_, err := Parse(text)
		wantInvalid(t, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Must accepted 30 February")
		}
	}()
	Must(2023, 2, 30)
}

func TestPrint(t *testing.T) {
	d := day(t, "2022-05-13")
	if d.String() != "2022-05-13" || d.Korean() != "2022. 5. 13." || d.KoreanWeekday() != "2022. 5. 13.(금)" || d.Weekday() != time.Friday {
		t.Errorf("%s %s %s", d, d.Korean(), d.KoreanWeekday())
	}
	for i, want := range []string{"토", "일", "월", "화", "수", "목", "금"} {
		if got := d.AddDays(i + 1).KoreanWeekday(); got != d.AddDays(i+1).Korean()+"("+want+")" {
			t.Errorf("day %d is %s", i, got)
		}
	}
	var none Date
	if none.String()+none.Korean()+none.KoreanWeekday() != "" || !none.IsZero() || !none.AddDays(3).IsZero() {
		t.Error("no date prints something")
	}
	if got := Must(7, 1, 2).String(); got != "0007-01-02" {
		t.Error(got)
	}
}

func TestTodayIsTheDayInKorea(t *testing.T) {
	for at, want := range map[string]string{
		"2022-05-13T14:59:59Z": "2022-05-13", "2022-05-13T15:00:00Z": "2022-05-14", "2022-12-31T23:59:59+09:00": "2022-12-31",
		"2021-12-31T15:00:00Z": "2022-01-01", "2022-05-13T23:00:00-09:00": "2022-05-14",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := Today(instant).String(); got != want {
			t.Errorf("%s is %s, want %s", at, got, want)
		}
	}
}

func TestInstant(t *testing.T) {
	at := Instant(day(t, "2022-05-13"), 18, 0)
	if got := at.UTC().Format(time.RFC3339); got != "2022-05-13T09:00:00Z" {
		t.Error(got)
	}
	if got := FormatInstant(at.UTC()); got != "2022. 5. 13.(금) 18:00" {
		t.Error(got)
	}
	if got := FormatInstant(Instant(day(t, "2022-01-01"), 0, 5).UTC()); got != "2022. 1. 1.(토) 00:05" {
		t.Error(got)
	}
	if FormatInstant(time.Time{}) != "" {
		t.Error("the zero time prints something")
	}
}

func TestDateArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDate(t, "d"), rapid.IntRange(-40_000, 40_000).Draw(t, "n")
		e := d.AddDays(n)
		if d.DaysUntil(e) != n || e.DaysUntil(d) != -n || e.AddDays(-n) != d {
			t.Fatalf("%s + %d = %s", d, n, e)
		}
		if d.Before(e) != (n > 0) || d.After(e) != (n < 0) || (d.Cmp(e) == 0) != (n == 0) {
			t.Fatalf("%s and %s are ordered wrong", d, e)
		}
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s is read as %s", d, back)
		}
		if Today(Instant(d, 0, 0)) != d || Today(Instant(d, 23, 59)) != d {
			t.Fatalf("%s is another day at its own clock", d)
		}
	})
}

func TestScanAndValue(t *testing.T) {
	want := day(t, "2022-05-13")
	for _, src := range []any{"2022-05-13", []byte("2022-05-13"), time.Date(2022, 5, 13, 0, 0, 0, 0, time.UTC), time.Date(2022, 5, 13, 0, 0, 0, 0, KST)} {
		var d Date
		if err := d.Scan(src); err != nil || d != want {
			t.Errorf("Scan(%v) = %s, %v", src, d, err)
		}
	}
	d := want
	if err := d.Scan(nil); err != nil || !d.IsZero() {
		t.Errorf("NULL = %s, %v", d, err)
	}
	for _, src := range []any{"infinity", []byte("2022-02-30"), int64(3), time.Date(2022, 5, 13, 1, 0, 0, 0, time.UTC)} {
		if err := d.Scan(src); err == nil {
			t.Errorf("Scan(%v) was accepted", src)
		}
	}
	if v, err := want.Value(); err != nil || v != "2022-05-13" {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := (Date{}).Value(); err != nil || v != nil {
		t.Errorf("%v, %v", v, err)
	}
}

func TestJSON(t *testing.T) {
	type row struct{ D Date }
	for text, want := range map[string]Date{`{"D":"2022-05-13"}`: day(t, "2022-05-13"), `{"D":null}`: {}} {
		got := row{Must(1999, 1, 1)}
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.D != want {
			t.Errorf("%s = %v, %v", text, got, err)
		}
		if back, err := json.Marshal(got); err != nil || string(back) != text {
			t.Errorf("%s, %v; want %s", back, err, text)
		}
	}
	for _, text := range []string{`20220513`, `""`, `"2022-02-30"`, `{}`, `"2022-05-13T00:00:00Z"`} {
		var d Date
		wantInvalid(t, json.Unmarshal([]byte(text), &d))
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2022-05-13")
	f.Add("0000-00-00")
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := Parse(text); err == nil && d.String() != text {
			t.Fatalf("%q was read as %s", text, d)
		}
	})
}
