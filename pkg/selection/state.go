package selection

import "eoul/pkg/workflow"

// State is where a selection stands.
type State string

// The states of a selection.
const (
	Drafted   State = "drafted"
	Approved  State = "approved"
	Published State = "published"
)

// Flow moves a selection.
var Flow = workflow.Machine[State]{
	Name: "selection", Start: Drafted,
	Edges: []workflow.Edge[State]{
		{From: Drafted, Verb: "approve", To: Approved},
		{From: Approved, Verb: "publish", To: Published},
	},
	States: map[State]string{Drafted: "선정안 작성", Approved: "선정 확정", Published: "결과 공개"},
	Verbs:  map[string]string{"create": "선정안 만들기", "promote": "추가 선정안 만들기", "update": "선정안 고치기", "approve": "선정안 승인", "publish": "결과 공개"},
}

// Outcome is the decision on one application.
type Outcome string

// The outcomes, the best first.
const (
	Selected Outcome = "selected"
	Reserve  Outcome = "reserve"
	Declined Outcome = "declined"
	// Withdrawn is nobody's decision: the application gave its outcome up.
	Withdrawn Outcome = "withdrawn"
)

// Outcomes lists those that are decided, the best first.
func Outcomes() [3]Outcome { return [3]Outcome{Selected, Reserve, Declined} }

// Label is the Korean word of the screen.
func (o Outcome) Label() string {
	switch o {
	case Selected:
		return "선정"
	case Reserve:
		return "예비"
	case Declined:
		return "탈락"
	case Withdrawn:
		return "포기"
	}
	return string(o)
}

// verb moves the application of this outcome.
func (o Outcome) verb() string {
	switch o {
	case Selected:
		return "select"
	case Reserve:
		return "reserve"
	default:
		return "decline"
	}
}

// worth orders what is decided, the best highest; 0 is no decision.
func (o Outcome) worth() int {
	switch o {
	case Selected:
		return 3
	case Reserve:
		return 2
	case Declined:
		return 1
	default:
		return 0
	}
}
