package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/money"
)

// functions are what every template may call. They format; they decide nothing.
func (s *Server) functions(icons map[string]template.HTML) template.FuncMap {
	funcs := template.FuncMap{
		"asset":      s.assets.of,
		"requestKey": s.cfg.NewKey,
		"icon":       func(name string) (template.HTML, error) { return icon(icons, name) },
		"won":        won,
		"rate":       percent,
		"date":       date,
		"instant":    instant,
		"dday":       dday,
		"iso":        func(t time.Time) string { return t.In(calendar.KST).Format(time.RFC3339) },
		"label":      label,
		"tone":       tone,
		"sources":    func() [4]money.Source { return money.Sources() },
		"dict":       dict,
		"badge":      func(tone, text string) Badge { return Badge{tone, text} },
		"state":      func(machine string, state any) (Badge, error) { return stateBadge(machine, state) },
		"empty":      func(title, text string) Empty { return Empty{Title: title, Text: text} },
		"notice":     func(tone, text string) Notice { return Notice{tone, text} },
		"meter":      meter,
		"markdown":   markdown(),
		"countdown":  countdown,
		"plus":       func(a, b int) int { return a + b },
	}
	for name, f := range fieldFunctions() {
		funcs[name] = f
	}
	return funcs
}

// fieldFunctions refine a Field in a pipeline.
func fieldFunctions() template.FuncMap {
	return template.FuncMap{
		"hint":         func(text string, f Field) Field { f.Hint = text; return f },
		"required":     func(f Field) Field { f.Required = true; return f },
		"readonly":     func(f Field) Field { f.Readonly = true; return f },
		"kind":         func(kind string, f Field) Field { f.Kind = kind; return f },
		"unit":         func(unit string, f Field) Field { f.Unit = unit; return f },
		"width":        func(width string, f Field) Field { f.Width = width; return f },
		"autocomplete": func(what string, f Field) Field { f.Autocomplete = what; return f },
		"accept":       func(types string, f Field) Field { f.Accept = types; return f },
		"maxlength":    func(n int, f Field) Field { f.Max = n; return f },
		"rows":         func(n int, f Field) Field { f.Rows = n; return f },
		"options":      func(o []Option, f Field) Field { f.Options = o; return f },
	}
}

// Badge is a short coloured word; the word says it, the colour only helps.
type Badge struct{ Tone, Text string }

// won prints an amount with commas and without the unit; nil is a dash.
func won(v any) (string, error) {
	switch a := v.(type) {
	case money.Amount:
		return a.Comma(), nil
	case *money.Amount:
		if a == nil {
			return "–", nil
		}
		return a.Comma(), nil
	}
	return "", fmt.Errorf("won: %T is no amount", v)
}

// percent prints part of whole in per cent, a dash when there is no whole.
func percent(part, whole money.Amount) string {
	r, err := money.RateOf(part, whole)
	if err != nil {
		return "–"
	}
	return r.String() + "%"
}

// date prints a day as official papers do: "2022. 5. 13.". It takes a day or an
// instant, or a pointer to one; none is a dash.
func date(v any) (string, error) {
	switch t := v.(type) {
	case calendar.Date:
		if t.IsZero() {
			return "–", nil
		}
		return t.Korean(), nil
	case *calendar.Date:
		if t == nil {
			return "–", nil
		}
		return t.Korean(), nil
	}
	t, ok, err := moment(v)
	if err != nil || !ok {
		return "–", err
	}
	return calendar.Today(t).Korean(), nil
}

// instant prints a moment with its weekday: "2022. 5. 13.(금) 18:00", Korean time.
func instant(v any) (string, error) {
	t, ok, err := moment(v)
	if err != nil || !ok {
		return "–", err
	}
	return calendar.FormatInstant(t), nil
}

// moment takes what a struct may hold: an instant or a pointer to one.
func moment(v any) (time.Time, bool, error) {
	switch t := v.(type) {
	case time.Time:
		return t, !t.IsZero(), nil
	case *time.Time:
		if t == nil {
			return time.Time{}, false, nil
		}
		return *t, true, nil
	}
	return time.Time{}, false, fmt.Errorf("%T is no time", v)
}

// dday counts the days to a deadline as people say it: D-3, D-DAY, 마감.
func dday(now, at time.Time) Badge {
	if now.After(at) {
		return Badge{"neutral", "마감"}
	}
	days := calendar.Today(now).DaysUntil(calendar.Today(at))
	switch {
	case days == 0:
		return Badge{"danger", "D-DAY"}
	case days <= 7:
		return Badge{"warning", fmt.Sprintf("D-%d", days)}
	}
	return Badge{"info", fmt.Sprintf("D-%d", days)}
}

// dict makes the argument of a partial from names and values.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict: a name without a value")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

var (
	svgOpening = regexp.MustCompile(`(?s)^.*?<svg[^>]*>`)
	blanks     = regexp.MustCompile(`\s+`)
)

// readIcons turns the vendored icons into inline drawings that take the colour and
// the size of the text around them.
func readIcons(files fs.FS) (map[string]template.HTML, error) {
	names, err := fs.Glob(files, "templates/static/icons/*.svg")
	if err != nil {
		return nil, err
	}
	out := make(map[string]template.HTML, len(names))
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		body := blanks.ReplaceAll(bytes.TrimSpace(svgOpening.ReplaceAll(b, nil)), []byte(" "))
		//nolint:gosec // G203: our own embedded files, nothing of a person
		out[strings.TrimSuffix(path.Base(name), ".svg")] = template.HTML(
			`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + string(body))
	}
	return out, nil
}

func icon(icons map[string]template.HTML, name string) (template.HTML, error) {
	svg, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("no icon named %q", name)
	}
	return svg, nil
}
