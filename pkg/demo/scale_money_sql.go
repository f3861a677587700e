package demo

// Second half: applications with their plans, awards with their money.
const (
	sqlScaleApplications = `
		insert into applications (id, number, call_id, program_id, fiscal_year, government_id, government_name, province_id, title, state, receipt_no, created_at) overriding system value
		select a.application_id, '규모-A-' || lpad(a.n::text, 5, '0'), c.call_id, c.program_id, c.year, a.government_id, p.name || ' ' || a.name, a.province_id,
		       a.name || ' 지역 현안 해결', 'selected', '규모-' || lpad(a.n::text, 4, '0'), make_timestamptz(c.year, 1, 10, 9, 0, 0, 'Asia/Seoul')
		  from scale_awards a cross join scale_call c join organizations p on p.id = a.province_id`
	sqlScalePlans = `
		insert into plans (application_id, title, updated_at)
		select a.application_id, a.name || ' 지역 현안 해결', make_timestamptz(c.year, 1, 20, 9, 0, 0, 'Asia/Seoul') from scale_awards a cross join scale_call c`
	sqlScaleBudget = `
		insert into budget_lines (application_id, position, code_set, code, description, unit_price, quantity, times, national, sido, sigungu, own)
		select a.application_id, l.position, 'national', l.code, '세부 내역 ' || l.position, 20 * l.u, 1, 1, 10 * l.u, 5 * l.u, 4 * l.u, l.u
		  from scale_lines l join scale_awards a using (n)`
	sqlScaleSubmissions = `
		with made as (
			select a.application_id, c.year, sum(l.u) as u,
			       jsonb_build_object('call_number', '규모-001', 'call_title', c.year || '년 규모 시험 공모', 'government', a.name, 'title', a.name || ' 지역 현안 해결',
			           'sections', '[]'::jsonb, 'partners', '[]'::jsonb, 'activities', '[]'::jsonb, 'indicators', '[]'::jsonb, 'attachments', '[]'::jsonb, 'deliberation', null,
			           'lines', jsonb_agg(jsonb_build_object('code_set', 'national', 'code', l.code, 'category', x.category, 'code_name', x.name,
			               'description', '세부 내역 ' || l.position, 'unit_price', 20 * l.u, 'quantity', 1, 'times', 1,
			               'amounts', jsonb_build_object('national', 10 * l.u, 'sido', 5 * l.u, 'sigungu', 4 * l.u, 'own', l.u, 'total', 20 * l.u)) order by l.position)) as content
			  from scale_awards a cross join scale_call c join scale_lines l using (n)
			  join expense_codes x on x.code_set = 'national' and x.code = l.code
			 group by a.application_id, a.name, c.year)
		insert into submissions (application_id, no, submitted_at, deadline_kind, content, sha256, national, sido, sigungu, own)
		select application_id, 1, make_timestamptz(year, 1, 25, 9, 0, 0, 'Asia/Seoul'), 'submit', content, sha256(convert_to(content::text, 'UTF8')), 10 * u, 5 * u, 4 * u, u
		  from made`

	sqlScaleSelection = `
		insert into selections (id, call_id, program_id, state, drafted_by, approved_by, approved_at, published_at, note) overriding system value
		select selection_id, call_id, program_id, 'published', -1, -2, make_timestamptz(year, 2, 20, 9, 0, 0, 'Asia/Seoul'), make_timestamptz(year, 2, 21, 9, 0, 0, 'Asia/Seoul'), '규모 시험 자료'
		  from scale_call`
	sqlScaleSelected = `
		insert into selection_rows (selection_id, application_id, outcome, position, national, sido, sigungu, own)
		select c.selection_id, a.application_id, 'selected', a.n, 10 * sum(l.u), 5 * sum(l.u), 4 * sum(l.u), sum(l.u)
		  from scale_awards a cross join scale_call c join scale_lines l using (n)
		 group by c.selection_id, a.application_id, a.n`

	sqlScaleGranted = `
		insert into awards (id, number, application_id, call_id, program_id, government_id, province_id, fiscal_year, title, state, account_id, project_from, project_to,
		       national, sido, sigungu, own, examined_by, granted_by, granted_on, ended_on) overriding system value
		select a.award_id, '규모-G-' || lpad(a.n::text, 5, '0'), a.application_id, c.call_id, c.program_id, a.government_id, a.province_id, c.year, a.name || ' 지역 현안 해결', 'settling', a.account_id,
		       make_date(c.year, 3, 1), make_date(c.year, 12, 31), 10 * l.u, 5 * l.u, 4 * l.u, l.u, -1, -2, make_date(c.year, 2, 25), make_date(c.year, 12, 31)
		  from scale_awards a cross join scale_call c join (select n, sum(u) as u from scale_lines group by n) l using (n)`
	sqlScaleVersions = `
		insert into budget_versions (id, award_id, no, reason, effective_on, made_at) overriding system value
		select a.version_id, a.award_id, 0, '교부결정', make_date(c.year, 2, 25), make_timestamptz(c.year, 2, 25, 9, 0, 0, 'Asia/Seoul') from scale_awards a cross join scale_call c`
	sqlScaleAwardLines = `
		insert into award_lines (version_id, award_id, position, code_set, code, description, basis, national, sido, sigungu, own, account_id)
		select a.version_id, a.award_id, l.position, 'national', l.code, '세부 내역 ' || l.position, to_char(20 * l.u, 'FM999,999,999') || '원 × 1 × 1', 10 * l.u, 5 * l.u, 4 * l.u, l.u, l.account_id
		  from scale_lines l join scale_awards a using (n)`
	sqlScaleTranches = `
		insert into tranches (award_id, program_id, payer_id, payer_kind, no, national, sido, state, made_by, confirmed_by, sent_on, received_on)
		select w.id, w.program_id, p.payer, p.kind, p.no, p.national, p.sido, 'received', -1, -2, w.granted_on, w.granted_on
		  from awards w join scale_awards a on a.award_id = w.id cross join scale_call c
		 cross join lateral (values (c.ministry_id, 'ministry', 1, w.national, 0::won), (a.province_id, 'sido', 2, 0::won, w.sido)) p (payer, kind, no, national, sido)`

	sqlScalePostings = `
		insert into postings (fiscal_year, account_id, kind, national, sido, sigungu, own, occurred_on, source_kind, source_id, request_key, posted_at)
		select w.fiscal_year, w.account_id, p.kind, p.national, p.sido, p.sigungu, p.own, w.granted_on, 'award', w.id, gen_random_uuid(), w.granted_on
		  from awards w join scale_awards a on a.award_id = w.id
		 cross join lateral (values ('grant', w.national, w.sido, w.sigungu, w.own), ('secure', 0::won, 0::won, w.sigungu, w.own)) p (kind, national, sido, sigungu, own)
		union all
		select w.fiscal_year, w.account_id, 'disburse', t.national, t.sido, 0, 0, t.received_on, 'tranche', t.id, gen_random_uuid(), t.received_on
		  from tranches t join awards w on w.id = t.award_id join scale_awards a on a.award_id = w.id`
	sqlScaleSpent = `
		insert into postings (id, fiscal_year, account_id, kind, national, sido, sigungu, own, occurred_on, reason, source_kind, source_id, request_key, posted_at) overriding system value
		select p.id, c.year, s.account_id, p.kind, s.national, s.sido, s.sigungu, s.own, p.day, p.reason, 'expenditure', s.expenditure_id, gen_random_uuid(), p.day
		  from scale_spending s cross join scale_call c
		 cross join lateral (values (s.posting_id, 'spend', make_date(c.year, 3, 1) + s.i % 300, ''), (s.disallowed_id, 'disallow', make_date(c.year + 1, 1, 20), '교부 목적 밖')) p (id, kind, day, reason)
		 where p.id is not null`

	sqlScaleExpenditures = `
		insert into expenditures (id, award_id, line_account_id, no, occurred_on, item, payee, business_no, method, supply, vat, national, sido, sigungu, own,
		       evidence_kind, evidence_no, state, disallowed_reason, fiscal_year, posting_id, created_at, disallowed_year, disallowed_id) overriding system value
		select s.expenditure_id, a.award_id, s.account_id, s.no, make_date(c.year, 3, 1) + s.i % 300, '집행 ' || s.i || ' 행사 운영 물품 구입', '가상상회 ' || s.i % 200,
		       b.nine || (10 - (b.digits + left(lpad((substr(b.nine, 9, 1)::int * 5)::text, 2, '0'), 1)::int + right((substr(b.nine, 9, 1)::int * 5)::text, 1)::int) % 10) % 10,
		       case when s.i % 4 = 0 then 'card' else 'transfer' end, t.total - t.total / 11, t.total / 11, s.national, s.sido, s.sigungu, s.own,
		       case when s.i % 4 = 0 then 'card' else 'tax_invoice' end, c.year || '0301-' || lpad(s.i::text, 8, '0'),
		       case when s.disallowed_id is null then 'accepted' else 'rejected' end, case when s.disallowed_id is null then '' else '교부 목적 밖' end,
		       c.year, s.posting_id, make_date(c.year, 3, 1) + s.i % 300, case when s.disallowed_id is not null then c.year end, s.disallowed_id
		  from scale_spending s join scale_awards a using (n) cross join scale_call c
		 cross join lateral (select s.national + s.sido + s.sigungu + s.own as total) t
		  join (select k, nine, (select sum(substr(nine, at::int, 1)::int * weight) from unnest(array[1, 3, 7, 1, 3, 7, 1, 3]) with ordinality w (weight, at)) as digits
		          from (select k, '99981' || lpad(k::text, 4, '0') as nine from generate_series(0, 199) k) nines) b on b.k = s.i % 200`

	// What the posting trigger would have counted, one award and one appropriation at a time.
	sqlScaleCount = `
		update accounts a set
			granted_national = r.grant_n, granted_sido = r.grant_s, granted_sigungu = r.grant_g, granted_own = r.grant_o,
			secured_sigungu = r.secure_g, secured_own = r.secure_o, disbursed_national = r.disburse_n, disbursed_sido = r.disburse_s,
			spent_national = r.spend_n, spent_sido = r.spend_s, spent_sigungu = r.spend_g, spent_own = r.spend_o,
			disallowed_national = r.reject_n, disallowed_sido = r.reject_s, disallowed_sigungu = r.reject_g, disallowed_own = r.reject_o
		  from (
			select account_id,
			       coalesce(sum(national) filter (where kind = 'grant'), 0) as grant_n, coalesce(sum(sido) filter (where kind = 'grant'), 0) as grant_s,
			       coalesce(sum(sigungu) filter (where kind = 'grant'), 0) as grant_g, coalesce(sum(own) filter (where kind = 'grant'), 0) as grant_o,
			       coalesce(sum(sigungu) filter (where kind = 'secure'), 0) as secure_g, coalesce(sum(own) filter (where kind = 'secure'), 0) as secure_o,
			       coalesce(sum(national) filter (where kind = 'disburse'), 0) as disburse_n, coalesce(sum(sido) filter (where kind = 'disburse'), 0) as disburse_s,
			       coalesce(sum(national) filter (where kind = 'spend'), 0) as spend_n, coalesce(sum(sido) filter (where kind = 'spend'), 0) as spend_s,
			       coalesce(sum(sigungu) filter (where kind = 'spend'), 0) as spend_g, coalesce(sum(own) filter (where kind = 'spend'), 0) as spend_o,
			       coalesce(sum(national) filter (where kind = 'disallow'), 0) as reject_n, coalesce(sum(sido) filter (where kind = 'disallow'), 0) as reject_s,
			       coalesce(sum(sigungu) filter (where kind = 'disallow'), 0) as reject_g, coalesce(sum(own) filter (where kind = 'disallow'), 0) as reject_o
			  from recounted
			 where account_id in (select account_id from scale_call union all select account_id from scale_awards union all select account_id from scale_lines)
			 group by account_id) r
		 where a.id = r.account_id`

	sqlScaleSettlements = `
		insert into settlements (id, award_id, program_id, government_id, province_id, state, due_on, due_rule, submitted_by, submitted_at, examined_by, fixed_by, fixed_at) overriding system value
		select a.settlement_id, a.award_id, c.program_id, a.government_id, a.province_id, k.state, make_date(c.year + 1, 3, 31), '보조금법 §27', -1, make_timestamptz(c.year + 1, 2, 1, 9, 0, 0, 'Asia/Seoul'), k.examiner, k.fixer, k.at
		  from scale_awards a cross join scale_call c
		  join (values (0, 'submitted', null::bigint, null::bigint, null::timestamptz), (1, 'fixed', -2, -3, app_now())) k (half, state, examiner, fixer, at) on k.half = a.n % 2`
	sqlScaleRows = `
		insert into settlement_rows (settlement_id, source, planned, changed, secured, disbursed, spent, disallowed, accepted, carried, balance, interest, excluded, revenue, due)
		select w.settlement_id, r.source, r.granted, r.granted, r.secured, r.disbursed, r.spent, r.disallowed, r.spent - r.disallowed, 0,
		       r.secured + r.disbursed - r.spent, 0, 0, 0, r.secured + r.disbursed - r.spent + r.disallowed
		  from scale_awards w join accounts a on a.id = w.account_id
		 cross join lateral (values
			('national', granted_national, secured_national, disbursed_national, spent_national, disallowed_national),
			('sido', granted_sido, secured_sido, disbursed_sido, spent_sido, disallowed_sido),
			('sigungu', granted_sigungu, secured_sigungu, disbursed_sigungu, spent_sigungu, disallowed_sigungu),
			('own', granted_own, secured_own, disbursed_own, spent_own, disallowed_own)) r (source, granted, secured, disbursed, spent, disallowed)`

	sqlScaleTrail = `
		insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
		select app_now(), -1, '시스템: 규모 시험', 'system', k.kind || ':create', k.kind, k.id, k.version,
		       jsonb_strip_nulls(jsonb_build_object('id', k.id, 'version', k.version, 'state', k.state))
		  from (select 'organization' as kind, id, version, null as state from organizations
		        union all select 'program', id, version, null from programs
		        union all select 'appropriation', id, version, null from appropriations
		        union all select kind, id, version, state from tracked_states) k
		on conflict do nothing`
	sqlScaleAnalyze = `analyze`
)
