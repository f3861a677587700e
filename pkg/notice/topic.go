package notice

import (
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/program"
)

// where tells whose grants make somebody concerned.
type where uint8

const (
	own        where = iota // at the government of the record
	above                   // at the 시·도 above it
	payer                   // at who pays, when a 시·도 does
	programme               // of the programme
	applicants              // at every government that applied to the call
	writers                 // at every government that still writes in the call, and the 시·도 above
	everywhere              // at any government
	named                   // in the message itself
)

// concerned are the holders of a role somewhere.
type concerned struct {
	role string
	at   where
}

// subject is what a message says about its record. Every record names these things
// the same way; what it has not is empty.
type subject struct {
	ID             int64  `json:"id"`
	Number         string `json:"number"`
	Title          string `json:"title"`
	State          string `json:"state"`
	GovernmentID   int64  `json:"government_id"`
	GovernmentName string `json:"government_name"`
	ProvinceID     int64  `json:"province_id"`
	ProgramID      int64  `json:"program_id"`
	CallID         int64  `json:"call_id"`
	CallTitle      string `json:"call_title"`
	AwardID        int64  `json:"award_id"`
	AwardTitle     string `json:"award_title"`
	PayerID        int64  `json:"payer_id"`
	PayerKind      string `json:"payer_kind"`

	CommentID     int64            `json:"comment_id"`
	ApplicationID int64            `json:"application_id"`
	People        []authz.PersonID `json:"people"`

	ExpenditureID int64 `json:"-"` // whose evidence a file is, found where the file is

	Kind  string    `json:"kind"`  // of a deadline that moved
	Until time.Time `json:"until"` // when it is now
}

// topic says who hears of a message, in which words and where it leads.
type topic struct {
	to    []concerned
	title func(s subject) string
	link  func(s subject) string
}

// Who is meant, in the words of roles.md.
var (
	holders    = []concerned{{"officer", own}, {"province", own}}
	signers    = []concerned{{"approver", own}}
	provinces  = []concerned{{"province", above}}
	managers   = []concerned{{"manager", programme}}
	deciders   = []concerned{{"decider", programme}}
	finances   = []concerned{{"finance", programme}}
	reviewers  = []concerned{{"reviewer", programme}, {"chair", programme}}
	chairs     = []concerned{{"chair", programme}}
	candidates = []concerned{{"officer", everywhere}, {"province", everywhere}}
)

func both(a, b []concerned) []concerned { return append(append([]concerned{}, a...), b...) }

// topicOf finds what a message means for people; most messages concern nobody else.
func topicOf(name string, s subject) (topic, bool) {
	for _, find := range []func(string, subject) (topic, bool){callTopic, applicationTopic, documentTopic, screeningTopic, panelTopic, reviewTopic, awardTopic, settlementTopic} {
		if t, ok := find(name, s); ok {
			return t, true
		}
	}
	return topic{}, false
}

func say(format string) func(subject) string {
	return func(s subject) string {
		what := s.Title
		if what == "" {
			what = s.AwardTitle
		}
		if what == "" {
			what = s.CallTitle
		}
		if s.GovernmentName != "" {
			what = s.GovernmentName + " · " + what
		}
		return fmt.Sprintf(format, what)
	}
}

func at(path string) func(subject) string {
	return func(s subject) string { return fmt.Sprintf("%s/%d", path, s.ID) }
}

func atAward(s subject) string { return fmt.Sprintf("/awards/%d", s.AwardID) }

// boundBy are those whom a moved deadline concerns: one government with its 시·도,
// anybody who may still apply when it is the submission of all, else who writes now.
func boundBy(s subject) []concerned {
	switch {
	case s.GovernmentID != 0 && s.ProvinceID != 0:
		return both(holders, provinces)
	case s.GovernmentID != 0:
		return holders
	case s.Kind == program.Submit:
		return candidates
	}
	return []concerned{{"officer", writers}, {"province", writers}}
}

// moved words a deadline and until when it is now.
func moved(format string, s subject) func(subject) string {
	kind := program.DeadlineLabel(s.Kind)
	if s.Kind == "" {
		kind = "공모의"
	}
	words := fmt.Sprintf(format, kind, calendar.FormatInstant(s.Until))
	return func(s subject) string { return words + say("%s")(s) }
}

func callTopic(name string, s subject) (topic, bool) {
	switch name {
	case "call.announce":
		return topic{candidates, say("새 공모가 공고되었습니다: %s"), at("/calls")}, true
	case "call.extend":
		return topic{boundBy(s), moved("%s 기한이 %s까지로 늘어났습니다: ", s), at("/calls")}, true
	case "call.put_off":
		s.GovernmentID = 0
		return topic{both(boundBy(s), managers), moved("장애로 %s 기한이 %s까지로 미루어졌습니다: ", s), at("/calls")}, true
	case "call.close":
		return topic{managers, say("공모 접수가 마감되었습니다: %s"), at("/calls")}, true
	case "call.publish":
		return topic{both(both([]concerned{{"officer", applicants}, {"province", applicants}}, managers), reviewers),
			say("선정 결과가 공개되었습니다: %s"), at("/calls")}, true
	}
	return topic{}, false
}

func applicationTopic(name string, s subject) (topic, bool) {
	link := at("/applications")
	switch name {
	case "application.sign":
		return topic{signers, say("결재할 신청이 올라왔습니다: %s"), func(s subject) string { return link(s) + "/signoff" }}, true
	case "application.reject":
		return topic{holders, say("결재가 반려되었습니다: %s"), link}, true
	case "application.submit", "application.approve":
		if s.State == "endorsing" {
			return topic{provinces, say("검토할 신청이 들어왔습니다: %s"), link}, true
		}
		return topic{managers, say("신청이 접수되었습니다: %s"), link}, true
	case "application.endorse":
		return topic{both(managers, holders), say("시·도가 신청을 추천했습니다: %s"), link}, true
	case "application.return", "application.correct":
		return topic{holders, say("보완 요청을 받았습니다: %s"), link}, true
	case "comment.create":
		return topic{[]concerned{{"", named}}, say("의견에서 불렀거나 답글을 남겼습니다: %s"), func(s subject) string {
			return fmt.Sprintf("%s/comments#comment-%d", link(s), s.CommentID)
		}}, true
	case "application.disqualify":
		return topic{both(holders, signers), say("신청이 부적격으로 처리되었습니다: %s"), link}, true
	}
	return topic{}, false
}

// explanations leads to what was asked about a sheet; the notice itself says nothing of it.
func explanations(s subject) string { return fmt.Sprintf("/sheets/%d/explanations", s.ID) }

func reviewTopic(name string, _ subject) (topic, bool) {
	round := at("/rounds")
	switch name {
	case "round.assigned":
		return topic{reviewers, say("심사할 신청이 배정되었습니다: %s"), func(subject) string { return "/assignments" }}, true
	case "round.discuss_requested":
		return topic{both(managers, deciders), say("토의를 열려면 두 번째 사람의 확인이 필요합니다: %s"), round}, true
	case "round.discussing":
		return topic{reviewers, say("토의가 열렸습니다: %s"), round}, true
	case "round.lock_requested":
		return topic{both(managers, deciders), say("심사를 확정하려면 두 번째 사람의 확인이 필요합니다: %s"), round}, true
	case "round.locked":
		return topic{both(managers, deciders), say("심사가 확정되었습니다: %s"), round}, true
	case "sheet.asked":
		return topic{[]concerned{{"", named}}, say("평가표에 설명을 요청받았습니다: %s"), explanations}, true
	case "sheet.answered":
		return topic{[]concerned{{"", named}}, say("요청한 설명에 답이 왔습니다: %s"), explanations}, true
	case "assignment.conflict":
		return topic{managers, say("심사위원이 제척·회피를 밝혔습니다. 배정을 확인해 주십시오: %s"), round}, true
	case "selection.create":
		return topic{deciders, say("승인을 기다리는 선정안이 있습니다: %s"), at("/selections")}, true
	case "objection.uphold":
		return topic{deciders, say("인용을 확정할 이의신청이 있습니다: %s"), at("/objections")}, true
	case "objection.refer":
		return topic{chairs, say("점수 오기를 확인할 이의신청이 있습니다: %s"), at("/objections")}, true
	case "objection.attest":
		return topic{deciders, say("위원장이 점수 오기를 확인한 이의신청이 있습니다: %s"), at("/objections")}, true
	case "objection.create":
		return topic{managers, say("이의신청이 들어왔습니다: %s"), at("/objections")}, true
	case "objection.refuse", "objection.deny":
		return topic{managers, say("이의신청의 답변이 돌아왔습니다: %s"), at("/objections")}, true
	case "objection.dismiss", "objection.confirm":
		return topic{both(both(holders, signers), managers), say("이의신청의 답변이 나왔습니다: %s"), at("/objections")}, true
	case "letter.issue":
		return topic{both(holders, signers), say("선정 결과 통지서를 받았습니다: %s"), at("/letters")}, true
	case "application.forfeit":
		return topic{managers, say("선정을 포기한 지자체가 있습니다: %s"), at("/applications")}, true
	case "selection.approve":
		return topic{managers, say("선정안이 승인되었습니다. 결과를 공개해 주십시오: %s"), at("/selections")}, true
	}
	return topic{}, false
}

func awardTopic(name string, s subject) (topic, bool) {
	link := at("/awards")
	switch name {
	case "award.create":
		return topic{managers, say("교부신청이 들어왔습니다: %s"), link}, true
	case "award.examine":
		return topic{deciders, say("교부결정을 기다립니다: %s"), link}, true
	case "award.grant":
		return topic{both(both(holders, signers), finances), say("교부결정되었습니다: %s"), link}, true
	case "award.suspend", "award.resume", "award.cancel":
		return topic{both(holders, managers), say("교부의 상태가 바뀌었습니다: %s"), link}, true
	case "tranche.create":
		if s.PayerKind == "sido" {
			return topic{[]concerned{{"province", payer}}, say("교부금 요청이 들어왔습니다: %s"), atAward}, true
		}
		return topic{finances, say("교부금 요청이 들어왔습니다: %s"), atAward}, true
	case "tranche.draft":
		if s.PayerKind == "sido" {
			return topic{[]concerned{{"approver", payer}}, say("교부를 확인해 주십시오: %s"), atAward}, true
		}
		return topic{finances, say("교부를 확인해 주십시오: %s"), atAward}, true
	case "tranche.confirm":
		return topic{holders, say("교부금을 보냈습니다. 수령을 확인해 주십시오: %s"), atAward}, true
	case "expenditure.reject":
		return topic{holders, say("불인정된 집행이 있습니다: %s"), atAward}, true
	}
	return topic{}, false
}

func settlementTopic(name string, s subject) (topic, bool) {
	link := at("/settlements")
	switch name {
	case "settlement.submit":
		if s.ProvinceID != 0 {
			return topic{provinces, say("확인할 정산이 제출되었습니다: %s"), link}, true
		}
		return topic{managers, say("검토할 정산이 제출되었습니다: %s"), link}, true
	case "settlement.check":
		return topic{managers, say("검토할 정산이 올라왔습니다: %s"), link}, true
	case "settlement.correct":
		return topic{holders, say("정산의 시정 요구를 받았습니다: %s"), link}, true
	case "settlement.examine":
		return topic{deciders, say("정산의 확정을 기다립니다: %s"), link}, true
	case "settlement.fix":
		return topic{both(both(holders, signers), finances), say("정산이 확정되었습니다: %s"), link}, true
	case "settlement.notify":
		return topic{both(holders, signers), say("반납 고지를 받았습니다: %s"), link}, true
	case "settlement.repay":
		return topic{both(holders, managers), say("반납이 끝났습니다: %s"), link}, true
	case "settlement.close":
		return topic{both(holders, managers), say("정산을 종결했습니다: %s"), link}, true
	}
	return topic{}, false
}
