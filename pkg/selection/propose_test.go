package selection

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

func won(n int64) money.Amount { return money.Must(n) }

// half is a plan paid half by the state, half by the 시·도.
func half(total int64) money.BySource {
	return money.BySource{National: won(total / 2), Sido: won(total / 2)}
}

func limit(n int64) *money.Amount { a := won(n); return &a }

func rank(id application.ID, at int, total int64) Candidate {
	return Candidate{ApplicationID: id, Ranked: true, Rank: &at, Requested: half(total)}
}

func TestPropose(t *testing.T) {
	below := Candidate{ApplicationID: 9, Ranked: true, FloorBroken: "총점", Requested: half(10)}
	for _, c := range []struct {
		name     string
		list     []Candidate
		budget   Budget
		reserves int
		want     string // s, r, d per row
	}{
		{"everybody fits", []Candidate{rank(1, 1, 100), rank(2, 2, 100)}, Budget{Limits: ledger.Limits{National: limit(100)}}, 3, "ss"},
		{"the cut is where it no longer fits", []Candidate{rank(1, 1, 100), rank(2, 2, 100), rank(3, 3, 100)}, Budget{Limits: ledger.Limits{National: limit(100)}}, 0, "ssd"},
		{"a smaller plan does not overtake", []Candidate{rank(1, 1, 100), rank(2, 2, 200), rank(3, 3, 2)}, Budget{Limits: ledger.Limits{National: limit(100)}}, 1, "srd"},
		{"another source can be the scarce one", []Candidate{rank(1, 1, 100), rank(2, 2, 100)}, Budget{Limits: ledger.Limits{National: limit(1000), Sido: limit(50)}}, 1, "sr"},
		{"what other calls took counts", []Candidate{rank(1, 1, 100)}, Budget{Limits: ledger.Limits{National: limit(100)}, Committed: half(102)}, 1, "r"},
		{"equal ranks stand and fall together", []Candidate{rank(1, 1, 100), rank(2, 2, 100), rank(3, 2, 100)}, Budget{Limits: ledger.Limits{National: limit(100)}}, 1, "srr"},
		{"below a floor is declined though money is left", []Candidate{rank(1, 1, 100), below}, Budget{Limits: ledger.Limits{National: limit(1000)}}, 5, "sd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got strings.Builder
			for i, r := range Propose(c.list, c.budget, c.reserves) {
				got.WriteString(string(r.Outcome[:1]))
				if r.ApplicationID != c.list[i].ApplicationID || r.Position != i+1 {
					t.Errorf("row %d is %+v", i, r)
				}
				if want := c.list[i].Requested; r.Outcome == Selected && r.Amounts != want || r.Outcome != Selected && !r.Amounts.IsZero() {
					t.Errorf("row %d has %v", i, r.Amounts)
				}
			}
			if got.String() != c.want {
				t.Errorf("got %s, want %s", got.String(), c.want)
			}
		})
	}
}

// openCall lets every half-and-half plan up to a cap through.
func openCall() program.Call {
	return program.Call{Cap: won(1_000_000), Matching: program.Matching{NationalBps: 5000, NationalExact: true, SidoMax: 5000}}
}

func TestProposalsKeepTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Candidate
		at := 1
		for i := range rapid.IntRange(1, 12).Draw(t, "n") {
			c := rank(application.ID(i+1), at, 2*rapid.Int64Range(1, 200).Draw(t, "half"))
			list = append(list, c)
			if !rapid.Bool().Draw(t, "tied") {
				at = i + 2
			}
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "below") {
			list = append(list, Candidate{ApplicationID: application.ID(100 + i), Ranked: true, FloorBroken: "성과", Requested: half(10)})
		}
		budget := Budget{Limits: ledger.Limits{National: limit(rapid.Int64Range(0, 800).Draw(t, "limit"))}, Committed: half(rapid.Int64Range(0, 50).Draw(t, "taken"))}
		rows := Propose(list, budget, rapid.IntRange(0, 4).Draw(t, "reserves"))
		if err := budget.within(total(rows)); err != nil && !total(rows).IsZero() {
			t.Fatalf("%v exceeds the budget %+v", total(rows), budget)
		}
		if err := check(rows, list, openCall()); err != nil {
			t.Fatalf("a proposal breaks the rules: %v", err)
		}
	})
}

func TestCheck(t *testing.T) {
	list := []Candidate{rank(1, 1, 100), rank(2, 2, 200), rank(3, 2, 200), {ApplicationID: 4, Ranked: true, FloorBroken: "총점", Requested: half(100)}}
	good := func() []Row {
		return []Row{
			{ApplicationID: 1, Outcome: Selected, Amounts: half(100)}, {ApplicationID: 2, Outcome: Reserve},
			{ApplicationID: 3, Outcome: Reserve}, {ApplicationID: 4, Outcome: Declined}}
	}
	if err := check(good(), list, openCall()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func([]Row) []Row
		want   []string
	}{
		{"one is missing", func(r []Row) []Row { return r[:3] }, []string{"rows"}},
		{"one is twice", func(r []Row) []Row { return append(r, r[0]) }, []string{"rows"}},
		{"one is unknown", func(r []Row) []Row { r[3].ApplicationID = 5; return r }, []string{"rows"}},
		{"no outcome", func(r []Row) []Row { r[3].Outcome = "perhaps"; return r }, []string{"rows.4.outcome"}},
		{"below a floor", func(r []Row) []Row { r[3].Outcome = Reserve; return r }, []string{"rows.4.outcome"}},
		{"more than applied for", func(r []Row) []Row { r[0].Amounts = half(102); return r }, []string{"rows.1.amounts"}},
		{"nothing", func(r []Row) []Row { r[0].Amounts = money.BySource{}; return r }, []string{"rows.1.amounts", "rows.1.amounts.total"}},
		{"less without a reason", func(r []Row) []Row { r[0].Amounts = half(50); return r }, []string{"rows.1.reason"}},
		{"less against the matching rule", func(r []Row) []Row {
			r[0].Amounts, r[0].Reason = money.BySource{National: won(50), Sido: won(49)}, "조정"
			return r
		}, []string{"rows.1.amounts.national", "rows.1.amounts.sido"}},
		{"out of order without a reason", func(r []Row) []Row {
			r[0] = Row{ApplicationID: 1, Outcome: Declined}
			return r
		}, []string{"rows.1.reason"}},
		{"unequal for the same rank without a reason", func(r []Row) []Row { r[2].Outcome = Declined; return r }, []string{"rows.3.reason"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := check(c.change(good()), list, openCall())
			_, fields := fault.Public(err)
			got := slices.Sorted(maps.Keys(fields))
			if fault.KindOf(err) != fault.Invalid || !slices.Equal(got, c.want) && !(c.name == "less against the matching rule" && slices.Contains(got, c.want[0])) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	rows := good()
	rows[0] = Row{ApplicationID: 1, Outcome: Reserve, Amounts: half(100), Reason: " 자격 확인 중 "}
	rows[1] = Row{ApplicationID: 2, Outcome: Selected, Amounts: half(200)}
	rows[2].Reason = "예산"
	if err := check(rows, list, openCall()); err != nil || !rows[0].Amounts.IsZero() || rows[0].Reason != "자격 확인 중" {
		t.Errorf("%v, %+v", err, rows[0])
	}
	capped := openCall()
	capped.Cap = won(99)
	if err := check(good(), list, capped); fault.KindOf(err) != fault.Invalid {
		t.Errorf("above the cap: %v", err)
	}
}
