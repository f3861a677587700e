package review

import (
	"context"
	"encoding/json"
	"fmt"

	"eoul/pkg/program"
	"eoul/pkg/work"
)

// Snapshot is one version of a ranking with its rows, by rank, and the frozen inputs
// they follow from: Rank(Inputs) gives the same rows again.
type Snapshot struct {
	Ranking Ranking
	Inputs  Inputs
	Rows    []RankingRow
}

const sqlSnapshot = `
	select id, round_id, no, cause, sha256, made_at, inputs from rankings where id = $1`

// RankingByID reads a version of a ranking with its inputs. It asks for no permission;
// a version exists only from the lock on.
func RankingByID(ctx context.Context, tx *work.Tx, id RankingID) (out Snapshot, err error) {
	var row struct {
		Ranking
		Inputs []byte `db:"inputs"`
	}
	if err := tx.Get(ctx, &row, sqlSnapshot, id); err != nil {
		return out, err
	}
	if err := json.Unmarshal(row.Inputs, &out.Inputs); err != nil {
		return out, fmt.Errorf("read ranking inputs: %w", err)
	}
	out.Ranking = row.Ranking
	return out, tx.Select(ctx, &out.Rows, sqlRankingRows, id)
}

// NewVersion ranks a locked call again because something it follows from was corrected
// with its own trace (decisions 15); cause says what. Permission is the caller's matter.
// A call whose review is not locked is a Conflict.
func NewVersion(ctx context.Context, tx *work.Tx, call program.CallID, cause string) (Ranking, error) {
	var round Round
	if err := tx.Get(ctx, &round, sqlRoundOfCall, call); err != nil {
		return Ranking{}, err
	}
	round, err := lockRound(ctx, tx, round.ID)
	if err != nil {
		return Ranking{}, err
	}
	if round.State != Locked {
		_, err := Flow.Next(round.State, "lock")
		return Ranking{}, err
	}
	return rank(ctx, tx, round, cause)
}
