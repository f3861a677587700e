package e2e_test

import "eoul/pkg/browsertest"

// tour is the auditor's, on a telephone: every record of the case can be read there,
// and no page of it offers anything to do.
func (p *pages) tour() {
	p.as("auditor", "/")
	p.Width(browsertest.Phone)
	paths := []string{"/", "/notices", "/programs", p.program, "/calls", p.call, "/applications", "/rounds", p.round, p.round + "/ranking",
		"/selections", p.choice, "/results", "/awards", "/tranches", "/expenditures", "/settlements", "/repayments", "/ledger", "/audit", "/reports", "/organizations"}
	city := p.parts[0]
	paths = append(paths, city.application, city.application+"/submissions/1", city.award, city.award+"/expenditures", city.settlement, city.settlement+"/print")
	for _, path := range paths {
		p.Open(path)
		if got := p.Path(); got != path {
			p.t.Errorf("the auditor asked for %s and is at %s", path, got)
		}
		p.Fits()
		if n := p.Count(`.page-head form[method="post"], .todo form[method="post"]`); n != 0 {
			p.t.Errorf("the auditor finds %d things to do at %s", n, path)
		}
		if p.Count("h1") != 1 || p.Count(`[role="alert"]`) != 0 {
			p.t.Errorf("%s shows the auditor: %s", path, p.shown())
		}
	}
	p.leave()
}
