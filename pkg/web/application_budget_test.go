package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// meant is what a form makes of the budget, to be compared.
func meant(r *rapid.T, f linesForm) (lines []string, unread int) {
	b := f.budget()
	for _, l := range b.Lines {
		text, err := json.Marshal(l)
		if err != nil {
			r.Fatal(err)
		}
		lines = append(lines, string(text))
	}
	return lines, len(b.Unread)
}

// typedLine is a row as people type it: with a whole 산출기초 or none, and now and then
// something that cannot be read.
func typedLine(r *rapid.T) lineForm {
	amount := rapid.SampledFrom([]string{"0", "7", "1,000", "１，０００", "₩1,000원", "33,333", "1,234,567원"})
	count := rapid.SampledFrom([]string{"1", "2", "１２"})
	l := lineForm{Code: rapid.SampledFrom([]string{"210-01", "220-01"}).Draw(r, "code")}
	if rapid.Bool().Draw(r, "basis") {
		l.UnitPrice, l.Quantity, l.Times = amount.Draw(r, "price"), count.Draw(r, "quantity"), count.Draw(r, "times")
	}
	for _, text := range l.sources() {
		if rapid.Bool().Draw(r, "source") {
			*text = amount.Draw(r, "amount")
		}
	}
	switch rapid.IntRange(0, 19).Draw(r, "mistake") {
	case 0:
		l.Own = rapid.SampledFrom([]string{"백만", "12.5", "1,00"}).Draw(r, "unreadable")
	case 1:
		l.Times = rapid.SampledFrom([]string{"", "3회"}).Draw(r, "half a basis")
	}
	return l
}

// TestAnyTypingMeansTheSame: whatever is typed, pasted and moved in whatever order,
// the unit is only a way of writing, moving rows loses none, and what is filled by
// the ratio sums in every line and follows the rule.
func TestAnyTypingMeansTheSame(t *testing.T) {
	rule := program.Matching{NationalBps: 5_000, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000}
	filled := 0
	rapid.Check(t, func(r *rapid.T) {
		f := linesForm{Unit: "1", Lines: []lineForm{typedLine(r)}}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			before, unread := meant(r, f)
			row := rapid.IntRange(0, max(len(f.Lines)-1, 0)).Draw(r, "row")
			switch act := rapid.SampledFrom([]string{"edit", "paste", "unit", "up", "down", "copy", "delete", "add", "fill"}).Draw(r, "act"); act {
			case "edit":
				if row < len(f.Lines) {
					f.Lines[row] = typedLine(r)
				}
			case "paste":
				for range rapid.IntRange(1, 5).Draw(r, "block") {
					f.Lines = append(f.Lines[:min(row, len(f.Lines))], typedLine(r))
				}
			case "unit":
				to := map[string]string{"1": "1000", "1000": "1"}[f.Unit]
				for i, l := range f.Lines {
					f.Lines[i] = l.in(money.UnitOf(f.Unit), money.UnitOf(to))
				}
				f.Unit = to
				if after, _ := meant(r, f); unread == 0 && !slices.Equal(before, after) {
					r.Fatalf("in unit %s\n%v is read as\n%v", to, before, after)
				}
			case "fill":
				filled += fillAll(r, &f, rule)
			default:
				f.arrange(act, row)
				if after, _ := meant(r, f); act != "copy" && act != "delete" && !sameLines(before, after) {
					r.Fatalf("%s.%d makes\n%v of\n%v", act, row, after, before)
				}
			}
		}
	})
	if filled == 0 {
		t.Error("nothing was ever filled: the walk proves nothing")
	}
}

func sameLines(a, b []string) bool {
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// fillAll does what the button does and shows the result in the form's unit.
func fillAll(r *rapid.T, f *linesForm, rule program.Matching) int {
	f.Act = "propose"
	b := f.budget()
	f.Act = ""
	lines, err := application.Propose(b.Lines, rule)
	if err != nil || len(b.Unread) > 0 || lineTotals(b).IsZero() {
		return 0 // nothing to share out
	}
	f.Lines = f.Lines[:0]
	for _, l := range lines {
		f.Lines = append(f.Lines, lineFormOf(l, money.UnitOf(f.Unit)))
	}
	var sum money.BySource
	for i, l := range f.budget().Lines {
		total, ok := l.Total()
		if !ok || l.Amounts.Total() != total {
			r.Fatalf("line %d of %+v does not sum", i, f.Lines[i])
		}
		sum = sum.Add(l.Amounts)
	}
	if sum.Total().Sign() > 0 && sum != rule.Propose(sum.Total()) {
		r.Fatalf("%+v does not follow the rule", sum)
	}
	return 1
}

func TestRowActs(t *testing.T) {
	for act, want := range map[string]string{"up.3": "up 3", "unit.1000": "unit 1000", "save": "save -1", "up.-1": "up.-1 -1", "up.x": "up.x -1", "": " -1"} {
		if verb, row := rowAct(act); fmt.Sprint(verb, " ", row) != want {
			t.Errorf("%q is %q %d, want %s", act, verb, row, want)
		}
	}
}
