package report_test

import (
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/dbtest"
	"eoul/pkg/fixture"
	"eoul/pkg/organization"
)

// won4 is an amount per source: 국비, 시도비, 시군구비, 자부담.
type won4 [4]int64

func (a won4) sum() int64 { return a[0] + a[1] + a[2] + a[3] }

func (a won4) args() []any { return []any{a[0], a[1], a[2], a[3]} }

func (a won4) add(b won4) (out won4) {
	for i := range a {
		out[i] = a[i] + b[i]
	}
	return out
}

// budgetLine is a line of an award: what it was as granted and what it is now.
type budgetLine struct {
	code, description string
	granted, changed  won4 // zero as granted: a later line
	account           int64
}

// spending is one row of 집행내역 in the words of the database.
type spending struct {
	line                         int
	on, item, payee, business    string
	method, evidence, evidenceNo string
	supply, vat                  int64
	won4
	state, why string
	reverses   int // its number, for a correcting row
	posting    int64
}

// project is one award of the case with all that its workbook shows.
type project struct {
	government, province organization.ID
	number, title        string
	granted              won4
	lines                []budgetLine
	spendings            []spending
	interest, revenue    won4
	carried, repaid      won4
	excluded             won4
	settled              bool
	id, account          int64
}

// builder writes a case as the owner, states verb by verb, and at the end the
// audit row of every version.
type builder struct {
	t                   *testing.T
	tx                  *sqlx.Tx
	call, program, fund int64
}

func (b *builder) id(q string, args ...any) (id int64) {
	b.t.Helper()
	if err := b.tx.GetContext(b.t.Context(), &id, q, args...); err != nil {
		b.t.Fatalf("%s: %v", q, err)
	}
	return id
}

func (b *builder) exec(q string, args ...any) {
	b.t.Helper()
	if _, err := b.tx.ExecContext(b.t.Context(), q, args...); err != nil {
		b.t.Fatalf("%s: %v", q, err)
	}
}

// walk moves a row through states.
func (b *builder) walk(table string, id int64, states ...string) {
	b.t.Helper()
	for _, s := range states {
		b.exec(`update `+table+` set state = $2 where id = $1`, id, s)
	}
}

const recordAll = `
	insert into audit_events (at, actor_name, rule, action, kind, object_id, version, after)
	select app_now(), '시험 준비', 'test', k.kind || ':create', k.kind, k.id, v, jsonb_build_object('state', k.state)
	  from (select kind, id, version, state from tracked_states
	        union all select 'appropriation', id, version, null from appropriations
	        union all select 'repayment', id, version, null from repayments) k,
	       generate_series(1, k.version) v
	on conflict do nothing`

// settledCase builds a call with the projects and gives its id.
func settledCase(t *testing.T, d *dbtest.DB, c fixture.Company, projects []project) int64 {
	t.Helper()
	tx, err := d.Owner.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	b := &builder{t: t, tx: tx, program: c.Program}
	b.exec(`select set_config('app.actor', '-1', true)`)
	b.exec(`insert into expense_codes (code_set, code, category, name, certainty) values
		('national', '110-03', '인건비', '기타직보수', '높음'), ('national', '210-01', '운영비', '일반수용비', '높음'), ('national', '210-14', '운영비', '일반용역비', '높음')
		on conflict (code_set, code) do update set category = excluded.category, name = excluded.name`)
	b.openCall()
	for i := range projects {
		b.grant(&projects[i])
		b.spend(&projects[i])
		if projects[i].settled {
			b.settle(&projects[i])
		}
	}
	b.exec(recordAll)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return b.call
}

func (b *builder) openCall() {
	b.fund = b.id(`insert into accounts (kind, limit_national) values ('appropriation', 1000000000) returning id`)
	appropriation := b.id(`insert into appropriations (program_id, fiscal_year, account_id, reason) values ($1, 2022, $2, '본예산') returning id`, b.program, b.fund)
	b.call = b.id(`
		insert into calls (number, program_id, appropriation_id, fiscal_year, title, state, opens_at, closes_at, endorse_until, correct_until,
		       project_from, project_to, cap, applicants, code_set, needs_deliberation, national_bps)
		values ('2022-009', $1, $2, 2022, '어울림 공모', 'draft', '2022-01-03 09:00+09', '2022-01-31 18:00+09', '2022-02-07 18:00+09', '2022-02-14 18:00+09',
		       '2022-03-01', '2022-12-31', 500000000, array['sigungu'], 'national', false, 5000) returning id`, b.program, appropriation)
	b.exec(`update calls set state = 'announced', announced_at = '2022-01-02 09:00+09' where id = $1`, b.call)
	b.walk("calls", b.call, "open", "closed", "reviewing", "decided", "published")
}

func (b *builder) grant(p *project) {
	app := b.id(`
		insert into applications (number, call_id, program_id, fiscal_year, government_id, government_name, province_id, title, state, created_at)
		values ('A-' || $1, $2, $3, 2022, $4, '-', $5, $6, 'draft', app_now()) returning id`, p.number, b.call, b.program, p.government, p.province, p.title)
	b.exec(`update applications set state = 'endorsing', receipt_no = 'R-' || $2 where id = $1`, app, p.number)
	b.walk("applications", app, "received", "reviewing", "selected")
	p.account = b.id(`insert into accounts (kind, parent_id) values ('award', $1) returning id`, b.fund)
	p.id = b.id(`
		insert into awards (number, application_id, call_id, program_id, government_id, province_id, fiscal_year, title, state, account_id, project_from, project_to,
		       national, sido, sigungu, own)
		values ($1, $2, $3, $4, $5, $6, 2022, $7, 'applied', $8, '2022-03-01', '2022-12-31', $9, $10, $11, $12) returning id`,
		append([]any{p.number, app, b.call, b.program, p.government, p.province, p.title, p.account}, p.granted.args()...)...)
	b.walk("awards", p.id, "examined", "granted", "running")
	for i, l := range p.lines {
		p.lines[i].account = b.id(`insert into accounts (kind, parent_id, limit_total) values ('line', $1, $2) returning id`, p.account, l.changed.sum())
	}
	b.version(p, 0, func(l budgetLine) won4 { return l.granted })
	b.version(p, 1, func(l budgetLine) won4 { return l.changed })
	b.post(p.account, "grant", p.granted, "award", p.id)
	b.post(p.account, "secure", won4{2: p.granted[2], 3: p.granted[3]}, "award", p.id)
	b.disburse(p, 1, "ministry", won4{p.granted[0]})
	b.disburse(p, 2, "sido", won4{1: p.granted[1]})
}

// disburse pays one tranche, its ledger posting first.
func (b *builder) disburse(p *project, no int, payer string, amount won4) {
	id := b.id(`
		insert into tranches (award_id, program_id, payer_id, payer_kind, no, national, sido, state, made_by)
		select $1, $2, o.id, $3, $4, $5, $6, 'requested', -1 from organizations o
		 where o.id = case $3 when 'sido' then $7::bigint else (select ministry_id from programs where id = $2) end returning id`,
		p.id, b.program, payer, no, amount[0], amount[1], p.province)
	b.post(p.account, "disburse", amount, "tranche", id)
	b.walk("tranches", id, "drafted")
	b.exec(`update tranches set state = 'confirmed', confirmed_by = -2, sent_on = '2022-03-02' where id = $1`, id)
	b.exec(`update tranches set state = 'received', received_on = '2022-03-03' where id = $1`, id)
}

func (b *builder) version(p *project, no int, of func(budgetLine) won4) {
	id := b.id(`insert into budget_versions (award_id, no, reason, effective_on, made_at) values ($1, $2, '시험', '2022-03-01', app_now()) returning id`, p.id, no)
	for i, l := range p.lines {
		if of(l).sum() == 0 {
			continue
		}
		b.exec(`insert into award_lines (version_id, award_id, position, code_set, code, description, basis, account_id, national, sido, sigungu, own)
			values ($1, $2, $3, 'national', $4, $5, '1식', $6, $7, $8, $9, $10)`,
			append([]any{id, p.id, i + 1, l.code, l.description, l.account}, of(l).args()...)...)
	}
}

func (b *builder) post(account int64, kind string, amount won4, source string, id int64) int64 {
	if amount.sum() == 0 {
		return 0
	}
	return b.id(`
		insert into postings (fiscal_year, account_id, kind, national, sido, sigungu, own, occurred_on, reason, source_kind, source_id, request_key)
		values (2022, $1, $2, $3, $4, $5, $6, '2022-06-01', '시험', $7, $8, gen_random_uuid()) returning id`,
		append([]any{account, kind}, append(amount.args(), source, id)...)...)
}

// spend records the expenditures and reviews them.
func (b *builder) spend(p *project) {
	ids := make([]int64, len(p.spendings)+1)
	for i := range p.spendings {
		s, no := &p.spendings[i], i+1
		line := p.lines[s.line].account
		start := "unreviewed"
		var reverses, reversed any
		if s.reverses != 0 {
			start, reverses, reversed = "correction", ids[s.reverses], p.spendings[s.reverses-1].posting
		}
		s.posting = b.id(`
			insert into postings (fiscal_year, account_id, kind, national, sido, sigungu, own, occurred_on, reason, source_kind, source_id, request_key, reverses_year, reverses)
			values (2022, $1, 'spend', $2, $3, $4, $5, $6, '시험', 'expenditure', 0, gen_random_uuid(), case when $7::bigint is not null then 2022 end, $7) returning id`,
			append([]any{line}, append(s.args(), s.on, reversed)...)...)
		ids[no] = b.id(`
			insert into expenditures (award_id, line_account_id, no, occurred_on, item, payee, business_no, method, supply, vat, national, sido, sigungu, own,
			       evidence_kind, evidence_no, state, fiscal_year, posting_id, reversal_of, reason, created_at)
			values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10, $15, $16, $17, $18, $11, $12, $13, 2022, $14, $19, case when $19::bigint is null then '' else '금액을 잘못 적음' end, app_now())
			returning id`,
			append([]any{p.id, line, no, s.on, s.item, s.payee, s.business, s.method, s.supply, s.vat, s.evidence, s.evidenceNo, start, s.posting}, append(s.args(), reverses)...)...)
		switch s.state {
		case "accepted":
			b.walk("expenditures", ids[no], "accepted")
		case "rejected":
			posting := b.post(line, "disallow", s.won4, "expenditure", ids[no])
			b.exec(`update expenditures set state = 'rejected', disallowed_reason = $2, disallowed_year = 2022, disallowed_id = $3 where id = $1`, ids[no], s.why, posting)
		case "correction":
			b.walk("expenditures", ids[s.reverses], "reversed")
		}
	}
}

// settle ends the award, fixes its settlement and gives back what was repaid.
func (b *builder) settle(p *project) {
	b.post(p.account, "interest", p.interest, "settlement", 0)
	b.post(p.account, "revenue", p.revenue, "settlement", 0)
	b.post(p.account, "carry", p.carried, "settlement", 0)
	b.exec(`update accounts set phase = 'ended' where id = $1`, p.account)
	b.walk("awards", p.id, "ended", "settling")
	id := b.id(`
		insert into settlements (award_id, program_id, government_id, province_id, state, due_on, due_rule)
		values ($1, $2, $3, $4, 'preparing', '2023-03-31', '보조금법 §27') returning id`, p.id, b.program, p.government, p.province)
	b.exec(`
		insert into settlement_rows (settlement_id, source, planned, changed, secured, disbursed, spent, disallowed, accepted, carried, balance, interest, excluded, revenue, due)
		select $1, r.source, r.granted, r.granted, r.secured, r.disbursed, r.spent, r.disallowed, r.spent - r.disallowed, r.carried,
		       r.secured + r.disbursed - r.spent - r.carried, r.interest, x.excluded, r.revenue,
		       r.secured + r.disbursed - r.spent - r.carried + r.disallowed + r.interest - x.excluded + r.revenue
		  from accounts a
		 cross join lateral (values
			(1, 'national', granted_national, secured_national, disbursed_national, spent_national, disallowed_national, carried_national, interest_national, revenue_national),
			(2, 'sido', granted_sido, secured_sido, disbursed_sido, spent_sido, disallowed_sido, carried_sido, interest_sido, revenue_sido),
			(3, 'sigungu', granted_sigungu, secured_sigungu, disbursed_sigungu, spent_sigungu, disallowed_sigungu, carried_sigungu, interest_sigungu, revenue_sigungu),
			(4, 'own', granted_own, secured_own, disbursed_own, spent_own, disallowed_own, carried_own, interest_own, revenue_own))
			r (n, source, granted, secured, disbursed, spent, disallowed, carried, interest, revenue)
		 cross join lateral (select ($3::bigint[])[r.n] as excluded) x
		 where a.id = $2`, id, p.account, pq.Array(p.excluded[:]))
	b.walk("settlements", id, "submitted", "checked")
	b.exec(`update settlements set state = 'examined', examined_by = -2 where id = $1`, id)
	b.exec(`update settlements set state = 'fixed', fixed_by = -3, fixed_at = app_now() where id = $1`, id)
	b.post(p.account, "repay", p.repaid, "receipt", 0)
}
