package review

import "eoul/pkg/workflow"

// State is where a round of review stands.
type State string

// The states of a round (decisions 15).
const (
	Scoring    State = "scoring"
	Discussing State = "discussing"
	Locked     State = "locked"
)

// Flow moves a round. Each move is asked for by the chair and confirmed by a
// second person; the move happens at the confirmation.
var Flow = workflow.Machine[State]{
	Name: "round", Start: Scoring,
	Edges: []workflow.Edge[State]{
		{From: Scoring, Verb: "discuss", To: Discussing},
		{From: Discussing, Verb: "lock", To: Locked},
	},
	States: map[State]string{Scoring: "채점 중", Discussing: "토의 중", Locked: "확정"},
	Verbs:  map[string]string{"discuss": "토의 열기", "lock": "심사 확정"},
}

// SheetState is where one reviewer's score sheet stands.
type SheetState string

// The states of a score sheet.
const (
	SheetDraft     SheetState = "draft"
	SheetSubmitted SheetState = "submitted"
	SheetReopened  SheetState = "reopened"
	SheetLocked    SheetState = "locked"
)

// SheetFlow moves a score sheet.
var SheetFlow = workflow.Machine[SheetState]{
	Name: "sheet", Start: SheetDraft,
	Edges: []workflow.Edge[SheetState]{
		{From: SheetDraft, Verb: "submit", To: SheetSubmitted},
		{From: SheetSubmitted, Verb: "reopen", To: SheetReopened},
		{From: SheetReopened, Verb: "submit", To: SheetSubmitted},
		{From: SheetSubmitted, Verb: "lock", To: SheetLocked},
	},
	States: map[SheetState]string{SheetDraft: "작성 중", SheetSubmitted: "제출", SheetReopened: "다시 작성", SheetLocked: "확정"},
	Verbs:  map[string]string{"submit": "제출", "reopen": "다시 열기", "lock": "확정"},
}
