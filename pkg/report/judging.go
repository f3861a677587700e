package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// The sheets of the workbook of a review, in order; a score sheet for every stage.
const (
	nameRanking = "순위"
	nameScores  = "점수표"
	nameMinutes = "토의 기록"
)

// judging is the review of one call, read before its first row.
type judging struct {
	Call       program.CallID   `db:"id"`
	Number     string           `db:"number"`
	Title      string           `db:"title"`
	FiscalYear int              `db:"fiscal_year"`
	Program    program.ID       `db:"program_id"`
	Fictitious bool             `db:"fictitious"`
	Ranking    review.RankingID `db:"-"`
	No         int              `db:"-"`
	LockedOn   time.Time        `db:"locked_at"`

	word, outcome string // the filter of the screen
	decisions     bool   // the actor may know of decisions that are not published
	names         bool   // reviewers by name, else by number
	criteria      []judgedCriterion
	now           time.Time
}

type judgedCriterion struct {
	ID    int64  `db:"id"`
	Stage string `db:"stage"`
	Title string `db:"title"`
	Max   int    `db:"max"`
}

const (
	sqlJudging = `
		select c.id, c.number, c.title, c.fiscal_year, c.program_id, p.fictitious, o.locked_at
		  from calls c
		  join programs p on p.id = c.program_id
		  join rounds o on o.call_id = c.id
		 where c.id = $1 and o.id = $2`
	sqlJudgedCriteria = `
		select k.id, u.stage, k.title, k.max
		  from criteria k join rubrics u on u.id = k.rubric_id
		 where u.call_id = $1
		 order by array_position(array['paper', 'site', 'presentation'], u.stage), k.position, k.id`
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
	sqlJudgedScores = `
		select o.stage, a.number, a.government_name, a.title, s.id as sheet_id, w.reviewer_id, n.name as reviewer, k.id as criterion_id, c.points,
		       e.assignment_id is not null as excluded
		  from ranking_rows r
		  join applications a on a.id = r.application_id
		  join assignments w on w.application_id = a.id
		  join rounds o on o.id = w.round_id and o.call_id = a.call_id and o.state = 'locked'
		  join reviewers v on v.id = w.reviewer_id
		  join people n on n.id = v.person_id
		  join sheets s on s.assignment_id = w.id
		  join scores c on c.sheet_id = s.id
		  join criteria k on k.id = c.criterion_id
		  left join exclusions e on e.assignment_id = w.id
		  left join lateral (select y.outcome from selection_rows y join selections z on z.id = y.selection_id
		                      where y.application_id = a.id and z.state = any(case when $4 then array['approved', 'published'] else array['published'] end)
		                      order by z.no desc limit 1) x on true
		 where r.ranking_id = $1 and (a.government_name like $2 or a.title like $2) and ($3 = '' or x.outcome = $3)
		 order by array_position(array['paper', 'site', 'presentation'], o.stage), r.rank nulls last, r.total desc, r.application_id, w.reviewer_id, s.id, k.position, k.id`
	sqlJudgedMinutes = `
		select e.at, e.action, e.actor_name, coalesce(v.id, 0) as reviewer_id, coalesce(n.name, '') as reviewer, coalesce(a.government_name, '') as government_name,
		       coalesce(e.after ->> 'reopen_reason', '') as reason
		  from audit_events e
		  left join sheets s on e.kind = 'sheet' and s.id = e.object_id
		  left join assignments w on w.id = s.assignment_id
		  left join reviewers v on v.id = w.reviewer_id
		  left join people n on n.id = v.person_id
		  left join applications a on a.id = w.application_id
		 where e.kind = 'round' and e.object_id in (select id from rounds where call_id = $1)
		       and e.action in ('round:create', 'round:discuss', 'round:lock', 'round:confirm')
		    or e.kind = 'sheet' and e.action = 'sheet:reopen' and w.round_id in (select id from rounds where call_id = $1)
		 order by e.id`
	sqlJudges = `
		select distinct w.reviewer_id from assignments w join rounds o on o.id = w.round_id where o.call_id = $1 order by 1`
)

// Judging makes the workbook of a call whose review is locked: the ranking with all
// its inputs, every score sheet and what is recorded of the discussion, for the
// applications that the screen's filter (search word, outcome) leaves. Before the lock
// it is NotFound. Who is neither manager nor chair reads 위원 1 … n for the reviewers.
func (s *Service) Judging(ctx context.Context, who authz.Actor, call program.CallID, req page.Request) (File, error) {
	return work.Snapshot(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (File, error) {
		j, err := readJudging(ctx, tx, call, "ranking:export", "ranking")
		if err != nil {
			return File{}, err
		}
		j.word, j.outcome = pattern(req), req.Filter("outcome")
		j.names = who.Has("manager") || who.Has("chair")
		j.decisions = tx.Can("selection:read", authz.Object{Kind: "selection", Program: int64(j.Program)})
		if err := tx.Select(ctx, &j.criteria, sqlJudgedCriteria, call); err != nil {
			return File{}, fmt.Errorf("read criteria: %w", err)
		}
		judges, err := judgesOf(ctx, tx, call)
		if err != nil {
			return File{}, err
		}
		book, err := xlsx.New()
		if err != nil {
			return File{}, err
		}
		if err := errors.Join(j.ranking(ctx, tx, book), j.scores(ctx, tx, book, judges), j.minutes(ctx, tx, book, judges)); err != nil {
			return File{}, errors.Join(fmt.Errorf("write review workbook: %w", err), book.Close())
		}
		return File{Name: "심사결과_" + j.Number + ".xlsx", Book: book}, nil
	})
}

// readJudging reads the call for a role of its programme; what may not be read, and
// what is not locked, is not there.
func readJudging(ctx context.Context, tx *work.Tx, call program.CallID, action, kind string) (*judging, error) {
	c, err := program.CallByID(ctx, tx, call)
	if err != nil {
		return nil, err
	}
	if err := tx.Allow(action, authz.Object{Kind: kind, ID: int64(call), Program: int64(c.ProgramID)}); err != nil {
		return nil, err
	}
	ranking, _, err := review.LatestRanking(ctx, tx, call)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, fault.New(fault.NotFound, "심사가 확정된 뒤에 내려받을 수 있습니다.")
	}
	if err != nil {
		return nil, err
	}
	j := &judging{now: tx.Now, Ranking: ranking.ID, No: ranking.No}
	return j, tx.Get(ctx, j, sqlJudging, call, ranking.RoundID)
}

// judgesOf numbers the reviewers of a call, the same way in every sheet.
func judgesOf(ctx context.Context, tx *work.Tx, call program.CallID) (map[int64]int, error) {
	var ids []int64
	if err := tx.Select(ctx, &ids, sqlJudges, call); err != nil {
		return nil, fmt.Errorf("read reviewers: %w", err)
	}
	out := make(map[int64]int, len(ids))
	for i, id := range ids {
		out[id] = i + 1
	}
	return out, nil
}

// judge is what a reviewer is called in the workbook.
func (j *judging) judge(number int, name string) string {
	label := fmt.Sprintf("위원 %d", number)
	if j.names {
		label += "(" + name + ")"
	}
	return label
}

func (j *judging) sheet(name, title string, columns []xlsx.Column) xlsx.Sheet {
	ribbon := ""
	if j.Fictitious {
		ribbon = "시연용 가상 자료가 들어 있습니다."
	}
	return xlsx.Sheet{Name: name, Title: title, Ribbon: ribbon, Columns: columns, A3: len(columns) > 12,
		Facts: fmt.Sprintf("공모: %s(%s) / 회계연도: %d년 / 순위 제%d판 / 심사 확정: %s / 기준: %s", j.Title, j.Number, j.FiscalYear, j.No, calendar.FormatInstant(j.LockedOn), calendar.FormatInstant(j.now))}
}

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

func points(p review.Points) xlsx.Points { return xlsx.Points(p) }

// averaged are the criteria that a ranking row has averages of: as many as it has.
func (j *judging) averaged(ctx context.Context, tx *work.Tx) (int, error) {
	var n int
	err := tx.Get(ctx, &n, sqlAverages, j.Ranking)
	return min(n, len(j.criteria)), err
}

const sqlAverages = `select coalesce(max(jsonb_array_length(averages)), 0) from ranking_rows where ranking_id = $1`

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
	w, err := book.Add(j.sheet(nameRanking, fmt.Sprintf("%d년 %s 심사 순위", j.FiscalYear, j.Title), append(cols, xlsx.Column{Title: "사유", Width: 28})))
	if err != nil {
		return err
	}
	err = work.Each(ctx, tx, sqlJudgedRows, []any{j.Ranking, j.word, j.outcome, j.decisions}, func(r judgedRow) error {
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
