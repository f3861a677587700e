package award

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/application"
	"eoul/pkg/fault"
	"eoul/pkg/work"
)

const (
	sqlAward = `
		select w.id, w.number, w.application_id, w.call_id, w.program_id, w.government_id, coalesce(w.province_id, 0) as province_id,
		       concat_ws(' ', p.name, g.name) as government_name, w.fiscal_year, w.title, w.regime, w.state, w.account_id,
		       w.project_from, w.project_to, w.national "amounts.national", w.sido "amounts.sido", w.sigungu "amounts.sigungu", w.own "amounts.own",
		       coalesce(w.examined_by, 0) as examined_by, coalesce(w.granted_by, 0) as granted_by, w.granted_on, w.ended_on, w.reason, w.version
		  from awards w
		  join organizations g on g.id = w.government_id
		  left join organizations p on p.id = w.province_id
		 where `
	sqlGet           = sqlAward + `w.id = $1`
	sqlLock          = sqlAward + `w.id = $1 for update of w`
	sqlByIDs         = sqlAward + `w.id = any($1)`
	sqlOfApplication = sqlAward + `w.application_id = $1 and w.state <> 'cancelled'`

	linesOf = `
		select l.account_id, l.position, l.code_set, l.code, c.category, c.name as code_name, l.description, l.basis,
		       l.national "amounts.national", l.sido "amounts.sido", l.sigungu "amounts.sigungu", l.own "amounts.own"
		  from award_lines l
		  join expense_codes c on c.code_set = l.code_set and c.code = l.code
		 where l.version_id = `
	sqlLines         = linesOf + `(select id from budget_versions where award_id = $1 order by no desc limit 1) order by l.position`
	sqlOriginalLines = linesOf + `(select id from budget_versions where award_id = $1 and no = 0) order by l.position`

	sqlConditions = `select body from conditions where award_id = $1 order by position`

	sqlInsert = `
		with n as (select nextval(pg_get_serial_sequence('awards', 'id')) as id)
		insert into awards (id, number, application_id, call_id, program_id, government_id, province_id, fiscal_year, title, regime, state,
		                    account_id, project_from, project_to, national, sido, sigungu, own)
		overriding system value
		select n.id, 'G-' || $6::int || '-' || lpad(n.id::text, 5, '0'), $1, $2, $3, $4, nullif($5::bigint, 0), $6, $7, $8, 'applied',
		       $9, $10, $11, $12, $13, $14, $15
		  from n
		returning id`
	sqlUpdate = `
		update awards set state = $2, examined_by = nullif($3::bigint, 0), granted_by = nullif($4::bigint, 0), granted_on = $5, ended_on = $6, reason = $7
		 where id = $1 and version = $8`
	sqlInsertVersion = `
		insert into budget_versions (award_id, no, reason, effective_on, made_at) values ($1, 0, $2, $3, $4) returning id`
	sqlInsertLines = `
		insert into award_lines (version_id, award_id, position, code_set, code, description, basis, national, sido, sigungu, own, account_id)
		select $1, $2, l.position, $3, l.code, l.description, l.basis, l.national, l.sido, l.sigungu, l.own, l.account_id
		  from unnest($4::int[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
		       as l (position, code, description, basis, national, sido, sigungu, own, account_id)`
	sqlDeleteConditions = `delete from conditions where award_id = $1`
	sqlInsertConditions = `
		insert into conditions (award_id, position, body)
		select $1, c.position, c.body from unnest($2::text[]) with ordinality as c (body, position)`
)

// Get reads an award; NotFound when there is none.
func Get(ctx context.Context, tx *work.Tx, id ID) (Award, error) {
	var a Award
	if err := tx.Get(ctx, &a, sqlGet, id); err != nil {
		return a, fmt.Errorf("read award: %w", err)
	}
	return a, nil
}

// Lock reads an award and keeps it from changing until this unit of work ends. It
// is the first lock of every act on its money.
func Lock(ctx context.Context, tx *work.Tx, id ID) (Award, error) {
	var a Award
	if err := tx.Get(ctx, &a, sqlLock, id); err != nil {
		return a, fmt.Errorf("lock award: %w", err)
	}
	return a, nil
}

// ByIDs reads many awards in one query.
func ByIDs(ctx context.Context, tx *work.Tx, ids []ID) (map[ID]Award, error) {
	var rows []Award
	if err := tx.Select(ctx, &rows, sqlByIDs, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("read awards: %w", err)
	}
	out := make(map[ID]Award, len(rows))
	for _, a := range rows {
		out[a.ID] = a
	}
	return out, nil
}

// OfApplication finds the award of an application; a cancelled one does not count.
func OfApplication(ctx context.Context, tx *work.Tx, id application.ID) (a Award, found bool, err error) {
	if found, err = tx.Find(ctx, &a, sqlOfApplication, id); err != nil {
		return a, false, fmt.Errorf("read award of application: %w", err)
	}
	return a, found, nil
}

// Lines is the budget in force.
func Lines(ctx context.Context, tx *work.Tx, id ID) ([]Line, error) {
	return lines(ctx, tx, sqlLines, id)
}

// OriginalLines is the budget as granted.
func OriginalLines(ctx context.Context, tx *work.Tx, id ID) ([]Line, error) {
	return lines(ctx, tx, sqlOriginalLines, id)
}

func lines(ctx context.Context, tx *work.Tx, q string, id ID) ([]Line, error) {
	var rows []Line
	if err := tx.Select(ctx, &rows, q, id); err != nil {
		return nil, fmt.Errorf("read budget lines: %w", err)
	}
	return rows, nil
}

// Conditions are the conditions of the grant in their order.
func Conditions(ctx context.Context, tx *work.Tx, id ID) ([]string, error) {
	var rows []string
	if err := tx.Select(ctx, &rows, sqlConditions, id); err != nil {
		return nil, fmt.Errorf("read conditions: %w", err)
	}
	return rows, nil
}

// Move takes an award along one edge of Flow, records it and announces it. The
// caller has locked the award and asked for permission.
func Move(ctx context.Context, tx *work.Tx, a Award, verb string) (Award, error) {
	return move(ctx, tx, a, verb, a)
}

// move is Move with other columns changed: after is the award as it shall be.
func move(ctx context.Context, tx *work.Tx, before Award, verb string, after Award) (Award, error) {
	next, err := Flow.Next(before.State, verb)
	if err != nil {
		return before, err
	}
	after.State = next
	err = tx.Exec(ctx, sqlUpdate, after.ID, after.State, after.ExaminedBy, after.GrantedBy, after.GrantedOn, after.EndedOn, after.Reason, before.Version)
	if err != nil {
		return before, fmt.Errorf("%s award: %w", verb, err)
	}
	after.Version++
	if err := tx.Record(ctx, Flow.Action(verb), after.Ref(), before, after); err != nil {
		return before, err
	}
	return after, tx.Emit(ctx, "award."+verb, after.Ref(), after)
}

func insertLines(ctx context.Context, tx *work.Tx, a Award, codeSet string, lines []Line) error {
	var version int64
	if err := tx.Get(ctx, &version, sqlInsertVersion, a.ID, "교부신청", a.ProjectFrom, tx.Now); err != nil {
		return fmt.Errorf("insert budget version: %w", err)
	}
	var positions, national, sido, sigungu, own, accounts []int64
	var codes, descriptions, bases []string
	for i, l := range lines {
		positions = append(positions, int64(i+1))
		codes, descriptions, bases = append(codes, l.Code), append(descriptions, l.Description), append(bases, l.Basis)
		national, sido = append(national, l.Amounts.National.Int64()), append(sido, l.Amounts.Sido.Int64())
		sigungu, own = append(sigungu, l.Amounts.Sigungu.Int64()), append(own, l.Amounts.Own.Int64())
		accounts = append(accounts, int64(l.AccountID))
	}
	n, err := tx.ExecAll(ctx, sqlInsertLines, version, a.ID, codeSet, pq.Array(positions), pq.Array(codes), pq.Array(descriptions), pq.Array(bases),
		pq.Array(national), pq.Array(sido), pq.Array(sigungu), pq.Array(own), pq.Array(accounts))
	if err == nil && int(n) != len(lines) {
		err = fault.New(fault.Internal, "budget lines are missing")
	}
	if err != nil {
		return fmt.Errorf("insert budget lines: %w", err)
	}
	return nil
}

func setConditions(ctx context.Context, tx *work.Tx, id ID, conditions []string) error {
	if _, err := tx.ExecAll(ctx, sqlDeleteConditions, id); err != nil {
		return fmt.Errorf("clear conditions: %w", err)
	}
	if _, err := tx.ExecAll(ctx, sqlInsertConditions, id, pq.Array(conditions)); err != nil {
		return fmt.Errorf("insert conditions: %w", err)
	}
	return nil
}
