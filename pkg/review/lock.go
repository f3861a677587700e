package review

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/program"
	"eoul/pkg/work"
)

// RankingID identifies one version of a round's ranking.
type RankingID int64

// Ranking is a snapshot of the result with the hash of its inputs. No counts the
// versions of its round from 1; Cause says why this one was made.
type Ranking struct {
	ID      RankingID `db:"id" json:"id"`
	RoundID RoundID   `db:"round_id" json:"round_id"`
	No      int       `db:"no" json:"no"`
	Cause   string    `db:"cause" json:"cause"`
	SHA256  []byte    `db:"sha256" json:"sha256"`
	MadeAt  time.Time `db:"made_at" json:"made_at"`
}

const (
	sqlLockSheets = `
		update sheets s set state = 'locked'
		  from assignments a
		 where a.id = s.assignment_id and a.round_id = $1 and s.state = 'submitted'
		returning s.id, s.assignment_id, a.round_id, a.application_id, s.state, s.reopen_reason, s.submitted_at, s.version`
	sqlLockIt = `
		update rounds set state = $2, lock_confirmed_by = $3, locked_at = $4 where id = $1 and state = 'discussing'`

	sqlInsertRanking = `
		insert into rankings (round_id, no, cause, inputs, sha256, made_at)
		select $1, coalesce(max(no), 0) + 1, $2, $3::jsonb, $4, $5 from rankings where round_id = $1
		returning id, round_id, no, cause, sha256, made_at`
	sqlInsertRankingRows = `
		insert into ranking_rows (ranking_id, application_id, mean, bonus, total, rank, shared, below_floor, floor_broken, tie_broken_by, averages, stage_means)
		select $1, n.app, n.mean::numeric, n.bonus::numeric, n.total::numeric, n.rank, n.shared, n.rank is null, n.floor_broken, n.tie_broken_by, n.averages::jsonb, n.stage_means::jsonb
		  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bool[], $8::text[], $9::text[], $10::text[], $11::text[])
		       as n (app, mean, bonus, total, rank, shared, floor_broken, tie_broken_by, averages, stage_means)`

	sqlLatestRanking = `
		select k.id, k.round_id, k.no, k.cause, k.sha256, k.made_at
		  from rankings k join rounds o on o.id = k.round_id
		 where o.call_id = $1 and o.stage = ` + lastStage + `
		 order by k.no desc limit 1`
	sqlRankingOf = `
		select k.id, k.round_id, k.no, k.cause, k.sha256, k.made_at from rankings k where k.round_id = $1 order by k.no desc limit 1`
	sqlRankingRows = `
		select application_id, mean, bonus, total, rank, shared, below_floor, floor_broken, tie_broken_by, averages, stage_means
		  from ranking_rows where ranking_id = $1
		 order by rank nulls last, total desc, application_id`
)

// ConfirmLock locks the round that the chair asked to lock: sheets and scores are
// final from here, and the ranking is computed and kept with its inputs. version
// is that of the round the second person looked at.
func (s *Service) ConfirmLock(ctx context.Context, who authz.Actor, id RoundID, version int) (Round, error) {
	return work.Do(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Round, err error) {
		before, next, err := confirm(ctx, tx, id, version, "lock")
		if err != nil {
			return out, err
		}
		if err := lockSheets(ctx, tx, id); err != nil {
			return out, err
		}
		if err := tx.Exec(ctx, sqlLockIt, id, next, who.ID, tx.Now); err != nil {
			return out, err
		}
		if err := tx.Get(ctx, &out, sqlRound, id); err != nil {
			return out, err
		}
		if err := tx.Record(ctx, "round:confirm", out.Ref(), before, out); err != nil {
			return out, err
		}
		// Only now does row level security show every score to this person.
		if _, err := rank(ctx, tx, out, "심사 확정"); err != nil {
			return out, err
		}
		return out, tx.Emit(ctx, "round.locked", out.Ref(), out.ID)
	})
}

func lockSheets(ctx context.Context, tx *work.Tx, id RoundID) error {
	var sheets []Sheet
	if err := tx.Select(ctx, &sheets, sqlLockSheets, id); err != nil {
		return err
	}
	events := make([]work.Event, len(sheets))
	for i, sheet := range sheets {
		events[i] = work.Event{Ref: sheet.Ref(), After: sheet}
	}
	return tx.RecordAll(ctx, SheetFlow.Action("lock"), events)
}

// rank computes and stores the next version of a locked round's ranking.
func rank(ctx context.Context, tx *work.Tx, round Round, cause string) (Ranking, error) {
	inputs, err := inputsOf(ctx, tx, round)
	if err != nil {
		return Ranking{}, err
	}
	rows, err := Rank(inputs)
	if err != nil {
		return Ranking{}, err
	}
	text, sum, err := inputs.Hash()
	if err != nil {
		return Ranking{}, err
	}
	var out Ranking
	if err := tx.Get(ctx, &out, sqlInsertRanking, round.ID, cause, string(text), sum[:], tx.Now); err != nil {
		return Ranking{}, err
	}
	return out, insertRows(ctx, tx, out.ID, rows)
}

func insertRows(ctx context.Context, tx *work.Tx, id RankingID, rows []RankingRow) error {
	n := len(rows)
	apps, ranks, shared := make([]int64, n), make([]*int64, n), make([]bool, n)
	mean, bonus, total := make([]string, n), make([]string, n), make([]string, n)
	floors, ties, averages, stages := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, row := range rows {
		apps[i], shared[i], floors[i], ties[i] = int64(row.ApplicationID), row.Shared, row.FloorBroken, row.TieBrokenBy
		mean[i], bonus[i], total[i] = row.Mean.String(), row.Bonus.String(), row.Total.String()
		if row.Rank != nil {
			r := int64(*row.Rank)
			ranks[i] = &r
		}
		for at, list := range map[*string]Averages{&averages[i]: row.Averages, &stages[i]: row.StageMeans} {
			text, err := list.Value()
			if err != nil {
				return fmt.Errorf("encode averages: %w", err)
			}
			*at, _ = text.(string)
		}
	}
	written, err := tx.ExecAll(ctx, sqlInsertRankingRows, id, pq.Array(apps), pq.Array(mean), pq.Array(bonus), pq.Array(total),
		pq.Array(ranks), pq.Array(shared), pq.Array(floors), pq.Array(ties), pq.Array(averages), pq.Array(stages))
	if err == nil && written != int64(n) {
		err = fault.New(fault.Internal, "ranking rows are missing")
	}
	return err
}

// LatestRanking reads the newest ranking of a call, of all its stages; before the lock
// of the last one it is NotFound. Rows come by rank, those below a floor last.
func LatestRanking(ctx context.Context, tx *work.Tx, call program.CallID) (out Ranking, rows []RankingRow, err error) {
	if err := tx.Get(ctx, &out, sqlLatestRanking, call); err != nil {
		return out, nil, err
	}
	err = tx.Select(ctx, &rows, sqlRankingRows, out.ID)
	return out, rows, err
}

// rankingOf reads the newest ranking of one round.
func rankingOf(ctx context.Context, tx *work.Tx, id RoundID) (out Ranking, rows []RankingRow, err error) {
	if err := tx.Get(ctx, &out, sqlRankingOf, id); err != nil {
		return out, nil, err
	}
	err = tx.Select(ctx, &rows, sqlRankingRows, out.ID)
	return out, rows, err
}
