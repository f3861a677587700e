package application

import "eoul/pkg/workflow"

// State is where an application stands.
type State string

// The states of an application.
const (
	StateDraft      State = "draft"
	StateSigning    State = "signing"
	StateEndorsing  State = "endorsing"
	StateReceived   State = "received"
	StateReturned   State = "returned"
	StateReviewing  State = "reviewing"
	StateSelected   State = "selected"
	StateReserve    State = "reserve"
	StateDeclined   State = "declined"
	StateWithdrawn  State = "withdrawn"
	StateIneligible State = "ineligible"
)

// Flow is every move of an application. "submit" leads to endorsing or, for a
// 시·도's own application and for a correction that leaves the budget alone, to
// received. "return" is the 시·도's, "correct" the ministry's. In a call that asks for
// a signature the way goes through signing: "approve" hands in where otherwise
// "submit" would; "reject" and "recall" lead back to where the plan came from.
var Flow = workflow.Machine[State]{
	Name:  "application",
	Start: StateDraft,
	Edges: []workflow.Edge[State]{
		{From: StateDraft, Verb: "submit", To: StateEndorsing},
		{From: StateDraft, Verb: "submit", To: StateReceived},
		{From: StateDraft, Verb: "sign", To: StateSigning},
		{From: StateReturned, Verb: "sign", To: StateSigning},
		{From: StateSigning, Verb: "approve", To: StateEndorsing},
		{From: StateSigning, Verb: "approve", To: StateReceived},
		{From: StateSigning, Verb: "reject", To: StateDraft},
		{From: StateSigning, Verb: "reject", To: StateReturned},
		{From: StateSigning, Verb: "recall", To: StateDraft},
		{From: StateSigning, Verb: "recall", To: StateReturned},
		{From: StateEndorsing, Verb: "endorse", To: StateReceived},
		{From: StateEndorsing, Verb: "return", To: StateReturned},
		{From: StateReceived, Verb: "correct", To: StateReturned},
		{From: StateReturned, Verb: "submit", To: StateEndorsing},
		{From: StateReturned, Verb: "submit", To: StateReceived},
		{From: StateDraft, Verb: "withdraw", To: StateWithdrawn},
		{From: StateSigning, Verb: "withdraw", To: StateWithdrawn},
		{From: StateEndorsing, Verb: "withdraw", To: StateWithdrawn},
		{From: StateReceived, Verb: "withdraw", To: StateWithdrawn},
		{From: StateReturned, Verb: "withdraw", To: StateWithdrawn},
		{From: StateReceived, Verb: "disqualify", To: StateIneligible},
		{From: StateReceived, Verb: "review", To: StateReviewing},
		{From: StateReviewing, Verb: "select", To: StateSelected},
		{From: StateReviewing, Verb: "reserve", To: StateReserve},
		{From: StateReviewing, Verb: "decline", To: StateDeclined},
		{From: StateReserve, Verb: "select", To: StateSelected},
		{From: StateDeclined, Verb: "select", To: StateSelected},
		{From: StateDeclined, Verb: "reserve", To: StateReserve},
		{From: StateSelected, Verb: "forfeit", To: StateWithdrawn},
		{From: StateReserve, Verb: "forfeit", To: StateWithdrawn},
	},
	States: map[State]string{
		StateDraft: "작성", StateSigning: "결재", StateEndorsing: "시·도 검토", StateReceived: "접수", StateReturned: "보완 요청", StateReviewing: "심사",
		StateSelected: "선정", StateReserve: "예비", StateDeclined: "탈락", StateWithdrawn: "철회", StateIneligible: "부적격",
	},
	Verbs: map[string]string{
		"create": "신청서 만들기", "edit": "계획서 고치기", "submit": "제출", "sign": "결재 올리기", "approve": "결재", "reject": "반려", "recall": "결재 회수", "endorse": "추천", "return": "보완 요청",
		"correct": "보완 요청", "withdraw": "철회", "disqualify": "부적격 처리", "review": "심사 회부",
		"select": "선정", "reserve": "예비 선정", "decline": "탈락", "forfeit": "선정 포기",
	},
}
