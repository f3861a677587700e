package demo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/execution"
	"eoul/pkg/identity"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/selection"
	"eoul/pkg/work"
)

// appropriate gives a programme's year its 국비.
func (p *play) appropriate(id program.ID, year int, national int64, reason string) {
	won := money.Must(national)
	must(p.programs.CreateAppropriation(p.ctx, p.who("finance"), id, program.AppropriationInput{
		FiscalYear: year, Limits: ledger.Limits{National: &won}, Reason: reason}))
}

// keeper is the made-up person who enters what other governments did; second is
// the one who endorses it.
func (p *play) keeper(login, role string, place organization.ID) authz.Actor {
	p.grant(login, identity.GrantInput{Role: role, Government: int64(place)})
	return p.who(login)
}

// published takes a closed call to its published result with the applications
// selected in this order. The result is known from the press, the scores are not.
func (p *play) published(call program.Call, source string, decided, announced calendar.Date, apps []application.Application, amounts []money.BySource) {
	rows := make([]selection.Row, len(apps))
	for i, a := range apps {
		rows[i] = selection.Row{ApplicationID: a.ID, Outcome: selection.Selected, Amounts: amounts[i]}
	}
	p.at(decided, 14)
	s := must(p.selections.TakeOver(p.ctx, p.who("manager"), call.ID, source, rows))
	s = must(p.selections.Approve(p.ctx, p.who("decider"), s.ID, s.Version))
	p.at(announced, 9)
	must(p.selections.Publish(p.ctx, p.who("manager"), s.ID, s.Version))
}

// history2021 keeps the two known projects of 2021, up to their selection.
func (p *play) history2021() {
	round := p.facts.Rounds[0]
	p.at(on(2021, 1, 8), 10)
	p.appropriate(p.real, 2021, 1_500_000_000, "30개 사업의 국비")
	in := p.callInput(p.real, 2021, "2021년 사회적경제 민·관 협업체계 구축사업", on(2021, 1, 25), on(2021, 2, 19), on(2021, 4, 1), on(2021, 12, 31))
	in.Applicants = program.Words{organization.Sigungu}
	in.Summary = "공모 기간은 알려지지 않아 시연을 위해 적은 날입니다. 30개 시·군·구가 선정되었고 대구의 두 사업만 이름이 알려져 있습니다."
	call := p.opened(in)
	var apps []application.Application
	var amounts []money.BySource
	for _, k := range round.Known {
		place := p.places["대구광역시 "+strings.TrimPrefix(k.Region, "대구 ")]
		who := p.keeper("records", "officer", place)
		p.at(on(2021, 2, 10), 10)
		a := p.apply(who, call.ID, place, plan{title: k.Name, about: k.Note, share: halves, area: "판로 확대", acts: []string{k.Note}, heldOn: on(2021, 2, 3)})
		a = p.submit(who, a)
		p.at(on(2021, 2, 22), 10)
		apps = append(apps, p.endorse(p.who("daegu"), a))
		amounts = append(amounts, halves(money.Must(100_000_000)))
	}
	p.at(on(2021, 3, 8), 9)
	p.tick()
	p.published(call, "2021년 3월 22일 행정안전부 발표. 지방비가 시비인지 구비인지는 알려지지 않아 시비로 적었습니다.", on(2021, 3, 19), on(2021, 3, 22), apps, amounts)
}

// entry is one government's application on its way to the result.
type entry struct {
	app     application.Application
	checker authz.Actor // of the 시·도 above
	amounts money.BySource
}

// call2022 is the real call with its 35 selected governments.
func (p *play) call2022() {
	p.at(on(2021, 12, 6), 10)
	p.appropriate(p.real, 2022, 1_750_000_000, "35개 사업의 국비")
	in := p.callInput(p.real, 2022, "2022년 사회적경제 민·관 협업체계 구축사업", on(2021, 12, 22), on(2022, 2, 10), on(2022, 3, 1), on(2022, 12, 31))
	in.Summary = "시·도도 처음으로 신청할 수 있습니다. 마감 시각은 알려지지 않아 18시로 적었습니다."
	p.call22 = p.opened(in)
	p.at(on(2022, 2, 8), 10)
	entries := append(p.ofDaegu(), p.ofOthers()...)
	p.at(on(2022, 2, 14), 10)
	var apps []application.Application
	var amounts []money.BySource
	for _, e := range entries {
		if e.app.ProvinceID != 0 {
			e.app = p.endorse(e.checker, e.app)
		}
		apps, amounts = append(apps, e.app), append(amounts, e.amounts)
	}
	p.at(on(2022, 2, 23), 9)
	p.tick()
	p.published(p.call22, "2022년 3월 1일 행정안전부 발표(49개 신청, 35개 선정). 대구 밖의 지방비 구성과 심사 점수는 공개되지 않아 시연용으로 적었습니다.",
		on(2022, 2, 28), on(2022, 3, 1), apps, amounts)
	p.at(on(2022, 3, 14), 10)
	for i, a := range apps {
		who := p.who("records")
		if i < len(daeguSeats) {
			who = p.who(daeguSeats[i])
		}
		p.won22[a.GovernmentID] = p.granted(who, a.ID)
	}
}

// daeguSeats write for the three governments of Daegu, in the order of the facts.
var daeguSeats = []string{"daegu", "donggu", "namgu"}

// ofDaegu are the three known projects.
func (p *play) ofDaegu() (out []entry) {
	for i, pr := range p.facts.Rounds[1].Daegu.Projects {
		who := p.who(daeguSeats[i])
		a := p.apply(who, p.call22.ID, organization.ID(who.Grants[0].Government), plan{title: pr.Name, about: madeUp, share: halves,
			partner: pr.Partner, area: "판로 확대", acts: pr.Activities, heldOn: on(2022, 1, 20)})
		out = append(out, entry{p.submit(who, a), p.who("daegu"), pr.BySource})
	}
	return out
}

// ofOthers are the 32 selected governments outside Daegu, of which the press tells
// the name and the total.
func (p *play) ofOthers() (out []entry) {
	selected := p.facts.Rounds[1].Selected
	names := slices.SortedFunc(maps.Keys(selected), func(a, b string) int { return cmp.Compare(provinces[a], provinces[b]) })
	for _, name := range names {
		if name == "대구" {
			continue
		}
		province, districts := p.province(provinces[name])
		checker := p.keeper("records2", "province", province)
		for _, short := range selected[name] {
			place, share := province, halves
			if short != "본청" {
				place, share = districts[short], quarters
			}
			if place == 0 {
				panic(failure{fmt.Errorf("%s %s is not a local government of 2022", name, short)})
			}
			who := p.keeper("records", "officer", place)
			a := p.apply(who, p.call22.ID, place, plan{title: name + " " + short + " 민·관 협업 사업(사업명 미공개)", about: madeUp, share: share,
				area: "판로 확대", acts: []string{"세부 사업(미공개)"}, heldOn: on(2022, 1, 20)})
			out = append(out, entry{p.submit(who, a), checker, share(money.Must(100_000_000))})
		}
	}
	return out
}

// province is a 시·도 of 2022 and its districts by their short names.
func (p *play) province(code string) (id organization.ID, districts map[string]organization.ID) {
	districts = map[string]organization.ID{}
	p.look(func(ctx context.Context, tx *work.Tx) error {
		o, err := organization.ByRegion(ctx, tx, code)
		if err != nil {
			return err
		}
		id = o.ID
		list, err := organization.Districts(ctx, tx, id)
		for _, d := range list {
			districts[d.Name] = d.ID
		}
		return err
	})
	return id, districts
}

// daegu spends and settles the three projects of Daegu. What they spent is made up.
func (p *play) daegu() {
	earned := []interest{{12_345, "3412"}, {8_731, "7750"}, {10_007, "2208"}}
	for i, login := range daeguSeats {
		c := crew{holder: p.who(login), payer: p.who("daegu"), approver: p.who("daegu2")}
		a := p.won22[organization.ID(c.holder.Grants[0].Government)]
		p.at(on(2022, 3, 25), 10+i)
		a = p.started(c, a)
		p.paid(c, a, 6_000, "")
		lines := must(p.awards.Show(p.ctx, c.holder, a.ID)).Lines
		p.spent(c, a, bills(lines, on(2022, 4, 4), on(2022, 12, 16), 6, i), map[calendar.Date]func(){
			on(2022, 6, 20): func() { p.paid(c, a, 10_000, "중간 점검을 마친 뒤") },
		})
		p.mistakes(c, a, login)
		p.at(on(2022, 12, 31), 18)
		must(p.awards.End(p.ctx, c.holder, a.ID))
		p.settled(c, a, earned[i], on(2023, 2, 6), "세 분야의 협업 활동을 마쳤습니다. 집행 내용과 이자는 시연을 위해 지어낸 것입니다.")
	}
}

// mistakes are what goes wrong in a year: 동구 enters a bill twice and takes it back,
// 대구시 does not accept one of 남구's.
func (p *play) mistakes(c crew, a award.Award, login string) {
	p.at(on(2022, 12, 20), 10)
	d := must(p.awards.Show(p.ctx, c.holder, a.ID))
	switch login {
	case "donggu":
		e := p.record(c.holder, a, bill{on(2022, 12, 19), d.Lines[3], 7, d.Lines[3].Left})
		must(p.spending.Reverse(p.ctx, c.holder, e.ID, "같은 임차료를 두 번 입력해 되돌립니다.(가상)"))
	case "namgu":
		list := must(p.spending.List(p.ctx, p.who("daegu"), page.Request{Size: page.MaxSize, Filters: map[string]string{"award": fmt.Sprint(a.ID)}}))
		k := slices.IndexFunc(list.Items, func(r execution.Row) bool { return r.EvidenceKind == execution.CardSlip })
		must(p.spending.Reject(p.ctx, p.who("daegu"), list.Items[k].ID, "회의와 관계없는 식비입니다.(가상)"))
	}
}
