package web_test

import (
	"testing"

	"eoul/pkg/browsertest"
	"eoul/pkg/fixture"
)

// TestMoneyLook opens every page of grants, spending and settlement at both widths.
func TestMoneyLook(t *testing.T) {
	t.Parallel()
	s := newMoneySite(t)
	fixture.Settling(t, s.d, s.Company)
	look(t, browsertest.New(t, s.For(s.Officer)), "recipient", []string{
		"/awards", "/awards/1", "/tranches", "/tranches/1", "/expenditures", "/expenditures/2", "/awards/1/expenditures",
		"/settlements", "/settlements/1", "/settlements/1/print", "/settlements/1/entries/new?kind=interest", "/settlements/1/entries/new?kind=carry",
	})
}

// TestMoneyForms looks at the forms that stand at the beginning of a grant.
func TestMoneyForms(t *testing.T) {
	t.Parallel()
	s := newMoneySite(t)
	apps := fixture.Published(t, s.d, fixture.Call(t, s.d, s.Company), s.NaruProject(), s.GaramProject())
	a := fixture.Awarded(t, s.d, s.Company, s.Officer, apps[0])
	look(t, browsertest.New(t, s.For(s.Officer)), "grant", []string{awardOf(a.ID), awardOf(a.ID) + "/secure", awardOf(a.ID) + "/tranches/new"})
	look(t, browsertest.New(t, s.For(s.Province)), "grant", []string{"/awards/new?application=2"})
	fixture.Started(t, s.d, s.Company, s.Officer, a)
	look(t, browsertest.New(t, s.For(s.Officer)), "spend", []string{awardOf(a.ID) + "/expenditures"})
}

// TestRepaymentLook opens the notices of a settlement.
func TestRepaymentLook(t *testing.T) {
	t.Parallel()
	s := newMoneySite(t)
	fixture.Notified(t, s.d, s.Company, fixture.Examined(t, s.d, s.Company, s.Officer, fixture.Settling(t, s.d, s.Company)))
	look(t, browsertest.New(t, s.For(s.Finance)), "finance", []string{"/settlements/1", "/repayments", "/repayments/1"})
}
