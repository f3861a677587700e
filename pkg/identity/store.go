package identity

const (
	sqlPersonColumns = `
		select p.id, p.login, p.name, p.email, p.disabled_at, p.created_at, p.version
		  from people p`
	sqlPerson      = sqlPersonColumns + ` where p.id = $1`
	sqlPersonLogin = sqlPersonColumns + ` where p.login = $1`
	sqlPersonLock  = sqlPersonColumns + ` where p.id = $1 for update`
	sqlPeopleByIDs = sqlPersonColumns + ` where p.id = any($1) order by p.id`
	sqlPeopleWhere = sqlPersonColumns + ` where `
	sqlPeopleCount = `select count(*) from people p where `

	sqlInsertPerson = `
		insert into people (login, name, email, password_hash, created_at)
		values ($1, $2, $3, $4, $5) returning id`
	sqlUpdatePerson  = `update people set name = $3, email = $4 where id = $1 and version = $2`
	sqlDisablePerson = `update people set disabled_at = $3, password_hash = null where id = $1 and version = $2`
	sqlSetPassword   = `update people set password_hash = $2 where id = $1`
	sqlPasswordOf    = `select coalesce(password_hash, '') from people where id = $1`
	sqlEndSessions   = `delete from sessions where person_id = $1`
	sqlTokensOfLock  = sqlTokenColumns + ` where t.person_id = $1 and t.revoked_at is null order by t.id for update of t`

	sqlGrantColumns = `
		select g.id, g.person_id, p.name as person_name, g.role, coalesce(g.government_id, 0) as government_id, coalesce(g.program_id, 0) as program_id,
		       g.everything, g.valid_from, g.valid_to, g.state, g.reason, g.requested_by, coalesce(g.approved_by, 0) as approved_by, g.version
		  from role_grants g
		  join people p on p.id = g.person_id`
	sqlGrantLock     = sqlGrantColumns + ` where g.id = $1 for update of g`
	sqlGrantsOf      = sqlGrantColumns + ` where g.person_id = $1 order by g.state = 'ended', g.id desc`
	sqlGrantsWaiting = sqlGrantColumns + ` where g.state = 'requested' order by g.id`
	sqlInsertGrant   = `
		insert into role_grants (person_id, role, government_id, program_id, everything, valid_from, valid_to, state, reason, requested_by)
		values ($1, $2, nullif($3, 0), nullif($4, 0), $5, $6, $7, 'requested', $8, $9) returning id`
	sqlApproveGrant = `update role_grants set state = $3, approved_by = $4 where id = $1 and version = $2`
	sqlEndGrant     = `update role_grants set state = $3 where id = $1 and version = $2`

	sqlTokenColumns = `
		select t.id, t.person_id, t.name, t.created_at, t.expires_at, t.revoked_at, t.version
		  from api_tokens t`
	sqlTokensOf    = sqlTokenColumns + ` where t.person_id = $1 order by t.id desc`
	sqlTokenLock   = sqlTokenColumns + ` where t.id = $1 for update of t`
	sqlInsertToken = `
		insert into api_tokens (person_id, name, token_hash, created_at, expires_at)
		values ($1, $2, $3, $4, $5) returning id`
	sqlRevokeToken = `update api_tokens set revoked_at = $3 where id = $1 and version = $2`
	sqlActorByHash = `
		select p.id, p.name,` + sqlGrantsToday + `
		  from api_tokens t
		  join people p on p.id = t.person_id and p.disabled_at is null
		 where t.token_hash = $1 and t.revoked_at is null and t.expires_at > app_now()`
)
