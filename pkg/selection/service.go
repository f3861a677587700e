package selection

import (
	"context"
	"fmt"
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

// Service holds the use cases of deciding; each method is one unit of work.
type Service struct{ Work *work.Runner }

// Create drafts the selection of a call from its locked ranking within what the
// appropriation leaves, with up to reserves applications in reserve. Before the
// lock, and when there is one already, it is a Conflict.
func (s *Service) Create(ctx context.Context, who authz.Actor, call program.CallID, reserves int) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		c, err := creating(ctx, tx, call)
		if err != nil {
			return out, err
		}
		if reserves < 0 {
			return out, fault.Fields{"reserves": "예비 건수는 0 이상으로 적어 주십시오."}.Err()
		}
		ranking, list, err := ranked(ctx, tx, call)
		if fault.KindOf(err) == fault.NotFound {
			return out, fault.New(fault.Conflict, "심사가 확정되어야 선정안을 만들 수 있습니다.")
		}
		if err != nil {
			return out, err
		}
		budget, err := budgetOf(ctx, tx, c)
		if err != nil {
			return out, err
		}
		return insert(ctx, tx, c, Selection{No: 1, RankingID: &ranking.ID}, Propose(list, budget, reserves))
	})
}

// TakeOver drafts the selection of a closed call whose result was published
// elsewhere and whose scores nobody has: the outcomes are given, in their order,
// for every received application, and the note names the source. The call and its
// applications move to reviewing; approval and publication follow as always.
func (s *Service) TakeOver(ctx context.Context, who authz.Actor, call program.CallID, note string, rows []Row) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		c, err := creating(ctx, tx, call)
		if err != nil {
			return out, err
		}
		if _, err := program.Flow.Next(c.State, "review"); err != nil {
			return out, err
		}
		if note, err = checkNote(note, true); err != nil {
			return out, err
		}
		apps, err := application.Received(ctx, tx, call)
		if err != nil {
			return out, fmt.Errorf("read received applications: %w", err)
		}
		list, err := unranked(ctx, tx, apps)
		if err != nil {
			return out, err
		}
		if err := check(rows, list, c); err != nil {
			return out, err
		}
		for i := range rows {
			rows[i].Position = i + 1
		}
		if _, err := program.MoveCall(ctx, tx, c, "review"); err != nil {
			return out, err
		}
		if _, err := application.MoveAll(ctx, tx, apps, "review"); err != nil {
			return out, err
		}
		return insert(ctx, tx, c, Selection{No: 1, Note: note}, rows)
	})
}

func creating(ctx context.Context, tx *work.Tx, call program.CallID) (program.Call, error) {
	c, err := program.LockCall(ctx, tx, call)
	if err != nil {
		return c, err
	}
	return c, tx.Allow("selection:create", authz.Object{Kind: "selection", Program: int64(c.ProgramID)})
}

// checkNote trims a note and bounds it.
func checkNote(note string, required bool) (string, error) {
	note = strings.TrimSpace(note)
	f := fault.Fields{}
	if n := utf8.RuneCountInString(note); n > 2000 || required && n == 0 {
		f.Add("note", "결과의 출처나 참고할 내용을 2,000자 안으로 적어 주십시오.")
	}
	return note, f.Err()
}

// Input is a selection as its writer leaves it. Rows keep their positions.
type Input struct {
	Note string
	Rows []Row
}

// Update rewrites a drafted selection; whoever writes it cannot approve it. What
// breaks a rule is named and nothing is written; exceeding the budget is allowed
// while drafting and refused at approval.
func (s *Service) Update(ctx context.Context, who authz.Actor, id ID, version int, in Input) (Selection, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Selection, err error) {
		before, err := lock(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if err := tx.Allow("selection:update", before.Object()); err != nil {
			return out, err
		}
		if before.State != Drafted {
			return out, fault.New(fault.Conflict, "승인한 선정안은 고칠 수 없습니다.")
		}
		if before.Version != version {
			return out, changed()
		}
		if in.Note, err = checkNote(in.Note, before.RankingID == nil); err != nil {
			return out, err
		}
		if in.Rows, err = rewrite(ctx, tx, before, in.Rows); err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlUpdate, id, who.ID, in.Note); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlGet, id); err != nil {
			return out, err
		}
		return out, tx.Record(ctx, "selection:update", out.Ref(), before, trail{out, in.Rows})
	})
}

func changed() error {
	return fault.New(fault.Conflict, "그사이 다른 사람이 선정안을 고쳤습니다. 화면을 새로 열어 확인해 주십시오.")
}

// rewrite checks new rows against the same candidates and writes them.
func rewrite(ctx context.Context, tx *work.Tx, sel Selection, rows []Row) ([]Row, error) {
	call, err := program.CallByID(ctx, tx, sel.CallID)
	if err != nil {
		return nil, err
	}
	old, err := rowsOf(ctx, tx, sel.ID)
	if err != nil {
		return nil, err
	}
	list, err := candidatesOf(ctx, tx, sel, old)
	if err != nil {
		return nil, err
	}
	rows = keepWithdrawn(rows, old)
	positions := make(map[application.ID]int, len(old))
	for _, r := range old {
		positions[r.ApplicationID] = r.Position
	}
	for i := range rows {
		rows[i].Position = positions[rows[i].ApplicationID]
	}
	if err := checkAll(ctx, tx, sel, rows, list, call); err != nil {
		return nil, err
	}
	return rows, updateRows(ctx, tx, sel.ID, rows)
}

// candidatesOf is what the rows of an existing selection were decided from.
func candidatesOf(ctx context.Context, tx *work.Tx, sel Selection, rows []Row) ([]Candidate, error) {
	if sel.RankingID != nil {
		kept, err := review.RankingByID(ctx, tx, *sel.RankingID)
		if err != nil {
			return nil, err
		}
		return candidates(ctx, tx, kept.Rows)
	}
	apps := make([]application.Application, len(rows))
	for i, r := range rows {
		apps[i].ID = r.ApplicationID
	}
	return unranked(ctx, tx, apps)
}

// ranked is the newest ranking of a call with what each application asks for.
func ranked(ctx context.Context, tx *work.Tx, call program.CallID) (review.Ranking, []Candidate, error) {
	ranking, rows, err := review.LatestRanking(ctx, tx, call)
	if err != nil {
		return ranking, nil, err
	}
	list, err := candidates(ctx, tx, rows)
	return ranking, list, err
}

// candidates are the rows of a ranking with what each application asks for.
func candidates(ctx context.Context, tx *work.Tx, rows []review.RankingRow) ([]Candidate, error) {
	ids := make([]application.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ApplicationID
	}
	requested, err := application.SubmissionTotals(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read requested amounts: %w", err)
	}
	list := make([]Candidate, len(rows))
	for i, r := range rows {
		list[i] = candidate(r, requested[r.ApplicationID])
	}
	return list, nil
}

func candidate(r review.RankingRow, requested money.BySource) Candidate {
	return Candidate{ApplicationID: r.ApplicationID, Ranked: true, Rank: r.Rank, Total: r.Total, FloorBroken: r.FloorBroken, Requested: requested}
}

// unranked is the same for applications nobody scored.
func unranked(ctx context.Context, tx *work.Tx, apps []application.Application) ([]Candidate, error) {
	ids := make([]application.ID, len(apps))
	for i, a := range apps {
		ids[i] = a.ID
	}
	requested, err := application.SubmissionTotals(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read requested amounts: %w", err)
	}
	list := make([]Candidate, len(ids))
	for i, id := range ids {
		list[i] = Candidate{ApplicationID: id, Requested: requested[id]}
	}
	return list, nil
}
