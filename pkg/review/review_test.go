package review_test

import (
	"slices"
	"testing"

	"context"
	"eoul/pkg/authz"
	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

func TestQueries(t *testing.T) { dbtest.Queries(t, dbtest.New(t).DB, ".") }

func TestTransitions(t *testing.T) {
	d := dbtest.New(t)
	for name, rows := range map[string][]string{"round": review.Flow.Rows(), "sheet": review.SheetFlow.Rows()} {
		var stored []string
		if err := d.DB.Select(&stored, `select concat_ws('|', machine, from_state, verb, to_state) from transitions where machine = $1`, name); err != nil {
			t.Fatal(err)
		}
		slices.Sort(stored)
		slices.Sort(rows)
		if !slices.Equal(stored, rows) {
			t.Errorf("%s: schema has %v, code has %v", name, stored, rows)
		}
	}
}

func TestWholeRound(t *testing.T) {
	w := setup(t)
	round := fixture.Locked(t, w.DB, w.Company, w.call, w.apps)
	res, err := w.reviews.Ranking(t.Context(), w.Decider, round.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range res.Rows {
		if row.ApplicationID != w.apps[i].ID || *row.Rank != i+1 || len(row.Sheets) != 3 {
			t.Errorf("row %d: %+v", i, row)
		}
	}
	diff, err := work.View(t.Context(), w.Work, w.Decider, func(ctx context.Context, tx *work.Tx) ([]review.Difference, error) {
		if err := tx.Allow("ranking:read", authz.Object{Kind: "ranking", Program: w.Program}); err != nil {
			return nil, err
		}
		return review.Recompute(ctx, tx, round.ID)
	})
	if err != nil || len(diff) > 0 {
		t.Errorf("recomputed: %v, %v", diff, err)
	}
}
