package application

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Endorse is the 시·도's recommendation of what its district handed in last, with an
// opinion and, when it ranks them, a place that no other of its districts has in
// this call.
func (s *Service) Endorse(ctx context.Context, who authz.Actor, id ID, version int, opinion string, rank *int) (Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (Application, error) {
		a, err := lockedForProvince(ctx, tx, id, version, "endorse")
		if err != nil {
			return a, err
		}
		f := fault.Fields{}
		words(f, "opinion", &opinion, maxLong, true)
		if err := checkRank(ctx, tx, f, a, rank); err != nil {
			return a, err
		}
		if err := f.Err(); err != nil {
			return a, err
		}
		if err := endorsement(ctx, tx, a, "endorsed", rank, opinion); err != nil {
			return a, err
		}
		return Move(ctx, tx, a, "endorse")
	})
}

// Recommendation is one of several endorsements given at once.
type Recommendation struct {
	ID      ID     `json:"application_id"`
	Version int    `json:"version"`
	Opinion string `json:"opinion"`
	Rank    *int   `json:"rank"` // nil: without a place
}

// EndorseAll endorses several applications of one call, all or none, with their
// places. Mistakes are named by row (rows.0.rank); a state that changed since the
// person looked is a Conflict.
func (s *Service) EndorseAll(ctx context.Context, who authz.Actor, call program.CallID, rows []Recommendation) ([]Application, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) ([]Application, error) {
		apps, err := lockToEndorse(ctx, tx, call, rows)
		if err != nil {
			return nil, err
		}
		f := fault.Fields{}
		if err := checkRecommendations(ctx, tx, f, apps, rows); err != nil {
			return nil, err
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		ids, ranks, opinions := make([]int64, len(rows)), make([]int64, len(rows)), make([]string, len(rows))
		for i, r := range rows {
			ids[i], opinions[i] = int64(r.ID), r.Opinion
			if r.Rank != nil {
				ranks[i] = int64(*r.Rank)
			}
		}
		n, err := tx.ExecAll(ctx, sqlInsertEndorsements, pq.Array(ids), pq.Array(ranks), pq.Array(opinions))
		if err != nil {
			return nil, fmt.Errorf("insert endorsements: %w", err)
		}
		if n != int64(len(rows)) {
			return nil, fault.New(fault.Conflict, "그사이 신청서의 상태가 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		return MoveAll(ctx, tx, apps, "endorse")
	})
}

// lockToEndorse locks all that compete for the places, in order, and gives those that
// are to be endorsed in the order of the rows.
func lockToEndorse(ctx context.Context, tx *work.Tx, call program.CallID, rows []Recommendation) ([]Application, error) {
	if len(rows) == 0 {
		return nil, fault.Fields{"rows": "추천할 신청을 하나 이상 골라 주십시오."}.Err()
	}
	scope, err := tx.Scope("application:endorse")
	if err != nil {
		return nil, err
	}
	var siblings []ID
	if err := tx.Select(ctx, &siblings, sqlLockAll, call, pq.Array(scope.Under)); err != nil {
		return nil, fmt.Errorf("lock applications: %w", err)
	}
	ids := make([]ID, len(rows))
	for i, r := range rows {
		if ids[i] = r.ID; slices.Index(ids, r.ID) != i {
			return nil, fault.New(fault.Invalid, "같은 신청을 두 번 골랐습니다.")
		}
		if !slices.Contains(siblings, r.ID) {
			return nil, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
	}
	found, err := ByIDs(ctx, tx, ids)
	if err != nil {
		return nil, fmt.Errorf("read applications: %w", err)
	}
	byID := make(map[ID]Application, len(found))
	for _, a := range found {
		byID[a.ID] = a
	}
	out := make([]Application, len(rows))
	for i, r := range rows {
		a := byID[r.ID]
		if err := allow(tx, a, "endorse"); err != nil {
			return nil, err
		}
		if _, err := Flow.Next(a.State, "endorse"); err != nil || a.Version != r.Version {
			return nil, fault.New(fault.Conflict, a.GovernmentName+" 신청의 상태가 그사이 바뀌었습니다. 화면을 새로 열어 확인해 주십시오.")
		}
		out[i] = a
	}
	return out, nil
}

// checkRecommendations finds every mistake of the rows: a missing opinion, a place out
// of range, given twice here or given before. Opinions are put in their stored form.
func checkRecommendations(ctx context.Context, tx *work.Tx, f fault.Fields, apps []Application, rows []Recommendation) error {
	var taken []struct {
		Province   int64  `db:"province_id"`
		Rank       int    `db:"rank"`
		Government string `db:"government_name"`
	}
	ids := make([]int64, len(apps))
	for i, a := range apps {
		ids[i] = int64(a.ID)
	}
	if err := tx.Select(ctx, &taken, sqlRanksTaken, apps[0].CallID, pq.Array(ids)); err != nil {
		return fmt.Errorf("look for the ranks: %w", err)
	}
	type place struct {
		province int64
		rank     int
	}
	has := map[place]string{}
	for _, t := range taken {
		has[place{t.Province, t.Rank}] = t.Government
	}
	for i := range rows {
		at := fmt.Sprintf("rows.%d.", i)
		words(f, at+"opinion", &rows[i].Opinion, maxLong, true)
		rank := rows[i].Rank
		switch {
		case rank == nil:
		case *rank < 1 || *rank > maxRank:
			f.Add(at+"rank", "추천 순위는 1부터 적어 주십시오.")
		default:
			p := place{int64(apps[i].ProvinceID), *rank}
			if other, ok := has[p]; ok {
				f.Add(at+"rank", fmt.Sprintf("%d순위는 이미 %s에 주었습니다.", *rank, other))
			} else {
				has[p] = apps[i].GovernmentName
			}
		}
	}
	return nil
}

// maxRank bounds a place among the districts of a 시·도.
const maxRank = 1000

// lockedForProvince locks the applications of the 시·도's districts in this call, in
// order, so that two endorsements cannot take the same place.
func lockedForProvince(ctx context.Context, tx *work.Tx, id ID, version int, verb string) (Application, error) {
	a, err := Get(ctx, tx, id)
	if err != nil {
		return a, err
	}
	if err := allow(tx, a, verb); err != nil {
		return a, err
	}
	var locked_ []ID
	if err := tx.Select(ctx, &locked_, sqlLockSiblings, a.CallID, a.ProvinceID); err != nil {
		return a, fmt.Errorf("lock applications of the province: %w", err)
	}
	return locked(ctx, tx, id, version, verb)
}

func checkRank(ctx context.Context, tx *work.Tx, f fault.Fields, a Application, rank *int) error {
	if rank == nil {
		return nil
	}
	if *rank < 1 || *rank > maxRank {
		f.Add("rank", "추천 순위는 1부터 적어 주십시오.")
		return nil
	}
	var other string
	taken, err := tx.Find(ctx, &other, sqlRankTaken, a.CallID, a.ProvinceID, a.ID, *rank)
	if err != nil {
		return fmt.Errorf("look for the rank: %w", err)
	}
	if taken {
		f.Add("rank", fmt.Sprintf("%d순위는 이미 %s에 주었습니다.", *rank, other))
	}
	return nil
}

func endorsement(ctx context.Context, tx *work.Tx, a Application, decision string, rank *int, opinion string) error {
	last, err := LatestSubmission(ctx, tx, a.ID)
	if err != nil {
		return fmt.Errorf("read submission to endorse: %w", err)
	}
	return tx.Exec(ctx, sqlInsertEndorsement, last.ID, a.ProvinceID, decision, rank, opinion)
}

// LockToReturn reads what was handed in and is to be sent back: by the 시·도 before it
// endorses (return), or by the ministry within the correction period (correct).
func LockToReturn(ctx context.Context, tx *work.Tx, id ID, version int, verb string) (Application, error) {
	return locked(ctx, tx, id, version, verb)
}

// SendBack sends a locked application back with a reason. f holds what is already
// known to be wrong; the reason's mistake joins it. By the ministry it is a Conflict
// outside the correction period: nothing could be handed in again.
func SendBack(ctx context.Context, tx *work.Tx, a Application, verb, reason string, f fault.Fields) (Application, error) {
	words(f, "reason", &reason, maxLong, true)
	if err := f.Err(); err != nil {
		return a, err
	}
	out := a
	out.State, out.ReturnedBy, out.ReturnReason = StateReturned, ByProvince, reason
	var err error
	if verb == "correct" {
		out.ReturnedBy = ByMinistry
		err = correctable(ctx, tx, a)
	} else {
		err = endorsement(ctx, tx, a, "returned", nil, reason)
	}
	if err != nil {
		return a, err
	}
	return store(ctx, tx, verb, a, out)
}

// correctable tells whether the correction period still runs for the government.
func correctable(ctx context.Context, tx *work.Tx, a Application) error {
	until, ok, err := program.DeadlineOf(ctx, tx, a.CallID, a.GovernmentID, "correct")
	switch {
	case err != nil:
		return err
	case !ok:
		return fault.New(fault.Conflict, "이 공모에는 보완 기간이 없습니다. 보완 기한을 먼저 정해 주십시오.")
	case tx.Now.After(until):
		return fault.New(fault.Conflict, "보완 기한("+calendar.FormatInstant(until)+")이 지났습니다. 기한을 먼저 연장해 주십시오.")
	}
	return nil
}
