package application_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// The rules of domain.md: half and half with a free 시도비 as in 2022, and 50:25:25.
func halves() program.Matching {
	return program.Matching{NationalBps: 5_000, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000}
}

func quarters() program.Matching {
	return program.Matching{NationalBps: 5_000, NationalExact: true, SidoMin: 2_500, SidoMax: 2_500, SigunguMin: 2_500, SigunguMax: 2_500}
}

func basis(n int64) application.BudgetLine {
	return application.BudgetLine{Code: "210-01", UnitPrice: won(n), Quantity: times(1), Times: times(1)}
}

func bySource(national, sido, sigungu, own int64) money.BySource {
	return money.BySource{National: money.Must(national), Sido: money.Must(sido), Sigungu: money.Must(sigungu), Own: money.Must(own)}
}

func texts(out application.Remainders) string {
	var all []string
	for _, r := range out.Lines {
		all = append(all, string(rune('1'+r.Line))+" "+r.Text())
	}
	return strings.Join(all, "; ")
}

// TestExplainNamesTheOwners: who got the odd won, of the plan and of each line.
func TestExplainNamesTheOwners(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rule  program.Matching
		lines []int64
		plan  string // what is said of the plan's total
		each  string
	}{
		{"nothing is left over", halves(), []int64{66_453_000, 2_381_000, 31_166_000}, "", ""},
		{"three lines of 1/3", halves(), []int64{33_333, 33_333, 33_334}, "", "1 국비 +1원; 2 시도비 +1원"},
		{"an odd total", halves(), []int64{3_000_003}, "1,500,001.5원에서 1원 미만을 버린 1,500,001원입니다. 버린 끝수는 시도비에서", ""},
		{"50:25:25 of 100,001", quarters(), []int64{100_001}, "남은 1원의 몫은 시도비 +1원입니다.", ""},
		{"50:25:25 of 100,003", quarters(), []int64{100_003}, "남은 2원의 몫은 시도비 +1원, 시군구비 +1원입니다.", ""},
		{"50:25:25 of 10,002", quarters(), []int64{10_002}, "남은 1원의 몫은 시도비 +1원입니다.", ""},
		{"a third", program.Matching{NationalBps: 3_333, NationalExact: true, SidoMax: 10_000}, []int64{7}, "2.3331원에서", ""},
	} {
		lines := make([]application.BudgetLine, len(tt.lines))
		for i, n := range tt.lines {
			lines[i] = basis(n)
		}
		filled, err := application.Propose(lines, tt.rule)
		if err != nil {
			t.Fatal(err)
		}
		got := application.Explain(filled, tt.rule)
		if !got.Follows || !strings.Contains(got.Plan, tt.plan) || (tt.plan == "") != (got.Plan == "") {
			t.Errorf("%s: the plan's remainder is %q, want %q", tt.name, got.Plan, tt.plan)
		}
		if texts(got) != tt.each {
			t.Errorf("%s: %q, want %q", tt.name, texts(got), tt.each)
		}
		if (len(got.Lines) > 0) != (got.Why() != "") {
			t.Errorf("%s: %d remainders with the reason %q", tt.name, len(got.Lines), got.Why())
		}
	}
}

// TestExplainLeavesHandsAlone: a budget that breaks the rule has no owners, and a
// line split by hand inside a right sum is none of a remainder.
func TestExplainLeavesHandsAlone(t *testing.T) {
	wrong := []application.BudgetLine{{Amounts: bySource(6, 4, 0, 0)}}
	if got := application.Explain(wrong, halves()); got.Follows || got.Lines != nil {
		t.Errorf("a budget against the rule is explained as %+v", got)
	}
	if got := application.Explain(nil, halves()); got.Follows {
		t.Error("no budget follows no rule")
	}
	byHand := []application.BudgetLine{{Amounts: bySource(1_000, 0, 0, 0)}, {Amounts: bySource(0, 1_000, 0, 0)}, {Amounts: bySource(51, 51, 0, 0)}}
	if got := application.Explain(byHand, halves()); !got.Follows || len(got.Lines) != 0 {
		t.Errorf("lines split by hand: %+v", got)
	}
}

// TestProposeLine: the one line closes what the others leave open, and only it changes.
func TestProposeLine(t *testing.T) {
	lines := []application.BudgetLine{
		{Amounts: bySource(16_667, 16_666, 0, 0)}, {Amounts: bySource(16_666, 16_667, 0, 0)}, basis(33_335),
	}
	out, err := application.ProposeLine(lines, halves(), 2)
	if err != nil || out[2].Amounts != bySource(16_667, 16_668, 0, 0) || out[0].Amounts != lines[0].Amounts || lines[2].Amounts.Total().Sign() != 0 {
		t.Errorf("%+v, %v", out[2].Amounts, err)
	}
	// Where the others have more than the rule gives, the line takes none of that source.
	if out, err := application.ProposeLine([]application.BudgetLine{{Amounts: bySource(90, 0, 0, 0)}, basis(10)}, halves(), 1); err != nil || out[1].Amounts != bySource(0, 10, 0, 0) {
		t.Errorf("%+v, %v", out[1].Amounts, err)
	}
	if out, err := application.ProposeLine([]application.BudgetLine{{Code: "210-01"}}, halves(), 0); err != nil || !out[0].Amounts.IsZero() {
		t.Errorf("a line without a total: %+v, %v", out, err)
	}
	_, err = application.ProposeLine(lines, halves(), 3)
	wantKind(t, err, fault.Invalid, "채울 줄")
	_, err = application.Propose([]application.BudgetLine{{Amounts: bySource(-3, 0, 0, 0)}}, halves())
	wantKind(t, err, fault.Invalid, "0원보다 적은")
	_, err = application.ProposeLine([]application.BudgetLine{{UnitPrice: won(3)}}, halves(), 0)
	wantKind(t, err, fault.Invalid, "산출기초")
}

// TestFillingKeepsTheSums: whatever is filled in whatever order, a line is the sum of
// its sources and of its basis, after filling all the plan follows the rule to the
// won, and every remainder is within two won.
func TestFillingKeepsTheSums(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rule := rapid.SampledFrom([]program.Matching{halves(), quarters()}).Draw(r, "rule")
		lines := rapid.SliceOfN(rapid.Map(rapid.Int64Range(0, 9_999_999), basis), 1, 30).Draw(r, "lines")
		lines, err := application.Propose(lines, rule)
		if err != nil {
			r.Fatal(err)
		}
		for range rapid.IntRange(0, 5).Draw(r, "edits") {
			at := rapid.IntRange(0, len(lines)-1).Draw(r, "at")
			lines[at].UnitPrice = won(rapid.Int64Range(0, 9_999_999).Draw(r, "price"))
			if lines, err = application.ProposeLine(lines, rule, at); err != nil {
				r.Fatal(err)
			}
			if total, _ := lines[at].Total(); total.Sign() > 0 && lines[at].Amounts.Total() != total || lines[at].Amounts.AnyNegative() {
				r.Fatalf("line %d of %s is split into %+v", at, total.Comma(), lines[at].Amounts)
			}
		}
		if lines, err = application.Propose(lines, rule); err != nil {
			r.Fatal(err)
		}
		sum, got := (application.Plan{Lines: lines}).Totals(), application.Explain(lines, rule)
		if got.Follows != (sum.Total().Sign() > 0) {
			r.Fatalf("after filling %+v the rule is followed: %v", sum, got.Follows)
		}
		for _, odd := range got.Lines {
			if odd.Won < -1 || odd.Won > 2 || odd.Won == 0 {
				r.Fatalf("line %d: %s", odd.Line, odd.Text())
			}
		}
	})
}
