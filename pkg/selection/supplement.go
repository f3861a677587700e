package selection

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"eoul/pkg/application"
	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/program"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// Supplement drafts what follows a published selection. list is its candidates in rank
// order, before the rows so far, gone those who gave their outcome up. Whoever is
// selected stays so with the same amounts; then the reserves move up in the order of
// their positions with what they applied for, while it fits the budget in every source:
// the first who does not fit stays, and nobody behind moves up. The declined stay
// declined; only a person gives them something better, after an upheld objection.
func Supplement(list []Candidate, before []Row, gone map[application.ID]bool, b Budget) []Row {
	requested := make(map[application.ID]money.BySource, len(list))
	place := make(map[application.ID]int, len(list))
	for i, c := range list {
		requested[c.ApplicationID], place[c.ApplicationID] = c.Requested, i+1
	}
	rows := slices.Clone(before)
	for i := range rows {
		rows[i].Position = place[rows[i].ApplicationID]
		if gone[rows[i].ApplicationID] {
			rows[i].Outcome, rows[i].Amounts = Withdrawn, money.BySource{}
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return a.Position - b.Position })
	sum, open := total(rows), true
	for i := range rows {
		r := &rows[i]
		if r.Outcome != Reserve {
			continue
		}
		if wanted := requested[r.ApplicationID]; open && b.Fits(sum.Add(wanted)) {
			r.Outcome, r.Amounts, sum = Selected, wanted, sum.Add(wanted)
			continue
		}
		open = false
		if r.Reason == "" {
			r.Reason = "예비 순번과 남은 예산에 따름"
		}
	}
	return rows
}

// checkLater holds the rows of a later selection against the published ones before:
// nobody becomes worse off, reserves move up in the order of their positions, and a
// declined application gets something better only when the ranking was corrected.
func checkLater(rows, before []Row, corrected bool) error {
	f := fault.Fields{}
	was := make(map[application.ID]Row, len(before))
	for _, r := range before {
		was[r.ApplicationID] = r
	}
	waiting := 0 // the first position that stays in reserve
	for _, r := range rows {
		if r.Outcome == Reserve && was[r.ApplicationID].Outcome == Reserve && (waiting == 0 || r.Position < waiting) {
			waiting = r.Position
		}
	}
	for _, r := range rows {
		old, at := was[r.ApplicationID], field(r)
		switch {
		case r.Outcome == Withdrawn:
		case old.Outcome == Selected && (r.Outcome != Selected || r.Amounts != old.Amounts):
			f.Add(at+"outcome", "선정을 공개한 신청의 결과와 금액은 바꿀 수 없습니다.")
		case old.Outcome == Reserve && r.Outcome == Declined:
			f.Add(at+"outcome", "예비로 공개한 신청을 탈락으로 바꿀 수 없습니다.")
		case old.Outcome == Reserve && r.Outcome == Selected && waiting != 0 && waiting < r.Position:
			f.Add(at+"outcome", "예비는 순번대로 승계합니다. 앞 순번의 예비를 먼저 선정해 주십시오.")
		case old.Outcome == Declined && r.Outcome != Declined && !corrected:
			f.Add(at+"outcome", "탈락한 신청은 이의신청이 인용되어 순위가 바뀐 때만 다시 정할 수 있습니다.")
		}
	}
	return f.Err()
}

// maxCause bounds the cause of a later selection, in characters.
const maxCause = 500

// Promote drafts the selection that supplements a published one: reserves move up for
// those who gave up, and the newest ranking counts. A second person approves it like
// the first, and it is published like the first. cause is shown with the result. When
// nothing would change, and while another draft is under way, it is a Conflict.
func (s *Service) Promote(ctx context.Context, who authz.Actor, id ID, cause string) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow(Flow.Action("promote"), before.Object()); err != nil {
			return out, err
		}
		call, err := program.LockCall(ctx, tx, before.CallID)
		if err != nil {
			return out, err
		}
		if err := newest(ctx, tx, before); err != nil {
			return out, err
		}
		if cause = strings.TrimSpace(cause); cause == "" || utf8.RuneCountInString(cause) > maxCause {
			return out, fault.Fields{"cause": "추가로 선정하는 까닭을 500자 안으로 적어 주십시오."}.Err()
		}
		next := Selection{No: before.No + 1, Cause: cause, RankingID: before.RankingID, Note: before.Note, CallID: before.CallID}
		if before.RankingID != nil {
			ranking, _, err := review.LatestRanking(ctx, tx, before.CallID)
			if err != nil {
				return out, err
			}
			next.RankingID = &ranking.ID
		}
		rows, changed, err := supplement(ctx, tx, next, before, call)
		if err != nil {
			return out, err
		}
		if !changed && *orZero(next.RankingID) == *orZero(before.RankingID) {
			return out, fault.New(fault.Conflict, "승계할 예비가 없거나 남은 예산으로 더 선정할 수 없습니다.")
		}
		return insert(ctx, tx, call, next, rows)
	})
}

func orZero(id *review.RankingID) *review.RankingID {
	if id == nil {
		return new(review.RankingID)
	}
	return id
}

// newest is a Conflict unless a selection is the published, newest one of its call.
func newest(ctx context.Context, tx *work.Tx, sel Selection) error {
	var last Selection
	if err := tx.Get(ctx, &last, sqlNewest, sel.CallID); err != nil {
		return err
	}
	if last.ID != sel.ID || sel.State != Published {
		return fault.New(fault.Conflict, "결과를 공개한 마지막 선정에서만 추가 선정안을 만들 수 있습니다.")
	}
	return nil
}

// supplement is the rows of a later selection from the published one before, and
// whether an outcome differs.
func supplement(ctx context.Context, tx *work.Tx, next, before Selection, call program.Call) ([]Row, bool, error) {
	old, err := rowsOf(ctx, tx, before.ID)
	if err != nil {
		return nil, false, err
	}
	list, err := candidatesOf(ctx, tx, next, old)
	if err != nil {
		return nil, false, err
	}
	gone, err := withdrawn(ctx, tx, old)
	if err != nil {
		return nil, false, err
	}
	budget, err := budgetOf(ctx, tx, call)
	if err != nil {
		return nil, false, err
	}
	rows := Supplement(list, old, gone, budget)
	was := make(map[application.ID]Outcome, len(old))
	for _, r := range old {
		was[r.ApplicationID] = r.Outcome
	}
	changed := slices.ContainsFunc(rows, func(r Row) bool { return r.Outcome == Selected && was[r.ApplicationID] != Selected })
	return rows, changed, nil
}

// withdrawn are those of the rows whose application gave up by now.
func withdrawn(ctx context.Context, tx *work.Tx, rows []Row) (map[application.ID]bool, error) {
	ids := make([]application.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ApplicationID
	}
	apps, err := application.ByIDs(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read applications: %w", err)
	}
	out := map[application.ID]bool{}
	for _, a := range apps {
		if a.State == application.StateWithdrawn {
			out[a.ID] = true
		}
	}
	return out, nil
}

// checkAll is check, and for a later selection checkLater: those who gave up are left
// out of the decision and stay as they are.
func checkAll(ctx context.Context, tx *work.Tx, sel Selection, rows []Row, list []Candidate, call program.Call) error {
	if sel.No == 1 {
		return check(rows, list, call)
	}
	var previous Selection
	if err := tx.Get(ctx, &previous, sqlByNo, sel.CallID, sel.No-1); err != nil {
		return err
	}
	before, err := rowsOf(ctx, tx, previous.ID)
	if err != nil {
		return err
	}
	gone := map[application.ID]bool{}
	for _, r := range rows {
		gone[r.ApplicationID] = r.Outcome == Withdrawn
	}
	decided := slices.DeleteFunc(slices.Clone(list), func(c Candidate) bool { return gone[c.ApplicationID] })
	open := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Outcome == Withdrawn })
	f := fault.Fields{}
	if err := f.Merge("", check(open, decided, call)); err != nil {
		return err
	}
	corrected := *orZero(previous.RankingID) != *orZero(sel.RankingID)
	if err := f.Merge("", checkLater(open, before, corrected)); err != nil {
		return err
	}
	tidied := make(map[application.ID]Row, len(open))
	for _, r := range open {
		tidied[r.ApplicationID] = r
	}
	for i, r := range rows {
		if t, ok := tidied[r.ApplicationID]; ok {
			rows[i] = t
		}
	}
	return f.Err()
}
