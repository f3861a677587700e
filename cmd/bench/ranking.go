package main

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/review"
)

// The size of the measured ranking.
const (
	rankedApplications = 1_000
	rankedReviewers    = 9
	rankedCriteria     = 6
)

const (
	makeScores = `
		create temp table bench_scores (application bigint, sheet bigint, criterion bigint, points numeric(6,3))`
	fillScores = `
		insert into bench_scores select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) as n (a, s, c, p)`
	aggregateScores = `
		select application, round(avg(total), 2) as mean
		  from (select application, sheet, sum(points) as total from bench_scores group by application, sheet) x
		 group by application order by mean desc`
)

// rankings measures the whole rule of a ranking (means with extremes left out, floors,
// bonus, averages per criterion, ties) against one plain SQL aggregate over the same
// scores, which are in a table of the same transaction.
func (l *lab) rankings(ctx context.Context, t *table) error {
	progress("rankings")
	in := rankingInputs()
	tx, err := l.owner.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var apps, sheets, criteria, points []int64
	for _, a := range in.Applications {
		for _, s := range a.Sheets {
			for id, p := range s.Points {
				apps, sheets, criteria, points = append(apps, int64(a.ID)), append(sheets, s.ID), append(criteria, id), append(points, int64(p)/1000)
			}
		}
	}
	if _, err := tx.ExecContext(ctx, makeScores); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fillScores, pq.Array(apps), pq.Array(sheets), pq.Array(criteria), pq.Array(points)); err != nil {
		return err
	}
	var took pairs
	for round := range rounds + 1 { // the first round warms both sides up
		begin := time.Now()
		rows, err := review.Rank(in)
		if err != nil {
			return err
		}
		ours := time.Since(begin).Seconds()
		begin = time.Now()
		var means []struct {
			Application int64   `db:"application"`
			Mean        float64 `db:"mean"`
		}
		if err := tx.SelectContext(ctx, &means, aggregateScores); err != nil {
			return err
		}
		bare := time.Since(begin).Seconds()
		if len(rows) != rankedApplications || len(means) != rankedApplications {
			return fmt.Errorf("%d rows and %d means of %d applications", len(rows), len(means), rankedApplications)
		}
		if round > 0 {
			took = append(took, pair{ours, bare})
		}
	}
	m := took.middle()
	t.atMost("ranking of 1,000 applications × 9 reviewers", fmt.Sprintf("%.0f ms", m.ours*1000), fmt.Sprintf("%.0f ms", m.bare*1000), m.ratio(), 2, "")
	return nil
}

// rankingInputs are made-up scores, the same in every run.
func rankingInputs() review.Inputs {
	in := review.Inputs{DropExtremes: true, DropFrom: 3, TotalFloor: 60}
	for c := range rankedCriteria {
		in.Criteria = append(in.Criteria, review.InputCriterion{ID: int64(c + 1), Position: c + 1, Title: fmt.Sprintf("항목 %d", c+1), TieOrder: c + 1, Max: 20, Floor: 8})
	}
	for a := range rankedApplications {
		app := review.InputApplication{ID: application.ID(a + 1)}
		for s := range rankedReviewers {
			sheet := review.InputSheet{ID: int64(a*rankedReviewers + s + 1), Reviewer: int64(s + 1), Points: map[int64]review.Points{}}
			for c := range rankedCriteria {
				sheet.Points[int64(c+1)] = review.Points(10+(a*7+s*5+c*3)%11) * 1000
			}
			app.Sheets = append(app.Sheets, sheet)
		}
		if a%3 == 0 {
			app.Bonus = []review.InputBonus{{Item: 1, Points: 3, Evidence: "고시"}}
		}
		in.Applications = append(in.Applications, app)
	}
	return in
}
