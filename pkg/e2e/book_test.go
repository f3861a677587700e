package e2e_test

import (
	"strconv"
	"strings"
	"testing"

	"eoul/pkg/money"
)

// book is what was typed for one project, kept beside the product.
type book struct {
	planned, funds, spent, disallowed, interest money.BySource
	bills                                       int // rows of 집행내역, corrections included
}

// balance is what came in and was not spent.
func (b book) balance() money.BySource { return b.funds.Sub(b.spent) }

// due is what goes back: what is left, what was not accepted, and the interest.
func (b book) due() money.BySource { return b.balance().Add(b.disallowed).Add(b.interest) }

// won reads an amount as the pages write it.
func won(t testing.TB, text string) money.Amount {
	t.Helper()
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(text), ",", ""), 10, 64)
	if err != nil {
		t.Fatalf("%q is no amount: %v", text, err)
	}
	return money.Must(n)
}

// shares are 국비 and 시도비, the two sources of the case.
func shares(t testing.TB, national, sido string) money.BySource {
	t.Helper()
	return money.BySource{National: won(t, national), Sido: won(t, sido)}
}
