package api_test

import "fmt"

// discussed asks for an explanation of a sheet, has it answered, changes one of its
// scores with a reason and writes the minutes, as the discussion of a round goes.
func (a reviewAPI) discussed(round, sheet string) {
	a.t.Helper()
	at := sheet + "/explanations"
	a.do("manager", "GET", at, nil, 404)
	a.do("manager", "GET", round+"/minutes", nil, 404)
	a.do("chair", "POST", at, anyObject{"question": " "}, 422)
	made := a.do("chair", "POST", at, anyObject{"question": "왜 낮게 보셨습니까?"}, 201)
	me := ""
	for i := range a.Reviewers {
		who := fmt.Sprintf("reviewer%d", i)
		for _, item := range a.do(who, "GET", "/assignments", nil, 200)["items"].([]any) {
			if fmt.Sprintf("/sheets/%v", item.(anyObject)["sheet_id"]) == sheet {
				me = who
			}
		}
	}
	answer := fmt.Sprintf("/explanations/%v/answer", made["id"])
	a.do("chair", "POST", answer, anyObject{"answer": "대신 답합니다."}, 404)
	a.do(me, "POST", answer, anyObject{"answer": "근거가 없었습니다."}, 200)
	a.do(me, "POST", answer, anyObject{"answer": "다시 답합니다."}, 409)
	if got := a.do("chair", "GET", at, nil, 200)["explanations"].([]any); len(got) != 1 || got[0].(anyObject)["answer"] != "근거가 없었습니다." {
		a.t.Errorf("explanations: %v", got)
	}
	var present []any
	for _, x := range a.do("chair", "GET", round+"/minutes", nil, 200)["attendees"].([]any) {
		present = append(present, x.(anyObject)["reviewer_id"])
	}
	in := anyObject{"version": 0, "held_at": "2022-01-01T01:00:00Z", "place": "회의실", "attendees": present, "body": "토의", "items": []any{anyObject{"application_id": a.apps[0].ID, "decision": "그대로"}}}
	a.do("manager", "POST", round+"/minutes", in, 404)
	a.do("chair", "POST", round+"/minutes", in, 200)
	a.do("chair", "POST", round+"/minutes", in, 409)
}
