package report

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/page"
	"eoul/pkg/program"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/review"
	"eoul/pkg/work"
)

// The sheets of the workbook of a review, in order; a score sheet for every stage.
const (
	nameRanking      = "순위"
	nameScores       = "점수표"
	nameDiscussion   = "토의 기록"
	nameExplanations = "설명 요청"
	nameChanges      = "점수 변경"
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
	judges        judges
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
)

// judgedShown are the applications of the ranking $1 that the filter of the screen
// leaves ($2 word, $3 outcome, $4 whether an approved selection may be known), each
// with its place in the ranking: what the sheets of the discussion tell of.
const judgedShown = `
	with shown as (
		select r.application_id, row_number() over (order by r.rank nulls last, r.total desc, r.application_id) as place, a.number, a.government_name
		  from ranking_rows r
		  join applications a on a.id = r.application_id
		  left join lateral (select y.outcome from selection_rows y join selections z on z.id = y.selection_id
		                      where y.application_id = a.id and z.state = any(case when $4 then array['approved', 'published'] else array['published'] end)
		                      order by z.no desc limit 1) x on true
		 where r.ranking_id = $1 and (a.government_name like $2 or a.title like $2) and ($3 = '' or x.outcome = $3)
	), held as (
		select o.id, o.stage, array_position(array['paper', 'site', 'presentation'], o.stage) as at
		  from rankings k
		  join rounds f on f.id = k.round_id
		  join rounds o on o.call_id = f.call_id and o.state = 'locked'
		 where k.id = $1
	)`

// Judging makes the workbook of a call whose review is locked: the ranking with all
// its inputs, every score sheet, the minutes and the trail of the discussion, what was
// asked and answered in it and the scores it changed, for the applications that the
// screen's filter (search word, outcome) leaves. Before the lock it is NotFound. Who is
// neither manager nor chair reads 위원 1 … n for the reviewers.
func (s *Service) Judging(ctx context.Context, who authz.Actor, call program.CallID, req page.Request) (xlsx.File, error) {
	return work.Snapshot(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (xlsx.File, error) {
		j, err := readJudging(ctx, tx, call, "ranking:export", "ranking")
		if err != nil {
			return xlsx.File{}, err
		}
		j.word, j.outcome = pattern(req), req.Filter("outcome")
		j.names = tx.Can("ranking:name", authz.Object{Kind: "ranking", Program: int64(j.Program)})
		j.decisions = tx.Can("selection:read", authz.Object{Kind: "selection", Program: int64(j.Program)})
		if err := tx.Select(ctx, &j.criteria, sqlJudgedCriteria, call); err != nil {
			return xlsx.File{}, fmt.Errorf("read criteria: %w", err)
		}
		if j.judges, err = judgesOf(ctx, tx, call); err != nil {
			return xlsx.File{}, err
		}
		book, err := xlsx.New()
		if err != nil {
			return xlsx.File{}, err
		}
		if err := errors.Join(j.ranking(ctx, tx, book), j.scores(ctx, tx, book), j.discussion(ctx, tx, book),
			j.explanations(ctx, tx, book), j.changes(ctx, tx, book)); err != nil {
			return xlsx.File{}, errors.Join(fmt.Errorf("write review workbook: %w", err), book.Close())
		}
		return xlsx.File{Name: "심사결과_" + j.Number + ".xlsx", Book: book}, nil
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

// titled is the title of a sheet: year and call, the year once.
func (j *judging) titled(what string) string {
	year := fmt.Sprintf("%d년 ", j.FiscalYear)
	return year + strings.TrimPrefix(j.Title, year) + " " + what
}

func (j *judging) sheet(name, title string, columns []xlsx.Column) xlsx.Sheet {
	ribbon := ""
	if j.Fictitious {
		ribbon = "시연용 가상 자료가 들어 있습니다."
	}
	return xlsx.Sheet{Name: name, Title: title, Ribbon: ribbon, Columns: columns, A3: len(columns) > 12,
		Facts: fmt.Sprintf("공모: %s(%s) / 회계연도: %d년 / 순위 제%d판 / 심사 확정: %s / 기준: %s", j.Title, j.Number, j.FiscalYear, j.No, calendar.FormatInstant(j.LockedOn), calendar.FormatInstant(j.now))}
}

// record begins a sheet of the discussion: it is printed with all its words.
func (j *judging) record(book *xlsx.Book, name string, columns []xlsx.Column) (*xlsx.Writer, error) {
	sheet := j.sheet(name, j.titled("심사 "+name), columns)
	sheet.Tall = true
	return book.Add(sheet)
}

// shown are the values of judgedShown.
func (j *judging) shown() []any { return []any{j.Ranking, j.word, j.outcome, j.decisions} }

func points(p review.Points) xlsx.Points { return xlsx.Points(p) }
