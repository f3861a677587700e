package organization

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"eoul/pkg/calendar"
)

const (
	sqlHasRegions   = `select exists (select from regions)`
	sqlSeedMinistry = `
		with made as (
			insert into organizations (kind, name, valid_from) values ('ministry', '행정안전부', '2017-07-26')
			returning id, kind, name, region_code, parent_id, valid_from, valid_to` + sqlSeedRecord
	sqlSeedSidos = `
		with made as (
			insert into organizations (kind, name, region_code, valid_from, valid_to)
			select 'sido', name, code, valid_from, valid_to from regions where level = 'sido' order by code
			returning id, kind, name, region_code, parent_id, valid_from, valid_to` + sqlSeedRecord
	sqlSeedSigungus = `
		with made as (
			insert into organizations (kind, name, region_code, parent_id, valid_from, valid_to)
			select 'sigungu', r.name, r.code, p.id, r.valid_from, r.valid_to
			  from regions r
			  join organizations p on p.region_code = r.parent_code
			 where r.level = 'sigungu' order by r.code
			returning id, kind, name, region_code, parent_id, valid_from, valid_to` + sqlSeedRecord
	sqlSeedRecord = `)
		insert into audit_events (at, actor_id, actor_name, rule, action, kind, object_id, version, after)
		select app_now(), -1, '시스템: 설치', 'system organization:create any', 'organization:create', 'organization', id, 1,
		       jsonb_strip_nulls(jsonb_build_object('id', id, 'kind', kind, 'name', name, 'region_code', region_code,
		           'parent_id', parent_id, 'valid_from', valid_from, 'valid_to', valid_to, 'version', 1))
		  from made`
)

// ownerRegions is run by the owner only: a server may not change regions.
const ownerRegions = `
	insert into regions (code, name, level, parent_code, valid_from, valid_to, successor_code)
	select s.code, s.name, s.level, nullif(s.parent, ''), s.valid_from, s.valid_to, nullif(s.successor, '')
	  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::text[])
	       as s (code, name, level, parent, valid_from, valid_to, successor)`

// Seed fills regions and the organizations that follow from them, in the
// transaction of an installation, and leaves their rows in the trail. A database
// that has regions stays as it is.
func Seed(ctx context.Context, tx *sqlx.Tx) error {
	var there bool
	if err := tx.GetContext(ctx, &there, sqlHasRegions); err != nil || there {
		return err
	}
	rows, err := seedRegions()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, ownerRegions,
		column(rows, func(r region) string { return r.Code }), column(rows, func(r region) string { return r.Name }),
		column(rows, func(r region) string { return r.Level }), column(rows, func(r region) string { return r.Parent }),
		column(rows, func(r region) calendar.Date { return r.From }), column(rows, func(r region) calendar.Date { return r.To }),
		column(rows, func(r region) string { return r.Successor })); err != nil {
		return fmt.Errorf("seed regions: %w", err)
	}
	for _, q := range []string{sqlSeedMinistry, sqlSeedSidos, sqlSeedSigungus} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("seed organizations: %w", err)
		}
	}
	return nil
}

// column turns one field of all rows into an array parameter.
func column[R, F any](rows []R, field func(R) F) any {
	all := make([]F, len(rows))
	for i, r := range rows {
		all[i] = field(r)
	}
	return pq.Array(all)
}
