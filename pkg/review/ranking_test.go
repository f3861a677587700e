package review

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/fault"
)

// three criteria of 50, 30 and 20 points; the heaviest comes second in the rubric.
func criteria() []InputCriterion {
	return []InputCriterion{
		{ID: 11, Position: 1, TieOrder: 2, Title: "필요성", Max: 30},
		{ID: 12, Position: 2, TieOrder: 1, Title: "협업", Max: 50},
		{ID: 13, Position: 3, TieOrder: 3, Title: "성과", Max: 20},
	}
}

// sheet gives points in thousandths per criterion 11, 12, 13.
func sheet(id int64, points ...Points) InputSheet {
	s := InputSheet{ID: id, Reviewer: id % 10, Points: map[int64]Points{}}
	for i, p := range points {
		s.Points[int64(11+i)] = p * 1000
	}
	return s
}

func app(id application.ID, sheets ...InputSheet) InputApplication {
	return InputApplication{ID: id, Sheets: sheets}
}

func TestRank(t *testing.T) {
	floors := criteria()
	floors[2].Floor = 10
	for _, c := range []struct {
		name string
		in   Inputs
		want []string // application total rank, then what made it so
	}{
		{"by mean", Inputs{Criteria: criteria(), Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 10)), app(2, sheet(2, 25, 40, 15))}},
			[]string{"2 80.00 #1", "1 60.00 #2"}},
		{"extremes are dropped per total", Inputs{Criteria: criteria(), DropExtremes: true, DropFrom: 3, Applications: []InputApplication{
			app(1, sheet(1, 30, 42, 20), sheet(2, 30, 38, 20), sheet(3, 30, 35, 20), sheet(4, 30, 35, 20), sheet(5, 30, 20, 20))}},
			[]string{"1 86.00 #1"}},
		{"too few to drop", Inputs{Criteria: criteria(), DropExtremes: true, DropFrom: 5, Applications: []InputApplication{
			app(1, sheet(1, 30, 40, 20), sheet(2, 30, 40, 20), sheet(3, 30, 0, 0))}},
			[]string{"1 70.00 #1"}},
		{"a bonus lifts, a penalty lowers", Inputs{Criteria: criteria(), Applications: []InputApplication{
			{ID: 1, Sheets: []InputSheet{sheet(1, 20, 30, 20)}, Bonus: []InputBonus{{Item: 1, Points: 3}, {Item: 2, Points: -1}}},
			app(2, sheet(2, 21, 30, 20))}},
			[]string{"1 72.00 #1", "2 71.00 #2"}},
		{"a bonus does not lift over the total floor", Inputs{Criteria: criteria(), TotalFloor: 60, Applications: []InputApplication{
			{ID: 1, Sheets: []InputSheet{sheet(1, 20, 29, 10)}, Bonus: []InputBonus{{Item: 1, Points: 50}}},
			app(2, sheet(2, 20, 30, 10))}},
			[]string{"2 60.00 #1", "1 109.00 - below 총점"}},
		{"exactly at a floor is not below it", Inputs{Criteria: floors, Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 10)), app(2, sheet(2, 30, 50, 9))}},
			[]string{"1 60.00 #1", "2 89.00 - below 성과"}},
		{"the heaviest criterion breaks the tie", Inputs{Criteria: criteria(), Applications: []InputApplication{
			app(1, sheet(1, 30, 30, 10)), app(2, sheet(2, 20, 40, 10))}},
			[]string{"2 70.00 #1 by 협업", "1 70.00 #2 by 협업"}},
		{"then the next heaviest", Inputs{Criteria: criteria(), Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 20)), app(2, sheet(2, 25, 30, 15))}},
			[]string{"2 70.00 #1 by 필요성", "1 70.00 #2 by 필요성"}},
		{"what stays equal shares its rank and the next is skipped", Inputs{Criteria: criteria(), Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 20)), app(2, sheet(2, 20, 30, 20)), app(3, sheet(3, 10, 10, 10)), app(4, sheet(4, 25, 25, 20))}},
			[]string{"1 70.00 #1 shared", "2 70.00 #1 shared by 협업", "4 70.00 #3 by 협업", "3 30.00 #4"}},
		{"rounded means are what is compared", Inputs{Criteria: criteria(), Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 20), sheet(2, 20, 30, 20), sheet(3, 20, 30, 21)),
			app(2, sheet(4, 20, 31, 20), sheet(5, 20, 30, 20), sheet(6, 20, 30, 20))}},
			[]string{"2 70.33 #1 by 협업", "1 70.33 #2 by 협업"}},
		{"a criterion counts as often as it weighs", Inputs{Criteria: []InputCriterion{{ID: 11, Weight: 4, TieOrder: 1, Title: "필요성", Max: 5, Floor: 3}, {ID: 12, Weight: 1, TieOrder: 2, Title: "협업", Max: 80}},
			Applications: []InputApplication{app(1, sheet(1, 5, 40)), app(2, sheet(2, 2, 80))}},
			[]string{"1 60.00 #1", "2 88.00 - below 필요성"}},
		{"stages count by their weight", twoStages(0), []string{"2 72.00 #1", "1 70.00 #2"}},
		{"the total floor is of all stages", twoStages(71), []string{"2 72.00 #1", "1 70.00 - below 총점"}},
		{"cut down to one decimal", Inputs{Criteria: criteria(), Rounding: Rounding{1, "down"}, Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 20), sheet(2, 20, 30, 20), sheet(3, 20, 30, 22))}},
			[]string{"1 70.60 #1"}},
		{"three decimals half up", Inputs{Criteria: criteria(), Rounding: Rounding{3, "half_up"}, Applications: []InputApplication{
			app(1, sheet(1, 20, 30, 20), sheet(2, 20, 30, 20), sheet(3, 20, 30, 22))}},
			[]string{"1 70.667 #1"}},
		{"the chain may begin with the bonus", Inputs{Criteria: criteria(), Chain: []InputTie{{Kind: "bonus"}, {"criterion", 12}}, Applications: []InputApplication{
			app(1, sheet(1, 20, 40, 10)), {ID: 2, Sheets: []InputSheet{sheet(2, 20, 30, 18)}, Bonus: []InputBonus{{Item: 1, Points: 2}}}}},
			[]string{"2 70.00 #1 by 가점·감점", "1 70.00 #2 by 가점·감점"}},
		{"or with what stands before it", Inputs{Criteria: criteria(), Chain: []InputTie{{Kind: "mean"}}, Applications: []InputApplication{
			app(1, sheet(1, 20, 40, 10)), {ID: 2, Sheets: []InputSheet{sheet(2, 20, 30, 18)}, Bonus: []InputBonus{{Item: 1, Points: 2}}}}},
			[]string{"1 70.00 #1 by 가점을 뺀 점수", "2 70.00 #2 by 가점을 뺀 점수"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := Rank(c.in)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				line := fmt.Sprintf("%d %s ", r.ApplicationID, r.Total)
				if r.Rank != nil {
					line += fmt.Sprintf("#%d", *r.Rank)
				} else {
					line += "- below " + r.FloorBroken
				}
				if r.Shared {
					line += " shared"
				}
				if r.TieBrokenBy != "" {
					line += " by " + r.TieBrokenBy
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// twoStages is 40 % paper and 60 % presentation, in which the second application is better.
func twoStages(floor int) Inputs {
	in := Inputs{TotalFloor: floor, Stages: []InputStage{{"paper", 4_000}, {"presentation", 6_000}},
		Criteria: []InputCriterion{{ID: 11, Stage: "paper", Title: "계획", Max: 100, TieOrder: 1}, {ID: 12, Stage: "presentation", Title: "발표", Max: 100, TieOrder: 1}}}
	one := func(id int64, stage string, criterion int64, points Points) InputSheet {
		return InputSheet{ID: id, Stage: stage, Points: map[int64]Points{criterion: points * 1000}}
	}
	in.Applications = []InputApplication{
		app(1, one(1, "paper", 11, 100), one(2, "presentation", 12, 50)), app(2, one(3, "paper", 11, 60), one(4, "presentation", 12, 80))}
	return in
}

func TestRankRefusesHoles(t *testing.T) {
	for name, in := range map[string]Inputs{
		"no sheet":                {Criteria: criteria(), Applications: []InputApplication{app(1)}},
		"missing points":          {Criteria: criteria(), Applications: []InputApplication{app(1, sheet(1, 10, 20))}},
		"a stage without a sheet": {Stages: []InputStage{{"paper", 5_000}, {"site", 5_000}}, Criteria: criteria(), Applications: []InputApplication{app(1, sheet(1, 1, 1, 1))}},
		"dropping from 2":         {Criteria: criteria(), DropExtremes: true, DropFrom: 2, Applications: []InputApplication{app(1, sheet(1, 1, 1, 1))}},
	} {
		if _, err := Rank(in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// world draws rounds in which ties, floors and equal sheets are common.
func world(t *rapid.T) Inputs {
	in := Inputs{Criteria: criteria(), DropExtremes: rapid.Bool().Draw(t, "drop"), DropFrom: rapid.IntRange(3, 5).Draw(t, "from"),
		TotalFloor: rapid.SampledFrom([]int{0, 3, 6}).Draw(t, "floor")}
	in.Criteria[0].Floor = rapid.IntRange(0, 2).Draw(t, "criterion floor")
	point := rapid.SampledFrom([]Points{0, 250, 333, 500, 1000, 1330, 2000, 2500, 3000})
	id := int64(0)
	for a := range rapid.IntRange(1, 7).Draw(t, "applications") {
		one := InputApplication{ID: application.ID(a + 1)}
		for range rapid.IntRange(1, 6).Draw(t, "sheets") {
			id++
			s := InputSheet{ID: id, Reviewer: id, Points: map[int64]Points{}}
			for _, c := range in.Criteria {
				s.Points[c.ID] = point.Draw(t, "points")
			}
			one.Sheets = append(one.Sheets, s)
		}
		for item := range rapid.IntRange(0, 2).Draw(t, "bonus") {
			one.Bonus = append(one.Bonus, InputBonus{Item: int64(item), Points: rapid.SampledFrom([]int{-1, 1, 2}).Draw(t, "bonus points")})
		}
		in.Applications = append(in.Applications, one)
	}
	return in
}

func TestOrderOfRowsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := world(t)
		want, err := Rank(in)
		if err != nil {
			t.Fatal(err)
		}
		other := Inputs{DropExtremes: in.DropExtremes, DropFrom: in.DropFrom, TotalFloor: in.TotalFloor,
			Criteria: rapid.Permutation(in.Criteria).Draw(t, "criteria order"), Applications: rapid.Permutation(in.Applications).Draw(t, "application order")}
		for i, a := range other.Applications {
			other.Applications[i].Sheets = rapid.Permutation(a.Sheets).Draw(t, "sheet order")
			other.Applications[i].Bonus = rapid.Permutation(a.Bonus).Draw(t, "bonus order")
		}
		got, err := Rank(other)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprint(show(want)), fmt.Sprint(show(got)); a != b {
			t.Fatalf("the order of rows changed the ranking:\n%s\n%s", a, b)
		}
		in.Canonical()
		other.Canonical()
		_, first, _ := in.Hash()
		if _, second, _ := other.Hash(); first != second {
			t.Fatal("the order of rows changed the hash")
		}
	})
}

// TestRankEqualsSecondImplementation computes the rule again, in fractions and by
// counting who is better instead of sorting.
func TestRankEqualsSecondImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := world(t)
		rows, err := Rank(in)
		if err != nil {
			t.Fatal(err)
		}
		want := naive(in)
		if len(rows) != len(want) {
			t.Fatalf("%d rows for %d applications", len(rows), len(want))
		}
		for _, r := range rows {
			rank := 0
			if r.Rank != nil {
				rank = *r.Rank
			}
			w := want[r.ApplicationID]
			if got := [4]int64{int64(r.Mean), int64(r.Total), int64(rank), int64(map[bool]int{true: 1}[r.Shared])}; got != w {
				t.Fatalf("application %d: mean, total, rank, shared = %v, want %v", r.ApplicationID, got, w)
			}
		}
	})
}

func naive(in Inputs) map[application.ID][4]int64 {
	type entry struct {
		mean, total *big.Rat
		chain       []*big.Rat
		below       bool
	}
	entries := map[application.ID]entry{}
	for _, a := range in.Applications {
		var totals []int64
		for _, s := range a.Sheets {
			var sum int64
			for _, p := range s.Points {
				sum += int64(p)
			}
			totals = append(totals, sum)
		}
		slices.Sort(totals)
		if in.DropExtremes && len(totals) >= in.DropFrom {
			totals = totals[1 : len(totals)-1]
		}
		e := entry{mean: hundredths(totals)}
		e.below = e.mean.Cmp(big.NewRat(int64(in.TotalFloor), 1)) < 0
		e.total = new(big.Rat).Set(e.mean)
		for _, b := range a.Bonus {
			e.total.Add(e.total, big.NewRat(int64(b.Points), 1))
		}
		chain := slices.Clone(in.Criteria)
		slices.SortFunc(chain, func(x, y InputCriterion) int { return cmp.Compare(x.TieOrder, y.TieOrder) })
		for _, c := range chain {
			var column []int64
			for _, s := range a.Sheets {
				column = append(column, int64(s.Points[c.ID]))
			}
			average := hundredths(column)
			e.below = e.below || average.Cmp(big.NewRat(int64(c.Floor), 1)) < 0
			e.chain = append(e.chain, average)
		}
		entries[a.ID] = e
	}
	better := func(a, b entry) int {
		for i, x := range append([]*big.Rat{a.total}, a.chain...) {
			if c := x.Cmp(append([]*big.Rat{b.total}, b.chain...)[i]); c != 0 {
				return c
			}
		}
		return 0
	}
	out := map[application.ID][4]int64{}
	for id, e := range entries {
		row := [4]int64{thousandths(e.mean), thousandths(e.total), 1, 0}
		for other, o := range entries {
			if other == id || o.below {
				continue
			}
			switch c := better(o, e); {
			case c > 0:
				row[2]++
			case c == 0:
				row[3] = 1
			}
		}
		if e.below {
			row[2], row[3] = 0, 0
		}
		out[id] = row
	}
	return out
}

// hundredths is the mean of thousandths as points, half up at the third decimal.
func hundredths(list []int64) *big.Rat {
	sum := big.NewRat(0, 1)
	for _, v := range list {
		sum.Add(sum, big.NewRat(v, 1000))
	}
	sum.Quo(sum, big.NewRat(int64(len(list)), 1))
	sum.Add(sum.Mul(sum, big.NewRat(100, 1)), big.NewRat(1, 2))
	return big.NewRat(new(big.Int).Div(sum.Num(), sum.Denom()).Int64(), 100)
}

func thousandths(r *big.Rat) int64 {
	return new(big.Rat).Mul(r, big.NewRat(1000, 1)).Num().Int64()
}

func show(rows []RankingRow) []string {
	var out []string
	for _, r := range rows {
		rank := 0
		if r.Rank != nil {
			rank = *r.Rank
		}
		out = append(out, fmt.Sprint(r.ApplicationID, r.Mean, r.Total, rank, r.Shared, r.FloorBroken, r.TieBrokenBy, r.Averages))
	}
	return out
}
