package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"eoul/pkg/fault"
)

// bind reads the path and the query by their tags and, when there is one, the JSON
// body. It is strict: a name the struct does not have, a name given twice, a
// fraction where a whole number belongs and text after the document are refused,
// and every wrong field is named at once.
func bind(c echo.Context, in any) ([]byte, error) {
	binder := &echo.DefaultBinder{}
	if err := binder.BindPathParams(c, in); err != nil {
		return nil, fault.Wrap(fault.NotFound, "찾을 수 없는 주소입니다.", err)
	}
	if err := binder.BindQueryParams(c, in); err != nil {
		return nil, badRequest("주소의 조건을 읽을 수 없습니다.")
	}
	if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead || m == http.MethodDelete {
		return nil, nil
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, badRequest("보낸 내용을 끝까지 읽지 못했습니다.")
	}
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	} else if kind, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, badRequest("Content-Type은 application/json이어야 합니다.")
	}
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, badRequest("본문이 올바른 JSON이 아닙니다.")
	}
	errs := fault.Fields{}
	if err := decode(reflect.ValueOf(in).Elem(), body, "", errs); err != nil {
		return nil, err
	}
	return body, errs.Err()
}

// decode fills v from one JSON value and notes every field that does not fit.
func decode(v reflect.Value, raw json.RawMessage, path string, errs fault.Fields) error {
	if _, own := v.Addr().Interface().(json.Unmarshaler); own {
		return leaf(v, raw, path, errs)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if string(bytes.TrimSpace(raw)) == "null" {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return decode(v.Elem(), raw, path, errs)
	case reflect.Struct:
		return decodeObject(v, raw, path, errs)
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return decodeArray(v, raw, path, errs)
		}
	default:
	}
	return leaf(v, raw, path, errs)
}

func decodeObject(v reflect.Value, raw json.RawMessage, path string, errs fault.Fields) error {
	members, ok := object(raw, path, errs)
	if !ok {
		return nil
	}
	fields := map[string]int{}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = i
		}
	}
	for name, value := range members {
		i, known := fields[name]
		if !known {
			errs.Add(join(path, name), "알 수 없는 항목입니다.")
			continue
		}
		if err := decode(v.Field(i), value, join(path, name), errs); err != nil {
			return err
		}
	}
	return nil
}

// object splits a JSON object and refuses a name that stands twice.
func object(raw json.RawMessage, path string, errs fault.Fields) (map[string]json.RawMessage, bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		errs.Add(orBody(path), "객체({…})여야 합니다.")
		return nil, false
	}
	out := map[string]json.RawMessage{}
	for dec.More() {
		t, err := dec.Token()
		name, isName := t.(string)
		var value json.RawMessage
		if err != nil || !isName || dec.Decode(&value) != nil {
			errs.Add(orBody(path), "올바른 JSON이 아닙니다.")
			return nil, false
		}
		if _, twice := out[name]; twice {
			errs.Add(join(path, name), "같은 이름이 두 번 있습니다.")
		}
		out[name] = value
	}
	return out, true
}

func decodeArray(v reflect.Value, raw json.RawMessage, path string, errs fault.Fields) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil || items == nil {
		errs.Add(orBody(path), "배열([…])이어야 합니다.")
		return nil
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := decode(v.Index(i), item, join(path, strconv.Itoa(i)), errs); err != nil {
			return err
		}
	}
	return nil
}

// leaf reads one value; what it says is wrong with it becomes the field's sentence.
func leaf(v reflect.Value, raw json.RawMessage, path string, errs fault.Fields) error {
	if string(bytes.TrimSpace(raw)) == "null" {
		errs.Add(orBody(path), "null은 쓸 수 없습니다. 값이 없으면 항목을 빼 주세요.")
		return nil
	}
	err := json.Unmarshal(raw, v.Addr().Interface())
	if err == nil {
		return nil
	}
	if fault.KindOf(err) == fault.Invalid {
		return errs.Merge(join(path, ""), err)
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		errs.Add(orBody(path), wanted(v.Kind()))
		return nil
	}
	if _, ok := errors.AsType[*json.InvalidUnmarshalError](err); ok {
		return fmt.Errorf("decode %s: %w", path, err)
	}
	errs.Add(orBody(path), "알맞은 형식이 아닙니다.")
	return nil
}

func wanted(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "문자열이어야 합니다."
	case reflect.Bool:
		return "true 또는 false여야 합니다."
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "정수여야 합니다."
	default:
		return "알맞은 형식이 아닙니다."
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func orBody(path string) string {
	if path == "" {
		return "body"
	}
	return path
}
