package demo

import (
	"bytes"
	"fmt"
	"slices"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/execution"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/organization"
	"eoul/pkg/settlement"
)

// granted asks for, examines and decides the grant of a selected application.
func (p *play) granted(who authz.Actor, id application.ID) award.Award {
	a := must(p.awards.Create(p.ctx, who, award.Input{ApplicationID: id}))
	must(p.awards.Examine(p.ctx, p.who("manager"), a.ID, award.DefaultConditions()))
	return must(p.awards.Grant(p.ctx, p.who("decider"), a.ID))
}

// crew is who handles the money of an award.
type crew struct {
	holder          authz.Actor // of the government
	payer, approver authz.Actor // of the 시·도 above, for its share
}

// started starts a project and puts in what its holder secures itself.
func (p *play) started(c crew, a award.Award) award.Award {
	a = must(p.awards.Start(p.ctx, c.holder, a.ID))
	if held := a.Held(a.Amounts); !held.IsZero() {
		must(p.awards.Secure(p.ctx, c.holder, a.ID, award.SecureInput{Amounts: held, On: p.clockDay(), Note: "세출예산 편성(가상)"}))
	}
	return a
}

// clockDay is the day on the product's clock.
func (p *play) clockDay() calendar.Date {
	var d calendar.Date
	must(0, p.owner.GetContext(p.ctx, &d, `select (app_now() at time zone 'Asia/Seoul')::date`))
	return d
}

// paid takes a share of what each payer owes, in basis points, from the request to
// the receipt. Rest pays what was not asked for yet.
func (p *play) paid(c crew, a award.Award, bps int64, condition string) {
	d := must(p.awards.Show(p.ctx, c.holder, a.ID))
	tranches := make([]award.Tranche, len(d.Tranches))
	for i, t := range d.Tranches {
		tranches[i] = t.Tranche
	}
	for _, kind := range a.Payers() {
		src, whole, first, second := money.National, a.Amounts.National, p.who("finance"), p.who("finance2")
		if kind == organization.Sido {
			src, whole, first, second = money.Sido, a.Amounts.Sido, c.payer, c.approver
		}
		amount := whole.Share(bps, money.Floor).Min(a.Unrequested(tranches, src))
		t := must(p.awards.RequestTranche(p.ctx, c.holder, a.ID, award.TrancheInput{PayerKind: kind, Amount: amount, Condition: condition}))
		must(p.awards.Draft(p.ctx, first, t.ID))
		must(p.awards.Confirm(p.ctx, second, t.ID))
		must(p.awards.Receive(p.ctx, c.holder, t.ID, p.clockDay()))
	}
}

// bill is one expenditure to come.
type bill struct {
	on     calendar.Date
	line   award.LineBalance
	n      int
	amount money.Amount
}

// bills cuts each line into uneven bills with odd amounts between two days and
// leaves a little of it unspent, in every project another part.
func bills(lines []award.LineBalance, from, to calendar.Date, each, project int) []bill {
	var out []bill
	for i, l := range lines {
		weights := make([]int64, each)
		for n := range weights {
			weights[n] = int64(7 + (n*5+i*3+project*2)%11)
		}
		total := l.Amounts.Total()
		left := total.Share(int64(90+35*i+27*project), money.Floor) // between 0.9 % and some 4 %
		for n, amount := range must(total.Sub(left).Split(weights...)) {
			day := from.AddDays((n*len(lines) + i + 1) * from.DaysUntil(to) / (each*len(lines) + 1))
			out = append(out, bill{day, l, n + 1, amount})
		}
	}
	slices.SortStableFunc(out, func(a, b bill) int { return a.on.Cmp(b.on) })
	return out
}

// spent records bills at the end of each month in which they fall, and between them
// does what the months call for.
func (p *play) spent(c crew, a award.Award, list []bill, meanwhile map[calendar.Date]func()) {
	days := make([]calendar.Date, 0, len(meanwhile))
	for day := range meanwhile {
		days = append(days, day)
	}
	slices.SortFunc(days, calendar.Date.Cmp)
	month := 0
	for i, b := range list {
		for len(days) > 0 && days[0].Before(b.on) {
			p.at(days[0], 15)
			meanwhile[days[0]]()
			days, month = days[1:], 0
		}
		if m := int(b.on.Month()); m != month {
			month = m
			last := b.on
			for _, next := range list[i:] {
				if int(next.on.Month()) == m && (len(days) == 0 || next.on.Before(days[0])) {
					last = next.on
				}
			}
			p.at(last, 17)
		}
		p.record(c.holder, a, b)
	}
}

// madeUpBusinessNo has a right check digit and belongs to nobody.
const madeUpBusinessNo = "000-00-00015"

// record enters one bill with an evidence file.
func (p *play) record(who authz.Actor, a award.Award, b bill) execution.Expenditure {
	in := execution.Input{Line: b.line.AccountID, OccurredOn: b.on, Item: fmt.Sprintf("%s %d차(가상)", b.line.Description, b.n),
		Payee: "가상 상사 " + b.line.Code, BusinessNo: madeUpBusinessNo, Method: execution.Transfer, EvidenceKind: execution.TaxInvoice,
		EvidenceNo: fmt.Sprintf("%s-%s-%02d", b.on, b.line.Code, b.n), Supply: b.amount}
	switch b.line.Code {
	case "110-03", "320-09":
		in.Payee, in.BusinessNo, in.EvidenceKind = "가상 사업 인력", "", execution.Other
	case "220-01", "240-01":
		in.Method, in.EvidenceKind = execution.Card, execution.CardSlip
		in.Supply, in.VAT = tax(b.amount)
	default:
		in.Supply, in.VAT = tax(b.amount)
	}
	if b.n == 1 {
		doc := must(p.documents.Upload(p.ctx, who, document.Upload{Name: "증빙(가상).pdf", Government: a.GovernmentID, Body: bytes.NewReader(samplePDF)}))
		in.Documents = []document.ID{doc.ID}
	}
	return must(p.spending.Record(p.ctx, who, a.ID, in, ledger.NewKey()))
}

// tax splits a bill into supply and 10 % value added tax.
func tax(total money.Amount) (supply, vat money.Amount) {
	parts := must(total.Split(10, 1))
	return parts[0], parts[1]
}

// interest is what a project's account earned.
type interest struct {
	amount int64
	tail   string
}

// settled takes an ended project to the closing of its settlement, on the days of a
// calendar that begins at first.
func (p *play) settled(c crew, a award.Award, in interest, first calendar.Date, report string) {
	p.at(first, 10)
	st := p.reported(c, a, in, report)
	if a.ProvinceID != 0 {
		p.at(first.AddDays(9), 10)
		must(p.settling.Check(p.ctx, c.payer, st.ID))
	}
	p.at(first.AddDays(20), 10)
	must(p.settling.Examine(p.ctx, p.who("manager"), st.ID))
	p.at(first.AddDays(24), 16)
	must(p.settling.Fix(p.ctx, p.who("decider"), st.ID))
	p.at(first.AddDays(28), 11)
	must(p.settling.Notify(p.ctx, p.who("finance"), st.ID))
	p.at(first.AddDays(36), 14)
	for _, r := range must(p.settling.Show(p.ctx, p.who("finance"), st.ID)).Repayments {
		must(p.settling.Pay(p.ctx, p.who("finance"), r.ID, settlement.PayInput{Amount: r.Amount, On: p.clockDay(), ReceiptNo: "가상-" + r.NoticeNo}))
	}
	must(p.settling.Close(p.ctx, p.who("finance"), st.ID))
}

// reported makes a settlement with its interest and hands it in.
func (p *play) reported(c crew, a award.Award, in interest, report string) settlement.Settlement {
	st := must(p.settling.Create(p.ctx, c.holder, a.ID))
	must(p.settling.AddEntry(p.ctx, c.holder, st.ID, settlement.EntryInput{Kind: settlement.Interest, AccountTail: in.tail,
		From: a.ProjectFrom, To: a.ProjectTo, Amount: money.Must(in.amount)}))
	st = must(p.settling.Show(p.ctx, c.holder, st.ID)).Settlement
	st = must(p.settling.Write(p.ctx, c.holder, st.ID, st.Version, report))
	return must(p.settling.Submit(p.ctx, c.holder, st.ID))
}
