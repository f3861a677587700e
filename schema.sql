-- The whole schema of Eoul, one section per package in dependency order.
-- Fresh databases and tests are built from this file; released databases come
-- here by the scripts in pkg/postgres/upgrades.
--
-- Rules of construction: money is whole won in the domain won (bigint, 15 digits);
-- the four sources national, sido, sigungu, own stand in one row, so that an
-- identity across them is a CHECK no race can break; every sum that must not
-- exceed a limit is a counter with a CHECK on the row that owns the limit.

create extension if not exists btree_gist;

do $$ begin
	if not exists (select from pg_roles where rolname = 'eoul_app') then
		create role eoul_app nologin;
	end if;
end $$;

create domain won as bigint check (value between -999999999999999 and 999999999999999);

-- work ---------------------------------------------------------------------------

-- The one clock (decisions 11). Only the owner may move it; a server refuses to
-- start when it is moved.
create table app_clock (
	id    int primary key default 1 check (id = 1),
	shift interval not null default '0'
);
insert into app_clock default values;

create function app_now() returns timestamptz language sql volatile as
	$$ select clock_timestamp() + shift from app_clock $$;

-- The elements of a JSON list; what is no list, as null where somebody wrote none, has none.
create function elements(list jsonb) returns setof jsonb language sql immutable as
	$$ select jsonb_array_elements(case jsonb_typeof(list) when 'array' then list else '[]' end) $$;

-- Installation facts, such as demo = 'true'.
create table settings (
	key   text primary key,
	value text not null
);

-- Who acts in this transaction; work sets it, and without it nothing is written.
create function app_actor() returns bigint language sql stable as
	$$ select nullif(current_setting('app.actor', true), '')::bigint $$;

create function forbid_change() returns trigger language plpgsql as $$
begin
	raise exception '% on % is forbidden', tg_op, tg_table_name
		using errcode = 'P0E01', constraint = tg_table_name || '_append_only';
end $$;

-- append_only() makes a table's rows final for everyone, the owner included.
create procedure append_only(tbl regclass) language plpgsql as $$
begin
	execute format('create trigger final before update or delete on %s for each row execute function forbid_change()', tbl);
	execute format('create trigger final_all before truncate on %s execute function forbid_change()', tbl);
end $$;

-- change_only(columns …) keeps every other column of a row as it was, for everyone.
create function change_only() returns trigger language plpgsql as $$
begin
	if to_jsonb(new) - tg_argv is distinct from to_jsonb(old) - tg_argv then
		raise exception '% has final columns', tg_table_name
			using errcode = 'P0E01', constraint = tg_table_name || '_final';
	end if;
	return null;
end $$;

create table transitions (
	machine    text not null,
	from_state text not null, -- empty: the state a new row starts in
	verb       text not null,
	to_state   text not null,
	primary key (machine, from_state, verb, to_state)
);

create function check_transition() returns trigger language plpgsql as $$
declare
	prior text := case tg_op when 'INSERT' then '' else old.state end;
begin
	if tg_op = 'UPDATE' and new.state = old.state then
		return new;
	end if;
	if not exists (select from transitions
	                where machine = tg_argv[0] and from_state = prior and to_state = new.state) then
		raise exception '%: no transition from "%" to "%"', tg_argv[0], prior, new.state
			using errcode = 'P0E01', constraint = tg_argv[0] || '_flow';
	end if;
	return new;
end $$;

create function raise_version() returns trigger language plpgsql as $$
begin
	new.version := case tg_op when 'INSERT' then 1 else old.version + 1 end;
	return new;
end $$;

-- What happened, by whom, why it was allowed. A row of a versioned table cannot
-- commit without the audit row of its version (invariant I-13).
create table audit_events (
	id         bigint generated always as identity primary key,
	at         timestamptz not null,
	actor_id   bigint not null default app_actor(),
	actor_name text not null,
	rule       text not null,
	action     text not null,
	kind       text not null,
	object_id  bigint not null,
	version    int, -- null: nothing was changed, something was looked at
	before     jsonb,
	after      jsonb,
	request_id text default nullif(current_setting('app.request', true), ''),
	ip         text,
	constraint audit_once unique (kind, object_id, version)
);
create index audit_by_object on audit_events (kind, object_id, id);
create index audit_by_actor on audit_events (actor_id, id);
create index audit_by_time on audit_events (at);
call append_only('audit_events');

-- track() gives a table its version, its tie to the trail and, when a machine is
-- named, its state machine.
create procedure track(tbl regclass, noun text, machine text default null) language plpgsql as $$
begin
	execute format('alter table %s add column version int not null default 1, add column audit_kind text not null generated always as (%L) stored', tbl, noun);
	execute format('alter table %s add constraint %I foreign key (audit_kind, id, version) references audit_events (kind, object_id, version) deferrable initially deferred', tbl, noun || '_recorded');
	execute format('create trigger version before insert or update on %s for each row execute function raise_version()', tbl);
	if machine is not null then
		execute format('create trigger flow before insert or update of state on %s for each row execute function check_transition(%L)', tbl, machine);
	end if;
end $$;

create table requests (
	actor_id  bigint not null,
	route     text not null,
	key       text not null check (length(key) between 8 and 100),
	body_hash bytea not null,
	at        timestamptz not null,
	status    int,
	location  text,
	body      bytea,
	primary key (actor_id, route, key)
);
create index requests_by_age on requests (at);

create table outbox (
	id         bigint generated always as identity primary key,
	topic      text not null,
	key        text not null,
	payload    jsonb not null,
	due_at     timestamptz not null,
	attempts   int not null default 0,
	done_at    timestamptz,
	last_error text,
	unique (topic, key)
);
create index outbox_due on outbox (due_at, id) where done_at is null and attempts < 12; -- after 12 tries it is given up

-- rule ---------------------------------------------------------------------------

create table rules (
	key        text not null,
	value      text not null,
	unit       text not null,
	valid_from date not null,
	valid_to   date,
	source     text not null,
	certainty  text not null,
	note       text not null default '',
	primary key (key, valid_from),
	check (valid_to is null or valid_to >= valid_from),
	exclude using gist (key with =, daterange(valid_from, valid_to, '[]') with &&)
);

create table holidays (
	day       date not null,
	name      text not null,
	kind      text not null,
	certainty text not null,
	primary key (day, name)
);

-- organization -------------------------------------------------------------------

create table regions (
	code           text primary key check (code ~ '^[0-9]{10}$'),
	name           text not null,
	level          text not null check (level in ('sido', 'sigungu', 'administrative_city')),
	parent_code    text references regions,
	valid_from     date not null,
	valid_to       date,
	successor_code text
);

create table organizations (
	id          bigint generated always as identity primary key,
	kind        text not null check (kind in ('ministry', 'sido', 'sigungu', 'partner')),
	name        text not null check (name <> ''),
	region_code text references regions,
	parent_id   bigint references organizations, -- the 시·도 of a 시·군·구
	business_no text check (business_no ~ '^[0-9]{10}$'),
	valid_from  date not null,
	valid_to    date,
	fictitious  boolean not null default false,
	unique (id, parent_id),
	unique (id, kind),
	check ((kind = 'sigungu') = (parent_id is not null))
);
create unique index organizations_by_region on organizations (region_code) where region_code is not null and kind in ('sido', 'sigungu');
create index organizations_by_parent on organizations (parent_id);
call track('organizations', 'organization');

-- identity -----------------------------------------------------------------------

create table people (
	id            bigint generated always as identity primary key,
	login         text not null unique check (login = lower(login) and login ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
	name          text not null check (name <> ''),
	email         text not null default '',
	password_hash text, -- null: cannot sign in with a password
	disabled_at   timestamptz,
	created_at    timestamptz not null
);
call track('people', 'person');

create table memberships (
	id              bigint generated always as identity primary key,
	person_id       bigint not null references people,
	organization_id bigint not null references organizations,
	title           text not null default '',
	during          daterange not null,
	exclude using gist (person_id with =, organization_id with =, during with &&)
);
call track('memberships', 'membership');

insert into transitions values
	('grant', '', 'create', 'requested'),
	('grant', 'requested', 'approve', 'active'),
	('grant', 'active', 'end', 'ended'),
	('grant', 'requested', 'end', 'ended');

create table role_grants (
	id            bigint generated always as identity primary key,
	person_id     bigint not null references people,
	role          text not null check (role in ('officer', 'approver', 'province', 'reviewer', 'chair', 'manager', 'decider', 'finance', 'auditor', 'admin')),
	government_id bigint references organizations,
	program_id    bigint, -- references programs, added there
	everything    boolean not null default false,
	valid_from    date not null,
	valid_to      date,
	state         text not null,
	reason        text not null,
	requested_by  bigint not null,
	approved_by   bigint,
	check (num_nonnulls(government_id, program_id) + everything::int = 1),
	check (valid_to is null or valid_to >= valid_from),
	-- Powerful roles take two people (roles.md), but for those that the system (-1) gave at the machine.
	constraint grant_two_people check (state <> 'active' or approved_by is not null and (requested_by = -1
		or role not in ('decider', 'finance', 'auditor', 'admin') or approved_by <> requested_by))
);
create index role_grants_by_person on role_grants (person_id) where state = 'active';
create index role_grants_by_role on role_grants (role) where state = 'active';
call track('role_grants', 'grant', 'grant');

create table sessions (
	token_hash bytea primary key, -- the token itself is never stored
	data       bytea not null,
	person_id  bigint not null references people,
	created_at timestamptz not null,
	seen_at    timestamptz not null,
	expires_at timestamptz not null
);
create index sessions_by_person on sessions (person_id);
create index sessions_by_expiry on sessions (expires_at);

create table api_tokens (
	id         bigint generated always as identity primary key,
	person_id  bigint not null references people,
	name       text not null,
	token_hash bytea not null unique,
	created_at timestamptz not null,
	expires_at timestamptz not null,
	revoked_at timestamptz
);
call track('api_tokens', 'token');

-- Failed sign-ins, for throttling per account and per address.
create table sign_in_failures (
	login text not null,
	ip    text not null,
	at    timestamptz not null
);
create index sign_in_failures_by_login on sign_in_failures (login, at);
create index sign_in_failures_by_ip on sign_in_failures (ip, at);

-- document -----------------------------------------------------------------------

-- Bytes in the store by their SHA-256. The row comes before the bytes and goes in the
-- transaction that removes them, so that no document ever points at nothing.
create table stored_objects (
	sha256     bytea primary key check (length(sha256) = 32),
	size       bigint not null check (size > 0),
	claimed_at timestamptz not null -- when somebody last brought these bytes; a day later they may be swept
);
create index stored_objects_by_age on stored_objects (claimed_at);

create table documents (
	id            bigint generated always as identity primary key,
	sha256        bytea not null references stored_objects,
	name          text not null check (name <> ''),
	media_type    text not null,
	size          bigint not null check (size > 0),
	scan_state    text not null default 'unscanned' check (scan_state in ('unscanned', 'pending', 'clean', 'infected')),
	scan_due      timestamptz, -- when the scanner looks at a pending file
	finding       text not null default '', -- what the scanner found
	government_id bigint references organizations, -- whose it is
	uploaded_by   bigint not null,
	uploaded_at   timestamptz not null,
	check ((scan_state = 'pending') = (scan_due is not null)),
	check ((scan_state = 'infected') = (finding <> ''))
);
create index documents_by_content on documents (sha256);
create index documents_by_age on documents (uploaded_at);
create index documents_to_scan on documents (scan_due, id) where scan_state = 'pending';
create trigger final after update on documents for each row execute function change_only('scan_state', 'scan_due', 'finding');

-- What the scanner said of a file stays said.
create function scanned_once() returns trigger language plpgsql as $$
begin
	raise exception 'document % is %', old.id, old.scan_state using errcode = 'P0E01', constraint = 'document_scanned';
end $$;
create trigger scanned_once before update on documents for each row when (old.scan_state <> 'pending') execute function scanned_once();

-- ledger -------------------------------------------------------------------------

-- An account is what postings count on: an appropriation, an award below it, a
-- budget line below that. Its counters are kept by the posting trigger alone and
-- its CHECKs are the law: awarded within the appropriation, disbursed and secured
-- within the grant, spent within secured and disbursed (decisions 2, 3; 보조금법 §22).
create table accounts (
	id             bigint generated always as identity primary key,
	kind           text not null check (kind in ('appropriation', 'award', 'line')),
	parent_id      bigint references accounts,
	phase          text not null default 'open' check (phase in ('open', 'ended', 'fixed', 'closed')),
	limit_national won check (limit_national >= 0), -- null: no limit
	limit_sido     won check (limit_sido >= 0),
	limit_sigungu  won check (limit_sigungu >= 0),
	limit_own      won check (limit_own >= 0),
	limit_total    won check (limit_total >= 0),
	granted_national won not null default 0, granted_sido won not null default 0, granted_sigungu won not null default 0, granted_own won not null default 0,
	secured_national won not null default 0, secured_sido won not null default 0, secured_sigungu won not null default 0, secured_own won not null default 0,
	disbursed_national won not null default 0, disbursed_sido won not null default 0, disbursed_sigungu won not null default 0, disbursed_own won not null default 0,
	spent_national won not null default 0, spent_sido won not null default 0, spent_sigungu won not null default 0, spent_own won not null default 0,
	disallowed_national won not null default 0, disallowed_sido won not null default 0, disallowed_sigungu won not null default 0, disallowed_own won not null default 0,
	interest_national won not null default 0, interest_sido won not null default 0, interest_sigungu won not null default 0, interest_own won not null default 0,
	revenue_national won not null default 0, revenue_sido won not null default 0, revenue_sigungu won not null default 0, revenue_own won not null default 0,
	carried_national won not null default 0, carried_sido won not null default 0, carried_sigungu won not null default 0, carried_own won not null default 0,
	repaid_national won not null default 0, repaid_sido won not null default 0, repaid_sigungu won not null default 0, repaid_own won not null default 0,
	adjusted_national won not null default 0, adjusted_sido won not null default 0, adjusted_sigungu won not null default 0, adjusted_own won not null default 0,
	-- Whose it is, written once by the record that opened it, so that reading the
	-- ledger is authorised and scoped without knowing any other table.
	owner_kind     text,
	owner_id       bigint,
	government_id  bigint,
	province_id    bigint,
	program_id     bigint,
	check ((owner_kind is null) = (owner_id is null)),
	check ((kind = 'appropriation') = (parent_id is null)),
	check (kind = 'appropriation' or coalesce(limit_national, limit_sido, limit_sigungu, limit_own) is null),
	check ((kind = 'line') = (limit_total is not null)),
	constraint account_within_appropriation check (kind <> 'appropriation'
		or (granted_national <= coalesce(limit_national, granted_national) and granted_sido <= coalesce(limit_sido, granted_sido)
		and granted_sigungu <= coalesce(limit_sigungu, granted_sigungu) and granted_own <= coalesce(limit_own, granted_own))),
	constraint account_not_negative check (
		least(granted_national, granted_sido, granted_sigungu, granted_own, secured_national, secured_sido, secured_sigungu, secured_own,
		      disbursed_national, disbursed_sido, disbursed_sigungu, disbursed_own, spent_national, spent_sido, spent_sigungu, spent_own,
		      disallowed_national, disallowed_sido, disallowed_sigungu, disallowed_own, interest_national, interest_sido, interest_sigungu, interest_own,
		      revenue_national, revenue_sido, revenue_sigungu, revenue_own, carried_national, carried_sido, carried_sigungu, carried_own,
		      repaid_national, repaid_sido, repaid_sigungu, repaid_own) >= 0),
	constraint account_within_grant check (kind <> 'award'
		or (secured_national + disbursed_national <= granted_national and secured_sido + disbursed_sido <= granted_sido
		and secured_sigungu + disbursed_sigungu <= granted_sigungu and secured_own + disbursed_own <= granted_own)),
	constraint account_within_funds check (kind <> 'award'
		or (spent_national + carried_national <= secured_national + disbursed_national and spent_sido + carried_sido <= secured_sido + disbursed_sido
		and spent_sigungu + carried_sigungu <= secured_sigungu + disbursed_sigungu and spent_own + carried_own <= secured_own + disbursed_own)),
	constraint account_disallowed_was_spent check (
		disallowed_national <= spent_national and disallowed_sido <= spent_sido and disallowed_sigungu <= spent_sigungu and disallowed_own <= spent_own),
	-- Nobody gives back more than was left, disallowed or earned (보조금법 §31).
	constraint account_within_what_is_due check (kind <> 'award'
		or (repaid_national <= secured_national + disbursed_national - spent_national - carried_national + disallowed_national + interest_national + revenue_national
		and repaid_sido <= secured_sido + disbursed_sido - spent_sido - carried_sido + disallowed_sido + interest_sido + revenue_sido
		and repaid_sigungu <= secured_sigungu + disbursed_sigungu - spent_sigungu - carried_sigungu + disallowed_sigungu + interest_sigungu + revenue_sigungu
		and repaid_own <= secured_own + disbursed_own - spent_own - carried_own + disallowed_own + interest_own + revenue_own)),
	constraint account_within_line check (kind <> 'line' or spent_national + spent_sido + spent_sigungu + spent_own <= limit_total)
);
create index accounts_by_parent on accounts (parent_id);
create index accounts_by_owner on accounts (owner_kind, owner_id);

-- A phase only goes on: what has ended does not open again.
create function account_phase_forward() returns trigger language plpgsql as $$
declare
	phases text[] := array['open', 'ended', 'fixed', 'closed'];
begin
	if array_position(phases, new.phase) < array_position(phases, old.phase) then
		raise exception 'account % was % and cannot be % again', old.id, old.phase, new.phase
			using errcode = 'P0E01', constraint = 'account_phase_forward';
	end if;
	return new;
end $$;
create trigger phase_forward before update of phase on accounts for each row execute function account_phase_forward();

create table postings (
	id            bigint generated always as identity,
	fiscal_year   int not null check (fiscal_year between 2000 and 2200),
	account_id    bigint not null references accounts,
	kind          text not null check (kind in ('grant', 'secure', 'disburse', 'spend', 'disallow', 'interest', 'revenue', 'carry', 'repay', 'adjust')),
	national      won not null,
	sido          won not null,
	sigungu       won not null,
	own           won not null,
	total         bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	occurred_on   date not null,
	reason        text not null default '',
	source_kind   text not null, -- the record that caused it: tranche, expenditure, settlement …
	source_id     bigint not null,
	request_key   uuid not null unique, -- one effect for one request, for ever (I-27)
	reverses_year int,
	reverses      bigint,
	actor_id      bigint not null default app_actor(),
	actor_name    text not null default '', -- as the person was called then
	posted_at     timestamptz not null default app_now(),
	primary key (fiscal_year, id), -- the year is in the key, so that the table can be partitioned by it
	foreign key (reverses_year, reverses) references postings (fiscal_year, id),
	unique (reverses_year, reverses),
	check ((reverses is null) = (reverses_year is null)),
	check (reverses is null or reason <> ''),
	check (kind = 'adjust' or least(national, sido, sigungu, own) >= 0),
	check (kind = 'adjust' or national + sido + sigungu + own > 0)
);
create index postings_by_account on postings (account_id, kind, id);
create index postings_by_source on postings (source_kind, source_id);
call append_only('postings');

create function count_posting() returns trigger language plpgsql security definer set search_path = public as $$
declare
	sign   int := case when new.reverses is null then 1 else -1 end;
	column_prefix text := case new.kind when 'grant' then 'granted' when 'secure' then 'secured' when 'disburse' then 'disbursed'
		when 'spend' then 'spent' when 'disallow' then 'disallowed' when 'interest' then 'interest' when 'revenue' then 'revenue'
		when 'carry' then 'carried' when 'repay' then 'repaid' else 'adjusted' end;
	stays  text[] := case when new.kind = 'repay' then array['ended', 'fixed'] when new.kind in ('disallow', 'interest', 'revenue', 'carry', 'adjust') then array['open', 'ended'] else array['open'] end;
	place  text[] := case new.kind when 'spend' then array['line'] when 'disallow' then array['line'] when 'adjust' then array['award', 'line'] else array['award'] end;
	target bigint := new.account_id;
	kind_  text;
	phase_ text;
	up     bigint;
	twin   postings;
begin
	if new.reverses is not null then
		select * into twin from postings where fiscal_year = new.reverses_year and id = new.reverses;
		if (twin.account_id, twin.kind, twin.national, twin.sido, twin.sigungu, twin.own) is distinct from
		   (new.account_id, new.kind, new.national, new.sido, new.sigungu, new.own) or twin.reverses is not null then
			raise exception 'posting % does not mirror %', new.id, new.reverses using errcode = 'P0E01', constraint = 'posting_mirrors';
		end if;
	end if;
	-- Everybody locks from the top down, so that two postings never wait for each
	-- other; a child is younger than its parent, so the order of ids is that order.
	perform from accounts
	  where id in (select new.account_id
	               union all
	               select parent_id from accounts where id = new.account_id and (kind = 'line' or new.kind = 'grant'))
	  order by id for update;
	loop
		execute format('update accounts set %1$s_national = %1$s_national + $1, %1$s_sido = %1$s_sido + $2, %1$s_sigungu = %1$s_sigungu + $3, %1$s_own = %1$s_own + $4
			where id = $5 returning kind, phase, parent_id', column_prefix)
			into kind_, phase_, up using sign * new.national, sign * new.sido, sign * new.sigungu, sign * new.own, target;
		if target = new.account_id and not kind_ = any(place) then
			raise exception 'no % on account %, which is of kind %', new.kind, target, kind_ using errcode = 'P0E01', constraint = 'posting_account';
		end if;
		if kind_ = 'award' and not phase_ = any(stays) then
			raise exception 'account % is %, no % any more', target, phase_, new.kind using errcode = 'P0E01', constraint = 'account_phase';
		end if;
		-- A grant also counts on its appropriation; what is posted on a line also counts on its award.
		exit when up is null or not (kind_ = 'line' or kind_ = 'award' and new.kind = 'grant');
		target := up;
	end loop;
	return null;
end $$;
create trigger count after insert on postings for each row execute function count_posting();

-- program ------------------------------------------------------------------------

create table expense_codes (
	code_set   text not null check (code_set in ('national', 'local')),
	code       text not null,
	category   text not null, -- 비목 / 편성목
	name       text not null, -- 세목 / 통계목
	valid_from date not null default '2000-01-01',
	valid_to   date,
	certainty  text not null,
	primary key (code_set, code)
);

create table programs (
	id          bigint generated always as identity primary key,
	ministry_id bigint not null references organizations,
	name        text not null check (name <> ''),
	purpose     text not null,
	legal_basis text not null default '',
	agenda      text[] not null default '{}', -- 지역 현안 분야
	fictitious  boolean not null default false
);
call track('programs', 'program');
alter table role_grants add foreign key (program_id) references programs;

create table appropriations (
	id          bigint generated always as identity primary key,
	program_id  bigint not null references programs,
	fiscal_year int not null check (fiscal_year between 2000 and 2200),
	account_id  bigint not null unique references accounts, -- its limits are the appropriation per source (decisions 6)
	reason      text not null check (reason <> ''), -- why it is what it is: the budget, a supplementary budget, a cut
	unique (program_id, fiscal_year)
);
call track('appropriations', 'appropriation');

insert into transitions values
	('call', '', 'create', 'draft'),
	('call', 'draft', 'announce', 'announced'),
	('call', 'announced', 'open', 'open'),
	('call', 'open', 'close', 'closed'),
	('call', 'closed', 'extend', 'open'), -- by an act with a reason only (invariant I-11)
	('call', 'closed', 'review', 'reviewing'),
	('call', 'reviewing', 'decide', 'decided'),
	('call', 'decided', 'publish', 'published');

create table calls (
	id               bigint generated always as identity primary key,
	number           text not null unique, -- 2022-001
	program_id       bigint not null references programs,
	appropriation_id bigint not null references appropriations,
	fiscal_year      int not null,
	title            text not null check (title <> ''),
	summary          text not null default '',
	agenda           text[] not null default '{}', -- 지역 현안 분야 of this call
	state            text not null,
	announced_at     timestamptz,
	opens_at         timestamptz not null,
	closes_at        timestamptz not null, -- these three as announced; what binds is the deadlines table
	endorse_until    timestamptz not null, -- 시·도 검토·추천
	correct_until    timestamptz not null, -- 보완
	project_from     date not null,
	project_to       date not null,
	cap              won not null check (cap > 0), -- total per project
	applicants       text[] not null check (applicants <> '{}' and applicants <@ array['sido', 'sigungu']),
	code_set         text not null check (code_set in ('national', 'local')),
	needs_deliberation boolean not null default true, -- 사회적경제위원회 must have discussed it
	needs_signoff    boolean not null default false,
	-- Matching rule (decisions 5): national = or <= floor(total * bps / 10000); the others within bounds in basis points of the total.
	national_bps     int not null check (national_bps between 0 and 10000),
	national_exact   boolean not null default true,
	sido_min_bps     int not null default 0, sido_max_bps    int not null default 10000,
	sigungu_min_bps  int not null default 0, sigungu_max_bps int not null default 10000,
	own_min_bps      int not null default 0, own_max_bps     int not null default 10000,
	-- Scoring rule (decisions 25).
	drop_extremes    boolean not null default false,
	drop_from        int not null default 3,
	total_floor      int not null default 0, -- points out of the rubric's maximum
	unique (id, program_id),
	check (opens_at < closes_at and closes_at <= endorse_until and closes_at <= correct_until),
	check ((state = 'draft') = (announced_at is null)),
	check (project_from <= project_to),
	check (0 <= sido_min_bps and sido_min_bps <= sido_max_bps and sido_max_bps <= 10000),
	check (0 <= sigungu_min_bps and sigungu_min_bps <= sigungu_max_bps and sigungu_max_bps <= 10000),
	check (0 <= own_min_bps and own_min_bps <= own_max_bps and own_max_bps <= 10000)
);
create index calls_by_program on calls (program_id, id);
create index calls_by_state on calls (state, id);
call track('calls', 'call', 'call');

-- Receipt numbers without gaps (decisions 36), apart from the call, so that handing
-- in an application neither changes the call nor waits for those who look at it.
create table call_receipts (
	call_id bigint primary key references calls,
	last    int not null default 0 check (last >= 0)
);

-- An outage of the service (invariant F-27): every deadline due between starts_at and
-- covers was put off to one instant; the deadlines it set name it.
create table outages (
	id          bigint generated always as identity primary key,
	starts_at   timestamptz not null,
	ends_at     timestamptz not null, -- the service was back
	covers      timestamptz not null, -- ends_at and the time to come back after it (rule outage.grace)
	put_off     timestamptz not null,
	reason      text not null check (reason <> ''),
	declared_by bigint not null default app_actor(),
	declared_at timestamptz not null,
	check (starts_at < ends_at and ends_at <= covers and covers < put_off),
	check (ends_at <= declared_at and declared_at < put_off)
);
call append_only('outages');

-- A deadline is a row; an extension is a later row with its reason (decisions 12).
create table deadlines (
	id            bigint generated always as identity primary key,
	call_id       bigint not null references calls,
	government_id bigint references organizations, -- null: for all
	kind          text not null check (kind in ('submit', 'endorse', 'correct')),
	at            timestamptz not null,
	reason        text not null,
	outage_id     bigint references outages, -- the outage that put it off
	set_by        bigint not null default app_actor(),
	set_at        timestamptz not null default app_now()
);
create index deadlines_by_call on deadlines (call_id, kind);
create index deadlines_by_time on deadlines (at);
create index deadlines_by_outage on deadlines (outage_id) where outage_id is not null;
call append_only('deadlines');

create function deadline_of(call bigint, government bigint, what text) returns timestamptz language sql volatile as $$
	select max(at) from (
		select at from deadlines
		 where call_id = call and kind = what and (government_id is null or government_id = government)
		   for share) d
$$;

create function deadline_only_later() returns trigger language plpgsql security definer set search_path = public as $$
declare
	was timestamptz;
begin
	perform from calls where id = new.call_id for update;
	was := deadline_of(new.call_id, new.government_id, new.kind);
	if was is not null and new.at <= was then
		raise exception 'a deadline only moves later' using errcode = 'P0E01', constraint = 'deadline_only_later';
	end if;
	return new;
end $$;
create trigger only_later before insert on deadlines for each row execute function deadline_only_later();

create table call_sections (
	call_id  bigint not null references calls on delete cascade,
	kind     text not null, -- overview, background, organisation, tasks, effects, sustainability …
	position int not null,
	title    text not null,
	hint     text not null default '', -- Markdown
	required boolean not null default true,
	max_length int not null default 4000 check (max_length between 100 and 20000),
	primary key (call_id, kind)
);

create table call_documents (
	call_id  bigint not null references calls on delete cascade,
	code     text not null,
	position int not null,
	title    text not null,
	required boolean not null default true,
	primary key (call_id, code)
);

-- What the manager says beside a part of the plan, in Markdown; the texts of the call
-- keep theirs in call_sections. It may change while the call is open.
create table call_hints (
	call_id bigint not null references calls on delete cascade,
	field   text not null check (field in ('title', 'lines', 'deliberation', 'partners', 'activities', 'indicators', 'attachments')),
	body    text not null check (body <> ''),
	primary key (call_id, field)
);

create table rubrics (
	id          bigint generated always as identity primary key,
	call_id     bigint not null references calls,
	stage       text not null default 'paper' check (stage in ('paper', 'site', 'presentation')),
	weight_bps  int not null default 10000 check (weight_bps between 1 and 10000), -- of the result; all stages of a call share 10000
	reviewers   int not null default 3 check (reviewers between 1 and 30), -- of one application
	digits      int not null default 2 check (digits between 0 and 3), -- decimals of the mean
	rounding    text not null default 'half_up' check (rounding in ('half_up', 'down')),
	tie_mean    int not null default 0 check (tie_mean >= 0), -- places in the chain of criteria.tie_order, 0 for none
	tie_bonus   int not null default 0 check (tie_bonus >= 0),
	frozen_hash bytea check (length(frozen_hash) = 32), -- set when the first sheet is submitted; after that nothing changes
	unique (call_id, stage)
);

-- The stages of a call give the whole result, and paper is always one of them.
create function rubric_weights() returns trigger language plpgsql security definer set search_path = public as $$
declare
	call bigint := coalesce(new.call_id, old.call_id);
begin
	if (select sum(weight_bps) from rubrics where call_id = call) <> 10000
	   or not exists (select from rubrics where call_id = call and stage = 'paper') then
		raise exception 'the stages of call % do not give the whole', call using errcode = 'P0E01', constraint = 'rubric_weights';
	end if;
	return null;
end $$;
create constraint trigger weights after insert or update of weight_bps, stage, call_id or delete on rubrics
	deferrable initially deferred for each row execute function rubric_weights();

create table criteria (
	id        bigint generated always as identity primary key,
	rubric_id bigint not null references rubrics on delete cascade,
	position  int not null,
	title     text not null,
	guidance  text not null default '',
	max       int not null check (max > 0),
	weight    int not null default 1 check (weight between 1 and 100), -- how often its points count
	floor     int not null default 0 check (floor >= 0), -- of the average, before the weight
	tie_order int not null check (tie_order > 0), -- equal totals are compared by these criteria in this order
	levels    jsonb not null default '[]' check (jsonb_typeof(levels) = 'array'), -- anchors: label, points, description
	check (floor <= max),
	unique (rubric_id, position),
	unique (rubric_id, tie_order)
);

create table bonus_items (
	id        bigint generated always as identity primary key,
	rubric_id bigint not null references rubrics on delete cascade,
	position  int not null,
	title     text not null,
	points    int not null check (points <> 0), -- negative: a penalty
	evidence  text not null default '', -- what proves it
	unique (rubric_id, position)
);

create function rubric_frozen() returns trigger language plpgsql as $$
begin
	if exists (select from rubrics where id = coalesce(new.rubric_id, old.rubric_id) and frozen_hash is not null for share) then
		raise exception 'rubric is frozen' using errcode = 'P0E01', constraint = 'rubric_frozen';
	end if;
	return coalesce(new, old);
end $$;
create trigger frozen before insert or update or delete on criteria for each row execute function rubric_frozen();
create trigger frozen before insert or update or delete on bonus_items for each row execute function rubric_frozen();

create function rubric_stays_frozen() returns trigger language plpgsql as $$
begin
	raise exception 'rubric % is frozen', old.id using errcode = 'P0E01', constraint = 'rubric_frozen';
end $$;
create trigger stays_frozen before update or delete on rubrics for each row when (old.frozen_hash is not null) execute function rubric_stays_frozen();

-- application --------------------------------------------------------------------

insert into transitions values
	('application', '', 'create', 'draft'),
	('application', 'draft', 'submit', 'endorsing'),
	('application', 'draft', 'submit', 'received'),
	('application', 'draft', 'sign', 'signing'), -- when the call asks for it (calls.needs_signoff)
	('application', 'returned', 'sign', 'signing'),
	('application', 'signing', 'approve', 'endorsing'),
	('application', 'signing', 'approve', 'received'),
	('application', 'signing', 'reject', 'draft'),
	('application', 'signing', 'reject', 'returned'),
	('application', 'signing', 'recall', 'draft'),
	('application', 'signing', 'recall', 'returned'),
	('application', 'signing', 'withdraw', 'withdrawn'),
	('application', 'endorsing', 'endorse', 'received'),
	('application', 'endorsing', 'return', 'returned'),
	('application', 'received', 'correct', 'returned'), -- the ministry, within the correction period
	('application', 'returned', 'submit', 'endorsing'),
	('application', 'returned', 'submit', 'received'),
	('application', 'draft', 'withdraw', 'withdrawn'),
	('application', 'endorsing', 'withdraw', 'withdrawn'),
	('application', 'received', 'withdraw', 'withdrawn'),
	('application', 'returned', 'withdraw', 'withdrawn'),
	('application', 'received', 'disqualify', 'ineligible'),
	('application', 'received', 'review', 'reviewing'),
	('application', 'reviewing', 'select', 'selected'),
	('application', 'reviewing', 'reserve', 'reserve'),
	('application', 'reviewing', 'decline', 'declined'),
	('application', 'reserve', 'select', 'selected'),
	('application', 'declined', 'select', 'selected'), -- an upheld objection
	('application', 'declined', 'reserve', 'reserve'),
	('application', 'selected', 'forfeit', 'withdrawn'),
	('application', 'reserve', 'forfeit', 'withdrawn');

create sequence application_numbers;

create table applications (
	id            bigint generated always as identity primary key,
	number        text not null unique, -- A-2022-00042, printed on papers
	call_id       bigint not null,
	program_id    bigint not null,
	fiscal_year   int not null,
	government_id bigint not null references organizations,
	government_name text not null check (government_name <> ''), -- as it was called when it applied
	province_id   bigint, -- the 시·도 above; null for a 시·도's own application
	sido_id       bigint not null generated always as (coalesce(province_id, government_id)) stored,
	sigungu_id    bigint not null generated always as (case when province_id is null then 0 else government_id end) stored,
	title         text not null default '', -- as handed in; the draft has its own
	state         text not null,
	receipt_no    text unique, -- given at the first submission
	returned_by   text check (returned_by in ('province', 'ministry')),
	return_reason text not null default '',
	end_reason    text not null default '', -- why it was withdrawn or is ineligible
	created_by    bigint not null default app_actor(),
	created_at    timestamptz not null,
	foreign key (call_id, program_id) references calls (id, program_id),
	foreign key (government_id, province_id) references organizations (id, parent_id),
	unique (id, sido_id, sigungu_id),
	check ((state = 'returned') <= (returned_by is not null)),
	check ((state in ('endorsing', 'received', 'returned', 'reviewing', 'selected', 'reserve', 'declined', 'ineligible')) <= (receipt_no is not null))
);
create unique index application_one_per_call on applications (call_id, government_id) where state <> 'withdrawn';
create index applications_by_call on applications (call_id, state, id);
create index applications_by_government on applications (government_id, id);
create index applications_by_province on applications (province_id, id);
create index applications_by_program on applications (program_id, id);
call track('applications', 'application', 'application');

-- The plan while it is written: draft tables, saved without audit rows (decisions 20).
create table plans (
	application_id bigint primary key references applications,
	title          text not null default '',
	version        int not null default 1, -- raised by every change of any part
	updated_by     bigint not null default app_actor(),
	updated_at     timestamptz not null
);

-- Each part of a plan has its own version, so that two people can write two parts at once.
create table plan_parts (
	application_id bigint not null references plans,
	part           text not null, -- title, section.overview, lines, deliberation, partners, activities, indicators, attachments
	version        int not null default 1,
	updated_by     bigint not null default app_actor(),
	updated_at     timestamptz not null,
	input          jsonb, -- what was typed and could not be taken yet; null: the stored rows are what was typed
	problems       int not null default 0, -- how many mistakes the input has
	page           text, -- the open page that saved last, and which of its saves that was: a repetition is no conflict
	seq            int,
	primary key (application_id, part),
	check ((input is null) = (problems = 0)),
	check (problems >= 0),
	check ((page is null) = (seq is null))
);

-- Who has a part open; it says who works on what and locks nothing.
create table plan_presence (
	application_id bigint not null references plans,
	part           text not null,
	person_id      bigint not null references people,
	seen_at        timestamptz not null,
	primary key (application_id, part, person_id)
);

create table plan_sections (
	application_id bigint not null references plans,
	kind           text not null, -- one of the call's sections
	body           text not null default '',
	primary key (application_id, kind)
);

create table budget_lines (
	id             bigint generated always as identity primary key,
	application_id bigint not null references plans,
	position       int not null,
	code_set       text not null,
	code           text not null,
	description    text not null default '',
	unit_price     won check (unit_price >= 0), -- 산출기초: unit price × quantity × times, when given
	quantity       int check (quantity >= 0),
	times          int check (times >= 0),
	national       won not null default 0 check (national >= 0),
	sido           won not null default 0 check (sido >= 0),
	sigungu        won not null default 0 check (sigungu >= 0),
	own            won not null default 0 check (own >= 0),
	total          bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	foreign key (code_set, code) references expense_codes,
	unique (application_id, position) deferrable initially deferred,
	constraint budget_line_basis check (num_nulls(unit_price, quantity, times) = 3
		or (num_nulls(unit_price, quantity, times) = 0 and unit_price::numeric * quantity * times = national::bigint + sido + sigungu + own))
);

-- A file of the plan. A newer version takes the place of the one before, which stays
-- readable in attachment_history.
create table attachments (
	id             bigint generated always as identity unique,
	application_id bigint not null references plans,
	document_id    bigint not null references documents,
	code           text not null default '', -- which required document of the call this is
	version        int not null default 1 check (version > 0),
	primary key (application_id, document_id)
);
create index attachments_by_document on attachments (document_id);

create table attachment_history (
	attachment_id  bigint not null references attachments (id) on delete cascade,
	version        int not null check (version > 0),
	application_id bigint not null references plans,
	document_id    bigint not null references documents,
	replaced_by    bigint not null default app_actor(),
	replaced_at    timestamptz not null,
	primary key (attachment_id, version),
	constraint attachment_once unique (application_id, document_id)
);
create index attachment_history_by_document on attachment_history (document_id);

-- How much of its quota (rules attachments.files and attachments.bytes) a plan takes,
-- earlier versions included.
create function attachment_usage(application bigint, out files bigint, out bytes bigint, out most_files bigint, out most_bytes bigint)
	language sql volatile as $$
	select count(d.id), coalesce(sum(d.size), 0),
	       (select value::bigint from rules where key = 'attachments.files' and day between valid_from and coalesce(valid_to, 'infinity')),
	       (select value::bigint from rules where key = 'attachments.bytes' and day between valid_from and coalesce(valid_to, 'infinity'))
	  from (select (app_now() at time zone 'Asia/Seoul')::date as day) today
	  left join documents d on d.id in (
		select document_id from attachments where application_id = application
		union all select document_id from attachment_history where application_id = application)
	 group by day
$$;

-- The plan's row keeps two uploads in order, so that they cannot pass the quota together.
create function attachment_quota() returns trigger language plpgsql security definer set search_path = public as $$
declare
	used record;
begin
	perform from plans where application_id = new.application_id for no key update;
	used := attachment_usage(new.application_id);
	if used.files > used.most_files or used.bytes > used.most_bytes then
		raise exception 'application % has % files of % bytes', new.application_id, used.files, used.bytes
			using errcode = 'P0E01', constraint = 'attachment_quota';
	end if;
	return null;
end $$;
create trigger quota after insert or update on attachments for each row execute function attachment_quota();

create table deliberations (
	application_id bigint primary key references plans,
	committee      text not null,
	held_on        date not null,
	agenda         text not null,
	decision       text not null check (decision in ('approved', 'conditional', 'rejected')),
	note           text not null default '',
	document_id    bigint, -- the minutes, one of the attachments
	constraint deliberation_document_attached foreign key (application_id, document_id) references attachments (application_id, document_id) on update cascade
);

create table participations (
	id             bigint generated always as identity primary key,
	application_id bigint not null references plans,
	position       int not null,
	name           text not null check (name <> ''),
	business_no    text check (business_no ~ '^[0-9]{10}$'),
	role           text not null default '',
	agreed_on      date, -- 협약일, and how long the agreement holds
	agreement_from  date,
	agreement_until date,
	document_id    bigint, -- the agreement, one of the attachments
	check (agreement_from <= agreement_until),
	unique (application_id, position) deferrable initially deferred,
	constraint participation_document_attached foreign key (application_id, document_id) references attachments (application_id, document_id) on update cascade
);

create table activities (
	id             bigint generated always as identity primary key,
	application_id bigint not null references plans,
	position       int not null,
	area           text not null default '',
	title          text not null check (title <> ''),
	content        text not null default '',
	starts_on      date not null,
	ends_on        date not null,
	check (starts_on <= ends_on),
	unique (application_id, position) deferrable initially deferred
);

create table indicators (
	id             bigint generated always as identity primary key,
	application_id bigint not null references plans,
	position       int not null,
	name           text not null check (name <> ''),
	formula        text not null default '',
	unit           text not null default '',
	baseline       text not null default '',
	target         text not null,
	evidence       text not null default '',
	unique (application_id, position) deferrable initially deferred
);

-- A workbook that somebody sent, until it is applied or three days are over. It is
-- theirs alone and no part of the plan.
create table plan_imports (
	id             bigint generated always as identity primary key,
	application_id bigint not null references applications,
	person_id      bigint not null references people,
	name           text not null check (name <> ''),
	file           bytea not null check (length(file) <= 10485760),
	content        text not null, -- what was read of it, as JSON; never asked for its parts
	created_at     timestamptz not null,
	unique (application_id, person_id)
);
create index plan_imports_by_age on plan_imports (created_at);
alter table plan_imports alter file set storage external, alter content set storage external; -- neither is worth packing

-- A plan is written only while its application is a draft or returned. The lock
-- makes a save wait for a submission under way, and the other way round.
create function plan_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	s text;
begin
	select state into s from applications where id = coalesce(new.application_id, old.application_id) for share;
	if s not in ('draft', 'returned') then
		raise exception 'application is %', s using errcode = 'P0E01', constraint = 'plan_open';
	end if;
	return coalesce(new, old);
end $$;
do $$
declare
	tbl text;
begin
	foreach tbl in array array['plans', 'plan_parts', 'plan_sections', 'budget_lines', 'attachments', 'attachment_history', 'deliberations', 'participations', 'activities', 'indicators'] loop
		execute format('create trigger still_open before insert or update or delete on %I for each row execute function plan_open()', tbl);
	end loop;
end $$;

-- What was handed in, as it was handed in: reviewers read this, never the draft.
create table submissions (
	id             bigint generated always as identity primary key,
	application_id bigint not null references applications,
	no             int not null,
	submitted_by   bigint not null default app_actor(),
	submitted_at   timestamptz not null, -- set by the database clock, whatever was sent
	deadline_kind  text not null check (deadline_kind in ('submit', 'endorse', 'correct')),
	content        jsonb not null,
	sha256         bytea not null check (length(sha256) = 32),
	national       won not null,
	sido           won not null,
	sigungu        won not null,
	own            won not null,
	total          bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	unique (application_id, no),
	check ((no = 1) = (deadline_kind = 'submit') or no > 1)
);
call append_only('submissions');

create function submission_in_time() returns trigger language plpgsql security definer set search_path = public as $$
declare
	app   applications;
	until timestamptz;
	opens timestamptz;
begin
	select * into app from applications where id = new.application_id;
	select opens_at into opens from calls where id = app.call_id and state in ('open', 'closed', 'reviewing');
	until := deadline_of(app.call_id, app.government_id, new.deadline_kind);
	new.submitted_at := app_now(); -- never now(): that is when the transaction began (invariant I-10)
	if opens is null or new.submitted_at < opens or until is null or new.submitted_at > until then
		raise exception 'deadline % of application % is %', new.deadline_kind, new.application_id, until using errcode = 'P0D01';
	end if;
	if exists (select from plan_parts where application_id = new.application_id and input is not null) then
		raise exception 'application % has input that is not stored', new.application_id using errcode = 'P0E01', constraint = 'submission_without_mistakes';
	end if;
	return new;
end $$;
create trigger in_time before insert on submissions for each row execute function submission_in_time();

-- The files of what was handed in: they exist, and a scanner that was there found them clean (I-30).
create table submission_files (
	submission_id bigint not null references submissions,
	document_id   bigint not null references documents,
	primary key (submission_id, document_id)
);
create index submission_files_by_document on submission_files (document_id);
call append_only('submission_files');

create function submission_files_clean() returns trigger language plpgsql security definer set search_path = public as $$
declare
	bad documents;
begin
	insert into submission_files (submission_id, document_id)
	select distinct new.id, (f ->> 'document_id')::bigint from elements(new.content -> 'attachments') f;
	select d.* into bad from submission_files f join documents d on d.id = f.document_id
	 where f.submission_id = new.id and d.scan_state in ('pending', 'infected') limit 1;
	if found then
		raise exception 'document % is %', bad.id, bad.scan_state using errcode = 'P0E01', constraint = 'submission_files_clean';
	end if;
	return null;
end $$;
create trigger files after insert on submissions for each row execute function submission_files_clean();

-- Documents made before an instant that nothing needs go, some at a time. What refers
-- to one in a way not named here keeps it by its foreign key.
create function drop_unused_documents(before timestamptz, most int) returns setof documents language plpgsql as $$
declare
	unused documents;
	n int := 0;
begin
	for unused in
		select * from documents d
		 where d.uploaded_at < before
		   and not exists (select from attachments where document_id = d.id)
		   and not exists (select from attachment_history where document_id = d.id)
		   and not exists (select from submission_files where document_id = d.id)
		   and not exists (select from evidences where document_id = d.id)
		 order by d.id for update of d skip locked
	loop
		exit when n >= most;
		begin
			delete from documents where id = unused.id;
			n := n + 1;
			return next unused;
		exception when foreign_key_violation then
			null; -- somebody needs it
		end;
	end loop;
end $$;

-- What was handed in last, in the form in which applications are compared (중복 확인):
-- the title, and name and business number of every partner. Never of a draft.
create table submission_keys (
	application_id bigint not null references applications,
	submission_id  bigint not null references submissions,
	kind           text not null check (kind in ('title', 'partner', 'number')),
	value          text not null check (value <> ''),
	shown          text not null, -- as it was written
	grams          text[] not null default '{}', -- of a title: its pairs of letters
	primary key (application_id, kind, value)
);
create index submission_keys_by_value on submission_keys (kind, value);
create index submission_keys_by_grams on submission_keys using gin (grams) where kind = 'title';

-- A name without its signs, blanks and legal form: ㈜어울림, 주식회사 어울림 and (주) 어울림
-- are one. Ranges of letters instead of classes, which depend on the locale.
create function compared_name(name text) returns text language sql immutable parallel safe as $$
	select regexp_replace(regexp_replace(lower(normalize(name, nfkc)),
		'\((주|유|사|재|합|복|의|학)\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|사단법인|재단법인', '', 'g'), '[^0-9a-z가-힣一-鿿]', '', 'g')
$$;

-- A title without its year, its number and the word 사업, which most have.
create function compared_title(title text) returns text language sql immutable parallel safe as $$
	select regexp_replace(regexp_replace(lower(normalize(title, nfkc)),
		'20[0-9][0-9]년?도?|제?[0-9]+(차|회|단계)|사업', '', 'g'), '[^0-9a-z가-힣一-鿿]', '', 'g')
$$;

create function compared_grams(word text) returns text[] language sql immutable parallel safe as $$
	select coalesce(array_agg(distinct substr(word, i, 2)), '{}') from generate_series(1, greatest(length(word) - 1, 1)) i where word <> ''
$$;

create function submission_compared() returns trigger language plpgsql security definer set search_path = public as $$
begin
	delete from submission_keys where application_id = new.application_id;
	insert into submission_keys (application_id, submission_id, kind, value, shown, grams)
	select new.application_id, new.id, k.kind, k.value, k.shown, case when k.kind = 'title' then compared_grams(k.value) else '{}' end
	  from (
		select 'title' as kind, compared_title(new.content ->> 'title') as value, new.content ->> 'title' as shown
		union all
		select 'partner', compared_name(p ->> 'name'), p ->> 'name' from elements(new.content -> 'partners') p
		union all
		select 'number', regexp_replace(p ->> 'business_no', '[^0-9]', '', 'g'), (p ->> 'name') || ' ' || (p ->> 'business_no')
		  from elements(new.content -> 'partners') p) k
	 where k.value <> ''
	on conflict (application_id, kind, value) do nothing;
	return null;
end $$;
create trigger compared after insert on submissions for each row execute function submission_compared();

create table endorsements (
	id            bigint generated always as identity primary key,
	submission_id bigint not null unique references submissions,
	province_id   bigint not null references organizations,
	decision      text not null check (decision in ('endorsed', 'returned')),
	rank          int check (rank > 0),
	opinion       text not null,
	decided_by    bigint not null default app_actor(),
	decided_at    timestamptz not null,
	check (decision = 'endorsed' or opinion <> '')
);
call append_only('endorsements');

-- The 시·도 decides before its own, later instant (decisions 12); what came in to
-- correct is bounded by the correction period. A call without the row has no limit.
create function endorsement_in_time() returns trigger language plpgsql security definer set search_path = public as $$
declare
	until timestamptz;
begin
	select deadline_of(a.call_id, a.government_id, case s.deadline_kind when 'correct' then 'correct' else 'endorse' end) into until
	  from submissions s join applications a on a.id = s.application_id
	 where s.id = new.submission_id;
	new.decided_at := app_now();
	if new.decided_at > until then
		raise exception 'endorsing submission % ended at %', new.submission_id, until using errcode = 'P0E01', constraint = 'endorsement_in_time';
	end if;
	return new;
end $$;
create trigger in_time before insert on endorsements for each row execute function endorsement_in_time();

-- 결재: who asked for the signature, who gave or refused it, who took it back. What
-- was asked for is the plan at draft_version, which is closed while it is signed.
create table signoffs (
	id             bigint generated always as identity primary key,
	application_id bigint not null references applications,
	act            text not null check (act in ('sign', 'approve', 'reject', 'recall')),
	draft_version  int not null,
	asked_by       bigint not null references people, -- who asked for the signature that this act answers
	acted_by       bigint not null default app_actor() references people,
	reason         text not null default '',
	at             timestamptz not null,
	constraint signoff_two_people check (act not in ('approve', 'reject') or acted_by <> asked_by),
	check (act <> 'sign' or acted_by = asked_by),
	check (act <> 'reject' or reason <> '')
);
create index signoffs_by_application on signoffs (application_id, id);
call append_only('signoffs');

create function signoff_fits() returns trigger language plpgsql security definer set search_path = public as $$
declare
	asked signoffs;
begin
	new.at := app_now();
	new.acted_by := app_actor();
	if new.act = 'sign' then
		return new;
	end if;
	select * into asked from signoffs where application_id = new.application_id order by id desc limit 1;
	if asked.act is distinct from 'sign' or (new.asked_by, new.draft_version) is distinct from (asked.asked_by, asked.draft_version) then
		raise exception 'nobody asked for this signature' using errcode = 'P0E01', constraint = 'signoff_asked_for';
	end if;
	if new.act = 'approve' and exists (select from plan_parts where application_id = new.application_id and updated_by = new.acted_by) then
		raise exception 'who signs wrote a part of the plan' using errcode = 'P0E01', constraint = 'signoff_not_own_text';
	end if;
	return new;
end $$;
create trigger fits before insert on signoffs for each row execute function signoff_fits();

-- A call that asks for a signature takes nothing without one.
create function submission_signed() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if exists (select from applications a join calls c on c.id = a.call_id
	            where a.id = new.application_id and c.needs_signoff and (a.state <> 'signing' or
	                  (select act from signoffs s where s.application_id = a.id order by s.id desc limit 1) is distinct from 'approve')) then
		raise exception 'application % is not signed', new.application_id using errcode = 'P0E01', constraint = 'submission_signed';
	end if;
	return new;
end $$;
create trigger signed before insert on submissions for each row execute function submission_signed();

-- comment ------------------------------------------------------------------------

-- What people say of an application to each other, and the items of a return (보완).
-- side is for whom the author speaks: the government that applies, the 시·도 above it
-- or the ministry. What is internal is for that side alone, what is next for all three.
create table comments (
	id             bigint generated always as identity primary key,
	application_id bigint not null references applications,
	part           text not null default '', -- of the plan; empty: the application as a whole
	field          text not null default '', -- a row or a cell of the part, such as lines.3.national
	quote          text not null default '', -- what stood there, so that it still reads after rows moved
	submission_no  int, -- the version it speaks of; null: the draft
	kind           text not null check (kind in ('comment', 'return')),
	visibility     text not null check (visibility in ('internal', 'next')),
	side           text not null check (side in ('government', 'province', 'ministry')),
	audience       text not null generated always as (case visibility when 'internal' then side else 'all' end) stored,
	reply_to       bigint, -- the comment that began the thread
	body           text not null check (body <> ''),
	mentions       bigint[] not null default '{}', -- people of the author's side
	author_id      bigint not null default app_actor() references people,
	at             timestamptz not null,
	retracted_at   timestamptz,
	resolved_at    timestamptz,
	resolved_by    bigint references people,
	unique (id, application_id, audience),
	foreign key (application_id, submission_no) references submissions (application_id, no),
	constraint comment_reply_same_audience foreign key (reply_to, application_id, audience) references comments (id, application_id, audience),
	check (field = '' or part <> ''),
	check (num_nulls(resolved_at, resolved_by) in (0, 2)),
	check (reply_to is null or resolved_at is null and part = ''),
	-- An item of a return is the act of an office: for all to read, of one version, never taken back.
	check (kind = 'comment' or visibility = 'next' and side <> 'government' and submission_no is not null and reply_to is null and retracted_at is null)
);
create index comments_by_application on comments (application_id, id);
create index comments_by_thread on comments (reply_to) where reply_to is not null;
call track('comments', 'comment');
create trigger final after update on comments for each row execute function change_only('retracted_at', 'resolved_at', 'resolved_by', 'version');

create function comment_sound() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if tg_op = 'INSERT' then
		new.at := app_now();
		new.author_id := app_actor();
		if exists (select from comments where id = new.reply_to and (reply_to is not null or retracted_at is not null)) then
			raise exception 'comment % begins no thread', new.reply_to using errcode = 'P0E01', constraint = 'comment_begins_thread';
		end if;
	elsif new.retracted_at is distinct from old.retracted_at and (old.retracted_at is not null or old.author_id <> app_actor()) then
		raise exception 'only the author takes a comment back' using errcode = 'P0E01', constraint = 'comment_own';
	end if;
	return new;
end $$;
create trigger sound before insert or update on comments for each row execute function comment_sound();

-- A plan is handed in again only when every item of its return is dealt with.
create function submission_answers() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if exists (select from comments where application_id = new.application_id and kind = 'return' and resolved_at is null) then
		raise exception 'application % has open items', new.application_id using errcode = 'P0E01', constraint = 'submission_answers';
	end if;
	return new;
end $$;
create trigger answers before insert on submissions for each row execute function submission_answers();

-- screening ----------------------------------------------------------------------

insert into transitions values
	('screening', '', 'create', 'open'),
	('screening', 'open', 'pass', 'eligible'),
	('screening', 'open', 'notify', 'noticed'),
	('screening', 'noticed', 'answer', 'answered'),
	('screening', 'noticed', 'overturn', 'eligible'),
	('screening', 'answered', 'overturn', 'eligible'),
	('screening', 'noticed', 'uphold', 'ineligible'), -- after the time to answer
	('screening', 'answered', 'uphold', 'ineligible');

-- What a call has checked by hand, besides what is computed.
create table screening_items (
	id       bigint generated always as identity primary key,
	call_id  bigint not null references calls,
	position int not null,
	title    text not null check (title <> ''),
	guidance text not null default '',
	unique (call_id, position) deferrable initially deferred
);

-- 자격 심사 of one received application. Who finds it ineligible and who decides so
-- after the answer (소명) are two people.
create table screenings (
	id             bigint generated always as identity primary key,
	application_id bigint not null unique references applications,
	call_id        bigint not null references calls,
	program_id     bigint not null references programs,
	government_id  bigint not null references organizations,
	state          text not null,
	checks         jsonb not null default '[]', -- computed and by hand, as they were at the decision
	reason         text not null default '', -- why it is ineligible
	screened_by    bigint references people,
	screened_at    timestamptz,
	answer_until   timestamptz,
	answer         text not null default '',
	answered_by    bigint references people,
	answered_at    timestamptz,
	decision       text not null default '',
	decided_by     bigint references people,
	decided_at     timestamptz,
	constraint screening_by_two check (decided_by <> screened_by),
	check ((state = 'open') = (screened_by is null)),
	check (state not in ('noticed', 'answered', 'ineligible') or reason <> '' and answer_until is not null),
	check (state <> 'answered' or answer <> ''),
	check ((answered_by is null) = (answer = '')),
	check (state <> 'ineligible' or decided_by is not null and decision <> ''),
	constraint screening_answer_in_time check (answered_at <= answer_until),
	constraint screening_after_answer check (state <> 'ineligible' or answered_at is not null or decided_at > answer_until)
);
create index screenings_by_call on screenings (call_id, state);
create index screenings_by_government on screenings (government_id, state);
call track('screenings', 'screening', 'screening');

-- What was found by hand, until the decision keeps it in checks.
create table screening_marks (
	screening_id bigint not null references screenings,
	item_id      bigint not null references screening_items on delete cascade,
	passed       boolean not null,
	note         text not null default '',
	primary key (screening_id, item_id),
	check (passed or note <> '')
);

-- Nobody is turned away without having been heard.
create function application_heard() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if not exists (select from screenings where application_id = new.id and state = 'ineligible') then
		raise exception 'application % was not heard', new.id using errcode = 'P0E01', constraint = 'application_heard';
	end if;
	return new;
end $$;
create trigger heard before update of state on applications for each row
	when (new.state = 'ineligible' and old.state <> 'ineligible') execute function application_heard();

-- review -------------------------------------------------------------------------

insert into transitions values
	('reviewer', '', 'create', 'invited'),
	('reviewer', 'invited', 'accept', 'accepted'),
	('reviewer', 'invited', 'refuse', 'refused');

-- The pool of a programme. Whose official a reviewer is decides what they never see:
-- sido_id and sigungu_id are that jurisdiction, 0 for none. Nobody is given anything
-- who did not accept the invitation.
create table reviewers (
	id              bigint generated always as identity primary key,
	program_id      bigint not null references programs,
	person_id       bigint not null references people,
	employer        text not null default '',
	expertise       text[] not null default '{}',
	government_id   bigint references organizations, -- null: belongs to no local government
	government_kind text check (government_kind in ('sido', 'sigungu')),
	province_id     bigint,
	sido_id         bigint not null generated always as (coalesce(province_id, government_id, 0)) stored,
	sigungu_id      bigint not null generated always as (case when province_id is null then 0 else government_id end) stored,
	active          boolean not null default true, -- false: gets no new assignments
	state           text not null default 'invited',
	answered_at     timestamptz,
	refuse_reason   text not null default '',
	unique (id, sido_id, sigungu_id),
	check ((state = 'invited') = (answered_at is null)),
	check (state <> 'refused' or not active),
	foreign key (government_id, government_kind) references organizations (id, kind),
	foreign key (government_id, province_id) references organizations (id, parent_id) on update cascade,
	check ((government_id is null) = (government_kind is null)),
	check ((government_kind is not null and government_kind = 'sigungu') = (province_id is not null))
);
-- Once at a time: who changes jurisdiction after a locked round is entered anew, so that the old round keeps its facts.
create unique index reviewer_once on reviewers (program_id, person_id) where active;
create index reviewers_by_person on reviewers (person_id);
call track('reviewers', 'reviewer', 'reviewer');

-- Where a reviewer worked before: at a local government or at another body.
create table reviewer_posts (
	id            bigint generated always as identity primary key,
	reviewer_id   bigint not null references reviewers on delete cascade,
	position      int not null,
	government_id bigint references organizations,
	province_id   bigint,
	body          text not null default '',
	sido_id       bigint not null generated always as (coalesce(province_id, government_id, 0)) stored,
	sigungu_id    bigint not null generated always as (case when province_id is null then 0 else government_id end) stored,
	from_on       date not null,
	to_on         date, -- null: still there
	unique (reviewer_id, position),
	foreign key (government_id, province_id) references organizations (id, parent_id) on update cascade,
	check ((government_id is null) <> (body = '')),
	check (to_on is null or from_on <= to_on)
);

insert into transitions values
	('round', '', 'create', 'scoring'),
	('round', 'scoring', 'discuss', 'discussing'),
	('round', 'discussing', 'lock', 'locked');

create table rounds (
	id         bigint generated always as identity primary key,
	call_id    bigint not null,
	program_id bigint not null,
	stage      text not null default 'paper' check (stage in ('paper', 'site', 'presentation')),
	state      text not null,
	-- Opening the discussion and locking each take the chair and a second person (decisions 15).
	discuss_requested_by bigint,
	discuss_confirmed_by bigint,
	lock_requested_by    bigint,
	lock_confirmed_by    bigint,
	locked_at  timestamptz,
	constraint round_once unique (call_id, stage),
	foreign key (call_id, program_id) references calls (id, program_id),
	constraint round_discussed_by_two check (state = 'scoring' or coalesce(discuss_requested_by <> discuss_confirmed_by, false)),
	constraint round_locked_by_two check (state <> 'locked' or coalesce(lock_requested_by <> lock_confirmed_by, false)),
	check (state <> 'scoring' or discuss_confirmed_by is null and lock_requested_by is null),
	check ((state = 'locked') = (lock_confirmed_by is not null)),
	check ((state = 'locked') = (locked_at is not null))
);
create index rounds_by_program on rounds (program_id, id);
call track('rounds', 'round', 'round');

create table assignments (
	id             bigint generated always as identity primary key,
	round_id       bigint not null references rounds,
	application_id bigint not null,
	reviewer_id    bigint not null,
	a_sido_id      bigint not null,
	a_sigungu_id   bigint not null,
	r_sido_id      bigint not null,
	r_sigungu_id   bigint not null,
	constraint assignment_once unique (round_id, application_id, reviewer_id),
	foreign key (application_id, a_sido_id, a_sigungu_id) references applications (id, sido_id, sigungu_id) on update cascade,
	foreign key (reviewer_id, r_sido_id, r_sigungu_id) references reviewers (id, sido_id, sigungu_id) on update cascade,
	constraint assignment_not_own_jurisdiction check (a_sido_id <> r_sido_id and (a_sigungu_id = 0 or a_sigungu_id <> r_sigungu_id))
);
create index assignments_by_reviewer on assignments (reviewer_id, id);
create index assignments_by_application on assignments (application_id);
call track('assignments', 'assignment');

-- The pool of a call as applicants may see it, from the moment the manager shows it.
create table pool_publications (
	call_id      bigint primary key references calls,
	published_by bigint not null default app_actor() references people,
	published_at timestamptz not null
);

insert into transitions values
	('challenge', '', 'create', 'filed'),
	('challenge', 'filed', 'uphold', 'upheld'),
	('challenge', 'filed', 'dismiss', 'dismissed');

-- An applicant doubts a reviewer of the published pool (기피 신청); the ministry decides.
create table challenges (
	id             bigint generated always as identity primary key,
	application_id bigint not null references applications,
	call_id        bigint not null references calls,
	program_id     bigint not null references programs,
	government_id  bigint not null references organizations,
	reviewer_id    bigint not null references reviewers,
	state          text not null,
	reason         text not null check (reason <> ''),
	filed_by       bigint not null default app_actor() references people,
	filed_at       timestamptz not null,
	decision       text not null default '', -- why it was upheld or dismissed
	decided_by     bigint references people,
	decided_at     timestamptz,
	constraint challenge_once unique (application_id, reviewer_id),
	check ((state = 'filed') = (decided_by is null)),
	check ((state = 'filed') = (decided_at is null)),
	check (state = 'filed' or decision <> '')
);
create index challenges_by_call on challenges (call_id, id);
call track('challenges', 'challenge', 'challenge');

-- The name of a body without blanks, brackets and forms of company, for comparing.
create function body_name(name text) returns text language sql immutable as $$
	select lower(regexp_replace(name, '\s|\([^)]*\)|㈜|주식회사|사단법인|재단법인|사회적협동조합|협동조합', '', 'g'))
$$;

-- Which of these reviewers the facts keep from which of these applications (제척), and
-- why, as a phrase. Their own jurisdiction is apart: a CHECK holds it.
create function conflicts_by_data(applications bigint[], reviewers bigint[]) returns table (application_id bigint, reviewer_id bigint, why text)
	language sql volatile security definer set search_path = public as $$
	with since as (
		select (day - make_interval(years => coalesce((select value::int from rules
			where key = 'reviewer.past_years' and day between valid_from and coalesce(valid_to, 'infinity')), 0)))::date as day
		  from (select (app_now() at time zone 'Asia/Seoul')::date as day) today
	), app as (
		select id, sido_id, sigungu_id, government_name from applications where id = any($1)
	), post as (
		select p.*, concat_ws(' ', v.name, g.name) as place
		  from reviewer_posts p
		  left join organizations g on g.id = p.government_id
		  left join organizations v on v.id = p.province_id
		 cross join since
		 where p.reviewer_id = any($2) and coalesce(p.to_on, 'infinity') >= since.day
	), body as (
		select r.id as reviewer_id, r.employer as name, '소속 기관' as what from reviewers r where r.id = any($2) and r.employer <> ''
		union all
		select reviewer_id, body, '최근에 일한 기관' from post where body <> ''
	), partner as (
		select s.application_id, j ->> 'name' as name
		  from (select distinct on (x.application_id) x.application_id, x.content from submissions x
		         where x.application_id = any($1) order by x.application_id, x.no desc) s
		 cross join lateral elements(s.content -> 'partners') j
	)
	select distinct on (w.application_id, w.reviewer_id) w.application_id, w.reviewer_id, w.why from (
		select c.application_id, c.reviewer_id, 0 as i, '받아들인 기피 신청' as why from challenges c
		 where c.application_id = any($1) and c.reviewer_id = any($2) and c.state = 'upheld'
		union all
		select a.id, p.reviewer_id, 1, '최근에 일한 관할 지역: ' || p.place
		  from app a join post p on p.sido_id = a.sido_id or a.sigungu_id <> 0 and p.sigungu_id = a.sigungu_id
		union all
		select q.application_id, b.reviewer_id, 2, b.what || '이 협업기관: ' || b.name from body b join partner q on body_name(q.name) = body_name(b.name)
		union all
		select a.id, b.reviewer_id, 3, b.what || '이 신청 지자체: ' || b.name from body b join app a on body_name(a.government_name) = body_name(b.name)
	) w order by 1, 2, w.i, w.why
$$;

-- Assignments are made while the round is scoring, between its own applications and
-- the reviewers of its programme who accepted, and never against the facts.
create function assignment_fits() returns trigger language plpgsql security definer set search_path = public as $$
declare
	r rounds;
begin
	select * into r from rounds where id = new.round_id for share;
	if r.state <> 'scoring' then
		raise exception 'round is %', r.state using errcode = 'P0E01', constraint = 'assignment_while_scoring';
	end if;
	if not exists (select from applications where id = new.application_id and call_id = r.call_id and state = 'reviewing')
	   or not exists (select from reviewers where id = new.reviewer_id and program_id = r.program_id) then
		raise exception 'not of this round' using errcode = 'P0E01', constraint = 'assignment_of_round';
	end if;
	-- For share: an answer or a change of the reviewer's facts waits, or is seen.
	perform from reviewers where id = new.reviewer_id and state = 'accepted' and active for share;
	if not found then
		raise exception 'reviewer % did not accept', new.reviewer_id using errcode = 'P0E01', constraint = 'assignment_accepted';
	end if;
	if exists (select from conflicts_by_data(array[new.application_id], array[new.reviewer_id])) then
		raise exception 'reviewer % has a conflict with application %', new.reviewer_id, new.application_id using errcode = 'P0E01', constraint = 'assignment_without_conflict';
	end if;
	return new;
end $$;
create trigger fits before insert on assignments for each row execute function assignment_fits();

-- What a reviewer said of an assignment before it opened: none or a conflict (제척·기피·회피).
create table conflicts (
	id            bigint generated always as identity primary key,
	assignment_id bigint not null references assignments,
	kind          text not null check (kind in ('none', 'excluded', 'challenged', 'recused')),
	reason        text not null default '',
	origin        text not null default 'declared' check (origin in ('data', 'declared', 'challenged')),
	declared_by   bigint not null default app_actor(),
	declared_at   timestamptz not null,
	constraint conflict_once unique (assignment_id),
	check (kind = 'none' or reason <> '')
);
call append_only('conflicts');

-- A conflict that came up after the declaration: what this reviewer scored of the
-- application no longer counts, and stays where it was. After the lock a new version
-- of the ranking goes with it.
create table exclusions (
	id            bigint generated always as identity primary key,
	assignment_id bigint not null references assignments,
	kind          text not null check (kind in ('excluded', 'challenged', 'recused')),
	reason        text not null check (reason <> ''),
	origin        text not null check (origin in ('data', 'declared', 'challenged', 'objection')),
	excluded_by   bigint not null default app_actor(),
	excluded_at   timestamptz not null,
	constraint exclusion_once unique (assignment_id)
);
call append_only('exclusions');

insert into transitions values
	('sheet', '', 'create', 'draft'),
	('sheet', 'draft', 'submit', 'submitted'),
	('sheet', 'submitted', 'reopen', 'reopened'),
	('sheet', 'reopened', 'submit', 'submitted'),
	('sheet', 'submitted', 'lock', 'locked');

-- A sheet says where the scoring stands and nothing of what was scored: that is in
-- scores and opinions, which row level security hides.
create table sheets (
	id            bigint generated always as identity primary key,
	assignment_id bigint not null unique references assignments,
	state         text not null,
	reopen_reason text not null default '',
	submitted_at  timestamptz,
	check ((state = 'draft') = (submitted_at is null)),
	check (state <> 'reopened' or reopen_reason <> '')
);
call track('sheets', 'sheet', 'sheet');

-- The words beside the points; version counts the saves of the whole draft.
create table opinions (
	sheet_id   bigint primary key references sheets,
	body       text not null default '',
	version    int not null default 1,
	updated_at timestamptz not null
);

create table scores (
	sheet_id      bigint not null references sheets,
	criterion_id  bigint not null references criteria,
	points        numeric(6,3) check (points >= 0 and points = round(points, 2)), -- null while it is a draft
	justification text not null default '',
	-- Of a sheet that is written again in the discussion: what stood before, kept by
	-- score_kept(), and why it was changed. Empty again once the sheet is handed in.
	before_points        numeric(6,3),
	before_justification text,
	reason               text not null default '',
	primary key (sheet_id, criterion_id)
);

-- May this person hear what was scored of an application once its round is discussing?
-- Its reviewers without a conflict, and the chair unless it is of their own jurisdiction.
create function discusses(application bigint, program bigint, person bigint) returns boolean language sql stable security definer set search_path = public as $$
	select exists (select from assignments a
	                 join reviewers r on r.id = a.reviewer_id
	                 join conflicts c on c.assignment_id = a.id and c.kind = 'none'
	                where a.application_id = application and r.person_id = person
	                  and not exists (select from exclusions e where e.assignment_id = a.id))
	    or exists (select from role_grants g
	                where g.person_id = person and g.role = 'chair' and g.state = 'active' and (g.program_id = program or g.everything)
	                  and (app_now() at time zone 'Asia/Seoul')::date between g.valid_from and coalesce(g.valid_to, 'infinity'))
	   and not exists (select from reviewers r join applications a on a.id = application
	                    where r.person_id = person
	                      and (r.sido_id = a.sido_id or a.sigungu_id <> 0 and r.sigungu_id = a.sigungu_id))
	   and not exists (select from assignments a
	                     join reviewers r on r.id = a.reviewer_id
	                     left join conflicts c on c.assignment_id = a.id and c.kind <> 'none'
	                     left join exclusions e on e.assignment_id = a.id
	                    where a.application_id = application and r.person_id = person and (c.id is not null or e.id is not null))
$$;

-- Blindness (I-17): before the discussion a score exists for its reviewer alone, in
-- the discussion also for those who discuss it, and for all others from the lock on.
alter table scores enable row level security;
alter table scores force row level security;
alter table opinions enable row level security;
alter table opinions force row level security;
create policy seen on scores for select using (app_actor() is not null and exists (
	select from sheets s join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id join reviewers r on r.id = a.reviewer_id
	 where s.id = sheet_id and (o.state = 'locked' or r.person_id = app_actor()
	    or o.state = 'discussing' and discusses(a.application_id, o.program_id, app_actor()))));
create policy seen on opinions for select using (app_actor() is not null and exists (
	select from sheets s join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id join reviewers r on r.id = a.reviewer_id
	 where s.id = sheet_id and (o.state = 'locked' or r.person_id = app_actor()
	    or o.state = 'discussing' and discusses(a.application_id, o.program_id, app_actor()))));
create policy own on scores for all
	using (exists (select from sheets s join assignments a on a.id = s.assignment_id join reviewers r on r.id = a.reviewer_id
	                where s.id = sheet_id and r.person_id = app_actor()));
create policy own on opinions for all
	using (exists (select from sheets s join assignments a on a.id = s.assignment_id join reviewers r on r.id = a.reviewer_id
	                where s.id = sheet_id and r.person_id = app_actor()));

-- After the lock nobody changes a score; the lock waits for a save under way (I-18).
-- The round is locked before the sheet, as everywhere.
create function scores_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	sheet       bigint := case tg_op when 'DELETE' then old.sheet_id else new.sheet_id end;
	round_state text;
	sheet_state text;
begin
	select o.state into round_state from sheets s join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id
	 where s.id = sheet for share of o;
	select state into sheet_state from sheets where id = sheet for share;
	if round_state = 'locked' or sheet_state in ('submitted', 'locked') then
		raise exception 'sheet is %, round is %', sheet_state, round_state using errcode = 'P0E01', constraint = 'scores_open';
	end if;
	if exists (select from sheets s join exclusions e on e.assignment_id = s.assignment_id where s.id = sheet) then
		raise exception 'sheet % is excluded', sheet using errcode = 'P0E01', constraint = 'sheet_excluded';
	end if;
	if tg_op = 'DELETE' then
		return old;
	end if;
	return new;
end $$;
create trigger still_open before insert or update or delete on scores for each row execute function scores_open();
create trigger still_open before insert or update or delete on opinions for each row execute function scores_open();

create function score_fits() returns trigger language plpgsql security definer set search_path = public as $$
declare
	top int;
begin
	select k.max into top
	  from criteria k join rubrics u on u.id = k.rubric_id
	  join sheets s on s.id = new.sheet_id join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id
	 where k.id = new.criterion_id and u.call_id = o.call_id and u.stage = o.stage;
	if top is null then
		raise exception 'criterion of another rubric' using errcode = 'P0E01', constraint = 'score_of_rubric';
	end if;
	if new.points > top then
		raise exception 'points above maximum' using errcode = 'P0E01', constraint = 'score_within_maximum';
	end if;
	return new;
end $$;
create trigger fits before insert or update on scores for each row execute function score_fits();

-- A sheet exists only where no conflict was declared (I-20), is handed in only when
-- every criterion has points and words, and stands still once its round is locked.
create function sheet_sound() returns trigger language plpgsql security definer set search_path = public as $$
declare
	r rounds;
begin
	select o.* into r from assignments a join rounds o on o.id = a.round_id where a.id = new.assignment_id for share of o;
	if r.state = 'locked' then
		raise exception 'round is locked' using errcode = 'P0E01', constraint = 'scores_open';
	end if;
	if not exists (select from conflicts where assignment_id = new.assignment_id and kind = 'none') then
		raise exception 'no declaration, or a conflict' using errcode = 'P0E01', constraint = 'sheet_declared';
	end if;
	if new.state = 'submitted' and exists (
		select from criteria k join rubrics u on u.id = k.rubric_id and u.call_id = r.call_id and u.stage = r.stage
		  left join scores c on c.sheet_id = new.id and c.criterion_id = k.id
		 where c.points is null or btrim(c.justification) = '') then
		raise exception 'sheet is incomplete' using errcode = 'P0E01', constraint = 'sheet_complete';
	end if;
	return new;
end $$;
create trigger sound before insert or update on sheets for each row execute function sheet_sound();

-- May the acting person read what was scored on a sheet? The predicate of the policies
-- on scores, for what the discussion adds to them.
create function hears(sheet bigint) returns boolean language sql stable security definer set search_path = public as $$
	select app_actor() is not null and exists (
		select from sheets s join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id join reviewers r on r.id = a.reviewer_id
		 where s.id = sheet and (o.state = 'locked' or r.person_id = app_actor()
		    or o.state = 'discussing' and discusses(a.application_id, o.program_id, app_actor())))
$$;

create function writes(sheet bigint) returns boolean language sql stable security definer set search_path = public as $$
	select exists (select from sheets s join assignments a on a.id = s.assignment_id join reviewers r on r.id = a.reviewer_id
	                where s.id = sheet and r.person_id = app_actor())
$$;

-- What a reviewer changed in the discussion: both values and the reason.
create table score_changes (
	id                   bigint generated always as identity primary key,
	sheet_id             bigint not null references sheets,
	criterion_id         bigint not null references criteria,
	points_before        numeric(6,3) not null,
	points_after         numeric(6,3) not null,
	justification_before text not null,
	justification_after  text not null,
	reason               text not null,
	changed_at           timestamptz not null,
	constraint score_change_reason check (points_before = points_after or btrim(reason) <> ''),
	check (points_before <> points_after or justification_before <> justification_after)
);
create index score_changes_by_sheet on score_changes (sheet_id);
call append_only('score_changes');
alter table score_changes enable row level security;
alter table score_changes force row level security;
create policy seen on score_changes for select using (hears(sheet_id));
create policy own on score_changes for insert with check (writes(sheet_id));

-- A score that is written again in the discussion remembers what it was when the
-- sheet was reopened; only handing the sheet in (depth 2) forgets it again.
create function score_kept() returns trigger language plpgsql security definer set search_path = public as $$
declare
	st text;
begin
	select o.state into st from sheets s join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id
	 where s.id = case tg_op when 'DELETE' then old.sheet_id else new.sheet_id end;
	if tg_op = 'DELETE' then
		if st = 'discussing' then
			raise exception 'a score is taken away in the discussion' using errcode = 'P0E01', constraint = 'score_kept';
		end if;
		return old;
	end if;
	if st <> 'discussing' or tg_op = 'INSERT' then
		new.before_points := null;
		new.before_justification := null;
		new.reason := case st when 'discussing' then new.reason else '' end; -- an upsert comes by as an insert first
		return new;
	end if;
	if pg_trigger_depth() > 1 then
		return new;
	end if;
	if (new.sheet_id, new.criterion_id) <> (old.sheet_id, old.criterion_id) then
		raise exception 'a score is moved' using errcode = 'P0E01', constraint = 'score_kept';
	end if;
	new.before_points := case when old.before_justification is null then old.points else old.before_points end;
	new.before_justification := coalesce(old.before_justification, old.justification);
	if (new.points, new.justification) is not distinct from (new.before_points, new.before_justification) then
		new.before_points := null;
		new.before_justification := null;
		new.reason := '';
	end if;
	return new;
end $$;
create trigger then_kept before insert or update or delete on scores for each row execute function score_kept();

-- Handing a sheet in again in the discussion writes down what was changed; changed
-- points without a reason are refused.
create function sheet_changes() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if exists (select from scores where sheet_id = new.id and before_points <> points and btrim(reason) = '') then
		raise exception 'a score was changed without a reason' using errcode = 'P0E01', constraint = 'score_change_reason';
	end if;
	insert into score_changes (sheet_id, criterion_id, points_before, points_after, justification_before, justification_after, reason, changed_at)
	select sheet_id, criterion_id, before_points, points, before_justification, justification, reason, app_now()
	  from scores where sheet_id = new.id and before_justification is not null
	 order by criterion_id;
	update scores set before_points = null, before_justification = null, reason = '' where sheet_id = new.id and before_justification is not null;
	return new;
end $$;
create trigger then_changes before update of state on sheets for each row
	when (old.state = 'reopened' and new.state = 'submitted') execute function sheet_changes();

-- In the discussion somebody asks a reviewer to explain a sheet, or one criterion of
-- it; the reviewer answers once. Nothing is taken back.
create table explanations (
	id           bigint generated always as identity primary key,
	sheet_id     bigint not null references sheets,
	criterion_id bigint references criteria, -- null: the whole sheet
	asked_by     bigint not null default app_actor() references people,
	asked_at     timestamptz not null,
	question     text not null check (btrim(question) <> ''),
	answer       text not null default '',
	answered_at  timestamptz,
	check ((answered_at is null) = (btrim(answer) = ''))
);
create index explanations_by_sheet on explanations (sheet_id);
create function explanation_sound() returns trigger language plpgsql security definer set search_path = public as $$
declare
	r      rounds;
	person bigint;
begin
	if tg_op = 'DELETE' then
		raise exception 'explanations stay' using errcode = 'P0E01', constraint = 'explanation_once';
	end if;
	select v.person_id into person from sheets s join assignments a on a.id = s.assignment_id join reviewers v on v.id = a.reviewer_id where s.id = new.sheet_id;
	select o.* into r from sheets s join assignments a on a.id = s.assignment_id join rounds o on o.id = a.round_id where s.id = new.sheet_id for share of o;
	if r.state <> 'discussing' then
		raise exception 'round is %', r.state using errcode = 'P0E01', constraint = 'explanation_while_discussing';
	end if;
	if new.asked_by = person then
		raise exception 'asked of oneself' using errcode = 'P0E01', constraint = 'explanation_of_another';
	end if;
	if new.criterion_id is not null and not exists (select from criteria k join rubrics u on u.id = k.rubric_id
	                                                 where k.id = new.criterion_id and u.call_id = r.call_id and u.stage = r.stage) then
		raise exception 'criterion of another rubric' using errcode = 'P0E01', constraint = 'score_of_rubric';
	end if;
	if tg_op = 'INSERT' and new.answered_at is not null or tg_op = 'UPDATE' and (old.answered_at is not null
	   or (new.id, new.sheet_id, new.asked_by, new.asked_at, new.question) <> (old.id, old.sheet_id, old.asked_by, old.asked_at, old.question)
	   or new.criterion_id is distinct from old.criterion_id) then
		raise exception 'answered once' using errcode = 'P0E01', constraint = 'explanation_once';
	end if;
	return new;
end $$;
create trigger sound before insert or update or delete on explanations for each row execute function explanation_sound();
alter table explanations enable row level security;
alter table explanations force row level security;
create policy seen on explanations for select using (hears(sheet_id));
create policy asked on explanations for insert with check (asked_by = app_actor() and hears(sheet_id));
create policy answered on explanations for update using (writes(sheet_id));

-- Does this person sit in the round: its chair, or a reviewer without a conflict?
create function chairs(program bigint, person bigint) returns boolean language sql stable security definer set search_path = public as $$
	select exists (select from role_grants g
	                where g.person_id = person and g.role = 'chair' and g.state = 'active' and (g.program_id = program or g.everything)
	                  and (app_now() at time zone 'Asia/Seoul')::date between g.valid_from and coalesce(g.valid_to, 'infinity'))
$$;
create function sits(round bigint, person bigint) returns boolean language sql stable security definer set search_path = public as $$
	select exists (select from rounds o where o.id = round and chairs(o.program_id, person))
	    or exists (select from assignments a
	                 join reviewers r on r.id = a.reviewer_id and r.person_id = person
	                 join conflicts c on c.assignment_id = a.id and c.kind = 'none'
	                where a.round_id = round and not exists (select from exclusions e where e.assignment_id = a.id))
$$;

-- The minutes of a round (심사 회의록), one per round, written by the chair while it is
-- discussing and final with its lock. What was said of an application is apart, for
-- only those who discuss it read that before the lock; the rest is also for the second
-- person who is asked to confirm the lock.
create table round_minutes (
	id         bigint generated always as identity primary key,
	round_id   bigint not null references rounds,
	held_at    timestamptz not null,
	place      text not null check (btrim(place) <> ''),
	attendees  bigint[] not null, -- reviewers of the round
	body       text not null default '',
	written_by bigint not null references people,
	constraint minutes_once unique (round_id),
	constraint minutes_attended check (cardinality(attendees) > 0)
);
call track('round_minutes', 'minutes');
create table minutes_items (
	minutes_id     bigint not null references round_minutes,
	application_id bigint not null references applications,
	decision       text not null default '',
	primary key (minutes_id, application_id)
);
create function minutes_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	r rounds;
begin
	select * into r from rounds where id = new.round_id for share;
	if r.state <> 'discussing' or tg_op = 'UPDATE' and new.round_id <> old.round_id then
		raise exception 'round is %', r.state using errcode = 'P0E01', constraint = 'minutes_open';
	end if;
	if exists (select from unnest(new.attendees) x where not exists (select from assignments a where a.round_id = new.round_id and a.reviewer_id = x)) then
		raise exception 'attended by a reviewer of another round' using errcode = 'P0E01', constraint = 'minutes_attendees';
	end if;
	return new;
end $$;
create trigger still_open before insert or update on round_minutes for each row execute function minutes_open();
create function minutes_item_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	r rounds;
begin
	select o.* into r from round_minutes m join rounds o on o.id = m.round_id where m.id = new.minutes_id for share of o;
	if r.state <> 'discussing' then
		raise exception 'round is %', r.state using errcode = 'P0E01', constraint = 'minutes_open';
	end if;
	if not exists (select from assignments a where a.round_id = r.id and a.application_id = new.application_id) then
		raise exception 'application of another round' using errcode = 'P0E01', constraint = 'minutes_of_round';
	end if;
	return new;
end $$;
create trigger still_open before insert or update on minutes_items for each row execute function minutes_item_open();
alter table round_minutes enable row level security;
alter table round_minutes force row level security;
alter table minutes_items enable row level security;
alter table minutes_items force row level security;
create policy seen on round_minutes for select using (app_actor() is not null and (sits(round_id, app_actor())
	or exists (select from rounds o where o.id = round_id and (o.state = 'locked' or o.lock_requested_by is not null))));
create policy written on round_minutes for all using (exists (select from rounds o where o.id = round_id and chairs(o.program_id, app_actor())));
create policy seen on minutes_items for select using (app_actor() is not null and exists (
	select from round_minutes m join rounds o on o.id = m.round_id
	 where m.id = minutes_id and (o.state = 'locked' or o.state = 'discussing' and discusses(application_id, o.program_id, app_actor()))));
create policy written on minutes_items for all using (exists (
	select from round_minutes m join rounds o on o.id = m.round_id
	 where m.id = minutes_id and chairs(o.program_id, app_actor()) and discusses(application_id, o.program_id, app_actor())));

-- The discussion opens, and the round locks, only when nothing is outstanding.
create function round_complete() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if new.state <> old.state and exists (
		select from assignments a
		  left join conflicts c on c.assignment_id = a.id
		  left join sheets s on s.assignment_id = a.id
		 where a.round_id = new.id and not exists (select from exclusions e where e.assignment_id = a.id)
		   and (c.kind is null or c.kind = 'none' and s.state is distinct from (case new.state when 'locked' then 'locked' else 'submitted' end))) then
		raise exception 'sheets are outstanding' using errcode = 'P0E01', constraint = 'round_complete';
	end if;
	if new.state <> old.state and new.state = 'locked' and not exists (select from round_minutes where round_id = new.id) then
		raise exception 'no minutes' using errcode = 'P0E01', constraint = 'round_minutes_written';
	end if;
	return new;
end $$;
create trigger complete before update of state on rounds for each row execute function round_complete();

create table bonus_claims (
	application_id bigint not null references applications,
	bonus_item_id  bigint not null references bonus_items,
	evidence       text not null check (btrim(evidence) <> ''),
	confirmed_by   bigint not null default app_actor(),
	confirmed_at   timestamptz not null,
	constraint bonus_once primary key (application_id, bonus_item_id)
);

-- Bonus points are part of the ranking: they are confirmed from the screening on and
-- stand still once the last stage is locked, but for what an upheld objection gives
-- (bonus_by_objection) or lifts (bonus_lifts).
create function bonus_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	app  bigint := case tg_op when 'DELETE' then old.application_id else new.application_id end;
	item bigint := case tg_op when 'DELETE' then old.bonus_item_id else new.bonus_item_id end;
	st   text;
begin
	perform from bonus_items b join rubrics u on u.id = b.rubric_id join applications a on a.call_id = u.call_id
	 where b.id = item and a.id = app
	   and (a.state in ('received', 'reviewing') or tg_op = 'INSERT' and bonus_by_objection(to_jsonb(new)));
	if not found then
		raise exception 'not of this round' using errcode = 'P0E01', constraint = 'bonus_of_round';
	end if;
	select o.state into st
	  from applications a join rounds o on o.call_id = a.call_id
	 where a.id = app
	   and o.stage = (select x.stage from rubrics x where x.call_id = a.call_id order by array_position(array['paper', 'site', 'presentation'], x.stage) desc limit 1)
	   for share of o;
	if st = 'locked' and not (tg_op = 'INSERT' and bonus_by_objection(to_jsonb(new))) then
		raise exception 'round is locked' using errcode = 'P0E01', constraint = 'scores_open';
	end if;
	if tg_op = 'DELETE' then
		return old;
	end if;
	if to_jsonb(new) ->> 'objection_id' is not null and not bonus_by_objection(to_jsonb(new)) then
		raise exception 'not what the objection gives' using errcode = 'P0E01', constraint = 'correction_by_objection';
	end if;
	return new;
end $$;
create trigger still_open before insert or update or delete on bonus_claims for each row execute function bonus_open();

-- A ranking is a snapshot with its inputs and their hash; later causes make a new version.
create table rankings (
	id         bigint generated always as identity primary key,
	round_id   bigint not null references rounds,
	no         int not null check (no > 0),
	cause      text not null check (cause <> ''),
	inputs     jsonb not null,
	sha256     bytea not null check (length(sha256) = 32), -- of the inputs as review writes them
	made_at    timestamptz not null,
	unique (round_id, no)
);
call append_only('rankings');

create table ranking_rows (
	ranking_id     bigint not null references rankings,
	application_id bigint not null references applications,
	mean           numeric(9,3) not null,
	bonus          numeric(9,3) not null,
	total          numeric(9,3) not null,
	rank           int check (rank > 0), -- null: below a floor; equal: tied to the end
	shared         boolean not null default false,
	below_floor    boolean not null,
	floor_broken   text not null default '', -- which floor
	tie_broken_by  text not null default '', -- the criterion that told equal totals apart
	averages       jsonb not null, -- per criterion
	stage_means    jsonb not null,
	primary key (ranking_id, application_id),
	check (total = mean + bonus),
	check (below_floor = (rank is null)),
	check (below_floor = (floor_broken <> ''))
);
call append_only('ranking_rows');

-- selection ----------------------------------------------------------------------

insert into transitions values
	('selection', '', 'create', 'drafted'),
	('selection', 'drafted', 'approve', 'approved'),
	('selection', 'approved', 'publish', 'published');

create table selections (
	id          bigint generated always as identity primary key,
	call_id     bigint not null,
	program_id  bigint not null,
	ranking_id  bigint references rankings, -- null only for awards taken over from published history
	state       text not null,
	drafted_by  bigint not null default app_actor(), -- who wrote it last
	approved_by bigint,
	approved_at timestamptz,
	published_at timestamptz,
	note        text not null default '',
	no          int not null default 1 check (no > 0), -- later ones supplement the first: a reserve moves up, an objection was upheld
	cause       text not null default '',
	constraint selection_once unique (call_id, no),
	check ((no = 1) = (cause = '')),
	foreign key (call_id, program_id) references calls (id, program_id),
	constraint selection_two_people check (approved_by <> drafted_by),
	constraint selection_has_source check (ranking_id is not null or btrim(note) <> ''),
	check ((state = 'drafted') = (approved_by is null)),
	check ((approved_by is null) = (approved_at is null)),
	check ((state = 'published') = (published_at is not null))
);
-- One is under way at a time; the next begins when it is published.
create unique index selection_one_under_way on selections (call_id) where state <> 'published';
call track('selections', 'selection', 'selection');

-- What counts of each call: its newest selection that was approved.
create view selections_in_force as
	select distinct on (call_id) * from selections where state <> 'drafted' order by call_id, no desc;

create table selection_rows (
	selection_id   bigint not null references selections,
	application_id bigint not null references applications,
	outcome        text not null check (outcome in ('selected', 'reserve', 'declined', 'withdrawn')),
	position       int not null check (position > 0), -- place in the result list
	national       won not null default 0 check (national >= 0),
	sido           won not null default 0 check (sido >= 0),
	sigungu        won not null default 0 check (sigungu >= 0),
	own            won not null default 0 check (own >= 0),
	total          bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	reason         text not null default '',
	primary key (selection_id, application_id),
	check ((outcome = 'selected') = (national::bigint + sido + sigungu + own > 0))
);
create index selection_rows_by_application on selection_rows (application_id);

create function selection_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	s selections;
begin
	select * into s from selections where id = case tg_op when 'DELETE' then old.selection_id else new.selection_id end for share;
	if s.state <> 'drafted' then
		raise exception 'selection is %', s.state using errcode = 'P0E01', constraint = 'selection_final';
	end if;
	if tg_op = 'DELETE' then
		return old;
	end if;
	if not exists (select from applications where id = new.application_id and call_id = s.call_id) then
		raise exception 'application of another call' using errcode = 'P0E01', constraint = 'selection_of_call';
	end if;
	return new;
end $$;
create trigger still_open before insert or update or delete on selection_rows for each row execute function selection_open();

-- What is selected of an appropriation never exceeds it, however many approve at once:
-- the account is locked first (보조금법 §17, invariant I-05).
create function selection_within() returns trigger language plpgsql security definer set search_path = public as $$
declare
	a accounts;
	n bigint; s bigint; g bigint; o bigint;
begin
	if new.state = 'approved' and old.state = 'drafted' then
		select x.* into a from calls c join appropriations p on p.id = c.appropriation_id join accounts x on x.id = p.account_id
		 where c.id = new.call_id for update of x;
		select coalesce(sum(r.national), 0), coalesce(sum(r.sido), 0), coalesce(sum(r.sigungu), 0), coalesce(sum(r.own), 0) into n, s, g, o
		  from appropriations p
		  join calls c on c.appropriation_id = p.id
		  join lateral (select x.id from selections x where x.call_id = c.id and (x.state <> 'drafted' or x.id = new.id) order by x.no desc limit 1) t on true
		  join selection_rows r on r.selection_id = t.id
		 where p.account_id = a.id and r.outcome = 'selected';
		if n > a.limit_national or s > a.limit_sido or g > a.limit_sigungu or o > a.limit_own then
			raise exception 'selected more than appropriated' using errcode = 'P0E01', constraint = 'selection_within_appropriation';
		end if;
	end if;
	return new;
end $$;
create trigger within before update of state on selections for each row execute function selection_within();

-- Nobody is worse off by a later selection: who was selected keeps the amounts unless
-- they withdrew, who is in reserve is not declined.
create function selection_supplements() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if new.state = 'approved' and old.state = 'drafted' and new.no > 1 and exists (
		select from selections p
		  join selection_rows was on was.selection_id = p.id
		  join applications a on a.id = was.application_id
		  left join selection_rows r on r.selection_id = new.id and r.application_id = was.application_id
		 where p.call_id = new.call_id and p.no = new.no - 1
		   and (r.outcome is null
		    or (a.state = 'withdrawn') <> (r.outcome = 'withdrawn')
		    or was.outcome = 'selected' and r.outcome <> 'withdrawn'
		       and (r.outcome <> 'selected' or (was.national, was.sido, was.sigungu, was.own) <> (r.national, r.sido, r.sigungu, r.own))
		    or was.outcome = 'reserve' and r.outcome = 'declined')) then
		raise exception 'a published outcome becomes worse' using errcode = 'P0E01', constraint = 'selection_nobody_worse';
	end if;
	return new;
end $$;
create trigger supplements before update of state on selections for each row execute function selection_supplements();

-- Whose grant was asked for gives it up by way of the grant, not of the selection.
create function forfeit_before_award() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if new.state = 'withdrawn' and old.state in ('selected', 'reserve')
	   and exists (select from awards where application_id = new.id and state <> 'cancelled') then
		raise exception 'a grant is under way' using errcode = 'P0E01', constraint = 'forfeit_before_award';
	end if;
	return new;
end $$;
create trigger forfeit before update of state on applications for each row execute function forfeit_before_award();

-- What-if beside the frozen ranking (시뮬레이션): a note of what was considered. It
-- decides nothing and stays as it was saved.
create table scenarios (
	id         bigint generated always as identity primary key,
	call_id    bigint not null,
	program_id bigint not null,
	ranking_id bigint not null references rankings, -- whose inputs it is computed from
	name       text not null check (btrim(name) <> ''),
	note       text not null default '',
	parameters jsonb not null,
	made_by    bigint not null default app_actor(),
	made_at    timestamptz not null,
	constraint scenario_once unique (call_id, name),
	foreign key (call_id, program_id) references calls (id, program_id)
);
call track('scenarios', 'scenario');
call append_only('scenarios');

-- The words of the result letters of a call, one text per outcome; without a row the
-- program's own words are used.
create table letter_templates (
	id         bigint generated always as identity primary key,
	call_id    bigint not null,
	program_id bigint not null,
	outcome    text not null check (outcome in ('selected', 'reserve', 'declined')),
	body       text not null check (btrim(body) <> ''),
	written_by bigint not null default app_actor(),
	written_at timestamptz not null,
	constraint letter_template_once unique (call_id, outcome),
	foreign key (call_id, program_id) references calls (id, program_id)
);
call track('letter_templates', 'letter_template');

-- A result letter is what it was on the day of publication, byte for byte.
create table letters (
	id              bigint generated always as identity primary key,
	number          text not null unique,
	selection_id    bigint not null,
	application_id  bigint not null,
	program_id      bigint not null references programs,
	government_id   bigint not null references organizations,
	province_id     bigint,
	outcome         text not null check (outcome in ('selected', 'reserve', 'declined')),
	content         text not null, -- JSON
	sha256          bytea not null check (sha256 = sha256(convert_to(content, 'UTF8'))),
	issued_at       timestamptz not null,
	objection_until timestamptz not null check (objection_until > issued_at),
	constraint letter_once unique (selection_id, application_id),
	foreign key (selection_id, application_id) references selection_rows (selection_id, application_id)
);
create index letters_by_government on letters (government_id, id);
create index letters_by_application on letters (application_id, id);
call append_only('letters');

insert into transitions values
	('objection', '', 'create', 'filed'),
	('objection', 'filed', 'withdraw', 'withdrawn'),
	('objection', 'filed', 'dismiss', 'dismissed'),
	('objection', 'filed', 'uphold', 'upholding'),
	('objection', 'filed', 'refer', 'attesting'), -- a clerical mistake of a sheet takes the chair's word first
	('objection', 'attesting', 'attest', 'upholding'),
	('objection', 'attesting', 'deny', 'filed'),
	('objection', 'upholding', 'confirm', 'upheld'),
	('objection', 'upholding', 'refuse', 'filed');

-- 이의신청 against the result a letter told. To uphold one takes two people, and the
-- chair where it corrects what a sheet says. The correction is one thing: its kind, what
-- it touches and the evidence; it takes effect when the objection is upheld.
create table objections (
	id             bigint generated always as identity primary key,
	letter_id      bigint not null references letters,
	call_id        bigint not null,
	program_id     bigint not null,
	application_id bigint not null references applications,
	government_id  bigint not null references organizations,
	province_id    bigint,
	state          text not null,
	reason         text not null check (btrim(reason) <> ''),
	filed_by       bigint not null default app_actor(),
	filed_at       timestamptz not null,
	answer_due     date not null,
	answer         text not null default '',
	answered_by    bigint,
	answered_at    timestamptz,
	correction     text not null default '' check (correction in ('', 'bonus', 'penalty', 'reviewer', 'score')), -- empty: the ranking stays
	bonus_item_id  bigint references bonus_items, -- the bonus that is given, or the penalty that is lifted
	reviewer_id    bigint references reviewers,   -- whose sheets leave the mean
	conflict       text not null default '' check (conflict in ('', 'excluded', 'challenged')), -- and why
	sheet_id       bigint references sheets,      -- whose points were written wrongly,
	criterion_id   bigint references criteria,    -- where
	points_before  numeric(6,3),
	points_after   numeric(6,3),
	evidence       text not null default '',
	attested_by    bigint, -- the chair
	attested_at    timestamptz,
	decided_by     bigint, -- the second person
	decided_at     timestamptz,
	refusal        text not null default '', -- why the second person, or the chair, sent it back
	ranking_id     bigint references rankings, -- the version it caused
	foreign key (call_id, program_id) references calls (id, program_id),
	constraint objection_two_people check (decided_by <> answered_by and (attested_by is null or attested_by not in (answered_by, decided_by))),
	check ((state in ('attesting', 'upholding', 'upheld', 'dismissed')) = (answered_by is not null)),
	check (state not in ('attesting', 'upholding', 'upheld', 'dismissed') or btrim(answer) <> ''),
	check ((answered_by is null) = (answered_at is null)),
	check ((state = 'upheld') = (decided_by is not null)),
	check ((decided_by is null) = (decided_at is null)),
	check (correction = '' or state in ('attesting', 'upholding', 'upheld')),
	check ((correction in ('bonus', 'penalty')) = (bonus_item_id is not null)),
	check ((correction = 'reviewer') = (reviewer_id is not null)),
	check ((correction = 'reviewer') = (conflict <> '')),
	check (num_nonnulls(sheet_id, criterion_id, points_before, points_after) = case correction when 'score' then 4 else 0 end),
	check (points_before <> points_after),
	check ((correction = '') = (btrim(evidence) = '')),
	constraint objection_attested check ((attested_by is not null) = (correction = 'score' and state in ('upholding', 'upheld'))),
	check ((attested_by is null) = (attested_at is null)),
	check (state <> 'attesting' or correction = 'score'),
	check (ranking_id is null or state = 'upheld' and correction <> '')
);
create unique index objection_once on objections (letter_id) where state <> 'withdrawn';
create index objections_by_call on objections (call_id, state, id);
create index objections_by_government on objections (government_id, id);
call track('objections', 'objection', 'objection');

create function objection_in_time() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if not exists (select from letters l join selections s on s.id = l.selection_id
	                where l.id = new.letter_id and l.application_id = new.application_id and l.government_id = new.government_id
	                  and s.call_id = new.call_id and app_now() <= l.objection_until) then
		raise exception 'too late, or of another letter' using errcode = 'P0E01', constraint = 'objection_in_time';
	end if;
	return new;
end $$;
create trigger in_time before insert on objections for each row execute function objection_in_time();

create table objection_files (
	objection_id bigint not null references objections,
	document_id  bigint not null references documents,
	primary key (objection_id, document_id)
);
create index objection_files_by_document on objection_files (document_id);
call append_only('objection_files');

-- What was answered for good stays; only the version it caused is added, once.
create trigger final after update on objections for each row
	when (old.state in ('upheld', 'dismissed', 'withdrawn')) execute function change_only('ranking_id', 'version');
create trigger final_ranking after update on objections for each row
	when (old.ranking_id is not null) execute function change_only('version');

-- What an upheld objection corrects after the lock. The rows it touches stay as they
-- were; beside each stands another one that names the objection.

-- A bonus that was not counted is given.
alter table bonus_claims add column objection_id bigint references objections;

create function bonus_by_objection(claim jsonb) returns boolean language sql stable security definer set search_path = public as $$
	select exists (select from objections o join bonus_items i on i.id = o.bonus_item_id
	                where o.id = (claim ->> 'objection_id')::bigint and o.state = 'upheld' and o.correction = 'bonus' and i.points > 0
	                  and o.application_id = (claim ->> 'application_id')::bigint and o.bonus_item_id = (claim ->> 'bonus_item_id')::bigint)
$$;

-- A penalty that was wrongly applied is lifted.
create table bonus_lifts (
	application_id bigint not null,
	bonus_item_id  bigint not null,
	objection_id   bigint not null references objections,
	lifted_by      bigint not null default app_actor(),
	lifted_at      timestamptz not null,
	constraint bonus_lift_once primary key (application_id, bonus_item_id),
	foreign key (application_id, bonus_item_id) references bonus_claims
);
create index bonus_lifts_by_objection on bonus_lifts (objection_id);
call append_only('bonus_lifts');

create function lift_by_objection() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if not exists (select from objections o join bonus_items i on i.id = o.bonus_item_id
	                where o.id = new.objection_id and o.state = 'upheld' and o.correction = 'penalty' and i.points < 0
	                  and o.application_id = new.application_id and o.bonus_item_id = new.bonus_item_id) then
		raise exception 'not what the objection lifts' using errcode = 'P0E01', constraint = 'correction_by_objection';
	end if;
	return new;
end $$;
create trigger by_objection before insert on bonus_lifts for each row execute function lift_by_objection();

-- The sheets of a reviewer who should have been kept away leave the mean. After the
-- lock nothing else takes a sheet out but a conflict the ministry itself found late.
alter table exclusions add column objection_id bigint references objections;
alter table exclusions add constraint exclusion_origin check ((origin = 'objection') = (objection_id is not null));
create index exclusions_by_objection on exclusions (objection_id) where objection_id is not null;

create function exclusion_fits() returns trigger language plpgsql security definer set search_path = public as $$
declare
	a  assignments;
	st text;
begin
	select * into a from assignments where id = new.assignment_id;
	select state into st from rounds where id = a.round_id for share;
	if new.objection_id is null and st = 'locked' and new.origin <> 'data' then
		raise exception 'round is locked' using errcode = 'P0E01', constraint = 'scores_open';
	end if;
	if new.objection_id is not null and (st <> 'locked' or not exists (
		select from objections o where o.id = new.objection_id and o.state = 'upheld' and o.correction = 'reviewer'
		   and o.application_id = a.application_id and o.reviewer_id = a.reviewer_id and o.conflict = new.kind)) then
		raise exception 'not what the objection takes out' using errcode = 'P0E01', constraint = 'correction_by_objection';
	end if;
	return new;
end $$;
create trigger fits before insert on exclusions for each row execute function exclusion_fits();

-- Points that were written wrongly are corrected, with both values: the sheet stays as
-- it was handed in, and what counts is counted_scores. Nobody writes such a row but the
-- objection itself, when it is upheld.
alter table score_changes add column objection_id bigint references objections;
create unique index score_changes_by_objection on score_changes (objection_id) where objection_id is not null;

create view counted_scores with (security_invoker = true) as
	select c.sheet_id, c.criterion_id, coalesce(g.points_after, c.points) as points
	  from scores c
	  left join (select distinct on (sheet_id, criterion_id) sheet_id, criterion_id, points_after
	               from score_changes where objection_id is not null order by sheet_id, criterion_id, id desc) g
	    on g.sheet_id = c.sheet_id and g.criterion_id = c.criterion_id;

create function corrects_score(objection bigint, sheet bigint, criterion bigint) returns boolean language sql stable security definer set search_path = public as $$
	select exists (select from objections where id = objection and state = 'upheld' and correction = 'score' and sheet_id = sheet and criterion_id = criterion)
$$;
create policy corrected on score_changes for insert with check (corrects_score(objection_id, sheet_id, criterion_id));

create function objection_corrects_score() returns trigger language plpgsql security definer set search_path = public as $$
declare
	top  int;
	was  numeric;
	word text;
begin
	select k.max into top
	  from sheets s
	  join assignments a on a.id = s.assignment_id and a.application_id = new.application_id
	  join rounds o on o.id = a.round_id and o.state = 'locked'
	  join rubrics u on u.call_id = o.call_id and u.stage = o.stage
	  join criteria k on k.rubric_id = u.id and k.id = new.criterion_id
	 where s.id = new.sheet_id and s.state = 'locked' and not exists (select from exclusions e where e.assignment_id = a.id);
	select points into was from counted_scores where sheet_id = new.sheet_id and criterion_id = new.criterion_id;
	select justification into word from scores where sheet_id = new.sheet_id and criterion_id = new.criterion_id;
	if top is null or was is distinct from new.points_before or new.points_after not between 0 and top or new.points_after <> round(new.points_after, 2) then
		raise exception 'the score is no more what it was' using errcode = 'P0E01', constraint = 'correction_stale';
	end if;
	insert into score_changes (sheet_id, criterion_id, points_before, points_after, justification_before, justification_after, reason, changed_at, objection_id)
	values (new.sheet_id, new.criterion_id, new.points_before, new.points_after, word, word, new.evidence, app_now(), new.id);
	return null;
end $$;
create trigger corrects_score after update of state on objections for each row
	when (old.state <> 'upheld' and new.state = 'upheld' and new.correction = 'score') execute function objection_corrects_score();

-- The chair who attests a clerical mistake is one who may hear of this application.
create function objection_attested_by() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if not (chairs(new.program_id, new.attested_by) and discusses(new.application_id, new.program_id, new.attested_by)) then
		raise exception 'attested by somebody else than the chair' using errcode = 'P0E01', constraint = 'objection_attested_by_chair';
	end if;
	return new;
end $$;
create trigger attested before update of attested_by on objections for each row
	when (new.attested_by is not null and new.attested_by is distinct from old.attested_by) execute function objection_attested_by();

-- What an objection says it corrects: is it there, with a version of the ranking?
create function objection_traced(o objections) returns boolean language sql stable security definer set search_path = public as $$
	select o.state <> 'upheld' or o.correction = '' and o.ranking_id is null
	    or exists (select from rankings k join rounds r on r.id = k.round_id where k.id = o.ranking_id and r.call_id = o.call_id)
	   and case o.correction
	         when 'bonus' then exists (select from bonus_claims where objection_id = o.id)
	         when 'penalty' then exists (select from bonus_lifts where objection_id = o.id)
	         when 'reviewer' then exists (select from exclusions where objection_id = o.id)
	         else app_actor() is null or exists (select from score_changes where objection_id = o.id) end -- hidden while nobody acts
$$;

-- Neither the answer nor the correction is there without the other when the work ends.
create function objection_ends_traced() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if exists (select from objections o where o.id = new.id and not objection_traced(o)) then
		raise exception 'upheld without its correction' using errcode = 'P0E01', constraint = 'objection_traced';
	end if;
	return null;
end $$;
create constraint trigger traced after insert or update on objections deferrable initially deferred for each row
	when (new.state = 'upheld') execute function objection_ends_traced();

-- award --------------------------------------------------------------------------

insert into transitions values
	('award', '', 'create', 'applied'),
	('award', 'applied', 'examine', 'examined'),
	('award', 'examined', 'grant', 'granted'),
	('award', 'granted', 'start', 'running'),
	('award', 'running', 'change', 'changing'),
	('award', 'changing', 'resume', 'running'),
	('award', 'running', 'suspend', 'suspended'),
	('award', 'suspended', 'resume', 'running'),
	('award', 'applied', 'cancel', 'cancelled'),
	('award', 'examined', 'cancel', 'cancelled'),
	('award', 'running', 'end', 'ended'),
	('award', 'suspended', 'end', 'ended'),
	('award', 'ended', 'settle', 'settling'),
	('award', 'settling', 'close', 'closed');

create table awards (
	id             bigint generated always as identity primary key,
	number         text not null unique, -- G-2022-00001
	application_id bigint not null references applications,
	call_id        bigint not null,
	program_id     bigint not null,
	government_id  bigint not null references organizations,
	province_id    bigint,
	fiscal_year    int not null,
	title          text not null,
	regime         text not null default 'national' check (regime in ('national', 'local')), -- 보조금법 or 지방보조금법
	state          text not null,
	account_id     bigint not null unique references accounts,
	project_from   date not null,
	project_to     date not null,
	national       won not null check (national >= 0),
	sido           won not null check (sido >= 0),
	sigungu        won not null check (sigungu >= 0),
	own            won not null check (own >= 0),
	total          bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	examined_by    bigint,
	granted_by     bigint, -- 교부결정, 보조금법 §17
	granted_on     date,
	ended_on       date,
	reason         text not null default '', -- of the last suspension, resumption or cancellation
	foreign key (call_id, program_id) references calls (id, program_id),
	foreign key (government_id, province_id) references organizations (id, parent_id),
	check (project_from <= project_to),
	constraint award_two_people check (granted_by <> examined_by)
);
-- A cancelled request for the grant may be made anew.
create unique index award_one_per_application on awards (application_id) where state <> 'cancelled';
create trigger final after update on awards for each row execute function change_only('state', 'version', 'examined_by', 'granted_by', 'granted_on', 'ended_on', 'reason');
create index awards_by_call on awards (call_id, state, id);
create index awards_by_government on awards (government_id, id);
create index awards_by_province on awards (province_id, id);
create index awards_by_program on awards (program_id, id);
call track('awards', 'award', 'award');

create table conditions (
	id       bigint generated always as identity primary key,
	award_id bigint not null references awards,
	position int not null,
	body     text not null check (body <> ''), -- 교부조건, 보조금법 §18
	unique (award_id, position)
);

-- The conditions are part of the grant decision and stay as they were decided.
create function conditions_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	s text;
begin
	select state into s from awards where id = coalesce(new.award_id, old.award_id) for share;
	if s not in ('applied', 'examined') then
		raise exception 'award is %', s using errcode = 'P0E01', constraint = 'conditions_final';
	end if;
	return coalesce(new, old);
end $$;
create trigger still_open before insert or update or delete on conditions for each row execute function conditions_open();

create table budget_versions (
	id           bigint generated always as identity primary key,
	award_id     bigint not null references awards,
	no           int not null, -- 0: as granted
	reason       text not null,
	effective_on date not null,
	made_at      timestamptz not null,
	unique (award_id, no)
);
call append_only('budget_versions');

create table award_lines (
	id          bigint generated always as identity primary key,
	version_id  bigint not null references budget_versions,
	award_id    bigint not null references awards,
	position    int not null,
	code_set    text not null,
	code        text not null,
	description text not null default '',
	basis       text not null default '', -- 산출기초 in words
	national    won not null check (national >= 0),
	sido        won not null check (sido >= 0),
	sigungu     won not null check (sigungu >= 0),
	own         won not null check (own >= 0),
	total       bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	account_id  bigint not null references accounts, -- kept across versions, so that spending stays on its line
	foreign key (code_set, code) references expense_codes,
	unique (version_id, position),
	unique (version_id, account_id)
);
create index award_lines_by_award on award_lines (award_id, version_id);
call append_only('award_lines');

insert into transitions values
	('tranche', '', 'create', 'requested'),
	('tranche', 'requested', 'draft', 'drafted'),
	('tranche', 'drafted', 'confirm', 'confirmed'),
	('tranche', 'drafted', 'undo', 'requested'),
	('tranche', 'requested', 'withdraw', 'withdrawn'),
	('tranche', 'confirmed', 'receive', 'received');

-- One payer per tranche (decisions 4): the ministry pays national, the 시·도 pays sido.
create table tranches (
	id            bigint generated always as identity primary key,
	award_id      bigint not null references awards,
	program_id    bigint not null,
	payer_id      bigint not null references organizations,
	payer_kind    text not null check (payer_kind in ('ministry', 'sido')),
	no            int not null,
	national      won not null default 0 check (national >= 0),
	sido          won not null default 0 check (sido >= 0),
	sigungu       won not null default 0 check (sigungu >= 0),
	own           won not null default 0 check (own >= 0),
	total         bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	condition     text not null default '',
	state         text not null,
	made_by       bigint,
	confirmed_by  bigint,
	sent_on       date,
	received_on   date,
	unique (award_id, no),
	foreign key (payer_id, payer_kind) references organizations (id, kind),
	constraint tranche_one_payer check (sigungu = 0 and own = 0 and
		case payer_kind when 'ministry' then sido = 0 and national > 0 else national = 0 and sido > 0 end),
	constraint tranche_two_people check (confirmed_by <> made_by),
	check ((state in ('confirmed', 'received')) = (confirmed_by is not null)),
	check ((state = 'received') = (received_on is not null)),
	constraint tranche_received_after_sent check (received_on >= sent_on)
);
create index tranches_by_award on tranches (award_id, no);
create index tranches_by_payer on tranches (payer_id, state);
create trigger final after update on tranches for each row execute function change_only('state', 'version', 'made_by', 'confirmed_by', 'sent_on', 'received_on');
call track('tranches', 'tranche', 'tranche');

-- execution ----------------------------------------------------------------------

insert into transitions values
	('expenditure', '', 'create', 'unreviewed'),
	('expenditure', '', 'reverse', 'correction'), -- the row that takes another back
	('expenditure', 'unreviewed', 'reverse', 'reversed'),
	('expenditure', 'unreviewed', 'accept', 'accepted'),
	('expenditure', 'unreviewed', 'reject', 'rejected'),
	('expenditure', 'accepted', 'reject', 'rejected'),
	('expenditure', 'rejected', 'accept', 'accepted');

create table expenditures (
	id            bigint generated always as identity primary key,
	award_id      bigint not null references awards,
	line_account_id bigint not null references accounts,
	no            int not null, -- 순번 within the award
	occurred_on   date not null,
	item          text not null check (item <> ''), -- 집행용도
	payee         text not null check (payee <> ''),
	business_no   text check (business_no ~ '^[0-9]{10}$'), -- null: a person without one
	method        text not null check (method in ('transfer', 'card')), -- cash is not recognised
	supply        won not null check (supply >= 0),
	vat           won not null check (vat >= 0),
	national      won not null check (national >= 0),
	sido          won not null check (sido >= 0),
	sigungu       won not null check (sigungu >= 0),
	own           won not null check (own >= 0),
	total         bigint not null generated always as (national::bigint + sido::bigint + sigungu::bigint + own::bigint) stored,
	evidence_kind text not null check (evidence_kind in ('tax_invoice', 'invoice', 'card', 'other')),
	evidence_no   text not null default '',
	state         text not null,
	disallowed_reason text not null default '',
	fiscal_year   int not null,
	posting_id    bigint not null,
	reversal_of   bigint unique references expenditures, -- a correcting row takes back another
	reason        text not null default '', -- why a correcting row was needed
	created_by    bigint not null default app_actor(),
	created_at    timestamptz not null,
	disallowed_year int, -- the posting that disallowed it, while it is rejected
	disallowed_id   bigint,
	foreign key (fiscal_year, posting_id) references postings (fiscal_year, id),
	foreign key (disallowed_year, disallowed_id) references postings (fiscal_year, id),
	unique (award_id, no),
	check ((state = 'rejected') = (disallowed_id is not null) and (disallowed_id is null) = (disallowed_year is null)),
	check ((state = 'correction') = (reversal_of is not null)),
	check ((reversal_of is null) = (reason = '')),
	constraint expenditure_sums check (supply::bigint + vat = national::bigint + sido + sigungu + own and supply + vat > 0),
	constraint expenditure_rejected_says_why check (state <> 'rejected' or disallowed_reason <> '')
);
create index expenditures_by_award on expenditures (award_id, occurred_on, id);
create index expenditures_by_line on expenditures (line_account_id);
create trigger final after update on expenditures for each row execute function change_only('state', 'version', 'disallowed_reason', 'disallowed_year', 'disallowed_id');
call track('expenditures', 'expenditure', 'expenditure');

create function expenditure_in_period() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if not exists (select from awards where id = new.award_id and new.occurred_on between project_from and project_to) then
		raise exception 'outside the project period' using errcode = 'P0E01', constraint = 'expenditure_in_period';
	end if;
	return new;
end $$;
create trigger in_period before insert on expenditures for each row execute function expenditure_in_period();

create table evidences (
	expenditure_id bigint not null references expenditures,
	document_id    bigint not null references documents,
	kind           text not null default '',
	added_by       bigint not null default app_actor(),
	added_at       timestamptz not null default app_now(),
	primary key (expenditure_id, document_id)
);
create index evidences_by_document on evidences (document_id);
call append_only('evidences');

-- What a scanner found bad is no evidence. A file that waits for the scanner may come,
-- but spending is recognised only when every file is sound, or a sound one came after it.
create function evidence_sound() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if exists (select from documents where id = new.document_id and scan_state = 'infected') then
		raise exception 'document % is infected', new.document_id using errcode = 'P0E01', constraint = 'evidence_sound';
	end if;
	return new;
end $$;
create trigger sound before insert on evidences for each row execute function evidence_sound();

create function expenditure_evidence_sound() returns trigger language plpgsql security definer set search_path = public as $$
begin
	if exists (
		select from evidences v join documents d on d.id = v.document_id
		 where v.expenditure_id = new.id
		   and (d.scan_state = 'pending' or d.scan_state = 'infected' and not exists (
		        select from evidences w join documents e on e.id = w.document_id
		         where w.expenditure_id = new.id and w.added_at > v.added_at and e.scan_state in ('clean', 'unscanned')))) then
		raise exception 'evidence of expenditure % is not sound', new.id using errcode = 'P0E01', constraint = 'expenditure_evidence_sound';
	end if;
	return new;
end $$;
create trigger evidence_sound before update on expenditures for each row
	when (new.state = 'accepted' and old.state <> 'accepted') execute function expenditure_evidence_sound();

-- settlement ---------------------------------------------------------------------

insert into transitions values
	('settlement', '', 'create', 'preparing'),
	('settlement', 'preparing', 'submit', 'submitted'),
	('settlement', 'submitted', 'check', 'checked'),
	('settlement', 'submitted', 'examine', 'examined'), -- a 시·도's own settlement has nobody above to check it
	('settlement', 'submitted', 'correct', 'correcting'),
	('settlement', 'checked', 'examine', 'examined'),
	('settlement', 'checked', 'correct', 'correcting'),
	('settlement', 'examined', 'correct', 'correcting'),
	('settlement', 'correcting', 'submit', 'submitted'),
	('settlement', 'examined', 'fix', 'fixed'),
	('settlement', 'fixed', 'notify', 'notified'),
	('settlement', 'notified', 'repay', 'repaid'),
	('settlement', 'repaid', 'close', 'closed');

create table settlements (
	id            bigint generated always as identity primary key,
	award_id      bigint not null unique references awards,
	program_id    bigint not null,
	government_id bigint not null,
	province_id   bigint,
	state         text not null,
	due_on        date not null, -- 실적·정산보고 기한, 보조금법 §27
	due_rule      text not null,
	submitted_by  bigint,
	submitted_at  timestamptz,
	examined_by   bigint,
	fixed_by      bigint,
	fixed_at      timestamptz,
	correction    text not null default '',
	report        text not null default '',
	constraint settlement_two_people check (fixed_by <> examined_by),
	check ((state in ('fixed', 'notified', 'repaid', 'closed')) = (fixed_by is not null))
);
create index settlements_by_program on settlements (program_id, state, id);
create index settlements_by_government on settlements (government_id, id);
create index settlements_by_province on settlements (province_id, id);
call track('settlements', 'settlement', 'settlement');

-- One row per source (decisions 9).
create table settlement_rows (
	settlement_id bigint not null references settlements,
	source        text not null check (source in ('national', 'sido', 'sigungu', 'own')),
	planned       won not null, -- as granted
	changed       won not null, -- after budget changes
	secured       won not null,
	disbursed     won not null,
	spent         won not null,
	disallowed    won not null,
	accepted      won not null,
	carried       won not null,
	balance       won not null,
	interest      won not null,
	excluded      won not null, -- interest a local government may keep, 시행령 §13①
	revenue       won not null,
	due           won not null,
	primary key (settlement_id, source),
	constraint settlement_identity check (secured + disbursed = accepted + disallowed + carried + balance and spent = accepted + disallowed),
	constraint settlement_due check (due = balance + disallowed + (interest - excluded) + revenue and excluded between 0 and interest)
);

create function settlement_rows_open() returns trigger language plpgsql security definer set search_path = public as $$
declare
	s text;
begin
	select state into s from settlements where id = coalesce(new.settlement_id, old.settlement_id) for share;
	if s in ('fixed', 'notified', 'repaid', 'closed') then
		raise exception 'settlement is %', s using errcode = 'P0E01', constraint = 'settlement_final';
	end if;
	return coalesce(new, old);
end $$;
create trigger still_open before insert or update or delete on settlement_rows for each row execute function settlement_rows_open();

-- What the settlement adds to the ledger: interest and revenue by bank book, and the
-- money carried over. amount is what the bank book says; the four sources are what was
-- posted, after the cut to whole units (decisions 8).
create table settlement_entries (
	id            bigint generated always as identity primary key,
	settlement_id bigint not null references settlements,
	kind          text not null check (kind in ('interest', 'revenue', 'carry')),
	account_tail  text not null default '' check (account_tail = '' or account_tail ~ '^[0-9]{4}$'),
	period_from   date,
	period_to     date,
	amount        won not null check (amount > 0),
	sources       text not null, -- whose money lay in the account: the weights
	unit          int not null check (unit in (1, 10)),
	national      won not null check (national >= 0),
	sido          won not null check (sido >= 0),
	sigungu       won not null check (sigungu >= 0),
	own           won not null check (own >= 0),
	cut           won not null check (cut >= 0),
	excluded_national won not null default 0 check (excluded_national between 0 and national),
	excluded_sido     won not null default 0 check (excluded_sido between 0 and sido),
	excluded_sigungu  won not null default 0 check (excluded_sigungu between 0 and sigungu),
	excluded_own      won not null default 0 check (excluded_own between 0 and own),
	excluded_reason text not null default '' check (excluded_reason in ('', 'month', 'disaster', 'law', 'periodic', 'other')), -- 시행령 §13①
	note          text not null default '',
	posting_year  int,
	posting_id    bigint, -- null: everything was cut
	made_by       bigint not null default app_actor(),
	made_at       timestamptz not null,
	voided_at     timestamptz,
	void_reason   text not null default '',
	foreign key (posting_year, posting_id) references postings (fiscal_year, id),
	check (period_from <= period_to),
	constraint entry_sums check (amount = national::bigint + sido + sigungu + own + cut),
	constraint entry_exclusion_says_why check (excluded_national::bigint + excluded_sido + excluded_sigungu + excluded_own = 0 or kind = 'interest' and excluded_reason <> ''),
	check ((voided_at is null) = (void_reason = ''))
);
create index settlement_entries_by_settlement on settlement_entries (settlement_id, id);
create trigger still_open before insert or update or delete on settlement_entries for each row execute function settlement_rows_open();
create trigger final after update on settlement_entries for each row execute function change_only('voided_at', 'void_reason');

-- A settlement can be fixed only while its rows equal the ledger (invariant I-06).
create function settlement_equals_ledger() returns trigger language plpgsql security definer set search_path = public as $$
declare
	n int;
begin
	if new.state = 'fixed' and old.state <> 'fixed' then
		-- Locked first, so that no posting comes between the comparison and the phase.
		perform from accounts where id = (select account_id from awards where id = new.award_id) for update;
		select count(*) into n
		  from settlement_rows r
		  join awards w on w.id = new.award_id
		  join accounts a on a.id = w.account_id
		 where r.settlement_id = new.id
		   and (r.secured, r.disbursed, r.spent, r.disallowed, r.carried, r.interest, r.revenue) =
		       (case r.source
		          when 'national' then row (a.secured_national, a.disbursed_national, a.spent_national, a.disallowed_national, a.carried_national, a.interest_national, a.revenue_national)
		          when 'sido' then row (a.secured_sido, a.disbursed_sido, a.spent_sido, a.disallowed_sido, a.carried_sido, a.interest_sido, a.revenue_sido)
		          when 'sigungu' then row (a.secured_sigungu, a.disbursed_sigungu, a.spent_sigungu, a.disallowed_sigungu, a.carried_sigungu, a.interest_sigungu, a.revenue_sigungu)
		          else row (a.secured_own, a.disbursed_own, a.spent_own, a.disallowed_own, a.carried_own, a.interest_own, a.revenue_own) end);
		if n <> 4 then
			raise exception 'settlement % differs from the ledger', new.id using errcode = 'P0E01', constraint = 'settlement_equals_ledger';
		end if;
		update accounts set phase = 'fixed' where id = (select account_id from awards where id = new.award_id);
	end if;
	return new;
end $$;
create trigger equals_ledger before update of state on settlements for each row execute function settlement_equals_ledger();

-- 반납고지: what is due per source, with notice number and date of payment.
create table repayments (
	id            bigint generated always as identity primary key,
	settlement_id bigint not null references settlements,
	source        text not null check (source in ('national', 'sido', 'sigungu', 'own')),
	payee_id      bigint not null references organizations, -- who gets it back
	amount        won not null check (amount > 0),
	notice_no     text not null unique, -- R-2023-00001
	notified_on   date not null,
	due_on        date not null,
	paid_on       date,
	paid          won not null default 0 check (paid >= 0 and paid <= amount),
	unique (settlement_id, source),
	check ((paid > 0) = (paid_on is not null))
);
create trigger final after update on repayments for each row execute function change_only('paid_on', 'paid', 'version');
call track('repayments', 'repayment');

-- What came in for a repayment, each with its posting.
create table receipts (
	id           bigint generated always as identity primary key,
	repayment_id bigint not null references repayments,
	amount       won not null check (amount > 0),
	paid_on      date not null,
	receipt_no   text not null default '',
	posting_year int not null,
	posting_id   bigint not null,
	made_by      bigint not null default app_actor(),
	made_at      timestamptz not null,
	foreign key (posting_year, posting_id) references postings (fiscal_year, id)
);
create index receipts_by_repayment on receipts (repayment_id, id);
call append_only('receipts');

-- notice -------------------------------------------------------------------------

create table notices (
	id         bigint generated always as identity primary key,
	person_id  bigint not null references people,
	message_id bigint not null, -- the outbox message it came from
	title      text not null,
	link       text not null,
	at         timestamptz not null,
	read_at    timestamptz,
	unique (person_id, message_id)
);
create index notices_by_person on notices (person_id, id);

-- invariants ---------------------------------------------------------------------

-- Every versioned row that has a state, for the comparison with the trail.
create view tracked_states as
	select audit_kind as kind, id, version, state from calls
	union all select audit_kind, id, version, state from applications
	union all select audit_kind, id, version, state from rounds
	union all select audit_kind, id, version, state from sheets
	union all select audit_kind, id, version, state from selections
	union all select audit_kind, id, version, state from objections
	union all select audit_kind, id, version, state from awards
	union all select audit_kind, id, version, state from tranches
	union all select audit_kind, id, version, state from expenditures
	union all select audit_kind, id, version, state from settlements
	union all select audit_kind, id, version, state from role_grants;

-- What the postings say each counter must be.
create view recounted as
	with moved as (
		select account_id, kind, case when reverses is null then 1 else -1 end as sign, national, sido, sigungu, own from postings
		union all
		select a.parent_id, p.kind, case when p.reverses is null then 1 else -1 end, p.national, p.sido, p.sigungu, p.own
		  from postings p join accounts a on a.id = p.account_id
		 where a.kind = 'line' or a.kind = 'award' and p.kind = 'grant')
	select account_id, kind, sum(sign * national)::bigint as national, sum(sign * sido)::bigint as sido,
	       sum(sign * sigungu)::bigint as sigungu, sum(sign * own)::bigint as own
	  from moved group by account_id, kind;

-- violated_invariants() recomputes what must always hold from the postings and the
-- trail; every row is a disagreement. Tests call it when they end, `eoul verify` on demand.
create function violated_invariants() returns table (invariant text, object text, detail text) language sql stable as $$
	-- Counters are what the postings say (I-03 to I-05).
	select 'counter', 'account:' || a.id, v.kind || ' counts ' || v.n::text || ', postings say ' ||
	       row (coalesce(r.national, 0), coalesce(r.sido, 0), coalesce(r.sigungu, 0), coalesce(r.own, 0))::text
	  from accounts a
	 cross join lateral (values
		('grant', row (granted_national::bigint, granted_sido::bigint, granted_sigungu::bigint, granted_own::bigint)),
		('secure', row (secured_national::bigint, secured_sido::bigint, secured_sigungu::bigint, secured_own::bigint)),
		('disburse', row (disbursed_national::bigint, disbursed_sido::bigint, disbursed_sigungu::bigint, disbursed_own::bigint)),
		('spend', row (spent_national::bigint, spent_sido::bigint, spent_sigungu::bigint, spent_own::bigint)),
		('disallow', row (disallowed_national::bigint, disallowed_sido::bigint, disallowed_sigungu::bigint, disallowed_own::bigint)),
		('interest', row (interest_national::bigint, interest_sido::bigint, interest_sigungu::bigint, interest_own::bigint)),
		('revenue', row (revenue_national::bigint, revenue_sido::bigint, revenue_sigungu::bigint, revenue_own::bigint)),
		('carry', row (carried_national::bigint, carried_sido::bigint, carried_sigungu::bigint, carried_own::bigint)),
		('repay', row (repaid_national::bigint, repaid_sido::bigint, repaid_sigungu::bigint, repaid_own::bigint)),
		('adjust', row (adjusted_national::bigint, adjusted_sido::bigint, adjusted_sigungu::bigint, adjusted_own::bigint))) v (kind, n)
	  left join recounted r on r.account_id = a.id and r.kind = v.kind
	 where v.n is distinct from row (coalesce(r.national, 0), coalesce(r.sido, 0), coalesce(r.sigungu, 0), coalesce(r.own, 0))
	union all
	-- Versions and states are what the trail says (I-09, I-13).
	select 'trail', s.kind || ':' || s.id, 'row is version ' || s.version || ' ' || s.state || ', trail says ' ||
	       coalesce(e.version || ' ' || coalesce(e.state, '(no state)'), 'nothing')
	  from tracked_states s
	  left join lateral (
		select version, after ->> 'state' as state from audit_events
		 where kind = s.kind and object_id = s.id and version is not null order by version desc limit 1) e on true
	 where (s.version, s.state) is distinct from (e.version, e.state)
	union all
	-- Nothing was handed in late (I-10).
	select 'deadline', 'application:' || s.application_id, 'handed in ' || s.submitted_at
	  from submissions s join applications a on a.id = s.application_id
	 where s.submitted_at > (select max(at) from deadlines d where d.call_id = a.call_id and d.kind = s.deadline_kind
	                            and (d.government_id is null or d.government_id = a.government_id))
	union all
	-- The files of what was handed in are those it names, and no scanner found them bad (I-30).
	select 'file', 'application:' || s.application_id, 'document ' || (f ->> 'document_id') || ' is ' || coalesce(encode(d.sha256, 'hex') || ' ' || d.scan_state, 'missing')
	  from submissions s
	 cross join elements(s.content -> 'attachments') f
	  left join submission_files sf on sf.submission_id = s.id and sf.document_id = (f ->> 'document_id')::bigint
	  left join documents d on d.id = sf.document_id
	 where encode(d.sha256, 'hex') is distinct from f ->> 'sha256' or d.scan_state in ('pending', 'infected')
	union all
	-- The budget of an award is its grant, source by source (I-01, I-23).
	select 'budget', 'award:' || w.id, 'lines sum to ' || row (sum(l.national), sum(l.sido), sum(l.sigungu), sum(l.own))::text
	  from awards w
	  join award_lines l on l.version_id = (select id from budget_versions v where v.award_id = w.id order by no desc limit 1)
	 group by w.id
	having (sum(l.national), sum(l.sido), sum(l.sigungu), sum(l.own)) is distinct from (w.national::numeric, w.sido::numeric, w.sigungu::numeric, w.own::numeric)
	union all
	-- What upheld objections correct is there, with the version of the ranking it made.
	select 'correction', 'objection:' || o.id, 'upheld without its ' || o.correction
	  from objections o where not objection_traced(o)
	union all
	-- Every confirmed tranche moved exactly its money, no other one did.
	select 'tranche', 'tranche:' || t.id, t.state || ' with postings ' || count(p.id)
	  from tranches t
	  left join postings p on p.source_kind = 'tranche' and p.source_id = t.id and p.kind = 'disburse'
	   and (p.national, p.sido, p.sigungu, p.own) = (t.national, t.sido, t.sigungu, t.own)
	 group by t.id
	having count(p.id) <> (t.state in ('confirmed', 'received'))::int
	union all
	-- Every expenditure stands in the ledger with the same four amounts (I-04).
	select 'expenditure', 'expenditure:' || e.id, 'posting ' || e.posting_id || ' differs'
	  from expenditures e
	 where not exists (select from postings p
	                    where p.fiscal_year = e.fiscal_year and p.id = e.posting_id and p.kind = 'spend' and p.account_id = e.line_account_id
	                      and (p.national, p.sido, p.sigungu, p.own) = (e.national, e.sido, e.sigungu, e.own)
	                      and (p.reverses is null) = (e.reversal_of is null))
	union all
	-- A fixed settlement is what the ledger holds (I-06).
	select 'settlement', 'settlement:' || s.id, r.source || ' differs from the ledger'
	  from settlements s
	  join settlement_rows r on r.settlement_id = s.id
	  join awards w on w.id = s.award_id
	  join accounts a on a.id = w.account_id
	 where s.state in ('fixed', 'notified', 'repaid', 'closed')
	   and (r.secured, r.disbursed, r.spent, r.disallowed, r.carried, r.interest, r.revenue) is distinct from
	       (case r.source
	          when 'national' then row (a.secured_national, a.disbursed_national, a.spent_national, a.disallowed_national, a.carried_national, a.interest_national, a.revenue_national)
	          when 'sido' then row (a.secured_sido, a.disbursed_sido, a.spent_sido, a.disallowed_sido, a.carried_sido, a.interest_sido, a.revenue_sido)
	          when 'sigungu' then row (a.secured_sigungu, a.disbursed_sigungu, a.spent_sigungu, a.disallowed_sigungu, a.carried_sigungu, a.interest_sigungu, a.revenue_sigungu)
	          else row (a.secured_own, a.disbursed_own, a.spent_own, a.disallowed_own, a.carried_own, a.interest_own, a.revenue_own) end)
	union all
	-- A closed settlement is paid to the won.
	select 'repayment', 'settlement:' || s.id, r.source || ' due ' || r.due || ', paid ' || coalesce(p.paid, 0)
	  from settlements s
	  join settlement_rows r on r.settlement_id = s.id
	  left join repayments p on p.settlement_id = s.id and p.source = r.source
	 where s.state in ('repaid', 'closed') and r.source <> 'own' and coalesce(p.paid, 0) <> r.due
$$;

-- rights of the app role ---------------------------------------------------------

revoke all on schema public from public;
grant usage on schema public to eoul_app;
grant select, insert, update, delete on all tables in schema public to eoul_app;
grant usage on all sequences in schema public to eoul_app;
revoke insert, update, delete on submission_keys, app_clock, settings, transitions, regions from eoul_app;
revoke delete on rules, holidays, expense_codes from eoul_app;
revoke insert, update, delete on score_changes from eoul_app;
revoke delete on explanations, round_minutes, minutes_items from eoul_app;
revoke update, delete on exclusions, bonus_lifts, pool_publications, audit_events, postings, outages, deadlines, submissions, endorsements, signoffs, conflicts, rankings, ranking_rows, scenarios, letters, objection_files, budget_versions, award_lines from eoul_app;
revoke delete on comments, organizations, people, role_grants, programs, appropriations, calls, applications, awards, tranches, expenditures, settlements, settlement_entries, repayments, sheets, rounds, selections, letter_templates, objections from eoul_app;
revoke update, delete on accounts from eoul_app;
grant update (phase, limit_national, limit_sido, limit_sigungu, limit_own, limit_total, owner_kind, owner_id, government_id, province_id, program_id) on accounts to eoul_app;
