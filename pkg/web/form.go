package web

import (
	"encoding"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// Form is what a person typed, untouched, and what is wrong with it. The zero Form
// is an empty one; fill makes one from stored values.
type Form struct {
	Values url.Values
	Msg    string            // the sentence above the list of mistakes
	Errors map[string]string // field name -> sentence
	order  []string
	was    map[string]string // rows whose numbers changed, see binder.items
	kind   fault.Kind
	failed bool
}

// With adds the mistakes of err to the form; nil leaves it as it is.
func (f Form) With(err error) Form {
	if err == nil {
		return f
	}
	msg, fields := fault.Public(err)
	f.Msg, f.kind, f.failed = msg, fault.KindOf(err), true
	merged := maps.Clone(f.Errors)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, fields)
	f.Errors = merged
	return f
}

// Status is what the form is shown with: 200, or the status of its mistake.
func (f Form) Status() int {
	if f.failed {
		return f.kind.Status()
	}
	return http.StatusOK
}

// Failed tells whether there is something to correct.
func (f Form) Failed() bool { return f.failed }

// OnPage is the name a field has on the page that sent the form: the rows of a list
// are numbered anew when some of them were taken out there.
func (f Form) OnPage(name string) string {
	for now, was := range f.was {
		if rest, ok := strings.CutPrefix(name, now); ok {
			return was + rest
		}
	}
	return name
}

// Value is the typed text of a field.
func (f Form) Value(name string) string { return f.Values.Get(name) }

// Mistake is one line of the error summary.
type Mistake struct{ ID, Msg string }

// Mistakes lists what is wrong in the order of the fields, linked to them.
func (f Form) Mistakes() []Mistake {
	var out []Mistake
	for _, name := range fieldOrder(f.order, f.Errors) {
		out = append(out, Mistake{fieldID(name), f.Errors[name]})
	}
	return out
}

func fieldOrder(order []string, fields map[string]string) []string {
	var out []string
	for _, name := range order {
		if _, ok := fields[name]; ok && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// fieldID is the HTML id of a field: "lines.0.title" is f-lines-0-title.
func fieldID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }

// Option is one choice of a select, of radios or of checkboxes.
type Option struct {
	Value, Label, Hint string
}

// Field is one field as a partial shows it. Make it with Form.Field and refine it
// in a pipeline: {{template "input" (.Form.Field "title" "사업명" | hint "…" | required)}}.
type Field struct {
	Name, ID, Label, Hint, Error string
	Value                        string
	Values                       []string // of checkboxes
	Kind                         string   // type attribute of an input
	Unit                         string   // after the input: 원, 명, %
	Width                        string   // short, medium or full
	Autocomplete, Accept         string
	Required, Readonly           bool
	Max, Rows                    int
	Options                      []Option
	Parts                        []Field // of a four-source row
}

// Field is the field of a name with what was typed and what is wrong.
func (f Form) Field(name, label string) Field {
	return Field{
		Name: name, ID: fieldID(name), Label: label, Kind: "text",
		Value: f.Values.Get(name), Values: f.Values[name], Error: f.Errors[name],
	}
}

// Sources is a four-source row: 국비, 시도비, 시군구비, 자부담.
func (f Form) Sources(name, label string) Field {
	out := f.Field(name, label)
	for _, s := range money.Sources() {
		out.Parts = append(out.Parts, f.Field(name+"."+s.Code(), s.Label()))
	}
	return out
}

// Describedby names the hint and the message for screen readers.
func (f Field) Describedby() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// Chosen tells whether an option is the typed one.
func (f Field) Chosen(value string) bool { return slices.Contains(f.Values, value) }

// Date is the typed value as a date input wants it.
func (f Field) Date() string { return f.Value[:min(len(f.Value), len("2006-01-02"))] }

// Broken tells whether a four-source row has a mistake in any part.
func (f Field) Broken() bool {
	return f.Error != "" || slices.ContainsFunc(f.Parts, func(p Field) bool { return p.Error != "" })
}

// Total is the sum of a four-source row as typed, "" while a part cannot be read.
func (f Field) Total() string {
	var sum money.Amount
	for _, p := range f.Parts {
		if p.Value == "" {
			continue
		}
		a, err := money.Parse(p.Value)
		if err != nil {
			return ""
		}
		sum = sum.Add(a)
	}
	return sum.Comma()
}

// fill is the form of stored values: the inverse of bind, by the same form tags.
func fill(in any) (Form, error) {
	f := Form{Values: url.Values{}}
	return f, f.put(reflect.Indirect(reflect.ValueOf(in)), "")
}

func (f Form) put(v reflect.Value, prefix string) error {
	if v.Kind() != reflect.Struct {
		return errors.New("fill: not a struct")
	}
	for i := range v.NumField() {
		t := v.Type().Field(i)
		name := t.Tag.Get("form")
		if t.Anonymous && t.Type.Kind() == reflect.Struct {
			if err := f.put(v.Field(i), prefix); err != nil {
				return err
			}
		} else if name != "" {
			if err := f.putField(v.Field(i), prefix+name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f Form) putField(v reflect.Value, name string) error {
	switch t := v.Type(); {
	case t == typeFile || t == typeFiles:
		return nil
	case t.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return f.putField(v.Elem(), name)
	case t == typeBySource:
		for i, s := range money.Sources() {
			f.Values.Set(name+"."+s.Code(), printed(v.Field(i)))
		}
		return nil
	case t.Kind() == reflect.Slice && isPlainStruct(t.Elem()):
		for i := range v.Len() {
			if err := f.put(v.Index(i), name+"."+strconv.Itoa(i)+"."); err != nil {
				return err
			}
		}
		return nil
	case t.Kind() == reflect.Slice:
		for i := range v.Len() {
			f.Values.Add(name, printed(v.Index(i)))
		}
		return nil
	case isPlainStruct(t):
		return f.put(v, name+".")
	}
	f.Values.Set(name, printed(v))
	return nil
}

// printed is one value as a person types it.
func printed(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case money.Amount:
		return x.Comma()
	case calendar.Date:
		if x.IsZero() {
			return ""
		}
		return x.String()
	case time.Time:
		if x.IsZero() {
			return ""
		}
		return x.In(calendar.KST).Format("2006-01-02T15:04")
	case encoding.TextMarshaler:
		b, err := x.MarshalText()
		if err != nil {
			return ""
		}
		return string(b)
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return "on"
		}
		return ""
	default:
		return strconv.FormatInt(v.Int(), 10)
	}
}
