package demo

import (
	"fmt"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/selection"
)

// The fictitious programme is told backwards from today, so that its work waits
// whenever the demonstration is made: a project year that ended, one under way, a
// call in review and one that is open.
const (
	endedDays  = 24  // the last project year ended so long ago
	lastDays   = 330 // and began so long ago
	panelSize  = 5
	perProject = 3 // reviewers of an application
)

// ago is a day before today.
func (p *play) ago(days int) calendar.Date { return p.today().AddDays(-days) }

// fictive is one applicant of the fictitious programme.
type fictive struct {
	login, checker string
	place          string
	title          string
}

func fictives() []fictive {
	return []fictive{
		{"officer", "province", naru, "나루 장터 함께 만들기"},
		{"dasom", "province", dasom, "다솜 돌봄 협동 사업"},
		{"baram", "maru", baram, "바람 먹거리 유통 사업"},
		{"province", "", garam, "가람 사회적경제 공동 판매장"},
	}
}

func (f fictive) plan(heldOn calendar.Date) plan {
	share := quarters
	if f.checker == "" {
		share = halves
	}
	return plan{title: f.title, about: "시연을 위해 지어낸 사업입니다.", share: share, partner: "가상 협동조합", area: "판로 확대",
		acts: []string{"공동 판매", "교육과 상담"}, heldOn: heldOn}
}

// handed hands an applicant's plan in and has it endorsed.
func (p *play) handed(call program.Call, f fictive, heldOn calendar.Date) application.Application {
	who := p.who(f.login)
	a := p.submit(who, p.apply(who, call.ID, p.places[f.place], f.plan(heldOn)))
	if f.checker != "" {
		a = p.endorse(p.who(f.checker), a)
	}
	return a
}

// judged closes a call, scores its applications and locks the round; short is what
// every reviewer takes away from an application, in percent.
func (p *play) judged(call program.Call, closed calendar.Date, short func(application.ID) int) {
	round := p.scoring(call, closed)
	for i, who := range p.panel() {
		for _, t := range p.tasks(who, round) {
			p.score(who, t, scoring{place: i, short: short(t.ApplicationID), submit: true})
		}
	}
	chair, asked := p.who("chair"), must(p.reviews.RequestDiscussion(p.ctx, p.who("chair"), round.ID))
	round = must(p.reviews.ConfirmDiscussion(p.ctx, p.who("manager"), round.ID, asked.Version))
	p.minutes(chair, round, calendar.Instant(closed, 9, 0))
	asked = must(p.reviews.RequestLock(p.ctx, chair, round.ID))
	must(p.reviews.ConfirmLock(p.ctx, p.who("decider"), round.ID, asked.Version))
}

// minutes writes down who met and what was decided.
func (p *play) minutes(chair authz.Actor, round review.Round, at time.Time) {
	view := must(p.reviews.Minutes(p.ctx, chair, round.ID))
	in := review.MinutesInput{HeldAt: at, Place: "가상정부청사 회의실", Body: "위원들의 점수가 갈린 신청부터 차례로 토의하였습니다."}
	for _, a := range view.Attendees {
		in.Attendees = append(in.Attendees, a.ReviewerID)
	}
	for _, item := range view.Items {
		in.Items = append(in.Items, review.DecisionInput{Application: item.ApplicationID, Decision: "위원들의 평가를 그대로 확정합니다."})
	}
	must(p.reviews.WriteMinutes(p.ctx, chair, round.ID, in))
}

// panel are the reviewers of the fictitious programme, the signed-in one first.
func (p *play) panel() []authz.Actor {
	out := []authz.Actor{p.who("reviewer")}
	for i := 2; i <= panelSize; i++ {
		out = append(out, p.who(fmt.Sprintf("reviewer%d", i)))
	}
	return out
}

// scoring closes a call and gives its applications to reviewers.
func (p *play) scoring(call program.Call, closed calendar.Date) review.Round {
	p.at(closed, 9)
	p.tick()
	round := must(p.reviews.CreateRound(p.ctx, p.who("manager"), call.ID))
	must(p.reviews.AutoAssign(p.ctx, p.who("manager"), round.ID, perProject))
	return round
}

func (p *play) tasks(who authz.Actor, round review.Round) (out []review.Task) {
	for _, t := range must(p.reviews.Mine(p.ctx, who, page.Request{Size: page.MaxSize})).Items {
		if t.RoundID == round.ID {
			out = append(out, t)
		}
	}
	return out
}

// score declares no conflict and fills a sheet in; the application makes the points
// differ too.
func (p *play) score(who authz.Actor, t review.Task, how scoring) {
	task := must(p.reviews.Declare(p.ctx, who, t.ID, review.Declaration{Kind: review.NoConflict}))
	sheet := must(p.reviews.Read(p.ctx, who, task.SheetID))
	in := review.Input{Draft: sheet.Content.Draft, Opinion: "지역 현안이 분명하고 협업 체계가 갖추어져 있습니다.(가상)"}
	for i, k := range sheet.Rubric.Criteria {
		below := min((how.place+i+int(t.ApplicationID))%4+k.Max*how.short/100, k.Max)
		in.Scores = append(in.Scores, review.ScoreInput{CriterionID: k.ID, Points: fmt.Sprint(k.Max - below), Justification: k.Title + "에 대한 판단 근거입니다.(가상)"})
	}
	content := must(p.reviews.SaveDraft(p.ctx, who, task.SheetID, in))
	if how.submit {
		must(p.reviews.Submit(p.ctx, who, task.SheetID, content.Draft))
	}
}

// decided considers two other conditions, then drafts, approves and publishes the
// selection of a judged call.
func (p *play) decided(call program.Call, announced calendar.Date) {
	must(p.selections.SaveScenario(p.ctx, p.who("manager"), call.ID, "가점 없이 한 시·도에 하나", "지역 안배를 살펴봅니다.(가상)", selection.Parameters{NoBonus: true, PerSido: 1, Reserves: 1}))
	must(p.selections.SaveScenario(p.ctx, p.who("decider"), call.ID, "두 건만 선정", "예산이 줄 때를 살펴봅니다.(가상)", selection.Parameters{Cut: selection.CutRank, CutRank: 2, Reserves: 1}))
	s := must(p.selections.Create(p.ctx, p.who("manager"), call.ID, 1))
	s = must(p.selections.Approve(p.ctx, p.who("decider"), s.ID, s.Version))
	p.at(announced, 9)
	must(p.selections.Publish(p.ctx, p.who("manager"), s.ID, s.Version))
}

// season is a whole call of four applicants from its opening to its grants.
func (p *play) season(year int, title string, opens calendar.Date, from, to calendar.Date) (apps []application.Application) {
	closes := opens.AddDays(20)
	p.at(opens.AddDays(-30), 10)
	p.appropriateOnce(year)
	call := p.opened(p.callInput(p.made, year, title, opens, closes, from, to))
	p.at(opens.AddDays(9), 10)
	for _, f := range fictives() {
		apps = append(apps, p.handed(call, f, opens.AddDays(-15)))
	}
	p.judged(call, closes.AddDays(14), judgedAlike)
	p.decided(call, closes.AddDays(18))
	return apps
}

// appropriateOnce gives a year of the fictitious programme its money.
func (p *play) appropriateOnce(year int) {
	for _, a := range must(p.programs.Appropriations(p.ctx, p.who("finance"), p.made)) {
		if a.FiscalYear == year {
			return
		}
	}
	p.appropriate(p.made, year, 500_000_000, "가상 예산")
}

// enlist makes the panel of the fictitious programme.
func (p *play) enlist() {
	for _, who := range p.panel() {
		made := must(p.reviews.AddReviewer(p.ctx, p.who("manager"), p.made, review.ReviewerInput{Person: who.ID, Employer: "가상 대학교",
			Expertise: []string{"사회적경제"}}))
		must(p.reviews.AcceptInvitation(p.ctx, who, made.ID))
	}
}

// crewOf is who handles the money of a fictitious applicant.
func (p *play) crewOf(f fictive) crew {
	c := crew{holder: p.who(f.login)}
	switch f.checker {
	case "province":
		c.payer, c.approver = p.who("province"), p.who("province2")
	case "maru":
		c.payer, c.approver = p.who("maru"), p.who("maru2")
	}
	return c
}

// lastYear ended some weeks ago: 나루군 has to begin its settlement, 다솜시's waits for
// its 시·도, 바람군's for the ministry to fix it, 가람도's for its repayment notices.
func (p *play) lastYear() {
	from, to := p.ago(lastDays), p.ago(endedDays)
	p.at(from.AddDays(-90), 9)
	p.enlist()
	apps := p.season(to.Year(), fmt.Sprintf("%d년 지역상생 사업 공모(1차)", to.Year()), from.AddDays(-60), from, to)
	for i, f := range fictives() {
		c := p.crewOf(f)
		p.at(from.AddDays(1), 10+i)
		a := p.started(c, p.granted(c.holder, apps[i].ID))
		p.paid(c, a, 6_000, "")
		lines := must(p.awards.Show(p.ctx, c.holder, a.ID)).Lines
		p.spent(c, a, bills(lines, from.AddDays(10), to.AddDays(-8), 3, i), map[calendar.Date]func(){
			from.AddDays(100): func() { p.paid(c, a, 10_000, "중간 점검을 마친 뒤") },
		})
		p.at(to, 18)
		a = must(p.awards.End(p.ctx, c.holder, a.ID))
		p.at(to.AddDays(5), 10+i)
		if i > 0 {
			p.towards(i, c, a)
		}
	}
}

// towards takes the settlement of the i-th applicant as far as the story goes.
func (p *play) towards(i int, c crew, a award.Award) {
	st := p.reported(c, a, interest{int64(5_000 + 1_237*i), fmt.Sprint(1100 + i)}, "시연을 위해 지어낸 결과 보고입니다.")
	if i == 1 {
		return
	}
	if a.ProvinceID != 0 {
		must(p.settling.Check(p.ctx, c.payer, st.ID))
	}
	must(p.settling.Examine(p.ctx, p.who("manager"), st.ID))
	if i == 3 {
		must(p.settling.Fix(p.ctx, p.who("decider"), st.ID))
	}
}
