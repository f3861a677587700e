package program

import "eoul/pkg/workflow"

// State is where a call stands.
type State string

// The states of a call.
const (
	StateDraft     State = "draft"
	StateAnnounced State = "announced"
	StateOpen      State = "open"
	StateClosed    State = "closed"
	StateReviewing State = "reviewing"
	StateDecided   State = "decided"
	StatePublished State = "published"
)

// Flow is every move of a call. "extend" is the one way back: a later deadline
// after the closing takes applications again.
var Flow = workflow.Machine[State]{
	Name:  "call",
	Start: StateDraft,
	Edges: []workflow.Edge[State]{
		{From: StateDraft, Verb: "announce", To: StateAnnounced},
		{From: StateAnnounced, Verb: "open", To: StateOpen},
		{From: StateOpen, Verb: "close", To: StateClosed},
		{From: StateClosed, Verb: "extend", To: StateOpen},
		{From: StateClosed, Verb: "review", To: StateReviewing},
		{From: StateReviewing, Verb: "decide", To: StateDecided},
		{From: StateDecided, Verb: "publish", To: StatePublished},
	},
	States: map[State]string{
		StateDraft: "작성", StateAnnounced: "공고", StateOpen: "접수", StateClosed: "마감",
		StateReviewing: "심사", StateDecided: "선정", StatePublished: "공개",
	},
	Verbs: map[string]string{
		"create": "공모 만들기", "update": "공모 고치기", "announce": "공고", "open": "접수 시작", "close": "접수 마감",
		"extend": "기한 연장", "hint": "작성 안내 고치기", "review": "심사 시작", "decide": "선정 확정", "publish": "결과 공개",
	},
}
