package application_test

import (
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

func won(n int64) *money.Amount { a := money.Must(n); return &a }

func times(n int) *int { return &n }

func TestLineTotal(t *testing.T) {
	for _, tt := range []struct {
		name  string
		line  application.BudgetLine
		total int64
		ok    bool
	}{
		{"sources alone", application.BudgetLine{Amounts: money.BySource{National: money.Must(3), Own: money.Must(4)}}, 7, true},
		{"basis", application.BudgetLine{UnitPrice: won(12_345), Quantity: times(3), Times: times(2)}, 74_070, true},
		{"basis wins", application.BudgetLine{UnitPrice: won(5), Quantity: times(1), Times: times(1), Amounts: money.BySource{National: money.Must(9)}}, 5, true},
		{"nothing", application.BudgetLine{}, 0, true},
		{"half a basis", application.BudgetLine{UnitPrice: won(5), Quantity: times(1)}, 0, false},
		{"negative", application.BudgetLine{UnitPrice: won(-5), Quantity: times(1), Times: times(1)}, 0, false},
		{"15 digits", application.BudgetLine{UnitPrice: won(money.Max), Quantity: times(1), Times: times(1)}, money.Max, true},
		{"16 digits", application.BudgetLine{UnitPrice: won(money.Max), Quantity: times(2), Times: times(1)}, 0, false},
		{"beyond 64 bits", application.BudgetLine{UnitPrice: won(money.Max), Quantity: times(1_000_000), Times: times(1_000_000)}, 0, false},
	} {
		total, ok := tt.line.Total()
		if ok != tt.ok || total.Int64() != tt.total {
			t.Errorf("%s: %s, %v; want %d, %v", tt.name, total, ok, tt.total, tt.ok)
		}
	}
}

func TestPropose(t *testing.T) {
	half := program.Matching{NationalBps: 5_000, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000}
	quarter := program.Matching{NationalBps: 5_000, NationalExact: true, SidoMin: 2_500, SidoMax: 2_500, SigunguMin: 2_500, SigunguMax: 2_500}
	line := func(n int64) application.BudgetLine {
		return application.BudgetLine{Code: "210-01", UnitPrice: won(n), Quantity: times(1), Times: times(1)}
	}
	out, err := application.Propose([]application.BudgetLine{line(33_333), line(33_333), line(33_334)}, half)
	if err != nil {
		t.Fatal(err)
	}
	// Line by line to the won; the sum is exactly one half.
	for i, want := range []money.BySource{
		{National: money.Must(16_667), Sido: money.Must(16_666)}, {National: money.Must(16_666), Sido: money.Must(16_667)}, {National: money.Must(16_667), Sido: money.Must(16_667)},
	} {
		if out[i].Amounts != want {
			t.Errorf("line %d: %+v, want %+v", i, out[i].Amounts, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		lines := rapid.SliceOfN(rapid.Map(rapid.Int64Range(0, 5_000_000), line), 1, 40).Draw(r, "lines")
		rule := rapid.SampledFrom([]program.Matching{half, quarter}).Draw(r, "rule")
		out, err := application.Propose(lines, rule)
		if err != nil {
			r.Fatal(err)
		}
		var sum money.BySource
		for i, l := range out {
			if total, _ := lines[i].Total(); l.Amounts.Total() != total || l.Amounts.AnyNegative() {
				r.Fatalf("line %d of %s is split into %+v", i, total, l.Amounts)
			}
			sum = sum.Add(l.Amounts)
		}
		if sum.Total().Sign() > 0 && (sum != rule.Propose(sum.Total()) || rule.Check(sum) != nil) {
			r.Fatalf("the lines sum to %+v, the rule wants %+v", sum, rule.Propose(sum.Total()))
		}
	})
}

func TestProposeNeedsAWholeBasis(t *testing.T) {
	_, err := application.Propose([]application.BudgetLine{{}, {UnitPrice: won(5)}}, program.Matching{NationalBps: 10_000})
	_, fields := fault.Public(err)
	if fields["lines.1.unit_price"] == "" {
		t.Errorf("half a basis: %v", err)
	}
}

// TestCanonical fixes the bytes a checksum is made of.
func TestCanonical(t *testing.T) {
	got, err := application.Canonical(map[string]any{"b": "<&>가", "a": []any{1, nil, true}, "c": money.Must(money.Max)})
	if want := `{"a":[1,null,true],"b":"<&>가","c":999999999999999}`; err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}
