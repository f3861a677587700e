package demo

import (
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/screening"
	"eoul/pkg/selection"
)

// special is a call of the fictitious programme beside its yearly ones, with the
// applications of some of the applicants, closed so many days ago.
func (p *play) special(title string, closed int, from, to calendar.Date, some []fictive, change func(*program.CallInput)) (program.Call, []application.Application) {
	opens := p.ago(closed + 34)
	in := p.callInput(p.made, to.Year(), fmt.Sprintf("%d년 %s", to.Year(), title), opens, opens.AddDays(20), from, to)
	change(&in)
	call := p.opened(in)
	p.at(opens.AddDays(9), 10)
	var apps []application.Application
	for _, f := range some {
		apps = append(apps, p.handed(call, f, opens.AddDays(-15)))
	}
	return call, apps
}

// screened is a call whose screening is under way: 나루군 was told that it is found
// ineligible and has to answer, 바람군 is still to be looked at.
func (p *play) screened(from, to calendar.Date) {
	list := fictives()
	call, apps := p.special("인재 양성 특별공모", 2, from, to, []fictive{list[0], list[2]}, func(*program.CallInput) {})
	p.at(p.ago(2), 9)
	p.tick()
	manager := p.who("manager")
	items := must(p.screenings.SetItems(p.ctx, manager, call.ID, []screening.Item{
		{Title: "같은 내용으로 다른 보조금을 받지 않음", Guidance: "부처 안의 다른 보조사업과 견주어 봅니다."},
		{Title: "지방비 확보 계획 제출", Guidance: "예산 부서의 확인이 있는지 봅니다."}}))
	p.at(p.ago(1), 14)
	must(p.screenings.Notify(p.ctx, manager, apps[0].ID, screening.Finding{
		Marks:  []screening.Mark{{Item: items[0].ID, Note: "지난해 사업의 교육 과정과 겹칩니다.(가상)"}, {Item: items[1].ID, Passed: true}},
		Reason: "교육 과정이 지난해 지원받은 사업과 같습니다. 다른 점이 있으면 기한 안에 소명해 주십시오.(가상)"}))
}

// discussed is a call whose round is in discussion: one reviewer, who can be signed in
// as, lies far below the others on one application and was asked why.
func (p *play) discussed(from, to calendar.Date) {
	list := fictives()
	call, apps := p.special("돌봄 협력 특별공모", 9, from, to, list[1:3], func(in *program.CallInput) { in.DropExtremes, in.DropFrom = true, panelSize })
	p.at(p.ago(9), 9)
	p.tick()
	round := must(p.reviews.CreateRound(p.ctx, p.who("manager"), call.ID))
	must(p.reviews.AutoAssign(p.ctx, p.who("manager"), round.ID, panelSize))
	for i, who := range p.panel() {
		for _, t := range p.tasks(who, round) {
			short := 0
			if i == 0 && t.ApplicationID == apps[0].ID {
				short = 40
			}
			p.score(who, t, scoring{place: i, short: short, submit: true})
		}
	}
	chair := p.who("chair")
	asked := must(p.reviews.RequestDiscussion(p.ctx, chair, round.ID))
	p.at(p.ago(3), 10)
	must(p.reviews.ConfirmDiscussion(p.ctx, p.who("manager"), round.ID, asked.Version))
	for _, row := range must(p.reviews.Discuss(p.ctx, chair, round.ID)).Rows {
		for _, s := range row.Sheets {
			if s.Outlier {
				must(p.reviews.Ask(p.ctx, chair, s.SheetID, 0, "다른 위원보다 점수가 많이 낮습니다. 어떤 점을 부족하게 보셨는지 설명해 주십시오.(가상)"))
			}
		}
	}
}

// contested is a call published some days ago: 나루군 fell below the floor and objects,
// one selected government gave up, and the reserve waits for the second person.
func (p *play) contested(from, to calendar.Date) {
	list := fictives()
	call, apps := p.special("판로 확대 특별공모", 12, from, to, list, func(in *program.CallInput) { in.TotalFloor = 70 })
	low := apps[0].ID
	p.judged(call, p.ago(12), func(a application.ID) int {
		if a == low {
			return 35
		}
		return 0
	})
	manager := p.who("manager")
	s := must(p.selections.Create(p.ctx, manager, call.ID, 1))
	rows, kept := p.withReserve(s.ID)
	s = must(p.selections.Update(p.ctx, manager, s.ID, s.Version, selection.Input{Note: s.Note, Rows: rows}))
	s = must(p.selections.Approve(p.ctx, p.who("decider"), s.ID, s.Version))
	p.at(p.ago(6), 9)
	must(p.selections.Publish(p.ctx, manager, s.ID, s.Version))
	p.at(p.ago(4), 15)
	p.object(call.ID)
	for i, a := range apps {
		if a.ID == kept {
			who := p.who(list[i].login)
			now := must(p.apps.Show(p.ctx, who, a.ID)).Application
			must(p.apps.Forfeit(p.ctx, who, a.ID, now.Version, "지방비를 마련하지 못해 선정을 포기합니다.(가상)"))
		}
	}
	p.at(p.ago(1), 11)
	must(p.selections.Promote(p.ctx, manager, s.ID, "선정된 지자체 한 곳이 포기하여 예비 순번대로 추가로 선정합니다.(가상)"))
}

// withReserve are the rows of a draft with the last of the selected put in reserve, and
// the application that is selected first.
func (p *play) withReserve(id selection.ID) (rows []selection.Row, first application.ID) {
	last := -1
	for i, e := range must(p.selections.Show(p.ctx, p.who("manager"), id)).Entries {
		rows = append(rows, e.Row)
		if e.Outcome == selection.Selected {
			last = i
			if first == 0 {
				first = e.ApplicationID
			}
		}
	}
	rows[last].Outcome = selection.Reserve
	return rows, first
}

// object files 나루군's objection to its letter.
func (p *play) object(call program.CallID) {
	officer := p.who("officer")
	letters := must(p.selections.Letters(p.ctx, officer, page.Request{Filters: map[string]string{"call": fmt.Sprint(call)}})).Items
	must(p.selections.File(p.ctx, officer, letters[0].ID, "예산 산출 근거를 첨부 자료에 적었는데 점수에 반영되지 않은 것으로 보입니다. 다시 살펴 주시기 바랍니다.(가상)", nil))
}

// scoring is how a reviewer of the demonstration fills a sheet in: place makes the
// points differ, short takes so many percent of every criterion away.
type scoring struct {
	place, short int
	submit       bool
}

// judgedAlike takes nothing away from anybody.
func judgedAlike(application.ID) int { return 0 }
