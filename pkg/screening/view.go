package screening

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// What a screening waits for after the notice.
const (
	WaitsAnswer   = "answer"   // of the applicant
	WaitsDecision = "decision" // of the asking person, or whoever else may
	WaitsOther    = "other"    // of somebody else than the asking person, who sent the notice
)

// Row is one application of a call with how many checks it fails as the facts are now.
type Row struct {
	Screening
	Failed int    `json:"failed"` // of the computed checks
	Waits  string `json:"waits"`  // WaitsAnswer, WaitsDecision or WaitsOther, empty: for nothing
}

// waits says what a screening waits for; that of a withdrawn application for nothing.
func (s Screening) waits(now time.Time, who authz.PersonID) string {
	switch {
	case s.State != Noticed && s.State != Answered || s.ApplicationState != application.StateReceived:
		return ""
	case s.State == Noticed && !now.After(*s.AnswerUntil):
		return WaitsAnswer
	case *s.ScreenedBy == who:
		return WaitsOther
	}
	return WaitsDecision
}

// List is the screening of a call.
type List struct {
	Call   program.Call    `json:"-"`
	Rows   []Row           `json:"items"`
	Counts map[State]int   `json:"counts"`
	Items  []Item          `json:"checks_by_hand"`
	Can    map[string]bool `json:"can"`
}

// OfCall lists the received applications of a call with where their screening stands.
func (s *Service) OfCall(ctx context.Context, who authz.Actor, id program.CallID) (List, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out List, err error) {
		if out.Call, err = program.CallByID(ctx, tx, id); err != nil {
			return out, err
		}
		on := authz.Object{Kind: Flow.Name, ID: int64(id), Program: int64(out.Call.ProgramID)}
		if err := tx.Allow("screening:read", on); err != nil {
			return out, err
		}
		var rows []Screening
		if err := tx.Select(ctx, &rows, sqlOfCall, id); err != nil {
			return out, fmt.Errorf("list screenings: %w", err)
		}
		ids := make([]application.ID, len(rows))
		for i, r := range rows {
			ids[i] = r.ApplicationID
		}
		all, err := computed(ctx, tx, out.Call, ids)
		if err != nil {
			return out, err
		}
		out.Counts = map[State]int{}
		for _, r := range rows {
			row := Row{Screening: r, Failed: all[r.ApplicationID].Failed(), Waits: r.waits(tx.Now, who.ID)}
			if r.State != Open {
				row.Failed = r.Checks.Failed()
			}
			out.Rows = append(out.Rows, row)
			out.Counts[r.State]++
		}
		var begun bool
		if err := tx.Get(ctx, &begun, sqlBegun, id); err != nil {
			return out, err
		}
		out.Can = map[string]bool{"setup": !begun && tx.Can("screening:setup", on)}
		return out, tx.Select(ctx, &out.Items, sqlItems, id)
	})
}

// Detail is one screening with its checks: as they are now while it is open, later as
// they were at the decision.
type Detail struct {
	Screening
	Items []Item          `json:"checks_by_hand"`
	Marks []Mark          `json:"marks"`
	Can   map[string]bool `json:"can"`
}

// Marked is what was found of an item, nil before.
func (d Detail) Marked(item int64) *Mark {
	for i, m := range d.Marks {
		if m.Item == item {
			return &d.Marks[i]
		}
	}
	return nil
}

// Show reads the screening of an application. The applicant has it from the notice on.
func (s *Service) Show(ctx context.Context, who authz.Actor, id application.ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Detail, err error) {
		if out.Screening, err = read(ctx, tx, sqlByApplication, id); err != nil {
			return out, err
		}
		if err := tx.Allow("screening:read", out.Object()); err != nil {
			return out, err
		}
		if err := tx.Select(ctx, &out.Items, sqlItems, out.CallID); err != nil {
			return out, err
		}
		if err := tx.Select(ctx, &out.Marks, sqlMarks, out.ID); err != nil {
			return out, err
		}
		if out.State == Open {
			call, err := program.CallByID(ctx, tx, out.CallID)
			if err != nil {
				return out, err
			}
			all, err := computed(ctx, tx, call, []application.ID{id})
			if err != nil {
				return out, err
			}
			out.Checks = all[id]
		}
		out.Can = out.verbs(tx)
		return out, nil
	})
}

// verbs are what state and permission allow this person now.
func (d Detail) verbs(tx *work.Tx) map[string]bool {
	on := d.Object()
	received := d.ApplicationState == application.StateReceived
	heard := d.State == Answered || d.State == Noticed && d.AnswerUntil != nil && tx.Now.After(*d.AnswerUntil)
	other := d.ScreenedBy != nil && *d.ScreenedBy != tx.Actor.ID
	app := authz.Object{Kind: application.Flow.Name, ID: int64(d.ApplicationID), Government: int64(d.GovernmentID), Province: int64(d.ProvinceID), Program: int64(d.ProgramID)}
	return map[string]bool{
		"pass":     received && d.State == Open && tx.Can("screening:pass", on),
		"answer":   d.State == Noticed && d.AnswerUntil != nil && !tx.Now.After(*d.AnswerUntil) && tx.Can("screening:answer", on),
		"overturn": (d.State == Noticed || d.State == Answered) && other && tx.Can("screening:overturn", on),
		"uphold":   heard && other && received && tx.Can("application:disqualify", app),
		"decide":   (d.State == Noticed || d.State == Answered) && tx.Can("screening:overturn", on),
	}
}

const maxItems = 30

// SetItems says what a call has checked by hand, until the first screening is decided.
// Rows keep their id, so that what was marked already stays with its item.
func (s *Service) SetItems(ctx context.Context, who authz.Actor, id program.CallID, items []Item) ([]Item, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out []Item, err error) {
		call, err := program.LockCall(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := tx.Allow("screening:setup", authz.Object{Kind: Flow.Name, ID: int64(id), Program: int64(call.ProgramID)}); err != nil {
			return nil, err
		}
		var begun bool
		if err := tx.Get(ctx, &begun, sqlBegun, id); err != nil {
			return nil, err
		}
		if begun {
			return nil, fault.New(fault.Conflict, "이미 판정한 신청이 있어 확인 항목을 바꿀 수 없습니다.")
		}
		if err := checkItems(items); err != nil {
			return nil, err
		}
		var before []Item
		if err := tx.Select(ctx, &before, sqlItems, id); err != nil {
			return nil, err
		}
		if err := saveItems(ctx, tx, id, items); err != nil {
			return nil, err
		}
		if err := tx.Select(ctx, &out, sqlItems, id); err != nil {
			return nil, err
		}
		return out, tx.Record(ctx, "screening:setup", work.Ref{Kind: "call", ID: int64(id)}, before, out)
	})
}

func checkItems(items []Item) error {
	f := fault.Fields{}
	if len(items) > maxItems {
		f.Add("items", fmt.Sprintf("확인 항목은 %d개까지 둘 수 있습니다.", maxItems))
	}
	for i := range items {
		it, at := &items[i], fmt.Sprintf("items.%d.", i)
		it.Position, it.Title, it.Guidance = i+1, strings.TrimSpace(it.Title), strings.TrimSpace(it.Guidance)
		if n := utf8.RuneCountInString(it.Title); n == 0 || n > 200 {
			f.Add(at+"title", "확인할 것을 200자 안으로 적어 주십시오.")
		}
		if utf8.RuneCountInString(it.Guidance) > 1000 {
			f.Add(at+"guidance", "안내는 1,000자 안으로 적어 주십시오.")
		}
	}
	return f.Err()
}

func saveItems(ctx context.Context, tx *work.Tx, id program.CallID, items []Item) error {
	n := len(items)
	ids, positions, titles, guidance := make([]int64, n), make([]int64, n), make([]string, n), make([]string, n)
	for i, it := range items {
		ids[i], positions[i], titles[i], guidance[i] = it.ID, int64(it.Position), it.Title, it.Guidance
	}
	if _, err := tx.ExecAll(ctx, sqlDropItems, id, pq.Array(ids)); err != nil {
		return err
	}
	for _, q := range []string{sqlKeepItems, sqlAddItems} {
		if _, err := tx.ExecAll(ctx, q, id, pq.Array(ids), pq.Array(positions), pq.Array(titles), pq.Array(guidance)); err != nil {
			return err
		}
	}
	return nil
}
