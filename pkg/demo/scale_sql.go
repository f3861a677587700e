package demo

// The ids of everything are drawn first, into temporary tables that number awards,
// lines and expenditures; after that every table is one insert.
const (
	sqlHasScale    = `select exists (select from calls where number = $1)`
	sqlScaleLimits = `
		set local statement_timeout = 0;
		set local work_mem = '64MB';
		select set_config('app.actor', '-1', true)`

	sqlScaleCodes = `
		insert into expense_codes (code_set, code, category, name, certainty)
		values ('national', '110-03', '인건비', '기타직보수', '높음'), ('national', '210-01', '운영비', '일반수용비', '높음'),
		       ('national', '210-02', '운영비', '공공요금 및 제세', '높음'), ('national', '210-07', '운영비', '임차료', '높음'),
		       ('national', '210-14', '운영비', '일반용역비', '높음'), ('national', '220-01', '여비', '국내여비', '높음'),
		       ('national', '240-01', '업무추진비', '사업추진비', '높음'), ('national', '320-01', '민간이전', '민간경상보조', '높음')
		on conflict do nothing`

	sqlScaleIDs = `
		create temporary table scale_call on commit drop as
		select extract(year from app_now())::int - 1 as year,
		       nextval(pg_get_serial_sequence('organizations', 'id')) as ministry_id,
		       nextval(pg_get_serial_sequence('programs', 'id')) as program_id,
		       nextval(pg_get_serial_sequence('appropriations', 'id')) as appropriation_id,
		       nextval(pg_get_serial_sequence('accounts', 'id')) as account_id,
		       nextval(pg_get_serial_sequence('calls', 'id')) as call_id,
		       nextval(pg_get_serial_sequence('selections', 'id')) as selection_id;
		create temporary table scale_provinces on commit drop as
		select p, nextval(pg_get_serial_sequence('organizations', 'id')) as id from generate_series(0, 9) p`
	sqlScaleAwards = `
		create temporary table scale_awards (n, province_id, government_id, application_id, award_id, account_id, version_id, settlement_id, name)
		    on commit drop as
		select n, p.id, nextval(pg_get_serial_sequence('organizations', 'id')), nextval(pg_get_serial_sequence('applications', 'id')),
		       nextval(pg_get_serial_sequence('awards', 'id')), nextval(pg_get_serial_sequence('accounts', 'id')),
		       nextval(pg_get_serial_sequence('budget_versions', 'id')), nextval(pg_get_serial_sequence('settlements', 'id')),
		       '가상군' || lpad(n::text, 3, '0')
		  from generate_series(1, $1::int) n join scale_provinces p on p.p = n % 10`

	// u is a twentieth of a line: 국비 10, 시도비 5, 시군구비 4, 자부담 1.
	sqlScaleLines = `
		create temporary table scale_lines (n, position, account_id, code, u) on commit drop as
		select a.n, l, nextval(pg_get_serial_sequence('accounts', 'id')),
		       (array['110-03', '210-01', '210-02', '210-07', '210-14', '220-01', '240-01', '320-01'])[1 + l % 8],
		       100000 + (a.n * 37 + l * 101) % 5000
		  from scale_awards a cross join generate_series(1, $1::int) l`

	// One part more than a line has expenditures stays unspent; the odd won too.
	sqlScaleSpending = `
		create temporary table scale_spending (n, no, account_id, posting_id, expenditure_id, disallowed_id, i, national, sido, sigungu, own) on commit drop as
		select l.n, row_number() over (partition by l.n order by i), l.account_id,
		       nextval(pg_get_serial_sequence('postings', 'id')), nextval(pg_get_serial_sequence('expenditures', 'id')),
		       case when i % 50 = 0 then nextval(pg_get_serial_sequence('postings', 'id')) end,
		       i, l.u * 10 / d.parts - i % 7, l.u * 5 / d.parts - i % 3, l.u * 4 / d.parts - i % 5, l.u / d.parts
		  from generate_series(0, $1::int - 1) i
		 cross join (select count(*) as lines, $1::int / count(*) + 2 as parts from scale_lines) d
		  join (select *, row_number() over (order by n, position) - 1 as slot from scale_lines) l on l.slot = i % d.lines`

	sqlScaleOrganizations = `
		insert into organizations (id, kind, name, valid_from, fictitious) overriding system value
		select ministry_id, 'ministry', '가상규모부', date '2015-01-01', true from scale_call
		union all
		select id, 'sido', '가상도' || p, date '2015-01-01', true from scale_provinces`
	sqlScaleGovernments = `
		insert into organizations (id, kind, name, parent_id, valid_from, fictitious) overriding system value
		select government_id, 'sigungu', name, province_id, date '2015-01-01', true from scale_awards`
	sqlScaleProgram = `
		insert into programs (id, ministry_id, name, purpose, legal_basis, agenda, fictitious) overriding system value
		select program_id, ministry_id, '규모 시험 사업', '큰 자료로 속도를 잽니다.', '가상법 제1조', array['판로 확대'], true from scale_call`

	sqlScaleAccounts = `
		insert into accounts (id, kind, parent_id, phase, limit_national, limit_total, owner_kind, owner_id, government_id, province_id, program_id) overriding system value
		select c.account_id, 'appropriation', null::bigint, 'open', (select sum(10 * u) from scale_lines), null::bigint, 'appropriation', c.appropriation_id, null::bigint, null::bigint, c.program_id
		  from scale_call c
		union all
		select a.account_id, 'award', c.account_id, case a.n % 2 when 1 then 'fixed' else 'ended' end, null, null, 'award', a.award_id, a.government_id, a.province_id, c.program_id
		  from scale_awards a cross join scale_call c
		union all
		select l.account_id, 'line', a.account_id, 'ended', null, 20 * l.u, 'award', a.award_id, a.government_id, a.province_id, c.program_id
		  from scale_lines l join scale_awards a using (n) cross join scale_call c`

	sqlScaleCall = `
		insert into appropriations (id, program_id, fiscal_year, account_id, reason) overriding system value
		select appropriation_id, program_id, year, account_id, '규모 시험 예산' from scale_call;
		insert into calls (id, number, program_id, appropriation_id, fiscal_year, title, state, announced_at, opens_at, closes_at, endorse_until, correct_until, project_from, project_to, cap,
		       applicants, code_set, needs_deliberation, national_bps) overriding system value
		select call_id, '규모-001', program_id, appropriation_id, year, year || '년 규모 시험 공모', 'published',
		       make_timestamptz(year, 1, 2, 9, 0, 0, 'Asia/Seoul'), make_timestamptz(year, 1, 3, 9, 0, 0, 'Asia/Seoul'), make_timestamptz(year, 1, 31, 18, 0, 0, 'Asia/Seoul'),
		       make_timestamptz(year, 2, 7, 18, 0, 0, 'Asia/Seoul'), make_timestamptz(year, 2, 14, 18, 0, 0, 'Asia/Seoul'),
		       make_date(year, 3, 1), make_date(year, 12, 31), 500000000, array['sigungu'], 'national', false, 5000
		  from scale_call;
		insert into call_receipts (call_id, last) select call_id, (select count(*) from scale_awards) from scale_call;
		insert into deadlines (call_id, kind, at, reason)
		select call_id, 'submit', make_timestamptz(year, 1, 31, 18, 0, 0, 'Asia/Seoul'), '공고' from scale_call`
)
