package work

import (
	"reflect"
	"sync"
)

// blank stands in the trail for what must not be kept there.
const blank = "(가림)"

// secretFields remembers, per struct type, which fields carry `audit:"secret"`.
var secretFields sync.Map // reflect.Type -> []int

// redact gives v itself when its struct type has no secret field, else a copy with
// string secrets blanked and all other secrets zeroed. Only the struct's own and
// embedded fields are looked at: audited types are flat.
func redact(v any) any {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && !rv.IsNil() {
		rv = rv.Elem()
	}
	if rv.Kind() != reflect.Struct {
		return v
	}
	secret := secretsOf(rv.Type())
	if len(secret) == 0 {
		return v
	}
	out := reflect.New(rv.Type()).Elem()
	out.Set(rv)
	for _, i := range secret {
		f := out.Field(i)
		if f.Kind() == reflect.String {
			f.SetString(blank)
		} else {
			f.SetZero()
		}
	}
	return out.Interface()
}

func secretsOf(t reflect.Type) []int {
	if s, ok := secretFields.Load(t); ok {
		return s.([]int)
	}
	var out []int
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("audit") == "secret" {
			out = append(out, i)
		}
	}
	secretFields.Store(t, out)
	return out
}
