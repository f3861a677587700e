package demo

import (
	"bytes"
	"fmt"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

// madeUp is what stands where no public text is known.
const madeUp = "공개된 계획서가 없어 시연을 위해 쓴 글입니다."

// plan is a project plan as the demonstration writes it.
type plan struct {
	title    string
	about    string // one sentence for every section
	share    func(money.Amount) money.BySource
	partner  string
	area     string
	acts     []string
	heldOn   calendar.Date // of the committee
	total    money.Amount  // zero: the cap
	sections int           // how many sections are written; 0: all
}

// halves splits an even amount between 국비 and 시도비.
func halves(a money.Amount) money.BySource {
	half := a.Share(5_000, money.Floor)
	return money.BySource{National: a.Sub(half), Sido: half}
}

// quarters splits an amount half 국비, a quarter 시도비, a quarter 시군구비.
func quarters(a money.Amount) money.BySource {
	quarter := a.Share(2_500, money.Floor)
	return money.BySource{National: a.Sub(quarter).Sub(quarter), Sido: quarter, Sigungu: quarter}
}

// apply begins an application and writes its plan.
func (p *play) apply(who authz.Actor, call program.CallID, government organization.ID, pl plan) application.Application {
	a := must(p.apps.Create(p.ctx, who, call, government, pl.title))
	w := must(p.apps.Workspace(p.ctx, who, a.ID))
	for i, s := range w.Sections {
		if pl.sections == 0 || i < pl.sections {
			must(p.apps.SaveSection(p.ctx, who, a.ID, s.Kind, 0, fmt.Sprintf("%s. %s", pl.title, pl.about)))
		}
	}
	if pl.sections != 0 {
		return a
	}
	must(p.apps.SaveDeliberation(p.ctx, who, a.ID, 0, &application.Deliberation{Committee: "사회적경제위원회", HeldOn: pl.heldOn,
		Agenda: pl.title + " 신청", Decision: "approved", Note: "심의일은 시연을 위해 적은 날입니다."}))
	if pl.partner != "" {
		must(p.apps.SavePartners(p.ctx, who, a.ID, 0, []application.Partner{{Name: pl.partner, Role: "사업 수행 협력"}}))
	}
	var acts []application.Activity
	for _, title := range pl.acts {
		acts = append(acts, application.Activity{Area: pl.area, Title: title, StartsOn: w.Call.ProjectFrom, EndsOn: w.Call.ProjectTo})
	}
	must(p.apps.SaveActivities(p.ctx, who, a.ID, 0, acts))
	must(p.apps.SaveIndicators(p.ctx, who, a.ID, 0, []application.Indicator{{Name: "참여 사회적경제기업 수", Formula: "사업에 참여한 기업의 수", Unit: "개",
		Baseline: "0", Target: "20", Evidence: "참여 확인서(가상)"}}))
	must(p.apps.SaveLines(p.ctx, who, a.ID, 0, p.lines(w.Call, pl), false))
	for _, wanted := range w.Documents {
		if wanted.Required {
			must(p.apps.Upload(p.ctx, who, a.ID, application.Paper{Code: wanted.Code}, wanted.Title+"(가상).pdf", bytes.NewReader(samplePDF)))
		}
	}
	return must(p.apps.Show(p.ctx, who, a.ID)).Application
}

// lines is the sample budget of 100 million won with its sources, scaled to the plan.
func (p *play) lines(call program.Call, pl plan) []application.BudgetLine {
	weights := make([]int64, len(p.facts.Budget))
	for i, b := range p.facts.Budget {
		weights[i] = b.Amount.Int64()
	}
	total := pl.total
	if total.IsZero() {
		total = call.Cap
	}
	parts, one := must(total.Split(weights...)), 1
	out := make([]application.BudgetLine, len(weights))
	for i, b := range p.facts.Budget {
		code := b.Code
		if code == "320-01" {
			code = "320-09" // 고용부담금 in the code list (decisions 10)
		}
		out[i] = application.BudgetLine{Code: code, Description: b.Name, UnitPrice: &parts[i], Quantity: &one, Times: &one, Amounts: pl.share(parts[i])}
	}
	return out
}

// submit hands an application in.
func (p *play) submit(who authz.Actor, a application.Application) application.Application {
	return must(p.apps.Submit(p.ctx, who, a.ID, a.Version, a.DraftVersion))
}

// endorse forwards a district's application.
func (p *play) endorse(who authz.Actor, a application.Application) application.Application {
	return must(p.apps.Endorse(p.ctx, who, a.ID, a.Version, "지역 현안과 위원회 심의 내용에 맞는 계획입니다.(가상)", nil))
}

// callInput is a call of the demonstration on the real programme's terms: 국비 half
// of at most 100,000,000 won, the default rubric.
func (p *play) callInput(id program.ID, year int, title string, opens, closes calendar.Date, from, to calendar.Date) program.CallInput {
	in := program.CallInput{
		ProgramID: id, FiscalYear: year, Title: title, Summary: "시연을 위해 지어낸 공모입니다.", OpensAt: calendar.Instant(opens, 9, 0), ClosesAt: calendar.Instant(closes, 18, 0),
		EndorseUntil: calendar.Instant(closes.AddDays(7), 18, 0), CorrectUntil: calendar.Instant(closes.AddDays(12), 18, 0),
		ProjectFrom: from, ProjectTo: to, Cap: money.Must(100_000_000), Applicants: program.Words{"sido", "sigungu"}, CodeSet: program.NationalCodes,
		NeedsDeliberation: true, DropFrom: 3, Sections: program.DefaultSections(), Agenda: p.facts.Programme.Areas,
		Matching: program.Matching{NationalBps: p.facts.Programme.Rate, NationalExact: true, SidoMax: 5_000, SigunguMax: 5_000},
	}
	for _, k := range p.facts.Rubric {
		in.Rubric.Criteria = append(in.Rubric.Criteria, program.Criterion{Title: k.Criterion, Max: k.Max})
	}
	for _, b := range p.facts.Bonus {
		in.Rubric.Bonus = append(in.Rubric.Bonus, program.BonusItem{Title: b.Reason, Points: b.Points})
	}
	if id == p.made {
		described(&in)
	}
	return in
}

// opened makes a call, announces it ten days before it opens, and opens it; without
// stages it is judged on paper alone.
func (p *play) opened(in program.CallInput, stages ...program.StageInput) program.Call {
	manager := p.who("manager")
	opens := calendar.Today(in.OpensAt)
	p.at(opens.AddDays(-10), 10)
	call := must(p.programs.CreateCall(p.ctx, manager, in))
	if len(stages) > 0 {
		must(p.programs.SetStages(p.ctx, manager, call.ID, stages, ""))
	}
	must(p.programs.Announce(p.ctx, manager, call.ID, call.Version))
	p.at(opens, 9)
	p.tick()
	return must(p.programs.Call(p.ctx, manager, call.ID)).Call
}

// samplePDF is a page that says it is made up.
var samplePDF = []byte(`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>endobj
4 0 obj<</Length 58>>stream
BT /F1 20 Tf 72 760 Td (Sample document, fictitious) Tj ET
endstream
endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
`)
