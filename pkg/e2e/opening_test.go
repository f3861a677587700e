package e2e_test

import (
	"strings"
	"time"

	"eoul/pkg/browsertest"
)

// pages is the case as it goes through the browser.
type pages struct {
	*walk
	program string // paths
	call    string
	round   string
	choice  string // of the selection
	parts   []*part
}

// part is one of the three projects with what was typed for it.
type part struct {
	login, place string
	title        string
	application  string // paths
	award        string
	settlement   string
	receipt      string
	lines        []budgetLine
	book         book
}

// budgetLine is a row of the budget grid.
type budgetLine struct{ code, text, amount string }

// projects are the three that Daegu ran in 2022.
func projects() []*part {
	return []*part{
		{login: "daegu", place: daegu, title: "대구 사회적경제유통지원센터(어울뜰) 판로확대 사업", lines: []budgetLine{
			{"210-01", "어울뜰장터 개최", "54,321,000"}, {"210-14", "공동마케팅 용역", "40,000,000"}, {"240-01", "협의회 운영", "5,679,000"}}},
		{login: "donggu", place: donggu, title: "동구에서 “사기 UP 충전”", lines: []budgetLine{
			{"210-01", "온라인시장 진출 지원", "61,111,111"}, {"210-07", "공동판매전 임차", "38,888,889"}}},
		{login: "namgu", place: namgu, title: "남구 새(Se)로운 협-UP 프로젝트", lines: []budgetLine{
			{"210-14", "판로 지원 용역", "100,000,000"}}},
	}
}

// open makes the programme, its money and the call: three people of the ministry.
func (p *pages) open() {
	p.s.at(2021, time.December, 6, 10)
	p.as("manager", "/programs")
	p.press("사업 만들기", "main")
	p.fill("name", "사회적경제 민·관 협업체계 구축사업", "ministry_id", haengan, "purpose", "지역 현안을 민·관이 함께 풀도록 지원합니다.",
		"legal_basis", "보조금 관리에 관한 법률", "agenda", "판로 확대, 인재양성")
	p.press("저장", "main")
	p.program = "/programs/" + p.number("/programs")

	p.as("finance", p.program)
	p.press("예산 등록", "main")
	p.fill("fiscal_year", "2022", "reason", "본예산", "limits.sido", "160,000,000")
	p.press("저장", "main") // 국비 must be written
	p.told("국비")
	p.fill("limits.national", "150,000,000")
	p.press("저장", "main")
	p.told("예산을 등록했습니다.")

	p.as("manager", p.program)
	p.press("공모 만들기", "main")
	p.fill("fiscal_year", "2022", "title", "2022년 사회적경제 민·관 협업체계 구축사업", "summary", "시·도도 처음으로 신청할 수 있습니다.", "agenda", "판로 확대, 인재양성",
		"opens_at", "2021-12-22T09:00", "closes_at", "2022-02-10T18:00", "endorse_until", "2022-02-17T18:00", "correct_until", "2022-02-22T18:00",
		"project_from", "2022-03-01", "project_to", "2022-12-31", "cap", "100,000,000", "rubric.bonus.0.title", "인구감소지역", "rubric.bonus.0.points", "3")
	p.press("저장", "main")
	p.told("공모를 만들었습니다.")
	p.call = "/calls/" + p.number("/calls")
	p.unseen("donggu", p.call)
	p.as("manager", p.call)
	p.press("공고", "main")
	p.told("접수 시작을 기다리고 있습니다")

	p.s.at(2021, time.December, 22, 9)
	p.s.tick()
	p.asNobody("/public")
	p.press("2022년 사회적경제 민·관 협업체계 구축사업", "main")
	p.told("남았습니다")
}

// unseen makes sure that a page is not there for a person.
func (p *pages) unseen(login, path string) {
	p.t.Helper()
	p.as(login, "/")
	p.Open(path)
	if got := browsertest.Eval[string](p.Browser, "document.title"); !strings.Contains(got, "찾을 수 없") {
		p.t.Errorf("%s sees %s: %q", login, path, got)
	}
}
