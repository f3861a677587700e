package program

import (
	"time"

	"eoul/pkg/work"
)

// putOff is what the trail and the announcement say of one call of an outage. Kind is
// submit when the submission of all was put off, else empty.
type putOff struct {
	Call
	Outage int64       `json:"outage_id"`
	Reason string      `json:"reason"`
	Until  time.Time   `json:"until"`
	Kind   string      `json:"kind"`
	Moves  []Postponed `json:"moves"`
}

func (p *OutagePlan) movesSubmit(id CallID) bool {
	for _, m := range p.Moves {
		if m.CallID == id && m.Kind == Submit {
			return true
		}
	}
	return false
}

// events are the rows of the trail and the messages, one each per call. A call that
// opened again has a new version; the others only get an event. first is the first
// deadline that the outage set for a call.
func (p *OutagePlan) events(o Outage, before, after []Call, first map[CallID]int64) (trail, news []work.Event) {
	for i, c := range after {
		of := putOff{Call: c, Outage: o.ID, Reason: o.Reason, Until: o.PutOff}
		for _, m := range p.Moves {
			if m.CallID != c.ID {
				continue
			}
			of.Moves = append(of.Moves, m)
			if m.Kind == Submit && m.GovernmentID == 0 {
				of.Kind = Submit
			}
		}
		ref := work.Ref{Kind: "call", ID: int64(c.ID)}
		if c.Version != before[i].Version {
			ref = c.Ref()
		}
		trail = append(trail, work.Event{Ref: ref, Before: before[i], After: of})
		news = append(news, work.Event{Ref: work.Ref{Kind: "deadline", ID: first[c.ID], Version: 1}, After: of})
	}
	return trail, news
}
