package web

import (
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

type bindID int64

type bindLine struct {
	Title string       `form:"title"`
	Cost  money.Amount `form:"cost"`
}

type bindForm struct {
	ID      bindID         `param:"id"`
	Version int            `form:"version"`
	Title   string         `form:"title"`
	Amount  money.BySource `form:"amount"`
	Cap     *money.Amount  `form:"cap"`
	On      calendar.Date  `form:"on"`
	At      time.Time      `form:"at"`
	Codes   []string       `form:"codes"`
	Agreed  bool           `form:"agreed"`
	Lines   []bindLine     `form:"lines"`
}

func bound(t *testing.T, id, body string) (bindForm, Form, error) {
	t.Helper()
	r := httptest.NewRequest("POST", "/x", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c := echo.New().NewContext(r, httptest.NewRecorder())
	c.SetParamNames("id")
	c.SetParamValues(id)
	var in bindForm
	f, err := bind(c, &in)
	return in, f, err
}

func TestBindReadsEveryKind(t *testing.T) {
	body := url.Values{
		"request_key": {"k"}, "version": {"3"}, "title": {"  가\u0000나\u202e다\r\n라 "},
		"amount.national": {"１,000"}, "amount.own": {"-5"}, "on": {"2026-02-28"}, "at": {"2026-03-02T18:00"},
		"codes": {"a", "b"}, "agreed": {"on"},
		"lines.2.title": {"첫"}, "lines.2.cost": {"7"}, "lines.10.title": {"둘"}, "lines.10.cost": {""},
	}.Encode()
	in, f, err := bound(t, "42", body)
	if err != nil {
		t.Fatal(err)
	}
	want := bindForm{
		ID: 42, Version: 3, Title: "가나다\n라", Amount: money.BySource{National: money.Must(1000), Own: money.Must(-5)},
		On: calendar.Must(2026, 2, 28), At: time.Date(2026, 3, 2, 18, 0, 0, 0, calendar.KST),
		Codes: []string{"a", "b"}, Agreed: true, Lines: []bindLine{{"첫", money.Must(7)}, {Title: "둘"}},
	}
	if !in.At.Equal(want.At) {
		t.Errorf("At = %v", in.At)
	}
	in.At = want.At
	if !reflect.DeepEqual(in, want) {
		t.Errorf("bound %+v\nwant  %+v", in, want)
	}
	if f.Value("lines.1.title") != "둘" || f.Value("lines.10.title") != "" {
		t.Errorf("the gap of deleted rows is not closed in what was typed: %v", f.Values)
	}
}

func TestBindNamesEveryMistakeAndKeepsTheText(t *testing.T) {
	_, f, err := bound(t, "1", "version=x&amount.national=12.5&on=2026-02-30&at=morgen&lines.0.cost=1,00&cap=abc&title=a&title=b&stranger=1")
	if fault.KindOf(err) != fault.Invalid {
		t.Fatalf("err = %v, want Invalid", err)
	}
	_, fields := fault.Public(err)
	for _, name := range []string{"version", "amount.national", "on", "at", "lines.0.cost", "cap", "title", "stranger"} {
		if fields[name] == "" {
			t.Errorf("no sentence for %s in %v", name, fields)
		}
	}
	if f.Value("amount.national") != "12.5" || f.Status() != 422 {
		t.Errorf("typed text or status lost: %q %d", f.Value("amount.national"), f.Status())
	}
	if m := f.Mistakes(); m[0].ID != "f-version" || m[len(m)-1].ID != "f-stranger" {
		t.Errorf("mistakes stand in another order than the fields: %v", m)
	}
}

func TestBindAddress(t *testing.T) {
	for _, id := range []string{"", "abc", "1e3", "99999999999999999999"} {
		if _, _, err := bound(t, id, ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("id %q gives %v, want NotFound", id, err)
		}
	}
}

func TestBindBounds(t *testing.T) {
	t.Parallel()
	v := url.Values{}
	for i := range maxItems + 1 {
		v.Set("lines."+string(rune('0'+i%10))+"."+strings.Repeat("x", i), "1") // unknown names
	}
	if _, _, err := bound(t, "1", v.Encode()); fault.KindOf(err) != fault.Invalid {
		t.Errorf("unknown names give %v", err)
	}
	in, _, err := bound(t, "1", "lines.999999999.title=x")
	if err != nil || len(in.Lines) != 1 {
		t.Errorf("a large index gives %d lines, %v", len(in.Lines), err)
	}
	for _, name := range []string{"lines.-1.title", "lines.01.title", "lines..title"} {
		if _, _, err := bound(t, "1", name+"=x"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s gives %v, want Invalid", name, err)
		}
	}
}

func TestFillIsTheInverseOfBind(t *testing.T) {
	limit := money.Must(5)
	was := bindForm{
		ID: 9, Version: 2, Title: "가\n나", Amount: money.BySource{Sido: money.Must(1_234_567)}, Cap: &limit,
		On: calendar.Must(2026, 1, 2), At: time.Date(2026, 3, 2, 18, 0, 0, 0, calendar.KST),
		Codes: []string{"x"}, Agreed: true, Lines: []bindLine{{"하나", money.Must(1)}, {"둘", money.Must(2)}},
	}
	f, err := fill(was)
	if err != nil {
		t.Fatal(err)
	}
	if f.Value("amount.sido") != "1,234,567" {
		t.Errorf("amount is shown as %q", f.Value("amount.sido"))
	}
	is, _, err := bound(t, "9", f.Values.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if !is.At.Equal(was.At) {
		t.Errorf("At = %v", is.At)
	}
	is.At = was.At
	if !reflect.DeepEqual(is, was) {
		t.Errorf("came back as %+v\nwas          %+v", is, was)
	}
}

func TestFieldTotal(t *testing.T) {
	f := Form{Values: url.Values{"a.national": {"1,000"}, "a.own": {"2"}}}
	if got := f.Sources("a", "금액").Total(); got != "1,002" {
		t.Errorf("total = %q", got)
	}
	f.Values.Set("a.sido", "abc")
	if got := f.Sources("a", "금액").Total(); got != "" {
		t.Errorf("an unreadable part gives the total %q", got)
	}
}
