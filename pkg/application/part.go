package application

import (
	"context"
	"fmt"
	"strings"
	"time"

	"eoul/pkg/work"
)

// The parts of a plan that are not texts of the call; those are "section.<kind>".
const (
	PartTitle        = "title"
	PartLines        = "lines"
	PartDeliberation = "deliberation"
	PartPartners     = "partners"
	PartActivities   = "activities"
	PartIndicators   = "indicators"
	PartAttachments  = "attachments"

	sectionPrefix = "section."
)

// PartState is how far one part of a plan is.
type PartState string

// The states of a part; Faulty has something to correct, Returned was sent back with
// items that are open, Writing lacks something.
const (
	NotStarted PartState = "not_started"
	Writing    PartState = "writing"
	Faulty     PartState = "faulty"
	Returned   PartState = "returned"
	Done       PartState = "done"
)

// Problem is one thing that stands against handing in. Missing tells what was not
// written yet from what is wrong.
type Problem struct {
	Field   string `json:"field"`
	Msg     string `json:"message"`
	Missing bool   `json:"missing"`
}

// Part is one row of the task list.
type Part struct {
	Name      string     `json:"name"`
	Title     string     `json:"title"`
	Required  bool       `json:"required"`
	State     PartState  `json:"state"`
	Version   int        `json:"version"` // 0: never saved
	UpdatedAt *time.Time `json:"updated_at"`
	UpdatedBy int64      `json:"-"`
	SavedBy   string     `json:"-"` // the name of who saved last
	Kept      int        `json:"-"` // mistakes of the input that is kept; the stored rows are older than it
	Returned  int        `json:"-"` // open items of a 보완 요청
	Others    []string   `json:"-"` // who else has the part open now
	Problems  []Problem  `json:"problems"`
}

// Errors counts what is wrong with a part, leaving out what is not written yet.
func (p Part) Errors() int {
	n := max(p.Kept-1, 0) // the kept input is one problem of many mistakes
	for _, problem := range p.Problems {
		if !problem.Missing {
			n++
		}
	}
	return n
}

// StateLabel is the state in the words of the task list.
func (p Part) StateLabel() string {
	switch p.State {
	case NotStarted:
		if !p.Required {
			return "선택"
		}
		return "시작 전"
	case Writing:
		return "작성 중"
	case Faulty:
		return fmt.Sprintf("오류 %d건", p.Errors())
	case Returned:
		return fmt.Sprintf("보완 요청 %d건", p.Returned)
	case Done:
		return "작성 완료"
	}
	return string(p.State)
}

// progress is what is known of the parts of a plan beside their content, by name.
type progress struct {
	saved    map[string]partVersion
	others   map[string][]string // who else has the part open now
	returned map[string]int      // open items of a 보완 요청
}

// progressOf reads how far a plan is and who is at it.
func progressOf(ctx context.Context, tx *work.Tx, id ID) (out progress, err error) {
	if out.saved, err = parts(ctx, tx, id); err != nil {
		return out, err
	}
	out.others, err = present(ctx, tx, id)
	return out, err
}

// partOf reports one part; of p it looks at that part alone.
func partOf(p Plan, r rules, name string, known progress) Part {
	v := known.saved[name]
	out := Part{
		Name: name, Version: v.Version, UpdatedBy: v.UpdatedBy, SavedBy: v.SavedBy,
		Kept: v.Problems, Returned: known.returned[name], Others: known.others[name],
	}
	if v.Version > 0 {
		out.UpdatedAt = &v.UpdatedAt
	}
	var empty bool
	if kind, ok := strings.CutPrefix(name, sectionPrefix); ok {
		section, _ := r.section(kind)
		out.Title, out.Required, empty = section.Title, section.Required, p.Section(kind) == ""
		out.Problems = missing(out.Required && empty, name, "‘"+out.Title+"’ 내용을 적어 주십시오.")
	} else {
		empty = out.describe(p, r)
	}
	if out.Kept > 0 {
		out.Problems = append([]Problem{{Field: name, Msg: fmt.Sprintf("‘%s’에 적은 내용에 오류가 %d건 있습니다. 고쳐 주십시오.", out.Title, out.Kept)}}, wrong(out.Problems)...)
	}
	if out.Returned > 0 {
		out.Problems = append([]Problem{{Field: name, Msg: fmt.Sprintf("‘%s’에 조치하지 않은 보완 요청이 %d건 있습니다. 고친 뒤 ‘조치함’으로 표시해 주십시오.", out.Title, out.Returned), Missing: true}}, out.Problems...)
	}
	out.State = stateOf(out, empty)
	return out
}

// describe fills in a part that every plan has, and tells whether it is empty.
func (p *Part) describe(plan Plan, r rules) (empty bool) {
	switch p.Name {
	case PartTitle:
		p.Title, p.Required, empty = "사업명", true, plan.Title == ""
		p.Problems = missing(empty, PartTitle, "사업명을 적어 주십시오.")
	case PartDeliberation:
		p.Title, p.Required, empty = "사회적경제위원회 논의", r.Call.NeedsDeliberation, plan.Deliberation == nil
		p.Problems = checkDeliberation(plan, r)
	case PartActivities:
		p.Title, p.Required, empty = "세부사업·추진일정", true, len(plan.Activities) == 0
		p.Problems = checkActivities(plan, r)
	case PartPartners:
		p.Title, empty = "협업기관", len(plan.Partners) == 0
	case PartLines:
		p.Title, p.Required, empty = "예산", true, len(plan.Lines) == 0
		p.Problems, _ = checkBudget(plan, r.Call)
	case PartIndicators:
		p.Title, p.Required, empty = "성과지표", true, len(plan.Indicators) == 0
		p.Problems = missing(empty, PartIndicators, "성과지표를 하나 이상 적어 주십시오.")
	case PartAttachments:
		p.Title, empty = "첨부서류", len(plan.Attachments) == 0
		p.Required, p.Problems = checkAttachments(plan, r)
	}
	return empty
}

// wrong leaves out what is only missing: the kept input may have it.
func wrong(problems []Problem) (out []Problem) {
	for _, p := range problems {
		if !p.Missing {
			out = append(out, p)
		}
	}
	return out
}

func stateOf(p Part, empty bool) PartState {
	switch {
	case p.Errors() > 0:
		return Faulty
	case p.Returned > 0:
		return Returned
	case empty && (p.Version == 0 || !p.Required):
		return NotStarted
	case len(p.Problems) > 0:
		return Writing
	}
	return Done
}

func missing(is bool, field, msg string) []Problem {
	if !is {
		return nil
	}
	return []Problem{{Field: field, Msg: msg, Missing: true}}
}
