package demo

import (
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

// thisYear has projects at every step before the settlement, calls at every step of
// their review and an open one.
func (p *play) thisYear() {
	year := p.today().Year()
	apps := p.season(year, fmt.Sprintf("%d년 지역상생 사업 공모(2차)", year), p.ago(110), p.ago(60), on(year, 12, 31))
	for i, f := range fictives() {
		p.at(p.ago(58), 10+i)
		p.underWay(i, p.crewOf(f), apps[i])
	}
	from, to := p.nextPeriod()
	p.at(p.ago(57), 9)
	p.appropriateOnce(to.Year())
	p.inReview(from, to)
	p.contested(from, to)
	p.discussed(from, to)
	p.screened(from, to)
	p.open(from, to)
}

// nextPeriod is the project period of the calls that are not decided yet: within one
// fiscal year, the next one when this one is nearly over.
func (p *play) nextPeriod() (from, to calendar.Date) {
	year := p.today().AddDays(120).Year()
	from = p.today().AddDays(60)
	if first := on(year, 1, 1); from.Before(first) {
		from = first
	}
	return from, on(year, 12, 31)
}

// underWay leaves the i-th project at its step: 나루군 spends and waits for its second
// tranche, 다솜시 for the grant decision, 바람군 for the examination, 가람도 for a
// second person to confirm its first tranche.
func (p *play) underWay(i int, c crew, app application.Application) {
	switch i {
	case 0:
		a := p.started(c, p.granted(c.holder, app.ID))
		p.paid(c, a, 6_000, "")
		lines := must(p.awards.Show(p.ctx, c.holder, a.ID)).Lines
		list := bills(lines, p.ago(50), p.ago(2), 4, 1)
		p.spent(c, a, list[:len(list)/4], nil)
		p.at(p.ago(2), 10)
		must(p.awards.RequestTranche(p.ctx, c.holder, a.ID, award.TrancheInput{PayerKind: organization.Ministry,
			Amount: a.Amounts.National.Share(4_000, money.Floor), Condition: "중간 점검을 마친 뒤"}))
	case 1:
		a := must(p.awards.Create(p.ctx, c.holder, award.Input{ApplicationID: app.ID}))
		must(p.awards.Examine(p.ctx, p.who("manager"), a.ID, award.DefaultConditions()))
	case 2:
		must(p.awards.Create(p.ctx, c.holder, award.Input{ApplicationID: app.ID}))
	case 3:
		a := p.started(c, p.granted(c.holder, app.ID))
		t := must(p.awards.RequestTranche(p.ctx, c.holder, a.ID, award.TrancheInput{PayerKind: organization.Ministry,
			Amount: a.Amounts.National.Share(5_000, money.Floor)}))
		must(p.awards.Draft(p.ctx, p.who("finance"), t.ID))
	}
}

// inReview is a call whose round is under way: the signed-in reviewer has one sheet
// in hand and others to begin.
func (p *play) inReview(from, to calendar.Date) {
	opens := p.ago(50)
	call := p.opened(p.callInput(p.made, to.Year(), fmt.Sprintf("%d년 지역상생 사업 공모(3차)", to.Year()), opens, opens.AddDays(20), from, to))
	p.at(opens.AddDays(9), 10)
	for _, f := range fictives() {
		p.handed(call, f, opens.AddDays(-15))
	}
	round := p.scoring(call, opens.AddDays(34))
	for i, who := range p.panel() {
		for n, t := range p.tasks(who, round) {
			if i > 0 {
				p.score(who, t, scoring{place: i, submit: true})
			} else if n == 0 {
				p.score(who, t, scoring{place: i})
			}
		}
	}
}

// open is the call that takes applications today: 나루군 writes, 다솜시 waits for its 시·도,
// 바람군 is received.
func (p *play) open(from, to calendar.Date) {
	opens := p.ago(8)
	in := p.callInput(p.made, to.Year(), fmt.Sprintf("%d년 지역상생 사업 공모(4차)", to.Year()), opens, p.today().AddDays(13), from, to)
	in.Documents = program.DefaultDocuments()
	call := p.opened(in, program.StageInput{Stage: program.Paper, WeightBps: 6_000}, program.StageInput{Stage: program.Presentation, WeightBps: 4_000})
	list := fictives()
	p.at(p.ago(1), 9)
	writing := list[0].plan(p.ago(20))
	writing.sections = 2
	p.apply(p.who(list[0].login), call.ID, p.places[list[0].place], writing)
	who := p.who(list[1].login)
	p.submit(who, p.apply(who, call.ID, p.places[list[1].place], list[1].plan(p.ago(20))))
	p.handed(call, list[2], p.ago(20))
}
