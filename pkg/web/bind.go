package web

import (
	"encoding"
	"fmt"
	"mime/multipart"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// maxItems bounds a repeated part of a form, so that "lines.999999999.title" costs nothing.
const maxItems = 500

// bind reads the address and the form body into the struct in points to:
//
//	ID    application.ID `param:"id"`       // of the path; malformed is NotFound
//	Title string         `form:"title"`     // trimmed, NFC, no control characters
//	Total money.Amount   `form:"total"`     // "1,234,000"
//	Split money.BySource `form:"split"`     // split.national, split.sido, split.sigungu, split.own
//	Lines []line         `form:"lines"`     // lines.0.title, lines.1.title, … gaps are closed
//	On    calendar.Date  `form:"on"`        // of a date input
//	At    time.Time      `form:"at"`        // of a datetime-local input, KST
//	Note  *string        `form:"note"`      // nil when left empty, like every pointer
//	Codes []string       `form:"codes"`     // several checkboxes of one name
//	File  *multipart.FileHeader `form:"file"`
//
// It returns what was typed, untouched, together with an Invalid fault that names
// every field that could not be read. A name the struct does not have is refused.
func bind(c echo.Context, in any) (Form, error) {
	if err := bindAddress(c, in); err != nil {
		return Form{}, err
	}
	values, files, err := readBody(c)
	if err != nil {
		return Form{}, err
	}
	return bindValues(values, files, in)
}

// bindValues is bind of what was typed on another day and kept.
func bindValues(values url.Values, files map[string][]*multipart.FileHeader, in any) (Form, error) {
	b := &binder{values: values, files: files, errs: fault.Fields{}, used: map[string]bool{fieldRequestKey: true}, was: map[string]string{}}
	if err := b.structure(reflect.ValueOf(in).Elem(), ""); err != nil {
		return Form{}, err
	}
	b.refuseUnknown()
	f := Form{Values: b.values, order: b.order, was: b.was}
	err := b.errs.Err()
	return f.With(err), err
}

// bindAddress reads param and query tags only, those of embedded structs too.
func bindAddress(c echo.Context, in any) error { return addressFields(c, reflect.ValueOf(in).Elem()) }

func addressFields(c echo.Context, v reflect.Value) error {
	for i := range v.NumField() {
		t := v.Type().Field(i)
		if t.Anonymous && t.Type.Kind() == reflect.Struct {
			if err := addressFields(c, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		if name := t.Tag.Get("param"); name != "" {
			if msg, err := scan(v.Field(i), c.Param(name)); err != nil {
				return err
			} else if msg != "" || c.Param(name) == "" {
				return fault.New(fault.NotFound, "찾을 수 없는 주소입니다. 주소를 확인해 주세요.")
			}
		}
		if name := t.Tag.Get("query"); name != "" {
			if msg, err := scan(v.Field(i), c.QueryParam(name)); err != nil {
				return err
			} else if msg != "" {
				return fault.New(fault.NotFound, "찾을 수 없는 주소입니다. 주소를 확인해 주세요.")
			}
		}
	}
	return nil
}

func readBody(c echo.Context) (url.Values, map[string][]*multipart.FileHeader, error) {
	r := c.Request()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		if err := r.ParseMultipartForm(defaultBody); err != nil {
			return nil, nil, unreadable(err)
		}
		return url.Values(r.MultipartForm.Value), r.MultipartForm.File, nil
	}
	if err := r.ParseForm(); err != nil {
		return nil, nil, unreadable(err)
	}
	return r.PostForm, nil, nil
}

func unreadable(err error) error {
	if err := fromEcho(err); fault.KindOf(err) == fault.TooLarge {
		return err
	}
	return fault.Wrap(fault.Invalid, "보낸 내용을 읽을 수 없습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.", err)
}

type binder struct {
	values url.Values
	files  map[string][]*multipart.FileHeader
	errs   fault.Fields
	order  []string
	used   map[string]bool
	was    map[string]string // row that moved up, as "lines.1." -> its name on the page, "lines.3."
}

func (b *binder) refuseUnknown() {
	for name := range b.values {
		if !b.used[name] {
			b.errs.Add(name, "이 화면에 없는 항목이 들어 있습니다: "+name)
		}
	}
	for name := range b.files {
		if !b.used[name] {
			b.errs.Add(name, "이 화면에 없는 파일이 들어 있습니다: "+name)
		}
	}
}

var (
	typeBySource = reflect.TypeFor[money.BySource]()
	typeFile     = reflect.TypeFor[*multipart.FileHeader]()
	typeFiles    = reflect.TypeFor[[]*multipart.FileHeader]()
	typeTime     = reflect.TypeFor[time.Time]()
)

func (b *binder) structure(v reflect.Value, prefix string) error {
	for i := range v.NumField() {
		t := v.Type().Field(i)
		if t.Anonymous && t.Type.Kind() == reflect.Struct {
			if err := b.structure(v.Field(i), prefix); err != nil {
				return err
			}
			continue
		}
		if name := t.Tag.Get("form"); name != "" {
			if err := b.field(v.Field(i), prefix+name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *binder) field(v reflect.Value, name string) error {
	switch t := v.Type(); {
	case t == typeFile:
		b.used[name] = true
		if fs := b.files[name]; len(fs) > 0 {
			v.Set(reflect.ValueOf(fs[0]))
		}
		b.order = append(b.order, name)
		return nil
	case t == typeFiles:
		b.used[name] = true
		v.Set(reflect.ValueOf(b.files[name]))
		b.order = append(b.order, name)
		return nil
	case t == typeBySource:
		b.order = append(b.order, name)
		for i, s := range money.Sources() {
			if err := b.one(v.Field(i), name+"."+s.Code()); err != nil {
				return err
			}
		}
		return nil
	case t.Kind() == reflect.Slice && isPlainStruct(t.Elem()):
		return b.items(v, name)
	case t.Kind() == reflect.Slice:
		return b.several(v, name)
	case isPlainStruct(t):
		return b.structure(v, name+".")
	}
	return b.one(v, name)
}

// isPlainStruct tells a group of fields from a struct that is one value.
func isPlainStruct(t reflect.Type) bool {
	switch {
	case t.Kind() != reflect.Struct, t == typeTime, t == reflect.TypeFor[money.Amount](), t == reflect.TypeFor[calendar.Date]():
		return false
	}
	return !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func (b *binder) one(v reflect.Value, name string) error {
	b.used[name] = true
	b.order = append(b.order, name)
	all := b.values[name]
	if len(all) == 0 {
		return nil
	}
	if len(all) > 1 {
		b.errs.Add(name, "한 번만 보내야 하는 항목입니다.")
		return nil
	}
	msg, err := scan(v, all[0])
	if msg != "" {
		b.errs.Add(name, msg)
	}
	return err
}

func (b *binder) several(v reflect.Value, name string) error {
	b.used[name] = true
	b.order = append(b.order, name)
	all := b.values[name]
	if len(all) > maxItems {
		b.errs.Add(name, "고른 것이 너무 많습니다.")
		return nil
	}
	v.Set(reflect.MakeSlice(v.Type(), len(all), len(all)))
	for i, raw := range all {
		msg, err := scan(v.Index(i), raw)
		if err != nil {
			return err
		}
		if msg != "" {
			b.errs.Add(name, msg)
		}
	}
	return nil
}

// items reads name.0.…, name.1.…; gaps left by deleted rows are closed in the
// typed values too, so that messages of a service name the row a person sees.
func (b *binder) items(v reflect.Value, name string) error {
	prefix := name + "."
	seen := map[int]bool{}
	for key := range b.values {
		if i, _, ok := itemIndex(key, prefix); ok {
			seen[i] = true
		}
	}
	if len(seen) > maxItems {
		b.errs.Add(name, fmt.Sprintf("한 번에 %d줄까지 보낼 수 있습니다.", maxItems))
		return nil
	}
	old := make([]int, 0, len(seen))
	for i := range seen {
		old = append(old, i)
	}
	slices.Sort(old)
	for now, was := range old {
		if now != was {
			b.rename(prefix+strconv.Itoa(was)+".", prefix+strconv.Itoa(now)+".")
			b.was[prefix+strconv.Itoa(now)+"."] = prefix + strconv.Itoa(was) + "."
		}
	}
	b.order = append(b.order, name)
	v.Set(reflect.MakeSlice(v.Type(), len(old), len(old)))
	for i := range old {
		if err := b.structure(v.Index(i), prefix+strconv.Itoa(i)+"."); err != nil {
			return err
		}
	}
	return nil
}

func itemIndex(key, prefix string) (i int, rest string, ok bool) {
	tail, found := strings.CutPrefix(key, prefix)
	if !found {
		return 0, "", false
	}
	digits, rest, found := strings.Cut(tail, ".")
	i, err := strconv.Atoi(digits)
	return i, rest, found && err == nil && i >= 0 && strconv.Itoa(i) == digits
}

func (b *binder) rename(from, to string) {
	for key, v := range b.values {
		if rest, ok := strings.CutPrefix(key, from); ok {
			b.values[to+rest] = v
			delete(b.values, key)
		}
	}
	for key, v := range b.files {
		if rest, ok := strings.CutPrefix(key, from); ok {
			b.files[to+rest] = v
			delete(b.files, key)
		}
	}
}
