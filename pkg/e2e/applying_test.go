package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"eoul/pkg/application"
	"eoul/pkg/calendar"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/program"
)

// paper is a file as it is attached.
func (w *walk) paper(name string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	w.s.must(os.WriteFile(path, []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"), 0o600))
	return path
}

// apply writes and hands in the three plans: 대구시 everything by hand, 동구 what is not
// prose, 남구 the budget and the files.
func (p *pages) apply() {
	p.s.at(2022, time.February, 8, 10)
	for i, a := range p.parts {
		p.begin(a)
		if i > 0 {
			p.prefill(a, i == 2)
		}
		p.complete(a)
	}
}

// begin makes the application of one government, from the page of the call.
func (p *pages) begin(a *part) {
	p.t.Helper()
	p.as(a.login, p.call)
	p.press("신청서 쓰기", "main")
	p.fill("government_id", a.place, "title", a.title)
	p.press("신청서 만들기", "main")
	p.told("신청서를 만들었습니다.")
	a.application = "/applications/" + p.number("/applications")
}

// complete does what the plan's page says is next until it can be handed in.
func (p *pages) complete(a *part) {
	p.t.Helper()
	p.as(a.login, a.application+"/plan")
	for n := 0; !strings.HasSuffix(p.Path(), "/check"); n++ {
		if n > 15 {
			p.t.Fatalf("the plan of %s is never complete: %s", a.login, p.shown())
		}
		p.Follow(".todo .button-primary")
		p.look()
		p.write(a)
	}
	p.handIn(a)
}

// write fills in the part of a plan that is shown and goes back to the list.
func (p *pages) write(a *part) {
	p.t.Helper()
	_, name, _ := strings.Cut(p.Path(), "/plan/")
	switch {
	case strings.HasPrefix(name, "section."):
		p.fill("text", a.title+"의 "+name+"에 적은 글입니다.")
	case name == application.PartLines:
		p.budget(a)
	case name == application.PartDeliberation:
		p.fill("committee", "사회적경제위원회", "held_on", "2022-01-20", "agenda", a.title+" 신청", "decision", "원안")
	case name == application.PartPartners:
		p.fill("partners.0.name", "사회적경제지원센터", "partners.0.role", "사업 수행 협력")
	case name == application.PartActivities:
		p.fill("activities.0.title", "공동 판매", "activities.0.area", "판로 확대", "activities.0.content", "장터를 엽니다.",
			"activities.0.starts_on", "2022-03-01", "activities.0.ends_on", "2022-12-31")
	case name == application.PartIndicators:
		p.fill("indicators.0.name", "참여 기업 수", "indicators.0.formula", "참여한 기업의 수", "indicators.0.unit", "개",
			"indicators.0.baseline", "0", "indicators.0.target", "20", "indicators.0.evidence", "참여 확인서")
	case name == application.PartAttachments:
		p.fill("code", "사회적경제위원회 심의 결과")
		p.Upload("#f-file", p.paper("심의 결과.pdf"))
		p.upload()
		p.told("심의 결과.pdf")
		p.press("목록으로", "main")
		return
	case strings.HasSuffix(p.Path(), "/check"):
		return
	default:
		p.t.Fatalf("no part of a plan is at %s", p.Path())
	}
	p.press("저장하고 목록으로", "main")
}

// upload presses the button; with scripts the file goes up beside the page.
func (p *pages) upload() {
	p.t.Helper()
	if p.scripts {
		p.Click("form[data-upload] .button-primary")
		p.Wait(`document.querySelector(".upload-done") && document.querySelector(".paper-file")`)
	} else {
		p.Follow("form[data-upload] .button-primary")
	}
	p.look()
}

// budget types the grid: 대구시 each source by hand, with a mistake of one won that the
// page finds; the others the totals, which the page divides.
func (p *pages) budget(a *part) {
	p.t.Helper()
	for i, l := range a.lines {
		row := fmt.Sprintf("lines.%d.", i)
		half, err := won(p.t, l.amount).Split(1, 1)
		p.s.must(err)
		p.fill(row+"code", l.code, row+"description", l.text)
		if a.login == "daegu" {
			p.fill(row+"national", half[0].Comma(), row+"sido", half[1].Comma())
		} else {
			p.fill(row+"unit_price", l.amount, row+"quantity", "1", row+"times", "1")
		}
	}
	if a.login != "daegu" {
		p.press("비율대로 채우기", "main")
		p.told("저장했습니다.")
		return
	}
	right := p.Value("#f-lines-0-sido")
	p.fill("lines.0.sido", won(p.t, right).Sub(money.Must(1)).Comma())
	p.press("저장", "main")
	p.told("차액 1")
	p.fill("lines.0.sido", right)
	p.press("저장", "main")
	if got := p.Text(`tfoot [data-output="sum.total"]`); got != "100,000,000" {
		p.t.Errorf("the budget of %s adds up to %s", a.place, got)
	}
}

// handIn checks the whole plan, hands it in and keeps the receipt.
func (p *pages) handIn(a *part) {
	p.t.Helper()
	p.choose("agreed", "")
	p.press("제출", "main")
	p.told("제출했습니다")
	a.receipt = p.Text(".receipt-number")
	p.told("총사업비")
	p.told("100,000,000원 (국비 50,000,000원 · 시도비 50,000,000원")
	a.book.planned = shares(p.t, "50,000,000", "50,000,000")
	p.press("신청서로 가기", "main")
	p.told(a.receipt)
}

// prefill writes the prose of a plan, and with all everything but the budget, as a
// program of the applicant may.
func (p *pages) prefill(a *part, all bool) {
	p.t.Helper()
	apps, who, ctx := p.s.services.Applications, p.s.who(a.login), p.t.Context()
	var id application.ID
	_, err := fmt.Sscanf(a.application, "/applications/%d", &id)
	p.s.must(err)
	for _, section := range program.DefaultSections() {
		_, err := apps.SaveSection(ctx, who, id, section.Kind, 0, a.title+". "+section.Title)
		p.s.must(err)
	}
	if !all {
		return
	}
	_, err = apps.SaveDeliberation(ctx, who, id, 0, &application.Deliberation{Committee: "사회적경제위원회", HeldOn: calendar.Must(2022, time.January, 20),
		Agenda: a.title, Decision: "approved"})
	p.s.must(err)
	_, err = apps.SaveActivities(ctx, who, id, 0, []application.Activity{{Area: "판로 확대", Title: "판로 지원",
		StartsOn: calendar.Must(2022, time.March, 1), EndsOn: calendar.Must(2022, time.December, 31)}})
	p.s.must(err)
	_, err = apps.SaveIndicators(ctx, who, id, 0, []application.Indicator{{Name: "참여 기업 수", Formula: "참여한 기업의 수", Unit: "개", Baseline: "0", Target: "20", Evidence: "확인서"}})
	p.s.must(err)
}

// endorse is 대구시's part: 남구's plan goes back once, then both are recommended; its
// own needs nobody's recommendation.
func (p *pages) endorse() {
	dong, nam := p.parts[1], p.parts[2]
	p.s.at(2022, time.February, 14, 10)
	p.as("daegu", p.parts[0].application)
	p.told("접수")
	p.as("daegu", nam.application)
	p.Follow(".todo .button-primary")
	p.look()
	p.fill("reason", "예산의 산출 근거를 더 적어 주십시오.")
	p.press("보완 요청", "보완을 요청하는 까닭")
	p.told("보완을 요청했습니다.")
	p.as("namgu", nam.application)
	p.told("예산의 산출 근거를 더 적어 주십시오.")
	p.Open(nam.application + "/plan/lines")
	p.fill("lines.0.description", "판로 지원 용역(월 1회, 열 달)")
	p.press("저장하고 목록으로", "main")
	p.press("확인하고 제출", "지금 할 일")
	first := nam.receipt
	p.handIn(nam)
	if nam.receipt != first {
		p.t.Errorf("handed in again, the receipt %s became %s", first, nam.receipt)
	}
	for i, a := range []*part{dong, nam} {
		p.as("daegu", a.application)
		p.Follow(".todo .button-primary")
		p.fill("opinion", "지역 현안에 맞는 계획입니다.", "rank", fmt.Sprint(i+1))
		p.press("추천", "main")
		p.told("추천했습니다.")
	}
	if n := p.governmentsOfReceipts(); n != 3 {
		p.t.Errorf("%d receipt numbers for three governments", n)
	}
}

func (p *pages) governmentsOfReceipts() int {
	all := map[string]organization.ID{}
	for _, a := range p.parts {
		all[a.receipt] = p.s.places[a.place]
	}
	return len(all)
}
