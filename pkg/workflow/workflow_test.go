package workflow_test

import (
	"strings"
	"testing"

	"eoul/pkg/fault"
	"eoul/pkg/workflow"
)

type state string

var flow = workflow.Machine[state]{
	Name: "letter", Start: "draft",
	Edges:  []workflow.Edge[state]{{"draft", "send", "sent"}, {"sent", "answer", "done"}},
	States: map[state]string{"draft": "작성", "sent": "발송"},
	Verbs:  map[string]string{"send": "발송"},
}

func TestNext(t *testing.T) {
	if to, err := flow.Next("draft", "send"); err != nil || to != "sent" {
		t.Errorf("draft send = %v, %v", to, err)
	}
	to, err := flow.Next("sent", "send")
	if to != "sent" || fault.KindOf(err) != fault.Conflict {
		t.Errorf("sent send = %v, %v; want a Conflict that stays", to, err)
	}
	if msg, _ := fault.Public(err); !strings.Contains(msg, "발송") {
		t.Errorf("the refusal %q does not name the state in Korean", msg)
	}
}

func TestRowsAndMermaid(t *testing.T) {
	want := "letter||create|draft letter|draft|send|sent letter|sent|answer|done"
	if got := strings.Join(flow.Rows(), " "); got != want {
		t.Errorf("Rows = %s", got)
	}
	if m := flow.Mermaid(); !strings.Contains(m, "[*] --> draft") || !strings.Contains(m, "sent --> done: answer") {
		t.Errorf("Mermaid = %s", m)
	}
}
