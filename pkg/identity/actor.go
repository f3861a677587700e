package identity

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"eoul/pkg/authz"
	"eoul/pkg/work"
)

// The grants that count today in Korea, as one JSON value. The day comes from the
// one clock (decisions 11).
const sqlGrantsToday = `
	coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'any', g.everything,
	                 'government', coalesce(g.government_id, 0), 'program', coalesce(g.program_id, 0)) order by g.id)
	            from role_grants g
	           where g.person_id = p.id and g.state = 'active'
	             and g.valid_from <= (app_now() at time zone 'Asia/Seoul')::date
	             and coalesce(g.valid_to, 'infinity') >= (app_now() at time zone 'Asia/Seoul')::date), '[]') as grants`

const (
	sqlActor = `
		select p.id, p.name,` + sqlGrantsToday + `
		  from people p where p.id = $1 and p.disabled_at is null`
	sqlHolders = `
		select distinct g.person_id
		  from role_grants g
		  join people p on p.id = g.person_id and p.disabled_at is null
		 where g.role = $1 and g.state = 'active'
		   and g.valid_from <= (app_now() at time zone 'Asia/Seoul')::date
		   and coalesce(g.valid_to, 'infinity') >= (app_now() at time zone 'Asia/Seoul')::date
		   and ($2 <> 0 and g.government_id = $2 or $3 <> 0 and (g.program_id = $3 or g.everything))
		 order by g.person_id`
)

// actorRow is a person with the grants that count today.
type actorRow struct {
	ID     authz.PersonID `db:"id"`
	Name   string         `db:"name"`
	Grants []byte         `db:"grants"`
}

func (r actorRow) actor() (authz.Actor, error) {
	a := authz.Actor{ID: r.ID, Name: r.Name}
	if err := json.Unmarshal(r.Grants, &a.Grants); err != nil {
		return authz.Anonymous(), fmt.Errorf("identity: grants of person %d: %w", r.ID, err)
	}
	return a, nil
}

// ActorOf reads a person as somebody who acts today; an unknown or disabled one is NotFound.
func ActorOf(ctx context.Context, tx *work.Tx, id authz.PersonID) (authz.Actor, error) {
	var row actorRow
	if err := tx.Get(ctx, &row, sqlActor, id); err != nil {
		return authz.Anonymous(), err
	}
	return row.actor()
}

// Holders are the people who hold a role today: for a government exactly there, for
// a programme there or for everything. One of the two is 0.
func Holders(ctx context.Context, tx *work.Tx, role string, government, program int64) (out []authz.PersonID, err error) {
	err = tx.Select(ctx, &out, sqlHolders, role, government, program)
	return out, err
}

const sqlHoldersAt = `
	select distinct g.person_id
	  from role_grants g
	  join people p on p.id = g.person_id and p.disabled_at is null
	 where g.role = any($1) and g.state = 'active'
	   and g.valid_from <= (app_now() at time zone 'Asia/Seoul')::date
	   and coalesce(g.valid_to, 'infinity') >= (app_now() at time zone 'Asia/Seoul')::date
	   and ($3 or g.government_id = any($2))
	 order by g.person_id`

// HoldersAt are the people who hold one of the roles today for one of the
// governments, or for any government at all.
func HoldersAt(ctx context.Context, tx *work.Tx, roles []string, governments []int64, all bool) (out []authz.PersonID, err error) {
	err = tx.Select(ctx, &out, sqlHoldersAt, pq.Array(roles), pq.Array(governments), all)
	return out, err
}
