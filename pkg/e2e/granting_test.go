package e2e_test

import (
	"fmt"
	"time"

	"eoul/pkg/money"
)

// grant takes the three projects from the application for the grant to its decision.
func (p *pages) grant() {
	p.s.at(2022, time.March, 14, 10)
	for _, a := range p.parts {
		p.as(a.login, a.application)
		p.Follow(".todo .button-primary")
		p.look()
		p.press("교부신청", "main")
		p.told("교부신청을 했습니다.")
		a.award = "/awards/" + p.number("/awards")
	}
	for _, a := range p.parts {
		p.as("manager", a.award)
		p.press("검토하기", "main")
		p.press("검토 완료", "main")
		p.told("검토를 마쳤습니다.")
	}
	for _, a := range p.parts {
		p.as("decider", a.award)
		p.press("교부결정", "main")
		p.told("교부결정을 했습니다.")
	}
}

// tranche is one transfer to ask for.
type tranche struct {
	to        *part
	payer     string // ministry or sido
	amount    string
	condition string
	path      string
}

// pay starts the projects, secures what nobody sends, and brings the money in: each
// transfer is asked for, drafted, confirmed by a second person, and received.
func (p *pages) pay() {
	p.s.at(2022, time.March, 25, 10)
	city, dong, nam := p.parts[0], p.parts[1], p.parts[2]
	list := []*tranche{
		{to: city, payer: "ministry", amount: "30,000,000"}, {to: city, payer: "ministry", amount: "20,000,000", condition: "중간 점검을 마친 뒤"},
		{to: dong, payer: "ministry", amount: "50,000,000"}, {to: dong, payer: "sido", amount: "50,000,000"},
		{to: nam, payer: "ministry", amount: "50,000,000"}, {to: nam, payer: "sido", amount: "50,000,000"},
	}
	for _, a := range p.parts {
		p.as(a.login, a.award)
		p.press("사업 시작", "main")
		p.told("사업을 시작했습니다.")
		if a == city {
			p.secure(a)
		}
		for _, t := range list {
			if t.to == a {
				p.request(t)
			}
		}
	}
	p.send(list, "ministry", "finance", "finance2")
	p.send(list, "sido", "daegu", "daegu2")
	for _, t := range list {
		p.as(t.to.login, t.path)
		p.fill("received_on", "2022-03-25")
		p.press("수령 확인", "main")
		p.told("수령을 확인했습니다.")
	}
}

// secure puts in 시비 of the city's own project.
func (p *pages) secure(a *part) {
	p.t.Helper()
	p.press("확보 적기", "지금 할 일")
	p.fill("amounts.sido", "50,000,000", "on", "2022-03-25", "note", "본예산 편성")
	p.press("확보 적기", "main")
	p.told("확보한 금액을 적었습니다.")
	a.book.funds.Sido = a.book.funds.Sido.Add(money.Must(50_000_000))
}

func (p *pages) request(t *tranche) {
	p.t.Helper()
	p.as(t.to.login, t.to.award)
	p.press("교부 요청", "지금 할 일")
	p.choose("payer_kind", t.payer)
	p.fill("amount", t.amount, "condition", t.condition)
	p.press("교부 요청", "main")
	p.told("교부를 요청했습니다.")
	t.path = "/tranches/" + p.number("/tranches")
	amount := won(p.t, t.amount)
	if t.payer == "ministry" {
		t.to.book.funds.National = t.to.book.funds.National.Add(amount)
	} else {
		t.to.book.funds.Sido = t.to.book.funds.Sido.Add(amount)
	}
}

// send drafts and confirms the transfers of one payer. Who drafted one finds no
// button to confirm it.
func (p *pages) send(list []*tranche, payer, maker, checker string) {
	p.t.Helper()
	for _, t := range list {
		if t.payer == payer {
			p.as(maker, t.path)
			p.press("지급 기안", "main")
			p.told("확정하기를 기다리고 있습니다")
			if n := p.Count(`form[action$="/confirm"]`); n != 0 {
				p.t.Errorf("%s may confirm what they drafted", maker)
			}
		}
	}
	for _, t := range list {
		if t.payer == payer {
			p.as(checker, t.path)
			p.press("지급 확정", "main")
			p.told(fmt.Sprintf("%s원", t.amount))
		}
	}
}
