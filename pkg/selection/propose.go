package selection

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
)

// Candidate is what a decision on one application starts from. Rank is nil below
// a floor; candidates without any ranking have Ranked false.
type Candidate struct {
	ApplicationID application.ID
	Ranked        bool
	Rank          *int
	Total         review.Points // with bonus
	FloorBroken   string
	Requested     money.BySource
	Sido          int64 // whose 시·도 it is of; read for simulations alone
}

// Propose drafts the outcome of ranked candidates, who come in rank order with
// those below a floor last. From the top everybody is selected with what they
// applied for while it fits the budget in every source; the first who does not fit
// is the cut, and nobody below is selected, so that a small plan never overtakes a
// better one. The next reserves are in reserve, the rest are declined. Those who
// share a rank are treated alike.
func Propose(list []Candidate, b Budget, reserves int) []Row {
	return line{budget: b, cut: CutBudget}.draw(list, reserves)
}

// Cut is by what the line is drawn between those who are selected and the others.
type Cut string

// The cuts. The rule of every call is the budget; the others only occur in simulations.
const (
	CutBudget Cut = "budget"
	CutRank   Cut = "rank"
	CutScore  Cut = "score"
)

// line is where the selected end. perSido bounds how many of one 시·도 are selected;
// 0 is no bound.
type line struct {
	budget  Budget
	cut     Cut
	rank    int
	score   review.Points
	perSido int
}

// takes tells whether a group of one rank is above the line, with what is selected so far.
func (l line) takes(first Candidate, sum money.BySource) bool {
	switch l.cut {
	case CutRank:
		return *first.Rank <= l.rank
	case CutScore:
		return first.Total >= l.score
	default:
		return l.budget.Fits(sum)
	}
}

// draw decides group by group of one rank. Those of a group who would exceed the bound
// of their 시·도 are passed over together; they do not end the selection.
func (l line) draw(list []Candidate, reserves int) []Row {
	rows := make([]Row, len(list))
	var sum money.BySource
	open, waiting, of := true, 0, map[int64]int{}
	for i := 0; i < len(list); {
		group := list[i : i+sameRank(list[i:])]
		passed := l.passed(group, of)
		var wanted money.BySource
		for _, c := range group {
			if !passed[c.Sido] {
				wanted = wanted.Add(c.Requested)
			}
		}
		ranked := group[0].Rank != nil
		selected := ranked && open && l.takes(group[0], sum.Add(wanted))
		open = open && (selected || !ranked || len(passed) > 0 && wanted.IsZero())
		next, before := i+len(group), waiting
		for ; i < next; i++ {
			c := list[i]
			rows[i] = Row{ApplicationID: c.ApplicationID, Outcome: Declined, Position: i + 1}
			switch {
			case c.FloorBroken != "":
				rows[i].Reason = "과락(" + c.FloorBroken + ")"
			case selected && !passed[c.Sido]:
				rows[i].Outcome, rows[i].Amounts = Selected, c.Requested
				sum = sum.Add(c.Requested)
				of[c.Sido]++
			case ranked && before < reserves:
				rows[i].Outcome = Reserve
				waiting++
			}
		}
	}
	return rows
}

// passed are the 시·도 of a group that cannot take all of it.
func (l line) passed(group []Candidate, of map[int64]int) map[int64]bool {
	out, more := map[int64]bool{}, map[int64]int{}
	for _, c := range group {
		if more[c.Sido]++; l.perSido > 0 && of[c.Sido]+more[c.Sido] > l.perSido {
			out[c.Sido] = true
		}
	}
	return out
}

// sameRank is how many candidates from the first on share its rank.
func sameRank(list []Candidate) int {
	n := 1
	for list[0].Rank != nil && n < len(list) && list[n].Rank != nil && *list[n].Rank == *list[0].Rank {
		n++
	}
	return n
}

// maxReason bounds a reason, in characters.
const maxReason = 1000

// check holds rows against the rules of a decision and names every breach, as
// rows.<application>.…, in one Invalid fault:
//
//   - every candidate is decided once, and nobody else;
//   - a candidate below a floor is declined;
//   - an amount is within what was applied for and the call's cap; another amount
//     than that needs a reason and keeps the matching rule;
//   - who is worse off than somebody of the same or a lower rank needs a reason.
//
// It trims the reasons and takes the amounts from those who are not selected.
func check(rows []Row, list []Candidate, call program.Call) error {
	f := fault.Fields{}
	known := make(map[application.ID]Candidate, len(list))
	for _, c := range list {
		known[c.ApplicationID] = c
	}
	seen := map[application.ID]bool{}
	for i := range rows {
		row, at := &rows[i], field(rows[i])
		c, ok := known[row.ApplicationID]
		if !ok || seen[row.ApplicationID] {
			f.Add("rows", "이 공모에서 심사한 신청이 아니거나 두 번 적힌 신청이 있습니다.")
			continue
		}
		seen[row.ApplicationID] = true
		row.Reason = strings.TrimSpace(row.Reason)
		if utf8.RuneCountInString(row.Reason) > maxReason {
			f.Add(at+"reason", "사유는 1,000자 안으로 적어 주십시오.")
		}
		if err := checkRow(f, at, row, c, call); err != nil {
			return err
		}
	}
	if len(seen) != len(known) {
		f.Add("rows", fmt.Sprintf("신청 %d건 가운데 %d건만 결정했습니다. 모두 결정해 주십시오.", len(known), len(seen)))
	}
	checkOrder(f, rows, known)
	return f.Err()
}

// field is where the messages of a row stand.
func field(r Row) string { return fmt.Sprintf("rows.%d.", r.ApplicationID) }

func checkRow(f fault.Fields, at string, row *Row, c Candidate, call program.Call) error {
	switch {
	case row.Outcome.worth() == 0:
		f.Add(at+"outcome", "선정, 예비, 탈락 중에서 골라 주십시오.")
		return nil
	case c.FloorBroken != "" && row.Outcome != Declined:
		f.Add(at+"outcome", "과락("+c.FloorBroken+")인 신청은 선정하거나 예비로 둘 수 없습니다.")
	}
	if row.Outcome != Selected {
		row.Amounts = money.BySource{}
		return nil
	}
	a := row.Amounts
	switch {
	case a.AnyNegative() || a.IsZero():
		f.Add(at+"amounts", "선정 금액을 1원 이상 적어 주십시오.")
	case !a.LessEq(c.Requested):
		f.Add(at+"amounts", "선정 금액은 재원마다 신청 금액을 넘을 수 없습니다.")
	case a.Total().Cmp(call.Cap) > 0:
		f.Add(at+"amounts", "선정 금액이 공모의 한도 "+call.Cap.Comma()+"원을 넘습니다.")
	case a != c.Requested && row.Reason == "":
		f.Add(at+"reason", "신청과 다른 금액으로 선정하는 사유를 적어 주십시오.")
	}
	if a == c.Requested {
		return nil
	}
	return f.Merge(at+"amounts.", call.Matching.Check(a))
}

// checkOrder demands a reason of whoever is worse off than somebody ranked no better.
func checkOrder(f fault.Fields, rows []Row, known map[application.ID]Candidate) {
	for _, row := range rows {
		c := known[row.ApplicationID]
		if c.Rank == nil || row.Reason != "" {
			continue
		}
		for _, other := range rows {
			o := known[other.ApplicationID]
			if o.Rank != nil && *o.Rank >= *c.Rank && other.Outcome.worth() > row.Outcome.worth() {
				f.Add(field(row)+"reason", "순위가 같거나 낮은 신청보다 불리하게 결정하는 사유를 적어 주십시오.")
				break
			}
		}
	}
}

// total adds up what is selected.
func total(rows []Row) (sum money.BySource) {
	for _, r := range rows {
		if r.Outcome == Selected {
			sum = sum.Add(r.Amounts)
		}
	}
	return sum
}

// within is a Conflict that says by how much a sum exceeds the budget.
func (b Budget) within(sum money.BySource) error {
	over := b.Excess(sum)
	if over.IsZero() {
		return nil
	}
	var parts []string
	for _, s := range money.Sources() {
		if over.At(s).Sign() > 0 {
			parts = append(parts, s.Label()+" "+over.At(s).Comma()+"원 초과")
		}
	}
	return fault.New(fault.Conflict, "선정 금액의 합이 예산을 넘습니다("+strings.Join(parts, ", ")+").")
}
