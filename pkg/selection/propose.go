package selection

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
)

// Candidate is what a decision on one application starts from. Rank is nil below
// a floor; candidates without any ranking have Ranked false.
type Candidate struct {
	ApplicationID application.ID
	Ranked        bool
	Rank          *int
	FloorBroken   string
	Requested     money.BySource
}

// Propose drafts the outcome of ranked candidates, who come in rank order with
// those below a floor last. From the top everybody is selected with what they
// applied for while it fits the budget in every source; the first who does not fit
// is the cut, and nobody below is selected, so that a small plan never overtakes a
// better one. The next reserves are in reserve, the rest are declined. Those who
// share a rank are treated alike.
func Propose(list []Candidate, b Budget, reserves int) []Row {
	rows := make([]Row, len(list))
	var sum money.BySource
	open, waiting := true, 0
	for i := 0; i < len(list); {
		group := sameRank(list[i:])
		var wanted money.BySource
		for _, c := range list[i : i+group] {
			wanted = wanted.Add(c.Requested)
		}
		outcome := Declined
		switch {
		case list[i].Rank == nil:
		case open && b.Fits(sum.Add(wanted)):
			outcome, sum = Selected, sum.Add(wanted)
		default:
			open = false
			if waiting < reserves {
				outcome = Reserve
				waiting += group
			}
		}
		for j := i; j < i+group; j++ {
			rows[j] = Row{ApplicationID: list[j].ApplicationID, Outcome: outcome, Position: j + 1}
			if outcome == Selected {
				rows[j].Amounts = list[j].Requested
			}
			if list[j].FloorBroken != "" {
				rows[j].Reason = "과락(" + list[j].FloorBroken + ")"
			}
		}
		i += group
	}
	return rows
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
