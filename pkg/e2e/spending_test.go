package e2e_test

import (
	"fmt"
	"time"

	"eoul/pkg/money"
)

// bill is one expenditure as it is typed. Without shares the page divides it.
type bill struct {
	line, item, on string
	supply, vat    string
	national, sido string
	want           money.BySource // what the page must propose, when it is known
}

// spend enters odd amounts: divided by the page, divided by hand, entered twice and
// taken back, and one that is not accepted.
func (p *pages) spend() {
	p.s.at(2022, time.December, 20, 10)
	city, dong, nam := p.parts[0], p.parts[1], p.parts[2]
	p.as(city.login, city.award+"/expenditures")
	half := func(national, sido string) money.BySource { return shares(p.t, national, sido) }
	p.book(city, bill{line: "210-01", item: "어울뜰장터 운영", on: "2022-05-13", supply: "30,864,197", vat: "3,086,420", want: half("16,975,309", "16,975,308")})
	// The split of the sum so far, less what was split before: the odd won changes sides.
	p.book(city, bill{line: "210-14", item: "공동마케팅 용역", on: "2022-09-30", supply: "39,999,999", want: half("19,999,999", "20,000,000")})
	p.book(city, bill{line: "240-01", item: "협의회 회의", on: "2022-10-07", supply: "2,132,434", vat: "213,243", national: "1,172,839", sido: "1,172,838"})
	twice := p.book(city, bill{line: "210-01", item: "현수막", on: "2022-11-01", supply: "1,000,001", national: "500,001", sido: "500,000"})
	p.press(twice, "현수막")
	p.unfold("정정")
	p.fill("reason", "같은 현수막을 두 번 입력했습니다.")
	p.press("정정", "정정 사유")
	p.told("정정했습니다.")
	city.book.spent = city.book.spent.Sub(half("500,001", "500,000"))
	city.book.bills++

	p.as(dong.login, dong.award+"/expenditures")
	p.book(dong, bill{line: "210-01", item: "온라인 입점 지원", on: "2022-06-03", supply: "55,555,555"})
	p.book(dong, bill{line: "210-07", item: "공동판매전 임차", on: "2022-10-21", supply: "38,888,888"})
	meal := p.book(dong, bill{line: "210-01", item: "직원 회식", on: "2022-12-16", supply: "1,010,101", vat: "101,010", national: "555,556", sido: "555,555"})
	p.over(dong)
	p.as(nam.login, nam.award+"/expenditures")
	p.book(nam, bill{line: "210-14", item: "판로 지원 용역", on: "2022-11-30", supply: "99,999,997"})

	p.as("daegu", "/expenditures")
	p.press(meal, "직원 회식")
	p.unfold("불인정")
	p.fill("reason", "사업과 관계없는 식비입니다.")
	p.press("불인정", "불인정 사유")
	p.told("불인정했습니다.")
	dong.book.disallowed = half("555,556", "555,555")
	p.as("manager", nam.award+"/expenditures")
	p.Follow("tbody th a")
	p.press("인정", "main")
	p.told("집행을 인정했습니다.")
}

// book types a bill and books it; it answers with the number of the row.
func (p *pages) book(a *part, b bill) string {
	p.t.Helper()
	p.fill("line", b.line, "occurred_on", b.on, "item", b.item, "payee", "대구상사", "business_no", "000-00-00015", "supply", b.supply, "vat", b.vat,
		"evidence_kind", "전자세금계산서", "evidence_no", b.on+"-"+b.line)
	p.choose("method", "transfer")
	if b.national == "" {
		p.press("비율대로 나누기", "main")
		p.told("비율대로 채웠습니다")
	} else {
		p.fill("amounts.national", b.national, "amounts.sido", b.sido)
	}
	p.Upload("#f-file", p.paper("세금계산서.pdf"))
	typed := shares(p.t, p.Value("#f-amounts-national"), p.Value("#f-amounts-sido"))
	if !b.want.IsZero() && typed != b.want {
		p.t.Errorf("%s of %s is divided into %v, want %v", b.item, a.place, typed, b.want)
	}
	p.press("등록", "main")
	p.told("집행을 등록했습니다.")
	a.book.spent = a.book.spent.Add(typed)
	a.book.bills++
	return fmt.Sprintf("%s-%d", p.Text(".page-lead")[:len("G-2022-00000")], a.book.bills)
}

// over tries to spend a won more than the line has left.
func (p *pages) over(a *part) {
	p.t.Helper()
	p.fill("line", "210-07", "occurred_on", "2022-12-16", "item", "임차료", "payee", "대구상사", "business_no", "000-00-00015", "supply", "2", "vat", "",
		"amounts.national", "1", "amounts.sido", "1", "evidence_kind", "전자세금계산서")
	p.choose("method", "transfer")
	p.press("등록", "main")
	if p.Count(".summary-of-errors") != 1 {
		p.t.Errorf("%s spent more than the line has: %s", a.place, p.Text("main"))
	}
}
