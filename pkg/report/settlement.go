package report

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"eoul/pkg/authz"
	"eoul/pkg/calendar"
	"eoul/pkg/fault"
	"eoul/pkg/money"
	"eoul/pkg/report/xlsx"
	"eoul/pkg/work"
)

// Service makes reports.
type Service struct{ Work *work.Runner }

// Which names what a settlement workbook is about, one award or a whole call, by its
// id or by its number as printed on papers (G-2022-00001, 2022-001).
type Which struct{ Award, Call string }

// Settlement makes the settlement workbook (총괄표, 재원별 정산, 비목별 집행, 집행내역) of
// one award or of all awards of a call that the actor may export. Nothing to
// export is NotFound, and naming neither or both Invalid.
func (s *Service) Settlement(ctx context.Context, who authz.Actor, which Which) (xlsx.File, error) {
	if (which.Award == "") == (which.Call == "") {
		return xlsx.File{}, fault.New(fault.Invalid, "공모(call)나 사업(award) 가운데 하나를 지정해 주세요.")
	}
	return work.Snapshot(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (xlsx.File, error) {
		scope, err := tx.Scope("report:export")
		if err != nil {
			return xlsx.File{}, err
		}
		subject, err := readSubject(ctx, tx, which, scope)
		if err != nil {
			return xlsx.File{}, err
		}
		book, err := xlsx.New()
		if err != nil {
			return xlsx.File{}, err
		}
		if err := subject.write(ctx, tx, book); err != nil {
			return xlsx.File{}, errors.Join(fmt.Errorf("write settlement workbook: %w", err), book.Close())
		}
		return xlsx.File{Name: subject.fileName(), Book: book}, nil
	})
}

// subject is what the workbook is about, read before its first row.
type subject struct {
	whole       bool // of a whole call
	program     string
	call        string
	fiscalYear  int
	demo        bool
	instant     string // which state of the database all sheets show (I-29)
	awards      []awardRow
	ids         []int64
	expenses    int          // rows of sheet 집행내역
	lines       int          // rows of sheet 비목별 집행
	spentOnList money.Amount // what 집행내역 adds up to
	spentOnLine money.Amount // what 비목별 집행 adds up to
}

// awardRow is one award with its plan, its ledger and, once there is one, its settlement.
type awardRow struct {
	ID         int64          `db:"id"`
	Number     string         `db:"number"`
	Account    int64          `db:"account_id"`
	Government string         `db:"government"`
	Title      string         `db:"title"`
	Program    string         `db:"program"`
	Call       string         `db:"call"`
	FiscalYear int            `db:"fiscal_year"`
	From       calendar.Date  `db:"project_from"`
	To         calendar.Date  `db:"project_to"`
	Fictitious bool           `db:"fictitious"`
	Settlement *string        `db:"settlement_state"`
	Original   money.BySource `db:"original"` // as granted
	Planned    money.BySource `db:"planned"`  // after budget changes
	Funds      money.BySource `db:"funds"`    // secured and disbursed
	Spent      money.BySource `db:"spent"`
	Disallowed money.BySource `db:"disallowed"`
	Interest   money.BySource `db:"interest"`
	Revenue    money.BySource `db:"revenue"`
	Carried    money.BySource `db:"carried"`
	Repaid     money.BySource `db:"repaid"`
	Due        money.BySource `db:"due"`
	Excluded   money.Amount   `db:"excluded"` // interest that stays where it is, 시행령 §13①
}

// Balance is what was put in and neither spent nor carried over.
func (a awardRow) Balance() money.BySource { return a.Funds.Sub(a.Spent).Sub(a.Carried) }

// Accepted is spending that was not disallowed.
func (a awardRow) Accepted() money.BySource { return a.Spent.Sub(a.Disallowed) }

func (a awardRow) period() string { return a.From.Korean() + " ~ " + a.To.Korean() }

// note is what the 비고 column says.
func (a awardRow) note() string {
	if a.Settlement == nil {
		return "정산 전"
	}
	switch *a.Settlement {
	case "fixed", "notified", "repaid":
		return "확정"
	case "closed":
		return "종결"
	}
	return "정산 중"
}

const sqlAwards = `
	select w.id, w.number, w.account_id, w.title, w.fiscal_year, w.project_from, w.project_to,
	       coalesce(up.name || ' ', '') || g.name as government,
	       p.name as program, c.title as call, p.fictitious or exists (select from settings where key = 'demo') as fictitious,
	       s.state as settlement_state,
	       w.national as "original.national", w.sido as "original.sido", w.sigungu as "original.sigungu", w.own as "original.own",
	       w.national as "planned.national", w.sido as "planned.sido", w.sigungu as "planned.sigungu", w.own as "planned.own",
	       a.secured_national + a.disbursed_national as "funds.national", a.secured_sido + a.disbursed_sido as "funds.sido",
	       a.secured_sigungu + a.disbursed_sigungu as "funds.sigungu", a.secured_own + a.disbursed_own as "funds.own",
	       a.spent_national as "spent.national", a.spent_sido as "spent.sido", a.spent_sigungu as "spent.sigungu", a.spent_own as "spent.own",
	       a.disallowed_national as "disallowed.national", a.disallowed_sido as "disallowed.sido", a.disallowed_sigungu as "disallowed.sigungu", a.disallowed_own as "disallowed.own",
	       a.interest_national as "interest.national", a.interest_sido as "interest.sido", a.interest_sigungu as "interest.sigungu", a.interest_own as "interest.own",
	       a.revenue_national as "revenue.national", a.revenue_sido as "revenue.sido", a.revenue_sigungu as "revenue.sigungu", a.revenue_own as "revenue.own",
	       a.carried_national as "carried.national", a.carried_sido as "carried.sido", a.carried_sigungu as "carried.sigungu", a.carried_own as "carried.own",
	       a.repaid_national as "repaid.national", a.repaid_sido as "repaid.sido", a.repaid_sigungu as "repaid.sigungu", a.repaid_own as "repaid.own",
	       coalesce(d.national, 0) as "due.national", coalesce(d.sido, 0) as "due.sido", coalesce(d.sigungu, 0) as "due.sigungu", coalesce(d.own, 0) as "due.own",
	       coalesce(d.excluded, 0) as excluded
	  from awards w
	  join organizations g on g.id = w.government_id
	  left join organizations up on up.id = w.province_id
	  join programs p on p.id = w.program_id
	  join calls c on c.id = w.call_id
	  join accounts a on a.id = w.account_id
	  left join settlements s on s.award_id = w.id
	  left join lateral (
		select sum(due) filter (where source = 'national') as national, sum(due) filter (where source = 'sido') as sido,
		       sum(due) filter (where source = 'sigungu') as sigungu, sum(due) filter (where source = 'own') as own,
		       sum(excluded) filter (where source <> 'own') as excluded
		  from settlement_rows r where r.settlement_id = s.id) d on true
	 where `

const (
	sqlOneAward   = `(w.id = $1 or w.number = $2)`
	sqlCallAwards = `w.call_id = (select id from calls where id = $1 or number = $2) and w.state not in ('applied', 'examined', 'cancelled')`
	sqlAwardOrder = ` order by g.region_code nulls last, g.name, w.id`
)

const sqlCounts = `
	select (select count(*) from expenditures e where e.award_id = any($1)) as expenses,
	       (select coalesce(sum(case when reversal_of is null then e.total else -e.total end), 0)::bigint from expenditures e where e.award_id = any($1)) as spent,
	       (select coalesce(sum(a.spent_national + a.spent_sido + a.spent_sigungu + a.spent_own), 0)::bigint
	          from award_lines l join accounts a on a.id = l.account_id
	         where l.version_id in (select distinct on (award_id) id from budget_versions where award_id = any($1) order by award_id, no desc)) as line_spent,
	       pg_current_snapshot()::text as snapshot,
	       (select count(*) from award_lines l
	         where l.version_id in (select distinct on (award_id) id from budget_versions where award_id = any($1) order by award_id, no desc)) as lines`

func readSubject(ctx context.Context, tx *work.Tx, which Which, scope authz.Scope) (*subject, error) {
	s := &subject{whole: which.Call != ""}
	cond, number := sqlOneAward, which.Award
	if s.whole {
		cond, number = sqlCallAwards, which.Call
	}
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		id = 0 // a printed number, not an id
	}
	where, args := scope.Where(columns(), 3)
	if err := tx.Select(ctx, &s.awards, sqlAwards+cond+` and `+where+sqlAwardOrder, append([]any{id, number}, args...)...); err != nil {
		return nil, fmt.Errorf("read awards: %w", err)
	}
	if len(s.awards) == 0 {
		return nil, fault.New(fault.NotFound, "내보낼 사업을 찾을 수 없습니다.")
	}
	first := s.awards[0]
	s.program, s.call, s.fiscalYear = first.Program, first.Call, first.FiscalYear
	for _, a := range s.awards {
		s.ids = append(s.ids, a.ID)
		s.demo = s.demo || a.Fictitious
	}
	var n struct {
		Expenses int          `db:"expenses"`
		Spent    money.Amount `db:"spent"`
		OnLines  money.Amount `db:"line_spent"`
		Lines    int          `db:"lines"`
		Snapshot string       `db:"snapshot"`
	}
	if err := tx.Get(ctx, &n, sqlCounts, ids(s.ids)); err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	s.instant = fmt.Sprintf("%s 기준 자료입니다. 모든 시트는 한 시점(%s)의 것입니다.", calendar.FormatInstant(tx.Now), n.Snapshot)
	s.expenses, s.lines, s.spentOnList, s.spentOnLine = n.Expenses, n.Lines, n.Spent, n.OnLines
	return s, nil
}

func (s *subject) fileName() string {
	if s.whole {
		return fmt.Sprintf("정산보고서_%d년_%s.xlsx", s.fiscalYear, s.call)
	}
	return fmt.Sprintf("정산보고서_%s_%s.xlsx", s.awards[0].Number, s.awards[0].Government)
}

// facts is the second row of every sheet (domain: 사업명 / 기관명 / 사업기간 / 회계연도).
func (s *subject) facts() string {
	all := s.awards[0]
	if s.whole {
		all.Government, all.Title = fmt.Sprintf("%d개 지방자치단체", len(s.awards)), s.program
	}
	for _, a := range s.awards {
		if a.From.Before(all.From) {
			all.From = a.From
		}
		if all.To.Before(a.To) {
			all.To = a.To
		}
	}
	return fmt.Sprintf("사업명: %s / 기관명: %s / 사업기간: %s / 회계연도: %d년", all.Title, all.Government, all.period(), s.fiscalYear)
}

func (s *subject) ribbon() string {
	if s.demo {
		return "시연용 가상 자료가 들어 있습니다."
	}
	return ""
}

// sheet is the common look of all sheets; those behind the first begin with the
// government and the project when the workbook covers a whole call (decisions 33).
func (s *subject) sheet(name, title string, a3 bool, columns []xlsx.Column) xlsx.Sheet {
	if s.whole && name != nameSummary {
		columns = append([]xlsx.Column{{Title: "지자체명", Width: 18}, {Title: "사업명", Width: 28}}, columns...)
	}
	return xlsx.Sheet{Name: name, Title: title, Facts: s.facts(), Ribbon: s.ribbon(), Columns: columns, A3: a3}
}

// row puts the two leading columns before a row when they are there.
func (s *subject) row(government, title string, values ...any) []any {
	if s.whole {
		return append([]any{government, title}, values...)
	}
	return values
}
