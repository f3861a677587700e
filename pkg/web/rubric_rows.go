package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/program"
)

// The rows of the rubric's form are added, copied, moved and deleted by buttons that
// send the whole form: it comes back with its rows changed, as typed and unsaved.

// formRows are the rows of a list in a form: what was typed, by the rest of the name.
type formRows []url.Values

// rowsIn takes the rows out of values, in order; gaps are closed.
func rowsIn(values url.Values, list string) formRows {
	found := map[int]url.Values{}
	for key, typed := range values {
		rest, ok := strings.CutPrefix(key, list+".")
		if !ok {
			continue
		}
		number, name, ok := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if !ok || err != nil || n < 0 || n >= maxItems {
			continue
		}
		if found[n] == nil {
			found[n] = url.Values{}
		}
		found[n][name] = typed
	}
	var out formRows
	for n := range maxItems {
		if row, ok := found[n]; ok {
			out = append(out, row)
		}
	}
	return out
}

// put writes the rows back in the place of those that were there.
func (rows formRows) put(values url.Values, list string) {
	for key := range values {
		if strings.HasPrefix(key, list+".") {
			delete(values, key)
		}
	}
	for n, row := range rows {
		for name, typed := range row {
			values[fmt.Sprintf("%s.%d.%s", list, n, name)] = typed
		}
	}
}

// change does one thing to the rows: add one at the end; copy, delete, up or down one.
func (rows formRows) change(verb string, n int, fresh url.Values) formRows {
	if verb == "add" {
		return append(rows, fresh)
	}
	if n < 0 || n >= len(rows) {
		return rows
	}
	switch verb {
	case "copy":
		row := url.Values{}
		for name, typed := range rows[n] {
			row[name] = slices.Clone(typed)
		}
		return slices.Insert(rows, n+1, row)
	case "delete":
		return slices.Delete(rows, n, n+1)
	case "up", "down":
		to := n - 1
		if verb == "down" {
			to = n + 1
		}
		if to >= 0 && to < len(rows) {
			rows[n], rows[to] = rows[to], rows[n]
		}
	}
	return rows
}

const rubricCriteria, rubricBonus = "rubric.criteria", "rubric.bonus"

// changeRubric does what a row's button says, such as "copy rubric.criteria 2", and
// tells where the person goes on; false for no such button.
func changeRubric(values url.Values, act string) (focus string, ok bool) {
	word := strings.Fields(act)
	if len(word) != 3 {
		return "", false
	}
	n, err := strconv.Atoi(word[2])
	if err != nil {
		return "", false
	}
	verb, list := word[0], word[1]
	switch {
	case list == "ties":
		moveTie(values, verb, n)
		return "ties", true
	case verb == "five":
		points, _ := strconv.Atoi(strings.TrimSpace(values.Get(fmt.Sprintf("%s.%d.max", rubricCriteria, n))))
		var rows formRows
		for _, l := range program.FiveLevels(max(points, 0)) {
			rows = append(rows, url.Values{"label": {l.Label}, "points": {strconv.Itoa(l.Points)}, "description": {""}})
		}
		list = fmt.Sprintf("%s.%d.levels", rubricCriteria, n)
		rows.put(values, list)
		return fieldID(list + ".0.description"), true
	case list != rubricCriteria && list != rubricBonus && !strings.HasPrefix(list, rubricCriteria+"."):
		return "", false
	}
	rows := rowsIn(values, list).change(verb, n, url.Values{"title": {""}, "label": {""}})
	rows.put(values, list)
	orderTies(values)
	at := min(max(n, 0), len(rows)-1)
	switch verb {
	case "add":
		at = len(rows) - 1
	case "copy":
		at = n + 1
	case "up":
		at = max(n-1, 0)
	case "down":
		at = min(n+1, len(rows)-1)
	}
	if at < 0 {
		return "rows", true
	}
	name := ".title"
	if strings.HasSuffix(list, ".levels") {
		name = ".label"
	}
	return fieldID(list + "." + strconv.Itoa(at) + name), true
}

// tieRow is one step of the chain as the form shows it.
type tieRow struct {
	Name  string // of the hidden field with its place
	Label string
	place int
}

// tieRows is the chain of the form in its order: criteria by their place, those without
// one behind, then the mean and the bonus if they are in it.
func tieRows(values url.Values) []tieRow {
	var out []tieRow
	for i, row := range rowsIn(values, rubricCriteria) {
		out = append(out, tieRow{fmt.Sprintf("%s.%d.tie_order", rubricCriteria, i), row.Get("title"), tiePlace(row.Get("tie_order"))})
	}
	for kind, name := range map[string]string{program.TieByMean: "rubric.tie_mean", program.TieByBonus: "rubric.tie_bonus"} {
		if p := tiePlace(values.Get(name)); p != unplaced {
			out = append(out, tieRow{name, program.TieLabel(kind), p})
		}
	}
	slices.SortStableFunc(out, func(a, b tieRow) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.Name, b.Name))
	})
	return out
}

const unplaced = 1 << 20

func tiePlace(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 {
		return unplaced
	}
	return n
}

// orderTies numbers the chain anew, so that each place is there once.
func orderTies(values url.Values) {
	for i, t := range tieRows(values) {
		values.Set(t.Name, strconv.Itoa(i+1))
	}
}

// moveTie moves a step of the chain up or down, takes the mean or the bonus out of it,
// or puts them in.
func moveTie(values url.Values, verb string, n int) {
	switch verb {
	case "mean", "bonus":
		name := "rubric.tie_" + verb
		if tiePlace(values.Get(name)) == unplaced {
			values.Set(name, strconv.Itoa(unplaced-1))
		} else {
			values.Set(name, "0")
		}
		orderTies(values)
		return
	}
	rows := tieRows(values)
	to := n - 1
	if verb == "down" {
		to = n + 1
	}
	if n < 0 || n >= len(rows) || to < 0 || to >= len(rows) {
		return
	}
	rows[n], rows[to] = rows[to], rows[n]
	for i, t := range rows {
		values.Set(t.Name, strconv.Itoa(i+1))
	}
}
