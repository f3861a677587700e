package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"eoul/pkg/fixture"
	"eoul/pkg/program"
)

// requests is the case as it goes through the API.
type requests struct {
	*client
	program, call, round, choice int64
	projects                     []*venture
}

// venture is one project with what was sent for it.
type venture struct {
	login, place, title, checker   string
	lines                          []object
	application, award, settlement int64
	book                           book
}

// ventures are the three that Daegu ran in 2022.
func ventures() []*venture {
	line := func(code, text string, national, sido int64) object {
		return object{"code": code, "description": text, "unit_price": national + sido, "quantity": 1, "times": 1, "national": national, "sido": sido}
	}
	return []*venture{
		{login: "daegu", place: daegu, title: "대구 사회적경제유통지원센터(어울뜰) 판로확대 사업", lines: []object{
			line("210-01", "어울뜰장터 개최", 27_160_500, 27_160_500), line("210-14", "공동마케팅 용역", 20_000_000, 20_000_000), line("240-01", "협의회 운영", 2_839_500, 2_839_500)}},
		{login: "donggu", place: donggu, title: "동구에서 “사기 UP 충전”", checker: "daegu", lines: []object{
			line("210-01", "온라인시장 진출 지원", 30_555_556, 30_555_555), line("210-07", "공동판매전 임차", 19_444_444, 19_444_445)}},
		{login: "namgu", place: namgu, title: "남구 새(Se)로운 협-UP 프로젝트", checker: "daegu", lines: []object{
			line("210-14", "판로 지원 용역", 50_000_000, 50_000_000)}},
	}
}

// TestTheCaseThroughTheAPI plays the case of 2022 by bearer tokens alone, each act by
// the person whose act it is and each said twice with one key: from the programme to
// the settlement workbook, whose totals are added again and held against what was sent.
func TestTheCaseThroughTheAPI(t *testing.T) {
	t.Parallel()
	s := setStage(t)
	r := &requests{client: newClient(t, s), projects: ventures()}
	for _, act := range []func(){r.protocol, r.open, r.apply, r.endorse, r.judge, r.choose, r.grant, r.pay, r.spend, r.finish, r.settle, r.workbooks, r.secrets, r.lists, r.whole} {
		act()
		if t.Failed() {
			return
		}
	}
	s.tick()
	s.sound()
}

// protocol: what every POST owes, told apart by status.
func (r *requests) protocol() {
	r.s.at(2021, time.December, 6, 10)
	ministry := r.s.places[haengan]
	in := object{"ministry_id": ministry, "name": "사회적경제 민·관 협업체계 구축사업", "purpose": "지역 현안을 민·관이 함께 풀도록 지원합니다.", "legal_basis": "보조금 관리에 관한 법률", "agenda": []string{"판로 확대", "인재양성"}}
	for key, status := range map[string]int{"": http.StatusBadRequest, "short": http.StatusBadRequest} {
		if w := r.send("manager", key, http.MethodPost, "/programs", r.encode(in)); w.Code != status {
			r.t.Errorf("key %q: %d %s", key, w.Code, w.Body)
		}
	}
	if w := r.send("", uuid.NewString(), http.MethodPost, "/programs", r.encode(in)); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
		r.t.Errorf("without a token: %d %v", w.Code, w.Header())
	}
	r.refused(http.StatusNotFound, "donggu", "/programs", in) // whose role has no such action does not learn of it
	wrong := r.refused(http.StatusUnprocessableEntity, "manager", "/programs", object{"ministry_id": ministry, "name": "", "purpose": "", "stranger": 1})
	for _, field := range []string{"stranger"} {
		if wrong.Fields[field] == "" {
			r.t.Errorf("nothing is said of %s: %+v", field, wrong)
		}
	}
	made := r.post("manager", "/programs", in)
	r.program = made.num(r.t, "id")

	key := uuid.NewString()
	change := object{"version": made.num(r.t, "version"), "ministry_id": ministry, "name": in["name"], "purpose": "지역 현안을 민·관이 함께 풉니다.", "agenda": in["agenda"]}
	path := fmt.Sprintf("/programs/%d/update", r.program)
	first := r.send("manager", key, http.MethodPost, path, r.encode(change))
	if first.Code != http.StatusOK {
		r.t.Fatalf("update: %d %s", first.Code, first.Body)
	}
	change["purpose"] = "다른 목적"
	if w := r.send("manager", key, http.MethodPost, path, r.encode(change)); w.Code != http.StatusUnprocessableEntity {
		r.t.Errorf("the same key with another body: %d %s", w.Code, w.Body)
	}
	if got := r.get("", fmt.Sprintf("/programs/%d", r.program)); got.num(r.t, "version") != 2 || got.str(r.t, "purpose") == "다른 목적" {
		r.t.Errorf("the programme is %v", got)
	}
	r.refused(http.StatusConflict, "manager", path, change) // of a version that is over
}

// open makes the money and the call, announces it and opens it at its hour.
func (r *requests) open() {
	r.post("finance", fmt.Sprintf("/programs/%d/appropriations", r.program), object{"fiscal_year": 2022, "reason": "본예산",
		"limits": object{"national": 1, "sido": 1}})
	kst := func(text string) string { return text + ":00+09:00" }
	var sections, documents []object
	for _, s := range program.DefaultSections() {
		sections = append(sections, object{"kind": s.Kind, "title": s.Title, "hint": s.Hint, "required": s.Required, "max_length": s.MaxLength})
	}
	for _, d := range program.DefaultDocuments() {
		documents = append(documents, object{"code": d.Code, "title": d.Title, "required": d.Required})
	}
	in := fixture.CallInput(fixture.Company{}, r.s.now())
	var criteria []object
	for _, k := range in.Rubric.Criteria {
		criteria = append(criteria, object{"title": k.Title, "max": k.Max})
	}
	r.raise()
	sent := object{"program_id": r.program, "fiscal_year": 2022, "title": "2022년 사회적경제 민·관 협업체계 구축사업", "summary": "시·도도 처음으로 신청할 수 있습니다.",
		"agenda": []string{"판로 확대"}, "opens_at": kst("2021-12-22T09:00"), "closes_at": kst("2022-02-10T18:00"), "endorse_until": kst("2022-02-17T18:00"), "correct_until": kst("2022-02-22T18:00"),
		"project_from": "2022-03-01", "project_to": "2022-12-31", "cap": 100_000_000, "applicants": []string{"sido", "sigungu"}, "code_set": "national", "needs_deliberation": true,
		"matching":  object{"national_bps": 5000, "national_exact": true, "sido_min_bps": 0, "sido_max_bps": 5000, "sigungu_min_bps": 0, "sigungu_max_bps": 5000, "own_min_bps": 0, "own_max_bps": 2000},
		"drop_from": 3, "sections": sections, "documents": documents, "rubric": object{"criteria": criteria, "bonus": []object{{"title": "인구감소지역", "points": 3}}}}
	call := r.post("manager", "/calls", sent)
	r.call = call.num(r.t, "id")
	at := fmt.Sprintf("/calls/%d", r.call)
	r.alike("donggu", at, "/calls/999999", nil)
	sent["version"], sent["summary"] = call.num(r.t, "version"), "시·도도 신청할 수 있습니다."
	call = r.post("manager", at+"/update", sent)
	r.post("manager", at+"/announce", object{"version": call.num(r.t, "version")})
	r.refused(http.StatusConflict, "manager", at+"/open", object{}) // too early
	r.s.at(2021, time.December, 22, 9)
	r.post("manager", at+"/open", object{})
	if got := r.get("", at); got.str(r.t, "call.state") != "open" {
		r.t.Errorf("the call is %v", got)
	}
	r.post("manager", at+"/extend", object{"kind": "correct", "government_id": r.s.places[namgu], "at": kst("2022-02-23T09:00"), "reason": "통신 장애"})
}

// raise corrects the limit of a budget that was entered too low.
func (r *requests) raise() {
	r.t.Helper()
	path := fmt.Sprintf("/programs/%d/appropriations", r.program)
	budget := r.get("finance", path).list(r.t, "items")[0]
	at := fmt.Sprintf("/appropriations/%d", budget.num(r.t, "id"))
	r.post("finance", at+"/update", object{"version": budget.num(r.t, "version"), "limits": object{"national": 150_000_000, "sido": 160_000_000}, "reason": "추가 편성"})
	if got := r.get("finance", at).num(r.t, "limits.national"); got != 150_000_000 {
		r.t.Errorf("the limit is %d", got)
	}
}
