package e2e_test

import "testing"

// TestTheCaseOnThePages plays the case of 2022 in a browser, each act by the button of
// the person whose act it is: from the call to the settlement workbook, whose totals
// are added again and held against what was typed.
func TestTheCaseOnThePages(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	p := &pages{walk: newWalk(t, s), parts: projects()}
	p.open()
	p.apply()
	p.endorse()
	p.judge()
	p.decide()
	p.grant()
	p.pay()
	p.spend()
	p.finish()
	p.workbook()
	p.tour()
	s.tick()
	s.sound()
}
