package review_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/review"
)

// drawnInputs is a small world: two criteria with floors, bonus items, some ties.
func drawnInputs(t *rapid.T) review.Inputs {
	in := review.Inputs{DropExtremes: rapid.Bool().Draw(t, "drop"), DropFrom: 3, TotalFloor: rapid.IntRange(0, 60).Draw(t, "floor"),
		Criteria: []review.InputCriterion{
			{ID: 1, Position: 1, Title: "필요성", TieOrder: 1, Max: 60, Floor: rapid.IntRange(0, 30).Draw(t, "first floor")},
			{ID: 2, Position: 2, Title: "성과", TieOrder: 2, Max: 40}}}
	for i := range rapid.IntRange(1, 8).Draw(t, "applications") {
		a := review.InputApplication{ID: application.ID(i + 1)}
		for j := range rapid.IntRange(1, 4).Draw(t, "sheets") {
			a.Sheets = append(a.Sheets, review.InputSheet{ID: int64(10*i + j), Reviewer: int64(j), Points: map[int64]review.Points{
				1: review.Points(rapid.IntRange(0, 60).Draw(t, "p1")) * 1000, 2: review.Points(rapid.IntRange(0, 160).Draw(t, "p2")) * 250}})
		}
		if rapid.Bool().Draw(t, "bonus") {
			a.Bonus = append(a.Bonus, review.InputBonus{Item: 1, Points: 3, Evidence: "고시"})
		}
		in.Applications = append(in.Applications, a)
	}
	return in
}

func asJSON(t *rapid.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestVariationOfNothing: the call's own rule gives the official ranking exactly,
// however it is spelt, and no variation touches the inputs.
func TestVariationOfNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawnInputs(t)
		official, err := review.Rank(in)
		if err != nil {
			t.Fatal(err)
		}
		before := asJSON(t, in)
		same := in.DropExtremes
		for _, v := range []review.Variation{{}, {Drop: &same}, {Percent: map[int64]int{1: 100, 2: 100}}} {
			rows, err := in.Vary(v)
			if err != nil || asJSON(t, rows) != asJSON(t, official) {
				t.Fatalf("%+v: %v\n%s\n%s", v, err, asJSON(t, rows), asJSON(t, official))
			}
		}
		other := !in.DropExtremes
		if _, err := in.Vary(review.Variation{NoBonus: true, Drop: &other, Percent: map[int64]int{1: 50, 2: 150}}); err != nil {
			t.Fatal(err)
		}
		if asJSON(t, in) != before {
			t.Fatal("a variation changed the inputs")
		}
	})
}

// TestWeightsKeepFloors: points that count a thousand times lift nobody over a floor.
func TestWeightsKeepFloors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawnInputs(t)
		for i := range in.Applications {
			in.Applications[i].Bonus = nil
		}
		official, err := review.Rank(in)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := in.Vary(review.Variation{Percent: map[int64]int{1: 100_000, 2: 100_000}})
		if err != nil {
			t.Fatal(err)
		}
		below := map[application.ID]string{}
		for _, r := range official {
			below[r.ApplicationID] = r.FloorBroken
		}
		for _, r := range rows {
			if below[r.ApplicationID] != r.FloorBroken || (r.Rank == nil) != (r.FloorBroken != "") {
				t.Fatalf("the floor of %d changed: %+v", r.ApplicationID, r)
			}
		}
	})
}
