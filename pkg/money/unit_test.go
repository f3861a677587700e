package money_test

import (
	"testing"

	"pgregory.net/rapid"

	"eoul/pkg/fault"
	"eoul/pkg/money"
)

func TestParseIn(t *testing.T) {
	for _, tt := range []struct {
		text string
		unit money.Unit
		want int64
	}{
		{"1,000", money.Won, 1_000},
		{"１，０００", money.Won, 1_000},
		{" ₩1,000원 ", money.Won, 1_000},
		{"￦ 66,453,000", money.Won, 66_453_000},
		{"-₩5", money.Won, -5},
		{"66,453", money.Thousand, 66_453_000},
		{"1,234.5", money.Thousand, 1_234_500},
		{"１，２３４．５６７", money.Thousand, 1_234_567},
		{"0.001", money.Thousand, 1},
		{"-0.5", money.Thousand, -500},
		{"1.500000", money.Thousand, 1_500},
		{"1,234,567원", money.Thousand, 1_234_567},
		{"₩1,000", money.Thousand, 1_000},
		{"999,999,999,999.999", money.Thousand, money.Max},
	} {
		if got, err := money.ParseIn(tt.text, tt.unit); err != nil || got.Int64() != tt.want {
			t.Errorf("ParseIn(%q, %s) = %s, %v; want %d", tt.text, tt.unit.Label(), got.Comma(), err, tt.want)
		}
	}
	for _, tt := range []struct {
		text string
		unit money.Unit
	}{
		{"", money.Won}, {"1.5", money.Won}, {"1.5원", money.Thousand}, {"원", money.Won}, {"1천원", money.Won},
		{"1.2345", money.Thousand}, {"1.", money.Thousand}, {".5", money.Thousand}, {"1.2.3", money.Thousand}, {"1.-5", money.Thousand},
		{"1,00", money.Thousand}, {"1e3", money.Thousand}, {"1,000,000,000,000", money.Thousand}, {"백만", money.Thousand},
	} {
		if got, err := money.ParseIn(tt.text, tt.unit); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("ParseIn(%q, %s) = %s, %v; want it refused", tt.text, tt.unit.Label(), got.Comma(), err)
		}
	}
}

// TestInReadsBack: what a form shows is read as the same amount, never a rounded one.
func TestInReadsBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := money.Must(rapid.Int64Range(-money.Max, money.Max).Draw(r, "won"))
		if rapid.Bool().Draw(r, "round") {
			a = money.Must(a.Int64() / 1_000 * 1_000)
		}
		unit := rapid.SampledFrom([]money.Unit{money.Won, money.Thousand}).Draw(r, "unit")
		if back, err := money.ParseIn(a.In(unit), unit); err != nil || back != a {
			r.Fatalf("%s in %s is written %q and read as %s, %v", a.Comma(), unit.Label(), a.In(unit), back.Comma(), err)
		}
	})
	for want, a := range map[string]money.Amount{"1,234": money.Must(1_234_000), "1,234,567원": money.Must(1_234_567), "0": {}} {
		if got := a.In(money.Thousand); got != want {
			t.Errorf("%s won in 천원 is %q, want %q", a.Comma(), got, want)
		}
	}
	if money.UnitOf("1000") != money.Thousand || money.UnitOf("1") != money.Won || money.UnitOf("x") != money.Won {
		t.Error("a unit is read wrong")
	}
}
