package e2e_test

import (
	"fmt"
	"net/http"
	"time"

	"eoul/pkg/fixture"
	"eoul/pkg/money"
)

// spend enters odd amounts: proposed and chosen, one said fifty times at once, one
// taken back, one not accepted.
func (r *requests) spend() {
	r.s.at(2022, time.December, 20, 10)
	city, dong, nam := r.projects[0], r.projects[1], r.projects[2]
	first := r.bill(city, "210-01", "2022-05-13", 30_864_197, 3_086_420)
	at := fmt.Sprintf("/awards/%d/split?amount=%d", city.award, 33_950_617)
	proposed := r.get(city.login, at).money(r.t, "")
	made := r.together(city.login, "/expenditures", first, http.StatusCreated)
	if got := made.money(r.t, "amounts"); got != proposed || got != shares(r.t, "16,975,309", "16,975,308") {
		r.t.Errorf("proposed %v, booked %v", proposed, got)
	}
	r.booked(city, made)
	r.booked(city, r.post(city.login, "/expenditures", r.bill(city, "210-14", "2022-09-30", 39_999_999, 0)))
	twice := r.post(city.login, "/expenditures", r.bill(city, "210-01", "2022-11-01", 1_000_001, 0))
	back := r.post(city.login, fmt.Sprintf("/expenditures/%d/reverse", twice.num(r.t, "id")), object{"reason": "같은 현수막을 두 번 입력했습니다."})
	if back.money(r.t, "amounts") != twice.money(r.t, "amounts") || back.num(r.t, "reversal_of") != twice.num(r.t, "id") {
		r.t.Errorf("taken back %v", back)
	}
	city.book.bills += 2

	r.booked(dong, r.post(dong.login, "/expenditures", r.bill(dong, "210-01", "2022-06-03", 55_555_555, 0)))
	r.booked(dong, r.post(dong.login, "/expenditures", r.bill(dong, "210-07", "2022-10-21", 38_888_888, 0)))
	meal := r.bill(dong, "210-01", "2022-12-16", 1_010_101, 101_010)
	meal["amounts"] = object{"national": 555_556, "sido": 555_555, "sigungu": 0, "own": 0, "total": 1_111_111}
	rejected := r.post(dong.login, "/expenditures", meal)
	r.booked(dong, rejected)
	over := r.refused(http.StatusUnprocessableEntity, dong.login, "/expenditures", r.bill(dong, "210-07", "2022-12-16", 2, 0))
	if over.Fields["line"] == "" {
		r.t.Errorf("nothing is said of the line: %+v", over)
	}
	r.refused(http.StatusUnprocessableEntity, dong.login, "/expenditures", r.bill(dong, "210-01", "2022-02-28", 1, 0))
	r.booked(nam, r.post(nam.login, "/expenditures", r.bill(nam, "210-14", "2022-11-30", 99_999_997, 0)))

	r.refused(http.StatusNotFound, dong.login, fmt.Sprintf("/expenditures/%d/accept", rejected.num(r.t, "id")), object{})
	r.post("daegu", fmt.Sprintf("/expenditures/%d/reject", rejected.num(r.t, "id")), object{"reason": "사업과 관계없는 식비입니다."})
	dong.book.disallowed = rejected.money(r.t, "amounts")
	last := r.get("manager", fmt.Sprintf("/expenditures?award=%d", nam.award)).list(r.t, "items")[0]
	r.post("manager", fmt.Sprintf("/expenditures/%d/accept", last.num(r.t, "id")), object{})
	paper := r.upload(nam.login, "세금계산서.pdf", int64(r.s.places[namgu]), fixture.PDF(), http.StatusCreated)
	r.post(nam.login, fmt.Sprintf("/expenditures/%d/attach", last.num(r.t, "id")), object{"documents": []int64{paper}})
	foreign := r.bill(dong, "210-01", "2022-12-16", 1, 0)
	nowhere := object{}
	for k, v := range foreign {
		nowhere[k] = v
	}
	nowhere["award_id"] = 999_999
	a, b := r.refused(http.StatusNotFound, "namgu", "/expenditures", foreign), r.refused(http.StatusNotFound, "namgu", "/expenditures", nowhere)
	if a.Detail != b.Detail {
		r.t.Errorf("another's award is %+v, none is %+v", a, b)
	}
}

// bill is an expenditure to send; its sources are left to the product.
func (r *requests) bill(v *venture, code, on string, supply, vat int64) object {
	r.t.Helper()
	var line int64
	for _, l := range r.get(v.login, fmt.Sprintf("/awards/%d", v.award)).list(r.t, "lines") {
		if l["code"] == code {
			line = l.num(r.t, "account")
		}
	}
	return object{"award_id": v.award, "line": line, "occurred_on": on, "item": code + "의 대금", "payee": "대구상사", "business_no": "000-00-00015",
		"method": "transfer", "supply": supply, "vat": vat, "evidence_kind": "tax_invoice", "evidence_no": on}
}

// booked keeps what an expenditure was booked with.
func (r *requests) booked(v *venture, e object) {
	r.t.Helper()
	b := e.money(r.t, "amounts")
	if want := e.num(r.t, "supply") + e.num(r.t, "vat"); b.Total().Int64() != want {
		r.t.Errorf("%v sums to %s, the bill is %d", b, b.Total(), want)
	}
	v.book.spent = v.book.spent.Add(b)
	v.book.bills++
}

// finish ends the projects; nothing can be spent any more. One was suspended for a day.
func (r *requests) finish() {
	r.s.at(2022, time.December, 31, 18)
	nam := r.projects[2]
	at := fmt.Sprintf("/awards/%d", nam.award)
	r.post("manager", at+"/suspend", object{"reason": "현장을 점검합니다."})
	r.refused(http.StatusConflict, nam.login, "/expenditures", r.bill(nam, "210-14", "2022-12-31", 1, 0))
	r.post("manager", at+"/resume", object{"reason": "점검을 마쳤습니다."})
	for _, v := range r.projects {
		r.refused(http.StatusConflict, v.login, "/settlements", object{"award_id": v.award})
		r.post(v.login, fmt.Sprintf("/awards/%d/end", v.award), object{})
		r.refused(http.StatusConflict, v.login, "/expenditures", r.bill(v, v.lines[0]["code"].(string), "2022-12-31", 1, 0))
		if got := r.get(v.login, fmt.Sprintf("/awards/%d", v.award)).money(r.t, "money.spent"); got != v.book.spent {
			r.t.Errorf("%s spent %v, sent was %v", v.place, got, v.book.spent)
		}
	}
}

// settle takes the settlements from their interest to the last receipt. One is sent
// back and handed in again.
func (r *requests) settle() {
	r.s.at(2023, time.February, 6, 10)
	for i, v := range r.projects {
		made := r.post(v.login, "/settlements", object{"award_id": v.award})
		v.settlement = made.num(r.t, "id")
		at := fmt.Sprintf("/settlements/%d", v.settlement)
		r.report(v, []int64{12_345, 8_731, 10_007}[i])
		if v.checker != "" {
			r.refused(http.StatusConflict, "manager", at+"/examine", object{})
			r.post(v.checker, at+"/check", object{})
		}
		if i == 2 {
			r.post("manager", at+"/correct", object{"reason": "이자를 다시 확인해 주십시오."})
			r.post(v.login, at+"/submit", object{})
			r.post(v.checker, at+"/check", object{})
		}
		r.post("manager", at+"/examine", object{})
		r.refused(http.StatusNotFound, "manager", at+"/fix", object{})
		r.post("decider", at+"/fix", object{})
		r.figures(v)
		r.post("finance", at+"/notify", object{})
	}
	r.s.at(2023, time.March, 6, 10)
	for _, v := range r.projects {
		r.repay(v)
	}
}

// report books the interest, once wrongly, and hands the settlement in.
func (r *requests) report(v *venture, interest int64) {
	r.t.Helper()
	at := fmt.Sprintf("/settlements/%d", v.settlement)
	entry := object{"kind": "interest", "account_tail": "3412", "from": "2022-03-25", "to": "2022-12-31", "amount": interest, "unit": 1, "sources": []string{"national", "sido"}}
	wrong := r.post(v.login, at+"/entries", entry)
	r.post(v.login, at+"/void", object{"entry": wrong.num(r.t, "id"), "reason": "통장을 잘못 보았습니다."})
	v.book.interest = r.post(v.login, at+"/entries", entry).money(r.t, "amounts")
	if v.book.interest.Total() != money.Must(interest) {
		r.t.Errorf("interest of %d is divided into %v", interest, v.book.interest)
	}
	version := r.get(v.login, at).num(r.t, "version")
	r.post(v.login, at+"/report", object{"version": version, "report": "세 분야의 협업 활동을 마쳤습니다."})
	r.post(v.login, at+"/submit", object{})
}

// figures holds every number of a fixed settlement against what was sent.
func (r *requests) figures(v *venture) {
	r.t.Helper()
	want := map[string]money.BySource{"planned": v.book.planned, "spent": v.book.spent, "disallowed": v.book.disallowed, "interest": v.book.interest,
		"balance": v.book.balance(), "due": v.book.due()}
	for _, f := range r.get("auditor", fmt.Sprintf("/settlements/%d", v.settlement)).list(r.t, "figures") {
		if b, ok := want[f.str(r.t, "name")]; ok && f.money(r.t, "amounts") != b {
			r.t.Errorf("%s of %s is %v, want %v", f["name"], v.place, f["amounts"], b)
		}
		delete(want, f.str(r.t, "name"))
	}
	if len(want) > 0 {
		r.t.Errorf("the settlement of %s says nothing of %v", v.place, want)
	}
}

// repay pays every notice, the first of the city by many at once, and closes.
func (r *requests) repay(v *venture) {
	r.t.Helper()
	at := fmt.Sprintf("/settlements/%d", v.settlement)
	r.refused(http.StatusConflict, "finance", at+"/close", object{})
	due := v.book.due()
	for i, n := range r.get("finance", fmt.Sprintf("/repayments?settlement=%d", v.settlement)).list(r.t, "items") {
		source, err := money.ParseSource(n.str(r.t, "source"))
		r.s.must(err)
		left := n.num(r.t, "amount")
		if left != due.At(source).Int64() {
			r.t.Errorf("%s of %s is notified with %d, want %s", source.Label(), v.place, left, due.At(source))
		}
		pay := fmt.Sprintf("/repayments/%d/pay", n.num(r.t, "id"))
		r.refused(http.StatusUnprocessableEntity, "finance", pay, object{"amount": left + 1, "on": "2023-03-06", "receipt_no": "2023-가-0"})
		if v.checker == "" && i == 0 {
			r.rivals("finance", pay, object{"amount": left, "on": "2023-03-06", "receipt_no": "2023-가-1"})
		} else {
			r.post("finance", pay, object{"amount": left, "on": "2023-03-06", "receipt_no": "2023-가-1"})
		}
	}
	r.post("finance", at+"/close", object{})
	if got := r.get("auditor", fmt.Sprintf("/awards/%d", v.award)); got.str(r.t, "state") != "closed" {
		r.t.Errorf("the award of %s is %v", v.place, got["state"])
	}
}
