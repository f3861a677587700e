package settlement

import "eoul/pkg/workflow"

// State is where a settlement stands.
type State string

// The states of a settlement.
const (
	Preparing  State = "preparing"
	Submitted  State = "submitted"
	Checked    State = "checked"
	Examined   State = "examined"
	Correcting State = "correcting"
	Fixed      State = "fixed"
	Notified   State = "notified"
	Repaid     State = "repaid"
	Closed     State = "closed"
)

// Flow is the life of a settlement.
var Flow = workflow.Machine[State]{
	Name: "settlement", Start: Preparing,
	Edges: []workflow.Edge[State]{
		{From: Preparing, Verb: "submit", To: Submitted},
		{From: Submitted, Verb: "check", To: Checked},
		{From: Submitted, Verb: "examine", To: Examined},
		{From: Submitted, Verb: "correct", To: Correcting},
		{From: Checked, Verb: "examine", To: Examined},
		{From: Checked, Verb: "correct", To: Correcting},
		{From: Examined, Verb: "correct", To: Correcting},
		{From: Correcting, Verb: "submit", To: Submitted},
		{From: Examined, Verb: "fix", To: Fixed},
		{From: Fixed, Verb: "notify", To: Notified},
		{From: Notified, Verb: "repay", To: Repaid},
		{From: Repaid, Verb: "close", To: Closed},
	},
	States: map[State]string{
		Preparing: "작성", Submitted: "제출", Checked: "시·도 확인", Examined: "검토", Correcting: "시정",
		Fixed: "확정", Notified: "반납고지", Repaid: "수납", Closed: "종결",
	},
	Verbs: map[string]string{
		"create": "정산 시작", "update": "정산서 고치기", "submit": "제출", "check": "시·도 확인", "correct": "시정 요구",
		"examine": "검토", "fix": "금액 확정", "notify": "반납고지", "repay": "수납 확인", "close": "종결",
	},
}

// Open tells whether the recipient may still write.
func (s State) Open() bool { return s == Preparing || s == Correcting }

// Final tells whether the amounts are fixed.
func (s State) Final() bool {
	return s == Fixed || s == Notified || s == Repaid || s == Closed
}
