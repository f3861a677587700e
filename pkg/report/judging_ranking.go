package report

import (
	"context"
	"errors"
	"fmt"

	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

const (
	sqlJudgedRows = `
		select a.number, a.government_name, a.title, r.rank, r.mean, r.bonus, r.total, r.shared, r.floor_broken, r.tie_broken_by, r.averages,
		       coalesce(x.outcome, '') as outcome, coalesce(x.national, 0) as "amounts.national", coalesce(x.sido, 0) as "amounts.sido",
		       coalesce(x.sigungu, 0) as "amounts.sigungu", coalesce(x.own, 0) as "amounts.own", coalesce(x.reason, '') as reason
		  from ranking_rows r
		  join applications a on a.id = r.application_id
		  left join lateral (select y.* from selection_rows y join selections s on s.id = y.selection_id
		                      where y.application_id = a.id and s.state = any(case when $4 then array['approved', 'published'] else array['published'] end)
		                      order by s.no desc limit 1) x on true
		 where r.ranking_id = $1 and (a.government_name like $2 or a.title like $2) and ($3 = '' or x.outcome = $3)
		 order by r.rank nulls last, r.total desc, r.application_id`
	sqlAverages = `select coalesce(max(jsonb_array_length(averages)), 0) from ranking_rows where ranking_id = $1`
)

// judgedRow is one line of the ranking.
type judgedRow struct {
	Number         string          `db:"number"`
	GovernmentName string          `db:"government_name"`
	Title          string          `db:"title"`
	Rank           *int            `db:"rank"`
	Mean           review.Points   `db:"mean"`
	Bonus          review.Points   `db:"bonus"`
	Total          review.Points   `db:"total"`
	Shared         bool            `db:"shared"`
	FloorBroken    string          `db:"floor_broken"`
	TieBrokenBy    string          `db:"tie_broken_by"`
	Averages       review.Averages `db:"averages"`
	Outcome        string          `db:"outcome"`
	Amounts        money.BySource  `db:"amounts"`
	Reason         string          `db:"reason"`
}

// note says what a rank alone does not.
func (r judgedRow) note() string {
	switch {
	case r.FloorBroken != "":
		return "과락: " + r.FloorBroken
	case r.Shared:
		return "공동 순위"
	case r.TieBrokenBy != "":
		return "동점: " + r.TieBrokenBy
	}
	return ""
}

func outcomeLabel(code string) string {
	return map[string]string{"selected": "선정", "reserve": "예비", "declined": "탈락", "withdrawn": "포기"}[code]
}

// averaged are the criteria that a ranking row has averages of: as many as it has.
func (j *judging) averaged(ctx context.Context, tx *work.Tx) (int, error) {
	var n int
	err := tx.Get(ctx, &n, sqlAverages, j.Ranking)
	return min(n, len(j.criteria)), err
}

// ranking writes 순위.
func (j *judging) ranking(ctx context.Context, tx *work.Tx, book *xlsx.Book) error {
	n, err := j.averaged(ctx, tx)
	if err != nil {
		return err
	}
	cols := []xlsx.Column{{Title: "순위", Width: 6, Kind: xlsx.Count}, {Title: "신청번호", Width: 16}, {Title: "지자체명", Width: 18}, {Title: "사업명", Width: 28},
		{Title: "평균", Width: 9, Kind: xlsx.Score}, {Title: "가점·감점", Width: 9, Kind: xlsx.Score}, {Title: "총점", Width: 9, Kind: xlsx.Score}}
	for _, c := range j.criteria[:n] {
		cols = append(cols, xlsx.Column{Group: "항목별 평균", Title: fmt.Sprintf("%s(%d)", c.Title, c.Max), Width: 12, Kind: xlsx.Score})
	}
	cols = append(cols, xlsx.Column{Title: "비고", Width: 20}, xlsx.Column{Title: "결과", Width: 8})
	sources := money.Sources()
	cols = append(cols, bySource("선정 금액", sources[:]...)...)
	w, err := book.Add(j.sheet(nameRanking, j.titled("심사 순위"), append(cols, xlsx.Column{Title: "사유", Width: 28})))
	if err != nil {
		return err
	}
	err = work.Each(ctx, tx, sqlJudgedRows, j.shown(), func(r judgedRow) error {
		var rank any
		if r.Rank != nil {
			rank = *r.Rank
		}
		row := []any{rank, r.Number, r.GovernmentName, r.Title, points(r.Mean), points(r.Bonus), points(r.Total)}
		for i := range n {
			if i < len(r.Averages) {
				row = append(row, points(r.Averages[i]))
			} else {
				row = append(row, nil)
			}
		}
		row = append(row, r.note(), outcomeLabel(r.Outcome))
		return w.Row(append(append(row, won4(r.Amounts)...), r.Reason)...)
	})
	if err != nil {
		return fmt.Errorf("ranking rows: %w", err)
	}
	return errors.Join(w.Total("합계", nil), w.Close())
}
