package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"eoul/pkg/api"
	"eoul/pkg/application"
	"eoul/pkg/award"
	"eoul/pkg/dbtest"
	"eoul/pkg/document"
	"eoul/pkg/fixture"
	"eoul/pkg/identity"
	"eoul/pkg/web/webtest"
)

// moneySite is a site with everything from the grant to the repayment.
type moneySite struct {
	*webtest.Site
	fixture.Company
	d *dbtest.DB
}

func newMoneySite(t *testing.T) moneySite {
	t.Helper()
	d := dbtest.New(t)
	d.Clock(t, webtest.Now())
	store, err := document.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := moneySite{d: d, Company: fixture.Cast(t, d)}
	s.Site = webtest.New(t, api.NewServices(d.Work, identity.New(d.Work, d.DB), store))
	return s
}

func (s moneySite) published(t *testing.T) application.ID {
	t.Helper()
	return fixture.Published(t, s.d, fixture.Call(t, s.d, s.Company), s.NaruProject())[0]
}

func reason(text string) url.Values { return url.Values{"reason": {text}} }

// TestMoneyJourney goes from the request for the grant to the closed settlement with
// forms alone, each person in their own window.
func TestMoneyJourney(t *testing.T) {
	t.Parallel()
	s := newMoneySite(t)
	app := s.published(t)
	officer, manager, decider := s.As(s.Officer), s.As(s.Manager), s.As(s.Decider)
	finance, finance2, province, approver := s.As(s.Finance), s.As(s.Finance2), s.As(s.Province), s.As(s.ProvinceApprover)

	officer.Get(fmt.Sprintf("/applications/%d", app)).Want(t, 200, fmt.Sprintf("/awards/new?application=%d", app))
	officer.Get(fmt.Sprintf("/awards/new?application=%d", app)).Want(t, 200, "선정된 금액", "33,226,500", "홍보물 제작")
	officer.Post("/awards", url.Values{"application": {fmt.Sprint(app)}, "lines.0.code": {"210-01"}, "lines.0.amounts.national": {"1"}}).
		Want(t, 422, "선정액 50,000,000원, 항목 합계 1원")
	officer.Post("/awards", url.Values{"application": {fmt.Sprint(app)}}).Leads(t, "/awards/1")
	officer.Get("/awards/1").Want(t, 200, "교부신청", "부처의 검토를 기다리고", "100,000,000").Lacks(t, `action="/awards/1/grant"`)

	manager.Get("/awards/1").Want(t, 200, "검토하기")
	manager.Get("/awards/1/examine").Want(t, 200, "보조금법 §22")
	manager.Post("/awards/1/examine", url.Values{"conditions": {" "}}).Want(t, 422, "하나 이상")
	manager.Post("/awards/1/examine", url.Values{"conditions": {"목적에 맞게 씁니다.\r\n기한을 지킵니다."}}).Leads(t, "/awards/1")
	decider.Get("/awards/1").Want(t, 200, `action="/awards/1/grant"`)
	decider.Post("/awards/1/grant", nil).Leads(t, "/awards/1")
	officer.Post("/awards/1/start", nil).Leads(t, "/awards/1")
	officer.Get("/awards/1").Want(t, 200, "확보 적기", "25,000,000원을 더 확보", "기한을 지킵니다.")

	officer.Get("/awards/1/secure").Want(t, 200, "20,000,000")
	officer.Post("/awards/1/secure", url.Values{"amounts.national": {"5"}, "on": {"2026-03-02"}}).Want(t, 422, "교부받는 재원")
	officer.Post("/awards/1/secure", url.Values{"amounts.sigungu": {"20,000,000"}, "amounts.own": {"5,000,000"}, "on": {"2026-03-02"}, "note": {"1회 추경"}}).Leads(t, "/awards/1")

	officer.Get("/awards/1/tranches/new").Want(t, 200, "50,000,000원", "25,000,000원")
	officer.Post("/awards/1/tranches", url.Values{"payer_kind": {"ministry"}, "amount": {"50,000,001"}}).Want(t, 422, "50,000,000원까지")
	officer.Post("/awards/1/tranches", url.Values{"payer_kind": {"ministry"}, "amount": {"50,000,000"}}).Leads(t, "/tranches/1")
	officer.Post("/awards/1/tranches", url.Values{"payer_kind": {"sido"}, "amount": {"25,000,000"}}).Leads(t, "/tranches/2")
	officer.Get("/awards/1").Want(t, 200, "나누어 교부하는 것이 원칙")
	finance.Get("/tranches?state=requested").Want(t, 200, "나루 어울림 장터", "1차")
	finance.Post("/tranches/1/draft", nil).Leads(t, "/tranches/1")
	finance.Post("/tranches/1/confirm", nil).Want(t, 409, "기안한 사람은 확정할 수 없습니다")
	finance.Post("/tranches/2/draft", nil).Want(t, 403)
	finance2.Get("/tranches/1").Want(t, 200, "지급 확정")
	key := url.Values{"request_key": {uuid.NewString()}}
	finance2.Post("/tranches/1/confirm", key).Leads(t, "/tranches/1")
	finance2.Post("/tranches/1/confirm", key).Leads(t, "/tranches/1") // twice is once
	province.Post("/tranches/2/draft", nil).Leads(t, "/tranches/2")
	approver.Post("/tranches/2/confirm", nil).Leads(t, "/tranches/2")
	officer.Post("/tranches/1/receive", url.Values{"received_on": {"2026-03-03"}}).Want(t, 422, "오늘")
	for _, id := range []string{"1", "2"} {
		officer.Post("/tranches/"+id+"/receive", url.Values{"received_on": {"2026-03-02"}}).Leads(t, "/tranches/"+id)
	}

	s.spend(t)
	s.settle(t)
}

// spend books, corrects and reviews expenditures of the award that runs.
func (s moneySite) spend(t *testing.T) {
	t.Helper()
	officer, manager := s.As(s.Officer), s.As(s.Manager)
	line := fixture.LinesOf(t, s.d, s.Officer, award.ID(1))[0].AccountID
	bill := func(pairs ...string) url.Values {
		v := url.Values{"line": {fmt.Sprint(line)}, "occurred_on": {"2026-03-02"}, "item": {"현수막 제작"}, "payee": {"어울림협동조합"}, "business_no": {"124-81-00998"},
			"method": {"transfer"}, "supply": {"1,000,001"}, "vat": {"100,000"}, "evidence_kind": {"tax_invoice"}, "evidence_no": {"A-1"}}
		return with(v, pairs...)
	}
	officer.Get("/awards/1/expenditures").Want(t, 200, "집행 등록", "남은 예산 66,453,000원")
	officer.Post("/awards/1/expenditures/propose", bill()).Want(t, 200, `value="550,001"`, "비율대로 채웠습니다", `value="현수막 제작"`)
	officer.Post("/awards/1/expenditures", bill("business_no", "124-81-00999", "amounts.own", "6,000,000")).Want(t, 422, "검증번호", "5,000,000원 남아 있어", "합계")
	officer.Post("/awards/1/expenditures", bill()).Leads(t, "/awards/1/expenditures")
	officer.Post("/awards/1/expenditures", bill("supply", "2,000,000", "vat", "", "evidence_no", "A-2")).Leads(t, "/awards/1/expenditures")
	officer.Post("/awards/1/expenditures", bill("supply", "333", "vat", "", "evidence_no", "A-3")).Leads(t, "/awards/1/expenditures")
	officer.Get("/awards/1/expenditures").Want(t, 200, "3,100,334", "63,352,666")
	evidence(t, officer, "/expenditures/1/attach", "세금계산서.pdf").Leads(t, "/expenditures/1")
	officer.Get("/expenditures/1").Want(t, 200, "세금계산서.pdf", "124-81-00998")
	officer.Get("/expenditures/1/evidences/1").Want(t, 200, "%PDF")
	s.As(s.Officer2).Get("/expenditures/1/evidences/1").Want(t, 404)
	s.As(s.Officer2).Get("/expenditures/1").Want(t, 404)
	officer.Post("/expenditures/3/reverse", reason("")).Want(t, 422, "사유를 적어")
	officer.Post("/expenditures/3/reverse", reason("두 번 적었습니다.")).Leads(t, "/expenditures/4")
	officer.Get("/expenditures/4").Want(t, 200, "정정(취소)", "-333")
	manager.Post("/expenditures/1/accept", nil).Leads(t, "/expenditures/1")
	manager.Post("/expenditures/2/reject", reason("목적 외 사용")).Leads(t, "/expenditures/2")
	officer.Get("/expenditures?state=rejected").Want(t, 200, "2,000,000").Lacks(t, "1,000,001")
}

// evidence sends a file to an address.
func evidence(t *testing.T, v webtest.Visitor, path, name string) webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("request_key", uuid.NewString()); err != nil {
		t.Fatal(err)
	}
	file, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = file.Write(fixture.PDF())
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(r)
}

// settle ends the award and takes its settlement to the end.
func (s moneySite) settle(t *testing.T) {
	t.Helper()
	officer, manager, decider, finance, province := s.As(s.Officer), s.As(s.Manager), s.As(s.Decider), s.As(s.Finance), s.As(s.Province)
	officer.Post("/awards/1/settle", nil).Want(t, 409, "집행 중")
	officer.Post("/awards/1/end", nil).Leads(t, "/awards/1")
	officer.Post("/awards/1/settle", nil).Leads(t, "/settlements/1")
	officer.Get("/settlements/1").Want(t, 200, "정산", "3개월", "2026. 6. 2.", "96,899,999", "확보", "일치").Lacks(t, "불일치")
	officer.Get("/settlements/1/entries/new?kind=interest").Want(t, 200, "계좌번호 뒷 4자리", "국고금 관리법")
	officer.Post("/settlements/1/entries", url.Values{"kind": {"interest"}, "account_tail": {"12a4"}, "amount": {"0"}}).Want(t, 422, "뒷 4자리", "1원 이상")
	officer.Post("/settlements/1/entries", url.Values{"kind": {"interest"}, "account_tail": {"1234"}, "from": {"2026-03-02"}, "to": {"2026-03-02"},
		"amount": {"12,345"}, "sources": {"national", "sido"}, "unit": {"10"}}).Leads(t, "/settlements/1")
	officer.Get("/settlements/1").Want(t, 200, "8,230", "4,110")
	officer.Post("/settlements/1/report", url.Values{"version": {"1"}, "report": {"장터를 열었습니다."}}).Leads(t, "/settlements/1")
	officer.Post("/settlements/1/submit", nil).Leads(t, "/settlements/1")
	manager.Post("/settlements/1/examine", nil).Want(t, 409, "시·도의 확인을 먼저")
	province.Post("/settlements/1/correct", reason("이자를 확인하십시오.")).Leads(t, "/settlements/1")
	officer.Get("/settlements/1").Want(t, 200, "시정 요구: 이자를 확인하십시오.")
	officer.Post("/settlements/1/submit", nil).Leads(t, "/settlements/1")
	province.Post("/settlements/1/check", nil).Leads(t, "/settlements/1")
	manager.Post("/settlements/1/examine", nil).Leads(t, "/settlements/1")
	decider.Post("/settlements/1/fix", nil).Leads(t, "/settlements/1")
	finance.Post("/settlements/1/notify", nil).Leads(t, "/settlements/1")
	finance.Get("/settlements/1").Want(t, 200, "R-2026-00001", "가상부", "가람도", "나루군")
	officer.Get("/settlements/1/print").Want(t, 200, "보조사업 정산서", "계산 근거", "장터를 열었습니다.")
	finance.Get("/repayments?paid=no").Want(t, 200, "R-2026-00003")
	finance.Post("/repayments/1/pay", url.Values{"amount": {"999,999,999"}, "on": {"2026-03-02"}}).Want(t, 422, "남은 반납액")
	for i, due := range fixture.DueOf(t, s.d, s.Finance, 1) {
		finance.Post(fmt.Sprintf("/repayments/%d/pay", i+1), url.Values{"amount": {due.Comma()}, "on": {"2026-03-02"}, "receipt_no": {"수납"}}).
			Leads(t, fmt.Sprintf("/repayments/%d", i+1))
	}
	finance.Get("/repayments/1").Want(t, 200, "완납", "수납")
	finance.Post("/settlements/1/close", nil).Leads(t, "/settlements/1")
	officer.Get("/awards/1").Want(t, 200, "종결")
}

func awardOf(id award.ID) string { return fmt.Sprintf("/awards/%d", id) }
