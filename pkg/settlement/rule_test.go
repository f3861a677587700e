package settlement_test

import (
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/rule"
	"eoul/pkg/settlement"
)

func won(n int64) money.Amount { return money.Must(n) }

func four(national, sido, sigungu, own int64) money.BySource {
	return money.BySource{National: won(national), Sido: won(sido), Sigungu: won(sigungu), Own: won(own)}
}

func TestRatioBalance(t *testing.T) {
	for _, c := range []struct {
		granted money.BySource
		balance int64
		want    money.BySource
	}{
		{four(50_000_000, 50_000_000, 0, 0), 100_000_000 - 92_246_913, four(3_876_544, 3_876_543, 0, 0)},
		{four(50_000_000, 50_000_000, 11_000_000, 0), 7_777_777, four(3_503_503, 3_503_503, 770_771, 0)},
		{four(50, 25, 25, 0), 100_001, four(50_001, 25_000, 25_000, 0)},
	} {
		got, err := settlement.RatioBalance(c.granted, won(c.balance))
		if err != nil || got != c.want {
			t.Errorf("%d by %v: %v, %v; want %v", c.balance, c.granted, got, err, c.want)
		}
	}
	if _, err := settlement.RatioBalance(money.BySource{}, won(1)); err == nil {
		t.Error("a balance was divided by nothing")
	}
}

func TestDivide(t *testing.T) {
	half := four(50_000_000, 50_000_000, 0, 0)
	for _, c := range []struct {
		amount, unit int64
		want         money.BySource
		cut          int64
	}{
		{12_345, 1, four(6_173, 6_172, 0, 0), 0},
		{12_345, 10, four(6_170, 6_170, 0, 0), 5},
		{1, 10, money.BySource{}, 1},
	} {
		got, err := settlement.Divide(won(c.amount), half, c.unit)
		if err != nil || got.Parts != c.want || got.Cut != won(c.cut) {
			t.Errorf("%d in units of %d: %v, %v", c.amount, c.unit, got, err)
		}
	}
}

// TestDivideKeepsEveryWon: parts and cut are the amount, each part is within one unit
// of its exact share, and what may be kept is never more than the interest itself.
func TestDivideKeepsEveryWon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1_000_000_000)
		funds := four(n.Draw(t, "n"), n.Draw(t, "s"), n.Draw(t, "g"), n.Draw(t, "o")).Add(four(1, 0, 0, 0))
		amount, unit := won(n.Draw(t, "amount")), rapid.SampledFrom([]int64{1, 10}).Draw(t, "unit")
		share, err := settlement.Divide(amount, funds, unit)
		if err != nil {
			t.Fatal(err)
		}
		if share.Parts.Total().Add(share.Cut) != amount || share.Cut.Sign() < 0 || share.Cut.Int64() > 4*(unit-1) {
			t.Fatalf("%v of %v: %+v", amount, funds, share)
		}
		for _, s := range money.Sources() {
			exact := float64(amount.Int64()) * float64(funds.At(s).Int64()) / float64(funds.Total().Int64())
			if off := exact - float64(share.Parts.At(s).Int64()); off < -1.5 || off > float64(unit)+0.5 {
				t.Fatalf("%s is off by %f", s.Label(), off)
			}
		}
		part := won(rapid.Int64Range(0, amount.Int64()).Draw(t, "excluded"))
		kept, err := settlement.Exclude(part, funds, unit, share.Parts)
		if err != nil || !kept.LessEq(share.Parts) {
			t.Fatalf("%v of %v may be kept (%v)", kept, share.Parts, err)
		}
	})
}

func TestShortfall(t *testing.T) {
	for name, c := range map[string]struct {
		planned, executed money.BySource
		want              settlement.Shortfall
		applies           bool
	}{
		"own share half spent": {four(45_000_000, 45_000_000, 0, 10_000_000), four(45_000_000, 45_000_000, 0, 5_000_000),
			settlement.Shortfall{Recognised: won(85_500_000), Return: won(4_500_000)}, true},
		"own share as planned":         {four(90_000_000, 0, 0, 10_000_000), four(80_000_000, 0, 0, 10_000_000), settlement.Shortfall{}, false},
		"no own share planned":         {four(50_000_000, 50_000_000, 0, 0), four(49_000_000, 50_000_000, 0, 0), settlement.Shortfall{}, false},
		"subsidy spent below its part": {four(90, 0, 0, 10), four(40, 0, 0, 9), settlement.Shortfall{Recognised: won(40)}, false},
	} {
		got, ok, err := settlement.ShortfallOf(c.planned, c.executed)
		if err != nil || got != c.want || ok != c.applies {
			t.Errorf("%s: %+v %v %v", name, got, ok, err)
		}
	}
}

// TestLedgerWay: each source gives back its own balance, not its share of the whole.
func TestLedgerWay(t *testing.T) {
	granted := four(50_000_000, 50_000_000, 0, 0)
	b := ledger.Balances{Disbursed: granted, Spent: four(49_200_000, 50_000_000, 0, 0)}
	if got := settlement.Reckon(granted, granted, b, money.BySource{}).Due(); got != four(800_000, 0, 0, 0) {
		t.Errorf("due %v", got)
	}
}

func TestReckonIdentities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1_000_000_000)
		draw := func(label string) money.BySource {
			return four(n.Draw(t, label), n.Draw(t, label), n.Draw(t, label), n.Draw(t, label))
		}
		b := ledger.Balances{Secured: draw("secured"), Disbursed: draw("disbursed"), Spent: draw("spent"), Disallowed: draw("disallowed"),
			Carried: draw("carried"), Interest: draw("interest"), Revenue: draw("revenue")}
		rows := settlement.Reckon(draw("planned"), draw("changed"), b, draw("excluded"))
		for _, r := range append(rows[:], rows.Total()) {
			if r.Secured.Add(r.Disbursed) != money.Sum(r.Accepted, r.Disallowed, r.Carried, r.Balance) || r.Spent != r.Accepted.Add(r.Disallowed) {
				t.Fatalf("came in ≠ went out: %+v", r)
			}
			if r.Due != money.Sum(r.Balance, r.Disallowed, r.Interest, r.Excluded.Neg(), r.Revenue) {
				t.Fatalf("due: %+v", r)
			}
		}
	})
}

func TestDueDate(t *testing.T) {
	rules, err := rule.FromSeed()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		regime    string
		to, ended calendar.Date
		want      calendar.Date
	}{
		{award.National, calendar.Must(2022, 12, 31), calendar.Date{}, calendar.Must(2023, 3, 31)},
		{award.National, calendar.Must(2022, 12, 31), calendar.Must(2023, 1, 9), calendar.Must(2023, 3, 31)},
		{award.National, calendar.Must(2022, 12, 31), calendar.Must(2022, 11, 30), calendar.Must(2023, 2, 28)},
		{award.Local, calendar.Must(2025, 12, 31), calendar.Date{}, calendar.Must(2026, 3, 3)},
		{award.Local, calendar.Must(2022, 11, 30), calendar.Date{}, calendar.Must(2023, 1, 31)},
	} {
		got, why, err := settlement.DueDate(award.Award{Regime: c.regime, ProjectTo: c.to, EndedOn: c.ended}, rules)
		if err != nil || got != c.want {
			t.Errorf("%s to %s, ended %s: %s (%v), want %s", c.regime, c.to, c.ended, got, err, c.want)
		}
		if why == "" {
			t.Errorf("the due date %s has no reason", got)
		}
	}
}
