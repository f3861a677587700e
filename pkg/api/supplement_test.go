package api_test

import (
	"fmt"
	"strings"
	"testing"

	"eoul/pkg/fixture"
)

// TestSupplementByAPI: every reply is as described, from the simulation to the reserve
// that moves up.
func TestSupplementByAPI(t *testing.T) {
	t.Parallel()
	a := newReviewAPI(t)
	scenarios, text := fmt.Sprintf("/calls/%d/scenarios", a.call.ID), fmt.Sprintf("/calls/%d/letter-texts", a.call.ID)
	a.do("manager", "GET", scenarios, nil, 404)
	a.do("manager", "POST", text, anyObject{"outcome": "selected", "version": 0, "body": "{{없는 항목}}"}, 422)
	a.do("manager", "POST", text, anyObject{"outcome": "selected", "version": 0, "body": "{{지자체명}}을 선정합니다."}, 200)
	a.do("manager", "GET", text, nil, 200)
	fixture.Selected(t, a.db, a.Company, a.call, a.apps)
	a.do("manager", "POST", scenarios, anyObject{"name": "하나만", "parameters": anyObject{"cut": "rank", "cut_rank": 1, "reserves": 2, "percent": anyObject{"1": 150}}}, 201)
	a.do("manager", "POST", scenarios, anyObject{"name": "둘", "parameters": anyObject{"cut": "luck"}}, 422)
	a.do("decider", "GET", scenarios, nil, 200)
	a.do("decider", "GET", "/scenarios/1", nil, 200)
	a.do("officer", "GET", "/scenarios/1", nil, 404)
	a.do("manager", "GET", "/selections/1", nil, 200)

	if list := a.do("officer", "GET", "/letters", nil, 200); list["total"] != float64(1) {
		t.Errorf("the officer's letters: %v", list)
	}
	a.do("officer", "GET", "/letters/2", nil, 200)
	a.do("officer", "GET", "/letters/1", nil, 404)
	a.do("officer", "POST", "/letters/2/objection", anyObject{"reason": ""}, 422)
	a.do("officer", "POST", "/letters/2/objection", anyObject{"reason": "가점이 빠졌습니다."}, 201)
	a.do("manager", "GET", "/objections?state=filed", nil, 200)
	correctable, _ := a.do("manager", "GET", "/objections/1", nil, 200)["correctable"].(map[string]any)
	score, _ := correctable["scores"].([]any)[0].(map[string]any)
	wrong := anyObject{"kind": "score", "sheet_id": score["sheet_id"], "criterion_id": score["criterion_id"], "points": 1.5, "evidence": "위원의 확인서"}
	a.do("manager", "POST", "/objections/1/uphold", anyObject{"version": 1, "answer": "", "correction": anyObject{"kind": "bonus", "reviewer_id": 1, "conflict": "excluded"}}, 422)
	a.do("manager", "POST", "/objections/1/uphold", anyObject{"version": 1, "answer": "맞습니다.", "correction": wrong}, 200)
	a.do("decider", "POST", "/objections/1/attest", anyObject{"version": 2}, 404)
	a.do("chair", "POST", "/objections/1/deny", anyObject{"version": 2, "refusal": "위원이 뜻한 점수입니다."}, 200)
	a.do("manager", "POST", "/objections/1/uphold", anyObject{"version": 3, "answer": "맞습니다.", "correction": wrong}, 200)
	a.do("chair", "POST", "/objections/1/attest", anyObject{"version": 4}, 200)
	a.do("decider", "POST", "/objections/1/refuse", anyObject{"version": 5, "refusal": "근거를 보태 주십시오."}, 200)
	a.do("manager", "POST", "/objections/1/uphold", anyObject{"version": 6, "answer": "맞습니다.", "correction": anyObject{"kind": "bonus", "bonus_item_id": 1, "evidence": "고시"}}, 200)
	a.do("decider", "GET", "/objections/1", nil, 200)
	a.do("manager", "POST", "/objections/1/confirm", anyObject{"version": 7}, 404)
	a.do("decider", "POST", "/objections/1/confirm", anyObject{"version": 7}, 200)
	if told, _ := a.do("officer", "GET", "/objections/1", nil, 200)["told"].(string); !strings.Contains(told, "가점") {
		t.Errorf("the officer is told %q", told)
	}
	a.do("officer", "GET", "/letters/2", nil, 200)
	a.do("manager", "POST", "/objections/1/dismiss", anyObject{"version": 9, "answer": "늦었습니다."}, 409)
	a.do("officer", "POST", "/objections/1/withdraw", anyObject{"version": 9}, 409)

	a.do("manager", "POST", "/selections/1/promote", anyObject{"cause": ""}, 422)
	next := a.do("manager", "POST", "/selections/1/promote", anyObject{"cause": "이의신청 인용"}, 201)
	if next["no"] != float64(2) {
		t.Errorf("the supplement: %v", next)
	}
	at := fmt.Sprintf("/selections/%v", next["id"])
	a.do("manager", "POST", at+"/renew", anyObject{"version": 1, "reserves": 0}, 200)
	a.do("manager", "GET", at, nil, 200)
}
