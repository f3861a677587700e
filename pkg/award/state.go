package award

import "eoul/pkg/workflow"

// State is where an award stands.
type State string

// The states of an award; Changing belongs to budget changes.
const (
	Applied   State = "applied"
	Examined  State = "examined"
	Granted   State = "granted"
	Running   State = "running"
	Changing  State = "changing"
	Suspended State = "suspended"
	Cancelled State = "cancelled"
	Ended     State = "ended"
	Settling  State = "settling"
	Closed    State = "closed"
)

// Flow is the life of an award.
var Flow = workflow.Machine[State]{
	Name: "award", Start: Applied,
	Edges: []workflow.Edge[State]{
		{From: Applied, Verb: "examine", To: Examined},
		{From: Examined, Verb: "grant", To: Granted},
		{From: Granted, Verb: "start", To: Running},
		{From: Running, Verb: "change", To: Changing},
		{From: Changing, Verb: "resume", To: Running},
		{From: Running, Verb: "suspend", To: Suspended},
		{From: Suspended, Verb: "resume", To: Running},
		{From: Applied, Verb: "cancel", To: Cancelled},
		{From: Examined, Verb: "cancel", To: Cancelled},
		{From: Running, Verb: "end", To: Ended},
		{From: Suspended, Verb: "end", To: Ended},
		{From: Ended, Verb: "settle", To: Settling},
		{From: Settling, Verb: "close", To: Closed},
	},
	States: map[State]string{
		Applied: "교부신청", Examined: "검토 완료", Granted: "교부결정", Running: "집행 중", Changing: "변경 중",
		Suspended: "중단", Cancelled: "취소", Ended: "집행 마감", Settling: "정산 중", Closed: "종결",
	},
	Verbs: map[string]string{
		"create": "교부신청", "examine": "교부신청 검토", "grant": "교부결정", "start": "사업 시작", "change": "변경 신청",
		"resume": "재개", "suspend": "중단", "cancel": "취소", "end": "집행 마감", "settle": "정산 시작", "close": "종결",
		"secure": "자체 부담금 확보",
	},
}

// TrancheState is where a tranche stands.
type TrancheState string

// The states of a tranche: Confirmed is sent and posted, Received is arrived.
const (
	Requested TrancheState = "requested"
	Drafted   TrancheState = "drafted"
	Confirmed TrancheState = "confirmed"
	Received  TrancheState = "received"
	Withdrawn TrancheState = "withdrawn"
)

// TrancheFlow is the life of a tranche.
var TrancheFlow = workflow.Machine[TrancheState]{
	Name: "tranche", Start: Requested,
	Edges: []workflow.Edge[TrancheState]{
		{From: Requested, Verb: "draft", To: Drafted},
		{From: Drafted, Verb: "confirm", To: Confirmed},
		{From: Drafted, Verb: "undo", To: Requested},
		{From: Requested, Verb: "withdraw", To: Withdrawn},
		{From: Confirmed, Verb: "receive", To: Received},
	},
	States: map[TrancheState]string{
		Requested: "교부 요청", Drafted: "지급 기안", Confirmed: "지급 완료", Received: "수령", Withdrawn: "요청 취소",
	},
	Verbs: map[string]string{
		"create": "교부 요청", "draft": "지급 기안", "confirm": "지급 확정", "undo": "기안 취소",
		"withdraw": "요청 취소", "receive": "수령 확인",
	},
}
