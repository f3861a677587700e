package identity

import "eoul/pkg/workflow"

// State is where a role grant stands.
type State string

// The states of a role grant.
const (
	Requested State = "requested"
	Active    State = "active"
	Ended     State = "ended"
)

// Flow is the life of a role grant: asked for, approved, ended.
var Flow = workflow.Machine[State]{
	Name: "grant", Start: Requested,
	Edges: []workflow.Edge[State]{
		{From: Requested, Verb: "approve", To: Active},
		{From: Active, Verb: "end", To: Ended},
		{From: Requested, Verb: "end", To: Ended},
	},
	States: map[State]string{Requested: "승인 대기", Active: "유효", Ended: "종료"},
	Verbs:  map[string]string{"create": "부여 요청", "approve": "승인", "end": "종료"},
}
