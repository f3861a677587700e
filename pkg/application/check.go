package application

import (
	"fmt"
	"maps"
	"slices"

	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// Balance compares the budget with the matching rule and the cap of the call.
type Balance struct {
	Totals     money.BySource `json:"totals"`
	Expected   money.BySource `json:"expected"`   // the totals as the matching rule proposes them
	Difference money.BySource `json:"difference"` // totals − expected
	Cap        money.Amount   `json:"cap"`
	OverCap    money.Amount   `json:"over_cap"` // 0 within the cap
}

// Report is what a plan still lacks, part by part.
type Report struct {
	Parts   []Part  `json:"parts"`
	Balance Balance `json:"balance"`
}

// Done counts the parts that need no more work.
func (r Report) Done() (n int) {
	for _, p := range r.Parts {
		if len(p.Problems) == 0 {
			n++
		}
	}
	return n
}

// Complete tells whether the plan may be handed in.
func (r Report) Complete() bool { return r.Done() == len(r.Parts) }

// Part is one row of the report by name.
func (r Report) Part(name string) (Part, bool) {
	for _, p := range r.Parts {
		if p.Name == name {
			return p, true
		}
	}
	return Part{}, false
}

// Err is nil for a complete plan, else Invalid with every problem of every part.
func (r Report) Err() error {
	f := fault.Fields{}
	for _, p := range r.Parts {
		for _, problem := range p.Problems {
			f.Add(problem.Field, problem.Msg)
		}
	}
	return f.Err()
}

// rules is what a call demands of a plan, on a day.
type rules struct {
	program.Form
	Today calendar.Date
}

// check reports every part of a plan in the order of the task list.
func check(p Plan, r rules, known progress) Report {
	out := Report{Balance: BalanceOf(p, r.Call)}
	for _, name := range r.names() {
		out.Parts = append(out.Parts, partOf(p, r, name, known))
	}
	return out
}

// checkDeliberation demands the committee's consent where the call does.
func checkDeliberation(p Plan, r rules) []Problem {
	d := p.Deliberation
	switch {
	case d == nil:
		return missing(r.Call.NeedsDeliberation, PartDeliberation, "사회적경제위원회 논의 결과를 적어 주십시오.")
	case r.Call.NeedsDeliberation && d.Decision == "rejected":
		return []Problem{{Field: PartDeliberation + ".decision", Msg: "위원회가 부결한 사업은 제출할 수 없습니다."}}
	case d.HeldOn.After(r.Today):
		return []Problem{{Field: PartDeliberation + ".held_on", Msg: "위원회 개최일이 오늘보다 뒤입니다. 논의를 마친 뒤 제출해 주십시오."}}
	}
	return nil
}

// checkActivities looks at the project period again: the call's may have been
// different when an activity was saved.
func checkActivities(p Plan, r rules) []Problem {
	out := missing(len(p.Activities) == 0, PartActivities, "세부사업을 하나 이상 적어 주십시오.")
	for i, a := range p.Activities {
		if msg := outside(a, r.Call); msg != "" {
			out = append(out, Problem{Field: fmt.Sprintf("%s.%d.starts_on", PartActivities, i), Msg: msg})
		}
	}
	return out
}

func outside(a Activity, c program.Call) string {
	if a.StartsOn.Before(c.ProjectFrom) || a.EndsOn.After(c.ProjectTo) {
		return fmt.Sprintf("사업 기간(%s ~ %s) 안의 날짜여야 합니다.", c.ProjectFrom.Korean(), c.ProjectTo.Korean())
	}
	return ""
}

// BalanceOf compares the budget of a plan with the rule and the cap of its call.
func BalanceOf(p Plan, c program.Call) Balance {
	b := Balance{Totals: p.Totals(), Cap: c.Cap}
	total := b.Totals.Total()
	if total.Sign() > 0 {
		b.Expected = c.Matching.Propose(total)
		b.Difference = b.Totals.Sub(b.Expected)
	}
	if total.Cmp(c.Cap) > 0 {
		b.OverCap = total.Sub(c.Cap)
	}
	return b
}

// checkBudget holds the plan's total, not each line, against matching rule and cap
// (decisions 5), to the won.
func checkBudget(p Plan, c program.Call) ([]Problem, Balance) {
	b := BalanceOf(p, c)
	total := b.Totals.Total()
	if len(p.Lines) == 0 {
		return missing(true, PartLines, "예산을 한 줄 이상 적어 주십시오."), b
	}
	var out []Problem
	if b.OverCap.Sign() > 0 {
		out = append(out, Problem{Field: PartLines + ".cap", Msg: fmt.Sprintf("총사업비 %s원이 한도 %s원을 %s원 넘습니다.",
			total.Comma(), c.Cap.Comma(), b.OverCap.Comma())})
	}
	_, fields := fault.Public(c.Matching.Check(b.Totals))
	for _, name := range matchingFields(fields) {
		out = append(out, Problem{Field: PartLines + "." + name, Msg: fields[name]})
	}
	return out, b
}

// matchingFields are the field names of a matching fault, the sources in their order first.
func matchingFields(fields map[string]string) []string {
	var out []string
	for _, s := range money.Sources() {
		if _, ok := fields[s.Code()]; ok {
			out = append(out, s.Code())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// paperField is where the problem of a file is shown.
func paperField(a Attachment) string { return fmt.Sprintf("%s.file-%d", PartAttachments, a.DocumentID) }

func checkAttachments(p Plan, r rules) (required bool, out []Problem) {
	have := map[string]bool{}
	for _, a := range p.Attachments {
		have[a.Code] = true
		switch a.ScanState {
		case document.Infected:
			out = append(out, Problem{Field: paperField(a), Msg: "‘" + a.Name + "’ 파일에서 악성코드가 발견되었습니다. 이 파일을 빼 주십시오."})
		case document.Pending:
			out = append(out, missing(true, paperField(a), "‘"+a.Name+"’ 파일의 악성코드 검사가 끝나야 제출할 수 있습니다.")...)
		}
	}
	for _, d := range r.Documents {
		required = required || d.Required
		if d.Required && !have[d.Code] {
			out = append(out, missing(true, PartAttachments+"."+d.Code, "‘"+d.Title+"’ 파일을 올려 주십시오.")...)
		}
	}
	return required, out
}
