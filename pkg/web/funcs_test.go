package web

import (
	"testing"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
)

func TestDatesAsOfficialPapersWriteThem(t *testing.T) {
	at := time.Date(2022, 5, 13, 9, 0, 0, 0, time.UTC) // 18:00 in Korea
	late := time.Date(2022, 5, 13, 20, 0, 0, 0, time.UTC)
	var none *time.Time
	day := calendar.Must(2022, 5, 13)
	for _, c := range []struct {
		f    func(any) (string, error)
		in   any
		want string
	}{
		{date, at, "2022. 5. 13."}, {date, late, "2022. 5. 14."}, {date, &at, "2022. 5. 13."}, {date, none, "–"},
		{date, time.Time{}, "–"}, {date, day, "2022. 5. 13."}, {date, &day, "2022. 5. 13."}, {date, calendar.Date{}, "–"},
		{instant, at, "2022. 5. 13.(금) 18:00"}, {instant, none, "–"},
	} {
		got, err := c.f(c.in)
		if err != nil || got != c.want {
			t.Errorf("%v is printed as %q, %v; want %q", c.in, got, err, c.want)
		}
	}
	if _, err := date("2022-05-13"); err == nil {
		t.Error("a text must not pass for a date")
	}
}

func TestDdayCountsKoreanDays(t *testing.T) {
	kst := func(d, h, m int) time.Time { return time.Date(2026, 3, d, h, m, 0, 0, calendar.KST) }
	due := kst(5, 18, 0)
	for _, c := range []struct {
		now  time.Time
		want string
	}{
		{kst(2, 23, 59), "D-3"}, {kst(3, 0, 0), "D-2"}, {kst(5, 0, 1), "D-DAY"}, {kst(5, 18, 0), "D-DAY"},
		{kst(5, 18, 0).Add(time.Second), "마감"},
	} {
		if got := dday(c.now, due).Text; got != c.want {
			t.Errorf("at %v it is %s, want %s", c.now, got, c.want)
		}
	}
}

func TestAmountsAndRates(t *testing.T) {
	a := money.Must(1_234_567)
	if got, err := won(a); err != nil || got != "1,234,567" {
		t.Errorf("won = %q %v", got, err)
	}
	if got, err := won((*money.Amount)(nil)); err != nil || got != "–" {
		t.Errorf("won of nothing = %q %v", got, err)
	}
	if _, err := won(1234); err == nil {
		t.Error("a bare number must not pass for an amount")
	}
	if got := percent(money.Must(1), money.Must(0)); got != "–" {
		t.Errorf("a share of nothing is %q", got)
	}
}

func TestLocalPath(t *testing.T) {
	for in, want := range map[string]string{
		"/a?b=1": "/a?b=1", "//evil": "/", "https://evil": "/", "/\\evil": "/", "/\t/evil": "/", "": "/", "evil": "/",
	} {
		if got := localPath(in); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLimiterForgetsButDoesNotGrow(t *testing.T) {
	t.Parallel()
	l := newLimiter(DefaultPace)
	l.perSecond = 0 // what is used up stays used up
	for range DefaultPace * burst {
		l.allow("loud")
	}
	if l.allow("loud") {
		t.Fatal("the burst is not limited")
	}
	for i := range maxBuckets + 10 {
		l.allow(string(rune(i)) + "x")
	}
	if len(l.young)+len(l.old) > 2*maxBuckets {
		t.Errorf("%d buckets are kept", len(l.young)+len(l.old))
	}
	if l.allow("loud") {
		t.Error("a flood of addresses wipes out a limit")
	}
}
