package program

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"eoul/pkg/calendar"
	"eoul/pkg/organization"
	"eoul/pkg/rule"
)

// head is a deadline of a call as the acts for one target left it: the last one for
// all (government 0) or for one government.
type head struct {
	CallID         CallID          `db:"call_id" json:"call_id"`
	CallNumber     string          `db:"call_number" json:"call_number"`
	CallTitle      string          `db:"call_title" json:"call_title"`
	State          State           `db:"state" json:"state"`
	GovernmentID   organization.ID `db:"government_id" json:"government_id"` // 0 for all
	GovernmentName string          `db:"government_name" json:"government_name"`
	Kind           string          `db:"kind" json:"kind"`
	Was            time.Time       `db:"was" json:"was"`
}

// Postponed is one deadline that an outage puts off. Follows tells that it was not
// due itself but may not come before the submission that was.
type Postponed struct {
	head
	Follows bool `json:"follows"`
}

// KindLabel is the Korean name of the deadline.
func (p Postponed) KindLabel() string { return DeadlineLabel(p.Kind) }

// Window is the time whose deadlines an outage puts off, both ends included, and the
// instant they are put off to.
type Window struct {
	From, Covers, PutOff time.Time
}

func (w Window) meets(at time.Time) bool { return !at.Before(w.From) && !at.After(w.Covers) }

// target is whose deadline it is.
type target struct {
	call       CallID
	government organization.ID
	kind       string
}

// postpone finds what an outage puts off: every deadline in force that was due in the
// window, and every endorsement or correction that the later submission would
// overtake. Nothing moves earlier, and what the state of a call has passed stays.
func postpone(heads []head, w Window) []Postponed {
	inForce := make(map[target]time.Time, len(heads))
	for _, h := range heads {
		inForce[target{h.CallID, h.GovernmentID, h.Kind}] = h.Was
	}
	binding := slices.DeleteFunc(slices.Clone(heads), func(h head) bool { // an older act for one government under a later one for all
		return h.GovernmentID != 0 && !h.Was.After(inForce[target{h.CallID, 0, h.Kind}])
	})
	moved := map[target]bool{}
	var out []Postponed
	add := func(h head, follows bool) {
		t := target{h.CallID, h.GovernmentID, h.Kind}
		all := target{h.CallID, 0, h.Kind}
		if moved[t] || moved[all] || mayExtend(Call{State: h.State}, h.Kind) != nil || !h.Was.Before(w.PutOff) {
			return
		}
		moved[t] = true
		out = append(out, Postponed{h, follows})
	}
	slices.SortStableFunc(binding, func(a, b head) int {
		return cmp.Or(cmp.Compare(a.CallID, b.CallID), cmp.Compare(a.GovernmentID, b.GovernmentID))
	})
	for _, h := range binding {
		if w.meets(h.Was) {
			add(h, false)
		}
	}
	for _, p := range slices.Clone(out) {
		if p.Kind != Submit {
			continue
		}
		for _, kind := range []string{Endorse, Correct} {
			own, all := inForce[target{p.CallID, p.GovernmentID, kind}], inForce[target{p.CallID, 0, kind}]
			h := p.head
			h.Kind, h.Was = kind, own
			if all.After(own) {
				h.Was = all
			}
			if !h.Was.IsZero() {
				add(h, true)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Postponed) int {
		return cmp.Or(cmp.Compare(a.CallID, b.CallID), cmp.Compare(a.GovernmentID, b.GovernmentID), cmp.Compare(kindOrder(a.Kind), kindOrder(b.Kind)))
	})
	return out
}

func kindOrder(kind string) int {
	kinds := DeadlineKinds()
	return slices.IndexFunc(kinds[:], func(k [2]string) bool { return k[0] == kind })
}

// seal is the same for the same list: whoever confirms one proves which one they saw.
func seal(moves []Postponed, w Window) string {
	sum := sha256.New()
	stamp := func(at time.Time) int64 { return at.UnixMicro() }
	_, _ = fmt.Fprintf(sum, "%d %d %d\n", stamp(w.From), stamp(w.Covers), stamp(w.PutOff))
	for _, m := range moves {
		_, _ = fmt.Fprintf(sum, "%d %d %s %d %s\n", m.CallID, m.GovernmentID, m.Kind, stamp(m.Was), m.State)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// outageRules are the terms of 나라장터 as they stand on a day.
type outageRules struct {
	grace, putOff, long, putOffLong time.Duration
	source                          rule.Rule
	holidays                        calendar.Holidays
}

func outageRulesOn(rules rule.Set, on calendar.Date) (o outageRules, err error) {
	for key, into := range map[string]*time.Duration{rule.OutageGrace: &o.grace, rule.OutagePutOff: &o.putOff,
		rule.OutageLong: &o.long, rule.OutagePutOffLong: &o.putOffLong} {
		hours, r, err := rules.Int(key, on)
		if err != nil {
			return o, err
		}
		*into = time.Duration(hours) * time.Hour
		if key == rule.OutageGrace {
			o.source = r
		}
	}
	o.holidays = rules.Holidays()
	return o, nil
}

// propose is the common instant that the terms suggest: from the recovery, or from
// now when that is past, never after office hours or on a rest day (then 18:00 of
// the next working day). It is zero for years without a table of holidays.
func (o outageRules) propose(from, until, now time.Time) time.Time {
	at := until.Add(o.grace + o.putOff)
	if until.Sub(from) > o.long {
		at = until.Add(o.putOffLong)
	}
	if soonest := now.Add(o.putOff); at.Before(soonest) {
		at = soonest
	}
	if up := at.Truncate(time.Hour); up.Before(at) {
		at = up.Add(time.Hour)
	}
	const closing = 18
	day := calendar.Today(at)
	for {
		rest, err := o.holidays.Rest(day)
		if err != nil {
			return time.Time{}
		}
		if closes := calendar.Instant(day, closing, 0); rest == "" && !at.After(closes) {
			if day == calendar.Today(at) && !at.Before(calendar.Instant(day, 9, 0)) {
				return at
			}
			return closes
		}
		day = day.AddDays(1)
		at = calendar.Instant(day, 0, 0)
	}
}
