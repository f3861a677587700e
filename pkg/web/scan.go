package web

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// scan reads one typed text into v. msg is what the person must correct; err means
// that the struct has a type no form can fill, which is our mistake.
func scan(v reflect.Value, raw string) (msg string, err error) {
	if !utf8.ValidString(raw) {
		return "읽을 수 없는 글자가 들어 있습니다.", nil
	}
	text := strings.TrimSpace(clean(raw))
	if v.Kind() == reflect.Pointer {
		if text == "" {
			v.SetZero()
			return "", nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return scan(v.Elem(), raw)
	}
	switch p := v.Addr().Interface().(type) {
	case *money.Amount:
		if text == "" {
			return "", nil
		}
		*p, err = money.Parse(text)
		return sentence(err, "금액을 숫자로 입력해 주세요."), nil
	case *calendar.Date:
		if text == "" {
			return "", nil
		}
		*p, err = calendar.Parse(text)
		return sentence(err, "날짜를 2026-03-02와 같이 입력해 주세요."), nil
	case *time.Time:
		return scanTime(p, text), nil
	case encoding.TextUnmarshaler:
		if text == "" {
			return "", nil
		}
		return sentence(p.UnmarshalText([]byte(text)), "알맞은 형식으로 입력해 주세요."), nil
	}
	return scanKind(v, text)
}

func scanKind(v reflect.Value, text string) (msg string, err error) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(text == "on" || text == "true" || text == "1")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if text == "" {
			return "", nil
		}
		n, err := strconv.ParseInt(strings.ReplaceAll(text, ",", ""), 10, v.Type().Bits())
		if err != nil {
			return "정수를 숫자로 입력해 주세요.", nil
		}
		v.SetInt(n)
	default:
		return "", fmt.Errorf("bind: a form cannot fill a %s", v.Type())
	}
	return "", nil
}

func scanTime(p *time.Time, text string) string {
	if text == "" {
		return ""
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, calendar.KST); err == nil {
			*p = t
			return ""
		}
	}
	return "날짜를 2026-03-02와 같이 입력해 주세요."
}

// sentence is the Korean message of an error, or a general one for a foreign error.
func sentence(err error, general string) string {
	switch {
	case err == nil:
		return ""
	case fault.KindOf(err) == fault.Invalid:
		msg, _ := fault.Public(err)
		return msg
	}
	return general
}

// clean makes text equal that looks equal: composed Hangul (NFC), one kind of line
// break, no control characters and none that turn the reading direction around.
func clean(raw string) string {
	text := norm.NFC.String(strings.ReplaceAll(raw, "\r\n", "\n"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return -1
		}
		return r
	}, text)
}
