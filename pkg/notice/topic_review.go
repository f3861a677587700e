package notice

import "fmt"

// screeningTopic are the steps of a screening that somebody else has to hear of.
func screeningTopic(name string, _ subject) (topic, bool) {
	link := func(s subject) string { return fmt.Sprintf("/applications/%d/screening", s.ApplicationID) }
	switch name {
	case "screening.notify":
		return topic{both(holders, signers), say("부적격 통지를 받았습니다. 기한 안에 소명할 수 있습니다: %s"), link}, true
	case "screening.answer":
		return topic{both(managers, deciders), say("부적격 통지에 대한 소명이 들어왔습니다: %s"), link}, true
	case "screening.overturn":
		return topic{both(holders, managers), say("소명이 받아들여졌습니다: %s"), link}, true
	}
	return topic{}, false
}

// panelTopic is what happens around the pool of reviewers and their challenges.
func panelTopic(name string, _ subject) (topic, bool) {
	pool := func(s subject) string { return fmt.Sprintf("/calls/%d/pool", s.CallID) }
	members := func(s subject) string { return fmt.Sprintf("/programs/%d/reviewers", s.ProgramID) }
	switch name {
	case "challenge.create":
		return topic{managers, say("심사위원 기피 신청이 들어왔습니다: %s"), pool}, true
	case "challenge.decide":
		return topic{holders, say("기피 신청에 대한 결정이 있습니다: %s"), pool}, true
	case "reviewer.accepted":
		return topic{managers, say("심사위원이 위촉을 수락했습니다: %s"), members}, true
	case "reviewer.refused":
		return topic{managers, say("심사위원이 위촉을 거절했습니다: %s"), members}, true
	case "reviewer.invited":
		return topic{[]concerned{{"", named}}, say("심사위원 위촉 요청을 받았습니다: %s"), func(subject) string { return "/assignments" }}, true
	case "pool.published":
		return topic{[]concerned{{"officer", applicants}, {"province", applicants}}, say("심사위원 명단이 공개되었습니다. 기피를 신청할 수 있습니다: %s"),
			func(s subject) string { return fmt.Sprintf("/calls/%d/pool", s.ID) }}, true
	}
	return topic{}, false
}
