package selection

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/review"
)

// drawnBasis is a locked call with a few applications of three 시·도.
func drawnBasis(t *rapid.T) basis {
	in := review.Inputs{DropExtremes: rapid.Bool().Draw(t, "drop"), DropFrom: 3, TotalFloor: 30,
		Criteria: []review.InputCriterion{{ID: 1, Position: 1, Title: "필요성", TieOrder: 1, Max: 60}, {ID: 2, Position: 2, Title: "성과", TieOrder: 2, Max: 40, Floor: 10}}}
	b := basis{facts: map[application.ID]Facts{}}
	for i := range rapid.IntRange(1, 9).Draw(t, "n") {
		a := review.InputApplication{ID: application.ID(i + 1)}
		for j := range rapid.IntRange(1, 4).Draw(t, "sheets") {
			a.Sheets = append(a.Sheets, review.InputSheet{ID: int64(10*i + j), Points: map[int64]review.Points{
				1: review.Points(rapid.IntRange(10, 60).Draw(t, "p")) * 1000, 2: review.Points(rapid.IntRange(5, 40).Draw(t, "q")) * 1000}})
		}
		if rapid.Bool().Draw(t, "bonus") {
			a.Bonus = []review.InputBonus{{Item: 1, Points: rapid.IntRange(-3, 3).Draw(t, "points"), Evidence: "고시"}}
		}
		in.Applications = append(in.Applications, a)
		b.facts[a.ID] = Facts{ApplicationID: a.ID, SidoID: int64(rapid.IntRange(1, 3).Draw(t, "sido")), Requested: half(2 * rapid.Int64Range(1, 200).Draw(t, "half"))}
	}
	rows, err := review.Rank(in)
	if err != nil {
		t.Fatal(err)
	}
	b.inputs, b.rows = in, rows
	b.budget = Budget{Limits: ledger.Limits{National: limit(rapid.Int64Range(0, 800).Draw(t, "limit"))}, Committed: half(rapid.Int64Range(0, 50).Draw(t, "taken"))}
	return b
}

func drawnParameters(t *rapid.T) Parameters {
	p := Parameters{NoBonus: rapid.Bool().Draw(t, "no bonus"), Drop: rapid.SampledFrom([]string{"", "on", "off"}).Draw(t, "drop"),
		Cut: rapid.SampledFrom([]Cut{"", CutBudget, CutRank, CutScore}).Draw(t, "cut"), CutRank: rapid.IntRange(1, 9).Draw(t, "to"), CutScore: review.Points(rapid.IntRange(1, 110).Draw(t, "least")) * 1000,
		PerSido: rapid.IntRange(0, 3).Draw(t, "per"), Reserves: rapid.IntRange(0, 3).Draw(t, "reserves")}
	if rapid.Bool().Draw(t, "weighed") {
		p.Percent = map[int64]int{1: rapid.IntRange(0, 300).Draw(t, "first"), 2: 100}
	}
	if rapid.Bool().Draw(t, "other budget") {
		p.Limits.National = limit(rapid.Int64Range(0, 500).Draw(t, "national"))
	}
	return p
}

// TestTheCallsOwnConditions: however they are spelt, the frozen ranking and the
// proposal of the decision come out exactly, and nothing moves.
func TestTheCallsOwnConditions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawnBasis(t)
		drop := "off"
		if b.inputs.DropExtremes {
			drop = "on"
		}
		p := Parameters{Cut: CutBudget, Drop: drop, Percent: map[int64]int{1: 100, 2: 100}, Reserves: rapid.IntRange(0, 4).Draw(t, "reserves")}
		out, err := b.simulate(p)
		if err != nil || !out.ByTheRule() {
			t.Fatalf("%+v, %v", out.Switches, err)
		}
		list := make([]Candidate, len(b.rows))
		for i, r := range b.rows {
			list[i] = candidate(r, b.facts[r.ApplicationID].Requested)
		}
		proposed := Propose(list, b.budget, p.Reserves)
		for i, c := range out.Rows {
			r := b.rows[i]
			if c.ApplicationID != r.ApplicationID || rankOf(c.WhatIf) != rankOf(Standing{Rank: r.Rank}) || c.WhatIf.Total != r.Total || c.WhatIf.FloorBroken != r.FloorBroken ||
				c.WhatIf.Outcome != proposed[i].Outcome || c.WhatIf.Amounts != proposed[i].Amounts || c.Moved() || len(c.Why) > 0 {
				t.Fatalf("row %d: %+v, official %+v, proposed %+v", i, c, r, proposed[i])
			}
		}
	})
}

// TestSimulationsAddUp: the sums are those of the rows, a budget line keeps its budget,
// no 시·도 exceeds its bound, and whoever moved is told why.
func TestSimulationsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, p := drawnBasis(t), drawnParameters(t)
		before, err := json.Marshal([]any{b.inputs, b.rows, b.budget})
		if err != nil {
			t.Fatal(err)
		}
		out, err := b.simulate(p)
		if err != nil {
			t.Fatal(err)
		}
		var sum money.BySource
		of := map[int64]int{}
		for _, c := range out.Rows {
			sum = sum.Add(c.WhatIf.Amounts)
			if c.WhatIf.Outcome == Selected {
				of[c.SidoID]++
				if c.WhatIf.Amounts != c.Requested || c.WhatIf.FloorBroken != "" {
					t.Fatalf("selected %+v", c)
				}
			}
			if c.Moved() != (len(c.Why) > 0) {
				t.Fatalf("moved without a word or the other way round: %+v", c)
			}
			if p.Cut == CutRank && c.WhatIf.Outcome == Selected && *c.WhatIf.Rank > p.CutRank || p.Cut == CutScore && c.WhatIf.Outcome == Selected && c.WhatIf.Total < p.CutScore {
				t.Fatalf("below the line: %+v", c)
			}
		}
		if sum != out.WhatIf.Sum {
			t.Fatalf("rows give %v, the side says %v", sum, out.WhatIf.Sum)
		}
		if (p.Cut == "" || p.Cut == CutBudget) && !sum.IsZero() && !out.WhatIf.Budget.Fits(sum) {
			t.Fatalf("%v exceeds %+v", sum, out.WhatIf.Budget)
		}
		for sido, n := range of {
			if p.PerSido > 0 && n > p.PerSido {
				t.Fatalf("%d of 시·도 %d", n, sido)
			}
		}
		after, err := json.Marshal([]any{b.inputs, b.rows, b.budget})
		if err != nil || string(after) != string(before) {
			t.Fatal("a simulation changed what it was computed from")
		}
	})
}

func TestParametersAreChecked(t *testing.T) {
	in := review.Inputs{Criteria: []review.InputCriterion{{ID: 1}}}
	minus := won(-1)
	for field, p := range map[string]Parameters{
		"limits.national": {Limits: ledger.Limits{National: &minus}}, "cut": {Cut: "luck"}, "cut_rank": {Cut: CutRank}, "cut_score": {Cut: CutScore}, "drop": {Drop: "perhaps"},
		"percent": {Percent: map[int64]int{2: 100}}, "per_sido": {PerSido: -1}, "reserves": {Reserves: 1001},
	} {
		err := p.check(in)
		if _, fields := fault.Public(err); fault.KindOf(err) != fault.Invalid || fields[field] == "" || len(fields) != 1 {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// TestSupplement: the selected stay, reserves move up in order while the budget lasts.
func TestSupplement(t *testing.T) {
	list := []Candidate{rank(1, 1, 100), rank(2, 2, 100), rank(3, 3, 100), rank(4, 4, 100), rank(5, 5, 100)}
	before := []Row{{ApplicationID: 1, Outcome: Selected, Amounts: half(100), Position: 1}, {ApplicationID: 2, Outcome: Selected, Amounts: half(80), Position: 2, Reason: "조정"},
		{ApplicationID: 3, Outcome: Reserve, Position: 3}, {ApplicationID: 4, Outcome: Reserve, Position: 4}, {ApplicationID: 5, Outcome: Declined, Position: 5}}
	for _, c := range []struct {
		name   string
		gone   map[application.ID]bool
		budget int64
		want   string
	}{
		{"nobody gave up and nothing is left", nil, 90, "ssrrd"},
		{"the first gave up", map[application.ID]bool{1: true}, 90, "wssrd"},
		{"the budget grew for one", nil, 140, "sssrd"},
		{"a reserve gave up: the next takes the place", map[application.ID]bool{1: true, 3: true}, 90, "wswsd"},
		{"the declined never move up by themselves", map[application.ID]bool{1: true, 2: true}, 1000, "wwssd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := Supplement(list, before, c.gone, Budget{Limits: ledger.Limits{National: limit(c.budget)}})
			got := ""
			for _, r := range rows {
				got += string(r.Outcome[:1])
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if rows[1].Outcome == Selected && rows[1].Amounts != half(80) {
				t.Errorf("the amount of who stays changed: %+v", rows[1])
			}
			if err := checkLater(rows, before, false); err != nil {
				t.Errorf("a draft breaks the rules: %v", err)
			}
		})
	}
}

func TestCheckLater(t *testing.T) {
	before := []Row{{ApplicationID: 1, Outcome: Selected, Amounts: half(100), Position: 1}, {ApplicationID: 2, Outcome: Reserve, Position: 2},
		{ApplicationID: 3, Outcome: Reserve, Position: 3}, {ApplicationID: 4, Outcome: Declined, Position: 4}}
	for _, c := range []struct {
		name      string
		row       int
		to        Row
		corrected bool
		want      string
	}{
		{"nothing", 0, before[0], false, ""},
		{"the selected gets less", 0, Row{ApplicationID: 1, Outcome: Selected, Amounts: half(50), Position: 1}, false, "rows.1.outcome"},
		{"the selected goes back to reserve", 0, Row{ApplicationID: 1, Outcome: Reserve, Position: 1}, true, "rows.1.outcome"},
		{"the first reserve moves up", 1, Row{ApplicationID: 2, Outcome: Selected, Amounts: half(10), Position: 2}, false, ""},
		{"the second reserve overtakes", 2, Row{ApplicationID: 3, Outcome: Selected, Amounts: half(10), Position: 3}, false, "rows.3.outcome"},
		{"a reserve is declined", 2, Row{ApplicationID: 3, Outcome: Declined, Position: 3}, false, "rows.3.outcome"},
		{"the declined without a correction", 3, Row{ApplicationID: 4, Outcome: Reserve, Position: 4}, false, "rows.4.outcome"},
		{"the declined after a correction", 3, Row{ApplicationID: 4, Outcome: Selected, Amounts: half(10), Position: 4}, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := slices.Clone(before)
			rows[c.row] = c.to
			err := checkLater(rows, before, c.corrected)
			_, fields := fault.Public(err)
			if c.want == "" && err != nil || c.want != "" && (len(fields) != 1 || fields[c.want] == "") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
