package organization

import (
	"context"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"eoul/pkg/calendar"
	"eoul/pkg/page"
	"eoul/pkg/work"
)

const (
	sqlColumns = `
		select o.id, o.kind, o.name, coalesce(o.region_code, '') as region_code, coalesce(o.parent_id, 0) as parent_id,
		       coalesce(p.name, '') as parent_name, coalesce(o.business_no, '') as business_no,
		       o.valid_from, o.valid_to, o.fictitious, o.version
		  from organizations o
		  left join organizations p on p.id = o.parent_id`
	sqlGet      = sqlColumns + ` where o.id = $1`
	sqlLock     = sqlColumns + ` where o.id = $1 for update of o`
	sqlByIDs    = sqlColumns + ` where o.id = any($1)`
	sqlByRegion = sqlColumns + ` where o.region_code = $1`
	sqlByParent = sqlColumns + ` where o.parent_id = $1 order by o.region_code, o.id`
	sqlByKind   = sqlColumns + ` where o.kind = any($1) and o.valid_from <= $2 and coalesce(o.valid_to, $2) >= $2
		order by coalesce(p.region_code, o.region_code), p.id nulls first, o.region_code, o.id`

	sqlListWhere = sqlColumns + ` where `
	sqlCount     = `select count(*) from organizations o left join organizations p on p.id = o.parent_id where `
	sqlListOrder = ` order by o.id limit `

	sqlInsert = `
		insert into organizations (kind, name, parent_id, business_no, valid_from, valid_to, fictitious)
		values ($1, $2, nullif($3, 0), nullif($4, ''), $5, $6, $7) returning id`
	sqlUpdate = `
		update organizations set name = $3, business_no = nullif($4, ''), valid_from = $5, valid_to = $6
		 where id = $1 and version = $2`
)

// Get reads one organization; an unknown id is NotFound.
func Get(ctx context.Context, tx *work.Tx, id ID) (o Organization, err error) {
	err = tx.Get(ctx, &o, sqlGet, id)
	return o, err
}

// ByRegion reads the organization of a region code; a code without one is NotFound.
func ByRegion(ctx context.Context, tx *work.Tx, code string) (o Organization, err error) {
	err = tx.Get(ctx, &o, sqlByRegion, code)
	return o, err
}

// ByIDs reads many at once; ids that do not exist are missing in the map.
func ByIDs(ctx context.Context, tx *work.Tx, ids []ID) (map[ID]Organization, error) {
	var rows []Organization
	if err := tx.Select(ctx, &rows, sqlByIDs, pq.Array(ids)); err != nil {
		return nil, err
	}
	out := make(map[ID]Organization, len(rows))
	for _, o := range rows {
		out[o.ID] = o
	}
	return out, nil
}

// Districts reads every 시·군·구, past and present, that has this 시·도 as parent.
func Districts(ctx context.Context, tx *work.Tx, province ID) (out []Organization, err error) {
	err = tx.Select(ctx, &out, sqlByParent, province)
	return out, err
}

// OfKinds reads the organizations of these kinds that exist on the day, each 시·도
// followed by its districts, for choices in forms.
func OfKinds(ctx context.Context, tx *work.Tx, on calendar.Date, kinds ...string) (out []Organization, err error) {
	err = tx.Select(ctx, &out, sqlByKind, pq.Array(kinds), on)
	return out, err
}

// list reads one page. Filters: kind, parent, and on (a date the organization
// exists); the search word is looked for in names, full names and region codes.
func list(ctx context.Context, tx *work.Tx, req page.Request) (out page.Slice[Organization], err error) {
	w := page.Begin("true", nil)
	if kind := req.Filter("kind"); kind != "" {
		w.And("o.kind = $$", kind)
	}
	if parent, err := strconv.ParseInt(req.Filter("parent"), 10, 64); err == nil {
		w.And("o.parent_id = $$", parent)
	}
	if on, err := calendar.Parse(req.Filter("on")); err == nil {
		w.And("o.valid_from <= $$ and coalesce(o.valid_to, $$) >= $$", on)
	}
	if q := strings.TrimSpace(req.Query); q != "" {
		w.And("(concat_ws(' ', p.name, o.name) like $$ or o.region_code like $$)", page.Like(q))
	}
	var total int
	if err := tx.Get(ctx, &total, sqlCount+w.String(), w.Args...); err != nil {
		return out, err
	}
	var after ID
	if ok, err := req.Start(&after); err != nil {
		return out, err
	} else if ok {
		w.And("o.id > $$", after)
	}
	var rows []Organization
	q := sqlListWhere + w.String() + sqlListOrder + strconv.Itoa(req.Limit()+1)
	if err := tx.Select(ctx, &rows, q, w.Args...); err != nil {
		return out, err
	}
	return page.Cut(req, rows, total, func(o Organization) any { return o.ID }), nil
}
