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

// ReviewerState is where the invitation of a reviewer stands.
type ReviewerState string

// The states of an invitation.
const (
	ReviewerInvited  ReviewerState = "invited"
	ReviewerAccepted ReviewerState = "accepted"
	ReviewerRefused  ReviewerState = "refused"
)

// ReviewerFlow moves an invitation; the reviewer answers it.
var ReviewerFlow = workflow.Machine[ReviewerState]{
	Name: "reviewer", Start: ReviewerInvited,
	Edges: []workflow.Edge[ReviewerState]{
		{From: ReviewerInvited, Verb: "accept", To: ReviewerAccepted},
		{From: ReviewerInvited, Verb: "refuse", To: ReviewerRefused},
	},
	States: map[ReviewerState]string{ReviewerInvited: "위촉 요청", ReviewerAccepted: "위촉", ReviewerRefused: "거절"},
	Verbs:  map[string]string{"accept": "위촉 수락", "refuse": "위촉 거절"},
}

// ChallengeState is where an applicant's challenge of a reviewer stands.
type ChallengeState string

// The states of a challenge.
const (
	ChallengeFiled     ChallengeState = "filed"
	ChallengeUpheld    ChallengeState = "upheld"
	ChallengeDismissed ChallengeState = "dismissed"
)

// ChallengeFlow moves a challenge; the ministry decides it.
var ChallengeFlow = workflow.Machine[ChallengeState]{
	Name: "challenge", Start: ChallengeFiled,
	Edges: []workflow.Edge[ChallengeState]{
		{From: ChallengeFiled, Verb: "uphold", To: ChallengeUpheld},
		{From: ChallengeFiled, Verb: "dismiss", To: ChallengeDismissed},
	},
	States: map[ChallengeState]string{ChallengeFiled: "기피 신청", ChallengeUpheld: "받아들임", ChallengeDismissed: "받아들이지 않음"},
	Verbs:  map[string]string{"uphold": "기피 신청 받아들임", "dismiss": "기피 신청 기각"},
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
