package web

import (
	"time"

	"eoul/pkg/money"
)

// Stage is one step of the stage bar. State is done, current or todo.
type Stage struct{ Label, Note, State string }

// Stages marks the steps before the current one as done: the labels in order and
// the index of the current one (len(labels) when all is over).
func Stages(current int, labels ...string) []Stage {
	out := make([]Stage, len(labels))
	for i, l := range labels {
		out[i] = Stage{Label: l, State: "todo"}
		if i < current {
			out[i].State = "done"
		} else if i == current {
			out[i].State = "current"
		}
	}
	return out
}

// Task is one row of a task list: a part of a long form. Without a path it cannot
// be begun; a state without tone is plain text (작성 완료). Note says who is at it, More
// leads to something beside the task itself.
type Task struct {
	Label, Hint, Path string
	State             Badge
	Note              string
	More              Link
}

// Link is a way to another page, none without a path.
type Link struct{ Label, Path string }

// InboxItem is one thing that waits for a person.
type InboxItem struct {
	Title, Path, Note string
	State, Due        Badge
}

// Tile is one figure of an overview. With a path the whole tile leads to its list.
type Tile struct{ Label, Value, Unit, Note, Path string }

// Event is one entry of a trail.
type Event struct {
	At        time.Time
	Who, What string
	State     Badge
	Note      string
}

// Empty is shown instead of a list without rows: what is missing and what to do.
type Empty struct{ Title, Text, Path, Action string }

// Notice is one sentence with a tone: info, success, warning, danger.
type Notice struct{ Tone, Text string }

// Meter is a part of a whole as a bar with its percentage beside it.
type Meter struct {
	Label, Text string
	PerMille    int64
}

// meter makes a Meter of two amounts; without a whole it is empty.
func meter(label string, part, whole money.Amount) Meter {
	m := Meter{Label: label, Text: percent(part, whole)}
	if r, err := money.RateOf(part, whole); err == nil {
		m.PerMille = min(max(r.PerMille(), 0), 1000)
	}
	return m
}
