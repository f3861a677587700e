package api_test

import (
	"fmt"
	"testing"
	"time"

	"eoul/pkg/fixture"
)

// TestScreeningAPI takes one application through notice, answer and decision, another
// through a passed screening with a bonus, and a challenge of a reviewer.
func TestScreeningAPI(t *testing.T) {
	t.Parallel()
	a := newReviewAPI(t)
	fixture.Closed(t, a.db, a.call)
	call := fmt.Sprintf("/calls/%d", a.call.ID)
	items := a.do("manager", "POST", call+"/screenings/items", anyObject{"items": []anyObject{{"title": "지방비 확보 확인"}}}, 200)["items"].([]any)
	item := items[0].(anyObject)["id"]
	list := a.do("manager", "GET", call+"/screenings", nil, 200)
	if n := len(list["items"].([]any)); n != 3 {
		t.Errorf("%d screenings", n)
	}
	a.do("officer", "GET", call+"/screenings", nil, 404)

	first := fmt.Sprintf("/applications/%d", a.apps[1].ID) // 나루군's
	a.do("officer", "GET", first+"/screening", nil, 404)   // not before the notice
	marks := []anyObject{{"item": item, "passed": true, "note": ""}}
	a.do("manager", "POST", first+"/screening/pass", anyObject{"version": 0, "marks": []anyObject{}}, 422)
	a.do("manager", "POST", first+"/screening/mark", anyObject{"version": 0, "marks": marks}, 200)
	a.do("manager", "POST", first+"/screening/notify", anyObject{"version": 1, "marks": marks}, 422)
	noticed := a.do("manager", "POST", first+"/screening/notify", anyObject{"version": 1, "marks": marks, "reason": "심의가 없었습니다."}, 200)
	one := fmt.Sprintf("/screenings/%v", noticed["id"])
	a.do("officer", "GET", first+"/screening", nil, 200)
	a.do("manager", "POST", one+"/answer", anyObject{"version": 2, "text": "소명"}, 404)
	a.do("officer", "POST", one+"/answer", anyObject{"version": 2, "text": ""}, 422)
	a.do("officer", "POST", one+"/answer", anyObject{"version": 2, "text": "회의록을 다시 냅니다."}, 200)
	a.do("manager", "POST", one+"/overturn", anyObject{"version": 3, "text": "인정합니다."}, 403) // who sent the notice
	a.do("decider", "POST", one+"/overturn", anyObject{"version": 3, "text": "인정합니다."}, 200)

	second := fmt.Sprintf("/applications/%d", a.apps[2].ID)
	bonus := a.do("manager", "GET", call, nil, 200)["rubric"].(anyObject)["bonus"].([]any)
	if len(bonus) != 2 {
		t.Fatalf("bonus items %v", bonus)
	}
	a.do("manager", "POST", second+"/screening/pass", anyObject{"version": 0, "marks": marks}, 200)
	fact := anyObject{"bonus_item_id": bonusItemID(t, a), "evidence": "행정안전부 고시"}
	a.do("manager", "POST", second+"/bonus", fact, 200)
	a.do("manager", "POST", second+"/bonus/revoke", anyObject{"bonus_item_id": fact["bonus_item_id"]}, 200)

	fixture.Panel(t, a.db, a.Company)
	a.do("officer", "POST", first+"/challenges", anyObject{"reviewer_id": 1, "reason": "전에 다툼이 있었습니다."}, 422) // not published
	a.do("manager", "POST", call+"/pool/publish", anyObject{}, 200)
	a.do("manager", "POST", call+"/pool/publish", anyObject{}, 409)
	pool := a.do("officer", "GET", call+"/pool", nil, 200)
	if len(pool["reviewers"].([]any)) != 5 {
		t.Errorf("pool %v", pool)
	}
	filed := a.do("officer", "POST", first+"/challenges", anyObject{"reviewer_id": 1, "reason": "전에 다툼이 있었습니다."}, 201)
	a.do("officer", "POST", first+"/challenges", anyObject{"reviewer_id": 1, "reason": "다시"}, 409)
	a.do("officer", "POST", fmt.Sprintf("/challenges/%v/decide", filed["id"]), anyObject{"version": 1, "uphold": true, "decision": "인정"}, 404)
	a.do("manager", "POST", fmt.Sprintf("/challenges/%v/decide", filed["id"]), anyObject{"version": 1, "uphold": true, "decision": "인정합니다."}, 200)

	a.db.Clock(t, fixture.Now(t, a.db).Add(30*24*time.Hour))
	round := fmt.Sprintf("/rounds/%v", a.do("manager", "POST", "/rounds", anyObject{"call_id": a.call.ID}, 201)["id"])
	pair := anyObject{"application_id": a.apps[1].ID, "reviewer_id": 1}
	a.do("manager", "POST", round+"/assign", anyObject{"pairs": []any{pair}}, 422) // challenged
	pair["reviewer_id"] = 2
	made := a.do("manager", "POST", round+"/assign", anyObject{"pairs": []any{pair}}, 200)["items"].([]any)[0].(anyObject)
	desk := fmt.Sprintf("/assignments/%v", made["id"])
	a.do("reviewer1", "POST", desk+"/recuse", anyObject{"kind": "recused", "reason": "친족"}, 409) // not declared yet
	a.do("reviewer1", "POST", desk+"/declare", anyObject{"kind": "none"}, 200)
	a.do("manager", "POST", desk+"/exclude", anyObject{"kind": "excluded", "reason": ""}, 422)
	a.do("reviewer1", "POST", desk+"/recuse", anyObject{"kind": "recused", "reason": "친족이 일합니다."}, 200)
	a.do("manager", "POST", desk+"/exclude", anyObject{"kind": "excluded", "reason": "늦음"}, 409)

	a.do("manager", "POST", call+"/stages", anyObject{"stages": []anyObject{{"stage": "paper", "weight_bps": 10000}}}, 409) // judged already
}

func bonusItemID(t *testing.T, a reviewAPI) (id int64) {
	t.Helper()
	if err := a.db.DB.Get(&id, `select min(id) from bonus_items`); err != nil {
		t.Fatal(err)
	}
	return id
}
