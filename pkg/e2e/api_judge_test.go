package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"eoul/pkg/program"
)

// judge closes the call and takes its applications through the review.
func (r *requests) judge() {
	r.s.at(2022, time.February, 23, 10)
	r.post("manager", fmt.Sprintf("/calls/%d/close", r.call), object{})
	r.s.seat(program.ID(r.program))
	for _, login := range reviewers {
		in := object{"program_id": r.program, "person_id": r.s.who(login).ID, "employer": "지역연구소", "expertise": []string{"사회적경제"}}
		made := r.post("manager", "/reviewers", in)
		in = object{"version": made.num(r.t, "version"), "employer": "지역연구원", "expertise": []string{"사회적경제", "협동조합"}, "active": true}
		r.post("manager", fmt.Sprintf("/reviewers/%d/update", made.num(r.t, "id")), in)
		r.post(login, fmt.Sprintf("/reviewers/%d/accept", made.num(r.t, "id")), object{})
	}
	r.round = r.post("manager", "/rounds", object{"call_id": r.call}).num(r.t, "id")
	at := fmt.Sprintf("/rounds/%d", r.round)
	if got := r.post("manager", at+"/balance", object{"per_application": 3}).list(r.t, "items"); len(got) != 9 {
		r.t.Errorf("assigned %v", got)
	}
	r.adjust(at)
	for i, login := range reviewers {
		r.score(i, login)
	}
	r.reopen(at)
	r.refused(http.StatusNotFound, "manager", at+"/ranking", nil)
	asked := r.post("chair", at+"/discuss", object{})
	r.refused(http.StatusNotFound, "chair", at+"/confirm", object{"verb": "discuss", "version": asked.num(r.t, "version")})
	r.post("manager", at+"/confirm", object{"verb": "discuss", "version": asked.num(r.t, "version")})
	if got := r.get("chair", at+"/discussion").list(r.t, "rows"); len(got) != 3 {
		r.t.Errorf("discussed %v", got)
	}
	r.explain(at)
	r.minutes(at)
	asked = r.post("chair", at+"/lock", object{})
	r.post("decider", at+"/confirm", object{"verb": "lock", "version": asked.num(r.t, "version")})
	rows := r.get("manager", at+"/ranking").list(r.t, "rows")
	if len(rows) != 3 || rows[0].num(r.t, "rank") != 1 {
		r.t.Errorf("ranked %v", rows)
	}
}

// explain has the chair ask about a sheet and its reviewer answer.
func (r *requests) explain(at string) {
	r.t.Helper()
	sheet := r.get("chair", at+"/discussion").list(r.t, "rows")[0].list(r.t, "sheets")[0].num(r.t, "sheet_id")
	path := fmt.Sprintf("/sheets/%d/explanations", sheet)
	made := r.post("chair", path, object{"question": "왜 이렇게 보셨습니까?"})
	for _, login := range reviewers {
		for _, task := range r.get(login, "/assignments").list(r.t, "items") {
			if task.num(r.t, "sheet_id") == sheet {
				r.post(login, fmt.Sprintf("/explanations/%d/answer", made.num(r.t, "id")), object{"answer": "계획의 근거가 약했습니다."})
			}
		}
	}
	if got := r.get("chair", path).list(r.t, "explanations"); len(got) != 1 || got[0]["answer"] != "계획의 근거가 약했습니다." {
		r.t.Errorf("explained %v", got)
	}
}

// minutes are written by the chair before the lock is asked for.
func (r *requests) minutes(at string) {
	r.t.Helper()
	var present []any
	for _, a := range r.get("chair", at+"/minutes").list(r.t, "attendees") {
		present = append(present, a["reviewer_id"])
	}
	r.post("chair", at+"/minutes", object{"version": 0, "held_at": "2022-02-23T01:00:00Z", "place": "가상회의실", "attendees": present, "body": "토의하였습니다."})
}

// adjust takes one assignment back and gives it by hand; it confirms a bonus, takes
// it back, and confirms it again.
func (r *requests) adjust(at string) {
	r.t.Helper()
	round := r.get("manager", at)
	row := round.list(r.t, "rows")[0]
	one := row.list(r.t, "assignments")[0]
	r.post("manager", fmt.Sprintf("/assignments/%d/remove", one.num(r.t, "assignment_id")), object{})
	pairs := []object{{"application_id": row["application_id"], "reviewer_id": one["reviewer_id"]}}
	r.post("manager", at+"/assign", object{"pairs": pairs})
	r.refused(http.StatusUnprocessableEntity, "manager", at+"/assign", object{"pairs": pairs})
	bonus := object{"application_id": row["application_id"], "bonus_item_id": round.at(r.t, "rubric.bonus.0.id")}
	revoke := object{"application_id": bonus["application_id"], "bonus_item_id": bonus["bonus_item_id"]}
	bonus["evidence"] = "행정안전부 고시"
	r.post("manager", at+"/bonus", bonus)
	r.post("manager", at+"/revoke", revoke)
	r.post("manager", at+"/bonus", bonus)
}

// reopen lets the first reviewer write one sheet again, by the chair's word.
func (r *requests) reopen(at string) {
	r.t.Helper()
	task := r.get(reviewers[0], fmt.Sprintf("/assignments?round=%d", r.round)).list(r.t, "items")[0]
	sheet := fmt.Sprintf("/sheets/%d", task.num(r.t, "sheet_id"))
	r.refused(http.StatusConflict, reviewers[0], sheet+"/score", object{"draft": 2, "opinion": "뒤늦은 생각", "scores": []object{}})
	r.post("chair", sheet+"/reopen", object{"reason": "근거가 점수와 맞지 않습니다."})
	r.refused(http.StatusConflict, "chair", at+"/discuss", object{})
	content := r.get(reviewers[0], fmt.Sprintf("/assignments/%d", task.num(r.t, "id")))
	r.post(reviewers[0], sheet+"/submit", object{"draft": content.num(r.t, "content.draft")})
}

// score declares, fills in and hands in every sheet of a reviewer. Who judges what
// does not see what others judge.
func (r *requests) score(place int, login string) {
	r.t.Helper()
	tasks := r.get(login, fmt.Sprintf("/assignments?round=%d", r.round)).list(r.t, "items")
	if len(tasks) != 3 {
		r.t.Fatalf("%s has %v", login, tasks)
	}
	for n, task := range tasks {
		at := fmt.Sprintf("/assignments/%d", task.num(r.t, "id"))
		r.alike(reviewers[(place+1)%3], at, "/assignments/999999", nil)
		task = r.post(login, at+"/declare", object{"kind": "none"})
		sheet := fmt.Sprintf("/sheets/%d", task.num(r.t, "sheet_id"))
		r.alike("manager", sheet, "/sheets/999999", nil)
		content := r.get(login, sheet)
		var scores []object
		for i, k := range content.list(r.t, "content.scores") {
			scores = append(scores, object{"criterion_id": k.num(r.t, "criterion_id"), "points": fmt.Sprintf("%d.5", 6+(place+n+i)%3), "justification": "계획서에 따른 판단입니다."})
		}
		saved := r.post(login, sheet+"/score", object{"draft": content.num(r.t, "content.draft"), "opinion": "의견", "scores": scores})
		r.post(login, sheet+"/submit", object{"draft": saved.num(r.t, "draft")})
	}
}

// choose drafts, approves and publishes the selection: two people, then everybody.
func (r *requests) choose() {
	r.s.at(2022, time.February, 28, 14)
	made := r.post("manager", "/selections", object{"call_id": r.call, "reserves": 0})
	r.choice = made.num(r.t, "id")
	at := fmt.Sprintf("/selections/%d", r.choice)
	detail := r.get("manager", at)
	var rows []object
	for _, e := range detail.list(r.t, "entries") {
		rows = append(rows, object{"application_id": e["application_id"], "outcome": e["outcome"], "amounts": e["amounts"], "reason": e["reason"]})
	}
	changed := r.post("manager", at+"/update", object{"version": made.num(r.t, "version"), "note": "세 사업을 모두 선정합니다.", "rows": rows})
	r.refused(http.StatusNotFound, "", fmt.Sprintf("/results/%d", r.call), nil)
	r.refused(http.StatusNotFound, "manager", at+"/approve", object{"version": changed.num(r.t, "version")})
	approved := r.post("decider", at+"/approve", object{"version": changed.num(r.t, "version")})
	r.s.at(2022, time.March, 1, 9)
	r.post("manager", at+"/publish", object{"version": approved.num(r.t, "version")})
	result := r.send("", "", http.MethodGet, fmt.Sprintf("/results/%d", r.call), nil)
	for _, v := range r.projects {
		if !strings.Contains(result.Body.String(), v.place) {
			r.t.Errorf("%s is not in the result %s", v.place, result.Body)
		}
	}
	for _, login := range append(reviewers, "chair") {
		if strings.Contains(result.Body.String(), r.s.cast[login].Name) {
			r.t.Errorf("everybody can read the name of %s", login)
		}
	}
}
