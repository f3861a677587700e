package screening

import "eoul/pkg/workflow"

// State is where the screening of an application stands.
type State string

// The states of a screening.
const (
	Open       State = "open"
	Eligible   State = "eligible"
	Noticed    State = "noticed"
	Answered   State = "answered"
	Ineligible State = "ineligible"
)

// Flow moves a screening. "uphold" is done by application:disqualify, which ends the
// application too.
var Flow = workflow.Machine[State]{
	Name: "screening", Start: Open,
	Edges: []workflow.Edge[State]{
		{From: Open, Verb: "pass", To: Eligible},
		{From: Open, Verb: "notify", To: Noticed},
		{From: Noticed, Verb: "answer", To: Answered},
		{From: Noticed, Verb: "overturn", To: Eligible},
		{From: Answered, Verb: "overturn", To: Eligible},
		{From: Noticed, Verb: "uphold", To: Ineligible},
		{From: Answered, Verb: "uphold", To: Ineligible},
	},
	States: map[State]string{Open: "심사 전", Eligible: "적격", Noticed: "소명 기간", Answered: "소명함", Ineligible: "부적격"},
	Verbs: map[string]string{ // #nosec G101 -- "pass" is no password
		"pass": "적격 판정", "notify": "부적격 통지", "answer": "소명", "overturn": "소명 인용", "uphold": "부적격 결정",
	},
}
