package e2e_test

import (
	"strings"
	"time"

	"eoul/pkg/money"
)

// finish ends the projects and settles them, from the interest to the last receipt.
func (p *pages) finish() {
	p.s.at(2022, time.December, 31, 18)
	for _, a := range p.parts {
		p.as(a.login, a.award)
		p.unfold("집행 마감")
		p.press("집행 마감", "더는 교부받거나")
		p.told("집행을 마감했습니다.")
	}
	p.s.at(2023, time.February, 6, 10)
	p.report(p.parts[0], "12,345", "1", shares(p.t, "6,173", "6,172"))
	// In units of ten won each share loses what is below.
	p.report(p.parts[1], "8,731", "10", shares(p.t, "4,360", "4,360"))
	p.report(p.parts[2], "10,007", "1", shares(p.t, "5,004", "5,003"))
	for _, a := range p.parts[1:] {
		p.as("daegu", a.settlement)
		p.press("확인", "main")
	}
	for _, step := range []struct{ login, verb string }{{"manager", "검토 완료"}, {"decider", "금액 확정"}, {"finance", "반납고지"}} {
		for _, a := range p.parts {
			p.as(step.login, a.settlement)
			p.press(step.verb, "main")
			p.Wait(`!document.querySelector(".summary-of-errors")`)
		}
	}
	p.s.at(2023, time.March, 6, 10)
	for _, a := range p.parts {
		p.repay(a)
	}
}

// report makes a settlement with its interest and hands it in.
func (p *pages) report(a *part, interest, unit string, want money.BySource) {
	p.t.Helper()
	p.as(a.login, a.award)
	p.press("정산 시작", "main")
	a.settlement = "/settlements/" + p.number("/settlements")
	p.find("a.button", "이자", "main") // the table has a link of the same name, to the ledger
	p.Follow("[data-walk]")
	p.look()
	p.fill("account_tail", "3412", "from", "2022-03-25", "to", "2022-12-31", "amount", interest)
	p.choose("sources", "national")
	p.choose("sources", "sido")
	p.choose("unit", unit)
	p.press("적기", "main")
	p.told("적은 금액을 재원별로 나누어 원장에 기록했습니다.")
	a.book.interest = want
	p.told(want.National.Comma())
	p.fill("report", "세 분야의 협업 활동을 마쳤습니다.")
	p.press("저장", "main")
	p.told("실적보고를 저장했습니다.")
	p.press("제출", "main")
	p.told("정산을 제출했습니다.")
}

// repay pays what was notified, the first notice in two receipts, and closes.
func (p *pages) repay(a *part) {
	p.t.Helper()
	for _, s := range []money.Source{money.National, money.Sido} {
		p.as("finance", a.settlement)
		p.find("a", p.notice(s), "main")
		p.Follow("[data-walk]")
		p.look()
		due := a.book.due().At(s)
		if got := won(p.t, p.Value("#f-amount")); got != due {
			p.t.Errorf("%s of %s: %s won are notified, want %s", s.Label(), a.place, got.Comma(), due.Comma())
		}
		if s == money.National && a == p.parts[0] {
			p.fill("amount", "1", "receipt_no", "2023-가-0")
			p.press("수납 적기", "main")
		}
		p.fill("receipt_no", "2023-가-1")
		p.press("수납 적기", "main")
		p.told("완납")
	}
	p.as("finance", a.settlement)
	p.press("종결", "main")
	p.told("정산을 종결했습니다.")
}

// notice is the number of the notice of one source on the settlement's page.
func (p *pages) notice(s money.Source) string {
	p.t.Helper()
	for _, line := range strings.Split(p.Text(`[aria-label="반납"] tbody`), "\n") {
		if strings.Contains(line, "\t"+s.Label()+"\t") {
			number, _, _ := strings.Cut(line, "\t")
			return number
		}
	}
	p.t.Fatalf("no notice for %s: %s", s.Label(), p.Text("main"))
	return ""
}
