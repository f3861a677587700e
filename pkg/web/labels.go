package web

import (
	"fmt"
	"sync"

	"eoul/pkg/application"
	"eoul/pkg/award"
	"eoul/pkg/execution"
	"eoul/pkg/identity"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/screening"
	"eoul/pkg/selection"
	"eoul/pkg/settlement"
	"eoul/pkg/workflow"
)

// labels are the Korean words of the states, by machine: one line per machine. They
// are put together once, for a list asks for them in every row.
//
//	"application": words(application.Flow),
var labels = sync.OnceValue(func() map[string]map[string]string {
	return map[string]map[string]string{
		"grant":       words(identity.Flow),
		"call":        words(program.Flow),
		"application": words(application.Flow),
		"screening":   words(screening.Flow),
		"reviewer":    words(review.ReviewerFlow),
		"challenge":   words(review.ChallengeFlow),
		"round":       words(review.Flow),
		"sheet":       words(review.SheetFlow),
		"selection":   words(selection.Flow),
		"objection":   words(selection.ObjectionFlow),
		"award":       words(award.Flow),
		"tranche":     words(award.TrancheFlow),
		"expenditure": words(execution.Flow),
		"settlement":  words(settlement.Flow),
	}
})

// words makes a machine's states printable.
func words[S ~string](m workflow.Machine[S]) map[string]string {
	out := make(map[string]string, len(m.States))
	for state, word := range m.States {
		out[string(state)] = word
	}
	return out
}

// label is the Korean word of a state.
func label(machine string, state any) (string, error) {
	word, ok := labels()[machine][fmt.Sprint(state)]
	if !ok {
		return "", fmt.Errorf("no word for state %v of %s", state, machine)
	}
	return word, nil
}

func stateBadge(machine string, state any) (Badge, error) {
	word, err := label(machine, state)
	return Badge{tone(fmt.Sprint(state)), word}, err
}

// tone is the colour of a state, the same on every screen: neutral not begun or
// over, warning in work, info on its way, danger needs correction, success done.
func tone(state string) string {
	switch state {
	case "draft", "drafted", "preparing", "reopened", "scoring", "requested", "planned", "changing", "settling", "unreviewed", "notified", "upholding", "invited", "noticed", "filed":
		return "warning"
	case "submitted", "announced", "endorsing", "received", "reviewing", "discussing", "open", "proposed", "examining", "signing", "pending", "applied", "examined", "checked", "answered":
		return "info"
	case "returned", "ineligible", "refused", "rejected", "cancelled", "overdue", "suspended", "correcting":
		return "danger"
	case "selected", "approved", "published", "confirmed", "decided", "active", "fixed", "accepted", "paid", "granted", "repaid", "eligible", "upheld":
		return "success"
	case "reserve", "running":
		return "primary"
	}
	return "neutral"
}
