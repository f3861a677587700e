package execution

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eoul/pkg/authz"
	"eoul/pkg/award"
	"eoul/pkg/calendar"
	"eoul/pkg/document"
	"eoul/pkg/fault"
	"eoul/pkg/ledger"
	"eoul/pkg/money"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

// Row is one line of the list: an expenditure with what its budget line had spent
// after it and what was left then.
type Row struct {
	Expenditure
	LineSpent money.Amount `db:"line_spent" json:"line_spent"`
	LineLimit money.Amount `db:"line_limit" json:"line_limit"`
}

// LineLeft is what the budget line had left after this expenditure.
func (r Row) LineLeft() money.Amount { return r.LineLimit.Sub(r.LineSpent) }

// Listing is a page of expenditures with the sum of all that match the filters.
type Listing struct {
	page.Slice[Row]
	Sum money.BySource `json:"sum"`
}

const (
	// The running sum stands in the select list, so that it is computed for one page only.
	sqlRows = columns + `,
		       (select sum(case y.state when 'correction' then -y.total else y.total end)::bigint from expenditures y
		         where y.line_account_id = e.line_account_id and (y.occurred_on, y.id) <= (e.occurred_on, e.id)) as line_spent,
		       (select k.limit_total from accounts k where k.id = e.line_account_id) as line_limit` + from
	sqlRowsOrder = ` order by e.occurred_on desc, e.id desc limit `
	sqlSum       = `
		select count(*) as n,
		       coalesce(sum(case e.state when 'correction' then -e.national else e.national end), 0)::bigint "sum.national",
		       coalesce(sum(case e.state when 'correction' then -e.sido else e.sido end), 0)::bigint "sum.sido",
		       coalesce(sum(case e.state when 'correction' then -e.sigungu else e.sigungu end), 0)::bigint "sum.sigungu",
		       coalesce(sum(case e.state when 'correction' then -e.own else e.own end), 0)::bigint "sum.own"
		  from expenditures e
		  join awards w on w.id = e.award_id
		  join organizations g on g.id = w.government_id
		  left join organizations p on p.id = w.province_id
		 where `
)

// position is the cursor of the list.
type position struct {
	On calendar.Date `json:"on"`
	ID ID            `json:"id"`
}

// List shows the expenditures the actor may read, the latest day first. Filters:
// award, line, state, fiscal_year, method, from, to; the search word is looked for in
// use, payee, evidence number and government.
func (s *Service) List(ctx context.Context, who authz.Actor, r page.Request) (Listing, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (out Listing, err error) {
		scope, err := tx.Scope("expenditure:read")
		if err != nil {
			return out, err
		}
		cond, args := scope.Where(authz.Columns{Government: "w.government_id", Province: "w.province_id", Program: "w.program_id"}, 1)
		f := filter{page.Begin(cond, args)}
		f.read(r)
		var total struct {
			N   int            `db:"n"`
			Sum money.BySource `db:"sum"`
		}
		if err := tx.Get(ctx, &total, sqlSum+f.String(), f.Args...); err != nil {
			return out, fmt.Errorf("count expenditures: %w", err)
		}
		out.Sum = total.Sum
		var after position
		if more, err := r.Start(&after); err != nil {
			return out, err
		} else if more {
			f.Args = append(f.Args, after.On)
			f.And("(e.occurred_on, e.id) < ($"+strconv.Itoa(len(f.Args))+", $$)", after.ID)
		}
		var rows []Row
		if err := tx.Select(ctx, &rows, sqlRows+f.String()+sqlRowsOrder+strconv.Itoa(r.Limit()+1), f.Args...); err != nil {
			return out, fmt.Errorf("list expenditures: %w", err)
		}
		out.Slice = page.Cut(r, rows, total.N, func(r Row) any { return position{r.OccurredOn, r.ID} })
		return out, nil
	})
}

// filter collects the conditions of a list, made of constant fragments.
type filter struct{ page.Where }

func (f *filter) read(r page.Request) {
	if id, err := strconv.ParseInt(r.Filter("award"), 10, 64); err == nil {
		f.And("e.award_id = $$", id)
	}
	if id, err := strconv.ParseInt(r.Filter("line"), 10, 64); err == nil {
		f.And("e.line_account_id = $$", id)
	}
	if v := r.Filter("state"); v != "" {
		f.And("e.state = $$", v)
	}
	if v := r.Filter("method"); v != "" {
		f.And("e.method = $$", v)
	}
	if y, err := strconv.Atoi(r.Filter("fiscal_year")); err == nil {
		f.And("w.fiscal_year = $$", y)
	}
	if d, err := calendar.Parse(r.Filter("from")); err == nil {
		f.And("e.occurred_on >= $$", d)
	}
	if d, err := calendar.Parse(r.Filter("to")); err == nil {
		f.And("e.occurred_on <= $$", d)
	}
	if q := strings.TrimSpace(r.Query); q != "" {
		f.And("(e.item like $$ or e.payee like $$ or e.evidence_no like $$ or concat_ws(' ', p.name, g.name) like $$)", page.Like(q))
	}
}

// Detail is an expenditure with its files and what the viewer may do.
type Detail struct {
	Expenditure Expenditure      `json:"expenditure"`
	Award       award.Award      `json:"award"`
	Evidences   []EvidenceDetail `json:"evidences"`
	May         []string         `json:"may"`
	Warnings    []string         `json:"warnings"`
}

// EvidenceDetail is a file with its name.
type EvidenceDetail struct {
	Evidence
	Document document.Document `json:"document"`
}

// Can tells whether the viewer may do a verb now.
func (d Detail) Can(verb string) bool { return slices.Contains(d.May, verb) }

// Show reads one expenditure for its page; NotFound when it may not be read.
func (s *Service) Show(ctx context.Context, who authz.Actor, id ID) (Detail, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (d Detail, err error) {
		if d.Expenditure, err = get(ctx, tx, id); err != nil {
			return d, err
		}
		if err := tx.Allow("expenditure:read", d.Expenditure.Object()); err != nil {
			return d, err
		}
		if d.Award, err = award.Get(ctx, tx, d.Expenditure.AwardID); err != nil {
			return d, err
		}
		if d.Evidences, err = evidenceDetails(ctx, tx, id); err != nil {
			return d, err
		}
		if d.Warnings, err = warnings(ctx, tx, d.Expenditure, len(d.Evidences)); err != nil {
			return d, err
		}
		balances, err := ledger.BalancesOf(ctx, tx, d.Award.AccountID)
		d.May = verbsOf(tx, d.Expenditure, balances[d.Award.AccountID].Phase)
		return d, err
	})
}

func evidenceDetails(ctx context.Context, tx *work.Tx, id ID) ([]EvidenceDetail, error) {
	rows, err := Evidences(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	ids := make([]document.ID, len(rows))
	for i, e := range rows {
		ids[i] = e.DocumentID
	}
	docs, err := document.ByIDs(ctx, tx, ids)
	out := make([]EvidenceDetail, len(rows))
	for i, e := range rows {
		out[i] = EvidenceDetail{Evidence: e, Document: docs[e.DocumentID]}
	}
	return out, err
}

// warnings tell what a reviewer should look at: the same evidence number twice, no file.
func warnings(ctx context.Context, tx *work.Tx, e Expenditure, files int) ([]string, error) {
	out := []string{}
	if !e.Counts() {
		return out, nil
	}
	var twins []int
	if err := tx.Select(ctx, &twins, sqlTwins, e.AwardID, e.ID, e.EvidenceKind, e.EvidenceNo); err != nil {
		return nil, fmt.Errorf("look for the same evidence: %w", err)
	}
	for _, no := range twins {
		out = append(out, fmt.Sprintf("순번 %d의 집행과 증빙번호가 같습니다. 같은 증빙을 두 번 쓰지 않았는지 확인해 주십시오.", no))
	}
	if files == 0 {
		out = append(out, "증빙 파일이 없습니다.")
	}
	return out, nil
}

// verbsOf are the verbs the actor may do on the expenditure now.
func verbsOf(tx *work.Tx, e Expenditure, phase ledger.Phase) []string {
	verbs := []string{}
	review := phase == ledger.Open || phase == ledger.Ended
	for _, v := range []struct {
		verb string
		when bool
	}{
		{"accept", review && Flow.Can(e.State, "accept")},
		{"reject", review && Flow.Can(e.State, "reject")},
		{"reverse", phase == ledger.Open && Flow.Can(e.State, "reverse")},
		{"attach", review && e.Counts()},
	} {
		if v.when && tx.Can(Flow.Action(v.verb), e.Object()) {
			verbs = append(verbs, v.verb)
		}
	}
	return verbs
}

// Evidence finds one file of an expenditure for download, by the permission to read
// the expenditure; a file that is not its evidence is NotFound.
func (s *Service) Evidence(ctx context.Context, who authz.Actor, id ID, doc document.ID) (document.Document, error) {
	return work.View(ctx, s.Work, who, func(ctx context.Context, tx *work.Tx) (document.Document, error) {
		e, err := get(ctx, tx, id)
		if err != nil {
			return document.Document{}, err
		}
		if err := tx.Allow("expenditure:read", e.Object()); err != nil {
			return document.Document{}, err
		}
		rows, err := Evidences(ctx, tx, id)
		if err != nil {
			return document.Document{}, err
		}
		if !slices.ContainsFunc(rows, func(ev Evidence) bool { return ev.DocumentID == doc }) {
			return document.Document{}, fault.New(fault.NotFound, "찾을 수 없습니다.")
		}
		return document.Get(ctx, tx, doc)
	})
}
